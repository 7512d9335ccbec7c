#include "diagnose/drift.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "diagnose/context.h"
#include "unit/world.h"
#include "words/words.h"

enum { POINTS = 13 };

/** Days whose medians are as CENTRES, yesterday first, and whose points are off by +-WITHIN. */
static struct drift drift_over(const double *centres, size_t count, double within)
{
    struct drift_days days = {.count = 0};
    for (size_t k = 0; k < count; k++) {
        double values[POINTS];
        for (int i = 0; i < POINTS; i++) {
            values[i] = centres[k] * (i % 2 ? 1 + within : i % 4 ? 1 / (1 + within) : 1);
        }
        if (!isnan(centres[k])) {
            drift_add(&days, (int)k + 1, values, POINTS, 1000 - (int64_t)k);
        }
    }
    return drift_of(&days);
}

static void tells_a_trend_from_noise(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        double centres[STORE_WEEK_DAYS]; // yesterday first; 0: no more
        double per_day;                  // 0: none
        size_t days;                     // that it lasts for; 0: all
    } cases[] = {
        {"nothing", {1, 1, 1, 1, 1, 1, 1}, 0, 0},
        {"35 % a day", {6.053, 4.484, 3.322, 2.460, 1.8225, 1.35, 1}, 0.35, 0},
        {"down by a quarter", {1, 4.0 / 3, 16.0 / 9, 64.0 / 27}, -0.25, 0},
        // large enough: 5 % a day, and 1.3 times over all
        {"just below 5 %", {1.3345, 1.2721, 1.2127, 1.1560, 1.1020, 1.0505, 1.0014}, 0, 0},
        {"4.9 %", {1.3325, 1.2702, 1.2109, 1.1543, 1.1004, 1.0490, 1}, 0, 0},
        {"5.1 %", {1.3478, 1.2824, 1.2201, 1.1609, 1.1046, 1.0510, 1}, 0.051, 0},
        {"1.29 times", {1.29, 1.1358, 1}, 0, 0},
        {"1.31 times", {1.31, 1.1446, 1}, 0.1446, 0},
        // days enough
        {"two days", {4, 1}, 0, 0},
        {"three days", {4, 2, 1}, 1, 0},
        {"three of seven", {8, NAN, NAN, 2, NAN, NAN, 0.5}, 0.5874, 0},
        // steps and levels
        {"since a step", {2, 2, 2, 2, 2, 1, 1}, 0, 0},
        {"a step of three days", {2, 1, 1}, 0, 0},
        {"a weekend", {2, 2, 2, 2, 1, 1, 2}, 0, 0},
        {"down since the fourth day", {1, 2, 3, 4, 3, 2, 1}, -0.352, 4},
        {"up since the third day", {2.074, 1.728, 1.44, 1.2, 1, 1, 1}, 0.2, 6},
        {"up since the fourth day", {1.728, 1.44, 1.2, 1, 1, 1, 1}, 0.2, 5},
        {"up since the fifth day", {2.197, 1.69, 1.3, 1, 2, 1, 2}, 0.3, 4},
        {"three days are too few for that", {1.69, 1.3, 1, 2, 1, 2, 1}, 0, 0},
        {"a day's way back", {3.375, 1.8, 1.874, 1}, 0, 0}, // five of six pairs agree
        {"noise", {1.3, 0.9, 1.2, 1, 1.4, 0.8, 1.1}, 0, 0},
        // one day may be off, where there are many
        {"an outage", {6.053, 4.484, 3.322, 30, 1.8225, 1.35, 1}, 0.35, 0},
        {"two outages", {6.053, 30, 3.322, 30, 1.8225, 1.35, 1}, 0, 0},
        {"an outage of four days", {3.322, 30, 1.8225, 1.35}, 0, 0},
        {"yesterday of four days", {6, 2.46, 1.8225, 1.35}, 0, 0},
        {"of five days", {4.484, 3.322, 2.49, 1.8225, 1.35}, 0.35, 0},
        {"just within 0.6 of a step", {2, 1.414214 * 1.22, 1}, 0.414214, 0},
        {"just beyond", {2, 1.414214 * 1.236, 1}, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count = 0;
        while (count < STORE_WEEK_DAYS && cases[i].centres[count] != 0) {
            count++;
        }
        struct drift d = drift_over(cases[i].centres, count, 0.001);
        if (fabs(d.per_day - cases[i].per_day) > 0.002) {
            fail_msg("%s: %g a day", cases[i].what, d.per_day);
        }
        size_t days = cases[i].days > 0 ? cases[i].days : count;
        if (d.since_ms != (cases[i].per_day == 0 ? 0 : 1001 - (int64_t)days)) {
            fail_msg("%s: since %d", cases[i].what, (int)d.since_ms);
        }
    }
}

