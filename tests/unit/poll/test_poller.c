/*
 * The poller and time: machines that slept, clocks that somebody set, servers that forgot.
 */
#include "poll/poller.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "http/shaky.h"
#include "scrape/scraped.h"
#include "unit/yaml.h"

enum { REFRESH_MS = 15000, ROUNDS_MAX = 2000, SIGNALS = 2, LASTING = 4, DAYS = 7 };

static const int64_t NOW_MS = 1770195600000 + 20 * 60 * 1000; // twenty past an hour
static const char *const names[] = {"a_seconds", "a_errors_total", NULL};

/** A poller and the server it asks. */
struct fixture {
    struct shaky server;
    char url[60];
    bool opened; /**< the stage's page */
    struct config config;
    struct scope scope;
    struct plan plan;
    struct store store;
    struct poller *poller;
};

static void start_at(struct fixture *f, const char *path)
{
    struct str why;
    str_init(&why);
    shaky_start(&f->server, names);
    yaml_read(&f->config, "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
                          "stages: [{name: a, latency: a_seconds, errors: a_errors_total}]\n");
    snprintf(f->url, sizeof f->url, "%s%s", f->server.url, path);
    f->config.source.url = f->url;
    f->config.source.timeout_ms = 30 * 1000;
    f->scope = scope_of(&f->config);
    f->poller = poller_create(&f->config, &f->scope, &f->plan, &f->store, &why);
    assert_non_null(f->poller);
    str_finish(&why);
}

static void start(struct fixture *f)
{
    start_at(f, "");
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

static void look_at(struct fixture *f, struct scope scope, int64_t now_ms)
{
    struct scope before = f->scope;
    f->scope = scope;
    poller_scope_changed(f->poller, &before, now_ms);
}

static void move(struct fixture *f, int64_t at_ms, int64_t span_ms, int64_t now_ms)
{
    struct scope scope = f->scope;
    scope.at_ms = at_ms;
    scope.span_ms = span_ms;
    look_at(f, scope, now_ms);
}

/** Turns at OURS, while the server's clock says THEIRS, until all is answered or the server lost.
 */
static void settle(struct fixture *f, int64_t ours, int64_t theirs)
{
    f->server.told->clock_ms = theirs;
    f->server.told->instants = f->server.told->ranges = f->server.told->longest_ms = 0;
    poller_turn(f->poller, ours);
    for (int i = 0; i < ROUNDS_MAX; i++) {
        if ((f->store.complete && f->store.history_complete) ||
            f->store.source.health == HEALTH_LOST) {
            return;
        }
        poller_wait(f->poller, NULL, 0, 20);
        poller_turn(f->poller, ours);
    }
    fail_msg("it does not come to an end");
}

// A list is none of what settle() waits for.
static void settle_list(struct fixture *f, enum feed_kind kind)
{
    for (int i = 0; i < ROUNDS_MAX && f->store.slots[kind].condition == CONDITION_ASKING; i++) {
        poller_wait(f->poller, NULL, 0, 20);
        poller_turn(f->poller, NOW_MS);
    }
}

static const struct signal_data *latency(const struct fixture *f)
{
    return &f->store.signals[f->plan.stages[0].latency_signal];
}

static bool known_at(const struct fixture *f, int64_t at_ms)
{
    const struct matrix *live = &latency(f)->live;
    return matrix_has_sample(live, matrix_slot(live, at_ms));
}

static void an_hour_of_sleep_takes_one_question(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f);
    settle(&f, NOW_MS, NOW_MS);
    assert_true(known_at(&f, NOW_MS));
    int64_t later = NOW_MS + CLOCK_HOUR_MS;
    settle(&f, later, later);
    // of each signal what was missed and the present, as one; and the days around the new hour
    assert_int_equal(f.server.told->ranges, SIGNALS * (1 + DAYS));
    assert_true(f.server.told->instants <=
                LASTING + SIGNALS); // last samples, conduct (twice), targets; and deep ones
    assert_true(f.server.told->longest_ms <= 2 * CLOCK_HOUR_MS);
    for (int64_t at = NOW_MS + REFRESH_MS; at <= later; at += REFRESH_MS) {
        assert_true(known_at(&f, at));
    }
    assert_int_equal(latency(&f)->now_ms, later);
    finish(&f);
}

