#include "http/fault_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/disk.h"
#include "base/mem.h"
#include "base/room.h"
#include "base/utf8.h"
#include "http/target.h"

enum { DETAIL_BYTES = 160 };

static void add_detail(struct str *s, const char *detail)
{
    if (*detail) {
        str_add(s, " (");
        utf8_add_brief(s, detail, DETAIL_BYTES);
        str_addc(s, ')');
    }
}

static const char *detail_of(const struct fault *f)
{
    return *f->detail ? f->detail : curl_easy_strerror(f->code);
}

// the part behind the last colon, where TLS libraries put the reason
static const char *last_part(const char *detail)
{
    const char *colon = strrchr(detail, ':');
    if (!colon) {
        return detail;
    }
    return colon + 1 + strspn(colon + 1, " ");
}

// "host:port" without the port
static int host_length(const char *place)
{
    const char *colon = strrchr(place, ':');
    return (int)(colon ? colon - place : (ptrdiff_t)strlen(place));
}

static void add_seconds(struct str *s, int64_t ms)
{
    str_addf(s, "%g s", (double)ms / 1000);
}

static void add_size(struct str *s, size_t bytes)
{
    const size_t kib = 1024;
    if (bytes && bytes % (kib * kib) == 0) {
        str_addf(s, "%zu MiB", bytes / (kib * kib));
    } else if (bytes && bytes % kib == 0) {
        str_addf(s, "%zu KiB", bytes / kib);
    } else {
        str_addf(s, "%zu %s", bytes, str_plural((double)bytes, "byte", "bytes"));
    }
}

static curl_off_t microseconds(CURL *easy, CURLINFO which)
{
    curl_off_t value = 0;
    return curl_easy_getinfo(easy, which, &value) == CURLE_OK ? value : 0;
}

static enum http_outcome no_host(const struct fault *f, const char *place, struct str *why)
{
    if (strstr(f->detail, "thread failed to start")) { // which says nothing about the name
        str_addf(why, "no thread can be started to look up %.*s (ulimit -u, ulimit -v)",
            host_length(place), place);
        return HTTP_FAILED;
    }
    str_addf(why, "no address for %.*s", host_length(place), place);
    return HTTP_NO_HOST;
}

// "host:port" that curl could not connect to, as it says itself; NULL: it does not say
static char *tried_place(const char *detail)
{
    char host[256], port[6];
    if (sscanf(detail, "Failed to connect to %255s port %5[0-9]", host, port) != 2) {
        return NULL;
    }
    struct str s;
    str_init(&s);
    utf8_add_clean(&s, host, DETAIL_BYTES);
    str_addf(&s, ":%s", port);
    return str_take(&s);
}

// Whether a proxy stands between: the environment may name one, or exempt this host from another.
static bool is_proxied(const struct fault *f, const char *tried)
{
    return tried ? !ascii_same(tried, f->place) : f->proxy != NULL;
}

static enum http_outcome not_connected_to(
    const struct fault *f, const char *what, const char *place, struct str *why)
{
    long error = 0;
    curl_easy_getinfo(f->easy, CURLINFO_OS_ERRNO, &error);
    switch (error) {
    case ECONNREFUSED:
        str_addf(why, "connection refused by %s%s", what, place);
        return HTTP_REFUSED;
    case ETIMEDOUT:
        str_addf(why, "no connection to %s%s: the network timed out", what, place);
        return HTTP_CONNECT_TIMEOUT;
    case EHOSTUNREACH:
    case ENETUNREACH: str_addf(why, "no route to %s%s", what, place); return HTTP_NO_ROUTE;
    default:
        str_addf(why, "no connection to %s%s", what, place);
        if (!error && room_is_none()) { // curl had no socket, and does not say why
            str_add(why, ": ");
            disk_add_error(why, EMFILE);
            return HTTP_FAILED;
        }
        if (error) {
            str_add(why, " (");
            disk_add_error(why, (int)error);
            str_addc(why, ')');
        } else {
            add_detail(why, detail_of(f));
        }
        return HTTP_FAILED;
    }
}

static enum http_outcome not_connected(const struct fault *f, struct str *why)
{
    char *tried = tried_place(f->detail);
    bool proxied = is_proxied(f, tried);
    const char *place = tried ? tried : proxied ? f->proxy : f->place;
    enum http_outcome outcome = not_connected_to(f, proxied ? "the proxy " : "", place, why);
    free(tried);
    return outcome;
}