static void points_have_to_agree(void **state)
{
    (void)state;
    static const double centres[] = {2.197, 1.69, 1.3, 1}; // 30 % a day, 0.262 by logarithm
    // a half of the points is off by WITHIN: their spread is 1.4826 times that
    assert_true(drift_over(centres, 4, 0.18).since_ms > 0);  // 0.245
    assert_true(drift_over(centres, 4, 0.21).since_ms == 0); // 0.283
}

static void what_is_not_known_is_no_trend(void **state)
{
    (void)state;
    struct drift_days days = {.count = 0};
    const double few[] = {1, 2}, none[] = {0, 0, 0}, one[] = {1, 1, 1}, two[] = {2, 2, 2},
                 four[] = {4, 4, 4};
    assert_true(drift_of(&days).since_ms == 0);
    drift_add(&days, 1, few, 2, 1);
    assert_int_equal(days.count, 0); // too few to say what the day was like
    drift_add(&days, 1, four, 3, 9);
    drift_add(&days, 2, two, 3, 8);
    drift_add(&days, 3, one, 3, 7);
    assert_true(fabs(drift_of(&days).per_day - 1) < 1e-9);
    drift_add(&days, 4, none, 3, 6); // no logarithm
    assert_true(drift_of(&days).since_ms == 0);
    for (int i = 0; i < 2 * STORE_WEEK_DAYS; i++) {
        drift_add(&days, 5 + i, one, 3, 5);
    }
    assert_int_equal(days.count, STORE_WEEK_DAYS);
}

/** Judges a world in which a stage takes DAILY times as long every day, and NOW by now. */
static const struct reading *judge(struct world *w, double daily, double now_s)
{
    world_init(w, world_article);
    w->daily = daily;
    world_requests(w, "retrieval", (struct load){5, 1}, (struct load){5, now_s});
    w->daily = 1;
    world_requests(w, "generation", (struct load){5, 1}, (struct load){5, 1});
    world_judge(w);
    return &world_of(w, "retrieval")->latency;
}

static const struct evidence *reported(const struct world *w)
{
    const struct verdict *v = &w->diagnosis.verdict;
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (v->evidence[i].kind == EVIDENCE_DRIFT) {
            return &v->evidence[i];
        }
    }
    return NULL;
}

