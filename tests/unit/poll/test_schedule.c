#include "poll/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "unit/world.h"

static const char two_stages[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                                 "baseline: {kind: %s, range: 3d}\n"
                                 "stages: [{name: a, latency: a}, {name: b, latency: b}]\n";

enum { SIGNALS = 2, DAYS = 3 };

/** A world of two signals in which nothing was asked yet, and its schedule. */
struct desk {
    struct world world;
    struct schedule schedule;
};

/** Leaves the latencies alone: the other signals of the plan are not asked. */
static void without_others(struct desk *d)
{
    for (size_t i = SIGNALS; i < d->world.plan.signals_count; i++) {
        free(d->world.plan.signals[i].expr);
        d->world.plan.signals[i].expr = NULL;
    }
}

static void start(struct desk *d, const char *kind)
{
    struct str yaml;
    str_init(&yaml);
    str_addf(&yaml, two_stages, kind);
    world_init(&d->world, yaml.text);
    str_finish(&yaml);
    for (size_t i = 0; i < SIGNALS; i++) {
        d->world.store.signals[i].condition = CONDITION_ASKING;
        d->world.store.signals[i].now_ms = 0;
    }
    without_others(d);
    schedule_init(&d->schedule, &d->world.config, &d->world.plan, &d->world.scope, &d->world.store);
    d->schedule.env.tick_ms = WORLD_NOW_MS;
}

static void stop(struct desk *d)
{
    schedule_finish(&d->schedule);
    schedule_finish(&d->schedule);
    world_finish(&d->world);
}

/** Has WANTS of COUNT wanted, and nothing else. */
static void want(struct desk *d, const struct want *wants, size_t count)
{
    struct wants list = {0};
    for (size_t i = 0; i < count; i++) {
        wants_add(&list, wants[i]);
    }
    feed_env_want(&d->schedule.env, &list);
    wants_finish(&list);
}

/** Puts the answer to ASK, POINTS samples per range, into the store as the poller does. */
static void answer(struct desk *d, const struct ask *ask, int points)
{
    struct signal_data *data = &d->world.store.signals[ask->index];
    bool live = ask->feed == &feed_now || ask->feed == &feed_span;
    int64_t step =
        live ? scope_grid(&d->world.scope, &d->world.plan).step_ms : STORE_HISTORY_STEP_MS;
    struct batch b = {0};
    struct batch_series *s = batch_add(&b);
    for (int64_t slot = ask->first; slot <= ask->last && points-- > 0; slot++) {
        batch_add_sample(s, slot * step, 1);
    }
    if (live) {
        matrix_merge(&data->live, &b, ask->first, ask->last);
        if (ask->last >= matrix_slot(&data->live, ask->tick_ms)) {
            data->now_ms = ask->tick_ms;
            data->condition = CONDITION_ANSWERED;
        }
    } else {
        struct history *h = ask->feed == &feed_days     ? &data->days[ask->part]
                            : ask->feed == &feed_pinned ? &data->pinned
                                                        : &data->recent;
        matrix_finish(&h->matrix);
        matrix_init(&h->matrix, step, (size_t)(ask->last - ask->first + 1));
        matrix_merge(&h->matrix, &b, ask->first, ask->last);
        h->first = ask->first;
        h->last = ask->last;
        h->answered = true;
    }
    batch_finish(&b);
    schedule_done(&d->schedule, ask);
}

/** Takes all that is due, COUNT at most, without answering. */
static size_t take(struct desk *d, struct ask *asks, size_t count)
{
    size_t n = 0;
    while (n < count && schedule_next(&d->schedule, &asks[n])) {
        n++;
    }
    return n;
}

/** Answers all that is due until nothing is; returns how many questions of each kind there were. */
static void settle(struct desk *d, int points, int counts[FEED_KINDS])
{
    struct ask ask;
    for (int i = 0; i < FEED_KINDS; i++) {
        counts[i] = 0;
    }
    for (int i = 0; i < 1000 && schedule_next(&d->schedule, &ask); i++) {
        counts[ask.feed->kind]++;
        answer(d, &ask, points);
    }
}

static void asks_in_order(void **state)
{
    (void)state;
    struct desk d;
    struct ask now[20], rest[20];
    start(&d, "auto");
    assert_false(schedule_complete(&d.schedule));
    // span and history wait for the present
    assert_int_equal(take(&d, now, 20), SIGNALS);
    for (int i = 0; i < SIGNALS; i++) {
        assert_ptr_equal(now[i].feed, &feed_now);
        assert_int_equal(now[i].index, i);
        assert_true(now[i].tick_ms == WORLD_NOW_MS);
        assert_true(now[i].first == now[i].last && now[i].last == WORLD_NOW_MS / 15000);
    }
    assert_false(schedule_next(&d.schedule, rest)); // all are on their way
    answer(&d, &now[0], 1);
    answer(&d, &now[1], 1);
    assert_false(schedule_complete(&d.schedule));
    assert_false(schedule_history_complete(&d.schedule));
    size_t n = take(&d, rest, 20);
    assert_int_equal(n, SIGNALS + SIGNALS * DAYS);
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(rest[i].feed, i < SIGNALS ? &feed_span : &feed_days);
    }
    assert_int_equal(rest[0].last, now[0].first - 1);
    assert_int_equal(rest[0].last - rest[0].first + 1, 239);
    assert_int_equal(rest[2].part, 0);
    answer(&d, &rest[0], 239);
    assert_false(schedule_complete(&d.schedule));
    answer(&d, &rest[1], 239);
    assert_true(schedule_complete(&d.schedule));
    assert_false(schedule_history_complete(&d.schedule));
    for (size_t i = SIGNALS; i < n; i++) {
        answer(&d, &rest[i], 25);
    }
    assert_true(schedule_history_complete(&d.schedule));
    assert_false(schedule_next(&d.schedule, rest));
    stop(&d);
}

