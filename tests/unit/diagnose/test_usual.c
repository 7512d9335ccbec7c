#include "diagnose/usual.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "diagnose/habit.h"
#include "unit/world.h"

/** The value that the test wants for a day (-1: recent), whatever is in the store. */
struct wanted {
    double of_day[STORE_DAYS_MAX];
    double recent;
};

static double value(const void *context, struct usual_window window, int64_t slot)
{
    const struct wanted *w = context;
    (void)slot;
    return window.day < 0 ? w->recent : w->of_day[window.day];
}

/** As many of a thousand as the test wants percent. */
static bool count(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    *n = 1000;
    *k = 10 * value(context, window, slot);
    return !isnan(*k);
}

/** A signal whose windows were answered as the schedule asks for them: 25 slots each. */
static void fill(struct signal_data *data, int days, bool recent, int64_t now_ms)
{
    static struct history of_days[STORE_DAYS_MAX];
    *data = (struct signal_data){0};
    for (int day = 0; day < days; day++) {
        int64_t hour = now_ms / CLOCK_HOUR_MS * CLOCK_HOUR_MS - (day + 1) * (int64_t)CLOCK_DAY_MS;
        of_days[day] = (struct history){.first = (hour - CLOCK_HOUR_MS / 2) / STORE_HISTORY_STEP_MS,
            .last = (hour + 3 * CLOCK_HOUR_MS / 2) / STORE_HISTORY_STEP_MS,
            .answered = true};
        data->days[day] = &of_days[day];
    }
    data->recent.first = (now_ms - 6 * CLOCK_HOUR_MS) / STORE_HISTORY_STEP_MS;
    data->recent.last = (now_ms - CLOCK_HOUR_MS) / STORE_HISTORY_STEP_MS;
    data->recent.answered = recent;
}

enum { POINTS = 12 }; // of a day: half an hour to each side, every five minutes

