/*
 * The client: answers, faults, and servers that are not there.
 */
#include "http/client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/http/served.h"

struct fault_case {
    const char *path;
    enum http_outcome outcome;
    long status;
    bool gzip;
    const char *body, *why;
};

static const struct fault_case FAULTS[] = {
    {"/ok/query", HTTP_ANSWERED, 200, false, "\"vector\"", "HOST:PORT answered 200 OK"},
    {"/ok/query_range", HTTP_ANSWERED, 200, false, "\"matrix\"", "HOST:PORT answered 200 OK"},
    {"/html", HTTP_ANSWERED, 200, false, "<!DOCTYPE html>", "HOST:PORT answered 200 OK"},
    {"/nobody", HTTP_ANSWERED, 200, false, "", "HOST:PORT answered 200 OK"},
    {"/401", HTTP_ANSWERED, 401, false, "Unauthorized", "HOST:PORT answered 401 Unauthorized"},
    {"/403", HTTP_ANSWERED, 403, false, "Forbidden", "HOST:PORT answered 403 Forbidden"},
    {"/404", HTTP_ANSWERED, 404, false, "page", "HOST:PORT answered 404 Not Found"},
    {"/422", HTTP_ANSWERED, 422, false, "too many samples",
        "HOST:PORT answered 422 Unprocessable Content"},
    {"/500", HTTP_ANSWERED, 500, false, "input/output",
        "HOST:PORT answered 500 Internal Server Error"},
    {"/503", HTTP_ANSWERED, 503, false, "Service Unavailable",
        "HOST:PORT answered 503 Service Unavailable"},
    {"/gzip/query", HTTP_ANSWERED, 200, true, "\"vector\"", "HOST:PORT answered 200 OK"},
    {"/gzip/query", HTTP_ANSWERED, 200, false, "\"vector\"", "HOST:PORT answered 200 OK"},
    {"/deep", HTTP_ANSWERED, 200, false, "[[[[", "HOST:PORT answered 200 OK"},
    {"/reset", HTTP_BROKEN, 0, false, "", "HOST:PORT reset the connection"},
    {"/empty", HTTP_BROKEN, 0, false, "", "HOST:PORT closed the connection without an answer"},
    {"/cut", HTTP_BROKEN, 0, false, "", "the answer from HOST:PORT was cut off after 512 bytes"},
    {"/cut-chunked", HTTP_BROKEN, 0, false, "",
        "the answer from HOST:PORT was cut off after 512 bytes"},
    {"/nothttp", HTTP_NOT_HTTP, 0, false, "", "HOST:PORT does not speak HTTP"},
    {"/badstatus", HTTP_NOT_HTTP, 0, false, "", "HOST:PORT does not speak HTTP"},
    {"/badchunk", HTTP_BROKEN, 0, false, "",
        "the answer from HOST:PORT was cut off after 10 bytes"},
    {"/badlength", HTTP_NOT_HTTP, 0, false, "", "HOST:PORT does not speak HTTP"},
    {"/short", HTTP_ANSWERED, 200, false, "{\"status\"", "HOST:PORT answered 200 OK"},
    {"/204", HTTP_ANSWERED, 204, false, "", "HOST:PORT answered 204 No Content"},
    {"/headers", HTTP_BROKEN, 0, false, "", "HOST:PORT sends endless headers"},
    {"/longheader", HTTP_BROKEN, 0, false, "", "HOST:PORT sent a header that is too long"},
    {"/badgzip", HTTP_BROKEN, 0, true, "", "HOST:PORT sent broken compressed data"},
    {"/huge", HTTP_TOO_LARGE, 0, false, "", "the answer from HOST:PORT is larger than 1 MiB"},
    {"/announced", HTTP_TOO_LARGE, 0, false, "", "the answer from HOST:PORT is larger than 1 MiB"},
    {"/gzip-bomb", HTTP_TOO_LARGE, 0, true, "", "the answer from HOST:PORT is larger than 1 MiB"},
    {"/gzip-bomb", HTTP_TOO_LARGE, 0, false, "", "the answer from HOST:PORT is larger than 1 MiB"},
};

