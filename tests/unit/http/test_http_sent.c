/*
 * The client: what is sent, to whom, and who is said to ask.
 */
#include "http/client.h"

#include "http/target.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/http/served.h"

static void test_get_and_post(void **state)
{
    (void)state;
    struct http_client *c = client_for("/ok/prom/?namespace=rag#top");
    const struct http_request request = {.path = "/api/v1/query", .query = "query=up%7B%7D"};
    assert_int_equal(client_ask(c, request).status, 200);
    assert_last_has("\"method\": \"GET\", \"path\": \"/ok/prom/api/v1/query\", "
                    "\"query\": \"namespace=rag&query=up%7B%7D\", \"body\": \"\"");
    assert_last_has("\"accept-encoding\": \"identity\"");
    struct http_request post = request;
    post.post = true;
    post.gzip = true;
    assert_int_equal(client_ask(c, post).status, 200);
    assert_last_has("\"method\": \"POST\", \"path\": \"/ok/prom/api/v1/query\", "
                    "\"query\": \"namespace=rag\", \"body\": \"query=up%7B%7D\"");
    assert_last_has("\"content-type\": \"application/x-www-form-urlencoded\"");
    assert_last_has("\"accept-encoding\": \"gzip\"");
    assert_int_equal(client_ask(c, request).status, 200); // nothing of the POST stays behind
    assert_last_has("\"method\": \"GET\"");
    assert_last_has("\"body\": \"\"");
    http_destroy(c);
}

// What changes a server is sent once, whatever becomes of it, and nowhere else.
static void test_orders(void **state)
{
    (void)state;
    static const struct {
        const char *prefix;
        enum http_outcome outcome;
        long status;
    } cases[] = {
        {"/ok", HTTP_ANSWERED, 200}, {"/no-post", HTTP_ANSWERED, 405},
        {"/bar-post-403", HTTP_ANSWERED, 403}, {"/redirect", HTTP_ANSWERED, 307},
        {"/redirect-302", HTTP_ANSWERED, 302}, {"/reset", HTTP_BROKEN, 0},
        {"/empty", HTTP_BROKEN, 0}, // curl would send it again over a kept connection
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_client *c = client_for("");
        char path[64];
        snprintf(path, sizeof path, "%s/silences", cases[i].prefix);
        client_get(c, "/ok/kept");
        clerk_reset();
        struct http_reply reply = client_ask(
            c, (struct http_request){.path = path, .query = "{\"a\":1}", .order = "POST"});
        assert_int_equal(reply.outcome, cases[i].outcome);
        assert_int_equal(reply.status, cases[i].status);
        assert_int_equal(clerk_counted("posts"), 1);
        assert_int_equal(clerk_counted("requests"), 1);
        if (cases[i].status == 200) {
            assert_last_has("\"body\": \"{\\\"a\\\":1}\"");
            assert_last_has("\"content-type\": \"application/json\"");
            client_ask(c, (struct http_request){.path = "/ok/silence/x", .order = "DELETE"});
            assert_last_has("\"method\": \"DELETE\", \"path\": \"/ok/silence/x\"");
            assert_last_has("\"body\": \"\"");
            client_get(c, "/ok/after"); // nothing of it stays behind
            assert_last_has("\"method\": \"GET\"");
            assert_last_lacks("application/json");
        }
        http_destroy(c);
    }
}

static void test_fallback_to_get(void **state)
{
    (void)state;
    static const char *const prefixes[] = {"/no-post", "/no-post-501", "/bar-post-403",
        "/bar-post-406", "/bar-post-415", "/bar-post-400", "/bar-post-200", "/bar-post-403-json",
        "/bar-post-415-json", "/bar-post-404-json", "/bar-post-400-json"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        clerk_reset();
        struct http_client *c = client_for(prefixes[i]);
        for (int round = 0; round < 3; round++) {
            struct http_reply reply = client_ask(
                c, (struct http_request){.path = "/query", .query = "query=up", .post = true});
            assert_int_equal(reply.status, 200);
            assert_int_equal(strncmp(reply.body, "{\"status\": \"success\"", 20), 0);
            assert_last_has("\"query\": \"query=up\", \"body\": \"\"");
        }
        assert_int_equal(clerk_counted("posts"), 1);
        assert_int_equal(clerk_counted("requests"), 4);
        http_destroy(c);
    }
}

static void test_bars_get_as_well(void **state)
{
    (void)state;
    static const char *const prefixes[] = {"/bar-all", "/bar-all-json"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        clerk_reset();
        struct http_client *c = client_for(prefixes[i]);
        for (int round = 0; round < 3; round++) {
            struct http_reply reply = client_ask(
                c, (struct http_request){.path = "/query", .query = "query=up", .post = true});
            assert_int_equal(reply.status, 403);
        }
        assert_int_equal(clerk_counted("posts"), 3); // it is not for the method, which stays
        assert_int_equal(clerk_counted("requests"), 6);
        http_destroy(c);
    }
}