static void asks_once_per_tick(void **state)
{
    (void)state;
    struct desk d;
    int counts[FEED_KINDS];
    start(&d, "auto");
    settle(&d, 240, counts);
    assert_int_equal(counts[FEED_NOW], SIGNALS);
    assert_int_equal(counts[FEED_SPAN], SIGNALS);
    assert_int_equal(counts[FEED_DAYS], SIGNALS * DAYS);
    assert_int_equal(counts[FEED_RECENT], 0); // the days suffice
    for (int tick = 1; tick < 5; tick++) {
        d.schedule.env.tick_ms += 15000;
        assert_false(schedule_complete(&d.schedule));
        assert_true(schedule_history_complete(&d.schedule)); // it serves the whole hour
        settle(&d, 240, counts);
        assert_int_equal(counts[FEED_NOW], SIGNALS);
        assert_int_equal(counts[FEED_SPAN] + counts[FEED_DAYS] + counts[FEED_RECENT], 0);
        assert_true(schedule_complete(&d.schedule));
    }
    stop(&d);
}

static void never_asks_what_is_on_its_way(void **state)
{
    (void)state;
    struct desk d;
    struct ask now[20], later[20];
    start(&d, "auto");
    assert_int_equal(take(&d, now, 20), SIGNALS);
    d.schedule.env.tick_ms += 15000;
    assert_int_equal(take(&d, later, 20), 0);
    schedule_again(&d.schedule);
    assert_int_equal(take(&d, later, 20), 0);
    answer(&d, &now[0], 1); // late: it is about the tick before
    assert_int_equal(take(&d, later, 20), 2 + DAYS);
    assert_ptr_equal(later[0].feed, &feed_now);
    assert_ptr_equal(later[1].feed, &feed_span);
    schedule_again(&d.schedule);
    assert_int_equal(take(&d, now, 20), 0);
    assert_false(schedule_complete(&d.schedule));
    stop(&d);
}

static void failures_are_asked_again_at_the_next_tick(void **state)
{
    (void)state;
    struct desk d;
    struct ask asks[20];
    start(&d, "auto");
    for (int tick = 0; tick < 3; tick++) {
        assert_int_equal(take(&d, asks, 20), SIGNALS);
        schedule_done(&d.schedule, &asks[0]);
        assert_false(schedule_complete(&d.schedule));
        schedule_done(&d.schedule, &asks[1]);
        assert_false(schedule_next(&d.schedule, asks));
        assert_true(schedule_complete(&d.schedule)); // nothing more will come of this tick
        assert_true(schedule_history_complete(&d.schedule));
        if (tick == 0) {
            schedule_again(&d.schedule);
        } else {
            d.schedule.env.tick_ms += 15000;
        }
    }
    stop(&d);
}

static void failed_history_is_asked_again_at_the_next_tick(void **state)
{
    (void)state;
    struct desk d;
    struct ask asks[20];
    start(&d, "recent");
    size_t n = take(&d, asks, 20);
    for (size_t i = 0; i < n; i++) {
        answer(&d, &asks[i], 1);
    }
    n = take(&d, asks, 20);
    assert_int_equal(n, 2 * SIGNALS); // span and recent
    for (size_t i = 0; i < n; i++) {
        schedule_done(&d.schedule, &asks[i]);
    }
    assert_false(schedule_next(&d.schedule, asks));
    assert_true(schedule_history_complete(&d.schedule));
    d.schedule.env.tick_ms += 15000;
    assert_false(schedule_history_complete(&d.schedule));
    assert_int_equal(take(&d, asks, 20), 3 * SIGNALS);
    stop(&d);
}

