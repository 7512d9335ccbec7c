#include "diagnose/diagnosis.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/world.h"

/** Two requests per second, as so many per second up to each bound, and the seconds they take. */
struct shape {
    struct {
        const char *le;
        double usual, now; // NAN: no such bucket
    } buckets[8];
    double sum_usual, sum_now;
};

static const struct stage_diagnosis *judge(struct world *w, const struct shape *shape)
{
    world_init(w, "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
                  "stages: [{name: a, latency: a_seconds}]\n");
    int signal = w->plan.stages[0].latency_signal;
    w->waver = 0;
    for (size_t i = 0; shape->buckets[i].le; i++) {
        world_series(
            w, signal, "le", shape->buckets[i].le, shape->buckets[i].usual, shape->buckets[i].now);
    }
    world_series(w, signal, "le", "+Inf", 2, 2);
    world_series(w, signal, "part", "sum", shape->sum_usual, shape->sum_now);
    world_judge(w);
    return world_of(w, "a");
}

static void knows_what_buckets_can_tell(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct shape shape;
        enum severity severity;
        bool is_mean;
        double ratio;
    } cases[] = {
        {"in one bucket the mean tells", {{{"1", 1, 0.02}, {"2.5", 2, 2}}, 2, 3.6},
            SEVERITY_WARNING, true, 1.8},
        {"also where nothing but the mean changed", {{{"1", 0, 0}, {"2.5", 2, 2}}, 2.4, 4.4},
            SEVERITY_WARNING, true, 4.4 / 2.4},
        {"but not where counts deny it", {{{"1", 1, 1}, {"2.5", 2, 2}}, 2, 3}, SEVERITY_OK, false,
            1},
        {"a P95 that the bucket has made", {{{"1", 1.905, 1.8}, {"2.5", 2, 2}}, 1, 1.1},
            SEVERITY_OK, false, 1.76},
        {"a P95 that the mean confirms", {{{"1", 1.905, 1.8}, {"2.5", 2, 2}}, 1, 1.5},
            SEVERITY_WARNING, false, 1.76},
        {"a P95 beyond a whole bucket needs no mean",
            {{{"1", 1.905, 1.8}, {"2.5", 2, 1.8}, {"5", 2, 2}}, 1, 1.2}, SEVERITY_CRITICAL, false,
            3.76},
        {"other buckets, the same times",
            {{{"0.2", NAN, 0.8}, {"0.25", 1, NAN}, {"0.5", 2, NAN}, {"0.75", NAN, 2}}, 0.5, 0.5},
            SEVERITY_OK, false, 1.48},
        {"other buckets, other times",
            {{{"0.2", NAN, 0.1}, {"0.25", 1, NAN}, {"0.5", 2, NAN}, {"0.75", NAN, 1},
                 {"1.5", NAN, 1.9}, {"3", NAN, 2}},
                0.5, 1.6},
            SEVERITY_CRITICAL, false, 3.16},
        {"new pods with other buckets beside the old ones",
            {{{"0.25", 1.8, 0.9}, {"0.4", NAN, 0.95}, {"0.5", 1.98, 0.99}, {"0.75", NAN, 1},
                 {"1", 2, 2}},
                0.4, 0.4},
            SEVERITY_OK, false, 2.5},
        {"a sum that is too low just now speaks of other buckets",
            {{{"1", 0.1, 0.1}, {"2", 2, 0.1}, {"3.2", 2, 0.2}, {"6", 2, 2}}, 2.8, 2.4}, SEVERITY_OK,
            false, 3},
        {"one that always is says nothing",
            {{{"1", 0.1, 0.1}, {"2", 2, 0.1}, {"3.2", 2, 0.2}, {"6", 2, 2}}, 1, 1.2},
            SEVERITY_CRITICAL, false, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        const struct stage_diagnosis *d = judge(&w, &cases[i].shape);
        if (d->latency.severity != cases[i].severity ||
            (d->statistic == STATISTIC_MEAN) != cases[i].is_mean ||
            !(fabs(d->latency.ratio - cases[i].ratio) < 0.01)) {
            fail_msg("%s: severity %d, mean %d, ratio %g", cases[i].what, d->latency.severity,
                d->statistic, d->latency.ratio);
        }
        world_finish(&w);
    }
}