static void picks_a_history(void **state)
{
    (void)state;
    static const struct {
        enum baseline_kind baseline;
        int days, known; // how many are looked at, how many have values
        bool recent;
        enum usual_kind kind;
        int points;
    } cases[] = {
        {BASELINE_AUTO, 7, 7, true, USUAL_DAY, 7 * POINTS},
        {BASELINE_AUTO, 3, 7, true, USUAL_DAY, 3 * POINTS},
        {BASELINE_AUTO, 7, 2, true, USUAL_DAY, 2 * POINTS},
        {BASELINE_AUTO, 7, 1, true, USUAL_RECENT, 61},
        {BASELINE_AUTO, 7, 1, false, USUAL_NONE, 0},
        {BASELINE_AUTO, 7, 0, false, USUAL_NONE, 0},
        {BASELINE_DAY, 7, 1, true, USUAL_NONE, 0},
        {BASELINE_DAY, 7, 4, true, USUAL_DAY, 4 * POINTS},
        {BASELINE_MEAN, 7, 1, true, USUAL_NONE, 0},
        {BASELINE_MEAN, 7, 4, true, USUAL_DAY, 4 * POINTS},
        {BASELINE_RECENT, 7, 7, true, USUAL_RECENT, 61},
        {BASELINE_RECENT, 7, 7, false, USUAL_NONE, 0},
        {BASELINE_AUTO, 28, 28, true, USUAL_WEEK, 4 * POINTS},
        {BASELINE_AUTO, 28, 14, true, USUAL_WEEK, 2 * POINTS},
        {BASELINE_AUTO, 28, 13, true, USUAL_DAY, 7 * POINTS}, // one such weekday is too little
        {BASELINE_SEASONAL, 28, 28, true, USUAL_WEEK, 4 * POINTS},
        {BASELINE_SEASONAL, 28, 13, true, USUAL_DAY, 7 * POINTS},
        {BASELINE_SEASONAL, 28, 1, true, USUAL_NONE, 0},
        {BASELINE_WEEK, 28, 28, true, USUAL_WEEK, 4 * POINTS},
        {BASELINE_WEEK, 28, 13, true, USUAL_NONE, 0},
        {BASELINE_DAY, 28, 28, true, USUAL_DAY, 7 * POINTS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static struct signal_data data;
        struct wanted wanted = {.recent = 5};
        for (int day = 0; day < STORE_DAYS_MAX; day++) {
            wanted.of_day[day] = 3;
        }
        fill(&data, cases[i].known, cases[i].recent, WORLD_NOW_MS);
        const struct usual_rules rules = {
            .baseline = cases[i].baseline, .days = cases[i].days, .tick_ms = WORLD_NOW_MS};
        struct usual u = usual_of(&data, &rules, value, &wanted);
        if (u.kind != cases[i].kind || u.points != cases[i].points) {
            fail_msg("case %zu: kind %d, %d points", i, u.kind, u.points);
        }
        assert_true(
            u.kind == USUAL_NONE ? isnan(u.centre) : u.centre == (u.kind == USUAL_RECENT ? 5 : 3));
        assert_true(u.kind == USUAL_NONE ? isnan(u.spread) : u.spread == 0);
    }
}

static void looks_near_the_time_of_day(void **state)
{
    (void)state;
    // the windows serve the whole hour; of them only half an hour around the moment counts
    for (int64_t minute = 0; minute < 60; minute += 7) {
        static struct signal_data data;
        struct wanted wanted = {.of_day = {3, 3, 3}};
        int64_t now_ms = WORLD_NOW_MS + minute * CLOCK_MINUTE_MS;
        fill(&data, 3, false, now_ms);
        const struct usual_rules rules = {.baseline = BASELINE_AUTO, .days = 3, .tick_ms = now_ms};
        struct usual u = usual_of(&data, &rules, value, &wanted);
        assert_int_equal(u.kind, USUAL_DAY);
        assert_int_equal(u.points, 3 * POINTS);
        assert_int_equal(u.days, 3);
        int64_t since = now_ms - 3 * (int64_t)CLOCK_DAY_MS - u.oldest_ms;
        assert_true(
            since < CLOCK_HOUR_MS / 2 && since >= CLOCK_HOUR_MS / 2 - STORE_HISTORY_STEP_MS);
    }
}

static void one_bad_day_does_not_count(void **state)
{
    (void)state;
    static struct signal_data data;
    struct wanted wanted = {.of_day = {100, 3, 3.1, 2.9, 3, 3, 3}};
    fill(&data, 7, false, WORLD_NOW_MS);
    struct usual_rules rules = {.baseline = BASELINE_AUTO, .days = 7, .tick_ms = WORLD_NOW_MS};
    struct usual u = usual_of(&data, &rules, value, &wanted);
    assert_true(u.centre == 3 && u.spread < 0.1);
    rules.baseline = BASELINE_MEAN;
    u = usual_of(&data, &rules, value, &wanted);
    assert_true(fabs(u.centre - 118.0 / 7) < 1e-9);
}

static void weeks_and_days(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        double days, weeks[4]; // of the last six days, and of this weekday
        enum usual_kind kind;
        double centre;
    } cases[] = {
        {"a rush every Monday", 3, {9, 9, 9, 9}, USUAL_WEEK, 9},
        {"a rush on two Mondays", 3, {9, 9, NAN, NAN}, USUAL_WEEK, 9},
        {"an outage on one of two", 3, {9, 3.1, NAN, NAN}, USUAL_WEEK, 3.1},
        {"on one of three", 3, {3.1, 9, 3.2, NAN}, USUAL_WEEK, 3.2},
        {"on two of four", 3, {9, 3.1, 9, 3.1}, USUAL_WEEK, 3.1},
        {"slower for days, and not a week ago", 5, {3, 3, 3, 3}, USUAL_DAY, 5},
        {"faster for days", 2, {3, 3, 3, 3}, USUAL_WEEK, 3},
        {"one Monday is no habit", 3, {9, NAN, NAN, NAN}, USUAL_DAY, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static struct signal_data data;
        struct wanted wanted = {.recent = NAN};
        for (int day = 0; day < STORE_DAYS_MAX; day++) {
            wanted.of_day[day] = store_day_is_weekly(day) ? cases[i].weeks[day / 7] : cases[i].days;
        }
        fill(&data, STORE_DAYS_MAX, false, WORLD_NOW_MS);
        const struct usual_rules rules = {
            .baseline = BASELINE_AUTO, .days = STORE_DAYS_MAX, .tick_ms = WORLD_NOW_MS};
        struct usual u = usual_of(&data, &rules, value, &wanted);
        struct usual_share s = usual_share_of(&data, &rules, count, &wanted);
        if (u.kind != cases[i].kind || fabs(u.centre - cases[i].centre) > 1e-9 ||
            fabs(s.share - cases[i].centre / 100) > 1e-9) {
            fail_msg("%s: kind %d, centre %g, share %g", cases[i].what, u.kind, u.centre, s.share);
        }
    }
}

/** What the test wants before and after the same time of day of every day. */
struct edge {
    double before, after;
};

static double at_edge(const void *context, struct usual_window window, int64_t slot)
{
    const struct edge *e = context;
    int64_t moment = WORLD_NOW_MS - (window.day + 1) * (int64_t)CLOCK_DAY_MS;
    return slot * STORE_HISTORY_STEP_MS <= moment ? e->before : e->after;
}

static bool count_at_edge(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    *n = 1000;
    *k = 10 * at_edge(context, window, slot);
    return true;
}

static void either_half_hour_is_usual(void **state)
{
    (void)state;
    static const struct edge edges[] = {{3, 9}, {9, 3}};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        static struct signal_data data;
        fill(&data, STORE_DAYS_MAX, false, WORLD_NOW_MS);
        static const enum baseline_kind kinds[] = {BASELINE_DAY, BASELINE_WEEK, BASELINE_MEAN};
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            const struct usual_rules rules = {
                .baseline = kinds[k], .days = STORE_DAYS_MAX, .tick_ms = WORLD_NOW_MS};
            assert_true(usual_of(&data, &rules, at_edge, &edges[i]).centre == 9);
            double share = usual_share_of(&data, &rules, count_at_edge, &edges[i]).share;
            assert_true(fabs(share - 0.09) < 1e-9);
        }
    }
}

