#include "http/fault_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/ascii.h"
#include "base/disk.h"
#include "base/room.h"
#include "base/size.h"
#include "base/text.h"
#include "base/utf8.h"
#include "http/authorities.h"
#include "http/status_name.h"
#include "http/target.h"

enum { DETAIL_BYTES = 160 };

/** What is being told: F into WHY, with texts that last as long as A. */
struct telling {
    const struct fault *f;
    struct arena *a;
    struct str *why;
};

static void say_with(const struct telling *t, const char *clause, const char *detail)
{
    struct str brief;
    if (!*detail) {
        str_add(t->why, clause);
        return;
    }
    str_init(&brief);
    utf8_add_brief(&brief, detail, DETAIL_BYTES);
    str_addf(t->why, _("%s (%s)"), clause, brief.text);
    str_finish(&brief);
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
static const char *host_of(const struct telling *t, const char *place)
{
    const char *colon = strrchr(place, ':');
    size_t len = colon ? (size_t)(colon - place) : strlen(place);
    return arena_printf(t->a, "%.*s", (int)len, place);
}

static const char *seconds(const struct telling *t, int64_t ms)
{
    return arena_printf(t->a, _("%g s"), (double)ms / 1000);
}

static curl_off_t microseconds(CURL *easy, CURLINFO which)
{
    curl_off_t value = 0;
    return curl_easy_getinfo(easy, which, &value) == CURLE_OK ? value : 0;
}

static enum http_outcome no_host(const struct telling *t, bool of_proxy)
{
    const char *place = of_proxy ? t->f->proxy : t->f->place;
    if (strstr(t->f->detail, "thread failed to start")) { // which says nothing about the name
        str_addf(t->why,
            _("cannot look up %s: no thread can be started; raise ulimit -u or ulimit -v"),
            place ? host_of(t, place) : _("the proxy"));
        return HTTP_FAILED;
    }
    if (!place) {
        str_add(t->why, _("cannot resolve the proxy"));
    } else {
        str_addf(t->why, of_proxy ? _("cannot resolve the proxy %s") : _("cannot resolve %s"),
            host_of(t, place));
    }
    return HTTP_NO_HOST;
}

// "host:port" that curl could not connect to, as it says itself; NULL: it does not say
static const char *tried_place(const struct telling *t)
{
    char host[256], port[6];
    if (sscanf(t->f->detail, "Failed to connect to %255s port %5[0-9]", host, port) != 2) {
        return NULL;
    }
    struct str s;
    str_init(&s);
    utf8_add_clean(&s, host, DETAIL_BYTES);
    str_addf(&s, ":%s", port);
    return arena_take(t->a, &s);
}

// Whether a proxy stands between: the environment may name one, or exempt this host from another.
static bool is_proxied(const struct fault *f, const char *tried)
{
    return tried ? !ascii_same(tried, f->place) : f->proxy != NULL;
}

static enum http_outcome not_connected_to(const struct telling *t, bool proxied, const char *place)
{
    long error = 0;
    curl_easy_getinfo(t->f->easy, CURLINFO_OS_ERRNO, &error);
    switch (error) {
    case ECONNREFUSED:
        str_addf(t->why,
            proxied ? _("connection refused by the proxy %s") : _("connection refused by %s"),
            place);
        return HTTP_REFUSED;
    case ETIMEDOUT:
        str_addf(t->why,
            proxied ? _("no connection to the proxy %s: the network timed out")
                    : _("no connection to %s: the network timed out"),
            place);
        return HTTP_CONNECT_TIMEOUT;
    case EHOSTUNREACH:
    case ENETUNREACH:
        str_addf(t->why, proxied ? _("no route to the proxy %s") : _("no route to %s"), place);
        return HTTP_NO_ROUTE;
    default: break;
    }
    const char *clause = arena_printf(
        t->a, proxied ? _("no connection to the proxy %s") : _("no connection to %s"), place);
    bool no_room = !error && room_is_none(); // curl had no socket, and does not say why
    struct str reason;
    str_init(&reason);
    if (error || no_room) {
        disk_add_error(&reason, no_room ? EMFILE : (int)error);
    }
    if (no_room) {
        str_addf(t->why, _("%s: %s"), clause, reason.text);
    } else {
        say_with(t, clause, error ? reason.text : detail_of(t->f));
    }
    str_finish(&reason);
    return HTTP_FAILED;
}

static enum http_outcome not_connected(const struct telling *t)
{
    const char *tried = tried_place(t);
    bool proxied = is_proxied(t->f, tried);
    return not_connected_to(t, proxied, tried ? tried : proxied ? t->f->proxy : t->f->place);
}

static enum http_outcome not_answered(const struct telling *t)
{
    const struct fault *f = t->f;
    const char *limit = seconds(t, f->timeout_ms);
    if (f->body_len) {
        str_addf(t->why, _("the answer from %s was incomplete after %s (%s received)"), f->place,
            limit, size_in(t->a, f->body_len));
    } else {
        str_addf(t->why, _("no answer from %s within %s"), f->place, limit);
    }
    return HTTP_TIMEOUT;
}

static enum http_outcome timed_out(const struct telling *t)
{
    const struct fault *f = t->f;
    long sent = 0;
    curl_easy_getinfo(f->easy, CURLINFO_REQUEST_SIZE, &sent);
    if (sent > 0 && microseconds(f->easy, CURLINFO_PRETRANSFER_TIME_T) > 0) {
        return not_answered(t);
    }
    const char *nearest = f->proxy ? f->proxy : f->place, *limit = seconds(t, f->connect_ms);
    // a connect time is counted only when TLS or the proxy's tunnel is done, too
    long local_port = 0;
    curl_easy_getinfo(f->easy, CURLINFO_LOCAL_PORT, &local_port);
    if (local_port > 0) {
        str_addf(t->why,
            f->proxy ? _("the proxy %s accepted the connection but opened no tunnel within %s")
                     : _("%s accepted the connection but completed no TLS handshake within %s"),
            nearest, limit);
        return HTTP_TIMEOUT;
    }
    if (microseconds(f->easy, CURLINFO_NAMELOOKUP_TIME_T) == 0) {
        str_addf(t->why, _("cannot resolve %s within %s"), host_of(t, nearest), limit);
        return HTTP_NO_HOST;
    }
    const char *tried = tried_place(t);
    bool proxied = tried && is_proxied(f, tried);
    str_addf(t->why,
        proxied ? _("no connection to the proxy %s within %s") : _("no connection to %s within %s"),
        tried ? tried : nearest, limit);
    return HTTP_CONNECT_TIMEOUT;
}

static enum http_outcome wrong_name(const struct telling *t, const char *place)
{
    // not the one connected to where TLS has a name of its own
    char *url = NULL, *named = NULL;
    if (place == t->f->place) {
        curl_easy_getinfo(t->f->easy, CURLINFO_EFFECTIVE_URL, &url);
        named = url ? target_place(url) : NULL;
    }
    str_addf(t->why, _("the certificate of %s is for a name other than %s"), place,
        host_of(t, named ? named : place));
    free(named);
    return HTTP_WRONG_NAME;
}

static enum http_outcome untrusted(const struct telling *t)
{
    const struct fault *f = t->f;
    long of_proxy = 0;
    curl_easy_getinfo(f->easy, CURLINFO_PROXY_SSL_VERIFYRESULT, &of_proxy);
    const char *place = of_proxy && f->proxy ? f->proxy : f->place, *host = host_of(t, place);
    if (strstr(f->detail, "subject name") || strstr(f->detail, "subjectAltName")) {
        return wrong_name(t, place);
    }
    if (strstr(f->detail, "expired")) {
        str_addf(t->why, _("the certificate of %s has expired"), host);
        return HTTP_EXPIRED;
    }
    if (strstr(f->detail, "not yet valid")) {
        str_addf(t->why, _("the certificate of %s is not valid yet"), host);
        return HTTP_EXPIRED;
    }
    const struct authorities here = authorities_here(f->easy);
    if (!f->ca_given && authorities_missing(&here, host, t->why)) {
        return HTTP_UNTRUSTED;
    }
    say_with(t, arena_printf(t->a, _("the certificate of %s is not trusted"), host),
        last_part(detail_of(f)));
    return HTTP_UNTRUSTED;
}

static enum http_outcome no_handshake(const struct telling *t)
{
    const struct fault *f = t->f;
    if (strstr(f->detail, "wrong version number") || strstr(f->detail, "packet length too long")) {
        str_addf(t->why, _("%s does not speak TLS"), f->place);
        return HTTP_NOT_TLS;
    }
    say_with(t, arena_printf(t->a, _("the TLS handshake with %s failed"), f->place),
        last_part(detail_of(f)));
    return HTTP_TLS;
}

static enum http_outcome cut(const struct telling *t)
{
    str_addf(t->why, _("the answer from %s was cut off after %s"), t->f->place,
        size_in(t->a, t->f->body_len));
    return HTTP_BROKEN;
}

static enum http_outcome not_let_through(const struct telling *t, long status)
{
    const struct fault *f = t->f;
    if (f->proxy) {
        str_addf(t->why,
            _("the proxy %s refuses to connect to %s: it answered %ld; allow it there, or bypass "
              "the proxy with no_proxy"),
            f->proxy, f->place, status);
    } else {
        str_addf(t->why,
            _("the proxy of the environment refuses to connect to %s: it answered %ld; allow it "
              "there, or bypass the proxy with no_proxy"),
            f->place, status);
    }
    return HTTP_FAILED;
}

static enum http_outcome connection_lost(const struct telling *t)
{
    const struct fault *f = t->f;
    long tunnel = 0;
    curl_easy_getinfo(f->easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
    if (tunnel >= 300) {
        return not_let_through(t, tunnel);
    }
    if (strstr(f->detail, "alert")) { // a certificate is refused only after the handshake
        say_with(t, arena_printf(t->a, _("%s refused the TLS connection"), f->place),
            last_part(detail_of(f)));
        return HTTP_UNWANTED;
    }
    if (f->body_len) {
        return cut(t);
    }
    if (strstr(f->detail, "reset by peer") || strstr(f->detail, "Broken pipe")) {
        str_addf(t->why, _("%s reset the connection"), f->place);
    } else {
        say_with(t, arena_printf(t->a, _("the connection to %s broke"), f->place), detail_of(f));
    }
    return HTTP_BROKEN;
}

static enum http_outcome too_large(const struct telling *t)
{
    str_addf(t->why, _("the answer from %s is larger than %s"), t->f->place,
        size_in(t->a, t->f->body_max));
    return HTTP_TOO_LARGE;
}

static enum http_outcome no_way_through(const struct telling *t)
{
    const struct fault *f = t->f;
    const char *clause =
        f->proxy
            ? arena_printf(t->a, _("the proxy %s cannot connect to %s"), f->proxy, f->place)
            : arena_printf(t->a, _("the proxy of the environment cannot connect to %s"), f->place);
    say_with(t, clause, detail_of(f));
    return HTTP_FAILED;
}

/** Tells SENTENCE, which is about whoever was asked. */
static enum http_outcome tell(
    const struct telling *t, enum http_outcome outcome, const char *sentence)
{
    str_addf(t->why, sentence, t->f->place);
    return outcome;
}

static enum http_outcome unusable_certificate(const struct telling *t)
{
    say_with(t,
        _("the client certificate and its key cannot be used: both must be PEM, and belong "
          "together"),
        detail_of(t->f));
    return HTTP_TLS;
}

static enum http_outcome explain(const struct telling *t)
{
    const struct fault *f = t->f;
    switch ((int)f->code) {
    case CURLE_COULDNT_RESOLVE_HOST: return no_host(t, false);
    case CURLE_PROXY: return no_way_through(t);
    case CURLE_COULDNT_RESOLVE_PROXY: return no_host(t, true);
    case CURLE_COULDNT_CONNECT: return not_connected(t);
    case CURLE_OPERATION_TIMEDOUT: return timed_out(t);
    case CURLE_PEER_FAILED_VERIFICATION: return untrusted(t);
    case CURLE_SSL_CONNECT_ERROR: return no_handshake(t);
    case CURLE_SSL_CACERT_BADFILE:
        str_add(t->why, _("the CA file holds no usable certificate: give it in PEM"));
        return HTTP_TLS;
    case CURLE_SSL_CERTPROBLEM: return unusable_certificate(t);
    case CURLE_GOT_NOTHING:
        return tell(t, HTTP_BROKEN, _("%s closed the connection without an answer"));
    case CURLE_PARTIAL_FILE: return cut(t);
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: return connection_lost(t);
    case CURLE_UNSUPPORTED_PROTOCOL: // HTTP/0.9: bytes without a status line
    case CURLE_WEIRD_SERVER_REPLY: return tell(t, HTTP_NOT_HTTP, _("%s does not speak HTTP"));
    case CURLE_BAD_CONTENT_ENCODING:
        return tell(t, HTTP_BROKEN, _("%s sent broken compressed data"));
    case CURLE_OUT_OF_MEMORY: return tell(t, HTTP_BROKEN, _("%s sent a header that is too long"));
    case CURLE_FILESIZE_EXCEEDED: return too_large(t);
    default:
        say_with(t, arena_printf(t->a, _("no answer from %s"), f->place), detail_of(f));
        return HTTP_FAILED;
    }
}

enum http_outcome fault_explain(const struct fault *f, struct str *why)
{
    struct arena a = {0};
    const struct telling t = {f, &a, why};
    enum http_outcome outcome = f->headers_too_large
                                    ? tell(&t, HTTP_BROKEN, _("%s sends endless headers"))
                                : f->body_too_large ? too_large(&t)
                                                    : explain(&t);
    arena_finish(&a);
    return outcome;
}

static const char *status_in(struct arena *a, long status)
{
    const char *name = status_name(status);
    return arena_printf(a, "%ld%s%s", status, *name ? " " : "", name);
}

void fault_add_status(struct str *why, const char *place, const char *redirected_by, long status)
{
    struct arena a = {0};
    const char *shown = status_in(&a, status);
    if (redirected_by) {
        str_addf(why, _("%s redirects to %s, which answered %s"), redirected_by, place, shown);
    } else {
        str_addf(why, _("%s answered %s"), place, shown);
    }
    arena_finish(&a);
}

void fault_add_proxy_status(struct str *why, const char *proxy, long status)
{
    struct arena a = {0};
    str_addf(why, _("the proxy %s answered %s"), proxy, status_in(&a, status));
    arena_finish(&a);
}