/** The P95 is up by a bucket, and the mean; the sum usually WAVERS so far. */
static void begin_useless(struct world *w, double wavers)
{
    world_init(w, "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
                  "stages: [{name: a, latency: a_seconds}]\n");
    int signal = w->plan.stages[0].latency_signal;
    w->waver = 0;
    world_series(w, signal, "le", "1", 2, 0.1);
    world_series(w, signal, "le", "2", 2, 0.2);
    world_series(w, signal, "le", "3.2", 2, 2);
    world_series(w, signal, "le", "+Inf", 2, 2);
    w->waver = wavers;
    world_series(w, signal, "part", "sum", 1, 3);
}

// How far the mean wavers widens what is usual, unless its sum often could not be right.
static void a_useless_sum_widens_nothing(void **state)
{
    (void)state;
    static const struct {
        double waver; // of the sum: from 1 on it is negative now and then
        enum severity severity;
    } cases[] = {{0, SEVERITY_CRITICAL}, {0.9, SEVERITY_OK}, {1.2, SEVERITY_CRITICAL},
        {5, SEVERITY_CRITICAL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        begin_useless(&w, cases[i].waver);
        world_judge(&w);
        const struct stage_diagnosis *d = world_of(&w, "a");
        if (d->latency.severity != cases[i].severity) {
            fail_msg("%g: severity %d, ratio %g, spread %g", cases[i].waver, d->latency.severity,
                d->latency.ratio, d->latency.spread);
        }
        world_finish(&w);
    }
}

// Of EVERY points of its history one has no sum.
static void lose_sums(struct world *w, int signal, size_t every)
{
    size_t at = 0;
    for (int k = 0; k < WORLD_DAYS; k++) {
        struct batch *b = &w->answers[signal][k];
        struct batch_series *sum = &b->series[b->count - 1];
        for (size_t i = 0; i < sum->count; i++) {
            sum->samples[i].value = ++at % every == 0 ? NAN : sum->samples[i].value;
        }
    }
}

static void a_sum_that_is_missing_too_often_is_useless(void **state)
{
    (void)state;
    static const struct {
        size_t every;
        enum severity severity;
    } cases[] = {{8, SEVERITY_CRITICAL}, {12, SEVERITY_OK}}; // a tenth is too often
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        begin_useless(&w, 0.9);
        lose_sums(&w, w.plan.stages[0].latency_signal, cases[i].every);
        world_judge(&w);
        const struct stage_diagnosis *d = world_of(&w, "a");
        if (d->latency.severity != cases[i].severity) {
            fail_msg("%zu: severity %d", cases[i].every, d->latency.severity);
        }
        world_finish(&w);
    }
}

static void fewer_requests_waver_more(void **state)
{
    (void)state;
    static const struct {
        double rate;
        enum severity severity;
    } cases[] = {{2, SEVERITY_WARNING}, {20, SEVERITY_WARNING}, {0.2, SEVERITY_OK}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
                       "stages: [{name: a, latency: a_seconds}]\n");
        w.plan.stages[0].kind = LATENCY_MEAN; // no buckets to count in
        plan_resolve(&w.plan);
        w.waver = 0.1;
        world_requests(&w, "a", (struct load){2, 0.3}, (struct load){cases[i].rate, 0.5});
        world_judge(&w);
        assert_int_equal(world_of(&w, "a")->latency.severity, cases[i].severity);
        world_finish(&w);
    }
}

static void objectives_allow_for_chance(void **state)
{
    (void)state;
    static const struct {
        double rate, p95_s;
        enum severity severity;
    } cases[] = {
        {2, 0.6, SEVERITY_CRITICAL},
        {2, 0.52, SEVERITY_UNKNOWN}, // of 600 requests that may be 500 ms
        {200, 0.52, SEVERITY_CRITICAL},
        {0.1, 0.6, SEVERITY_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
                       "stages: [{name: a, latency: a_seconds, slo: {p95: 500ms}}]\n");
        w.days = 0;
        w.has_recent = w.has_span = false;
        world_requests(
            &w, "a", (struct load){1, 0.3}, (struct load){cases[i].rate, cases[i].p95_s});
        world_judge(&w);
        if (world_of(&w, "a")->latency.severity != cases[i].severity) {
            fail_msg("case %zu: severity %d", i, world_of(&w, "a")->latency.severity);
        }
        world_finish(&w);
    }
}