/** High in one hour of each day, by a clock on the wall or by one that is never changed. */
struct batch_hour {
    const struct zone *zone;
    int64_t at_ms; // the middle of it today, by the steady clock
    bool wall;     // the hour moves with the clocks
    double in, out;
};

static double in_batch(const void *context, struct usual_window window, int64_t slot)
{
    const struct batch_hour *b = context;
    int days = window.day + 1;
    int64_t middle = b->wall ? zone_days_before(b->zone, b->at_ms, days)
                             : b->at_ms - days * (int64_t)CLOCK_DAY_MS;
    int64_t off = slot * STORE_HISTORY_STEP_MS - middle;
    return off > -CLOCK_HOUR_MS / 2 && off < CLOCK_HOUR_MS / 2 ? b->in : b->out;
}

static bool count_in_batch(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    *n = 1000;
    *k = 10 * in_batch(context, window, slot);
    return true;
}

// After clocks were changed, what comes by the wall and what comes by a clock that stays are both
// usual at their time; an hour later neither is, and before the change there is but one time.
static void either_clock_is_usual(void **state)
{
    (void)state;
    static const int64_t spring_ms = 1774746000000; // 2026-03-29T01:00:00Z
    static const struct {
        double days; // since the change
        bool wall;
        int hours; // now is so long after the middle of the batch
        enum usual_clock clock;
        double centre;
    } cases[] = {
        {1.5, true, 0, USUAL_CLOCK_EITHER, 9}, {1.5, false, 0, USUAL_CLOCK_EITHER, 9},
        {1.5, true, 0, USUAL_CLOCK_STEADY, 3}, {1.5, false, 0, USUAL_CLOCK_WALL, 3},
        {1.5, true, 2, USUAL_CLOCK_EITHER, 3}, {1.5, false, 2, USUAL_CLOCK_EITHER, 3},
        {6.5, false, 0, USUAL_CLOCK_EITHER, 9}, {-1.5, true, 0, USUAL_CLOCK_EITHER, 9},
        {-1.5, true, 1, USUAL_CLOCK_EITHER, 3}, {-1.5, false, 1, USUAL_CLOCK_EITHER, 3},
        {7.5, true, 1, USUAL_CLOCK_EITHER, 3}, // all seven days are from after it
    };
    struct zone zone;
    zone_read(&zone, "CET-1CEST,M3.5.0,M10.5.0/3");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static struct signal_data data;
        int64_t now_ms = spring_ms + (int64_t)(cases[i].days * CLOCK_DAY_MS);
        const struct batch_hour batch = {
            &zone, now_ms - cases[i].hours * (int64_t)CLOCK_HOUR_MS, cases[i].wall, 9, 3};
        fill(&data, STORE_WEEK_DAYS, false, now_ms);
        for (int day = 0; day < STORE_WEEK_DAYS; day++) { // both hours, as the schedule asks
            store_own_day(&data, day)->first -= CLOCK_HOUR_MS / STORE_HISTORY_STEP_MS;
            store_own_day(&data, day)->last += CLOCK_HOUR_MS / STORE_HISTORY_STEP_MS;
        }
        const struct usual_rules rules = {.baseline = BASELINE_DAY,
            .days = STORE_WEEK_DAYS,
            .tick_ms = now_ms,
            .zone = &zone,
            .clock = cases[i].clock};
        double centre = usual_of(&data, &rules, in_batch, &batch).centre;
        double share = usual_share_of(&data, &rules, count_in_batch, &batch).share;
        if (fabs(centre - cases[i].centre) > 1e-9 || fabs(share - cases[i].centre / 100) > 1e-9) {
            fail_msg("case %zu: centre %g, share %g", i, centre, share);
        }
        struct usual_rules settled = rules;
        usual_settle_clock(&settled);
        bool changed = cases[i].days > 0 && cases[i].days < STORE_WEEK_DAYS;
        bool settles = rules.clock == USUAL_CLOCK_EITHER && !changed;
        assert_int_equal(settled.clock, settles ? USUAL_CLOCK_WALL : rules.clock);
        assert_true(usual_of(&data, &settled, in_batch, &batch).centre == centre);
    }
    zone_finish(&zone);
}