static void refused_history_is_asked_for_ever_more_rarely(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, "day");
    int asked = 0, asked_hour = 0;
    for (int tick = 0; tick < 239; tick++, d.schedule.env.tick_ms += 15000) { // the hour
        for (int i = 0; i < 100 && schedule_next(&d.schedule, &ask); i++) {
            bool refused = ask.feed == &feed_days && ask.part == 1 && ask.index == 0;
            asked += refused;
            if (refused) {
                schedule_done(&d.schedule, &ask);
            } else {
                answer(&d, &ask, 240);
            }
        }
        assert_true(schedule_history_complete(&d.schedule)); // nothing waits for it
        asked_hour += tick < 4 ? asked : 0;
    }
    assert_int_equal(asked_hour, 1 + 2 + 2 + 3);
    assert_int_equal(asked, 8);      // at ticks 0, 1, 3, 7, 15, 31, 63, 127
    d.schedule.env.tick_ms += 15000; // the next hour is about other windows
    bool other = false;
    while (schedule_next(&d.schedule, &ask)) {
        other = other || (ask.feed == &feed_days && ask.part == 1 && ask.index == 0);
        schedule_done(&d.schedule, &ask);
    }
    assert_true(other);
    schedule_again(&d.schedule); // but at once when the user wants
    bool again = false;
    while (schedule_next(&d.schedule, &ask)) {
        again = again || (ask.feed == &feed_days && ask.part == 1);
        schedule_done(&d.schedule, &ask);
    }
    assert_true(again);
    stop(&d);
}

static void probes_in_turn(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    bool probed[SIGNALS] = {false};
    start(&d, "auto");
    for (int i = 0; i < SIGNALS; i++) { // all within one tick
        assert_true(schedule_probe(&d.schedule, &ask));
        assert_true(ask.present);
        probed[ask.index] = true;
        schedule_done(&d.schedule, &ask);
    }
    for (int i = 0; i < SIGNALS; i++) {
        assert_true(probed[i]);
    }
    assert_true(schedule_probe(&d.schedule, &ask));
    assert_true(schedule_probe(&d.schedule, &ask));
    assert_false(schedule_probe(&d.schedule, &ask)); // all of them are on their way
    stop(&d);
}

static void a_gap_is_asked_for_alone(void **state)
{
    (void)state;
    static const struct {
        int64_t missed; // ticks
        const struct feed_type *feed;
        int64_t slots;
    } cases[] = {
        {0, &feed_now, 1}, {1, &feed_span, 2}, {4, &feed_span, 5}, {238, &feed_span, 239},
        {100000, &feed_span, 240}, // no more than is kept
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct desk d;
        struct ask ask;
        int counts[FEED_KINDS];
        start(&d, "auto");
        settle(&d, 240, counts);
        d.schedule.env.tick_ms += (cases[i].missed + 1) * 15000;
        assert_true(schedule_next(&d.schedule, &ask));
        assert_ptr_equal(ask.feed, cases[i].feed);
        assert_int_equal(ask.last - ask.first + 1, cases[i].slots);
        assert_true(ask.last == d.schedule.env.tick_ms / 15000);
        answer(&d, &ask, 240);
        assert_true(schedule_next(&d.schedule, &ask));
        assert_int_equal(ask.index, 1); // that was all of the first signal
        schedule_done(&d.schedule, &ask);
        assert_true(schedule_complete(&d.schedule));
        stop(&d);
    }
}

static void the_next_hour_asks_for_its_days(void **state)
{
    (void)state;
    struct desk d;
    int counts[FEED_KINDS];
    start(&d, "auto");
    settle(&d, 240, counts);
    int64_t first = d.world.store.signals[0].days[0].first;
    d.schedule.env.tick_ms = WORLD_NOW_MS + CLOCK_HOUR_MS - 15000;
    assert_true(schedule_history_complete(&d.schedule));
    d.schedule.env.tick_ms += 15000;
    assert_false(schedule_history_complete(&d.schedule));
    settle(&d, 240, counts);
    assert_int_equal(counts[FEED_DAYS], SIGNALS * DAYS);
    assert_int_equal(d.world.store.signals[0].days[0].first, first + 12);
    assert_true(schedule_history_complete(&d.schedule));
    stop(&d);
}

