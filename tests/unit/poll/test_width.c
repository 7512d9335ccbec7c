/*
 * The window that rates are taken over when there are few requests.
 */
#include "poll/width.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "http/shaky.h"
#include "poll/poller.h"
#include "unit/yaml.h"

enum { REFRESH_MS = 15000, ROUNDS_MAX = 2000, M = CLOCK_MINUTE_MS };

// Requests in 1000 s: how many there are in 5, 15, 30 and 60 minutes.
enum {
    FEW_IN_5 = 66,    // 19.8
    ENOUGH_IN_5 = 67, // 20.1
    FEW_IN_15 = 22,   // 19.8
    ENOUGH_IN_15 = 23,
    FEW_IN_30 = 11, // 19.8
    ENOUGH_IN_30 = 12,
    FEW_IN_60 = 5, // 18
};

static const int64_t NOW_MS = 1770195600000 + 20 * 60 * 1000;
static const char *const names[] = {"a_seconds", "a_errors_total", NULL};

static void the_windows_to_try(void **state)
{
    (void)state;
    static const int64_t cases[][WIDTHS] = {
        {5 * M, 15 * M, 30 * M, 60 * M},
        {15 * M, 30 * M, 60 * M, 0},
        {20 * M, 30 * M, 60 * M, 0},
        {60 * M, 0, 0, 0},
        {90 * M, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct width_counts c;
        width_windows(&c, cases[i][0]);
        for (int k = 0; k < WIDTHS; k++) {
            assert_int_equal(c.windows_ms[k], cases[i][k]);
            assert_true(isnan(c.counts[k]));
        }
    }
}

static void the_shortest_with_enough(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double counts[WIDTHS];
        int64_t window_ms;
    } cases[] = {
        {"enough", {20, 60, 120, 240}, 5 * M}, {"just too few", {19.9, 60, 120, 240}, 15 * M},
        {"just enough in 15", {7, 20, 40, 80}, 15 * M},
        {"just too few in 15", {7, 19.9, 40, 80}, 30 * M},
        {"just too few in 30", {3, 10, 19.9, 40}, 60 * M},
        {"too few in all", {1, 4, 9, 19.9}, 60 * M}, {"none at all", {0, 0, 0, 0}, 60 * M},
        {"not known", {NAN, 60, 120, 240}, 5 * M}, {"20 minutes old", {2, 8, NAN, NAN}, 15 * M},
        {"10 minutes old", {2, NAN, NAN, NAN}, 5 * M},
        {"a gap of 30 minutes ago", {2, 8, NAN, 32}, 60 * M},
        {"silent by chance", {0, 41, 82, 80}, 15 * M},           // of 13.7: 1.2 in a million
        {"silent by less than chance", {0, 42, 84, 168}, 5 * M}, // of 14: 0.8
        {"one is left", {1, 52, 104, 208}, 15 * M}, {"nearly silent", {1, 60, 120, 240}, 5 * M},
        {"it stopped half an hour ago", {0, 0, 0, 80}, 5 * M}, // of 40, none in half of it
        {"it stopped a quarter ago", {0, 0, 39, 78}, 5 * M},   // of 19.5
        {"half of it came in a quarter", {2, 19, 20, 40}, 30 * M},
        {"few, and none lately", {0, 0, 20, 20}, 30 * M}, // of 10: 45 in a million
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct width_counts c;
        width_windows(&c, 5 * M);
        memcpy(c.counts, cases[i].counts, sizeof c.counts);
        int64_t window_ms = width_choose(&c);
        if (window_ms != cases[i].window_ms) {
            fail_msg("%s: %g min", cases[i].name, (double)window_ms / M);
        }
    }
}

/** A poller and the server it asks. */
struct fixture {
    struct shaky server;
    struct config config;
    struct scope scope;
    struct plan plan;
    struct store store;
    struct poller *poller;
    int64_t now_ms;
};

static void start(struct fixture *f, const char *window, int millihertz)
{
    struct str text;
    str_init(&text);
    shaky_start(&f->server, names);
    f->server.told->millihertz = millihertz;
    str_addf(&text,
        "%srefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
        "stages: [{name: a, latency: a_seconds, errors: a_errors_total}]\n",
        window);
    yaml_read(&f->config, text.text);
    f->config.source.url = f->server.url;
    f->config.source.timeout_ms = 30 * 1000;
    str_clear(&text);
    f->scope = scope_of(&f->config);
    f->poller = poller_create(&f->config, &f->scope, &f->plan, &f->store, &text);
    assert_non_null(f->poller);
    f->now_ms = NOW_MS;
    str_finish(&text);
}

static void finish(struct fixture *f)
{
    poller_destroy(f->poller);
    store_finish(&f->store);
    plan_finish(&f->plan);
    f->config.source.url = NULL;
    config_finish(&f->config);
    shaky_stop(&f->server);
}

/** Turns until everything of this moment is answered. Returns the window in minutes. */
static int settle(struct fixture *f)
{
    f->server.told->clock_ms = f->now_ms;
    poller_turn(f->poller, f->now_ms);
    for (int i = 0; i < ROUNDS_MAX; i++) {
        bool known = f->store.complete && f->store.history_complete;
        if (known && !poller_expects(f->poller)) {
            return (int)(f->plan.window_ms / M);
        }
        poller_wait(f->poller, NULL, 0, 20);
        poller_turn(f->poller, f->now_ms);
    }
    fail_msg("it does not come to an end");
    return 0;
}

