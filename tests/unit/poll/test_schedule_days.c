/*
 * The schedule: what is usual, from the days before.
 */
#include "poll/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "unit/poll/desk.h"

static void failed_history_is_asked_again_at_the_next_tick(void **state)
{
    (void)state;
    struct desk d;
    struct ask asks[20];
    desk_start(&d, "recent");
    size_t n = desk_take(&d, asks, 20);
    for (size_t i = 0; i < n; i++) {
        desk_answer(&d, &asks[i], 1);
    }
    n = desk_take(&d, asks, 20);
    assert_int_equal(n, 2 * SIGNALS); // span and recent
    for (size_t i = 0; i < n; i++) {
        schedule_done(&d.schedule, &asks[i]);
    }
    assert_false(schedule_next(&d.schedule, asks));
    assert_true(schedule_history_complete(&d.schedule));
    d.schedule.env.tick_ms += 15000;
    assert_false(schedule_history_complete(&d.schedule));
    assert_int_equal(desk_take(&d, asks, 20), 3 * SIGNALS);
    desk_stop(&d);
}

static void refused_history_is_asked_for_ever_more_rarely(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    desk_start(&d, "day");
    int asked = 0, asked_hour = 0;
    for (int tick = 0; tick < 239; tick++, d.schedule.env.tick_ms += 15000) { // the hour
        for (int i = 0; i < 100 && schedule_next(&d.schedule, &ask); i++) {
            bool refused = ask.feed == &feed_days && ask.part == 1 && ask.index == 0;
            asked += refused;
            if (refused) {
                schedule_done(&d.schedule, &ask);
            } else {
                desk_answer(&d, &ask, 240);
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
    desk_stop(&d);
}

static void the_next_hour_asks_for_its_days(void **state)
{
    (void)state;
    struct desk d;
    int counts[FEED_KINDS];
    desk_start(&d, "auto");
    desk_settle(&d, 240, counts);
    int64_t first = store_day(&d.world.store.signals[0], 0)->first;
    d.schedule.env.tick_ms = WORLD_NOW_MS + CLOCK_HOUR_MS - 15000;
    assert_true(schedule_history_complete(&d.schedule));
    d.schedule.env.tick_ms += 15000;
    assert_false(schedule_history_complete(&d.schedule));
    desk_settle(&d, 240, counts);
    assert_int_equal(counts[FEED_DAYS], SIGNALS * DAYS);
    assert_int_equal(store_day(&d.world.store.signals[0], 0)->first, first + 12);
    assert_true(schedule_history_complete(&d.schedule));
    desk_stop(&d);
}

static void days_surround_the_hour(void **state)
{
    (void)state;
    for (int64_t minute = 0; minute < 60; minute += 13) {
        struct desk d;
        struct ask asks[20];
        desk_start(&d, "auto");
        d.schedule.env.tick_ms = WORLD_NOW_MS + minute * CLOCK_MINUTE_MS;
        size_t n = desk_take(&d, asks, 20);
        for (size_t i = 0; i < n; i++) {
            desk_answer(&d, &asks[i], 1);
        }
        n = desk_take(&d, asks, 20);
        assert_int_equal(n, SIGNALS + SIGNALS * DAYS);
        for (size_t i = SIGNALS; i < n; i++) {
            int64_t then = WORLD_NOW_MS - (asks[i].part + 1) * (int64_t)CLOCK_DAY_MS;
            assert_ptr_equal(asks[i].feed, &feed_days);
            assert_true(asks[i].first * STORE_HISTORY_STEP_MS == then - CLOCK_HOUR_MS / 2);
            assert_true(asks[i].last * STORE_HISTORY_STEP_MS == then + 3 * CLOCK_HOUR_MS / 2);
        }
        desk_stop(&d);
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
        desk_start(&d, "auto");
        zone_read(&zone, cases[k].tz);
        d.world.scope.zone = &zone;
        size_t n = desk_take(&d, asks, 20);
        for (size_t i = 0; i < n; i++) {
            desk_answer(&d, &asks[i], 1);
        }
        n = desk_take(&d, asks, 20);
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
        desk_stop(&d);
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
        desk_start(&d, cases[i].kind);
        desk_settle(&d, cases[i].points, counts);
        assert_int_equal(counts[FEED_DAYS], SIGNALS * cases[i].days);
        assert_int_equal(counts[FEED_RECENT], SIGNALS * cases[i].recent);
        assert_true(schedule_history_complete(&d.schedule));
        desk_stop(&d);
    }
}

// Days that are empty decide before the others are answered.
static void recent_hours_are_not_held_up(void **state)
{
    (void)state;
    enum { MOST = 100 };
    for (int open = 1; open <= 2; open++) { // how many days are not answered yet
        struct desk d;
        struct ask asks[MOST];
        int recent = 0;
        desk_start(&d, "auto");
        for (size_t n; (n = desk_take(&d, asks, MOST)) > 0;) {
            for (size_t i = 0; i < n; i++) {
                bool day = asks[i].feed == &feed_days;
                recent += asks[i].feed == &feed_recent;
                if (!day || asks[i].part >= open) {
                    desk_answer(&d, &asks[i], day ? 0 : 25);
                }
            }
        }
        assert_int_equal(recent, open == 1 ? SIGNALS : 0);
        desk_stop(&d);
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
        desk_start(&d, cases[i].kind);
        d.world.scope.baseline_range_ms = 28 * (int64_t)CLOCK_DAY_MS;
        desk_settle(&d, 25, counts);
        assert_int_equal(counts[FEED_DAYS], SIGNALS * cases[i].days);
        desk_stop(&d);
    }
}

static void what_is_beyond_the_servers_memory_is_not_asked_every_hour(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    int counts[FEED_KINDS];
    desk_start(&d, "day");
    while (schedule_next(&d.schedule, &ask)) { // there is one day, and nothing before
        desk_answer(&d, &ask, ask.feed == &feed_days && ask.part > 0 ? 0 : 240);
        schedule_learn_days(&d.schedule, ask.index);
    }
    for (int hour = 1; hour <= 23; hour++) {
        d.schedule.env.tick_ms += CLOCK_HOUR_MS;
        desk_settle(&d, 240, counts);
        assert_int_equal(counts[FEED_DAYS], SIGNALS);
        assert_true(schedule_history_complete(&d.schedule));
    }
    d.schedule.env.tick_ms += CLOCK_HOUR_MS; // by then there may be more
    desk_settle(&d, 240, counts);
    assert_int_equal(counts[FEED_DAYS], SIGNALS * DAYS);
    desk_stop(&d);
}

static void a_refused_day_is_no_end_of_memory(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    int counts[FEED_KINDS];
    desk_start(&d, "day");
    while (schedule_next(&d.schedule, &ask)) {
        if (ask.feed == &feed_days && ask.part == 1) {
            schedule_done(&d.schedule, &ask);
        } else {
            desk_answer(&d, &ask, ask.part == 2 ? 0 : 240);
        }
        schedule_learn_days(&d.schedule, ask.index);
    }
    d.schedule.env.tick_ms += 15000; // only it is asked again
    desk_settle(&d, 240, counts);
    assert_int_equal(counts[FEED_DAYS], SIGNALS);
    d.schedule.env.tick_ms += CLOCK_HOUR_MS;
    desk_settle(&d, 240, counts);
    assert_int_equal(counts[FEED_DAYS], SIGNALS * DAYS);
    desk_stop(&d);
}

static void what_is_usual_changes_while_it_runs(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    int counts[FEED_KINDS];
    desk_start(&d, "day");
    desk_settle(&d, 240, counts);
    assert_int_equal(counts[FEED_DAYS], SIGNALS * DAYS);
    d.world.scope.baseline = BASELINE_RECENT; // in the middle of a tick
    schedule_rebase(&d.schedule);
    assert_false(schedule_history_complete(&d.schedule));
    desk_settle(&d, 240, counts);
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
        desk_settle(&d, 240, counts);
        assert_int_equal(counts[FEED_PINNED], SIGNALS);
        assert_int_equal(counts[FEED_DAYS] + counts[FEED_RECENT] + counts[FEED_NOW], 0);
        const struct history *h = &d.world.store.signals[1].pinned;
        assert_true(h->last * STORE_HISTORY_STEP_MS == d.world.scope.pin_ms);
        assert_int_equal(h->last - h->first, 6);
        assert_true(schedule_history_complete(&d.schedule));
    }
    d.schedule.env.tick_ms += CLOCK_HOUR_MS; // it stays where it is
    desk_settle(&d, 240, counts);
    assert_int_equal(counts[FEED_PINNED] + counts[FEED_DAYS] + counts[FEED_RECENT], 0);
    desk_stop(&d);
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
        desk_start(&d, "auto");
        d.schedule.history_most = cases[i].most;
        d.schedule.history_each = cases[i].each;
        size_t n = desk_take(&d, asks, 40);
        for (size_t k = 0; k < n; k++) {
            desk_answer(&d, &asks[k], 1);
        }
        n = desk_take(&d, asks, 40);
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
            desk_answer(&d, &asks[last], 25);
            struct ask next;
            assert_true(schedule_next(&d.schedule, &next));
            assert_ptr_equal(next.feed, &feed_days);
            assert_false(schedule_next(&d.schedule, &next));
        }
        desk_stop(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failed_history_is_asked_again_at_the_next_tick),
        cmocka_unit_test(refused_history_is_asked_for_ever_more_rarely),
        cmocka_unit_test(the_next_hour_asks_for_its_days),
        cmocka_unit_test(days_surround_the_hour),
        cmocka_unit_test(days_surround_both_hours),
        cmocka_unit_test(recent_hours_stand_in),
        cmocka_unit_test(recent_hours_are_not_held_up),
        cmocka_unit_test(weeks_are_asked_by_their_weekday),
        cmocka_unit_test(what_is_beyond_the_servers_memory_is_not_asked_every_hour),
        cmocka_unit_test(a_refused_day_is_no_end_of_memory),
        cmocka_unit_test(what_is_usual_changes_while_it_runs),
        cmocka_unit_test(history_leaves_room_for_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