/** Judges the world as it was AGO_MS before, with PERSISTS. */
static const struct stage_diagnosis *judge_at(struct world *w, int64_t ago_ms, bool persists)
{
    struct thresholds t = thresholds_default;
    t.persists = persists;
    for (size_t i = 0; i < w->store.count; i++) {
        w->store.signals[i].now_ms = WORLD_NOW_MS - ago_ms;
    }
    diagnosis_run(&w->diagnosis, &w->plan, &w->scope, &w->store, &t, WORLD_NOW_MS - ago_ms);
    return world_of(w, "retrieval");
}

static void alarms_that_persist(void **state)
{
    (void)state;
    static const struct {
        int64_t since_onset_ms;
        enum severity alone, persisting;
        bool has_since;
    } cases[] = {
        {0, SEVERITY_OK, SEVERITY_OK, false},
        {15000, SEVERITY_CRITICAL, SEVERITY_OK, false},
        {30000, SEVERITY_CRITICAL, SEVERITY_OK, false},
        {45000, SEVERITY_CRITICAL, SEVERITY_CRITICAL, true},
        {WORLD_ONSET_MS, SEVERITY_CRITICAL, SEVERITY_CRITICAL, true},
    };
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    world_requests(&w, "retrieval", (struct load){2, 0.3}, (struct load){2, 1.8});
    world_errors(&w, "retrieval", 0.004, 0.4);
    world_tool(&w, "web_search", 0.6, 9);
    world_tool_errors(&w, 0.002, 5);
    world_judge(&w);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int persists = 0; persists < 2; persists++) {
            const struct stage_diagnosis *d =
                judge_at(&w, WORLD_ONSET_MS - cases[i].since_onset_ms, persists);
            enum severity want = persists ? cases[i].persisting : cases[i].alone;
            assert_int_equal(d->latency.severity, want);
            assert_int_equal(d->errors.severity, want);
            assert_int_equal(w.diagnosis.tools[0].calls.severity, want);
            assert_int_equal(w.diagnosis.tool_errors.severity, want);
            int64_t onset = WORLD_NOW_MS - WORLD_ONSET_MS + 15000;
            bool shown = want >= SEVERITY_WARNING;
            assert_true(d->onset.since_ms == (shown ? onset : 0));
        }
    }
    world_finish(&w);
}

static void one_moment_decides_where_no_more_is_known(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    world_requests(&w, "retrieval", (struct load){2, 0.3}, (struct load){2, 1.8});
    world_judge(&w);
    struct matrix *live = &w.store.signals[w.plan.stages[0].latency_signal].live;
    live->asked_first = live->asked_last; // the span was not answered yet
    assert_int_equal(judge_at(&w, 0, true)->latency.severity, SEVERITY_CRITICAL);
    world_finish(&w);
    // and in a span so wide that three of its steps are longer than the window
    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 24h\nbaseline: {kind: auto, range: 7d}\n"
                   "stages: [{name: retrieval, latency: a_seconds}]\n");
    assert_true(3 * scope_grid(&w.scope, &w.plan).step_ms > w.plan.window_ms);
    world_requests(&w, "retrieval", (struct load){2, 0.3}, (struct load){2, 1.8});
    world_judge(&w);
    int64_t ago_ms = WORLD_ONSET_MS - scope_grid(&w.scope, &w.plan).step_ms;
    assert_int_equal(judge_at(&w, ago_ms, true)->latency.severity, SEVERITY_CRITICAL);
    world_finish(&w);
}

// What a gauge reached between the points of its history is what it does; for a rise that lasts,
// the points count.
static void spikes_between_points_are_usual(void **state)
{
    (void)state;
    static const struct {
        double peak, now;
        enum severity severity;
    } cases[] = {
        {NAN, 1.5, SEVERITY_WARNING}, // not known: as high as the points
        {3, 3.44, SEVERITY_OK}, {3, 3.46, SEVERITY_CRITICAL}, {1.8, 2.06, SEVERITY_OK},
        {1.8, 2.08, SEVERITY_WARNING}, {1.28, 1.32, SEVERITY_WARNING}, // no spike that would alarm
        {0.5, 1.5, SEVERITY_WARNING}, // lower than the point itself: it says nothing
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
                       "stages: [{name: a, latency: a_seconds}]\n");
        w.plan.stages[0].kind = LATENCY_VALUE;
        w.waver = 0;
        int signal = w.plan.stages[0].latency_signal;
        world_series(&w, signal, NULL, NULL, 1, cases[i].now);
        if (!isnan(cases[i].peak)) {
            world_series(&w, signal, "part", "peak", cases[i].peak, NAN);
        }
        world_judge(&w);
        const struct reading *r = &world_of(&w, "a")->latency;
        if (r->severity != cases[i].severity || r->usual.centre != 1) {
            fail_msg("case %zu: severity %d, usual %g, high %g", i, (int)r->severity,
                r->usual.centre, r->usual.high);
        }
        world_finish(&w);
    }
}