static void days_surround_the_hour(void **state)
{
    (void)state;
    for (int64_t minute = 0; minute < 60; minute += 13) {
        struct desk d;
        struct ask asks[20];
        start(&d, "auto");
        d.schedule.env.tick_ms = WORLD_NOW_MS + minute * CLOCK_MINUTE_MS;
        size_t n = take(&d, asks, 20);
        for (size_t i = 0; i < n; i++) {
            answer(&d, &asks[i], 1);
        }
        n = take(&d, asks, 20);
        assert_int_equal(n, SIGNALS + SIGNALS * DAYS);
        for (size_t i = SIGNALS; i < n; i++) {
            int64_t then = WORLD_NOW_MS - (asks[i].part + 1) * (int64_t)CLOCK_DAY_MS;
            assert_ptr_equal(asks[i].feed, &feed_days);
            assert_true(asks[i].first * STORE_HISTORY_STEP_MS == then - CLOCK_HOUR_MS / 2);
            assert_true(asks[i].last * STORE_HISTORY_STEP_MS == then + 3 * CLOCK_HOUR_MS / 2);
        }
        stop(&d);
    }
}

// For a day before a change of clocks both hours are asked for: the one on the wall, and the one by
// a clock that is never changed.
static void days_surround_both_hours(void **state)
{
    (void)state;
    static const struct {
        const char *tz;
        int64_t before_ms, after_ms; // further than a day has otherwise
    } cases[] = {
        {"UTC0", 0, 0},
        {"CET-1CEST,M2.1.1,M10.5.0/3", 0, CLOCK_HOUR_MS}, // forward on Monday, 2 February
        {"CET-1CEST,M10.5.0,M2.1.1/3", CLOCK_HOUR_MS, 0}, // back
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct desk d;
        struct ask asks[20];
        struct zone zone;
        start(&d, "auto");
        zone_read(&zone, cases[k].tz);
        d.world.scope.zone = &zone;
        size_t n = take(&d, asks, 20);
        for (size_t i = 0; i < n; i++) {
            answer(&d, &asks[i], 1);
        }
        n = take(&d, asks, 20);
        for (size_t i = SIGNALS; i < n; i++) {
            int64_t then = WORLD_NOW_MS - (asks[i].part + 1) * (int64_t)CLOCK_DAY_MS;
            bool changed = asks[i].part > 1; // Monday at this time was after it
            int64_t first = then - CLOCK_HOUR_MS / 2 - (changed ? cases[k].before_ms : 0);
            int64_t last = then + 3 * CLOCK_HOUR_MS / 2 + (changed ? cases[k].after_ms : 0);
            assert_true(asks[i].first * STORE_HISTORY_STEP_MS == first);
            assert_true(asks[i].last * STORE_HISTORY_STEP_MS == last);
        }
        assert_int_equal(n, SIGNALS + SIGNALS * DAYS);
        zone_finish(&zone);
        d.world.scope.zone = NULL;
        stop(&d);
    }
}

