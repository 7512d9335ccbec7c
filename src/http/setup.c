#include "http/setup.h"

#include <string.h>

#include "base/check.h"
#include "endpoint/way.h"
#include "http/authorities.h"
#include "http/handle.h"

enum { CONNECT_MS = 5000, TLS_BEFORE_FIRST = 9 };

int64_t setup_connect_ms(int64_t timeout_ms)
{
    return timeout_ms < CONNECT_MS ? timeout_ms : CONNECT_MS;
}

static void set_pem(CURL *easy, CURLoption option, const char *text)
{
    struct curl_blob blob = {.flags = CURL_BLOB_COPY};
    if (text) {
        memcpy(&blob.data, &text, sizeof text); // curl's pointer is not const, and it copies
        blob.len = strlen(text);
        set(easy, option, &blob);
    }
}

static long tls_versions(const struct endpoint *o)
{
    // in the order of TLS 1.0 to 1.3, behind what libcurl takes without being told
    static const long least[] = {CURL_SSLVERSION_DEFAULT, CURL_SSLVERSION_TLSv1_0,
        CURL_SSLVERSION_TLSv1_1, CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_TLSv1_3};
    static const long most[] = {CURL_SSLVERSION_MAX_DEFAULT, CURL_SSLVERSION_MAX_TLSv1_0,
        CURL_SSLVERSION_MAX_TLSv1_1, CURL_SSLVERSION_MAX_TLSv1_2, CURL_SSLVERSION_MAX_TLSv1_3};
    return least[o->tls_min ? o->tls_min - TLS_BEFORE_FIRST : 0] |
           most[o->tls_max ? o->tls_max - TLS_BEFORE_FIRST : 0];
}

// A proxy is checked with them too, whatever the server is checked with.
static void set_authorities(CURL *easy, bool given)
{
    struct authorities here = authorities_here(easy);
    if (!here.file && !here.folder) {
        return;
    }
    set(easy, CURLOPT_PROXY_CAINFO, here.file);
    set(easy, CURLOPT_PROXY_CAPATH, here.folder);
    if (!given) {
        set(easy, CURLOPT_CAINFO, here.file);
        set(easy, CURLOPT_CAPATH, here.folder);
    }
}

static void set_tls(CURL *easy, const struct endpoint *o)
{
    set_authorities(easy, o->ca.file || o->ca.text);
    if (o->ca.file) {
        set(easy, CURLOPT_CAINFO, o->ca.file);
    }
    set_pem(easy, CURLOPT_CAINFO_BLOB, o->ca.text);
    set(easy, CURLOPT_SSLVERSION, tls_versions(o));
    set(easy, CURLOPT_SSL_VERIFYPEER, o->insecure ? 0L : 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, o->insecure ? 0L : 2L);
    // without one the TLS library would ask for it on the terminal
    set(easy, CURLOPT_KEYPASSWD, "");
}

static void set_rest(CURL *easy, const struct http_options *o)
{
    const struct endpoint *e = &o->endpoint;
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_HTTP_VERSION,
        (long)(e->http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_NOSIGNAL, 1L);
    // else a name server that does not answer stops the program after the time-out
    set(easy, CURLOPT_QUICK_EXIT, 1L);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)setup_connect_ms(e->timeout_ms));
    set(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)o->body_max);
    set(easy, CURLOPT_USERAGENT, o->user_agent);
    if (e->proxy || e->no_environment_proxy) {
        set(easy, CURLOPT_PROXY, e->proxy ? e->proxy : "");
    }
    if (e->no_proxy) {
        set(easy, CURLOPT_NOPROXY, e->no_proxy);
    }
}

CURL *setup_handle(const struct http_options *options, struct str *why)
{
    enum way_part part;
    if (!way_check(&options->endpoint, &part, why)) {
        return NULL;
    }
    CURL *easy = curl_easy_init();
    if (!easy) {
        check_die("out of memory");
    }
    set_tls(easy, &options->endpoint);
    set_rest(easy, options);
    return easy;
}

CURL *setup_copy(CURL *model)
{
    CURL *easy = curl_easy_duphandle(model);
    if (!easy) {
        check_die("out of memory");
    }
    return easy;
}

CURL *setup_own_handle(CURL *model, const struct endpoint *o, struct curl_slist *connect_to)
{
    CURL *easy = setup_copy(model);
    set(easy, CURLOPT_SSLCERT, o->cert.file);
    set(easy, CURLOPT_SSLKEY, o->key.file);
    set_pem(easy, CURLOPT_SSLCERT_BLOB, o->cert.text);
    set_pem(easy, CURLOPT_SSLKEY_BLOB, o->key.text);
    set(easy, CURLOPT_CONNECT_TO, connect_to);
    return easy;
}
