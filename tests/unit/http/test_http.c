#include "http/client.h"

#include "http/target.h"
#include "http/transfer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#ifndef TEST_DIR
#error "TEST_DIR must name the folder that holds http/misbehave.py"
#endif

enum { TIMEOUT_MS = 20000, SHORT_MS = 250, DEADLINE_S = 120, BODY_MAX = 1024 * 1024 };

struct server {
    pid_t pid;
    int in, port;
};

/** What a test needs: the server, and a second client to ask it what it saw. */
struct world {
    struct server plain;
    struct http_client *clerk;
    char folder[64];
};

static struct world world;

// ---- the server -------------------------------------------------------------------------------

static struct server start_server(const char *const *args)
{
    const char *argv[8] = {"/usr/bin/python3", TEST_DIR "/http/misbehave.py"};
    for (size_t i = 0; args && args[i]; i++) {
        argv[i + 2] = args[i];
    }
    int in[2], out[2];
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    // the server ends when its stdin closes, so no other child may hold this end
    fcntl(in[1], F_SETFD, FD_CLOEXEC);
    struct server s = {.in = in[1]};
    s.pid = fork();
    if (s.pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    FILE *port = fdopen(out[0], "r");
    assert_int_equal(fscanf(port, "%d", &s.port), 1);
    fclose(port);
    return s;
}

static void stop_server(struct server *s)
{
    close(s->in);
    waitpid(s->pid, NULL, 0);
}

// ---- asking -----------------------------------------------------------------------------------

static struct http_options defaults(const char *url)
{
    return (struct http_options){
        .url = url, .timeout_ms = TIMEOUT_MS, .connections = 2, .body_max = BODY_MAX};
}

static struct http_client *create(const struct http_options *options)
{
    struct str why;
    str_init(&why);
    struct http_client *c = http_create(options, &why);
    if (!c) {
        fail_msg("%s", why.text);
    }
    str_finish(&why);
    return c;
}

static struct http_client *create_for(const char *prefix)
{
    char url[200];
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", world.plain.port, prefix);
    struct http_options options = defaults(url);
    return create(&options);
}

static struct http_reply next(struct http_client *c)
{
    struct http_reply reply;
    while (!http_next(c, &reply)) {
        assert_true(http_pending(c) > 0);
        http_wait(c, NULL, 0, TIMEOUT_MS);
    }
    return reply;
}

static struct http_reply ask(struct http_client *c, struct http_request request)
{
    http_start(c, &request);
    return next(c);
}

static struct http_reply get(struct http_client *c, const char *path)
{
    return ask(c, (struct http_request){.path = path});
}

static long counted(const char *name)
{
    struct http_reply reply = get(world.clerk, "/-/stats");
    char key[40];
    snprintf(key, sizeof key, "\"%s\": ", name);
    const char *found = strstr(reply.body, key);
    assert_non_null(found);
    return strtol(found + strlen(key), NULL, 10);
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        fail_msg("\"%s\" does not contain \"%s\"", text, part);
    }
}

static void assert_last_has(const char *part)
{
    assert_has(get(world.clerk, "/-/stats").body, part);
}

static void assert_last_lacks(const char *part)
{
    struct http_reply reply = get(world.clerk, "/-/stats");
    if (strstr(reply.body, part)) {
        fail_msg("\"%s\" contains \"%s\"", reply.body, part);
    }
}

static void reset_counts(void)
{
    while (counted("holding") > 0) { // left over from the test before, and released
    }
    assert_int_equal(get(world.clerk, "/-/reset").status, 200);
}

// why with HOST:PORT in place of the port that differs from run to run
static void assert_why(const struct http_reply *reply, int port, const char *expected)
{
    char place[40], text[400];
    snprintf(place, sizeof place, "127.0.0.1:%d", port);
    const char *at = strstr(reply->why, place);
    if (at) {
        snprintf(text, sizeof text, "%.*sHOST:PORT%s", (int)(at - reply->why), reply->why,
            at + strlen(place));
    } else {
        snprintf(text, sizeof text, "%s", reply->why);
    }
    assert_string_equal(text, expected);
}

// ---- answers and faults -----------------------------------------------------------------------

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
    {"/cut", HTTP_BROKEN, 0, false, "", "the answer from HOST:PORT was cut after 512 bytes"},
    {"/cut-chunked", HTTP_BROKEN, 0, false, "",
        "the answer from HOST:PORT was cut after 512 bytes"},
    {"/nothttp", HTTP_NOT_HTTP, 0, false, "", "HOST:PORT does not speak HTTP"},
    {"/badstatus", HTTP_NOT_HTTP, 0, false, "", "HOST:PORT does not speak HTTP"},
    {"/badchunk", HTTP_BROKEN, 0, false, "", "the answer from HOST:PORT was cut after 10 bytes"},
    {"/badlength", HTTP_NOT_HTTP, 0, false, "", "HOST:PORT does not speak HTTP"},
    {"/short", HTTP_ANSWERED, 200, false, "{\"status\"", "HOST:PORT answered 200 OK"},
    {"/204", HTTP_ANSWERED, 204, false, "", "HOST:PORT answered 204 No Content"},
    {"/headers", HTTP_BROKEN, 0, false, "", "HOST:PORT sends endless headers"},
    {"/longheader", HTTP_BROKEN, 0, false, "", "HOST:PORT sent a header too long to be read"},
    {"/badgzip", HTTP_BROKEN, 0, true, "", "HOST:PORT sent compressed data that is broken"},
    {"/huge", HTTP_TOO_LARGE, 0, false, "", "more than 1 MiB of answer from HOST:PORT"},
    {"/announced", HTTP_TOO_LARGE, 0, false, "", "more than 1 MiB of answer from HOST:PORT"},
    {"/gzip-bomb", HTTP_TOO_LARGE, 0, true, "", "more than 1 MiB of answer from HOST:PORT"},
    {"/gzip-bomb", HTTP_TOO_LARGE, 0, false, "", "more than 1 MiB of answer from HOST:PORT"},
};