static void recent_hours_stand_in(void **state)
{
    (void)state;
    static const struct {
        const char *kind;
        int points; // of every day
        int days, recent;
    } cases[] = {
        {"auto", 25, DAYS, 0},
        {"auto", 2, DAYS, 1},
        {"auto", 0, DAYS, 1},
        {"day", 0, DAYS, 0},
        {"mean", 0, DAYS, 0},
        {"recent", 25, 0, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct desk d;
        int counts[FEED_KINDS];
        start(&d, cases[i].kind);
        settle(&d, cases[i].points, counts);
        assert_int_equal(counts[FEED_DAYS], SIGNALS * cases[i].days);
        assert_int_equal(counts[FEED_RECENT], SIGNALS * cases[i].recent);
        assert_true(schedule_history_complete(&d.schedule));
        stop(&d);
    }
}

static void weeks_are_asked_by_their_weekday(void **state)
{
    (void)state;
    static const struct {
        const char *kind;
        int days; // asked for of each signal within 28 days
    } cases[] = {
        {"auto", 10}, {"seasonal", 10}, {"week", 4}, {"day", 7}, {"mean", 7}, {"recent", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct desk d;
        int counts[FEED_KINDS];
        start(&d, cases[i].kind);
        d.world.scope.baseline_range_ms = 28 * (int64_t)CLOCK_DAY_MS;
        settle(&d, 25, counts);
        assert_int_equal(counts[FEED_DAYS], SIGNALS * cases[i].days);
        stop(&d);
    }
}

static void absent_signals_are_not_asked(void **state)
{
    (void)state;
    struct desk d;
    struct ask asks[20];
    start(&d, "auto");
    d.world.plan.stages[0].kind = LATENCY_ABSENT;
    plan_resolve(&d.world.plan);
    without_others(&d);
    assert_int_equal(take(&d, asks, 20), 1);
    answer(&d, asks, 1);
    size_t n = take(&d, asks, 20);
    assert_int_equal(n, 1 + DAYS);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(asks[i].index, 1);
        answer(&d, &asks[i], 240);
    }
    assert_true(schedule_complete(&d.schedule));
    assert_true(schedule_history_complete(&d.schedule));
    stop(&d);
}

static void what_is_beyond_the_servers_memory_is_not_asked_every_hour(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    int counts[FEED_KINDS];
    start(&d, "day");
    while (schedule_next(&d.schedule, &ask)) { // there is one day, and nothing before
        answer(&d, &ask, ask.feed == &feed_days && ask.part > 0 ? 0 : 240);
        schedule_learn_days(&d.schedule, ask.index);
    }
    for (int hour = 1; hour <= 23; hour++) {
        d.schedule.env.tick_ms += CLOCK_HOUR_MS;
        settle(&d, 240, counts);
        assert_int_equal(counts[FEED_DAYS], SIGNALS);
        assert_true(schedule_history_complete(&d.schedule));
    }
    d.schedule.env.tick_ms += CLOCK_HOUR_MS; // by then there may be more
    settle(&d, 240, counts);
    assert_int_equal(counts[FEED_DAYS], SIGNALS * DAYS);
    stop(&d);
}

static void a_refused_day_is_no_end_of_memory(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    int counts[FEED_KINDS];
    start(&d, "day");
    while (schedule_next(&d.schedule, &ask)) {
        if (ask.feed == &feed_days && ask.part == 1) {
            schedule_done(&d.schedule, &ask);
        } else {
            answer(&d, &ask, ask.part == 2 ? 0 : 240);
        }
        schedule_learn_days(&d.schedule, ask.index);
    }
    d.schedule.env.tick_ms += 15000; // only it is asked again
    settle(&d, 240, counts);
    assert_int_equal(counts[FEED_DAYS], SIGNALS);
    d.schedule.env.tick_ms += CLOCK_HOUR_MS;
    settle(&d, 240, counts);
    assert_int_equal(counts[FEED_DAYS], SIGNALS * DAYS);
    stop(&d);
}

static void what_is_usual_changes_while_it_runs(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    int counts[FEED_KINDS];
    start(&d, "day");
    settle(&d, 240, counts);
    assert_int_equal(counts[FEED_DAYS], SIGNALS * DAYS);
    d.world.scope.baseline = BASELINE_RECENT; // in the middle of a tick
    schedule_rebase(&d.schedule);
    assert_false(schedule_history_complete(&d.schedule));
    settle(&d, 240, counts);
    assert_int_equal(counts[FEED_RECENT], SIGNALS);
    assert_int_equal(counts[FEED_DAYS] + counts[FEED_NOW] + counts[FEED_PINNED], 0);
    d.world.scope.baseline = BASELINE_DAY; // it is all there
    schedule_rebase(&d.schedule);
    assert_true(schedule_history_complete(&d.schedule));
    assert_false(schedule_next(&d.schedule, &ask));
    d.world.scope.baseline = BASELINE_PINNED;
    d.world.scope.pin_reach_ms = 30 * CLOCK_MINUTE_MS;
    for (int pin = 0; pin < 2; pin++) { // once for each moment
        d.world.scope.pin_ms = WORLD_NOW_MS - pin * CLOCK_HOUR_MS;
        schedule_rebase(&d.schedule);
        assert_false(schedule_history_complete(&d.schedule));
        settle(&d, 240, counts);
        assert_int_equal(counts[FEED_PINNED], SIGNALS);
        assert_int_equal(counts[FEED_DAYS] + counts[FEED_RECENT] + counts[FEED_NOW], 0);
        const struct history *h = &d.world.store.signals[1].pinned;
        assert_true(h->last * STORE_HISTORY_STEP_MS == d.world.scope.pin_ms);
        assert_int_equal(h->last - h->first, 6);
        assert_true(schedule_history_complete(&d.schedule));
    }
    d.schedule.env.tick_ms += CLOCK_HOUR_MS; // it stays where it is
    settle(&d, 240, counts);
    assert_int_equal(counts[FEED_PINNED] + counts[FEED_DAYS] + counts[FEED_RECENT], 0);
    stop(&d);
}

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
        start(&d, "auto");
        d.world.plan.signals[1].deep = true;
        d.world.plan.signals[1].stage = cases[i].stage;
        for (int k = 0; cases[i].any && k < SIGNALS; k++) {
            if (cases[i].stages[k]) {
                want(&d, &(struct want){FEED_NOW, k, 0}, 1);
            }
        }
        bool looked_into = cases[i].asked == 2;
        assert_true(feed_asks(&d.schedule.env, 0));
        assert_int_equal(feed_asks(&d.schedule.env, 1), looked_into);
        assert_int_equal(take(&d, asks, 20), cases[i].asked);
        answer(&d, &asks[0], 1);
        size_t n = take(&d, asks + 2, 18);
        assert_int_equal(n, 1 + DAYS);
        answer(&d, &asks[2], 239);
        assert_int_equal(schedule_complete(&d.schedule), !looked_into);
        if (looked_into) {
            assert_ptr_equal(asks[1].feed, &feed_now);
            answer(&d, &asks[1], 1);
            assert_true(schedule_complete(&d.schedule));
        }
        for (size_t k = 3; k < 2 + n; k++) {
            answer(&d, &asks[k], 25);
        }
        assert_true(schedule_history_complete(&d.schedule));
        assert_false(schedule_next(&d.schedule, asks)); // no span, no history
        stop(&d);
    }
}

