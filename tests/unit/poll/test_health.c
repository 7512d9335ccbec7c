/*
 * How long the poller waits before it asks a source again that it lost.
 */
#include "poll/health.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "poll/poller_state.h"

enum { NOW_MS = 1770195600 };

/** The delays of COUNT attempts that fail one after the other, in DELAYS. */
static void lose(enum health_loss loss, int64_t retry_after_s, int count, int64_t *delays)
{
    struct store store = {0};
    struct poller p = {.store = &store};
    int64_t now = (int64_t)NOW_MS * 1000;
    for (int i = 0; i < count; i++) {
        health_lose(&p, loss, "why", retry_after_s, now);
        assert_int_equal(store.source.health, HEALTH_LOST);
        delays[i] = store.source.retry_ms - now;
        health_lose(&p, loss, "a straggler", retry_after_s, now + 1); // changes nothing
        assert_int_equal(store.source.retry_ms - now, delays[i]);
        now = store.source.retry_ms;
    }
}

static void backs_off(void **state)
{
    (void)state;
    static const struct {
        enum health_loss loss;
        int64_t retry_after_s, least_ms[7];
    } cases[] = {
        {LOSS_ANSWERED, -1, {1000, 2000, 4000, 8000, 16000, 30000, 30000}},
        {LOSS_SILENT, -1, {1000, 2000, 4000, 5000, 5000, 5000, 5000}},
        {LOSS_ANSWERED, 7, {7000, 7000, 7000, 8000, 16000, 30000, 30000}},
        {LOSS_ANSWERED, 90, {90000, 90000, 90000, 90000, 90000, 90000, 90000}},
        {LOSS_ANSWERED, 0, {1000, 2000, 4000, 8000, 16000, 30000, 30000}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t delays[7];
        lose(cases[i].loss, cases[i].retry_after_s, 7, delays);
        for (size_t k = 0; k < 7; k++) {
            assert_in_range(
                delays[k], cases[i].least_ms[k], cases[i].least_ms[k] + cases[i].least_ms[k] / 5);
        }
    }
}

// Those that lost the server together do not come back together.
static void spreads(void **state)
{
    (void)state;
    bool seen[5] = {false};
    for (int64_t now = (int64_t)NOW_MS * 1000; now < (int64_t)NOW_MS * 1000 + 50; now++) {
        struct store store = {0};
        struct poller p = {.store = &store};
        health_lose(&p, LOSS_ANSWERED, "why", 100, now);
        seen[(store.source.retry_ms - now - 100000) * 5 / 20001] = true;
    }
    for (size_t i = 0; i < 5; i++) {
        assert_true(seen[i]);
    }
}

// Whatever it names, and however that is spread.
static void no_loss_outlasts_five_minutes(void **state)
{
    (void)state;
    static const struct {
        int64_t retry_after_s, least_ms, most_ms;
    } cases[] = {{240, 240000, 288000}, {299, 299000, 300000}, {300, 300000, 300000},
        {301, 300000, 300000}, {86400, 300000, 300000}, {INT64_MAX, 300000, 300000},
        {-7, 1000, 1200}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int64_t now = (int64_t)NOW_MS * 1000; now < (int64_t)NOW_MS * 1000 + 50; now++) {
            struct store store = {0};
            struct poller p = {.store = &store};
            health_lose(&p, LOSS_ANSWERED, "why", cases[i].retry_after_s, now);
            assert_in_range(store.source.retry_ms - now, cases[i].least_ms, cases[i].most_ms);
        }
    }
}

/** A source with two questions, the first of which it answers badly. */
struct one_bad {
    struct signal_progress progress[2];
    struct feed_cache caches[2];
    struct signal_data data[2];
    struct store store;
    struct poller p;
    struct ask bad, good;
    int64_t now_ms;
};

static const struct http_reply html = {.status = 502, .retry_after_s = -1, .server_ms = -1};
static const struct http_reply busy = {.status = 429, .retry_after_s = -1, .server_ms = -1};
static const struct http_reply sound = {.status = 200, .retry_after_s = -1, .server_ms = -1};

static void ask_both(struct one_bad *o)
{
    o->bad = (struct ask){.feed = &feed_now, .index = 0, .present = true};
    o->good = (struct ask){.feed = &feed_now, .index = 1, .present = true};
    health_mark(&o->p, &o->bad);
    health_mark(&o->p, &o->good);
}