static void test_faults(void **state)
{
    (void)state;
    struct http_client *c = create_for("");
    for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++) {
        const struct fault_case *f = &FAULTS[i];
        struct http_reply reply =
            ask(c, (struct http_request){.path = f->path, .gzip = f->gzip, .tag = i});
        if (reply.outcome != f->outcome || reply.status != f->status) {
            fail_msg("%s: outcome %d, status %ld: %s", f->path, (int)reply.outcome, reply.status,
                reply.why);
        }
        assert_why(&reply, world.plain.port, f->why);
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
    snprintf(url, sizeof url, "http://127.0.0.1:%d", world.plain.port);
    struct http_options options = defaults(url);
    options.timeout_ms = SHORT_MS;
    struct http_client *c = create(&options);
    struct http_reply reply = get(c, "/hang");
    assert_int_equal(reply.outcome, HTTP_TIMEOUT);
    assert_why(&reply, world.plain.port, "no answer from HOST:PORT within 0.25 s");
    assert_true(reply.wait_s == 0);
    http_destroy(c);
    options.timeout_ms = 1500; // a byte per second: some have come, others have not
    c = create(&options);
    reply = get(c, "/drip");
    assert_int_equal(reply.outcome, HTTP_TIMEOUT);
    assert_has(reply.why, " was not whole after 1.5 s (");
    http_destroy(c);
}

// a socket bound to a free port of this machine
static int bound_socket(int *port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

static struct http_reply ask_once(struct http_client **c, const char *url)
{
    struct http_options options = defaults(url);
    options.timeout_ms = SHORT_MS;
    *c = create(&options);
    return get(*c, "/");
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
    assert_has(reply.why, "no address for prometheus.invalid");
    assert_null(strstr(reply.why, "pass-word"));
    http_destroy(c);
}

/** Not a word about the server, which has nothing to do with it. */
static void test_no_files_left(void **state)
{
    (void)state;
    struct http_client *c = create_for("/ok");
    struct rlimit before, limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    int lowest = dup(0);
    close(lowest);
    limit = (struct rlimit){.rlim_cur = (rlim_t)lowest, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    struct http_reply reply = ask(c, (struct http_request){.path = "/x"});
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(reply.outcome, HTTP_FAILED);
    assert_non_null(strstr(reply.why, "files may be open at a time (ulimit -n)"));
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
    assert_why(&reply, port, "HOST:PORT took the connection but no TLS came about within 0.25 s");
    http_destroy(c);
    close(fd);
}

static void test_moments(void **state)
{
    (void)state;
    struct http_client *c = create_for("");
    struct http_reply reply = get(c, "/429");
    assert_int_equal(reply.status, 429);
    assert_int_equal(reply.retry_after_s, 7);
    reply = get(c, "/429-date");
    assert_int_equal(reply.retry_after_s, 90);
    assert_true(reply.server_ms == INT64_C(1770195600000));
    reply = get(c, "/ok");
    assert_int_equal(reply.retry_after_s, -1);
    reply = get(c, "/reset");
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
        {AFTER "Fri,%2004%20Feb%202095%2009:00:00%20GMT", 300},
        {AFTER "Thu,%2001%20Jan%201970%2000:00:00%20GMT", 0},
        {AFTER "Wed,%2099%20Feb%202026%2009:05:00%20GMT", -1},
        // no clock to hold it against
        {AFTER "Wed,%2004%20Feb%202026%2009:01:30%20GMT&dateless", -1},
        {AFTER "90&dateless", 90},
#undef AFTER
    };
    struct http_client *c = create_for("");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_reply reply = get(c, cases[i].path);
        assert_int_equal(reply.status, 503);
        if (reply.retry_after_s != cases[i].seconds) {
            fail_msg("%s: %lld", cases[i].path, (long long)reply.retry_after_s);
        }
    }
    http_destroy(c);
}

// ---- the queue --------------------------------------------------------------------------------

static void start_many(struct http_client *c, const char *path, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        http_start(c, &(struct http_request){.path = path, .tag = i});
    }
}

