#include "poll/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/poll/desk.h"

static void asks_in_order(void **state)
{
    (void)state;
    struct desk d;
    struct ask now[20], rest[20];
    desk_start(&d, "auto");
    assert_false(schedule_complete(&d.schedule));
    // span and history wait for the present
    assert_int_equal(desk_take(&d, now, 20), SIGNALS);
    for (int i = 0; i < SIGNALS; i++) {
        assert_ptr_equal(now[i].feed, &feed_now);
        assert_int_equal(now[i].index, i);
        assert_true(now[i].tick_ms == WORLD_NOW_MS);
        assert_true(now[i].first == now[i].last && now[i].last == WORLD_NOW_MS / 15000);
    }
    assert_false(schedule_next(&d.schedule, rest)); // all are on their way
    desk_answer(&d, &now[0], 1);
    desk_answer(&d, &now[1], 1);
    assert_false(schedule_complete(&d.schedule));
    assert_false(schedule_history_complete(&d.schedule));
    size_t n = desk_take(&d, rest, 20);
    assert_int_equal(n, SIGNALS + SIGNALS * DAYS);
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(rest[i].feed, i < SIGNALS ? &feed_span : &feed_days);
    }
    assert_int_equal(rest[0].last, now[0].first - 1);
    assert_int_equal(rest[0].last - rest[0].first + 1, 239);
    assert_int_equal(rest[2].part, 0);
    desk_answer(&d, &rest[0], 239);
    assert_false(schedule_complete(&d.schedule));
    desk_answer(&d, &rest[1], 239);
    assert_true(schedule_complete(&d.schedule));
    assert_false(schedule_history_complete(&d.schedule));
    for (size_t i = SIGNALS; i < n; i++) {
        desk_answer(&d, &rest[i], 25);
    }
    assert_true(schedule_history_complete(&d.schedule));
    assert_false(schedule_next(&d.schedule, rest));
    desk_stop(&d);
}

static void asks_once_per_tick(void **state)
{
    (void)state;
    struct desk d;
    int counts[FEED_KINDS];
    desk_start(&d, "auto");
    desk_settle(&d, 240, counts);
    assert_int_equal(counts[FEED_NOW], SIGNALS);
    assert_int_equal(counts[FEED_SPAN], SIGNALS);
    assert_int_equal(counts[FEED_DAYS], SIGNALS * DAYS);
    assert_int_equal(counts[FEED_RECENT], 0); // the days suffice
    for (int tick = 1; tick < 5; tick++) {
        d.schedule.env.tick_ms += 15000;
        assert_false(schedule_complete(&d.schedule));
        assert_true(schedule_history_complete(&d.schedule)); // it serves the whole hour
        desk_settle(&d, 240, counts);
        assert_int_equal(counts[FEED_NOW], SIGNALS);
        assert_int_equal(counts[FEED_SPAN] + counts[FEED_DAYS] + counts[FEED_RECENT], 0);
        assert_true(schedule_complete(&d.schedule));
    }
    desk_stop(&d);
}

static void never_asks_what_is_on_its_way(void **state)
{
    (void)state;
    struct desk d;
    struct ask now[20], later[20];
    desk_start(&d, "auto");
    assert_int_equal(desk_take(&d, now, 20), SIGNALS);
    d.schedule.env.tick_ms += 15000;
    assert_int_equal(desk_take(&d, later, 20), 0);
    schedule_again(&d.schedule);
    assert_int_equal(desk_take(&d, later, 20), 0);
    desk_answer(&d, &now[0], 1); // late: it is about the tick before
    assert_int_equal(desk_take(&d, later, 20), 2 + DAYS);
    assert_ptr_equal(later[0].feed, &feed_now);
    assert_ptr_equal(later[1].feed, &feed_span);
    schedule_again(&d.schedule);
    assert_int_equal(desk_take(&d, now, 20), 0);
    assert_false(schedule_complete(&d.schedule));
    desk_stop(&d);
}

static void failures_are_asked_again_at_the_next_tick(void **state)
{
    (void)state;
    struct desk d;
    struct ask asks[20];
    desk_start(&d, "auto");
    for (int tick = 0; tick < 3; tick++) {
        assert_int_equal(desk_take(&d, asks, 20), SIGNALS);
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
    desk_stop(&d);
}

static void probes_in_turn(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    bool probed[SIGNALS] = {false};
    desk_start(&d, "auto");
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
    desk_stop(&d);
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
        desk_start(&d, "auto");
        desk_settle(&d, 240, counts);
        d.schedule.env.tick_ms += (cases[i].missed + 1) * 15000;
        assert_true(schedule_next(&d.schedule, &ask));
        assert_ptr_equal(ask.feed, cases[i].feed);
        assert_int_equal(ask.last - ask.first + 1, cases[i].slots);
        assert_true(ask.last == d.schedule.env.tick_ms / 15000);
        desk_answer(&d, &ask, 240);
        assert_true(schedule_next(&d.schedule, &ask));
        assert_int_equal(ask.index, 1); // that was all of the first signal
        schedule_done(&d.schedule, &ask);
        assert_true(schedule_complete(&d.schedule));
        desk_stop(&d);
    }
}

static void absent_signals_are_not_asked(void **state)
{
    (void)state;
    struct desk d;
    struct ask asks[20];
    desk_start(&d, "auto");
    d.world.plan.stages[0].kind = LATENCY_ABSENT;
    plan_resolve(&d.world.plan);
    desk_without_others(&d);
    assert_int_equal(desk_take(&d, asks, 20), 1);
    desk_answer(&d, asks, 1);
    size_t n = desk_take(&d, asks, 20);
    assert_int_equal(n, 1 + DAYS);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(asks[i].index, 1);
        desk_answer(&d, &asks[i], 240);
    }
    assert_true(schedule_complete(&d.schedule));
    assert_true(schedule_history_complete(&d.schedule));
    desk_stop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_in_order),
        cmocka_unit_test(asks_once_per_tick),
        cmocka_unit_test(never_asks_what_is_on_its_way),
        cmocka_unit_test(failures_are_asked_again_at_the_next_tick),
        cmocka_unit_test(probes_in_turn),
        cmocka_unit_test(a_gap_is_asked_for_alone),
        cmocka_unit_test(absent_signals_are_not_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
