#include "http/setup.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/check.h"
#include "base/mem.h"

enum { CONNECT_MS = 5000, TOKEN_MAX = 64 * 1024 };

#define set(easy, option, value) check(curl_easy_setopt(easy, option, value) == CURLE_OK)

int64_t setup_connect_ms(int64_t timeout_ms)
{
    return timeout_ms < CONNECT_MS ? timeout_ms : CONNECT_MS;
}

static bool read_file(const char *path, struct str *out, size_t max)
{
    // without O_NONBLOCK a named pipe would stop the program until somebody writes
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return false;
    }
    char chunk[4096];
    ssize_t got = 0;
    while (out->len <= max && (got = read(fd, chunk, sizeof chunk)) != 0) {
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            break;
        }
        str_append(out, chunk, (size_t)got);
    }
    int error = errno;
    close(fd);
    errno = error;
    return got >= 0;
}

static void trim(struct str *s)
{
    while (s->len && isspace((unsigned char)s->text[s->len - 1])) {
        s->text[--s->len] = '\0';
    }
    size_t skip = 0;
    while (isspace((unsigned char)s->text[skip])) {
        skip++;
    }
    if (skip) {
        s->len -= skip;
        memmove(s->text, s->text + skip, s->len + 1);
    }
}

static bool is_one_line(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (iscntrl((unsigned char)text[i]) && text[i] != '\t') {
            return false;
        }
    }
    return true;
}

bool setup_read_token(const char *path, struct str *token, struct str *why)
{
    str_clear(token);
    if (!read_file(path, token, TOKEN_MAX)) {
        str_setf(why, "cannot read the token file %s: %s", path, strerror(errno));
        return false;
    }
    trim(token);
    if (!token->len) {
        str_setf(why, "the token file %s is empty", path);
        return false;
    }
    if (token->len > TOKEN_MAX || !is_one_line(token->text, token->len)) {
        str_setf(why, "the token file %s does not hold one line with a token", path);
        return false;
    }
    return true;
}

static bool check_readable(const char *path, const char *what, struct str *why)
{
    if (!path || access(path, R_OK) == 0) {
        return true;
    }
    str_setf(why, "cannot read the %s %s: %s", what, path, strerror(errno));
    return false;
}

// Before curl sees it: what curl says of a proxy it cannot use would repeat its password.
static bool check_proxy(const char *proxy, struct str *why)
{
    static const char *const known[] = {"http", "https", "socks4", "socks4a", "socks5", "socks5h"};
    const char *end = proxy ? strstr(proxy, "://") : NULL;
    for (size_t i = 0; end && i < sizeof known / sizeof *known; i++) {
        size_t len = strlen(known[i]);
        if ((size_t)(end - proxy) == len && strncasecmp(proxy, known[i], len) == 0) {
            return true;
        }
    }
    if (end) {
        str_setf(why, "the proxy's URL must begin with http://, https:// or socks5://");
    }
    return !end;
}

static bool check_files(const struct http_options *o, struct str *why)
{
    bool fine = check_readable(o->ca_file, "CA file", why) &&
                check_readable(o->cert_file, "certificate file", why) &&
                check_readable(o->key_file, "key file", why);
    if (fine && o->key_file && !o->cert_file) {
        str_setf(why, "the key file %s needs a certificate file beside it", o->key_file);
        return false;
    }
    if (fine && o->bearer_token_file) {
        struct str token;
        str_init(&token);
        fine = setup_read_token(o->bearer_token_file, &token, why);
        str_finish(&token);
    }
    return fine;
}

// RFC 9110: a name is a token
static size_t header_name_length(const char *header)
{
    return strspn(header, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                          "!#$%&'*+-.^_`|~");
}

static void append(struct curl_slist **list, const char *text)
{
    struct curl_slist *longer = curl_slist_append(*list, text);
    if (!longer) {
        check_die("out of memory");
    }
    *list = longer;
}

static bool add_header(struct curl_slist **list, const char *header, size_t number, struct str *why)
{
    size_t name = header_name_length(header);
    if (!name || header[name] != ':') {
        str_setf(why, "header %zu is not of the form \"Name: value\"", number);
        return false;
    }
    if (!is_one_line(header, strlen(header))) {
        str_setf(
            why, "the value of the header %.*s is more than one line of text", (int)name, header);
        return false;
    }
    if (header[name + 1 + strspn(header + name + 1, " \t")]) {
        append(list, header);
        return true;
    }
    // curl takes "Name:" for "leave it out" and "Name;" for "send it empty"
    char *empty = mem_strdup(header);
    empty[name] = ';';
    empty[name + 1] = '\0';
    append(list, empty);
    free(empty);
    return true;
}

static struct curl_slist *new_headers(const struct http_options *o, struct str *why)
{
    struct curl_slist *list = NULL;
    append(&list, "Expect:"); // else a long query waits for a "100 Continue" that proxies forget
    for (size_t i = 0; i < o->headers_count; i++) {
        if (!add_header(&list, o->headers[i], i + 1, why)) {
            curl_slist_free_all(list);
            return NULL;
        }
    }
    return list;
}

static void set_user(CURL *easy, const char *user, const struct target *target)
{
    const char *colon = user ? strchr(user, ':') : NULL;
    char *name = user ? mem_strndup(user, colon ? (size_t)(colon - user) : strlen(user))
                      : mem_strdup(target->user ? target->user : "");
    const char *password = user ? (colon ? colon + 1 : "") : target->password;
    set(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    set(easy, CURLOPT_USERNAME, name);
    set(easy, CURLOPT_PASSWORD, password ? password : "");
    free(name);
}

static void set_tls(CURL *easy, const struct http_options *o)
{
    if (o->ca_file) {
        set(easy, CURLOPT_CAINFO, o->ca_file);
    }
    set(easy, CURLOPT_SSLCERT, o->cert_file);
    set(easy, CURLOPT_SSLKEY, o->key_file);
    set(easy, CURLOPT_SSL_VERIFYPEER, o->insecure ? 0L : 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, o->insecure ? 0L : 2L);
    // without one the TLS library would ask for it on the terminal
    set(easy, CURLOPT_KEYPASSWD, "");
}

static void set_rest(CURL *easy, const struct http_options *o)
{
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    set(easy, CURLOPT_NOSIGNAL, 1L);
    // else a name server that does not answer stops the program after the time-out
    set(easy, CURLOPT_QUICK_EXIT, 1L);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)setup_connect_ms(o->timeout_ms));
    set(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)o->body_max);
    set(easy, CURLOPT_USERAGENT, o->user_agent);
    if (o->proxy) {
        set(easy, CURLOPT_PROXY, o->proxy);
    }
}

CURL *setup_handle(const struct http_options *options, const struct target *target,
    struct curl_slist **headers, struct str *why)
{
    bool by_name = options->user || target->user;
    if (by_name && options->bearer_token_file) {
        str_setf(why, "%s: give a user or a bearer token file, not both", target->place);
        return NULL;
    }
    if (!check_proxy(options->proxy, why) || !check_files(options, why)) {
        return NULL;
    }
    struct curl_slist *list = new_headers(options, why);
    if (!list) {
        return NULL;
    }
    CURL *easy = curl_easy_init();
    if (!easy) {
        check_die("out of memory");
    }
    set(easy, CURLOPT_HTTPHEADER, list);
    if (by_name) {
        set_user(easy, options->user, target);
    }
    set_tls(easy, options);
    set_rest(easy, options);
    *headers = list;
    return easy;
}