static void what_nobody_measured_is_a_gap(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f);
    settle(&f, NOW_MS, NOW_MS);
    int64_t later = NOW_MS + CLOCK_HOUR_MS / 2;
    f.server.told->gap_last = later - 60 * 1000;
    f.server.told->gap_first = NOW_MS + 60 * 1000;
    settle(&f, later, later);
    for (int64_t at = NOW_MS - 60 * 1000; at <= later; at += REFRESH_MS) {
        bool gap = at >= f.server.told->gap_first && at <= f.server.told->gap_last;
        assert_int_equal(known_at(&f, at), !gap);
    }
    finish(&f);
}

/** Whether the next polls from OURS and THEIRS on bring news, within three refreshes. */
static void check_goes_on(struct fixture *f, int64_t ours, int64_t theirs)
{
    for (int i = 1; i <= 3; i++) {
        settle(f, ours + i * REFRESH_MS, theirs + i * REFRESH_MS);
    }
    int64_t newest = theirs + 3 * REFRESH_MS;
    assert_int_equal(store_newest_ms(&f->store), newest / REFRESH_MS * REFRESH_MS);
    assert_int_equal(latency(f)->condition, CONDITION_ANSWERED);
    assert_true(known_at(f, newest));
    assert_true(known_at(f, newest - CLOCK_HOUR_MS / 2)); // and there is a trend before it
}

static void our_clock_is_set_back(void **state)
{
    (void)state;
    static const int64_t backs[] = {1, 7 * 1000, 10 * 60 * 1000, CLOCK_HOUR_MS, 5 * CLOCK_HOUR_MS};
    for (size_t i = 0; i < sizeof backs / sizeof *backs; i++) {
        struct fixture f = {0};
        start(&f);
        settle(&f, NOW_MS, NOW_MS);
        poller_set_back(f.poller, backs[i]);
        assert_in_range(poller_due_ms(f.poller, NOW_MS - backs[i]), 1, REFRESH_MS);
        check_goes_on(&f, NOW_MS - backs[i], NOW_MS);
        finish(&f);
    }
}

static void both_clocks_are_set_back(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f);
    settle(&f, NOW_MS, NOW_MS);
    poller_set_back(f.poller, CLOCK_HOUR_MS);
    check_goes_on(&f, NOW_MS - CLOCK_HOUR_MS, NOW_MS - CLOCK_HOUR_MS);
    finish(&f);
}

static void the_servers_clock_is_another(void **state)
{
    (void)state;
    static const int64_t others[] = {-CLOCK_HOUR_MS, CLOCK_HOUR_MS, -60 * 1000, 60 * 1000};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct fixture f = {0};
        start(&f);
        settle(&f, NOW_MS, NOW_MS + others[i]); // from the start
        check_goes_on(&f, NOW_MS, NOW_MS + others[i]);
        check_goes_on(
            &f, NOW_MS + CLOCK_MINUTE_MS, NOW_MS + CLOCK_MINUTE_MS); // then it is set right
        check_goes_on(&f, NOW_MS + 2 * CLOCK_MINUTE_MS, NOW_MS + 2 * CLOCK_MINUTE_MS + others[i]);
        finish(&f);
    }
}

// The header has whole seconds: the moment that is asked for must not go to and fro with it.
static void a_clock_that_wavers_is_left_alone(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f);
    settle(&f, NOW_MS, NOW_MS + 6100);
    int64_t skew = f.store.source.skew_ms;
    for (int i = 1; i < 20; i++) {
        settle(&f, NOW_MS + i * REFRESH_MS, NOW_MS + i * REFRESH_MS + (i % 2 ? 4400 : 6100));
        assert_int_equal(f.store.source.skew_ms, skew);
    }
    finish(&f);
}