static void test_limit(void **state)
{
    (void)state;
    reset_counts();
    struct http_client *c = create_for("/hold");
    start_many(c, "/query", 6);
    assert_int_equal(http_pending(c), 6);
    while (counted("holding") < 2) {
        http_wait(c, NULL, 0, 1);
    }
    // a third one would have every chance to arrive now
    for (int i = 0; i < 20; i++) {
        http_wait(c, NULL, 0, 1);
        assert_int_equal(counted("holding"), 2);
    }
    assert_int_equal(get(world.clerk, "/-/release").status, 200);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(next(c).outcome, HTTP_ANSWERED);
    }
    assert_int_equal(http_pending(c), 0);
    assert_int_equal(counted("holding_max"), 2);
    assert_int_equal(counted("requests"), 6);
    assert_int_equal(counted("connections"), 2); // kept alive for all six
    http_destroy(c);
}

// What is small on the wire and large in memory must not keep a key waiting.
static void test_large_bodies_come_in_turns(void **state)
{
    (void)state;
    enum { LINES = 1 << 19, LINE = 16, LEAST_TURNS = 6 };
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/gzip-large", world.plain.port);
    struct http_options options = defaults(url);
    options.body_max = 16 * BODY_MAX;
    struct http_client *c = create(&options);
    struct http_reply reply;
    http_start(c, &(struct http_request){.path = "/", .gzip = true});
    int turns = 0;
    for (; !http_next(c, &reply); turns++) {
        http_wait(c, NULL, 0, TIMEOUT_MS);
    }
    assert_int_equal(reply.outcome, HTTP_ANSWERED);
    assert_int_equal(reply.status, 200);
    assert_true(turns >= LEAST_TURNS);
    assert_int_equal(reply.body_len, LINES * LINE);
    for (long i = 0; i < LINES; i++) {
        assert_int_equal(strtol(reply.body + i * LINE, NULL, 10), i);
    }
    http_destroy(c);
}

static void test_order(void **state)
{
    (void)state;
    reset_counts();
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/ok", world.plain.port);
    struct http_options options = defaults(url);
    options.connections = 1;
    struct http_client *c = create(&options);
    start_many(c, "/query", 40);
    for (uint64_t i = 0; i < 40; i++) {
        assert_int_equal(next(c).tag, i);
    }
    assert_int_equal(counted("connections"), 1);
    struct http_reply reply;
    assert_false(http_next(c, &reply));
    http_destroy(c);
}

static void test_lost_connection_is_opened_again(void **state)
{
    (void)state;
    reset_counts();
    struct http_client *c = create_for("");
    assert_int_equal(get(c, "/ok").status, 200);
    assert_int_equal(get(c, "/reset").outcome, HTTP_BROKEN);
    assert_int_equal(get(c, "/ok").status, 200);
    http_destroy(c);
}

static void test_waiting(void **state)
{
    (void)state;
    struct http_client *c = create_for("");
    int pipes[2], quiet[2];
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(pipe(quiet), 0);
    const int fds[] = {quiet[0], pipes[0]};
    assert_int_equal(http_wait(c, fds, 2, 0), 0); // idle, and does not block
    assert_int_equal(http_wait(c, NULL, 0, 1), 0);
    assert_int_equal(write(pipes[1], "k", 1), 1);
    // the deadline of the whole test would pass if these waited for their time-outs
    assert_int_equal(http_wait(c, fds, 2, 1000 * DEADLINE_S), 1u << 1);
    char key;
    assert_int_equal(read(pipes[0], &key, 1), 1);

    http_start(c, &(struct http_request){.path = "/hang"});
    assert_int_equal(http_wait(c, fds, 2, 1), 0);
    assert_int_equal(write(pipes[1], "k", 1), 1);
    http_ready ready;
    while ((ready = http_wait(c, fds, 2, 1000 * DEADLINE_S)) == 0) {
    }
    assert_int_equal(ready, 1u << 1);
    assert_int_equal(http_pending(c), 1);

    assert_int_equal(read(pipes[0], &key, 1), 1);
    assert_int_equal(http_wait(c, fds, 2, 0), 0);
    close(quiet[1]); // a hang-up must be seen: the reader learns it from read()
    assert_int_equal(http_wait(c, fds, 2, 1000 * DEADLINE_S), 1u << 0);
    http_destroy(c);
    close(quiet[0]);
    close(pipes[0]);
    close(pipes[1]);
}

static void test_urgent(void **state)
{
    (void)state;
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/ok", world.plain.port);
    struct http_options options = defaults(url);
    options.connections = 1;
    struct http_client *c = create(&options);
    http_start(c, &(struct http_request){.path = "/query", .urgent = true, .tag = 8});
    start_many(c, "/query", 3);
    http_start(c, &(struct http_request){.path = "/query", .urgent = true, .tag = 9});
    static const uint64_t order[] = {9, 8, 0, 1, 2};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        assert_int_equal(next(c).tag, order[i]);
    }
    http_destroy(c);
}

static void wait_until_held(struct http_client *c, int count)
{
    while (counted("holding") < count) {
        http_wait(c, NULL, 0, 1);
    }
}