/** Twelve of a thousand in an hour, so many at once. */
static bool count_at_once(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    int at_once = *(const int *)context;
    (void)window;
    *n = 1000;
    *k = slot % at_once == 0 ? at_once : 0;
    return true;
}

static void knows_what_comes_together(void **state)
{
    (void)state;
    static const struct {
        int at_once;
        double least, most;
    } cases[] = {{1, 1, 1}, {2, 1, 1.01}, {3, 1.99, 2.01}, {6, 4.99, 5.01}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static struct signal_data data;
        fill(&data, 7, false, WORLD_NOW_MS);
        const struct usual_rules rules = {
            .baseline = BASELINE_DAY, .days = 7, .tick_ms = WORLD_NOW_MS};
        struct usual_share u = usual_share_of(&data, &rules, count_at_once, &cases[i].at_once);
        assert_true(fabs(u.share - 0.001) < 1e-9);
        if (!(u.together >= cases[i].least && u.together <= cases[i].most)) {
            fail_msg("%d at once: %g together", cases[i].at_once, u.together);
        }
    }
}

/** A day's hundred requests of each five minutes, and how many tenths of one fail at once every
 * third. */
static bool count_of_day(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    const int *of_day = context;
    *n = 100;
    *k = slot % 3 == 0 ? of_day[window.day < 0 ? 0 : window.day] / 10.0 : 0;
    return true;
}

