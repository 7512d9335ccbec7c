/*
 * The schedule: what is asked for while somebody looks at it.
 */
#include "poll/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "unit/poll/desk.h"

static void deep_signals_wait_until_looked_into(void **state)
{
    (void)state;
    static const struct {
        bool any, stages[SIGNALS];
        int stage; // of the deep signal
        size_t asked;
    } cases[] = {
        {false, {false, false}, 1, 1}, {true, {false, false}, 1, 1}, {true, {true, false}, 1, 1},
        {true, {false, true}, 1, 2}, {false, {false, false}, -1, 1}, {true, {false, false}, -1, 1},
        {true, {true, false}, -1, 2}, // of no stage: as soon as any is looked into
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct desk d;
        struct ask asks[20];
        desk_start(&d, "auto");
        d.world.plan.signals[1].deep = true;
        d.world.plan.signals[1].stage = cases[i].stage;
        for (int k = 0; cases[i].any && k < SIGNALS; k++) {
            if (cases[i].stages[k]) {
                desk_want(&d, &(struct want){FEED_NOW, k, 0}, 1);
            }
        }
        bool looked_into = cases[i].asked == 2;
        assert_true(feed_asks(&d.schedule.env, 0));
        assert_int_equal(feed_asks(&d.schedule.env, 1), looked_into);
        assert_int_equal(desk_take(&d, asks, 20), cases[i].asked);
        desk_answer(&d, &asks[0], 1);
        size_t n = desk_take(&d, asks + 2, 18);
        assert_int_equal(n, 1 + DAYS);
        desk_answer(&d, &asks[2], 239);
        assert_int_equal(schedule_complete(&d.schedule), !looked_into);
        if (looked_into) {
            assert_ptr_equal(asks[1].feed, &feed_now);
            desk_answer(&d, &asks[1], 1);
            assert_true(schedule_complete(&d.schedule));
        }
        for (size_t k = 3; k < 2 + n; k++) {
            desk_answer(&d, &asks[k], 25);
        }
        assert_true(schedule_history_complete(&d.schedule));
        assert_false(schedule_next(&d.schedule, asks)); // no span, no history
        desk_stop(&d);
    }
}

static void deep_signals_ask_for_the_present_alone(void **state)
{
    (void)state;
    struct desk d;
    struct ask asks[20];
    int counts[FEED_KINDS];
    desk_start(&d, "auto");
    d.world.plan.signals[1].deep = true;
    desk_settle(&d, 240, counts);
    assert_int_equal(counts[FEED_NOW], 1);
    assert_true(schedule_complete(&d.schedule));
    desk_want(
        &d, &(struct want){FEED_NOW, 1, 0}, 1); // in the middle of a tick: it is asked at once
    assert_false(schedule_complete(&d.schedule));
    desk_settle(&d, 240, counts);
    assert_int_equal(counts[FEED_NOW], 1);
    assert_int_equal(counts[FEED_SPAN] + counts[FEED_DAYS] + counts[FEED_RECENT], 0);
    assert_true(schedule_complete(&d.schedule));
    d.schedule.env.tick_ms += 10 * 15000; // a gap is closed for the other signal only
    assert_int_equal(desk_take(&d, asks, 20), SIGNALS);
    assert_ptr_equal(asks[0].feed, &feed_span);
    assert_ptr_equal(asks[1].feed, &feed_now);
    assert_true(asks[1].first == asks[1].last);
    desk_answer(&d, &asks[0], 20);
    assert_false(schedule_complete(&d.schedule));
    desk_want(&d, NULL, 0); // an answer on its way is not waited for
    assert_true(schedule_complete(&d.schedule));
    desk_answer(&d, &asks[1], 1);
    d.schedule.env.tick_ms += 15000;
    desk_settle(&d, 240, counts);
    assert_int_equal(counts[FEED_NOW], 1);
    desk_stop(&d);
}