static void begin(struct one_bad *o)
{
    *o = (struct one_bad){.now_ms = (int64_t)NOW_MS * 1000};
    o->store.signals = o->data;
    o->store.count = 2;
    o->p = (struct poller){.store = &o->store, .phase = PHASE_POLLING};
    o->p.schedule.signals = o->progress;
    o->p.schedule.env.caches = o->caches;
    o->p.schedule.count = 2;
    health_regain(&o->p, &o->good, &sound, o->now_ms);
    ask_both(o);
}

static enum health_fault fail_it(struct one_bad *o, const struct http_reply *r)
{
    return health_fail(&o->p, LOSS_ANSWERED, &o->bad, r, "why", o->now_ms);
}

static void one_question_is_not_the_source(void **state)
{
    (void)state;
    struct one_bad o;
    begin(&o);
    health_regain(&o.p, &o.good, &sound, o.now_ms);
    assert_int_equal(fail_it(&o, &html), FAULT_OF_QUESTION);
    assert_int_equal(o.store.source.health, HEALTH_OK);
}

// What was in flight clears the source, and nothing is asked again for that.
static void a_doubt_ends_without_questions(void **state)
{
    (void)state;
    struct one_bad o;
    begin(&o);
    o.progress[0].slots[SLOT_NOW].tick_ms = o.progress[1].slots[SLOT_NOW].tick_ms = o.now_ms;
    assert_int_equal(fail_it(&o, &html), FAULT_IN_DOUBT);
    assert_int_equal(o.store.source.health, HEALTH_LOST);
    health_regain(&o.p, &o.good, &sound, o.now_ms);
    assert_int_equal(o.store.source.health, HEALTH_OK);
    assert_int_equal(o.progress[0].slots[SLOT_NOW].tick_ms, o.now_ms);
    o.data[0].condition = CONDITION_REFUSED;
    ask_both(&o); // at the next tick it is known at once, whichever answer is first
    assert_int_equal(fail_it(&o, &html), FAULT_OF_QUESTION);
}

// But one that was refused hides no loss from those that were not.
static void a_loss_is_seen_by_the_others(void **state)
{
    (void)state;
    struct one_bad o;
    begin(&o);
    o.data[0].condition = CONDITION_REFUSED;
    o.bad = o.good;
    assert_int_equal(fail_it(&o, &html), FAULT_IN_DOUBT);
    assert_int_equal(o.store.source.health, HEALTH_LOST);
}

// Whoever has to wait waits, whatever was in flight; a probe ends it, and all is asked again.
static void a_busy_source_is_left_alone(void **state)
{
    (void)state;
    struct one_bad o;
    begin(&o);
    o.progress[0].slots[SLOT_NOW].tick_ms = o.now_ms;
    assert_int_equal(fail_it(&o, &busy), FAULT_OF_SOURCE);
    health_regain(&o.p, &o.good, &sound, o.now_ms);
    assert_int_equal(o.store.source.health, HEALTH_LOST);
    ask_both(&o);
    assert_true(o.good.probe);
    health_regain(&o.p, &o.good, &sound, o.now_ms);
    assert_int_equal(o.store.source.health, HEALTH_OK);
    assert_int_equal(o.progress[0].slots[SLOT_NOW].tick_ms, 0);
}

// A source that comes back only to fail again is not asked ever more often for that.
static void what_comes_and_goes_is_spared(void **state)
{
    (void)state;
    struct one_bad o;
    begin(&o);
    for (int64_t least_ms = 1000; least_ms < 16000; least_ms *= 2) {
        fail_it(&o, &busy);
        assert_in_range(o.store.source.retry_ms - o.now_ms, least_ms, least_ms + least_ms / 5);
        o.now_ms = o.store.source.retry_ms;
        ask_both(&o);
        health_regain(&o.p, &o.good, &sound, o.now_ms);
    }
    o.now_ms += 60 * 1000;
    fail_it(&o, &busy);
    assert_in_range(o.store.source.retry_ms - o.now_ms, 1000, 1200);
}

