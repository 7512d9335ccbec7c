#include "base/origin.h"

#include <ctype.h>
#include <string.h>

#include "base/ascii.h"

enum { HTTP_PORT = 80, HTTPS_PORT = 443, PORT_MAX = 65535 };

/** The number that is all of TEXT up to END; 0 when that is no port. */
static int port_of(const char *text, const char *end)
{
    int port = 0;
    for (; text < end; text++) {
        if (!isdigit((unsigned char)*text) || port > PORT_MAX) {
            return 0;
        }
        port = port * 10 + (*text - '0');
    }
    return port <= PORT_MAX ? port : 0;
}

/** Where the host that starts at HOST ends, before END: at the port, or after the bracket. */
static const char *host_end(const char *host, const char *end)
{
    char mark = *host == '[' ? ']' : ':';
    const char *found = memchr(host, mark, (size_t)(end - host));
    if (mark == ']') {
        return found ? found + 1 : NULL;
    }
    return found ? found : end;
}

bool origin_parse(struct origin *out, const char *url)
{
    bool https = ascii_same_n(url, "https://", strlen("https://"));
    if (!https && !ascii_same_n(url, "http://", strlen("http://"))) {
        return false;
    }
    const char *host = strstr(url, "://") + strlen("://");
    const char *end = host + strcspn(host, "/?#");
    const char *rest = memchr(host, '@', (size_t)(end - host)) ? NULL : host_end(host, end);
    if (!rest || (rest < end && *rest != ':')) {
        return false;
    }
    bool bracketed = *host == '[';
    size_t len = (size_t)(rest - host) - (bracketed ? 2 : 0);
    int port = rest < end ? port_of(rest + 1, end) : https ? HTTPS_PORT : HTTP_PORT;
    if (len == 0 || port == 0) {
        return false;
    }
    *out = (struct origin){.host = host + bracketed, .host_len = len, .port = port, .https = https};
    return true;
}

bool origin_is_host(const struct origin *o, const char *name)
{
    return strlen(name) == o->host_len && ascii_same_n(o->host, name, o->host_len);
}

bool origin_starts_with(const struct origin *o, const char *label)
{
    size_t len = strlen(label);
    return len < o->host_len && o->host[len] == '.' && ascii_same_n(o->host, label, len);
}

bool origin_same(const struct origin *a, const struct origin *b)
{
    return a->https == b->https && a->port == b->port && a->host_len == b->host_len &&
           ascii_same_n(a->host, b->host, a->host_len);
}