// What changes rarely and is long to answer is not asked for at every tick.
static void rules_are_asked_for_twice_a_minute(void **state)
{
    (void)state;
    struct desk d;
    struct ask asks[20];
    int counts[FEED_KINDS];
    desk_start(&d, "auto");
    store_begin_slot(&d.world.store, FEED_RULES, 0);
    desk_want(&d, &(struct want){FEED_RULES, 0, 0}, 1);
    for (int tick = 0; tick < 4; tick++) { // 15 s apart
        desk_settle(&d, 240, counts);
        assert_int_equal(counts[FEED_RULES], tick == 0 || tick == 2);
        d.world.store.slots[FEED_RULES].condition = CONDITION_ANSWERED;
        d.schedule.env.tick_ms += 15000;
    }
    schedule_again(&d.schedule); // the user asks for it
    desk_settle(&d, 240, counts);
    assert_int_equal(counts[FEED_RULES], 1);
    d.schedule.env.tick_ms += 15000;
    d.world.store.slots[FEED_RULES].condition = CONDITION_ASKING; // there was no answer
    desk_settle(&d, 240, counts);
    assert_int_equal(counts[FEED_RULES], 1);
    assert_int_equal(desk_take(&d, asks, 20), 0);
    desk_stop(&d);
}

// What the home page has beside the stages: at most three questions at a tick once all is known,
// the oldest first, so that nothing is left behind however rarely there is a tick.
static void few_questions_beside_the_stages_are_asked_at_a_tick(void **state)
{
    (void)state;
    static const enum feed_kind beside[] = {FEED_RULES, FEED_ALERTMANAGERS, FEED_CHANGES};
    enum { KINDS = sizeof beside / sizeof *beside, TICKS = 24 };
    static const int64_t every_ms[] = {5000, 15000, 30000, 60000, 300000};
    for (size_t e = 0; e < sizeof every_ms / sizeof *every_ms; e++) {
        struct desk d;
        int counts[FEED_KINDS], most = 0, last[KINDS] = {0};
        struct want wants[KINDS + 1] = {{FEED_NOW, 0, 0}};
        desk_start(&d, "auto");
        struct signal_data *where = &d.world.store.signals[d.world.plan.places];
        d.world.plan.signals[d.world.plan.places].expr = mem_strdup("pods");
        where->condition = CONDITION_ASKING;
        where->now_ms = 0;
        for (size_t k = 0; k < KINDS; k++) {
            wants[k + 1] = (struct want){beside[k], 0, 0};
            store_begin_slot(&d.world.store, beside[k], 0);
        }
        desk_want(&d, wants, KINDS + 1);
        for (int tick = 0; tick < TICKS; tick++) {
            int64_t before_ms = where->now_ms;
            desk_settle(&d, 240, counts);
            int asked = where->now_ms > before_ms;
            for (size_t k = 0; k < KINDS; k++) {
                asked += counts[beside[k]];
                last[k] = counts[beside[k]] ? tick : last[k];
                assert_true(every_ms[e] < 30000 || tick - last[k] < 3);
                d.world.store.slots[beside[k]].condition = CONDITION_ANSWERED;
            }
            assert_true(tick == 0 || asked <= 3);
            most = asked > most ? asked : most;
            d.schedule.env.tick_ms += every_ms[e];
        }
        assert_int_equal(most, 4); // at the first, of which nobody waits for another
        desk_stop(&d);
    }
}

static void answer_down(struct desk *d, const struct ask *ask)
{
    struct signal_data *data = &d->world.store.signals[ask->index];
    struct batch b = {0};
    struct batch_series *s = batch_add(&b);
    labels_set(&s->labels, "part", "down");
    batch_add_sample(s, ask->last * scope_grid(&d->world.scope, &d->world.plan).step_ms, 1);
    matrix_merge(&data->live, &b, ask->first, ask->last);
    batch_finish(&b);
    data->now_ms = ask->tick_ms;
    schedule_done(&d->schedule, ask);
}