static void deep_signals_ask_for_the_present_alone(void **state)
{
    (void)state;
    struct desk d;
    struct ask asks[20];
    int counts[FEED_KINDS];
    start(&d, "auto");
    d.world.plan.signals[1].deep = true;
    settle(&d, 240, counts);
    assert_int_equal(counts[FEED_NOW], 1);
    assert_true(schedule_complete(&d.schedule));
    want(&d, &(struct want){FEED_NOW, 1, 0}, 1); // in the middle of a tick: it is asked at once
    assert_false(schedule_complete(&d.schedule));
    settle(&d, 240, counts);
    assert_int_equal(counts[FEED_NOW], 1);
    assert_int_equal(counts[FEED_SPAN] + counts[FEED_DAYS] + counts[FEED_RECENT], 0);
    assert_true(schedule_complete(&d.schedule));
    d.schedule.env.tick_ms += 10 * 15000; // a gap is closed for the other signal only
    assert_int_equal(take(&d, asks, 20), SIGNALS);
    assert_ptr_equal(asks[0].feed, &feed_span);
    assert_ptr_equal(asks[1].feed, &feed_now);
    assert_true(asks[1].first == asks[1].last);
    answer(&d, &asks[0], 20);
    assert_false(schedule_complete(&d.schedule));
    want(&d, NULL, 0); // an answer on its way is not waited for
    assert_true(schedule_complete(&d.schedule));
    answer(&d, &asks[1], 1);
    d.schedule.env.tick_ms += 15000;
    settle(&d, 240, counts);
    assert_int_equal(counts[FEED_NOW], 1);
    stop(&d);
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
    start(&d, "auto");
    d.world.plan.signals[1].kind = SIGNAL_TARGETS;
    settle(&d, 240, counts);
    assert_int_equal(counts[FEED_NOW], 2);
    assert_int_equal(counts[FEED_SPAN], 1);
    assert_int_equal(counts[FEED_DAYS], DAYS);
    d.schedule.env.tick_ms += 15000;
    assert_int_equal(take(&d, asks, 20), 1); // it is known of this minute
    answer(&d, &asks[0], 1);
    d.schedule.env.tick_ms += 45000;
    assert_int_equal(take(&d, asks, 20), 2);
    assert_int_equal(asks[1].index, 1);
    answer(&d, &asks[0], 10);
    answer_down(&d, &asks[1]);
    assert_false(schedule_complete(&d.schedule));
    assert_int_equal(take(&d, asks, 20), 1);
    assert_ptr_equal(asks[0].feed, &feed_span);
    assert_int_equal(asks[0].index, 1);
    answer(&d, &asks[0], 0);
    assert_true(schedule_complete(&d.schedule));
    d.schedule.env.tick_ms += 15000;
    assert_int_equal(take(&d, asks, 20), 2); // each tick, so that no moment is missing
    stop(&d);
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
    start(&d, "auto");
    d.world.plan.signals[1].kind = SIGNAL_LAST;
    for (size_t i = 0; i < d.world.plan.stages_count; i++) {
        d.world.plan.stages[i].has_last = i == 0;
    }
    while (schedule_next(&d.schedule, &ask)) {
        assert_true(ask.index != 1 || ask.feed == &feed_now);
        if (ask.index == 1) {
            answer_last(&d, &ask, 0);
        } else {
            answer(&d, &ask, 240);
        }
    }
    assert_true(schedule_complete(&d.schedule));
    d.schedule.env.tick_ms += 15000;
    assert_int_equal(take(&d, asks, 20), 2);
    assert_int_equal(asks[1].index, 1);
    answer(&d, &asks[0], 10);
    answer_last(&d, &asks[1], -1);
    assert_false(schedule_complete(&d.schedule));
    assert_int_equal(take(&d, asks, 20), 1);
    assert_ptr_equal(asks[0].feed, &feed_span);
    assert_int_equal(asks[0].index, 1);
    answer(&d, &asks[0], 0);
    assert_true(schedule_complete(&d.schedule));
    stop(&d);
}

