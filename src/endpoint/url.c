#include "endpoint/url.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "base/origin.h"
#include "base/plain.h"
#include "base/text.h"

/** The length of `http://` or the like at the start; 0: none. */
static size_t scheme_length(const char *text)
{
    size_t n = 0;
    while (isalnum((unsigned char)text[n]) || text[n] == '+' || text[n] == '-' || text[n] == '.') {
        n++;
    }
    return n && strncmp(text + n, "://", 3) == 0 ? n + 3 : 0;
}

static int hex_digit(char c)
{
    if (isdigit((unsigned char)c)) {
        return c - '0';
    }
    return isxdigit((unsigned char)c) ? ascii_lower(c) - 'a' + 10 : -1;
}

/** The "name:password" of LEN bytes of user information; NULL when it is malformed. */
static char *decode_user(const char *text, size_t len)
{
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < len; i++) {
        if (text[i] != '%') {
            str_addc(&s, text[i]);
            continue;
        }
        bool whole = i + 2 < len;
        int high = whole ? hex_digit(text[i + 1]) : -1;
        int low = whole ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0 || high * 16 + low < ' ') {
            str_finish(&s);
            return NULL;
        }
        str_addc(&s, (char)(high * 16 + low));
        i += 2;
    }
    if (!memchr(s.text, ':', s.len)) {
        str_addc(&s, ':');
    }
    return str_take(&s);
}

/** Checks `host`, `host:port` or `[v6]:port` of LEN bytes; NULL, or what is wrong with it. */
static const char *host_fault(const char *host, size_t len)
{
    size_t n = 0;
    if (len && host[0] == '[') {
        while (n < len && host[n] != ']') {
            n++;
        }
        if (n == len) {
            return _("not an address: the ']' is missing");
        }
        n++;
    } else {
        while (n < len && host[n] != ':') {
            n++;
        }
    }
    if (n == 0 || (n == 2 && host[0] == '[')) {
        return _("not an address: the host is missing; use http://localhost:9090");
    }
    if (n == len) {
        return NULL;
    }
    if (host[n] != ':' || memchr(host + n + 1, ':', len - n - 1)) {
        return _("not an address; an IPv6 host stands in brackets: http://[::1]:9090");
    }
    long port = 0;
    for (size_t i = n + 1; i < len; i++) {
        if (!isdigit((unsigned char)host[i]) || port > 65535) {
            return _("not an address: the port must be a number from 1 to 65535");
        }
        port = port * 10 + (host[i] - '0');
    }
    return port >= 1 && port <= 65535
               ? NULL
               : _("not an address: the port must be a number from 1 to 65535");
}

static const char *text_fault(const char *text, size_t scheme)
{
    const char *no_url =
        _("not an address: it has a space or a character that is not allowed in a URL");
    if (scheme && !ascii_same_n(text, "http://", scheme) &&
        !ascii_same_n(text, "https://", scheme)) {
        return _("not an http or https address");
    }
    for (const char *p = text; *p; p++) {
        if (strchr(" \"<>", *p)) {
            return no_url;
        }
    }
    if (!plain_is(text)) {
        return no_url;
    }
    if (strstr(text + scheme, "/graph?") || strstr(text + scheme, "/query?")) {
        return _("the address of a page, not of the server; leave out its last part and what "
                 "follows the '?'");
    }
    if (strchr(text + scheme, '#')) {
        return _("more than a base address; leave out what follows the '#'");
    }
    return NULL;
}

/**
 * Where the path of TEXT goes on with what Prometheus has below its base, `/api/v1/query`; NULL: it
 * does not. The API of Kubernetes has longer paths, which lead to a base.
 */
static const char *api_part(const char *text, size_t scheme)
{
    static const char api[] = "/api/v1";
    static const char *const parts[] = {"", "/", "/query", "/query_range", "/query_exemplars",
        "/labels", "/series", "/targets", "/rules", "/alerts", "/metadata", "/status/buildinfo"};
    size_t len = strcspn(text + scheme, "?") + scheme;
    const char *at = strstr(text + scheme, api), *found = NULL;
    for (; at && at < text + len; at = strstr(at + 1, api)) {
        size_t rest = (size_t)(text + len - at) - (sizeof api - 1);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            bool is = strlen(parts[i]) == rest && strncmp(at + sizeof api - 1, parts[i], rest) == 0;
            found = is && !strchr(at, '@') ? at : found; // else it may be of a password
        }
    }
    return found;
}