// Days on which nothing failed do not tell how failures come, and an outage does not either; as
// few as they are, a share of nothing may be ln 2 of a day's half.
static void few_events_leave_much_open(void **state)
{
    (void)state;
    static const struct {
        int of_day[7];
        double least, most;
    } cases[] = {
        {{0, 0, 0, 0, 0, 0, 0}, 1, 1},
        {{0, 0, 0, 0, 0, 60, 0}, 3.9, 4.1},       // Σk²/Σk less the mean: 6 - 2
        {{22, 22, 22, 22, 60, 60, 60}, 1.4, 1.5}, // 1.47 may be of single ones
        {{23, 23, 23, 23, 60, 60, 60}, 3.9, 4.1}, // 1.53 is not
        {{0, 0, 30, 30, 30, 30, 900}, 1.9, 2.1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static struct signal_data data;
        fill(&data, 7, false, WORLD_NOW_MS);
        const struct usual_rules rules = {
            .baseline = BASELINE_DAY, .days = 7, .tick_ms = WORLD_NOW_MS};
        struct usual_share u = usual_share_of(&data, &rules, count_of_day, cases[i].of_day);
        if (!(u.together >= cases[i].least && u.together <= cases[i].most)) {
            fail_msg("case %zu: %g together", i, u.together);
        }
        double half = u.n / 7 / 2;
        assert_true(u.coarse > 0.9 * log(2) / half && u.coarse < 1.1 * log(2) / half);
    }
}

static void gaps_are_no_points(void **state)
{
    (void)state;
    static struct signal_data data;
    struct wanted wanted = {.of_day = {NAN, 3, NAN, 3, NAN, NAN, NAN}, .recent = NAN};
    fill(&data, 7, true, WORLD_NOW_MS);
    const struct usual_rules rules = {
        .baseline = BASELINE_AUTO, .days = 7, .tick_ms = WORLD_NOW_MS};
    struct usual u = usual_of(&data, &rules, value, &wanted);
    assert_int_equal(u.kind, USUAL_DAY);
    assert_int_equal(u.days, 2);
    assert_int_equal(u.points, 2 * POINTS);
    wanted.of_day[3] = NAN;
    u = usual_of(&data, &rules, value, &wanted);
    assert_int_equal(u.kind, USUAL_NONE);
}

// --- a baseline file, and a pinned moment

enum { DAY_SLOTS = 24 * 12 };

/** The value of a slot: the hour of the day (UTC), and a gap before HOURS_FROM. */
static double hour_of(const void *context, struct usual_window window, int64_t slot)
{
    const int *hours_from = context;
    int64_t hour = slot * STORE_HISTORY_STEP_MS % CLOCK_DAY_MS / CLOCK_HOUR_MS;
    return window.day == USUAL_WINDOW_SAVED && hour >= *hours_from ? (double)hour : NAN;
}

static bool count_hour(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    *n = 1000;
    *k = hour_of(context, window, slot);
    return !isnan(*k);
}

static void a_file_tells_of_the_time_of_the_day(void **state)
{
    (void)state;
    static const struct {
        enum baseline_kind baseline;
        int64_t later_ms; // than the moment before which it was saved, 09:00
        int hours_from;
        enum usual_kind kind;
        double centre;
        int points, days;
        bool elsewhen;
    } cases[] = {
        {BASELINE_FILE, 0, 0, USUAL_FILE, 8.5, 14, 2, false}, // 08:30 to 09:00, and to 09:30
        {BASELINE_FILE, 5 * CLOCK_HOUR_MS, 0, USUAL_FILE, 14, 13, 1, false},
        {BASELINE_FILE, 30 * (int64_t)CLOCK_DAY_MS + 5 * CLOCK_HOUR_MS, 0, USUAL_FILE, 14, 13, 1,
            false},
        {BASELINE_FILE, -30 * (int64_t)CLOCK_DAY_MS + 5 * CLOCK_HOUR_MS, 0, USUAL_FILE, 14, 13, 1,
            false},
        {BASELINE_FILE, 14 * CLOCK_HOUR_MS, 0, USUAL_FILE, 23, 13, 1, false},
        {BASELINE_FILE, 11 * CLOCK_HOUR_MS, 21, USUAL_FILE, 21, 7, 1, true}, // 20:00: nothing
        {BASELINE_FILE, 3 * CLOCK_HOUR_MS, 23, USUAL_FILE, 23, 7, 1, true}, // at noon: eleven hours
        {BASELINE_FILE, 0, 24, USUAL_NONE, NAN, 0, 0, false},
        {BASELINE_AUTO, 5 * CLOCK_HOUR_MS, 0, USUAL_FILE, 14, 13, 1, false},
        {BASELINE_DAY, 5 * CLOCK_HOUR_MS, 0, USUAL_NONE, NAN, 0, 0, false},
    };
    struct history saved = {.answered = true, .last = WORLD_NOW_MS / STORE_HISTORY_STEP_MS};
    saved.first = saved.last - DAY_SLOTS;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static struct signal_data data;
        data = (struct signal_data){.saved = &saved};
        const struct usual_rules rules = {
            .baseline = cases[i].baseline, .days = 7, .tick_ms = WORLD_NOW_MS + cases[i].later_ms};
        struct usual u = usual_of(&data, &rules, hour_of, &cases[i].hours_from);
        bool same = isnan(cases[i].centre) ? isnan(u.centre) : fabs(u.centre - cases[i].centre) < 1;
        if (u.kind != cases[i].kind || !same || u.points != cases[i].points ||
            u.days != cases[i].days || u.elsewhen != cases[i].elsewhen) {
            fail_msg("case %zu: kind %d, %g of %d points on %d days%s", i, u.kind, u.centre,
                u.points, u.days, u.elsewhen ? ", elsewhen" : "");
        }
        struct usual_share s = usual_share_of(&data, &rules, count_hour, &cases[i].hours_from);
        assert_int_equal(isnan(s.share), isnan(cases[i].centre));
        assert_true(isnan(s.share) || fabs(s.share * 1000 - cases[i].centre) < 1);
    }
}