/** The window of the next poll, with so many requests. */
static int poll_next(struct fixture *f, int millihertz)
{
    f->server.told->millihertz = millihertz;
    f->now_ms += REFRESH_MS;
    return settle(f);
}

static void few_requests_widen_the_window(void **state)
{
    (void)state;
    static const struct {
        int millihertz, minutes;
    } cases[] = {{ENOUGH_IN_5, 5}, {FEW_IN_5, 15}, {ENOUGH_IN_15, 15}, {FEW_IN_15, 30},
        {ENOUGH_IN_30, 30}, {FEW_IN_30, 60}, {FEW_IN_60, 60}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f = {0};
        start(&f, "", cases[i].millihertz);
        assert_int_equal(settle(&f), cases[i].minutes);
        bool wide = cases[i].minutes > 5;
        assert_int_equal(plan_is_wide(&f.plan), wide);
        assert_int_equal(f.plan.base_window_ms, 5 * M);
        // with enough of them nothing is asked besides; with few, no history of five minutes
        assert_int_equal(f.server.told->counts, wide);
        assert_true(f.server.told->ranges > 0);
        assert_int_equal(f.server.told->narrow > 0, !wide);
        finish(&f);
    }
}

static void it_narrows_after_three_polls(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f, "", FEW_IN_5);
    assert_int_equal(settle(&f), 15);
    assert_int_equal(poll_next(&f, ENOUGH_IN_5), 15);
    assert_int_equal(poll_next(&f, ENOUGH_IN_5), 15);
    assert_int_equal(poll_next(&f, FEW_IN_5), 15); // and so they begin again
    assert_int_equal(poll_next(&f, ENOUGH_IN_5), 15);
    assert_int_equal(poll_next(&f, ENOUGH_IN_5), 15);
    assert_int_equal(poll_next(&f, ENOUGH_IN_5), 5);
    assert_int_equal(poll_next(&f, ENOUGH_IN_5), 5);
    assert_int_equal(poll_next(&f, FEW_IN_15), 30); // at once
    finish(&f);
}

static void the_same_moment_counts_once(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f, "", FEW_IN_5);
    assert_int_equal(settle(&f), 15);
    assert_int_equal(poll_next(&f, ENOUGH_IN_5), 15);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(settle(&f), 15);
    }
    finish(&f);
}

static void move(struct fixture *f, int64_t at_ms)
{
    struct scope before = f->scope;
    f->scope.at_ms = at_ms;
    poller_scope_changed(f->poller, &before, f->now_ms);
}

// The moment itself, without waiting: there are no three polls of it.
static void another_moment_has_its_own_window(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f, "", FEW_IN_60);
    assert_int_equal(settle(&f), 60);
    f.server.told->millihertz = ENOUGH_IN_15;
    move(&f, NOW_MS - 3 * CLOCK_HOUR_MS);
    assert_int_equal(settle(&f), 15);
    f.server.told->millihertz = ENOUGH_IN_5;
    move(&f, 0);
    assert_int_equal(settle(&f), 5);
    finish(&f);
}

static void a_window_that_was_chosen_is_kept(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f, "window: 5m\n", FEW_IN_60);
    assert_int_equal(settle(&f), 5);
    assert_int_equal(poll_next(&f, FEW_IN_60), 5);
    assert_int_equal(f.server.told->counts, 0);
    finish(&f);

    f = (struct fixture){0};
    start(&f, "", FEW_IN_60);
    assert_int_equal(settle(&f), 60);
    struct scope before = f.scope;
    f.scope.window_ms = 10 * M; // by the reader
    poller_scope_changed(f.poller, &before, f.now_ms);
    assert_int_equal(settle(&f), 10);
    assert_int_equal(poll_next(&f, FEW_IN_60), 10);
    finish(&f);

    f = (struct fixture){0};
    start(&f, "", FEW_IN_60);
    f.scope.keeps_window = true;
    assert_int_equal(settle(&f), 5);
    assert_int_equal(f.server.told->counts, 0);
    finish(&f);
}

static void who_does_not_count_is_judged_as_before(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f, "", FEW_IN_60);
    f.server.told->counts_failing = true;
    assert_int_equal(settle(&f), 5);
    assert_int_equal(f.store.source.health, HEALTH_OK);
    assert_true(f.server.told->counts > 0 && f.server.told->narrow > 0);
    f.server.told->counts_failing = false;
    assert_int_equal(poll_next(&f, FEW_IN_60), 60);
    f.server.told->counts_failing = true;
    assert_int_equal(poll_next(&f, ENOUGH_IN_5), 60);
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_windows_to_try),
        cmocka_unit_test(the_shortest_with_enough),
        cmocka_unit_test(few_requests_widen_the_window),
        cmocka_unit_test(it_narrows_after_three_polls),
        cmocka_unit_test(the_same_moment_counts_once),
        cmocka_unit_test(another_moment_has_its_own_window),
        cmocka_unit_test(a_window_that_was_chosen_is_kept),
        cmocka_unit_test(who_does_not_count_is_judged_as_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
