#include "diagnose/diagnosis.h"
#include "diagnose/notable.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "unit/world.h"

static const struct load usually = {2, 0.3};

static const char two[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                          "stages:\n"
                          "  - {name: a, latency: a_seconds, errors: a_errors_total}\n"
                          "  - {name: b, latency: b_seconds}\n";

/** Says of SIGNAL what the query about the conduct of series would. */
static void conduct(struct world *w, int signal, const char *what, double value)
{
    char index[16];
    snprintf(index, sizeof index, "%d", signal);
    bool mixed = strcmp(what, "mixed") == 0 || strcmp(what, "falls") == 0;
    world_series(w, mixed ? w->plan.mixed : w->plan.conduct, what, index, value, value);
}

static void calm(struct world *w)
{
    world_init(w, two);
    world_requests(w, "a", usually, usually);
    world_requests(w, "b", usually, usually);
}

static void counters_of_several_processes_are_not_believed(void **state)
{
    (void)state;
    static const struct {
        double resets, samples;
        bool believed;
    } cases[] = {
        {0, 120, true},
        {1, 30, true},
        {29, 120, true},
        {30, 120, false}, // a quarter
        {2, 8, false},
        {7, 7, true}, // too few to tell
        {NAN, NAN, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, two);
        world_requests(&w, "a", usually, (struct load){2, 3}); // ten times as slow
        world_requests(&w, "b", usually, usually);
        world_errors(&w, "a", 0.01, 0.01);
        conduct(&w, w.plan.stages[0].latency_signal, "resets", cases[i].resets);
        conduct(&w, w.plan.stages[0].latency_signal, "samples", cases[i].samples);
        const struct verdict *v = world_judge(&w);
        const struct stage_diagnosis *d = world_of(&w, "a");
        assert_int_equal(d->distrust, cases[i].believed ? DISTRUST_NONE : DISTRUST_RESETS);
        assert_int_equal(d->latency.state, cases[i].believed ? STATE_OK : STATE_UNRELIABLE);
        assert_int_equal(v->condition, cases[i].believed ? VERDICT_INCIDENT : VERDICT_NO_DATA);
        if (!cases[i].believed) {
            assert_true(isnan(d->latency.now) && isnan(d->traffic.now) && isnan(d->errors.now));
            assert_true(isnan(d->requests) && isnan(d->seconds_now) && isnan(d->blame));
            assert_int_equal(d->errors.state, STATE_UNRELIABLE);
            assert_int_equal(v->severity, SEVERITY_UNKNOWN);
        }
        assert_int_equal(world_of(&w, "b")->latency.state, STATE_OK);
        world_finish(&w);
    }
}

// However seldom: a restart begins near nothing.
static void counters_that_fall_and_stay_high_are_of_several_processes(void **state)
{
    (void)state;
    static const struct {
        double resets, mixed;
        bool believed, mixes;
    } cases[] = {
        {3, 0.35, true, false}, // of the highest value a little less than an eighth
        {3, 0.37, false, true}, {1, 0.9, true, false},                        // once is an accident
        {2, 0.9, false, true}, {2, NAN, true, false}, {9, 0.1, false, false}, // restarts, or not
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        calm(&w);
        conduct(&w, w.plan.stages[0].latency_signal, "resets", cases[i].resets);
        conduct(&w, w.plan.stages[0].latency_signal, "samples", 30);
        conduct(&w, w.plan.stages[0].latency_signal, "mixed", cases[i].mixed);
        world_judge(&w);
        const struct stage_diagnosis *d = world_of(&w, "a");
        assert_int_equal(d->distrust, cases[i].believed ? DISTRUST_NONE : DISTRUST_RESETS);
        assert_int_equal(d->mixed, cases[i].mixes);
        world_finish(&w);
    }
}

// What is no latency is not too fast either.
static void what_is_not_believed_is_not_too_fast(void **state)
{
    (void)state;
    for (int believed = 0; believed < 2; believed++) {
        struct world w;
        world_init(&w, two);
        world_requests(&w, "a", usually, (struct load){2, 0.004});
        world_requests(&w, "b", usually, usually);
        conduct(&w, w.plan.stages[0].latency_signal, "resets", believed ? 1 : 20);
        conduct(&w, w.plan.stages[0].latency_signal, "samples", 30);
        const struct verdict *v = world_judge(&w);
        assert_int_equal(v->condition, believed ? VERDICT_INCIDENT : VERDICT_NO_DATA);
        assert_int_equal(world_of(&w, "a")->fast.severity >= SEVERITY_WARNING, believed);
        world_finish(&w);
    }
}

// What counts requests wrongly says nothing of how many fewer another stage has than it.
static void calls_per_question_need_questions(void **state)
{
    (void)state;
    for (int mixed = 0; mixed < 2; mixed++) {
        struct world w;
        world_init(&w, two);
        world_requests(&w, "a", usually, usually);
        world_requests(&w, "b", usually, (struct load){0.2, 0.3});
        if (mixed) {
            conduct(&w, w.plan.stages[0].latency_signal, "resets", 10);
            conduct(&w, w.plan.stages[0].latency_signal, "samples", 30);
            conduct(&w, w.plan.stages[0].latency_signal, "mixed", 5);
        }
        const struct verdict *v = world_judge(&w);
        assert_int_equal(v->condition == VERDICT_INCIDENT, !mixed);
        assert_int_equal(world_of(&w, "b")->calls.severity >= SEVERITY_WARNING, !mixed);
        world_finish(&w);
    }
}

static void a_sum_that_falls_makes_no_mean(void **state)
{
    (void)state;
    static const double falls[] = {0, 7, 8, 30};
    for (size_t i = 0; i < sizeof falls / sizeof *falls; i++) {
        struct world w;
        calm(&w);
        conduct(&w, w.plan.stages[0].latency_signal, "samples", 30);
        conduct(&w, w.plan.stages[0].latency_signal, "falls", falls[i]);
        world_judge(&w);
        const struct stage_diagnosis *d = world_of(&w, "a");
        assert_int_equal(d->distrust, falls[i] < 8 ? DISTRUST_NONE : DISTRUST_UNTIMED);
        assert_int_equal(isnan(d->latency.now), falls[i] >= 8);
        assert_false(isnan(d->traffic.now)); // which it has nothing to do with
        world_finish(&w);
    }
}

// By the same rule as a latency: again and again, or to where no restart leaves a counter.
static void errors_alone_may_be_unreliable(void **state)
{
    (void)state;
    static const struct {
        double resets, mixed;
        bool believed;
    } cases[] = {
        {14, 0, true},
        {15, 0, false}, // a quarter
        {5, 0.59, true},
        {5, 0.61, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        calm(&w);
        world_errors(&w, "a", 0.01, 1);
        int signal = w.plan.stages[0].errors_signal;
        conduct(&w, signal, "resets", cases[i].resets);
        conduct(&w, signal, "samples", 60);
        conduct(&w, signal, "mixed", cases[i].mixed);
        world_judge(&w);
        assert_int_equal(world_of(&w, "a")->latency.state, STATE_OK);
        assert_int_equal(
            world_of(&w, "a")->errors.state, cases[i].believed ? STATE_OK : STATE_UNRELIABLE);
        world_finish(&w);
    }
}

// A count that is not 0 is 1 at least, and what is known to be a gauge counts nothing.
static void errors_need_a_counter(void **state)
{
    (void)state;
    static const struct {
        double most;
        enum presence presence;
        enum state state;
    } cases[] = {
        {0, PRESENCE_SERIES, STATE_OK},
        {0.01, PRESENCE_SERIES, STATE_MISTYPED},
        {0.99, PRESENCE_SERIES, STATE_MISTYPED},
        {1, PRESENCE_SERIES, STATE_OK},
        {7, PRESENCE_MISTYPED, STATE_MISTYPED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        calm(&w);
        int signal = w.plan.stages[0].errors_signal;
        w.plan.signals[signal].presence = cases[i].presence;
        if (cases[i].presence == PRESENCE_SERIES) {
            world_errors(&w, "a", 0.01, 0.01);
        } else {
            w.store.signals[signal].condition = CONDITION_ABSENT;
        }
        conduct(&w, signal, "most", cases[i].most);
        world_judge(&w);
        assert_int_equal(world_of(&w, "a")->latency.state, STATE_OK);
        assert_int_equal(world_of(&w, "a")->errors.state, cases[i].state);
        world_finish(&w);
    }
}

static void copies_of_replicas_are_counted(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        double copies;
        int found;
    } cases[] = {
        {"prometheus_replica", 2, 2},
        {"__replica__", 1.9, 2}, // a pod is new, and one of them has not scraped it yet
        {"replica", 3, 3},
        {"replica", 1.79, 1},
        {"replica", 1.81, 2},
        {"prometheus_replica", 1, 1},
        {"prometheus_replica", 1.5, 1}, // half of what there is
        {"prometheus_replica", NAN, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        calm(&w);
        world_series(
            &w, w.plan.conduct, "copies", cases[i].label, cases[i].copies, cases[i].copies);
        world_judge(&w);
        assert_int_equal(w.diagnosis.copies, cases[i].found);
        assert_string_equal(w.diagnosis.copies_label, cases[i].found > 1 ? cases[i].label : "");
        world_finish(&w);
    }
}

static void what_only_grows_is_no_latency(void **state)
{
    (void)state;
    static const struct {
        double changes, resets;
        bool counter;
        double waver; // of the days before
    } cases[] = {
        {30, 0, false, 0.1}, // a gauge that rises just now
        {30, 0, true, 0},
        {40, 1, true, 0},   // a restart
        {30, 14, false, 0}, // a gauge
        {9, 0, false, 0},   // too few to tell: a step or two of an average
        {10, 0, true, 0},
        {40, 1.95, true, 0}, // a twentieth of them
        {40, 2.05, false, 0},
        {0, 0, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, two);
        w.plan.stages[0].kind = LATENCY_VALUE;
        plan_resolve(&w.plan);
        w.waver = cases[i].waver;
        world_requests(&w, "a", usually, usually);
        world_requests(&w, "b", usually, usually);
        conduct(&w, w.plan.stages[0].latency_signal, "changes", cases[i].changes);
        conduct(&w, w.plan.stages[0].latency_signal, "resets", cases[i].resets);
        world_judge(&w);
        const struct stage_diagnosis *d = world_of(&w, "a");
        assert_int_equal(d->distrust, cases[i].counter ? DISTRUST_COUNTER : DISTRUST_NONE);
        assert_int_equal(isnan(d->latency.now), cases[i].counter);
        world_finish(&w);
    }
}

// As a counter does, in all that is known of SIGNAL.
static void grow(struct world *w, int signal)
{
    for (int k = 0; k < WORLD_WINDOWS; k++) {
        struct batch *b = &w->answers[signal][k];
        for (size_t i = 0; i < b->count; i++) {
            for (size_t n = 0; n < b->series[i].count; n++) {
                struct sample *s = &b->series[i].samples[n];
                s->value = (double)(s->t_ms % ((int64_t)30 * 24 * 3600 * 1000)) / 1e6;
            }
        }
    }
}

// What an expression gives is a rate already; a bare counter is none.
static void a_total_is_no_number_per_second(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double changes, resets, waver;
        bool errors, requests; // which grow in the hours before
        enum state expected, traffic;
    } cases[] = {
        {"rates", NAN, NAN, 0, true, false, STATE_OK, STATE_OK},
        {"a total of failures", 30, 0, 0, true, false, STATE_MISTYPED, STATE_OK},
        {"few failures", 2, 0, 0, true, false, STATE_MISTYPED, STATE_OK},
        {"a restart", 40, 1, 0, true, false, STATE_MISTYPED, STATE_OK},
        {"a gauge", 40, 15, 0, true, false, STATE_OK, STATE_OK},
        {"failures that rise just now", 30, 0, 0, false, false, STATE_OK, STATE_OK},
        {"a gauge that rises just now", 30, 0, 0.1, false, false, STATE_OK, STATE_OK},
        {"a total of requests", 30, 0, 0, false, true, STATE_ABSENT, STATE_MISTYPED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nstages: [{name: a, expr: {latency: "
                       "a_s, errors: sum(b), requests: c}}]\n");
        const struct stage *s = &w.plan.stages[0];
        int signal = cases[i].requests ? s->requests_signal : s->errors_signal;
        w.waver = cases[i].waver;
        world_requests(&w, "a", usually, usually);
        world_series(&w, s->requests_signal, NULL, NULL, 2, 2);
        world_series(&w, s->errors_signal, NULL, NULL, 0.01, 0.01);
        if (cases[i].errors || cases[i].requests) {
            grow(&w, signal);
        }
        conduct(&w, signal, "changes", cases[i].changes);
        conduct(&w, signal, "resets", cases[i].resets);
        world_judge(&w);
        const struct stage_diagnosis *d = world_of(&w, "a");
        if (d->errors.state != cases[i].expected || d->traffic.state != cases[i].traffic) {
            fail_msg("%s: errors %d, traffic %d", cases[i].name, (int)d->errors.state,
                (int)d->traffic.state);
        }
        assert_int_equal(isnan(d->requests), cases[i].requests);
        world_finish(&w);
    }
}

static void errors_that_nobody_knows_are_not_none(void **state)
{
    (void)state;
    static const struct {
        enum presence presence;
        enum state state;
    } cases[] = {
        {PRESENCE_SERIES, STATE_OK},
        {PRESENCE_DECLARED, STATE_OK},
        {PRESENCE_ABSENT, STATE_ABSENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        calm(&w);
        w.plan.signals[w.plan.stages[0].errors_signal].presence = cases[i].presence;
        const struct verdict *v = world_judge(&w);
        const struct reading *r = &world_of(&w, "a")->errors;
        assert_int_equal(r->state, cases[i].state);
        assert_int_equal(isnan(r->now), cases[i].state == STATE_ABSENT);
        assert_int_equal(v->severity, SEVERITY_OK); // as the rest was judged
        world_finish(&w);
    }
}

static void counts_are_spared_where_the_latency_alone_is_doubted(void **state)
{
    (void)state;
    static const bool spared[] = {[DISTRUST_NONE] = false,
        [DISTRUST_RESETS] = false,
        [DISTRUST_COUNTER] = false,
        [DISTRUST_UNTIMED] = true,
        [DISTRUST_NAN] = true,
        [DISTRUST_LAPSED] = true,
        [DISTRUST_ZERO] = true,
        [DISTRUST_COUNTS] = false};
    for (size_t i = 0; i < sizeof spared / sizeof *spared; i++) {
        assert_int_equal(distrust_spares_counts((enum distrust)i), spared[i]);
    }
}

// Counts that are NaN, or fall below 0, are not several processes, nor no traffic.
static void counts_have_to_be_counts(void **state)
{
    (void)state;
    static const struct {
        double rate;
        unsigned nans;
        enum distrust distrust;
    } cases[] = {{-2, 0, DISTRUST_COUNTS}, {NAN, 1U << PART_BUCKET, DISTRUST_COUNTS},
        {NAN, 1U << PART_COUNT, DISTRUST_COUNTS}, {NAN, 0, DISTRUST_NONE}, {0, 0, DISTRUST_NONE},
        {2, 1U << PART_SUM, DISTRUST_NONE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, two);
        world_requests(&w, "a", usually, usually);
        world_requests(&w, "b", usually, (struct load){cases[i].rate, 0.3});
        conduct(&w, w.plan.stages[1].latency_signal, "resets", cases[i].rate < 0 ? 60 : 0);
        conduct(&w, w.plan.stages[1].latency_signal, "samples", 61);
        w.store.signals[w.plan.stages[1].latency_signal].nans = cases[i].nans;
        world_judge(&w);
        const struct stage_diagnosis *b = world_of(&w, "b");
        assert_int_equal(b->distrust, cases[i].distrust);
        assert_true(!b->distrust || b->latency.state == STATE_UNRELIABLE);
        assert_int_equal(b->sum_broken, cases[i].nans == 1U << PART_SUM);
        world_finish(&w);
    }
}

// A gauge goes up and down all the time, which is no restart; a counter beside it tells of those.
static void a_gauge_that_falls_does_not_restart(void **state)
{
    (void)state;
    for (int restarts = 0; restarts < 2; restarts++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nstages: [{name: a, latency: {metric: "
                       "a_ms, unit: ms}, requests: a_total}]\n");
        const struct stage *s = &w.plan.stages[0];
        w.plan.stages[0].kind = LATENCY_VALUE;
        world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, 0.3});
        world_series(&w, s->requests_signal, NULL, NULL, 2, 2);
        conduct(&w, s->latency_signal, "resets", 29);
        conduct(&w, s->latency_signal, "changes", 58);
        conduct(&w, s->requests_signal, "resets", restarts ? 4 : 0);
        conduct(&w, s->requests_signal, "samples", 60);
        world_judge(&w);
        assert_int_equal(notable_restarts(world_of(&w, "a")), restarts);
        assert_int_equal(world_of(&w, "a")->latency.state, STATE_OK);
        world_finish(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gauge_that_falls_does_not_restart),
        cmocka_unit_test(counters_of_several_processes_are_not_believed),
        cmocka_unit_test(counters_that_fall_and_stay_high_are_of_several_processes),
        cmocka_unit_test(what_is_not_believed_is_not_too_fast),
        cmocka_unit_test(calls_per_question_need_questions),
        cmocka_unit_test(a_sum_that_falls_makes_no_mean),
        cmocka_unit_test(errors_alone_may_be_unreliable),
        cmocka_unit_test(errors_need_a_counter),
        cmocka_unit_test(copies_of_replicas_are_counted),
        cmocka_unit_test(what_only_grows_is_no_latency),
        cmocka_unit_test(a_total_is_no_number_per_second),
        cmocka_unit_test(errors_that_nobody_knows_are_not_none),
        cmocka_unit_test(counts_have_to_be_counts),
        cmocka_unit_test(counts_are_spared_where_the_latency_alone_is_doubted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