static void a_file_is_auto_only_where_nothing_else_is_known(void **state)
{
    (void)state;
    static struct signal_data data;
    int hours_from = 0;
    struct wanted wanted = {.recent = 5};
    struct history saved = {.answered = true, .last = WORLD_NOW_MS / STORE_HISTORY_STEP_MS};
    saved.first = saved.last - DAY_SLOTS;
    fill(&data, 0, true, WORLD_NOW_MS);
    data.saved = &saved;
    const struct usual_rules rules = {
        .baseline = BASELINE_AUTO, .days = 7, .tick_ms = WORLD_NOW_MS};
    assert_int_equal(usual_of(&data, &rules, value, &wanted).kind, USUAL_RECENT);
    data.recent.answered = false;
    assert_int_equal(usual_of(&data, &rules, hour_of, &hours_from).kind, USUAL_FILE);
}

static void a_pinned_moment_is_all_there_is(void **state)
{
    (void)state;
    static struct signal_data data;
    struct wanted wanted = {.of_day = {3, 3, 3}, .recent = 5};
    const struct usual_rules rules = {
        .baseline = BASELINE_PINNED, .days = 7, .tick_ms = WORLD_NOW_MS};
    fill(&data, 3, true, WORLD_NOW_MS);
    assert_int_equal(usual_of(&data, &rules, value, &wanted).kind, USUAL_NONE); // not answered
    assert_true(isnan(usual_share_of(&data, &rules, count, &wanted).share));
    data.pinned.last = WORLD_NOW_MS / STORE_HISTORY_STEP_MS;
    data.pinned.first = data.pinned.last - 6;
    data.pinned.answered = true;
    struct usual u = usual_of(&data, &rules, value, &wanted);
    assert_int_equal(u.kind, USUAL_PINNED);
    assert_int_equal(u.points, 7);
    assert_true(u.centre == 5);
    assert_true(fabs(usual_share_of(&data, &rules, count, &wanted).share - 0.05) < 1e-9);
    data.pinned.first = data.pinned.last - 2; // just enough
    assert_int_equal(usual_of(&data, &rules, value, &wanted).kind, USUAL_PINNED);
    data.pinned.first = data.pinned.last - 1; // too few
    assert_int_equal(usual_of(&data, &rules, value, &wanted).kind, USUAL_NONE);
}

// --- the points of one stretch

/** The hours before: COUNT points, of which some are high. */
struct run {
    int count;
    int high, apart; // so many points, one after the other or each by itself
    double value;    // of these
    bool wavers;     // whether the others go up and down by 0.1 and 0.2 from 1
    int64_t first;
};

static double of_run(const void *context, struct usual_window window, int64_t slot)
{
    const struct run *r = context;
    int at = (int)(slot - r->first), every = r->apart > 0 ? 4 : 1;
    (void)window;
    bool is_high = at % every == 0 && at / every < r->high + r->apart;
    int other = is_high ? 0 : (at + 2) % 5 - 2;
    return is_high ? r->value : 1 + (r->wavers ? 0.1 * other : 0);
}