static void what_is_lost_is_not_waited_for_longer(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f);
    settle(&f, NOW_MS, NOW_MS);
    f.server.told->failing = 1000;
    for (int i = 1; i <= 60 && f.store.source.health != HEALTH_LOST; i++) {
        settle(&f, NOW_MS + i * REFRESH_MS, NOW_MS + i * REFRESH_MS);
    }
    assert_int_equal(f.store.source.health, HEALTH_LOST);
    int64_t before = f.store.source.retry_ms;
    poller_set_back(f.poller, CLOCK_HOUR_MS);
    assert_int_equal(f.store.source.retry_ms, before - CLOCK_HOUR_MS);
    f.server.told->failing = 0;
    f.server.told->clock_ms = before;
    int64_t latest = f.store.source.retry_ms;
    for (int i = 0; i < ROUNDS_MAX && f.store.source.health != HEALTH_OK; i++) {
        latest =
            f.store.source.retry_ms; // what was on its way at the loss may put it off once more
        poller_turn(f.poller, latest);
        poller_wait(f.poller, NULL, 0, 20);
    }
    assert_in_range(latest, before - CLOCK_HOUR_MS, before - CLOCK_HOUR_MS + 60 * 1000);
    assert_int_equal(f.store.source.health, HEALTH_OK);
    finish(&f);
}

static bool usual_known(const struct fixture *f)
{
    return store_days_suffice(latency(f), NULL, DAYS, NOW_MS);
}

// A server that restarted with an empty disk: what it said about the days before stays said.
static void a_server_forgets(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f);
    settle(&f, NOW_MS, NOW_MS);
    assert_true(usual_known(&f));
    f.server.told->since_ms = NOW_MS + 60 * 1000;
    for (int i = 1; i <= 8; i++) {
        settle(&f, NOW_MS + i * REFRESH_MS, NOW_MS + i * REFRESH_MS);
        bool there = NOW_MS + i * REFRESH_MS >= f.server.told->since_ms;
        assert_int_equal(known_at(&f, NOW_MS + i * REFRESH_MS), there); // nothing is invented
        assert_true(known_at(&f, NOW_MS));                              // nothing is lost
        assert_true(usual_known(&f));
    }
    finish(&f);
}

// The moment that is polled may be a refresh ago, when nobody knew its metrics.
static void a_target_of_a_few_seconds_is_known(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f);
    f.server.told->since_ms = NOW_MS + 5 * 1000;
    settle(&f, NOW_MS + 7 * 1000, NOW_MS + 7 * 1000);
    assert_int_equal(f.plan.stages[0].kind, LATENCY_CLASSIC);
    assert_int_equal(latency(&f)->condition, CONDITION_ANSWERED);
    assert_false(known_at(&f, NOW_MS));
    settle(&f, NOW_MS + REFRESH_MS, NOW_MS + REFRESH_MS);
    assert_true(known_at(&f, NOW_MS + REFRESH_MS));
    finish(&f);
}

// While nothing is there, it is looked for at the next refresh, and then ever more rarely.
static void a_target_that_is_yet_to_come_is_found_soon(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f);
    f.server.told->since_ms = NOW_MS + 10 * 1000;
    settle(&f, NOW_MS, NOW_MS);
    assert_int_equal(f.plan.stages[0].kind, LATENCY_ABSENT);
    int64_t later = NOW_MS + REFRESH_MS;
    for (int i = 0; i < ROUNDS_MAX && f.plan.stages[0].kind == LATENCY_ABSENT; i++) {
        f.server.told->clock_ms = later;
        poller_turn(f.poller, later);
        poller_wait(f.poller, NULL, 0, 20);
    }
    assert_int_equal(f.plan.stages[0].kind, LATENCY_CLASSIC);
    finish(&f);
}

// A proxy that gives up on long questions: the present knows nothing of it, nor is it asked more.
static void history_that_fails_is_asked_ever_more_rarely(void **state)
{
    (void)state;
    enum { TICKS = 80, MOST = 60 /* of 14, and 2 spans, at a time */ };
    struct fixture f = {0};
    int64_t ranges = 0, at = NOW_MS;
    start(&f);
    f.server.told->ranges_failing = 1000;
    settle(&f, at, at);
    for (int i = 1; i <= TICKS; i++) {
        at = NOW_MS + i * REFRESH_MS;
        settle(&f, at, at);
        assert_int_equal(f.store.source.health, HEALTH_OK);
        assert_int_equal(latency(&f)->now_ms, at);
        assert_true(f.server.told->instants <= LASTING + SIGNALS);
        ranges += f.server.told->ranges;
    }
    assert_in_range(ranges, 10, MOST);
    f.server.told->ranges_failing = 0;
    for (int i = 1; i <= TICKS && !(usual_known(&f) && f.store.notes_count == 0); i++) {
        at += REFRESH_MS;
        settle(&f, at, at);
    }
    assert_true(usual_known(&f));
    assert_int_equal(f.store.notes_count, 0); // what is available is not said to be missing
    finish(&f);
}