static void test_redirects(void **state)
{
    (void)state;
    static const char *const paths[] = {"/redirect/query", "/redirect-302/query"};
    struct http_client *c = client_for("");
    for (size_t i = 0; i < 2; i++) {
        struct http_reply reply = client_ask(
            c, (struct http_request){.path = paths[i], .query = "query=up", .post = true});
        assert_int_equal(reply.status, 200);
        assert_last_has("\"method\": \"POST\"");
        assert_last_has("\"query\": \"hop=1\", \"body\": \"query=up\"");
        reply = client_ask(c, (struct http_request){.path = paths[i], .query = "query=up"});
        assert_int_equal(reply.status, 200);
        assert_int_equal(reply.body[0], '{'); // and nothing of the redirect's own body
        assert_last_has("\"query\": \"query=up&hop=1\"");
    }
    clerk_reset();
    struct http_reply reply = client_get(c, "/redirect-loop");
    assert_int_equal(reply.outcome, HTTP_ANSWERED);
    assert_int_equal(reply.status, 302);
    assert_int_equal(clerk_counted("requests"), 4);
    reply = client_get(c, "/redirect-away");
    assert_int_equal(reply.outcome, HTTP_NO_HOST);
    assert_why(&reply, served.plain.port,
        "HOST:PORT redirects to sso.invalid:443: cannot resolve sso.invalid");
    assert_string_equal(reply.place, "sso.invalid:443");
    assert_true(reply.stranger);
    http_destroy(c);
}

// Who fails is named, and who sent us there.
static void test_redirects_name_who_answers(void **state)
{
    (void)state;
    static const struct {
        const char *path, *why, *place;
        enum http_outcome outcome;
        bool post;
    } cases[] = {
        {"/elsewhere/503", "A redirects to B, which answered 503 Service Unavailable", "B",
            HTTP_ANSWERED, false},
        {"/elsewhere/401", "A redirects to B, which answered 401 Unauthorized", "B", HTTP_ANSWERED,
            true},
        {"/elsewhere/404", "A redirects to B, which answered 404 Not Found", "B", HTTP_ANSWERED,
            true},
        {"/elsewhere/redirect-loop",
            "A redirects to B, which answered 302 Found, a redirect to B that is not followed", "B",
            HTTP_ANSWERED, false},
        {"/elsewhere/reset", "A redirects to B: B reset the connection", "B", HTTP_BROKEN, true},
        {"/refused-away", "A redirects to localhost:1: connection refused by localhost:1",
            "localhost:1", HTTP_REFUSED, false},
        {"/elsewhere-tls", "A redirects to B: B does not speak TLS", "B", HTTP_NOT_TLS, false},
        {"/no-post-away", "A answered 503 Service Unavailable", "A", HTTP_ANSWERED, true},
        {"/503", "A answered 503 Service Unavailable", "A", HTTP_ANSWERED, false},
    };
    char a[40], b[40];
    snprintf(a, sizeof a, "127.0.0.1:%d", served.plain.port);
    snprintf(b, sizeof b, "localhost:%d", served.plain.port);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char url[100];
        snprintf(url, sizeof url, "http://%s", a);
        struct http_options options = client_options(url);
        struct http_client *c = client_create(&options);
        struct http_reply reply = client_ask(
            c, (struct http_request){.path = cases[i].path, .query = "x=y", .post = cases[i].post});
        struct str why;
        str_init(&why);
        for (const char *p = cases[i].why; *p; p++) {
            bool name = (*p == 'A' || *p == 'B') &&
                        (p[1] == ' ' || p[1] == ':' || p[1] == ',' || p[1] == '\0');
            if (name) {
                str_add(&why, *p == 'A' ? a : b);
            } else {
                str_addc(&why, *p);
            }
        }
        assert_string_equal(reply.why, why.text);
        assert_int_equal(reply.outcome, cases[i].outcome);
        const char *place = *cases[i].place == 'A'   ? a
                            : *cases[i].place == 'B' ? b
                                                     : cases[i].place;
        assert_string_equal(reply.place, place);
        assert_int_equal(reply.stranger, strcmp(place, a) != 0);
        assert_true(!reply.redirected_by == (strcmp(place, a) == 0));
        str_finish(&why);
        http_destroy(c);
    }
}