static enum http_outcome timed_out(const struct fault *f, struct str *why)
{
    long sent = 0;
    curl_easy_getinfo(f->easy, CURLINFO_REQUEST_SIZE, &sent);
    const char *nearest = f->proxy ? f->proxy : f->place;
    if (sent > 0 && microseconds(f->easy, CURLINFO_PRETRANSFER_TIME_T) > 0) {
        if (f->body_len) {
            str_addf(why, "the answer from %s was not whole after ", f->place);
            add_seconds(why, f->timeout_ms);
            str_addf(why, " (%zu %s came)", f->body_len,
                str_plural((double)f->body_len, "byte", "bytes"));
        } else {
            str_addf(why, "no answer from %s within ", f->place);
            add_seconds(why, f->timeout_ms);
        }
        return HTTP_TIMEOUT;
    }
    // a connect time is counted only when TLS or the proxy's tunnel is done, too
    long local_port = 0;
    curl_easy_getinfo(f->easy, CURLINFO_LOCAL_PORT, &local_port);
    if (local_port > 0) {
        str_addf(why, "%s took the connection but no %s came about within ", nearest,
            f->proxy ? "way through it" : "TLS");
        add_seconds(why, f->connect_ms);
        return HTTP_TIMEOUT;
    }
    if (microseconds(f->easy, CURLINFO_NAMELOOKUP_TIME_T) == 0) {
        str_addf(why, "no address for %.*s within ", host_length(nearest), nearest);
        add_seconds(why, f->connect_ms);
        return HTTP_NO_HOST;
    }
    char *tried = tried_place(f->detail);
    str_addf(why, "no connection to %s%s within ",
        tried && is_proxied(f, tried) ? "the proxy " : "", tried ? tried : nearest);
    free(tried);
    add_seconds(why, f->connect_ms);
    return HTTP_CONNECT_TIMEOUT;
}

// "host:port" that the certificate has to be for: not the one connected to where TLS has a name of
// its own
static char *certified_place(const struct fault *f)
{
    char *url = NULL;
    curl_easy_getinfo(f->easy, CURLINFO_EFFECTIVE_URL, &url);
    char *place = url ? target_place(url) : NULL;
    return place ? place : mem_strdup(f->place);
}

static enum http_outcome wrong_name(const struct fault *f, const char *place, struct str *why)
{
    char *named = place == f->place ? certified_place(f) : mem_strdup(place);
    str_addf(why, "the certificate of %s is for another name than %.*s", place, host_length(named),
        named);
    free(named);
    return HTTP_WRONG_NAME;
}

static enum http_outcome untrusted(const struct fault *f, struct str *why)
{
    long of_proxy = 0;
    curl_easy_getinfo(f->easy, CURLINFO_PROXY_SSL_VERIFYRESULT, &of_proxy);
    const char *place = of_proxy && f->proxy ? f->proxy : f->place;
    int host = host_length(place);
    if (strstr(f->detail, "subject name") || strstr(f->detail, "subjectAltName")) {
        return wrong_name(f, place, why);
    }
    if (strstr(f->detail, "expired") || strstr(f->detail, "not yet valid")) {
        str_addf(why, "the certificate of %.*s %s", host, place,
            strstr(f->detail, "expired") ? "has expired" : "is not valid yet");
        return HTTP_EXPIRED;
    }
    str_addf(why, "the certificate of %.*s is not trusted", host, place);
    add_detail(why, last_part(detail_of(f)));
    return HTTP_UNTRUSTED;
}

static enum http_outcome no_handshake(const struct fault *f, struct str *why)
{
    if (strstr(f->detail, "wrong version number") || strstr(f->detail, "packet length too long")) {
        str_addf(why, "%s does not speak TLS", f->place);
        return HTTP_NOT_TLS;
    }
    str_addf(why, "the TLS handshake with %s failed", f->place);
    add_detail(why, last_part(detail_of(f)));
    return HTTP_TLS;
}

static enum http_outcome cut(const struct fault *f, struct str *why)
{
    str_addf(why, "the answer from %s was cut after %zu %s", f->place, f->body_len,
        str_plural((double)f->body_len, "byte", "bytes"));
    return HTTP_BROKEN;
}

