/*
 * The client: what waits, what is in flight, and how much is held at a time.
 */
#include "http/client.h"

#include "http/transfer.h"

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

static void test_limit(void **state)
{
    (void)state;
    clerk_reset();
    struct http_client *c = client_for("/hold");
    client_start_many(c, "/query", 6);
    assert_int_equal(http_pending(c), 6);
    while (clerk_counted("holding") < 2) {
        http_wait(c, NULL, 0, 1);
    }
    // a third one would have every chance to arrive now
    for (int i = 0; i < 20; i++) {
        http_wait(c, NULL, 0, 1);
        assert_int_equal(clerk_counted("holding"), 2);
    }
    assert_int_equal(client_get(served.clerk, "/-/release").status, 200);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(client_next(c).outcome, HTTP_ANSWERED);
    }
    assert_int_equal(http_pending(c), 0);
    assert_int_equal(clerk_counted("holding_max"), 2);
    assert_int_equal(clerk_counted("requests"), 6);
    assert_int_equal(clerk_counted("connections"), 2); // kept alive for all six
    http_destroy(c);
}

// What is small on the wire and large in memory must not keep a key waiting.
static void test_large_bodies_come_in_turns(void **state)
{
    (void)state;
    enum { LINES = 1 << 19, LINE = 16, LEAST_TURNS = 6 };
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/gzip-large", served.plain.port);
    struct http_options options = client_options(url);
    options.body_max = 16 * BODY_MAX;
    struct http_client *c = client_create(&options);
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
    clerk_reset();
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/ok", served.plain.port);
    struct http_options options = client_options(url);
    options.connections = 1;
    struct http_client *c = client_create(&options);
    client_start_many(c, "/query", 40);
    for (uint64_t i = 0; i < 40; i++) {
        assert_int_equal(client_next(c).tag, i);
    }
    assert_int_equal(clerk_counted("connections"), 1);
    struct http_reply reply;
    assert_false(http_next(c, &reply));
    http_destroy(c);
}

static void test_lost_connection_is_opened_again(void **state)
{
    (void)state;
    clerk_reset();
    struct http_client *c = client_for("");
    assert_int_equal(client_get(c, "/ok").status, 200);
    assert_int_equal(client_get(c, "/reset").outcome, HTTP_BROKEN);
    assert_int_equal(client_get(c, "/ok").status, 200);
    http_destroy(c);
}

static void test_waiting(void **state)
{
    (void)state;
    struct http_client *c = client_for("");
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
    snprintf(url, sizeof url, "http://127.0.0.1:%d/ok", served.plain.port);
    struct http_options options = client_options(url);
    options.connections = 1;
    struct http_client *c = client_create(&options);
    http_start(c, &(struct http_request){.path = "/query", .urgent = true, .tag = 8});
    client_start_many(c, "/query", 3);
    http_start(c, &(struct http_request){.path = "/query", .urgent = true, .tag = 9});
    static const uint64_t order[] = {9, 8, 0, 1, 2};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        assert_int_equal(client_next(c).tag, order[i]);
    }
    http_destroy(c);
}

static void wait_until_held(struct http_client *c, int count)
{
    while (clerk_counted("holding") < count) {
        http_wait(c, NULL, 0, 1);
    }
}

static void test_in_flight(void **state)
{
    (void)state;
    clerk_reset();
    struct http_client *c = client_for("/hold"); // two connections
    http_set_in_flight(c, 1);
    client_start_many(c, "/query", 3);
    wait_until_held(c, 1);
    http_wait(c, NULL, 0, 0);
    assert_true(http_recall(c, 1)); // not sent, as one is out
    http_set_in_flight(c, 2);
    wait_until_held(c, 2);
    assert_false(http_recall(c, 2));
    assert_int_equal(client_get(served.clerk, "/-/release").status, 200);
    for (int i = 0; i < 2; i++) {
        struct http_reply reply = client_next(c);
        assert_true(reply.wait_s > 0 && reply.wait_s <= reply.seconds);
    }
    http_destroy(c);
}