static void test_faults(void **state)
{
    (void)state;
    struct http_client *c = client_for("");
    for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++) {
        const struct fault_case *f = &FAULTS[i];
        struct http_reply reply =
            client_ask(c, (struct http_request){.path = f->path, .gzip = f->gzip, .tag = i});
        if (reply.outcome != f->outcome || reply.status != f->status) {
            fail_msg("%s: outcome %d, status %ld: %s", f->path, (int)reply.outcome, reply.status,
                reply.why);
        }
        assert_why(&reply, served.plain.port, f->why);
        assert_has(reply.body, f->body);
        assert_int_equal(reply.tag, i);
        assert_int_equal(strlen(reply.body), reply.body_len);
        assert_true(reply.outcome == HTTP_ANSWERED || reply.body_len == 0);
        assert_true(reply.seconds > 0 && reply.seconds < TIMEOUT_MS / 1000);
    }
    assert_int_equal(http_pending(c), 0);
    http_destroy(c);
}

static void test_timeouts(void **state)
{
    (void)state;
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", served.plain.port);
    struct http_options options = client_options(url);
    options.endpoint.timeout_ms = SHORT_MS;
    struct http_client *c = client_create(&options);
    struct http_reply reply = client_get(c, "/hang");
    assert_int_equal(reply.outcome, HTTP_TIMEOUT);
    assert_why(&reply, served.plain.port, "no answer from HOST:PORT within 0.25 s");
    assert_true(reply.wait_s == 0);
    http_destroy(c);
    options.endpoint.timeout_ms = 1500; // a byte per second: some have come, others have not
    c = client_create(&options);
    reply = client_get(c, "/drip");
    assert_int_equal(reply.outcome, HTTP_TIMEOUT);
    assert_has(reply.why, " was incomplete after 1.5 s (");
    http_destroy(c);
}

static struct http_reply ask_once(struct http_client **c, const char *url)
{
    struct http_options options = client_options(url);
    options.endpoint.timeout_ms = SHORT_MS;
    *c = client_create(&options);
    return client_get(*c, "/");
}

static void test_nobody_there(void **state)
{
    (void)state;
    int port;
    int fd = bound_socket(&port); // bound and not listening: nobody else can take the port
    char url[100];
    snprintf(url, sizeof url, "http://name:pass-word@127.0.0.1:%d/prefix", port);
    struct http_client *c;
    struct http_reply reply = ask_once(&c, url);
    assert_int_equal(reply.outcome, HTTP_REFUSED);
    assert_why(&reply, port, "connection refused by HOST:PORT");
    http_destroy(c);
    close(fd);

    reply = ask_once(&c, "http://name:pass-word@prometheus.invalid:9090");
    assert_int_equal(reply.outcome, HTTP_NO_HOST);
    assert_has(reply.why, "cannot resolve prometheus.invalid");
    assert_null(strstr(reply.why, "pass-word"));
    http_destroy(c);
}

/** Not a word about the server, which has nothing to do with it. */
static void test_no_files_left(void **state)
{
    (void)state;
    struct http_client *c = client_for("/ok");
    struct rlimit before, limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    int lowest = dup(0);
    close(lowest);
    limit = (struct rlimit){.rlim_cur = (rlim_t)lowest, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    struct http_reply reply = client_ask(c, (struct http_request){.path = "/x"});
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(reply.outcome, HTTP_FAILED);
    assert_non_null(strstr(reply.why, "too many open files: the limit is "));
    http_destroy(c);
}

static void test_connect_timeout(void **state)
{
    (void)state;
    int port;
    int fd = bound_socket(&port);
    assert_int_equal(listen(fd, 0), 0);
    struct sockaddr_in at = {.sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)port)};
    int filler[8]; // nobody accepts, so after the first few the kernel drops what comes
    for (size_t i = 0; i < sizeof filler / sizeof *filler; i++) {
        filler[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(filler[i], (struct sockaddr *)&at, sizeof at);
    }
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
    struct http_client *c;
    struct http_reply reply = ask_once(&c, url);
    assert_int_equal(reply.outcome, HTTP_CONNECT_TIMEOUT);
    assert_why(&reply, port, "no connection to HOST:PORT within 0.25 s");
    http_destroy(c);
    for (size_t i = 0; i < sizeof filler / sizeof *filler; i++) {
        close(filler[i]);
    }
    close(fd);
}