// A spike excuses a spike, not a quarter of an hour, whose first minutes are then part of it.
static void spikes_excuse_nothing_that_stays(void **state)
{
    (void)state;
    static const struct {
        double minutes;
        enum severity severity;
    } cases[] = {{14.5, SEVERITY_OK}, {15.25, SEVERITY_CRITICAL}, {45, SEVERITY_CRITICAL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
                       "stages: [{name: a, latency: a_seconds}]\n");
        w.plan.stages[0].kind = LATENCY_VALUE;
        w.waver = 0;
        w.onset_ms = (int64_t)(cases[i].minutes * 60 * 1000);
        int signal = w.plan.stages[0].latency_signal;
        world_series(&w, signal, NULL, NULL, 1, 3.2);
        world_series(&w, signal, "part", "peak", 3.3, NAN);
        world_judge(&w);
        const struct stage_diagnosis *d = world_of(&w, "a");
        int64_t onset = WORLD_NOW_MS - w.onset_ms + 15000;
        assert_int_equal(d->latency.severity, cases[i].severity);
        assert_int_equal(d->onset.since_ms, cases[i].severity == SEVERITY_OK ? 0 : onset);
        world_finish(&w);
    }
}

// A rate has a whole window behind it, a gauge one sample: also by itself it takes several of them.
static void one_sample_of_a_gauge_is_no_alarm(void **state)
{
    (void)state;
    static const struct {
        int64_t since_onset_ms;
        enum severity gauge, rate;
    } cases[] = {
        {0, SEVERITY_OK, SEVERITY_OK},
        {15000, SEVERITY_OK, SEVERITY_CRITICAL},
        {30000, SEVERITY_OK, SEVERITY_CRITICAL},
        {45000, SEVERITY_CRITICAL, SEVERITY_CRITICAL},
    };
    for (int rate = 0; rate < 2; rate++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
                       "stages: [{name: retrieval, latency: a_seconds}]\n");
        if (rate) {
            world_requests(&w, "retrieval", (struct load){2, 0.3}, (struct load){2, 1.8});
        } else {
            w.plan.stages[0].kind = LATENCY_VALUE;
            world_series(&w, w.plan.stages[0].latency_signal, NULL, NULL, 0.3, 1.8);
        }
        world_judge(&w);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            const struct stage_diagnosis *d =
                judge_at(&w, WORLD_ONSET_MS - cases[i].since_onset_ms, false);
            assert_int_equal(d->latency.severity, rate ? cases[i].rate : cases[i].gauge);
        }
        world_finish(&w);
    }
}

static void far_too_fast_is_an_alarm(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct load usual, now;
        double errors;
        bool warns;
    } cases[] = {
        {"just below a tenth", {2, 0.3}, {2, 0.0297}, 0, true},
        {"just above a tenth", {2, 0.3}, {2, 0.0303}, 0, false},
        {"an improvement", {2, 0.3}, {2, 0.1}, 0, false},
        {"traffic just as usual", {2, 0.3}, {1.52, 0.01}, 0, true},
        {"a cache in front", {2, 0.3}, {1.48, 0.01}, 0, false},
        {"a fall just above the floor", {2, 0.0336}, {2, 0.0027}, 0, true},
        {"a fall just below the floor", {2, 0.0324}, {2, 0.0027}, 0, false},
        {"just enough requests", {0.07, 0.3}, {0.07, 0.01}, 0, true},
        {"too few requests", {0.066, 0.3}, {0.066, 0.01}, 0, false},
        {"failing fast", {2, 0.3}, {2, 0.01}, 1, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
                       "stages: [{name: a, latency: a_seconds, errors: a_errors_total}]\n");
        w.waver = 0;
        world_requests(&w, "a", cases[i].usual, cases[i].now);
        world_errors(&w, "a", 0, cases[i].errors);
        const struct verdict *v = world_judge(&w);
        bool fast = v->signal == CLASS_FAST && v->severity == SEVERITY_WARNING;
        if (fast != cases[i].warns) {
            fail_msg("%s: signal %d, severity %d, ratio %g", cases[i].what, v->signal, v->severity,
                world_of(&w, "a")->fast.ratio);
        }
        world_finish(&w);
    }
}