/** As settle(), and waits for a source that was lost. */
static void endure(struct fixture *f, int64_t at)
{
    settle(f, at, at);
    for (int i = 0; i < ROUNDS_MAX && !(f->store.source.health == HEALTH_OK && f->store.complete &&
                                          f->store.history_complete);
         i++) {
        poller_wait(f->poller, NULL, 0, 20);
        poller_turn(f->poller, at);
    }
}

static void the_present_is_known_though_what_was_missed_is_not(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f);
    settle(&f, NOW_MS, NOW_MS);
    f.server.told->ranges_failing = 1000;
    int64_t missed = NOW_MS + REFRESH_MS, at = NOW_MS + 5 * REFRESH_MS;
    settle(&f, at, at);
    assert_true(latency(&f)->now_ms < at); // one range was to answer for all of it
    endure(&f, at + REFRESH_MS);
    for (int i = 2; i <= 4; i++) {
        endure(&f, at + i * REFRESH_MS);
        assert_int_equal(latency(&f)->condition, CONDITION_ANSWERED);
        assert_int_equal(latency(&f)->now_ms, at + i * REFRESH_MS);
        assert_true(known_at(&f, at + i * REFRESH_MS));
    }
    f.server.told->ranges_failing = 0;
    for (int i = 5; i <= 40 && !known_at(&f, missed); i++) {
        endure(&f, at + i * REFRESH_MS);
    }
    assert_true(known_at(&f, missed));
    finish(&f);
}

static void a_moment_that_stands_still_is_asked_for_until_it_is_known(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f);
    settle(&f, NOW_MS, NOW_MS);
    int64_t then = NOW_MS - CLOCK_HOUR_MS;
    f.server.told->ranges_failing = 1000;
    f.server.told->refused = 1000;
    move(&f, then, CLOCK_HOUR_MS, NOW_MS);
    settle(&f, NOW_MS, NOW_MS);
    assert_int_equal(latency(&f)->condition, CONDITION_REFUSED);
    f.server.told->ranges_failing = f.server.told->refused = 0;
    for (int i = 1; i <= 40 && !known_at(&f, then - CLOCK_HOUR_MS / 2); i++) {
        settle(&f, NOW_MS + i * REFRESH_MS, NOW_MS + i * REFRESH_MS);
        assert_int_equal(latency(&f)->condition, CONDITION_ANSWERED);
        assert_int_equal(latency(&f)->now_ms, then);
        assert_true(i == 1 || f.server.told->instants == 0); // once known it is not asked again
    }
    assert_true(known_at(&f, then - CLOCK_HOUR_MS / 2));
    finish(&f);
}

/** What the page of the stage wants, with its EXEMPLARS. */
static void add_stage(struct wants *out, bool exemplars)
{
    static const enum feed_kind kinds[] = {FEED_NOW, FEED_SPAN, FEED_EACH_POD, FEED_EXEMPLARS};
    for (size_t i = 0; i < (exemplars ? 4 : 3); i++) {
        wants_add(out, (struct want){kinds[i], 0, 0});
    }
}

static void want_stage(struct fixture *f, bool exemplars)
{
    struct wants wants = {0};
    add_stage(&wants, exemplars);
    poller_want(f->poller, &wants);
    wants_finish(&wants);
}

static void want_nothing(struct fixture *f)
{
    poller_want(f->poller, &(struct wants){0});
}

/** Looks into the stage, or into none, and lets what is due be answered. */
static void look(struct fixture *f, bool into, int64_t at)
{
    if (into) {
        want_stage(f, false);
    } else {
        want_nothing(f);
    }
    settle(f, at, at);
}