static void the_present_has_to_go_on_with_it(void **state)
{
    (void)state;
    static const struct {
        double daily, now_s;
        bool drifts, reported;
    } cases[] = {
        {1, 1, false, false},
        {1.2, 1, true, true},
        {1.2, 0.3, false, false},  // somebody mended it: below what is usual, 0.48 s
        {1 / 1.2, 1, true, false}, // it gets faster: no worry
        {1 / 1.2, 3, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        const struct reading *r = judge(&w, cases[i].daily, cases[i].now_s);
        const struct evidence *e = reported(&w);
        if ((r->drift.since_ms > 0) != cases[i].drifts || (e != NULL) != cases[i].reported) {
            fail_msg("case %zu: %g a day, usual %g", i, r->drift.per_day, r->usual.centre);
        }
        if (e) {
            assert_int_equal(e->stage, world_stage(&w, "retrieval"));
            assert_true(fabs(e->a - 0.2) < 0.02);
            assert_true(WORLD_NOW_MS - e->at_ms >= 7 * (int64_t)CLOCK_DAY_MS);
            assert_true(WORLD_NOW_MS - e->at_ms < 8 * (int64_t)CLOCK_DAY_MS);
        }
        world_finish(&w);
    }
}

// A trend of PER_DAY that made RISE until yesterday, and would make 100 ms of today.
static struct drift line(double per_day, double rise)
{
    return (struct drift){
        .per_day = per_day, .since_ms = 1, .rise = per_day > 0 ? rise : -rise, .today = 0.1};
}

static void a_small_difference_goes_on_with_nothing(void **state)
{
    (void)state;
    static const struct {
        double now, per_day;
        enum state state;
        bool drifts;
    } cases[] = {
        {0.109, 0.3, STATE_OK, false},
        {0.111, 0.3, STATE_OK, true},
        {0.111, -0.3, STATE_OK, false},
        {0.091, -0.3, STATE_OK, false},
        {0.089, -0.3, STATE_OK, true},
        {NAN, 0.3, STATE_OK, false},
        {0.111, 0.3, STATE_TOO_FEW, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading r = reading_none(cases[i].state);
        r.now = cases[i].now;
        r.usual.centre = 0.1;
        drift_read(&r, line(cases[i].per_day, 0.05), 0.01, 0.01);
        assert_int_equal(r.drift.since_ms > 0, cases[i].drifts);
    }
}

static void neither_a_small_rise_nor_a_step_is_a_trend(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        double now, per_day, rise;
        bool drifts;
    } cases[] = {
        {"a small rise", 0.12, 0.3, 0.0099, false},
        {"large enough", 0.12, 0.3, 0.0101, true},
        {"a small fall", 0.08, -0.3, 0.0099, false},
        {"fallen enough", 0.08, -0.3, 0.0101, true},
        {"the day after tomorrow's", 0.1685, 0.3, 0.05, true}, // 1.3 x 1.3
        {"a step of today", 0.1695, 0.3, 0.05, false},
        {"a fall of two days", 0.0495, -0.3, 0.05, true}, // 0.7 x 0.7
        {"a fall of today", 0.0485, -0.3, 0.05, false},
        {"nothing", 0, -0.3, 0.05, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading r = reading_none(STATE_OK);
        r.now = cases[i].now;
        r.usual.centre = 0.1;
        drift_read(&r, line(cases[i].per_day, cases[i].rise), 0.01, 0.01);
        if ((r.drift.since_ms > 0) != cases[i].drifts) {
            fail_msg("%s", cases[i].what);
        }
    }
}

/** A pool of LIMIT whose use yesterday was USED, and grows DAILY; NOW is used today. */
static bool pool_drifts(double daily, double used, double now, double limit)
{
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    w.waver = 0.01;
    w.daily = daily;
    world_pool(&w, "vector_db", used * daily, now, limit); // of today, by the days before
    w.daily = 1;
    world_judge(&w);
    bool drifts = world_of(&w, "vector_db")->pool.drift.since_ms > 0;
    world_finish(&w);
    return drifts;
}

static void a_pool_of_which_little_is_used_does_not_leak(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        double daily, used, now, limit; // used yesterday; the rise is over six days
        bool drifts;
    } cases[] = {
        {"1 to 4 of 60", 1.26, 4, 5, 60, false},
        {"full today, all at once", 1.26, 4, 60, 60, false},
        {"a leak from 15 to 60 of 100", 1.26, 60, 76, 100, true},
        {"the same, full today", 1.26, 60, 100, 100, true},
        {"a leak from 5 to 15, full today", 1.2, 15.8, 100, 100, false},
        {"9.8 % of the limit", 1.2, 14.74, 24, 100, false}, // of 14.7 there were 4.9
        {"10.2 % of the limit", 1.2, 15.34, 24, 100, true}, // of 15.3 there were 5.1
        {"4.8 of 20", 1.2, 7.2, 9, 20, false},
        {"5.2 of 20", 1.2, 7.8, 9.4, 20, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (pool_drifts(cases[i].daily, cases[i].used, cases[i].now, cases[i].limit) !=
            cases[i].drifts) {
            fail_msg("%s", cases[i].what);
        }
    }
}

// Of 0.1 requests per second there are 30 in a window: three errors make a tenth.
static void few_errors_are_no_trend(void **state)
{
    (void)state;
    static const struct {
        double ratio; // yesterday; two thirds of it is the rise over six days
        bool drifts;
    } cases[] = {{0.14, false}, {0.16, true}};
    for (size_t i = 0; i < 2; i++) {
        struct world w;
        world_init(&w, world_article);
        w.waver = 0;
        world_requests(&w, "retrieval", (struct load){0.1, 1}, (struct load){0.1, 1});
        w.waver = 0.01;
        w.daily = 1.2;
        world_errors(&w, "retrieval", 0.12 * cases[i].ratio, 0.12 * cases[i].ratio);
        w.daily = 1;
        world_judge(&w);
        if ((world_of(&w, "retrieval")->errors.drift.since_ms > 0) != cases[i].drifts) {
            fail_msg("%g", cases[i].ratio);
        }
        world_finish(&w);
    }
}

static void pools_and_errors_drift(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    w.daily = 1.2;
    w.waver = 0.01;
    world_pool(&w, "vector_db", 80, 80, 100);
    world_errors(&w, "retrieval", 0.08, 0.08); // of two requests
    w.daily = 1;
    world_judge(&w);
    assert_true(fabs(world_of(&w, "vector_db")->pool.drift.per_day - 0.2) < 0.01);
    assert_true(fabs(world_of(&w, "retrieval")->errors.drift.per_day - 0.2) < 0.01);
    struct words words = world_words(&w);
    struct str s;
    str_init(&s);
    words_add_summary(&s, &words);
    assert_non_null(strstr(
        s.text, "share in use of connections of vector_db has risen by 20 % a day since 28 Jan."));
    assert_non_null(
        strstr(s.text, "error rate of retrieval has risen by 20 % a day since 28 Jan."));
    str_finish(&s);
    world_finish(&w);
}

static void is_reported_where_it_begins(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    w.daily = 1.25;
    world_requests(&w, "retrieval", (struct load){5, 1}, (struct load){5, 1});
    world_requests(&w, "vector_db", (struct load){5, 0.8}, (struct load){5, 0.8});
    w.daily = 1;
    world_requests(&w, "generation", (struct load){5, 1}, (struct load){5, 1});
    world_judge(&w);
    assert_true(world_of(&w, "retrieval")->latency.drift.since_ms > 0);
    const struct evidence *e = reported(&w);
    assert_true(e && e->stage == world_stage(&w, "vector_db"));
    struct words words = world_words(&w);
    struct str s;
    str_init(&s);
    words_add_summary(&s, &words);
    assert_non_null(
        strstr(s.text, "But the latency of vector_db has risen by 25 % a day since 28 Jan."));
    assert_null(strstr(s.text, "of retrieval has risen"));
    str_clear(&s);
    words_add_reason(&s, &words, world_stage(&w, "vector_db"));
    assert_non_null(strstr(s.text, "; +25 % a day since 28 Jan"));
    str_finish(&s);
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_a_trend_from_noise),
        cmocka_unit_test(points_have_to_agree),
        cmocka_unit_test(what_is_not_known_is_no_trend),
        cmocka_unit_test(the_present_has_to_go_on_with_it),
        cmocka_unit_test(a_small_difference_goes_on_with_nothing),
        cmocka_unit_test(neither_a_small_rise_nor_a_step_is_a_trend),
        cmocka_unit_test(a_pool_of_which_little_is_used_does_not_leak),
        cmocka_unit_test(few_errors_are_no_trend),
        cmocka_unit_test(pools_and_errors_drift),
        cmocka_unit_test(is_reported_where_it_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