static void test_in_flight(void **state)
{
    (void)state;
    reset_counts();
    struct http_client *c = create_for("/hold"); // two connections
    http_set_in_flight(c, 1);
    start_many(c, "/query", 3);
    wait_until_held(c, 1);
    http_wait(c, NULL, 0, 0);
    assert_true(http_recall(c, 1)); // not sent, as one is out
    http_set_in_flight(c, 2);
    wait_until_held(c, 2);
    assert_false(http_recall(c, 2));
    assert_int_equal(get(world.clerk, "/-/release").status, 200);
    for (int i = 0; i < 2; i++) {
        struct http_reply reply = next(c);
        assert_true(reply.wait_s > 0 && reply.wait_s <= reply.seconds);
    }
    http_destroy(c);
}

static void test_cancel(void **state)
{
    (void)state;
    reset_counts();
    struct http_client *c = create_for("/hold"); // two connections
    start_many(c, "/query", 5);
    wait_until_held(c, 2);
    assert_false(http_recall(c, 0));
    http_cancel(c, 0);              // in flight
    assert_true(http_recall(c, 2)); // queued
    assert_false(http_recall(c, 2));
    http_cancel(c, 4);
    http_cancel(c, 7); // nobody
    assert_int_equal(http_pending(c), 2);
    assert_int_equal(get(world.clerk, "/-/release").status, 200);
    bool seen[4] = {false};
    seen[next(c).tag] = true;
    seen[next(c).tag] = true;
    assert_true(seen[1] && seen[3]);
    assert_int_equal(http_pending(c), 0);
    http_destroy(c);

    c = create_for("/ok"); // done, and not taken yet
    start_many(c, "/query", 2);
    while (http_pending(c)) {
        http_wait(c, NULL, 0, TIMEOUT_MS);
    }
    http_cancel(c, 0);
    assert_int_equal(next(c).tag, 1);
    struct http_reply reply;
    assert_false(http_next(c, &reply));
    http_destroy(c);
}

static void test_destroy_in_flight(void **state)
{
    (void)state;
    reset_counts();
    struct http_client *c = create_for("/hold");
    start_many(c, "/query", 5);
    while (counted("holding") < 2) {
        http_wait(c, NULL, 0, 1);
    }
    http_destroy(c);
    assert_int_equal(get(world.clerk, "/-/release").status, 200);

    c = create_for("/ok"); // queued, never driven; and done, never taken
    start_many(c, "/query", 3);
    http_destroy(c);
    c = create_for("/ok");
    start_many(c, "/query", 3);
    while (http_pending(c)) {
        http_wait(c, NULL, 0, TIMEOUT_MS);
    }
    http_destroy(c);
    http_destroy(NULL);
}

// One that hangs keeps nothing of another from being asked, waited for by either of the two.
static void test_joined(void **state)
{
    (void)state;
    enum { QUEUED = 6, ANSWERS = 20 };
    reset_counts();
    struct http_client *held = create_for("/hold"), *good = create_for("/ok");
    http_join(good, held);
    start_many(held, "/query", QUEUED);
    start_many(good, "/query", ANSWERS);
    struct http_reply reply;
    int answers = 0;
    for (int i = 0; answers < ANSWERS; i++) {
        http_wait(i % 2 ? held : good, NULL, 0, TIMEOUT_MS);
        assert_false(http_next(held, &reply));
        while (http_next(good, &reply)) {
            assert_int_equal(reply.outcome, HTTP_ANSWERED);
            answers++;
        }
    }
    assert_int_equal(http_pending(held), QUEUED);
    assert_true(counted("holding") <= 2);
    http_destroy(held); // in flight, and the one that the other joined
    assert_int_equal(get(good, "/query").status, 200);
    http_destroy(good);
    assert_int_equal(get(world.clerk, "/-/release").status, 200);
}

// They share connections at most, and never what says who asks.
static void test_joined_have_secrets_of_their_own(void **state)
{
    (void)state;
    char url[100];
    snprintf(url, sizeof url, "http://name:word@127.0.0.1:%d/ok", world.plain.port);
    struct http_options options = defaults(url);
    const char *headers[] = {"X-Scope-OrgID: team-a"};
    options.headers = headers;
    options.headers_count = 1;
    struct http_client *one = create(&options), *other = create_for("/ok");
    http_join(other, one);
    for (int i = 0; i < 3; i++) {
        get(one, "/query");
        assert_last_has("\"authorization\": \"Basic ");
        assert_last_has("team-a");
        get(other, "/query");
        assert_last_lacks("authorization");
        assert_last_lacks("team-a");
    }
    http_destroy(one);
    http_destroy(other);
}

// ---- what is sent -----------------------------------------------------------------------------

static void test_get_and_post(void **state)
{
    (void)state;
    struct http_client *c = create_for("/ok/prom/?namespace=rag#top");
    const struct http_request request = {.path = "/api/v1/query", .query = "query=up%7B%7D"};
    assert_int_equal(ask(c, request).status, 200);
    assert_last_has("\"method\": \"GET\", \"path\": \"/ok/prom/api/v1/query\", "
                    "\"query\": \"namespace=rag&query=up%7B%7D\", \"body\": \"\"");
    assert_last_has("\"accept-encoding\": \"identity\"");
    struct http_request post = request;
    post.post = true;
    post.gzip = true;
    assert_int_equal(ask(c, post).status, 200);
    assert_last_has("\"method\": \"POST\", \"path\": \"/ok/prom/api/v1/query\", "
                    "\"query\": \"namespace=rag\", \"body\": \"query=up%7B%7D\"");
    assert_last_has("\"content-type\": \"application/x-www-form-urlencoded\"");
    assert_last_has("\"accept-encoding\": \"gzip\"");
    assert_int_equal(ask(c, request).status, 200); // nothing of the POST stays behind
    assert_last_has("\"method\": \"GET\"");
    assert_last_has("\"body\": \"\"");
    http_destroy(c);
}