static void a_stage_that_is_opened_again_is_known(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f);
    settle(&f, NOW_MS, NOW_MS);
    for (int past = 0; past < 2; past++) {
        if (past) {
            move(&f, NOW_MS - CLOCK_HOUR_MS, CLOCK_HOUR_MS, NOW_MS);
        }
        for (int i = 0; i < 3; i++) {
            look(&f, true, NOW_MS);
            assert_true(i == 0 || f.server.told->instants == 0); // it was asked at this moment
            for (size_t k = 0; k < f.plan.signals_count; k++) {
                assert_int_not_equal(f.store.signals[k].condition, CONDITION_ASKING);
            }
            look(&f, false, NOW_MS);
        }
        // the answer comes when nobody looks, and then somebody does
        poller_refetch(f.poller, NOW_MS);
        want_stage(&f, false);
        poller_turn(f.poller, NOW_MS);
        look(&f, false, NOW_MS);
        look(&f, true, NOW_MS);
        for (size_t k = 0; k < f.plan.signals_count; k++) {
            assert_int_not_equal(f.store.signals[k].condition, CONDITION_ASKING);
        }
        look(&f, false, NOW_MS);
    }
    finish(&f);
}

// A list that no frame wants any more is kept for ten polls.
static void a_list_that_is_left_stays_for_a_while(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f);
    settle(&f, NOW_MS, NOW_MS);
    want_stage(&f, true);
    settle(&f, NOW_MS, NOW_MS);
    settle_list(&f, FEED_EXEMPLARS);
    const struct slot *slot = &f.store.slots[FEED_EXEMPLARS];
    enum condition answered = slot->condition;
    assert_int_not_equal(answered, CONDITION_ASKING);
    want_nothing(&f);
    for (int i = 1; i < 10; i++) {
        settle(&f, NOW_MS + i * REFRESH_MS, NOW_MS + i * REFRESH_MS);
        assert_int_equal(slot->subject, 0);
        assert_int_equal(slot->condition, answered);
    }
    want_stage(&f, true);
    want_nothing(&f); // which counts from here
    for (int i = 10; i < 19; i++) {
        settle(&f, NOW_MS + i * REFRESH_MS, NOW_MS + i * REFRESH_MS);
        assert_int_equal(slot->subject, 0);
    }
    settle(&f, NOW_MS + 19 * REFRESH_MS, NOW_MS + 19 * REFRESH_MS);
    assert_int_equal(slot->subject, -1);
    finish(&f);
}

// A key that is held down, and a server that is slow: what was left meanwhile is not asked.
static void moments_that_were_left_are_not_asked_for(void **state)
{
    (void)state;
    enum { MOVES = 20, CONNECTIONS = 6 };
    struct fixture f = {0};
    start(&f);
    settle(&f, NOW_MS, NOW_MS);
    f.server.told->instants = 0;
    kill(f.server.pid, SIGSTOP);
    int64_t at = NOW_MS;
    for (int i = 0; i < MOVES; i++) {
        at -= 10 * CLOCK_MINUTE_MS;
        move(&f, at, CLOCK_HOUR_MS, NOW_MS);
        poller_turn(f.poller, NOW_MS);
        poller_wait(f.poller, NULL, 0, 0);
    }
    kill(f.server.pid, SIGCONT);
    for (int i = 0; i < ROUNDS_MAX && !(f.store.complete && f.store.history_complete); i++) {
        poller_wait(f.poller, NULL, 0, 20);
        poller_turn(f.poller, NOW_MS);
    }
    assert_int_equal(latency(&f)->now_ms, at);
    assert_true(known_at(&f, at));
    assert_true(f.server.told->instants <= CONNECTIONS + SIGNALS + LASTING);
    finish(&f);
}