// While nothing is missing, now and then will do; when something is, it matters since when.
static void the_span_of_targets_is_asked_for_once_some_are_down(void **state)
{
    (void)state;
    struct desk d;
    struct ask asks[20];
    int counts[FEED_KINDS];
    desk_start(&d, "auto");
    d.world.plan.signals[1].kind = SIGNAL_TARGETS;
    desk_settle(&d, 240, counts);
    assert_int_equal(counts[FEED_NOW], 2);
    assert_int_equal(counts[FEED_SPAN], 1);
    assert_int_equal(counts[FEED_DAYS], DAYS);
    d.schedule.env.tick_ms += 15000;
    assert_int_equal(desk_take(&d, asks, 20), 1); // it is known of this minute
    desk_answer(&d, &asks[0], 1);
    d.schedule.env.tick_ms += 45000;
    assert_int_equal(desk_take(&d, asks, 20), 2);
    assert_int_equal(asks[1].index, 1);
    desk_answer(&d, &asks[0], 10);
    answer_down(&d, &asks[1]);
    assert_false(schedule_complete(&d.schedule));
    assert_int_equal(desk_take(&d, asks, 20), 1);
    assert_ptr_equal(asks[0].feed, &feed_span);
    assert_int_equal(asks[0].index, 1);
    desk_answer(&d, &asks[0], 0);
    assert_true(schedule_complete(&d.schedule));
    d.schedule.env.tick_ms += 15000;
    assert_int_equal(desk_take(&d, asks, 20), 2); // each tick, so that no moment is missing
    desk_stop(&d);
}

/** Answers ASK with the moment of a sample, of the stage of that index; -1: of none. */
static void answer_last(struct desk *d, struct ask *ask, int stage)
{
    struct signal_data *data = &d->world.store.signals[ask->index];
    struct batch b = {0};
    if (stage >= 0) {
        struct batch_series *s = batch_add(&b);
        char index[16];
        snprintf(index, sizeof index, "%d", stage);
        labels_set(&s->labels, "stage", index);
        batch_add_sample(s, ask->last * scope_grid(&d->world.scope, &d->world.plan).step_ms,
            (double)ask->tick_ms / 1000);
    }
    matrix_merge(&data->live, &b, ask->first, ask->last);
    batch_finish(&b);
    data->now_ms = ask->tick_ms;
    data->condition = CONDITION_ANSWERED;
    schedule_done(&d->schedule, ask);
}

// While all have one that of now will do; without one it matters when it was.
static void the_span_of_last_samples_is_asked_for_once_a_stage_has_none(void **state)
{
    (void)state;
    struct desk d;
    struct ask asks[20], ask;
    desk_start(&d, "auto");
    d.world.plan.signals[1].kind = SIGNAL_LAST;
    for (size_t i = 0; i < d.world.plan.stages_count; i++) {
        d.world.plan.stages[i].last_signal = i == 0 ? 1 : -1;
    }
    while (schedule_next(&d.schedule, &ask)) {
        assert_true(ask.index != 1 || ask.feed == &feed_now);
        if (ask.index == 1) {
            answer_last(&d, &ask, 0);
        } else {
            desk_answer(&d, &ask, 240);
        }
    }
    assert_true(schedule_complete(&d.schedule));
    d.schedule.env.tick_ms += 15000;
    assert_int_equal(desk_take(&d, asks, 20), 2);
    assert_int_equal(asks[1].index, 1);
    desk_answer(&d, &asks[0], 10);
    answer_last(&d, &asks[1], -1);
    assert_false(schedule_complete(&d.schedule));
    assert_int_equal(desk_take(&d, asks, 20), 1);
    assert_ptr_equal(asks[0].feed, &feed_span);
    assert_int_equal(asks[0].index, 1);
    desk_answer(&d, &asks[0], 0);
    assert_true(schedule_complete(&d.schedule));
    desk_stop(&d);
}

/** Has the span DAYS before asked for of signal 1 alone, takes that question, and answers it. */
static struct ask then(struct desk *d, int days)
{
    struct ask ask = {0};
    const struct grid grid = scope_grid(&d->world.scope, &d->world.plan);
    desk_want(d, &(struct want){FEED_COMPARE, 1, days}, 1);
    if (schedule_next(&d->schedule, &ask)) {
        struct signal_data *data = &d->world.store.signals[ask.index];
        const struct batch none = {0};
        assert_ptr_equal(ask.feed, &feed_compare);
        assert_int_equal(ask.index, 1);
        assert_int_equal(ask.days, days);
        store_begin_then(data, days, 15000, compare_slots(&grid));
        matrix_merge(&data->then, &none, ask.first, ask.last);
        schedule_done(&d->schedule, &ask);
    }
    return ask;
}