static void explain_base(const char *text, const char *end, struct str *why)
{
    char *base = mem_strndup(text, (size_t)(end - text));
    struct arena a = {0};
    str_setf(why, _("the address of the API, not of the server; give the base URL, %s"),
        url_shown(&a, base));
    arena_finish(&a);
    free(base);
}

/** The host in LEN bytes of `name:password@host:port`. */
static const char *skip_user(const char *authority, size_t len)
{
    const char *host = authority;
    for (const char *p = authority; p < authority + len; p++) {
        if (*p == '@') {
            host = p + 1;
        }
    }
    return host;
}

bool url_has_user(const char *text)
{
    const char *authority = text + scheme_length(text);
    return skip_user(authority, strcspn(authority, "/?#")) > authority;
}

bool url_split(const char *text, char **url, char **user, char **params, struct str *why)
{
    size_t scheme = scheme_length(text);
    const char *authority = text + scheme;
    size_t authority_len = strcspn(authority, "/?#");
    const char *host = skip_user(authority, authority_len);
    const char *fault = text_fault(text, scheme);
    if (!fault) {
        fault = host_fault(host, authority_len - (size_t)(host - authority));
    }
    char *decoded = NULL;
    if (!fault && host > authority) {
        decoded = decode_user(authority, (size_t)(host - authority) - 1);
        fault = decoded
                    ? NULL
                    : _("not an address: its user or password is not percent-encoded correctly");
    }
    const char *api = api_part(text, scheme);
    if (api && plain_is(text)) {
        explain_base(text, api, why);
        free(decoded);
        return false;
    }
    if (fault) {
        str_setf(why, "%s", fault);
        return false;
    }
    struct str s;
    str_init(&s);
    if (scheme) {
        str_append(&s, text, scheme);
    } else {
        str_add(&s, "http://");
    }
    size_t len = strcspn(host, "?");
    *params = host[len] && host[len + 1] ? mem_strdup(host + len + 1) : NULL;
    while (host[len - 1] == '/') {
        len--;
    }
    str_append(&s, host, len);
    *url = str_take(&s);
    *user = decoded;
    return true;
}

bool url_same_origin(const char *a, const char *b)
{
    struct origin left, right;
    return origin_parse(&left, a) && origin_parse(&right, b) && origin_same(&left, &right);
}

bool url_has_path(const char *url)
{
    const char *host = strstr(url, "://");
    return host && strchr(host + 3, '/');
}

bool url_looks_like(const char *word)
{
    return strpbrk(word, ".:/") != NULL;
}

/** What may be credentials: from the scheme to the last '@', as a password may hold a '/'. */
static size_t credentials(const char *text, size_t *start)
{
    const char *at = strrchr(text, '@');
    *start = scheme_length(text);
    return at && at >= text + *start ? (size_t)(at - text) - *start : 0;
}

void url_add_shown(struct str *s, const char *text)
{
    size_t start;
    size_t len = credentials(text, &start);
    struct str shown;
    str_init(&shown);
    str_append(&shown, text, start);
    const char *rest = text + start + len + (len || text[start] == '@');
    str_append(&shown, rest, strcspn(rest, "?")); // a token may follow
    plain_add(s, shown.text);
    str_finish(&shown);
}

const char *url_shown(struct arena *a, const char *text)
{
    struct str s;
    str_init(&s);
    url_add_shown(&s, text);
    return arena_take(a, &s);
}

void url_wipe(char *text)
{
    size_t start;
    size_t len = credentials(text, &start);
    memset(text + start, '*', len);
    char *params = strchr(text, '?');
    if (params) {
        memset(params + 1, '*', strlen(params + 1));
    }
}