static void test_silent_handshake(void **state)
{
    (void)state;
    int port;
    int fd = bound_socket(&port);
    assert_int_equal(listen(fd, 8), 0); // the kernel connects, and nobody ever speaks
    char url[100];
    snprintf(url, sizeof url, "https://127.0.0.1:%d", port);
    struct http_client *c;
    struct http_reply reply = ask_once(&c, url);
    assert_int_equal(reply.outcome, HTTP_TIMEOUT);
    assert_why(&reply, port,
        "HOST:PORT accepted the connection but completed no TLS handshake within 0.25 s");
    http_destroy(c);
    close(fd);
}

static void test_moments(void **state)
{
    (void)state;
    struct http_client *c = client_for("");
    struct http_reply reply = client_get(c, "/429");
    assert_int_equal(reply.status, 429);
    assert_int_equal(reply.retry_after_s, 7);
    reply = client_get(c, "/429-date");
    assert_int_equal(reply.retry_after_s, 90);
    assert_true(reply.server_ms == INT64_C(1770195600000));
    reply = client_get(c, "/ok");
    assert_int_equal(reply.retry_after_s, -1);
    reply = client_get(c, "/reset");
    assert_true(reply.server_ms == -1 && reply.retry_after_s == -1);
    http_destroy(c);
}

static void nobody_makes_us_wait_long(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int64_t seconds;
    } cases[] = {
#define AFTER "/retry-after?after="
        {AFTER "0", 0},
        {AFTER "299", 299},
        {AFTER "300", 300},
        {AFTER "301", 300},
        {AFTER "3155760000", 300}, // a century
        {AFTER "99999999999999999999999", 300},
        {AFTER "120%20", 120},
        {AFTER "-5", -1},
        {AFTER "1.5", -1},
        {AFTER "1e3", -1},
        {AFTER "12s", -1},
        {AFTER "7,%208", -1},
        {AFTER "soon", -1},
        {AFTER "", -1},
        {AFTER "Wed,%2004%20Feb%202026%2008:59:59%20GMT", 0},
        {AFTER "Wed,%2004%20Feb%202026%2009:04:59%20GMT", 299},
        {AFTER "Wed,%2004%20Feb%202026%2009:05:00%20GMT", 300},
        {AFTER "Wed,%2004%20Feb%202026%2009:05:01%20GMT", 300},
        // what a time_t of 32 bits cannot hold is not known
        {AFTER "Fri,%2004%20Feb%202095%2009:00:00%20GMT", sizeof(time_t) > 4 ? 300 : -1},
        {AFTER "Thu,%2001%20Jan%201970%2000:00:00%20GMT", 0},
        {AFTER "Wed,%2099%20Feb%202026%2009:05:00%20GMT", -1},
        // no clock to hold it against
        {AFTER "Wed,%2004%20Feb%202026%2009:01:30%20GMT&dateless", -1},
        {AFTER "90&dateless", 90},
#undef AFTER
    };
    struct http_client *c = client_for("");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_reply reply = client_get(c, cases[i].path);
        assert_int_equal(reply.status, 503);
        if (reply.retry_after_s != cases[i].seconds) {
            fail_msg("%s: %lld", cases[i].path, (long long)reply.retry_after_s);
        }
    }
    http_destroy(c);
}

int main(void)
{
    alarm(DEADLINE_S); // a wait that never ends is a failure
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_timeouts),
        cmocka_unit_test(test_nobody_there),
        cmocka_unit_test(test_no_files_left),
        cmocka_unit_test(test_connect_timeout),
        cmocka_unit_test(test_silent_handshake),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(nobody_makes_us_wait_long),
    };
    return cmocka_run_group_tests(tests, served_set_up, served_tear_down) ||
           access(served.folder, F_OK) == 0;
}