static void test_fallback_to_get(void **state)
{
    (void)state;
    static const char *const prefixes[] = {"/no-post", "/no-post-501", "/bar-post-403",
        "/bar-post-406", "/bar-post-415", "/bar-post-400", "/bar-post-200", "/bar-post-403-json",
        "/bar-post-415-json", "/bar-post-404-json", "/bar-post-400-json"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        reset_counts();
        struct http_client *c = create_for(prefixes[i]);
        for (int round = 0; round < 3; round++) {
            struct http_reply reply =
                ask(c, (struct http_request){.path = "/query", .query = "query=up", .post = true});
            assert_int_equal(reply.status, 200);
            assert_int_equal(strncmp(reply.body, "{\"status\": \"success\"", 20), 0);
            assert_last_has("\"query\": \"query=up\", \"body\": \"\"");
        }
        assert_int_equal(counted("posts"), 1);
        assert_int_equal(counted("requests"), 4);
        http_destroy(c);
    }
}

static void test_bars_get_as_well(void **state)
{
    (void)state;
    static const char *const prefixes[] = {"/bar-all", "/bar-all-json"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        reset_counts();
        struct http_client *c = create_for(prefixes[i]);
        for (int round = 0; round < 3; round++) {
            struct http_reply reply =
                ask(c, (struct http_request){.path = "/query", .query = "query=up", .post = true});
            assert_int_equal(reply.status, 403);
        }
        assert_int_equal(counted("posts"), 3); // it is not for the method, which stays
        assert_int_equal(counted("requests"), 6);
        http_destroy(c);
    }
}

enum { LARGE_BYTES = 5 * 1000 * 1000, LARGE_COUNT = 14, LARGE_AT_ONCE = 7 };

/** Bytes of all bodies that C holds. */
static size_t held(const struct http_client *c)
{
    size_t bytes = c->shown ? c->shown->body.len : 0;
    for (size_t i = 0; i < c->slots_count; i++) {
        bytes += c->slots[i].job ? c->slots[i].job->body.len : 0;
    }
    for (const struct job *job = c->done.first; job; job = job->next) {
        bytes += job->body.len;
    }
    return bytes;
}

static struct http_client *create_roomy(int connections)
{
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", world.plain.port);
    struct http_options options = defaults(url);
    options.connections = connections;
    options.body_max = 2 * LOOP_HELD_BYTES;
    options.timeout_ms = DEADLINE_S * 1000;
    return create(&options);
}

// Whoever takes answers more slowly than they come does not have to keep them all.
static void test_large_answers_wait_for_each_other(void **state)
{
    (void)state;
    enum { TURNS_OF_REST = 20 };
    struct http_client *c = create_roomy(LARGE_AT_ONCE), *other = create_roomy(LARGE_AT_ONCE);
    http_join(other, c);
    for (int i = 0; i < LARGE_COUNT; i++) {
        http_start(i % 2 ? c : other, &(struct http_request){.path = "/large"});
    }
    size_t most = 0;
    int answered = 0;
    for (int turn = 0; http_pending(c) + http_pending(other) > 0 || answered < LARGE_COUNT;
         turn++) {
        struct http_reply reply;
        http_wait(c, NULL, 0, 10);
        size_t now = held(c) + held(other);
        most = now > most ? now : most;
        if (turn % TURNS_OF_REST == 0 && (http_next(c, &reply) || http_next(other, &reply))) {
            assert_int_equal(reply.outcome, HTTP_ANSWERED);
            assert_int_equal(reply.body_len, LARGE_BYTES);
            answered++;
            http_release(c);
            http_release(other);
        }
    }
    assert_true(most > LOOP_HELD_BYTES / 2); // they did come at the same time
    assert_true(most <= LOOP_HELD_BYTES + LARGE_BYTES + 2 * LARGE_AT_ONCE * LOOP_SMALL_BYTES);
    http_destroy(c);
    http_destroy(other);
}

// One that is larger than all may be together goes alone.
static void test_an_answer_beyond_the_room(void **state)
{
    (void)state;
    struct http_client *c = create_roomy(2);
    for (int i = 0; i < 2; i++) {
        http_start(c, &(struct http_request){.path = "/huge"});
        http_start(c, &(struct http_request){.path = "/large"});
    }
    int large = 0, refused = 0;
    for (int i = 0; i < 4; i++) {
        struct http_reply reply = next(c);
        large += reply.outcome == HTTP_ANSWERED && reply.body_len == LARGE_BYTES;
        refused += reply.outcome == HTTP_TOO_LARGE;
    }
    assert_int_equal(large, 2);
    assert_int_equal(refused, 2);
    http_destroy(c);
}