static void another_day_is_asked_for_once_and_moves_on(void **state)
{
    (void)state;
    struct desk d;
    int counts[FEED_KINDS];
    const int64_t now = WORLD_NOW_MS / 15000, day = CLOCK_DAY_MS / 15000;
    desk_start(&d, "auto");
    desk_settle(&d, 240, counts);
    struct ask first = then(&d, 1);
    assert_true(first.first == now - day - 239 && first.last == now - day + 60);
    assert_int_equal(then(&d, 1).tick_ms, 0); // nothing more
    int asked = 0;
    for (int tick = 1; tick <= 130; tick++) {
        d.schedule.env.tick_ms += 15000;
        struct ask ask;
        while (schedule_next(&d.schedule, &ask)) {
            if (ask.feed == &feed_compare) {
                struct signal_data *data = &d.world.store.signals[1];
                const struct batch none = {0};
                assert_true(ask.first == data->then.asked_last + 1); // only what is not known
                matrix_merge(&data->then, &none, ask.first, ask.last);
                schedule_done(&d.schedule, &ask);
                asked++;
            } else {
                desk_answer(&d, &ask, 240);
            }
        }
    }
    assert_int_equal(asked, 2); // a quarter of the span at a time
    struct ask week = then(&d, 7);
    assert_true(week.last - week.first == 239 + 60);
    desk_want(&d, NULL, 0);
    d.schedule.env.tick_ms += CLOCK_HOUR_MS;
    desk_settle(&d, 240, counts);
    assert_int_equal(counts[FEED_COMPARE], 0);
    desk_stop(&d);

    desk_start(&d, "auto"); // a moment of the past stands still
    d.world.scope.at_ms = WORLD_NOW_MS;
    desk_settle(&d, 240, counts);
    struct ask still = then(&d, 1);
    assert_true(still.last == now - day);
    desk_stop(&d);
}

static void another_day_that_fails_is_asked_for_ever_more_rarely(void **state)
{
    (void)state;
    struct desk d;
    int counts[FEED_KINDS], asked = 0;
    desk_start(&d, "auto");
    desk_settle(&d, 240, counts);
    desk_want(&d, &(struct want){FEED_COMPARE, 0, 1}, 1);
    for (int tick = 0; tick < 16; tick++, d.schedule.env.tick_ms += 15000) {
        struct ask ask;
        while (schedule_next(&d.schedule, &ask)) {
            asked += ask.feed == &feed_compare;
            if (ask.feed == &feed_compare) {
                schedule_done(&d.schedule, &ask);
            } else {
                desk_answer(&d, &ask, 240);
            }
        }
        assert_true(schedule_complete(&d.schedule)); // nothing waits for it
    }
    assert_int_equal(asked, 5); // at ticks 0, 1, 3, 7, 15
    desk_stop(&d);
}

/** Answers all that is due of the deep signals of stage 0; returns what was asked, as bits. */
static uint64_t settle_deep(struct desk *d)
{
    struct ask ask;
    uint64_t asked = 0;
    const struct grid grid = scope_grid(&d->world.scope, &d->world.plan);
    for (int i = 0; i < 1000 && schedule_next(&d->schedule, &ask); i++) {
        struct signal_data *data = &d->world.store.signals[ask.index];
        asked |= UINT64_C(1) << ask.feed->kind;
        if (ask.feed == &feed_each_pod) {
            const struct batch none = {0};
            assert_int_equal(d->world.plan.signals[ask.index].kind, SIGNAL_PODS);
            matrix_finish(&data->each);
            matrix_init(&data->each, grid.each_ms, each_pod_slots(&grid));
            matrix_merge(&data->each, &none, ask.first, ask.last);
            schedule_done(&d->schedule, &ask);
        } else {
            desk_answer(d, &ask, 240);
        }
    }
    return asked;
}