static void history_leaves_room_for_the_rest(void **state)
{
    (void)state;
    static const struct {
        int most, each;
        size_t taken, of_first; // at once, and of the first signal
    } cases[] = {{0, 0, 2 * DAYS, DAYS}, {5, 0, 5, 3}, {0, 2, 4, 2}, {5, 2, 4, 2}, {1, 2, 1, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct desk d;
        struct ask asks[40];
        start(&d, "auto");
        d.schedule.history_most = cases[i].most;
        d.schedule.history_each = cases[i].each;
        size_t n = take(&d, asks, 40);
        for (size_t k = 0; k < n; k++) {
            answer(&d, &asks[k], 1);
        }
        n = take(&d, asks, 40);
        size_t history = 0, of_first = 0, last = 0;
        for (size_t k = 0; k < n; k++) {
            bool past = asks[k].feed == &feed_days;
            history += past;
            of_first += past && asks[k].index == 0;
            last = past ? k : last;
        }
        assert_int_equal(history, cases[i].taken);
        assert_int_equal(of_first, cases[i].of_first);
        if (cases[i].most > 0 || cases[i].each > 0) { // what comes back makes room
            answer(&d, &asks[last], 25);
            struct ask next;
            assert_true(schedule_next(&d.schedule, &next));
            assert_ptr_equal(next.feed, &feed_days);
            assert_false(schedule_next(&d.schedule, &next));
        }
        stop(&d);
    }
}

/** Has the span DAYS before asked for of signal 1 alone, takes that question, and answers it. */
static struct ask then(struct desk *d, int days)
{
    struct ask ask = {0};
    const struct grid grid = scope_grid(&d->world.scope, &d->world.plan);
    want(d, &(struct want){FEED_COMPARE, 1, days}, 1);
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
    start(&d, "auto");
    settle(&d, 240, counts);
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
                answer(&d, &ask, 240);
            }
        }
    }
    assert_int_equal(asked, 2); // a quarter of the span at a time
    struct ask week = then(&d, 7);
    assert_true(week.last - week.first == 239 + 60);
    want(&d, NULL, 0);
    d.schedule.env.tick_ms += CLOCK_HOUR_MS;
    settle(&d, 240, counts);
    assert_int_equal(counts[FEED_COMPARE], 0);
    stop(&d);

    start(&d, "auto"); // a moment of the past stands still
    d.world.scope.at_ms = WORLD_NOW_MS;
    settle(&d, 240, counts);
    struct ask still = then(&d, 1);
    assert_true(still.last == now - day);
    stop(&d);
}

static void another_day_that_fails_is_asked_for_ever_more_rarely(void **state)
{
    (void)state;
    struct desk d;
    int counts[FEED_KINDS], asked = 0;
    start(&d, "auto");
    settle(&d, 240, counts);
    want(&d, &(struct want){FEED_COMPARE, 0, 1}, 1);
    for (int tick = 0; tick < 16; tick++, d.schedule.env.tick_ms += 15000) {
        struct ask ask;
        while (schedule_next(&d.schedule, &ask)) {
            asked += ask.feed == &feed_compare;
            if (ask.feed == &feed_compare) {
                schedule_done(&d.schedule, &ask);
            } else {
                answer(&d, &ask, 240);
            }
        }
        assert_true(schedule_complete(&d.schedule)); // nothing waits for it
    }
    assert_int_equal(asked, 5); // at ticks 0, 1, 3, 7, 15
    stop(&d);
}