static void test_redirects(void **state)
{
    (void)state;
    static const char *const paths[] = {"/redirect/query", "/redirect-302/query"};
    struct http_client *c = create_for("");
    for (size_t i = 0; i < 2; i++) {
        struct http_reply reply =
            ask(c, (struct http_request){.path = paths[i], .query = "query=up", .post = true});
        assert_int_equal(reply.status, 200);
        assert_last_has("\"method\": \"POST\"");
        assert_last_has("\"query\": \"hop=1\", \"body\": \"query=up\"");
        reply = ask(c, (struct http_request){.path = paths[i], .query = "query=up"});
        assert_int_equal(reply.status, 200);
        assert_int_equal(reply.body[0], '{'); // and nothing of the redirect's own body
        assert_last_has("\"query\": \"query=up&hop=1\"");
    }
    reset_counts();
    struct http_reply reply = get(c, "/redirect-loop");
    assert_int_equal(reply.outcome, HTTP_ANSWERED);
    assert_int_equal(reply.status, 302);
    assert_int_equal(counted("requests"), 4);
    reply = get(c, "/redirect-away");
    assert_int_equal(reply.outcome, HTTP_NO_HOST);
    assert_why(&reply, world.plain.port,
        "HOST:PORT redirects to sso.invalid:443: no address for sso.invalid");
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
    snprintf(a, sizeof a, "127.0.0.1:%d", world.plain.port);
    snprintf(b, sizeof b, "localhost:%d", world.plain.port);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char url[100];
        snprintf(url, sizeof url, "http://%s", a);
        struct http_options options = defaults(url);
        struct http_client *c = create(&options);
        struct http_reply reply = ask(
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
    snprintf(url, sizeof url, "http://name:word@127.0.0.1:%d/redirect-host", world.plain.port);
    struct http_options options = defaults(url);
    const char *headers[] = {"X-Scope-OrgID: team-a", "Cookie: a=b"};
    options.headers = headers;
    options.headers_count = 2;
    options.connections = 1;
    struct http_client *c = create(&options);
    struct http_reply reply =
        ask(c, (struct http_request){.path = "/query", .query = "query=up", .post = true});
    assert_int_equal(reply.status, 200);
    char other[40];
    snprintf(other, sizeof other, "localhost:%d", world.plain.port);
    assert_string_equal(reply.place, other);
    assert_true(reply.stranger);
    assert_last_has("\"host\": \"localhost:");
    assert_last_has("\"body\": \"query=up\"");
    assert_last_lacks("authorization");
    assert_last_lacks("team-a");
    assert_last_lacks("cookie");
    options.url = url; // and the next request to the server itself has it all again
    snprintf(strstr(url, "/redirect-host"), 20, "/ok");
    http_destroy(c);
    c = create(&options);
    get(c, "/query");
    assert_last_has("\"authorization\": \"Basic ");
    assert_last_has("team-a");
    http_destroy(c);

    options.stay = true;
    snprintf(strstr(url, "/ok"), 20, "/redirect-host");
    c = create(&options);
    reply = get(c, "/query");
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
    snprintf(url, sizeof url, "http://127.0.0.1:%d/ok", world.plain.port);
    snprintf(path, sizeof path, "%s/token", world.folder);
    write_file(path, "  first-token \n");
    struct http_options options = defaults(url);
    options.bearer_token_file = path;
    options.connections = 1;
    struct http_client *c = create(&options);
    get(c, "/query");
    assert_last_has("\"authorization\": \"Bearer first-token\"");
    write_file(path, "second-token");
    get(c, "/query");
    assert_last_has("\"authorization\": \"Bearer second-token\"");

    static const char *const bad[] = {"", " \n", "secret\r\nX-Evil: 1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_file(path, bad[i]);
        struct http_reply reply = get(c, "/query");
        assert_int_equal(reply.outcome, HTTP_FAILED);
        assert_has(reply.why, "the token file ");
        assert_null(strstr(reply.why, "secret"));
    }
    unlink(path);
    start_many(c, "/query", 3); // all end, the slot is not lost
    for (int i = 0; i < 3; i++) {
        struct http_reply reply = next(c);
        assert_int_equal(reply.outcome, HTTP_FAILED);
        assert_has(reply.why, "cannot read the token file ");
        assert_has(reply.why, "no such file");
    }
    write_file(path, "third-token");
    assert_int_equal(get(c, "/query").status, 200);
    http_destroy(c);
}

// A GET on the connection of a POST: the signature is over no form, and certainly not over that
// one.
static void test_signatures(void **state)
{
    (void)state;
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/aws", world.plain.port);
    struct http_options options = defaults(url);
    options.sigv4 = "aws:amz:eu-west-1:aps";
    options.user = "AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    options.connections = 1;
    struct http_client *c = create(&options);
    for (int i = 0; i < 4; i++) {
        const struct http_request request = {
            .path = "/api/v1/query", .query = "query=up&time=1.000", .post = i % 2 == 0};
        assert_int_equal(ask(c, request).status, 200);
    }
    http_destroy(c);
}

static void test_who_asks(void **state)
{
    (void)state;
    char url[100];
    snprintf(url, sizeof url, "http://url%%40user:p%%3Aw@127.0.0.1:%d/ok", world.plain.port);
    struct http_options options = defaults(url);
    const char *headers[] = {"X-Scope-OrgID: team-a", "X-Empty: "};
    options.headers = headers;
    options.headers_count = 2;
    options.user_agent = "ragtop/test";
    struct http_client *c = create(&options);
    struct http_reply reply = get(c, "/query");
    assert_null(strstr(reply.why, "user"));
    assert_last_has("\"authorization\": \"Basic dXJsQHVzZXI6cDp3\""); // url@user:p:w
    assert_last_has("\"x-scope-orgid\": \"team-a\"");
    assert_last_has("\"x-empty\": \"\"");
    assert_last_has("\"user-agent\": \"ragtop/test\"");
    http_destroy(c);

    options.user = "name:a:b";
    c = create(&options);
    get(c, "/query");
    assert_last_has("\"authorization\": \"Basic bmFtZTphOmI=\"");
    http_destroy(c);
}

static void test_proxy(void **state)
{
    (void)state;
    char proxy[100];
    snprintf(proxy, sizeof proxy, "http://name:pass-word@127.0.0.1:%d", world.plain.port);
    struct http_options options = defaults("http://prometheus.invalid:9090/ok");
    options.proxy = proxy;
    struct http_client *c = create(&options);
    get(c, "/query");
    assert_last_has("\"path\": \"http://prometheus.invalid:9090/ok/query\"");
    http_destroy(c);

    int port;
    int fd = bound_socket(&port);
    snprintf(proxy, sizeof proxy, "http://name:pass-word@127.0.0.1:%d", port);
    c = create(&options);
    struct http_reply reply = get(c, "/query");
    assert_int_equal(reply.outcome, HTTP_REFUSED);
    assert_why(&reply, port, "connection refused by the proxy HOST:PORT");
    http_destroy(c);

    options.no_proxy = "127.0.0.1"; // a host that is asked directly is the one that refuses
    options.url = proxy + strlen("http://name:pass-word@");
    c = create(&options);
    reply = get(c, "/query");
    assert_why(&reply, port, "connection refused by HOST:PORT");
    http_destroy(c);

    options = defaults("http://prometheus.invalid:9090/ok");
    setenv("http_proxy", proxy, 1);
    c = create(&options);
    reply = get(c, "/query");
    unsetenv("http_proxy");
    assert_why(&reply, port, "connection refused by the proxy HOST:PORT");
    http_destroy(c);
    close(fd);
}

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
        struct http_options options = defaults(bad[i].url);
        assert_refused(&options, bad[i].why);
    }
    static const char *const good[] = {"localhost:9090", "localhost", "HTTP://host", "[::1]:9090",
        "https://host/prefix/", "name:word@host:9090"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct http_options options = defaults(good[i]);
        http_destroy(create(&options));
    }
}

