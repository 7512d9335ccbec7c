/*
 * The client: options that cannot be used, and TLS.
 */
#include "http/client.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/http/served.h"

// ---- options that cannot be used --------------------------------------------------------------

static void assert_refused(const struct http_options *options, const char *expected)
{
    struct str why;
    str_init(&why);
    struct http_client *c = http_create(options, &why);
    assert_null(c);
    assert_string_equal(why.text, expected);
    str_finish(&why);
}

static void test_urls(void **state)
{
    (void)state;
    static const struct {
        const char *url, *why;
    } bad[] = {
        {"", "the URL is empty: use http://host:port"},
        {"http:/foo", "http:/foo is not a URL: use http://host:port"},
        {"http://", "http:// is not a URL (it has no host): use http://host:port"},
        {"http:///foo", "http:///foo is not a URL (it has no host): use http://host:port"},
        {"/prometheus", "/prometheus is not a URL (it has no host): use http://host:port"},
        {"ftp://host", "ftp://host is not a URL (only http and https are supported): use "
                       "http://host:port"},
        {"http://name:pa/ss@host:x",
            "http://***@host:x is not a URL (Port number was not a decimal number between 0 and "
            "65535): use http://host:port"},
        {"http:/name:secret@foo?token=secret", "***@foo is not a URL: use http://host:port"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct http_options options = client_options(bad[i].url);
        assert_refused(&options, bad[i].why);
    }
    static const char *const good[] = {"localhost:9090", "localhost", "HTTP://host", "[::1]:9090",
        "https://host/prefix/", "name:word@host:9090"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct http_options options = client_options(good[i]);
        http_destroy(client_create(&options));
    }
}

static void test_bad_options(void **state)
{
    (void)state;
    char *header = NULL;
    struct http_options options = client_options("http://host");
    options.endpoint.headers = &header;
    options.endpoint.headers_count = 1;
    header = field("no colon, maybe a secret");
    assert_refused(&options, "header 1 is not in the form 'Name: value'");
    header = field("X-A: fine\r\nX-Evil: 1");
    assert_refused(&options, "the value of the header X-A is not one line of text");
    options = client_options("http://host");
    options.endpoint.ca.file = field("/nowhere/ca.pem");
    assert_refused(&options, "cannot read the CA file /nowhere/ca.pem: no such file or directory");
    options = client_options("http://host");
    options.endpoint.bearer_token_file = field("/nowhere/token");
    assert_refused(
        &options, "cannot read the token file /nowhere/token: no such file or directory");
    options.endpoint.user = field("name:word");
    assert_refused(&options, "host:80: give a user or a bearer token file, not both");
    options = client_options("http://host");
    options.endpoint.proxy = field("http://name:secret@:x");
    assert_refused(&options, "the proxy for host:80 is not a URL: use http://host:port");
}

// ---- TLS --------------------------------------------------------------------------------------

static void test_tls(void **state)
{
    (void)state;
    struct server tls = server_start((const char *const[]){"--tls", served.folder, NULL});
    char url[100], by_number[100], plain[100], ca[100];
    snprintf(url, sizeof url, "https://localhost:%d/ok", tls.port);
    snprintf(by_number, sizeof by_number, "https://127.0.0.1:%d/ok", tls.port);
    snprintf(plain, sizeof plain, "https://127.0.0.1:%d/ok", served.plain.port);
    snprintf(ca, sizeof ca, "%s/cert.pem", served.folder);
    const struct {
        const char *url, *ca;
        bool insecure;
        enum http_outcome outcome;
        const char *why;
    } cases[] = {
        {url, NULL, false, HTTP_UNTRUSTED,
            "the certificate of localhost is not trusted (self-signed certificate)"},
        {by_number, ca, false, HTTP_WRONG_NAME,
            "the certificate of HOST:PORT is for a name other than 127.0.0.1"},
        {url, ca, false, HTTP_ANSWERED, NULL},
        {by_number, NULL, true, HTTP_ANSWERED, NULL},
        {plain, NULL, true, HTTP_NOT_TLS, "HOST:PORT does not speak TLS"},
        {url, TEST_DIR "/http/misbehave.py", false, HTTP_TLS,
            "the CA file holds no usable certificate: give it in PEM"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_options options = client_options(cases[i].url);
        options.endpoint.ca.file = field(cases[i].ca);
        options.endpoint.insecure = cases[i].insecure;
        struct http_client *c = client_create(&options);
        struct http_reply reply = client_get(c, "/query");
        if (cases[i].why) {
            assert_why(&reply, cases[i].url == plain ? served.plain.port : tls.port, cases[i].why);
        }
        assert_int_equal(reply.outcome, cases[i].outcome);
        http_destroy(c);
    }
    struct http_options options = client_options(by_number);
    options.endpoint.ca.file = field(ca);
    options.endpoint.server_name = field("other.example");
    struct http_client *c = client_create(&options);
    struct http_reply reply = client_get(c, "/query");
    assert_why(
        &reply, tls.port, "the certificate of HOST:PORT is for a name other than other.example");
    http_destroy(c);
    char path[40], why[200];
    snprintf(path, sizeof path, "/elsewhere-tls/%d", tls.port);
    snprintf(why, sizeof why,
        "HOST:PORT redirects to localhost:%d: the certificate of localhost is not trusted "
        "(self-signed certificate)",
        tls.port);
    c = client_for("");
    reply = client_get(c, path);
    assert_int_equal(reply.outcome, HTTP_UNTRUSTED);
    assert_why(&reply, served.plain.port, why);
    http_destroy(c);
    server_stop(&tls);
}

static void test_expired_certificate(void **state)
{
    (void)state;
    struct server tls =
        server_start((const char *const[]){"--tls", served.folder, "--expired", NULL});
    char url[100], ca[100];
    snprintf(url, sizeof url, "https://localhost:%d/ok", tls.port);
    snprintf(ca, sizeof ca, "%s/cert.pem", served.folder);
    struct http_options options = client_options(url);
    options.endpoint.ca.file = field(ca);
    struct http_client *c = client_create(&options);
    struct http_reply reply = client_get(c, "/query");
    assert_int_equal(reply.outcome, HTTP_EXPIRED);
    assert_string_equal(reply.why, "the certificate of localhost has expired");
    http_destroy(c);
    server_stop(&tls);
}

static void test_client_certificate(void **state)
{
    (void)state;
    struct server tls = server_start((const char *const[]){"--tls", served.folder, "--mtls", NULL});
    char url[100], cert[100], key[100];
    snprintf(url, sizeof url, "https://localhost:%d/ok", tls.port);
    snprintf(cert, sizeof cert, "%s/cert.pem", served.folder);
    snprintf(key, sizeof key, "%s/key.pem", served.folder);
    struct http_options options = client_options(url);
    options.endpoint.ca.file = field(cert);
    struct http_client *c = client_create(&options);
    struct http_reply reply = client_get(c, "/query");
    assert_int_equal(reply.outcome, HTTP_UNWANTED);
    assert_has(reply.why, "refused the TLS connection");
    http_destroy(c);

    options.endpoint.cert.file = field(cert);
    options.endpoint.key.file = field(key);
    c = client_create(&options);
    assert_int_equal(client_get(c, "/query").status, 200);
    http_destroy(c);
    server_stop(&tls);
}

int main(void)
{
    alarm(DEADLINE_S); // a wait that never ends is a failure
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_tls),
        cmocka_unit_test(test_expired_certificate),
        cmocka_unit_test(test_client_certificate),
    };
    return cmocka_run_group_tests(tests, served_set_up, served_tear_down) ||
           access(served.folder, F_OK) == 0;
}