/** Answers all that is due of the deep signals of stage 0; returns what was asked, as bits. */
static unsigned settle_deep(struct desk *d)
{
    struct ask ask;
    unsigned asked = 0;
    const struct grid grid = scope_grid(&d->world.scope, &d->world.plan);
    for (int i = 0; i < 1000 && schedule_next(&d->schedule, &ask); i++) {
        struct signal_data *data = &d->world.store.signals[ask.index];
        asked |= 1u << ask.feed->kind;
        if (ask.feed == &feed_each_pod) {
            const struct batch none = {0};
            assert_int_equal(d->world.plan.signals[ask.index].kind, SIGNAL_PODS);
            matrix_finish(&data->each);
            matrix_init(&data->each, grid.each_ms, each_pod_slots(&grid));
            matrix_merge(&data->each, &none, ask.first, ask.last);
            schedule_done(&d->schedule, &ask);
        } else {
            answer(d, &ask, 240);
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
    const unsigned deep = 1u << FEED_EACH_POD;
    start(&d, "recent");
    world_finish(&d.world); // with the signals that start() takes away
    world_init(&d.world, "refresh: 15s\nspan: 1h\nbaseline: {kind: recent}\n"
                         "stages: [{name: a, latency: a}, {name: b, latency: b}]\n");
    schedule_finish(&d.schedule);
    schedule_init(&d.schedule, &d.world.config, &d.world.plan, &d.world.scope, &d.world.store);
    d.schedule.env.tick_ms = WORLD_NOW_MS;
    want(&d, opened, 1);
    assert_int_equal(settle_deep(&d) & deep, 0); // the culprit, looked into on other pages
    want(&d, opened, 3);
    d.schedule.env.tick_ms += 15000;
    assert_int_equal(settle_deep(&d) & deep, deep);
    for (int tick = 0; tick < 30; tick++) {
        d.schedule.env.tick_ms += 15000;
        assert_int_equal(settle_deep(&d), 1u << FEED_NOW); // from then on they are known by the way
    }
    want(&d, NULL, 0); // and of a while when nobody looked they are asked again
    for (int tick = 0; tick < 30; tick++) {
        d.schedule.env.tick_ms += 15000;
        settle_deep(&d);
    }
    want(&d, opened, 3);
    d.schedule.env.tick_ms += 15000;
    assert_int_equal(settle_deep(&d) & deep, deep);
    stop(&d);
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
            answer(d, &ask, 240);
        }
    }
    return n;
}

static void exemplars_are_asked_for_once_a_tick_while_they_are_wanted(void **state)
{
    (void)state;
    struct desk d;
    start(&d, "auto");
    assert_int_equal(exemplars_asked(&d), 0);
    store_begin_slot(&d.world.store, FEED_EXEMPLARS, 1);
    want(&d, &(struct want){FEED_EXEMPLARS, 1, 0}, 1);
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
    want(&d, NULL, 0);
    assert_int_equal(exemplars_asked(&d), 0);
    stop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exemplars_are_asked_for_once_a_tick_while_they_are_wanted),
        cmocka_unit_test(the_span_of_pods_is_asked_for_once_their_page_is_open),
        cmocka_unit_test(another_day_is_asked_for_once_and_moves_on),
        cmocka_unit_test(another_day_that_fails_is_asked_for_ever_more_rarely),
        cmocka_unit_test(asks_in_order),
        cmocka_unit_test(asks_once_per_tick),
        cmocka_unit_test(never_asks_what_is_on_its_way),
        cmocka_unit_test(failures_are_asked_again_at_the_next_tick),
        cmocka_unit_test(failed_history_is_asked_again_at_the_next_tick),
        cmocka_unit_test(refused_history_is_asked_for_ever_more_rarely),
        cmocka_unit_test(probes_in_turn),
        cmocka_unit_test(a_gap_is_asked_for_alone),
        cmocka_unit_test(the_next_hour_asks_for_its_days),
        cmocka_unit_test(days_surround_the_hour),
        cmocka_unit_test(days_surround_both_hours),
        cmocka_unit_test(recent_hours_stand_in),
        cmocka_unit_test(weeks_are_asked_by_their_weekday),
        cmocka_unit_test(absent_signals_are_not_asked),
        cmocka_unit_test(what_is_beyond_the_servers_memory_is_not_asked_every_hour),
        cmocka_unit_test(a_refused_day_is_no_end_of_memory),
        cmocka_unit_test(what_is_usual_changes_while_it_runs),
        cmocka_unit_test(deep_signals_wait_until_looked_into),
        cmocka_unit_test(deep_signals_ask_for_the_present_alone),
        cmocka_unit_test(the_span_of_targets_is_asked_for_once_some_are_down),
        cmocka_unit_test(the_span_of_last_samples_is_asked_for_once_a_stage_has_none),
        cmocka_unit_test(history_leaves_room_for_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