static void test_bad_options(void **state)
{
    (void)state;
    const char *header = NULL;
    struct http_options options = defaults("http://host");
    options.headers = &header;
    options.headers_count = 1;
    header = "no colon, maybe a secret";
    assert_refused(&options, "header 1 is not of the form \"Name: value\"");
    header = "X-A: fine\r\nX-Evil: 1";
    assert_refused(&options, "the value of the header X-A is more than one line of text");
    options = defaults("http://host");
    options.ca_file = "/nowhere/ca.pem";
    assert_refused(&options, "cannot read the CA file /nowhere/ca.pem: no such file or directory");
    options = defaults("http://host");
    options.bearer_token_file = "/nowhere/token";
    assert_refused(
        &options, "cannot read the token file /nowhere/token: no such file or directory");
    options.user = "name:word";
    assert_refused(&options, "host:80: give a user or a bearer token file, not both");
    options = defaults("http://host");
    options.proxy = "http://name:secret@:x";
    assert_refused(&options, "the proxy for host:80 is not a URL: use http://host:port");
}

// ---- TLS --------------------------------------------------------------------------------------

static void test_tls(void **state)
{
    (void)state;
    struct server tls = start_server((const char *const[]){"--tls", world.folder, NULL});
    char url[100], by_number[100], plain[100], ca[100];
    snprintf(url, sizeof url, "https://localhost:%d/ok", tls.port);
    snprintf(by_number, sizeof by_number, "https://127.0.0.1:%d/ok", tls.port);
    snprintf(plain, sizeof plain, "https://127.0.0.1:%d/ok", world.plain.port);
    snprintf(ca, sizeof ca, "%s/cert.pem", world.folder);
    const struct {
        const char *url, *ca;
        bool insecure;
        enum http_outcome outcome;
        const char *why;
    } cases[] = {
        {url, NULL, false, HTTP_UNTRUSTED,
            "the certificate of localhost is not trusted (self-signed certificate)"},
        {by_number, ca, false, HTTP_WRONG_NAME,
            "the certificate of HOST:PORT is for another name than 127.0.0.1"},
        {url, ca, false, HTTP_ANSWERED, NULL},
        {by_number, NULL, true, HTTP_ANSWERED, NULL},
        {plain, NULL, true, HTTP_NOT_TLS, "HOST:PORT does not speak TLS"},
        {url, TEST_DIR "/http/misbehave.py", false, HTTP_TLS,
            "the CA file holds no certificate that can be used"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_options options = defaults(cases[i].url);
        options.ca_file = cases[i].ca;
        options.insecure = cases[i].insecure;
        struct http_client *c = create(&options);
        struct http_reply reply = get(c, "/query");
        if (cases[i].why) {
            assert_why(&reply, cases[i].url == plain ? world.plain.port : tls.port, cases[i].why);
        }
        assert_int_equal(reply.outcome, cases[i].outcome);
        http_destroy(c);
    }
    struct http_options options = defaults(by_number);
    options.ca_file = ca;
    options.server_name = "other.example";
    struct http_client *c = create(&options);
    struct http_reply reply = get(c, "/query");
    assert_why(
        &reply, tls.port, "the certificate of HOST:PORT is for another name than other.example");
    http_destroy(c);
    char path[40], why[200];
    snprintf(path, sizeof path, "/elsewhere-tls/%d", tls.port);
    snprintf(why, sizeof why,
        "HOST:PORT redirects to localhost:%d: the certificate of localhost is not trusted "
        "(self-signed certificate)",
        tls.port);
    c = create_for("");
    reply = get(c, path);
    assert_int_equal(reply.outcome, HTTP_UNTRUSTED);
    assert_why(&reply, world.plain.port, why);
    http_destroy(c);
    stop_server(&tls);
}

static void test_expired_certificate(void **state)
{
    (void)state;
    struct server tls =
        start_server((const char *const[]){"--tls", world.folder, "--expired", NULL});
    char url[100], ca[100];
    snprintf(url, sizeof url, "https://localhost:%d/ok", tls.port);
    snprintf(ca, sizeof ca, "%s/cert.pem", world.folder);
    struct http_options options = defaults(url);
    options.ca_file = ca;
    struct http_client *c = create(&options);
    struct http_reply reply = get(c, "/query");
    assert_int_equal(reply.outcome, HTTP_EXPIRED);
    assert_string_equal(reply.why, "the certificate of localhost has expired");
    http_destroy(c);
    stop_server(&tls);
}

static void test_client_certificate(void **state)
{
    (void)state;
    struct server tls = start_server((const char *const[]){"--tls", world.folder, "--mtls", NULL});
    char url[100], cert[100], key[100];
    snprintf(url, sizeof url, "https://localhost:%d/ok", tls.port);
    snprintf(cert, sizeof cert, "%s/cert.pem", world.folder);
    snprintf(key, sizeof key, "%s/key.pem", world.folder);
    struct http_options options = defaults(url);
    options.ca_file = cert;
    struct http_client *c = create(&options);
    struct http_reply reply = get(c, "/query");
    assert_int_equal(reply.outcome, HTTP_UNWANTED);
    assert_has(reply.why, "refuses the TLS connection");
    http_destroy(c);

    options.cert_file = cert;
    options.key_file = key;
    c = create(&options);
    assert_int_equal(get(c, "/query").status, 200);
    http_destroy(c);
    stop_server(&tls);
}

static int set_up(void **state)
{
    (void)state;
    static const char *const vars[] = {
        "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    for (size_t i = 0; i < sizeof vars / sizeof *vars; i++) {
        unsetenv(vars[i]);
    }
    snprintf(world.folder, sizeof world.folder, "/tmp/test_http.XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    world.plain = start_server(NULL);
    world.clerk = create_for("");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {"token", "cert.pem", "key.pem"};
    http_destroy(world.clerk);
    stop_server(&world.plain);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[100];
        snprintf(path, sizeof path, "%s/%s", world.folder, names[i]);
        unlink(path);
    }
    return rmdir(world.folder);
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
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_large_bodies_come_in_turns),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_lost_connection_is_opened_again),
        cmocka_unit_test(test_waiting),
        cmocka_unit_test(test_urgent),
        cmocka_unit_test(test_in_flight),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_destroy_in_flight),
        cmocka_unit_test(test_joined),
        cmocka_unit_test(test_joined_have_secrets_of_their_own),
        cmocka_unit_test(test_get_and_post),
        cmocka_unit_test(test_fallback_to_get),
        cmocka_unit_test(test_bars_get_as_well),
        cmocka_unit_test(test_redirects),
        cmocka_unit_test(test_large_answers_wait_for_each_other),
        cmocka_unit_test(test_an_answer_beyond_the_room),
        cmocka_unit_test(test_redirects_name_who_answers),
        cmocka_unit_test(test_which_redirects_are_safe),
        cmocka_unit_test(test_strangers_learn_nothing),
        cmocka_unit_test(test_token_file),
        cmocka_unit_test(test_signatures),
        cmocka_unit_test(test_who_asks),
        cmocka_unit_test(test_proxy),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_tls),
        cmocka_unit_test(test_expired_certificate),
        cmocka_unit_test(test_client_certificate),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down) || access(world.folder, F_OK) == 0;
}