// The 98th percentile, the highest of fewer than 50; without runs of three and more beyond the
// bound.
static void what_was_an_alarm_is_no_habit(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct run run;
        bool counts;
    } cases[] = {
        {"one of 49", {.count = 49, .apart = 1, .value = 9}, true},
        {"one of 50", {.count = 50, .apart = 1, .value = 9}, false},
        {"one of 61", {.count = 61, .apart = 1, .value = 9}, false},
        {"two of 61", {.count = 61, .apart = 2, .value = 9}, true},
        {"two in a row", {.count = 20, .high = 2, .value = 9}, true},
        {"three in a row", {.count = 20, .high = 3, .value = 9}, false},
        {"just within 1.3 times", {.count = 20, .high = 3, .value = 1.29}, true},
        {"just beyond 1.3 times", {.count = 20, .high = 3, .value = 1.31}, false},
        // of 0.1 x 1.4826 each
        {"just within four spreads", {.count = 43, .high = 3, .value = 1.57, .wavers = true}, true},
        {"just beyond four spreads", {.count = 43, .high = 3, .value = 1.61, .wavers = true},
            false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static struct signal_data data;
        struct run run = cases[i].run;
        const struct usual_rules rules = {
            .baseline = BASELINE_RECENT, .days = 7, .tick_ms = WORLD_NOW_MS};
        fill(&data, 0, true, WORLD_NOW_MS);
        data.recent.last = WORLD_NOW_MS / STORE_HISTORY_STEP_MS - 12; // an hour ago
        data.recent.first = data.recent.last - run.count + 1;
        run.first = data.recent.first;
        struct usual u = usual_of(&data, &rules, of_run, &run);
        assert_int_equal(u.points, run.count);
        if ((fabs(u.high - run.value) < 1e-9) != cases[i].counts) {
            fail_msg(
                "%s: high %g, centre %g, spread %g", cases[i].what, u.high, u.centre, u.spread);
        }
    }
}

static void a_history_takes_twenty_points(void **state)
{
    (void)state;
    for (int count = 19; count <= 20; count++) {
        static struct signal_data data;
        const struct wanted wanted = {.recent = 5};
        const struct usual_rules rules = {
            .baseline = BASELINE_RECENT, .days = 7, .tick_ms = WORLD_NOW_MS};
        fill(&data, 0, true, WORLD_NOW_MS);
        data.recent.last = data.recent.first + count - 1;
        assert_int_equal(
            usual_of(&data, &rules, value, &wanted).kind, count < 20 ? USUAL_NONE : USUAL_RECENT);
    }
}

/** None of a thousand, or from a slot on, for so many slots, half of them. */
struct outage {
    int64_t first;
    int slots;
};

static bool count_outage(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    const struct outage *o = context;
    (void)window;
    *n = 1000;
    *k = slot >= o->first && slot < o->first + o->slots ? 500 : (double)(slot % 2);
    return true;
}