static double judge_fall(double to, struct usual *usual)
{
    struct world w;
    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
                   "stages: [{name: a, latency: a_seconds}]\n");
    w.waver = 0.9;
    world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, 0.3 * to});
    const struct verdict *v = world_judge(&w);
    *usual = world_of(&w, "a")->fast.usual;
    double ratio = v->signal == CLASS_FAST ? world_of(&w, "a")->fast.ratio : NAN;
    world_finish(&w);
    return ratio;
}

// What wavers a lot has to fall far, even below a tenth.
static void a_fall_beyond_the_spread_is_an_alarm(void **state)
{
    (void)state;
    struct usual usual;
    judge_fall(0.05, &usual);
    double factor = exp(-thresholds_default.score_warning * usual.spread / usual.centre);
    double to = factor * usual.centre / 0.1; // the mean is a third of the P95
    assert_true(factor < 0.9 * thresholds_default.fast);
    assert_false(isnan(judge_fall(to * 0.98, &usual)));
    assert_true(isnan(judge_fall(to * 1.02, &usual)));
}

// Of a gauge the calls have to be known, which tell it from one that is idle, and it has to be
// below the 2nd percentile of what it was.
static void a_gauge_that_is_too_fast(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        double waver, now, rate;
        bool warns;
    } cases[] = {
        {"just below a tenth", 0, 0.0297, 2, true}, {"just above a tenth", 0, 0.0303, 2, false},
        {"nobody asks", 0, 0.01, 0, false}, {"calls are not known", 0, 0.01, NAN, false},
        {"it was as low before", 1, 0.01, 2, false}, // it goes down to nothing
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
                       "stages: [{name: a, latency: a_seconds, requests: a_total}]\n");
        w.plan.stages[0].kind = LATENCY_VALUE;
        plan_resolve(&w.plan);
        w.waver = cases[i].waver;
        world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, cases[i].now});
        w.waver = 0;
        world_series(&w, w.plan.stages[0].requests_signal, NULL, NULL, 2, cases[i].rate);
        const struct verdict *v = world_judge(&w);
        if ((v->signal == CLASS_FAST) != cases[i].warns) {
            fail_msg("%s: signal %d, ratio %g, low %g", cases[i].what, v->signal,
                world_of(&w, "a")->fast.ratio, world_of(&w, "a")->latency.usual.low);
        }
        assert_true(!cases[i].warns || world_of(&w, "a")->fast_statistic == STATISTIC_VALUE);
        world_finish(&w);
    }
}

static void the_deepest_that_is_too_fast_is_named(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    world_requests(&w, "retrieval", (struct load){2, 0.3}, (struct load){2, 0.02});
    world_requests(&w, "vector_db", (struct load){2, 0.25}, (struct load){2, 0.01});
    const struct verdict *v = world_judge(&w);
    assert_int_equal(v->signal, CLASS_FAST);
    assert_int_equal(v->severity, SEVERITY_WARNING);
    assert_int_equal(v->stage, world_stage(&w, "vector_db"));
    assert_false(world_of(&w, "retrieval")->fast.severity < SEVERITY_WARNING);
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_what_buckets_can_tell),
        cmocka_unit_test(a_useless_sum_widens_nothing),
        cmocka_unit_test(a_sum_that_is_missing_too_often_is_useless),
        cmocka_unit_test(fewer_requests_waver_more),
        cmocka_unit_test(objectives_allow_for_chance),
        cmocka_unit_test(alarms_that_persist),
        cmocka_unit_test(spikes_between_points_are_usual),
        cmocka_unit_test(spikes_excuse_nothing_that_stays),
        cmocka_unit_test(one_sample_of_a_gauge_is_no_alarm),
        cmocka_unit_test(one_moment_decides_where_no_more_is_known),
        cmocka_unit_test(far_too_fast_is_an_alarm),
        cmocka_unit_test(a_fall_beyond_the_spread_is_an_alarm),
        cmocka_unit_test(a_gauge_that_is_too_fast),
        cmocka_unit_test(the_deepest_that_is_too_fast_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