static void test_which_redirects_are_safe(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *url;
        bool away;
    } cases[] = {
        {"http://host:90/a", "http://host:90/b/?c=d", "http://host:90/b/?c=d", false},
        {"http://host/a", "http://HOST:80/b", "http://HOST:80/b", false},
        {"http://host/a", "https://host/a", "https://host/a", false},
        {"http://host:90/a", "https://host:90/a", "https://host:90/a", false},
        {"http://host:90/a", "https://host/a", "https://host/a", true},
        {"http://host:90/a", "https://host:91/a", "https://host:91/a", true},
        {"http://host/a", "https://host:444/a", "https://host:444/a", true},
        {"http://host/a", "https://host.evil/a", "https://host.evil/a", true},
        {"http://host/a", "https://evil.host/a", "https://evil.host/a", true},
        {"http://host/a", "https://host%2eevil/a", "https://host.evil/a", true},
        {"http://host/a", "http://host:80@evil/a", "http://evil/a", true},
        {"http://[::1]/a", "http://[::1]:80/b", "http://[::1]:80/b", false},
        {"http://[::1]/a", "http://[::2]/b", "http://[::2]/b", true},
        {"http://host:90/a", "http://evil:word@host:90/b", "http://host:90/b", false},
        {"http://host:90/a", "http://host:91/a", "http://host:91/a", true},
        {"https://host/a", "https://host:444/a", "https://host:444/a", true},
        {"http://host/a", "http://host.evil/a", "http://host.evil/a", true},
        {"http://host/a", "http://host@evil/a", "http://evil/a", true},
        {"http://host/a", "https://name:word@evil/a", "https://evil/a", true},
        {"https://host/a", "http://host/a", NULL, false},
        {"https://host/a", "http://other/a", NULL, false},
        {"http://host/a", "file:///etc/passwd", NULL, false},
        {"http://host/a", "ftp://host/a", NULL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool away = false;
        char *url = target_redirect(cases[i].from, cases[i].to, &away);
        assert_true(!url == !cases[i].url);
        if (url) {
            assert_string_equal(url, cases[i].url);
        }
        assert_int_equal(away, cases[i].away);
        free(url);
    }
}