static void who_waits_for_a_lost_source_sleeps(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f);
    settle(&f, NOW_MS, NOW_MS);
    f.server.told->failing = 1000;
    for (int i = 1; i <= 60 && f.store.source.health != HEALTH_LOST; i++) {
        settle(&f, NOW_MS + i * REFRESH_MS, NOW_MS + i * REFRESH_MS);
    }
    assert_int_equal(f.store.source.health, HEALTH_LOST);
    int64_t retry = f.store.source.retry_ms;
    for (int i = 0; i < ROUNDS_MAX && poller_due_ms(f.poller, retry - 500) != 500; i++) {
        poller_wait(f.poller, NULL, 0, 20); // what was on its way when it was lost
        poller_turn(f.poller, retry - 500);
        retry = f.store.source.retry_ms;
    }
    assert_in_range(poller_due_ms(f.poller, retry - 500), 500, 500);
    kill(f.server.pid, SIGSTOP);
    poller_turn(f.poller, retry); // one question is out
    assert_true(poller_due_ms(f.poller, retry + 100) > 10);
    kill(f.server.pid, SIGCONT);
    poller_pause(f.poller, true, retry);
    assert_true(poller_due_ms(f.poller, retry + 100) > 10);
    finish(&f);
}

// ---- paused -----------------------------------------------------------------------------------

// What a user does who has paused.

static void look_back(struct fixture *f, int64_t now_ms)
{
    move(f, NOW_MS - CLOCK_HOUR_MS, CLOCK_HOUR_MS, now_ms);
}

static void zoom_out(struct fixture *f, int64_t now_ms)
{
    move(f, f->scope.at_ms, 2 * CLOCK_HOUR_MS, now_ms);
}

static void zoom_in(struct fixture *f, int64_t now_ms)
{
    move(f, f->scope.at_ms, CLOCK_HOUR_MS, now_ms);
}

static void return_to_present(struct fixture *f, int64_t now_ms)
{
    move(f, 0, f->scope.span_ms, now_ms);
}

static void choose_window(struct fixture *f, int64_t window_ms, int64_t now_ms)
{
    struct scope scope = f->scope;
    scope.window_ms = window_ms;
    look_at(f, scope, now_ms);
    assert_int_equal(f->plan.window_ms, window_ms);
}

static void widen_window(struct fixture *f, int64_t now_ms)
{
    choose_window(f, 10 * CLOCK_MINUTE_MS, now_ms);
}

static void refetch(struct fixture *f, int64_t now_ms)
{
    poller_refetch(f->poller, now_ms);
}

static void pin(struct fixture *f, int64_t now_ms)
{
    struct scope scope = f->scope;
    scope.baseline = BASELINE_PINNED;
    scope.pin_ms = NOW_MS - 2 * CLOCK_HOUR_MS;
    scope.pin_reach_ms = CLOCK_HOUR_MS / 2;
    look_at(f, scope, now_ms);
}

static void open_stage(struct fixture *f, int64_t now_ms)
{
    (void)now_ms;
    want_stage(f, true);
    f->opened = true;
}

static void leave_at_once_and_open(struct fixture *f, int64_t now_ms)
{
    poller_turn(f->poller, now_ms);
    want_nothing(f);
    poller_turn(f->poller, now_ms);
    open_stage(f, now_ms);
}

static void compare(struct fixture *f, int64_t now_ms)
{
    (void)now_ms;
    struct wants wants = {0};
    if (f->opened) {
        add_stage(&wants, true);
    }
    wants_add(&wants, (struct want){FEED_COMPARE, f->plan.stages[0].latency_signal, 1});
    poller_want(f->poller, &wants);
    wants_finish(&wants);
}

static void check_known(const struct fixture *f)
{
    for (size_t i = 0; i < f->plan.signals_count; i++) {
        bool asked = f->opened || !f->plan.signals[i].deep;
        assert_true(!asked || f->store.signals[i].condition != CONDITION_ASKING);
    }
    int64_t at_ms = f->scope.at_ms > 0 ? f->scope.at_ms : store_newest_ms(&f->store);
    assert_int_equal(latency(f)->now_ms, at_ms);
    assert_true(known_at(f, at_ms));
    assert_true(known_at(f, at_ms - f->scope.span_ms / 2));
    assert_true(!f->opened || f->store.slots[FEED_EXEMPLARS].condition != CONDITION_ASKING);
}

/** Turns at NOW until nothing is on its way any more. */
static void rest(struct fixture *f, int64_t now_ms)
{
    f->server.told->clock_ms = now_ms;
    f->server.told->instants = f->server.told->ranges = f->server.told->scrapes = 0;
    poller_turn(f->poller, now_ms);
    for (int i = 0; i < ROUNDS_MAX && poller_expects(f->poller); i++) {
        poller_wait(f->poller, NULL, 0, 20);
        poller_turn(f->poller, now_ms);
    }
    assert_false(poller_expects(f->poller));
}