static void test_cancel(void **state)
{
    (void)state;
    clerk_reset();
    struct http_client *c = client_for("/hold"); // two connections
    client_start_many(c, "/query", 5);
    wait_until_held(c, 2);
    assert_false(http_recall(c, 0));
    http_cancel(c, 0);              // in flight
    assert_true(http_recall(c, 2)); // queued
    assert_false(http_recall(c, 2));
    http_cancel(c, 4);
    http_cancel(c, 7); // nobody
    assert_int_equal(http_pending(c), 2);
    assert_int_equal(client_get(served.clerk, "/-/release").status, 200);
    bool seen[4] = {false};
    seen[client_next(c).tag] = true;
    seen[client_next(c).tag] = true;
    assert_true(seen[1] && seen[3]);
    assert_int_equal(http_pending(c), 0);
    http_destroy(c);

    c = client_for("/ok"); // done, and not taken yet
    client_start_many(c, "/query", 2);
    while (http_pending(c)) {
        http_wait(c, NULL, 0, TIMEOUT_MS);
    }
    http_cancel(c, 0);
    assert_int_equal(client_next(c).tag, 1);
    struct http_reply reply;
    assert_false(http_next(c, &reply));
    http_destroy(c);
}

static void test_destroy_in_flight(void **state)
{
    (void)state;
    clerk_reset();
    struct http_client *c = client_for("/hold");
    client_start_many(c, "/query", 5);
    while (clerk_counted("holding") < 2) {
        http_wait(c, NULL, 0, 1);
    }
    http_destroy(c);
    assert_int_equal(client_get(served.clerk, "/-/release").status, 200);

    c = client_for("/ok"); // queued, never driven; and done, never taken
    client_start_many(c, "/query", 3);
    http_destroy(c);
    c = client_for("/ok");
    client_start_many(c, "/query", 3);
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
    clerk_reset();
    struct http_client *held = client_for("/hold"), *good = client_for("/ok");
    http_join(good, held);
    client_start_many(held, "/query", QUEUED);
    client_start_many(good, "/query", ANSWERS);
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
    assert_true(clerk_counted("holding") <= 2);
    http_destroy(held); // in flight, and the one that the other joined
    assert_int_equal(client_get(good, "/query").status, 200);
    http_destroy(good);
    assert_int_equal(client_get(served.clerk, "/-/release").status, 200);
}

// They share connections at most, and never what says who asks.
static void test_joined_have_secrets_of_their_own(void **state)
{
    (void)state;
    char url[100];
    snprintf(url, sizeof url, "http://name:word@127.0.0.1:%d/ok", served.plain.port);
    struct http_options options = client_options(url);
    char *headers[] = {field("X-Scope-OrgID: team-a")};
    options.endpoint.headers = headers;
    options.endpoint.headers_count = 1;
    struct http_client *one = client_create(&options), *other = client_for("/ok");
    http_join(other, one);
    for (int i = 0; i < 3; i++) {
        client_get(one, "/query");
        assert_last_has("\"authorization\": \"Basic ");
        assert_last_has("team-a");
        client_get(other, "/query");
        assert_last_lacks("authorization");
        assert_last_lacks("team-a");
    }
    http_destroy(one);
    http_destroy(other);
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
    snprintf(url, sizeof url, "http://127.0.0.1:%d", served.plain.port);
    struct http_options options = client_options(url);
    options.connections = connections;
    options.body_max = 2 * LOOP_HELD_BYTES;
    options.endpoint.timeout_ms = DEADLINE_S * 1000;
    return client_create(&options);
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
        struct http_reply reply = client_next(c);
        large += reply.outcome == HTTP_ANSWERED && reply.body_len == LARGE_BYTES;
        refused += reply.outcome == HTTP_TOO_LARGE;
    }
    assert_int_equal(large, 2);
    assert_int_equal(refused, 2);
    http_destroy(c);
}

int main(void)
{
    alarm(DEADLINE_S); // a wait that never ends is a failure
    const struct CMUnitTest tests[] = {
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
        cmocka_unit_test(test_large_answers_wait_for_each_other),
        cmocka_unit_test(test_an_answer_beyond_the_room),
    };
    return cmocka_run_group_tests(tests, served_set_up, served_tear_down) ||
           access(served.folder, F_OK) == 0;
}