// What says who asks is for the server asked, and not for those that it sends us to.
static void test_strangers_learn_nothing(void **state)
{
    (void)state;
    char url[100];
    snprintf(url, sizeof url, "http://name:word@127.0.0.1:%d/redirect-host", served.plain.port);
    struct http_options options = client_options(url);
    char *headers[] = {field("X-Scope-OrgID: team-a"), field("Cookie: a=b")};
    options.endpoint.headers = headers;
    options.endpoint.headers_count = 2;
    options.connections = 1;
    struct http_client *c = client_create(&options);
    struct http_reply reply =
        client_ask(c, (struct http_request){.path = "/query", .query = "query=up", .post = true});
    assert_int_equal(reply.status, 200);
    char other[40];
    snprintf(other, sizeof other, "localhost:%d", served.plain.port);
    assert_string_equal(reply.place, other);
    assert_true(reply.stranger);
    assert_last_has("\"host\": \"localhost:");
    assert_last_has("\"body\": \"query=up\"");
    assert_last_lacks("authorization");
    assert_last_lacks("team-a");
    assert_last_lacks("cookie");
    options.endpoint.url = field(url); // and the next request to the server itself has it all again
    snprintf(strstr(url, "/redirect-host"), 20, "/ok");
    http_destroy(c);
    c = client_create(&options);
    client_get(c, "/query");
    assert_last_has("\"authorization\": \"Basic ");
    assert_last_has("team-a");
    http_destroy(c);

    options.endpoint.stay = true;
    snprintf(strstr(url, "/ok"), 20, "/redirect-host");
    c = client_create(&options);
    reply = client_get(c, "/query");
    assert_int_equal(reply.status, 302);
    assert_has(reply.why, "that is not followed");
    http_destroy(c);
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void test_token_file(void **state)
{
    (void)state;
    char url[100], path[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/ok", served.plain.port);
    snprintf(path, sizeof path, "%s/token", served.folder);
    write_file(path, "  first-token \n");
    struct http_options options = client_options(url);
    options.endpoint.bearer_token_file = field(path);
    options.connections = 1;
    struct http_client *c = client_create(&options);
    client_get(c, "/query");
    assert_last_has("\"authorization\": \"Bearer first-token\"");
    write_file(path, "second-token");
    client_get(c, "/query");
    assert_last_has("\"authorization\": \"Bearer second-token\"");

    static const char *const bad[] = {"", " \n", "secret\r\nX-Evil: 1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_file(path, bad[i]);
        struct http_reply reply = client_get(c, "/query");
        assert_int_equal(reply.outcome, HTTP_FAILED);
        assert_has(reply.why, "the token file ");
        assert_null(strstr(reply.why, "secret"));
    }
    unlink(path);
    client_start_many(c, "/query", 3); // all end, the slot is not lost
    for (int i = 0; i < 3; i++) {
        struct http_reply reply = client_next(c);
        assert_int_equal(reply.outcome, HTTP_FAILED);
        assert_has(reply.why, "cannot read the token file ");
        assert_has(reply.why, "no such file");
    }
    write_file(path, "third-token");
    assert_int_equal(client_get(c, "/query").status, 200);
    http_destroy(c);
}

// A GET on the connection of a POST: the signature is over no form, and certainly not over that
// one.
static void test_signatures(void **state)
{
    (void)state;
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/aws", served.plain.port);
    struct http_options options = client_options(url);
    options.endpoint.sigv4 = field("aws:amz:eu-west-1:aps");
    options.endpoint.user = field("AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    options.connections = 1;
    struct http_client *c = client_create(&options);
    for (int i = 0; i < 4; i++) {
        const struct http_request request = {
            .path = "/api/v1/query", .query = "query=up&time=1.000", .post = i % 2 == 0};
        assert_int_equal(client_ask(c, request).status, 200);
    }
    http_destroy(c);
}

static void test_who_asks(void **state)
{
    (void)state;
    char url[100];
    snprintf(url, sizeof url, "http://url%%40user:p%%3Aw@127.0.0.1:%d/ok", served.plain.port);
    struct http_options options = client_options(url);
    char *headers[] = {field("X-Scope-OrgID: team-a"), field("X-Empty: ")};
    options.endpoint.headers = headers;
    options.endpoint.headers_count = 2;
    options.user_agent = "ragtop/test";
    struct http_client *c = client_create(&options);
    struct http_reply reply = client_get(c, "/query");
    assert_null(strstr(reply.why, "user"));
    assert_last_has("\"authorization\": \"Basic dXJsQHVzZXI6cDp3\""); // url@user:p:w
    assert_last_has("\"x-scope-orgid\": \"team-a\"");
    assert_last_has("\"x-empty\": \"\"");
    assert_last_has("\"user-agent\": \"ragtop/test\"");
    http_destroy(c);

    options.endpoint.user = field("name:a:b");
    c = client_create(&options);
    client_get(c, "/query");
    assert_last_has("\"authorization\": \"Basic bmFtZTphOmI=\"");
    http_destroy(c);
}

static void test_proxy(void **state)
{
    (void)state;
    char proxy[100];
    snprintf(proxy, sizeof proxy, "http://name:pass-word@127.0.0.1:%d", served.plain.port);
    struct http_options options = client_options("http://prometheus.invalid:9090/ok");
    options.endpoint.proxy = field(proxy);
    struct http_client *c = client_create(&options);
    client_get(c, "/query");
    assert_last_has("\"path\": \"http://prometheus.invalid:9090/ok/query\"");
    http_destroy(c);

    int port;
    int fd = bound_socket(&port);
    snprintf(proxy, sizeof proxy, "http://name:pass-word@127.0.0.1:%d", port);
    c = client_create(&options);
    struct http_reply reply = client_get(c, "/query");
    assert_int_equal(reply.outcome, HTTP_REFUSED);
    assert_why(&reply, port, "connection refused by the proxy HOST:PORT");
    http_destroy(c);

    options.endpoint.no_proxy =
        field("127.0.0.1"); // a host that is asked directly is the one that refuses
    options.endpoint.url = field(proxy + strlen("http://name:pass-word@"));
    c = client_create(&options);
    reply = client_get(c, "/query");
    assert_why(&reply, port, "connection refused by HOST:PORT");
    http_destroy(c);

    options = client_options("http://prometheus.invalid:9090/ok");
    setenv("http_proxy", proxy, 1);
    c = client_create(&options);
    reply = client_get(c, "/query");
    unsetenv("http_proxy");
    assert_why(&reply, port, "connection refused by the proxy HOST:PORT");
    http_destroy(c);
    close(fd);
}

int main(void)
{
    alarm(DEADLINE_S); // a wait that never ends is a failure
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_get_and_post),
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_fallback_to_get),
        cmocka_unit_test(test_bars_get_as_well),
        cmocka_unit_test(test_redirects),
        cmocka_unit_test(test_redirects_name_who_answers),
        cmocka_unit_test(test_which_redirects_are_safe),
        cmocka_unit_test(test_strangers_learn_nothing),
        cmocka_unit_test(test_token_file),
        cmocka_unit_test(test_signatures),
        cmocka_unit_test(test_who_asks),
        cmocka_unit_test(test_proxy),
    };
    return cmocka_run_group_tests(tests, served_set_up, served_tear_down) ||
           access(served.folder, F_OK) == 0;
}