// Of several answers that say no, the one that says how long counts.
static void the_longest_wait_counts(void **state)
{
    (void)state;
    struct store store = {0};
    struct poller p = {.store = &store};
    int64_t now = (int64_t)NOW_MS * 1000;
    health_lose(&p, LOSS_SILENT, "cut", -1, now);
    health_lose(&p, LOSS_ANSWERED, "429", 60, now + 5);
    assert_in_range(store.source.retry_ms - now, 60005, 72005);
    health_lose(&p, LOSS_ANSWERED, "429", 5, now + 10);
    assert_in_range(store.source.retry_ms - now, 60005, 72005);
}

// There is nobody else to ask who could tell that it is there.
static void a_target_that_fails_is_lost(void **state)
{
    (void)state;
    struct one_bad o;
    begin(&o);
    o.bad = (struct ask){.feed = &feed_scrape};
    assert_int_equal(fail_it(&o, &html), FAULT_OF_SOURCE);
    assert_int_equal(o.store.source.health, HEALTH_LOST);
}

// Whoever refuses everything for a while refuses the API of labels as well.
static void labels_are_tried_again(void **state)
{
    (void)state;
    struct one_bad o;
    begin(&o);
    o.p.labels_closed = true;
    health_regain(&o.p, &o.good, &sound, o.now_ms);
    assert_true(o.p.labels_closed);
    health_lose(&o.p, LOSS_ANSWERED, "403 Forbidden", -1, o.now_ms);
    assert_false(o.p.labels_closed);
}

static void end(struct one_bad *o)
{
    o->store.signals = NULL; // they are not on the heap
    o->store.count = 0;
    store_finish(&o->store);
}

static void a_skew_is_told_from_a_minute_on(void **state)
{
    (void)state;
    static const struct {
        int64_t skew_s;
        const char *note;
    } cases[] = {
        {20, NULL},
        {90, "the server's clock is 2 min ahead of this machine's; times are the server's"},
        {-7200, "the server's clock is 2 h behind this machine's; times are the server's"},
        {0, NULL},
    };
    struct one_bad o;
    begin(&o);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_reply reply = sound;
        reply.server_ms = o.now_ms + cases[i].skew_s * 1000;
        health_learn_clock(&o.p, &reply, o.now_ms);
        assert_int_equal(o.store.notes_count, cases[i].note != NULL);
        if (cases[i].note) {
            assert_string_equal(o.store.notes[0], cases[i].note);
        }
    }
    o.p.scraping.on = true; // a target's samples are of our moments
    struct http_reply reply = sound;
    reply.server_ms = o.now_ms + 7200 * 1000;
    health_learn_clock(&o.p, &reply, o.now_ms);
    assert_int_equal(o.store.notes_count, 0);
    end(&o);
}

// Several questions are out when the first answer tells what the clock there says.
static void a_question_knows_its_clock(void **state)
{
    (void)state;
    static const struct {
        int64_t skew_s;
        bool mistook;
    } cases[] = {{3600, true}, {-3600, true}, {301, true}, {299, false}, {0, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct one_bad o;
        struct scope scope = {0};
        begin(&o);
        o.p.scope = &scope;
        struct http_reply reply = sound;
        reply.server_ms = o.now_ms + cases[i].skew_s * 1000;
        health_learn_clock(&o.p, &reply, o.now_ms);
        health_learn_clock(&o.p, &reply, o.now_ms); // what the second answer adds is nothing
        assert_int_equal(health_mistook_time(&o.p, &o.bad), cases[i].mistook);
        scope.at_ms = o.now_ms; // which is the same moment by every clock
        assert_false(health_mistook_time(&o.p, &o.bad));
        end(&o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backs_off),
        cmocka_unit_test(spreads),
        cmocka_unit_test(one_question_is_not_the_source),
        cmocka_unit_test(a_doubt_ends_without_questions),
        cmocka_unit_test(a_loss_is_seen_by_the_others),
        cmocka_unit_test(no_loss_outlasts_five_minutes),
        cmocka_unit_test(a_busy_source_is_left_alone),
        cmocka_unit_test(what_comes_and_goes_is_spared),
        cmocka_unit_test(the_longest_wait_counts),
        cmocka_unit_test(a_target_that_fails_is_lost),
        cmocka_unit_test(labels_are_tried_again),
        cmocka_unit_test(a_skew_is_told_from_a_minute_on),
        cmocka_unit_test(a_question_knows_its_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