// Of the hours before the middle counts, as of days: what failed in two hours of five is no habit,
// nor do errors usually come by hundreds.
static void an_outage_in_the_hours_before_is_no_habit(void **state)
{
    (void)state;
    static const struct {
        int slots;
        bool habit;
    } cases[] = {{0, false}, {20, false}, {45, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static struct signal_data data;
        const struct usual_rules rules = {
            .baseline = BASELINE_RECENT, .days = 7, .tick_ms = WORLD_NOW_MS};
        fill(&data, 0, true, WORLD_NOW_MS);
        const struct outage outage = {data.recent.last + 1 - cases[i].slots, cases[i].slots};
        struct usual_share u = usual_share_of(&data, &rules, count_outage, &outage);
        assert_int_equal(u.share > 0.001, cases[i].habit);
        assert_true(u.together <= 2);
        assert_true(fabs(u.n - 61000) < 1e-6);
    }
}

// Three parts of ten points have a middle that is not failing; two, of the same outage, have none.
static void parts_have_ten_points(void **state)
{
    (void)state;
    for (int count = 29; count <= 30; count++) {
        static struct signal_data data;
        const struct usual_rules rules = {
            .baseline = BASELINE_RECENT, .days = 7, .tick_ms = WORLD_NOW_MS};
        fill(&data, 0, true, WORLD_NOW_MS);
        data.recent.last = data.recent.first + count - 1;
        const struct outage outage = {data.recent.last - 9, 10};
        struct usual_share u = usual_share_of(&data, &rules, count_outage, &outage);
        assert_int_equal(u.share > 0.001, count < 30);
    }
}

/** 1 before the time of day, 9 after it, of which so many are known. */
static double some_after(const void *context, struct usual_window window, int64_t slot)
{
    int known = *(const int *)context;
    int64_t moment = WORLD_NOW_MS - (window.day + 1) * (int64_t)CLOCK_DAY_MS;
    int64_t after = slot - moment / STORE_HISTORY_STEP_MS;
    return after <= 0 ? 1 : after - 1 < known / 7 + (window.day < known % 7) ? 9 : NAN;
}

// The 42 points of seven half hours before, and a quarter of all after it.
static void a_half_hour_takes_a_quarter_of_the_points(void **state)
{
    (void)state;
    for (int known = 13; known <= 14; known++) {
        static struct signal_data data;
        const struct usual_rules rules = {
            .baseline = BASELINE_DAY, .days = 7, .tick_ms = WORLD_NOW_MS};
        fill(&data, 7, false, WORLD_NOW_MS);
        struct usual u = usual_of(&data, &rules, some_after, &known);
        assert_int_equal(u.points, 42 + known);
        assert_true(u.centre == (known < 14 ? 1 : 9));
    }
}

static double steady(const void *context, struct usual_window window, int64_t slot)
{
    (void)context;
    (void)slot;
    return window.day == USUAL_WINDOW_SPAN ? 5 : NAN;
}

static void a_span_takes_three_windows(void **state)
{
    (void)state;
    for (int more = 0; more <= 1; more++) {
        static struct signal_data data;
        const struct usual_rules rules = {.baseline = BASELINE_AUTO,
            .days = 7,
            .tick_ms = WORLD_NOW_MS,
            .window_ms = 5 * CLOCK_MINUTE_MS};
        data = (struct signal_data){.live = {.step_ms = 15000}};
        data.live.asked_last = WORLD_NOW_MS / data.live.step_ms;
        data.live.asked_first =
            (WORLD_NOW_MS - 4 * rules.window_ms) / data.live.step_ms + (more ? 0 : 1);
        assert_int_equal(
            usual_of(&data, &rules, steady, NULL).kind, more ? USUAL_SPAN : USUAL_NONE);
    }
}

// High now, and so many minutes ago; else there is no sample.
static double high_then(void *context, int64_t slot)
{
    const int *ago = context;
    bool high = slot == 100;
    for (int i = 0; ago[i] > 0; i++) {
        high = high || slot == 100 - ago[i];
    }
    return high ? 9 : NAN;
}

// A quarter of an hour of three moments is one; where only its ends are known it may be two spikes.
static void what_stays_takes_three_moments(void **state)
{
    (void)state;
    static struct {
        int ago[4];
        bool stays;
    } cases[] = {{{7, 14}, true}, {{14}, false}, {{7, 13}, false}, {{1, 2, 13}, false},
        {{1, 2, 14}, true}, {{0}, false}};
    const struct matrix live = {.step_ms = CLOCK_MINUTE_MS, .asked_first = 40, .asked_last = 100};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct usual u = {.kind = USUAL_DAY, .centre = 1, .spread = 0.1, .high = 20};
        habit_end(&u, &live, 100, high_then, cases[i].ago);
        if (isnan(u.high) != cases[i].stays) {
            fail_msg("case %zu", i);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(picks_a_history),
        cmocka_unit_test(looks_near_the_time_of_day),
        cmocka_unit_test(one_bad_day_does_not_count),
        cmocka_unit_test(weeks_and_days),
        cmocka_unit_test(either_half_hour_is_usual),
        cmocka_unit_test(either_clock_is_usual),
        cmocka_unit_test(knows_what_comes_together),
        cmocka_unit_test(few_events_leave_much_open),
        cmocka_unit_test(gaps_are_no_points),
        cmocka_unit_test(a_file_tells_of_the_time_of_the_day),
        cmocka_unit_test(a_file_is_auto_only_where_nothing_else_is_known),
        cmocka_unit_test(a_pinned_moment_is_all_there_is),
        cmocka_unit_test(what_stays_takes_three_moments),
        cmocka_unit_test(what_was_an_alarm_is_no_habit),
        cmocka_unit_test(an_outage_in_the_hours_before_is_no_habit),
        cmocka_unit_test(parts_have_ten_points),
        cmocka_unit_test(a_history_takes_twenty_points),
        cmocka_unit_test(a_half_hour_takes_a_quarter_of_the_points),
        cmocka_unit_test(a_span_takes_three_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