static void the_span_of_pods_is_asked_for_once_their_page_is_open(void **state)
{
    (void)state;
    struct desk d;
    static const struct want opened[] = {
        {FEED_NOW, 0, 0}, {FEED_SPAN, 0, 0}, {FEED_EACH_POD, 0, 0}};
    const unsigned deep = UINT64_C(1) << FEED_EACH_POD;
    desk_start(&d, "recent");
    world_finish(&d.world); // with the signals that desk_start() takes away
    world_init(&d.world, "refresh: 15s\nspan: 1h\nbaseline: {kind: recent}\n"
                         "stages: [{name: a, latency: a}, {name: b, latency: b}]\n");
    schedule_finish(&d.schedule);
    schedule_init(&d.schedule, &d.world.config, &d.world.plan, &d.world.scope, &d.world.store);
    d.schedule.env.tick_ms = WORLD_NOW_MS;
    desk_want(&d, opened, 1);
    assert_int_equal(settle_deep(&d) & deep, 0); // the culprit, looked into on other pages
    assert_true(schedule_page_complete(&d.schedule));
    desk_want(&d, opened, 3);
    assert_false(schedule_page_complete(&d.schedule)); // a picture waits for it
    d.schedule.env.tick_ms += 15000;
    assert_int_equal(settle_deep(&d) & deep, deep);
    assert_true(schedule_page_complete(&d.schedule));
    for (int tick = 0; tick < 30; tick++) {
        d.schedule.env.tick_ms += 15000;
        assert_int_equal(
            settle_deep(&d), UINT64_C(1) << FEED_NOW); // from then on they are known by the way
    }
    desk_want(&d, NULL, 0); // and of a while when nobody looked they are asked again
    for (int tick = 0; tick < 30; tick++) {
        d.schedule.env.tick_ms += 15000;
        settle_deep(&d);
    }
    desk_want(&d, opened, 3);
    d.schedule.env.tick_ms += 15000;
    assert_int_equal(settle_deep(&d) & deep, deep);
    desk_stop(&d);
}

static int exemplars_asked(struct desk *d)
{
    struct ask ask;
    int n = 0;
    while (schedule_next(&d->schedule, &ask)) {
        n += ask.feed == &feed_exemplars;
        if (ask.feed == &feed_exemplars) {
            assert_true(ask.index == 1 && ask.last - ask.first == 239);
            schedule_done(&d->schedule, &ask);
        } else {
            desk_answer(d, &ask, 240);
        }
    }
    return n;
}

static void exemplars_are_asked_for_once_a_tick_while_they_are_wanted(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, "auto");
    assert_int_equal(exemplars_asked(&d), 0);
    store_begin_slot(&d.world.store, FEED_EXEMPLARS, 1);
    desk_want(&d, &(struct want){FEED_EXEMPLARS, 1, 0}, 1);
    assert_int_equal(exemplars_asked(&d), 1);
    assert_int_equal(exemplars_asked(&d), 0);
    d.world.store.slots[FEED_EXEMPLARS].condition = CONDITION_ANSWERED;
    for (int tick = 0; tick < 40; tick++) {
        d.schedule.env.tick_ms += 15000;
        assert_int_equal(exemplars_asked(&d), 1);
    }
    d.world.store.slots[FEED_EXEMPLARS].condition = CONDITION_REFUSED;
    int asked = 0;
    for (int tick = 0; tick < 16; tick++) {
        d.schedule.env.tick_ms += 15000;
        asked += exemplars_asked(&d);
    }
    assert_in_range(asked, 3, 5); // ever more rarely
    d.world.store.slots[FEED_EXEMPLARS].condition = CONDITION_ABSENT;
    d.schedule.env.tick_ms += CLOCK_HOUR_MS;
    assert_int_equal(exemplars_asked(&d), 0);
    d.world.store.slots[FEED_EXEMPLARS].condition = CONDITION_ANSWERED;
    desk_want(&d, NULL, 0);
    assert_int_equal(exemplars_asked(&d), 0);
    desk_stop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exemplars_are_asked_for_once_a_tick_while_they_are_wanted),
        cmocka_unit_test(the_span_of_pods_is_asked_for_once_their_page_is_open),
        cmocka_unit_test(another_day_is_asked_for_once_and_moves_on),
        cmocka_unit_test(another_day_that_fails_is_asked_for_ever_more_rarely),
        cmocka_unit_test(deep_signals_wait_until_looked_into),
        cmocka_unit_test(rules_are_asked_for_twice_a_minute),
        cmocka_unit_test(few_questions_beside_the_stages_are_asked_at_a_tick),
        cmocka_unit_test(deep_signals_ask_for_the_present_alone),
        cmocka_unit_test(the_span_of_targets_is_asked_for_once_some_are_down),
        cmocka_unit_test(the_span_of_last_samples_is_asked_for_once_a_stage_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