// What is wanted is asked once, however long the pause goes on, and "asking" never stays.
static void what_is_wanted_while_paused_is_asked_once(void **state)
{
    (void)state;
    static void (*const wants[])(struct fixture *, int64_t) = {look_back, zoom_out, zoom_in,
        return_to_present, widen_window, refetch, pin, open_stage, leave_at_once_and_open, compare,
        look_back, zoom_out, compare, return_to_present};
    enum { WANTS = sizeof wants / sizeof *wants };
    struct fixture f = {0};
    start(&f);
    f.server.told->pods = 2;
    settle(&f, NOW_MS, NOW_MS);
    poller_pause(f.poller, true, NOW_MS);
    int64_t now = NOW_MS;
    for (int i = 0; i < WANTS; i++) {
        now += CLOCK_MINUTE_MS;
        wants[i](&f, now);
        settle(&f, now, now);
        rest(&f, now);
        check_known(&f);
        for (int later = 1; later <= 3; later++) { // and no more
            now += REFRESH_MS;
            rest(&f, now);
            assert_int_equal(f.server.told->instants + f.server.told->ranges, 0);
        }
        check_known(&f);
    }
    const struct matrix *then = &latency(&f)->then;
    assert_true(then->asked_first <= then->asked_last);
    poller_pause(f.poller, false, now);
    settle(&f, now + REFRESH_MS, now + REFRESH_MS);
    check_known(&f);
    assert_int_equal(latency(&f)->now_ms, (now + REFRESH_MS) / REFRESH_MS * REFRESH_MS);
    finish(&f);
}

static void time_stands_still_while_paused(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f);
    settle(&f, NOW_MS, NOW_MS);
    poller_pause(f.poller, true, NOW_MS);
    int64_t now = NOW_MS + 10 * CLOCK_MINUTE_MS;
    poller_pause(f.poller, true, now); // the loop says it again at every turn
    zoom_out(&f, now);
    settle(&f, now, now);
    check_known(&f);
    assert_int_equal(latency(&f)->now_ms, NOW_MS);
    return_to_present(&f, now);
    settle(&f, now, now);
    check_known(&f);
    assert_int_equal(latency(&f)->now_ms, now);
    finish(&f);
}

// What is wanted of a server that is away is tried again until it is known, and then no more.
static void what_is_wanted_while_paused_outlasts_a_loss(void **state)
{
    (void)state;
    struct fixture f = {0};
    start(&f);
    settle(&f, NOW_MS, NOW_MS);
    poller_pause(f.poller, true, NOW_MS);
    f.server.told->failing = 1000;
    int64_t now = NOW_MS + CLOCK_MINUTE_MS;
    rest(&f, now);
    assert_int_equal(f.store.source.health, HEALTH_OK); // nobody asked it
    look_back(&f, now);
    for (int i = 0; i < 20 && f.store.source.health != HEALTH_LOST; i++) {
        look_back(&f, now += REFRESH_MS);
        rest(&f, now);
    }
    assert_int_equal(f.store.source.health, HEALTH_LOST);
    f.server.told->failing = 0;
    for (int i = 0; i < 10; i++) {
        rest(&f, now += CLOCK_MINUTE_MS);
    }
    assert_int_equal(f.store.source.health, HEALTH_OK);
    check_known(&f);
    assert_int_equal(f.server.told->instants + f.server.told->ranges, 0);
    finish(&f);
}