static enum http_outcome connection_lost(const struct fault *f, struct str *why)
{
    long tunnel = 0;
    curl_easy_getinfo(f->easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
    if (tunnel >= 300) {
        str_addf(why, "the proxy %s refuses to connect to %s: it answered %ld",
            f->proxy ? f->proxy : "of the environment", f->place, tunnel);
        return HTTP_FAILED;
    }
    if (strstr(f->detail, "alert")) { // a certificate is refused only after the handshake
        str_addf(why, "%s refuses the TLS connection", f->place);
        add_detail(why, last_part(detail_of(f)));
        return HTTP_UNWANTED;
    }
    if (f->body_len) {
        return cut(f, why);
    }
    if (strstr(f->detail, "reset by peer") || strstr(f->detail, "Broken pipe")) {
        str_addf(why, "%s reset the connection", f->place);
    } else {
        str_addf(why, "the connection to %s broke", f->place);
        add_detail(why, detail_of(f));
    }
    return HTTP_BROKEN;
}

static enum http_outcome stopped(const struct fault *f, struct str *why)
{
    if (f->headers_too_large) {
        str_addf(why, "%s sends endless headers", f->place);
        return HTTP_BROKEN;
    }
    if (f->body_too_large) {
        str_add(why, "more than ");
        add_size(why, f->body_max);
        str_addf(why, " of answer from %s", f->place);
        return HTTP_TOO_LARGE;
    }
    str_addf(why, "the answer from %s cannot be read", f->place);
    add_detail(why, detail_of(f));
    return HTTP_BROKEN;
}

static enum http_outcome not_http(const struct fault *f, struct str *why)
{
    str_addf(why, "%s does not speak HTTP", f->place);
    return HTTP_NOT_HTTP;
}

static enum http_outcome no_way_through(const struct fault *f, struct str *why)
{
    str_addf(why, "the proxy %s cannot connect to %s", f->proxy ? f->proxy : "of the environment",
        f->place);
    add_detail(why, detail_of(f));
    return HTTP_FAILED;
}

static enum http_outcome broken(const struct fault *f, const char *clause, struct str *why)
{
    str_addf(why, "%s %s", f->place, clause);
    return HTTP_BROKEN;
}

enum http_outcome fault_explain(const struct fault *f, struct str *why)
{
    if (f->body_too_large || f->headers_too_large) {
        return stopped(f, why);
    }
    switch ((int)f->code) {
    case CURLE_COULDNT_RESOLVE_HOST: return no_host(f, f->place, why);
    case CURLE_PROXY: return no_way_through(f, why);
    case CURLE_COULDNT_RESOLVE_PROXY: return no_host(f, f->proxy ? f->proxy : "the proxy", why);
    case CURLE_COULDNT_CONNECT: return not_connected(f, why);
    case CURLE_OPERATION_TIMEDOUT: return timed_out(f, why);
    case CURLE_PEER_FAILED_VERIFICATION: return untrusted(f, why);
    case CURLE_SSL_CONNECT_ERROR: return no_handshake(f, why);
    case CURLE_SSL_CACERT_BADFILE:
        str_add(why, "the CA file holds no certificate that can be used");
        return HTTP_TLS;
    case CURLE_SSL_CERTPROBLEM:
        str_add(why, "the client certificate and key cannot be used");
        add_detail(why, detail_of(f));
        return HTTP_TLS;
    case CURLE_GOT_NOTHING: return broken(f, "closed the connection without an answer", why);
    case CURLE_PARTIAL_FILE: return cut(f, why);
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: return connection_lost(f, why);
    case CURLE_UNSUPPORTED_PROTOCOL: // HTTP/0.9: bytes without a status line
    case CURLE_WEIRD_SERVER_REPLY: return not_http(f, why);
    case CURLE_BAD_CONTENT_ENCODING: return broken(f, "sent compressed data that is broken", why);
    case CURLE_OUT_OF_MEMORY: return broken(f, "sent a header too long to be read", why);
    case CURLE_FILESIZE_EXCEEDED:
        return stopped(
            &(struct fault){.place = f->place, .body_max = f->body_max, .body_too_large = true},
            why);
    default:
        str_addf(why, "no answer from %s", f->place);
        add_detail(why, detail_of(f));
        return HTTP_FAILED;
    }
}

void fault_add_status(struct str *why, const char *place, const char *redirected_by, long status)
{
    static const struct {
        long status;
        const char *name;
    } names[] = {{200, "OK"}, {204, "No Content"}, {301, "Moved Permanently"}, {302, "Found"},
        {303, "See Other"}, {307, "Temporary Redirect"}, {308, "Permanent Redirect"},
        {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"},
        {405, "Method Not Allowed"}, {407, "Proxy Authentication Required"},
        {408, "Request Timeout"}, {413, "Content Too Large"}, {414, "URI Too Long"},
        {422, "Unprocessable Content"}, {429, "Too Many Requests"}, {500, "Internal Server Error"},
        {501, "Not Implemented"}, {502, "Bad Gateway"}, {503, "Service Unavailable"},
        {504, "Gateway Timeout"}};
    if (redirected_by) {
        str_addf(why, "%s redirects to %s, which answered %ld", redirected_by, place, status);
    } else {
        str_addf(why, "%s answered %ld", place, status);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].status == status) {
            str_addf(why, " %s", names[i].name);
        }
    }
}