// Without a server it is our own samples that answer, of whatever moment, at once.
static void a_scraped_target_while_paused(void **state)
{
    (void)state;
    struct fixture f = {0};
    start_at(&f, "/metrics");
    int64_t now = NOW_MS;
    for (int i = 0; i < 20; i++) {
        rest(&f, now += REFRESH_MS);
    }
    assert_true(poller_scrapes(f.poller));
    assert_int_equal(latency(&f)->condition, CONDITION_ANSWERED);
    poller_pause(f.poller, true, now);
    rest(&f, now += CLOCK_MINUTE_MS);
    assert_int_equal(f.server.told->scrapes, 0);
    int64_t then = NOW_MS + 2 * CLOCK_MINUTE_MS;
    move(&f, then, CLOCK_HOUR_MS, now);
    rest(&f, now);
    assert_int_equal(f.server.told->scrapes, 0);
    assert_int_equal(latency(&f)->condition, CONDITION_ANSWERED);
    assert_int_equal(latency(&f)->now_ms, then);
    assert_true(known_at(&f, then));
    move(&f, then, 2 * CLOCK_HOUR_MS, now);
    rest(&f, now);
    assert_int_equal(latency(&f)->condition, CONDITION_ANSWERED);
    choose_window(&f, 2 * CLOCK_MINUTE_MS, now);
    rest(&f, now);
    assert_int_equal(latency(&f)->condition, CONDITION_ANSWERED);
    assert_int_equal(f.server.told->scrapes, 0);
    move(&f, 0, 2 * CLOCK_HOUR_MS, now);
    rest(&f, now);
    assert_int_equal(latency(&f)->condition, CONDITION_ANSWERED);
    assert_int_equal(latency(&f)->now_ms, now);
    assert_int_equal(f.server.told->scrapes, 1);
    rest(&f, now += CLOCK_MINUTE_MS);
    assert_int_equal(f.server.told->scrapes, 0);
    poller_pause(f.poller, false, now);
    rest(&f, now += REFRESH_MS);
    assert_int_equal(f.server.told->scrapes, 1);
    assert_int_equal(latency(&f)->now_ms, now);
    finish(&f);
}

static int notes_with(const struct fixture *f, const char *text)
{
    int count = 0;
    for (size_t i = 0; i < f->store.notes_count; i++) {
        count += strstr(f->store.notes[i], text) != NULL;
    }
    return count;
}

// What is cut off of a target is said, once and as long as it is so.
static void a_scraped_target_with_too_much(void **state)
{
    (void)state;
    struct fixture f = {0};
    start_at(&f, "/metrics");
    int64_t now = NOW_MS;
    f.server.told->pods = 10000;
    for (int i = 0; i < 3; i++) {
        rest(&f, now += REFRESH_MS);
        assert_int_equal(notes_with(&f, "10012 series: 512 that no stage needs are left out"), 1);
    }
    f.server.told->pods = 0;
    rest(&f, now += REFRESH_MS);
    assert_int_equal(notes_with(&f, "series"), 0);
    for (int i = 0; i < 2 * CLOCK_HOUR_MS / REFRESH_MS; i++) {
        rest(&f, now += REFRESH_MS);
    }
    assert_int_equal(notes_with(&f, "seen since"), 1); // though what was seen first is forgotten
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_hour_of_sleep_takes_one_question),
        cmocka_unit_test(what_nobody_measured_is_a_gap),
        cmocka_unit_test(our_clock_is_set_back),
        cmocka_unit_test(both_clocks_are_set_back),
        cmocka_unit_test(the_servers_clock_is_another),
        cmocka_unit_test(a_clock_that_wavers_is_left_alone),
        cmocka_unit_test(what_is_lost_is_not_waited_for_longer),
        cmocka_unit_test(a_server_forgets),
        cmocka_unit_test(a_target_of_a_few_seconds_is_known),
        cmocka_unit_test(a_target_that_is_yet_to_come_is_found_soon),
        cmocka_unit_test(history_that_fails_is_asked_ever_more_rarely),
        cmocka_unit_test(the_present_is_known_though_what_was_missed_is_not),
        cmocka_unit_test(a_moment_that_stands_still_is_asked_for_until_it_is_known),
        cmocka_unit_test(a_stage_that_is_opened_again_is_known),
        cmocka_unit_test(a_list_that_is_left_stays_for_a_while),
        cmocka_unit_test(moments_that_were_left_are_not_asked_for),
        cmocka_unit_test(who_waits_for_a_lost_source_sleeps),
        cmocka_unit_test(what_is_wanted_while_paused_is_asked_once),
        cmocka_unit_test(time_stands_still_while_paused),
        cmocka_unit_test(what_is_wanted_while_paused_outlasts_a_loss),
        cmocka_unit_test(a_scraped_target_while_paused),
        cmocka_unit_test(a_scraped_target_with_too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
