#include "diagnose/diagnosis.h"
#include "diagnose/lead.h"
#include "diagnose/worst.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/near.h"
#include "unit/world.h"

static const struct load usually = {2, 0.3};

/** A world with the single stage "a", its latency of KIND and MORE lines of YAML below it. */
static void start(struct world *w, enum latency_kind kind, const char *more)
{
    struct str yaml;
    str_init(&yaml);
    str_addf(&yaml,
        "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
        "stages:\n  - name: a\n    %s\n",
        more);
    world_init(w, yaml.text);
    w->plan.stages[0].kind = kind;
    plan_resolve(&w->plan);
    str_finish(&yaml);
}

static const struct stage_diagnosis *judge(struct world *w)
{
    world_judge(w);
    return world_of(w, "a");
}

static void reads_every_kind(void **state)
{
    (void)state;
    static const struct {
        enum latency_kind kind;
        double now;
        enum statistic statistic;
        bool has_interval, has_requests;
    } cases[] = {
        {LATENCY_CLASSIC, 0.6, STATISTIC_P95, true, true},
        {LATENCY_NATIVE, 0.6, STATISTIC_P95, true, true},
        {LATENCY_QUANTILES, 0.6, STATISTIC_P95, false, true},
        {LATENCY_MEAN, 0.2, STATISTIC_MEAN, false, true},
        {LATENCY_VALUE, 0.6, STATISTIC_VALUE, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        start(&w, cases[i].kind, "latency: a_seconds");
        world_requests(&w, "a", usually, (struct load){2, 0.6});
        const struct stage_diagnosis *d = judge(&w);
        assert_int_equal(d->latency.state, STATE_OK);
        assert_near(d->latency.now, cases[i].now, 0.01);
        assert_near(d->latency.ratio, 2, 0.1);
        assert_int_equal(d->latency.severity, SEVERITY_WARNING);
        assert_int_equal(d->statistic, cases[i].statistic);
        assert_int_equal(!isnan(d->latency.low), cases[i].has_interval);
        assert_int_equal(!isnan(d->latency.high), cases[i].has_interval);
        assert_int_equal(!isnan(d->requests), cases[i].has_requests);
        assert_false(d->latency.beyond);
        assert_true(d->last_ms == WORLD_NOW_MS);
        world_finish(&w);
    }
}

static void summary_without_its_quantile_is_a_mean(void **state)
{
    (void)state;
    struct world w;
    start(&w, LATENCY_MEAN, "latency: a_seconds");
    world_requests(&w, "a", usually, usually);
    w.plan.stages[0].kind = LATENCY_QUANTILES;
    const struct stage_diagnosis *d = judge(&w);
    assert_int_equal(d->statistic, STATISTIC_MEAN);
    assert_near(d->latency.now, 0.1, 0.001);
    world_finish(&w);
}

static void counts_in_the_metrics_unit(void **state)
{
    (void)state;
    static const struct {
        const char *latency;
        double now;
    } cases[] = {
        {"latency: a_seconds", 600},
        {"latency: a_ms", 0.6},
        {"latency: a_milliseconds", 0.6},
        {"latency: a_duration_microseconds", 0.0006},
        {"{latency: a_seconds, unit: ms}", 0.6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        const char *line = cases[i].latency;
        bool flow = line[0] == '{';
        start(&w, LATENCY_VALUE, flow ? "latency: a_seconds\n    unit: ms" : line);
        world_requests(&w, "a", (struct load){2, 300}, (struct load){2, 600});
        assert_near(judge(&w)->latency.now, cases[i].now, cases[i].now / 1000);
        world_finish(&w);
    }
}

static void beyond_the_last_bucket(void **state)
{
    (void)state;
    struct world w;
    start(&w, LATENCY_CLASSIC, "latency: a_seconds");
    world_requests(&w, "a", usually, (struct load){2, 60});
    const struct stage_diagnosis *d = judge(&w);
    assert_true(d->latency.beyond);
    assert_near(d->latency.now, 10, 1e-9);
    assert_true(isnan(d->latency.high));
    assert_int_equal(d->latency.severity, SEVERITY_CRITICAL);
    world_finish(&w);
}

static void judges_by_how_many_there_were(void **state)
{
    (void)state;
    static const struct {
        double rate, p95_s; // now; 300 ms is usual
        enum state state;
        enum severity severity;
    } cases[] = {
        {2, 0.3, STATE_OK, SEVERITY_OK},
        {2, 0.36, STATE_OK, SEVERITY_OK}, // 1.2x
        {2, 0.5, STATE_OK, SEVERITY_WARNING},
        {2, 1.5, STATE_OK, SEVERITY_CRITICAL},
        {0.1, 1.5, STATE_OK, SEVERITY_CRITICAL}, // 30 requests are enough for five times
        {0.1, 0.4, STATE_OK, SEVERITY_OK},       // but not for a third more
        {0.06, 1.5, STATE_TOO_FEW, SEVERITY_UNKNOWN},
        {0.001, 1.5, STATE_TOO_FEW, SEVERITY_UNKNOWN},
        {0.0003, 1.5, STATE_TOO_FEW, SEVERITY_UNKNOWN},
        {0, 1.5, STATE_NO_TRAFFIC, SEVERITY_UNKNOWN},
        {NAN, NAN, STATE_NO_DATA, SEVERITY_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        start(&w, LATENCY_CLASSIC, "latency: a_seconds");
        world_requests(&w, "a", usually, (struct load){cases[i].rate, cases[i].p95_s});
        const struct reading *r = &judge(&w)->latency;
        if (r->state != cases[i].state || r->severity != cases[i].severity) {
            fail_msg("%g/s at %g s: state %d, severity %d", cases[i].rate, cases[i].p95_s, r->state,
                r->severity);
        }
        assert_true(isnan(r->low) || (r->low >= 0 && r->low <= r->now));
        assert_true(isnan(r->high) || r->high >= r->now);
        world_finish(&w);
    }
}

static void steady_history_has_a_least_spread(void **state)
{
    (void)state;
    struct world w;
    start(&w, LATENCY_VALUE, "latency: a_seconds");
    w.waver = 0;
    world_requests(&w, "a", usually, (struct load){2, 0.33});
    const struct reading *r = &judge(&w)->latency;
    assert_true(r->usual.spread == 0);
    assert_near(r->spread, 0.015, 1e-9);
    assert_near(r->score, 2, 1e-6);
    assert_int_equal(r->severity, SEVERITY_OK);
    world_finish(&w);
}

static void what_wavers_may_go_further(void **state)
{
    (void)state;
    static const struct {
        double waver, now;
        enum severity severity;
    } cases[] = {
        {0.02, 0.42, SEVERITY_WARNING}, {0.2, 0.42, SEVERITY_OK}, // 1.4 times
        {0.2, 0.65, SEVERITY_WARNING}, {0.4, 0.75, SEVERITY_OK},
        {0.4, 1.5, SEVERITY_CRITICAL}, // five times is trouble however it wavers
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        start(&w, LATENCY_VALUE, "latency: a_seconds");
        w.waver = cases[i].waver;
        world_requests(&w, "a", usually, (struct load){2, cases[i].now});
        assert_int_equal(judge(&w)->latency.severity, cases[i].severity);
        world_finish(&w);
    }
}

static void tells_states_by_the_asking(void **state)
{
    (void)state;
    static const struct {
        enum condition condition;
        enum state state;
    } cases[] = {
        {CONDITION_ASKING, STATE_ASKING},
        {CONDITION_ABSENT, STATE_NO_DATA},
        {CONDITION_REFUSED, STATE_ERROR},
        {CONDITION_ANSWERED, STATE_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        start(&w, LATENCY_CLASSIC, "latency: a_seconds");
        world_requests(&w, "a", usually, usually);
        w.store.signals[0].condition = cases[i].condition;
        const struct stage_diagnosis *d = judge(&w);
        assert_int_equal(d->latency.state, cases[i].state);
        assert_true(isnan(d->latency.now) == (cases[i].state != STATE_OK));
        assert_int_equal(d->latency.usual.kind, USUAL_DAY); // history is known either way
        world_finish(&w);
    }
}

static void remembers_the_last_sample(void **state)
{
    (void)state;
    struct world w;
    start(&w, LATENCY_CLASSIC, "latency: a_seconds");
    world_requests(&w, "a", usually, (struct load){NAN, NAN});
    // the rate has outlived the last sample by the window, less the interval
    int64_t seen = judge(&w)->last_ms + w.plan.window_ms - w.plan.refresh_ms;
    assert_true(seen == WORLD_NOW_MS - WORLD_ONSET_MS);
    world_finish(&w);
    start(&w, LATENCY_CLASSIC, "latency: a_seconds");
    assert_true(judge(&w)->last_ms == 0);
    world_finish(&w);
}

static void objectives_need_no_history(void **state)
{
    (void)state;
    static const struct {
        double p95_s, errors; // 2 requests per second
        enum severity latency, failing;
    } cases[] = {
        {0.4, 0.01, SEVERITY_OK, SEVERITY_UNKNOWN},
        {0.6, 0.01, SEVERITY_CRITICAL, SEVERITY_UNKNOWN},
        {0.4, 0.1, SEVERITY_OK, SEVERITY_CRITICAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        start(&w, LATENCY_CLASSIC,
            "latency: a_seconds\n    errors: a_errors_total\n    slo: {p95: 500ms, errors: 1%}");
        w.days = 0;
        w.has_recent = w.has_span = false;
        world_requests(&w, "a", usually, (struct load){2, cases[i].p95_s});
        world_errors(&w, "a", NAN, cases[i].errors);
        const struct stage_diagnosis *d = judge(&w);
        assert_int_equal(d->latency.severity, cases[i].latency);
        assert_int_equal(d->errors.severity, cases[i].failing);
        world_finish(&w);
    }
}

static void judges_errors(void **state)
{
    (void)state;
    static const struct {
        double usual, now; // per second, of 2 requests
        double ratio;
        enum state state;
        enum severity severity;
    } cases[] = {
        {NAN, NAN, 0, STATE_OK, SEVERITY_OK}, // a counter that never fired has no series
        {NAN, 0.4, 0.2, STATE_OK, SEVERITY_CRITICAL}, {0, 0, 0, STATE_OK, SEVERITY_OK},
        {0.02, 0.02, 0.01, STATE_OK, SEVERITY_OK}, {0.02, 0.004, 0.002, STATE_OK, SEVERITY_OK},
        {0.02, 0.08, 0.04, STATE_OK, SEVERITY_WARNING},
        {0.02, 0.4, 0.2, STATE_OK, SEVERITY_CRITICAL},
        {0.4, 0.7, 0.35, STATE_OK, SEVERITY_WARNING},    // not three times as many
        {0, 0.004, 0.002, STATE_OK, SEVERITY_OK},        // one of six hundred
        {0.02, 5, 5.0 / 7, STATE_OK, SEVERITY_CRITICAL}, // failures that are not counted among them
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        start(&w, LATENCY_CLASSIC, "latency: a_seconds\n    errors: a_errors_total");
        world_requests(&w, "a", usually, usually);
        world_errors(&w, "a", cases[i].usual, cases[i].now);
        const struct reading *r = &judge(&w)->errors;
        if (r->severity != cases[i].severity || r->state != cases[i].state) {
            fail_msg("%g after %g: severity %d, state %d", cases[i].now, cases[i].usual,
                r->severity, r->state);
        }
        assert_near(r->now, cases[i].ratio, 1e-9);
        assert_true(r->low >= 0 && r->low <= r->now + 1e-9 && r->high >= r->now - 1e-9);
        world_finish(&w);
    }
}

static void errors_need_requests(void **state)
{
    (void)state;
    static const struct {
        double rate, errors;
        enum state state;
    } cases[] = {{2, 0.001, STATE_OK}, {0.01, 0.001, STATE_TOO_FEW}, {0, 0, STATE_NO_TRAFFIC},
        {NAN, 0, STATE_NO_DATA}, {0, 1, STATE_OK},
        {NAN, 1, STATE_NO_DATA}}; // failures are not timed
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        start(&w, LATENCY_CLASSIC, "latency: a_seconds\n    errors: a_errors_total");
        world_requests(&w, "a", usually, (struct load){cases[i].rate, 0.3});
        world_errors(&w, "a", 0.001, cases[i].errors);
        assert_int_equal(judge(&w)->errors.state, cases[i].state);
        world_finish(&w);
    }
}

static void requests_may_be_counted_apart(void **state)
{
    (void)state;
    struct world w;
    start(&w, LATENCY_VALUE, "latency: a_seconds\n    requests: a_requests_total");
    world_requests(&w, "a", usually, usually);
    world_series(&w, w.plan.stages[0].requests_signal, NULL, NULL, 1, 3);
    const struct stage_diagnosis *d = judge(&w);
    assert_near(d->requests, 900, 1e-6);
    assert_near(d->traffic.now, 3, 1e-9);
    assert_near(d->traffic.usual.centre, 1, 0.02);
    assert_int_equal(d->traffic.severity, SEVERITY_OK); // traffic alone is never an alarm
    world_finish(&w);
}

// An expression has no value while nobody asks.
static void without_requests_there_is_no_value(void **state)
{
    (void)state;
    static const struct {
        double requests; // per second
        enum state state;
    } cases[] = {{0, STATE_NO_TRAFFIC}, {0.01, STATE_NO_DATA}, {NAN, STATE_NO_DATA}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        start(&w, LATENCY_VALUE, "latency: a_seconds\n    requests: a_requests_total");
        world_requests(&w, "a", usually, (struct load){0, NAN});
        world_series(&w, w.plan.stages[0].requests_signal, NULL, NULL, 2, cases[i].requests);
        const struct stage_diagnosis *d = judge(&w);
        assert_int_equal(d->latency.state, cases[i].state);
        assert_int_equal(
            w.diagnosis.verdict.condition, i == 0 ? VERDICT_NO_TRAFFIC : VERDICT_NO_DATA);
        world_finish(&w);
    }
}

static void judges_pools(void **state)
{
    (void)state;
    static const struct {
        double usual, now, limit;
        double full;
        enum severity severity;
    } cases[] = {
        {40, 50, 100, 0.5, SEVERITY_OK},
        {40, 89, 100, 0.89, SEVERITY_OK},
        {40, 90, 100, 0.9, SEVERITY_WARNING},
        {40, 120, 100, 1.2, SEVERITY_WARNING},
        {97, 97, 100, 0.97, SEVERITY_UNKNOWN}, // always full: a size, no incident
        {40, 90, 0, NAN, SEVERITY_UNKNOWN},
        {40, 90, NAN, NAN, SEVERITY_UNKNOWN},
        {40, NAN, 100, NAN, SEVERITY_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        start(&w, LATENCY_CLASSIC,
            "latency: a_seconds\n    saturation: [{name: slots, used: a_used, limit: a_max}]");
        world_pool(&w, "a", cases[i].usual, cases[i].now, cases[i].limit);
        const struct stage_diagnosis *d = judge(&w);
        assert_int_equal(d->pool.severity, cases[i].severity);
        assert_int_equal(d->pool_signal >= 0, !isnan(cases[i].full));
        assert_true(
            isnan(cases[i].full) ? isnan(d->pool.now) : fabs(d->pool.now - cases[i].full) < 1e-9);
        world_finish(&w);
    }
}

static void a_refused_pool_is_not_known(void **state)
{
    (void)state;
    static const enum condition conditions[] = {
        CONDITION_ASKING, CONDITION_ABSENT, CONDITION_REFUSED};
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        struct world w;
        start(&w, LATENCY_CLASSIC,
            "latency: a_seconds\n    saturation: [{name: slots, used: a_used, limit: a_max}]");
        world_pool(&w, "a", 40, 97, 100);
        w.store.signals[w.plan.stages[0].saturation_first].condition = conditions[i];
        const struct stage_diagnosis *d = judge(&w);
        assert_int_equal(d->pool_signal, -1); // what it was when it was last answered is past
        assert_int_equal(d->pool.severity, SEVERITY_UNKNOWN);
        world_finish(&w);
    }
}

static void the_fullest_pool_counts(void **state)
{
    (void)state;
    struct world w;
    start(&w, LATENCY_CLASSIC,
        "latency: a_seconds\n    saturation: [{name: x, used: xu, limit: xm}, {name: y, used: yu,"
        " limit: ym}, {name: z, used: zu, limit: zm}]");
    const double used[] = {20, 80, 50};
    int first = w.plan.stages[0].saturation_first;
    for (int i = 0; i < 3; i++) {
        world_series(&w, first + i, "part", "used", used[i], used[i]);
        world_series(&w, first + i, "part", "limit", 100, 100);
    }
    const struct stage_diagnosis *d = judge(&w);
    assert_int_equal(d->pool_signal, first + 1);
    assert_true(d->pool_used == 80 && d->pool_limit == 100);
    world_finish(&w);
}

static void one_full_pod_is_a_full_pool(void **state)
{
    (void)state;
    struct world w;
    start(&w, LATENCY_CLASSIC,
        "latency: a_seconds\n    saturation: [{name: x, used: xu, limit: xm}]");
    int pool = w.plan.stages[0].saturation_first;
    world_series(&w, pool, "part", "used", 15, 45);
    world_series(&w, pool, "part", "limit", 120, 120);
    world_series(&w, pool, "part", "fullest", 0.2, 0.98);
    const struct stage_diagnosis *d = judge(&w);
    assert_true(d->pool.now == 0.98 && d->pool_used == 45);
    assert_true(fabs(d->pool.usual.centre - 0.2) < 0.01);
    assert_int_equal(d->pool.severity, SEVERITY_WARNING);
    world_finish(&w);
}

/** One pod of two has no limit and uses 500: of the other 10 of 20, and that is what is known. */
static void what_has_no_limit_is_not_counted(void **state)
{
    (void)state;
    struct world w;
    start(&w, LATENCY_CLASSIC,
        "latency: a_seconds\n    saturation: [{name: x, used: xu, limit: xm}]");
    int pool = w.plan.stages[0].saturation_first;
    world_series(&w, pool, "part", "used", 510, 510);
    world_series(&w, pool, "part", "limit", 20, 20);
    world_series(&w, pool, "part", "fullest", 0.5, 0.5);
    const struct stage_diagnosis *d = judge(&w);
    assert_true(d->pool.now == 0.5 && isnan(d->pool_used) && isnan(d->pool_limit));
    assert_int_equal(d->pool.severity, SEVERITY_OK);
    assert_int_equal(d->odd[0].why, ODD_NONE);
    world_finish(&w);
}

static void a_pool_may_be_full_between_points(void **state)
{
    (void)state;
    static const struct {
        double peak, now, minutes;
        enum severity severity;
    } cases[] = {
        {0.97, 0.96, 10, SEVERITY_UNKNOWN}, // full, as it is again and again
        {0.97, 0.96, 14.5, SEVERITY_UNKNOWN},
        {0.97, 0.96, 15.25, SEVERITY_WARNING}, // which never lasted
        {0.97, 0.98, 10, SEVERITY_WARNING},
        {0.5, 0.9, 10, SEVERITY_WARNING},
        {0.5, 0.89, 10, SEVERITY_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        start(&w, LATENCY_CLASSIC,
            "latency: a_seconds\n    saturation: [{name: x, used: xu, limit: xm}]");
        int pool = w.plan.stages[0].saturation_first;
        w.waver = 0;
        w.onset_ms = (int64_t)(cases[i].minutes * 60 * 1000);
        world_series(&w, pool, "part", "used", 20, 100 * cases[i].now);
        world_series(&w, pool, "part", "limit", 100, 100);
        world_series(&w, pool, "part", "peak", cases[i].peak, NAN);
        const struct stage_diagnosis *d = judge(&w);
        assert_true(fabs(d->pool.usual.centre - 0.2) < 1e-9);
        assert_int_equal(d->pool.severity, cases[i].severity);
        world_finish(&w);
    }
}

static void what_nothing_times_is_judged_by_the_rest(void **state)
{
    (void)state;
    static const struct {
        double used;
        enum state state;
        enum severity severity;
    } cases[] = {{45, STATE_OK, SEVERITY_OK}, {97, STATE_OK, SEVERITY_WARNING},
        {NAN, STATE_NO_DATA, SEVERITY_UNKNOWN}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        start(&w, LATENCY_NONE, "saturation: [{name: slots, used: u, limit: l}]");
        world_series(&w, w.plan.stages[0].saturation_first, "part", "used", 44, cases[i].used);
        world_series(&w, w.plan.stages[0].saturation_first, "part", "limit", 100,
            isnan(cases[i].used) ? NAN : 100);
        const struct stage_diagnosis *d = judge(&w);
        assert_int_equal(d->latency.state, cases[i].state);
        assert_true(isnan(d->latency.now));
        assert_int_equal(worst_of_stage(&w.diagnosis, 0), cases[i].severity);
        assert_int_equal(w.diagnosis.verdict.condition,
            cases[i].severity == SEVERITY_OK        ? VERDICT_OK
            : cases[i].severity == SEVERITY_WARNING ? VERDICT_INCIDENT
                                                    : VERDICT_NO_DATA);
        world_finish(&w);
    }
}

static void the_worst_signal_leads(void **state)
{
    (void)state;
    struct world w;
    start(&w, LATENCY_NONE,
        "signals: {running: {gauge: r}, waiting: {queue: q}, kv_cache: {ratio: k}}");
    const struct stage *s = &w.plan.stages[0];
    world_series(&w, s->declared_first, NULL, NULL, 4, 4);
    world_series(&w, s->declared_first + 1, NULL, NULL, 1, 1);
    world_series(&w, s->declared_first + 2, NULL, NULL, 0.4, 0.9);
    const struct stage_diagnosis *d = judge(&w);
    int lead = lead_signal(&w.plan, s, d);
    assert_int_equal(lead, s->declared_first + 2);
    assert_near(lead_reading(d, lead)->now, 0.9, 1e-9);
    assert_int_equal(lead_unit(&w.plan, lead), SIGNAL_UNIT_RATIO);
    world_finish(&w);
    start(&w, LATENCY_CLASSIC, "latency: a_seconds");
    assert_int_equal(lead_signal(&w.plan, &w.plan.stages[0], judge(&w)), -1);
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_kind),
        cmocka_unit_test(summary_without_its_quantile_is_a_mean),
        cmocka_unit_test(counts_in_the_metrics_unit),
        cmocka_unit_test(beyond_the_last_bucket),
        cmocka_unit_test(judges_by_how_many_there_were),
        cmocka_unit_test(steady_history_has_a_least_spread),
        cmocka_unit_test(what_wavers_may_go_further),
        cmocka_unit_test(tells_states_by_the_asking),
        cmocka_unit_test(remembers_the_last_sample),
        cmocka_unit_test(objectives_need_no_history),
        cmocka_unit_test(judges_errors),
        cmocka_unit_test(errors_need_requests),
        cmocka_unit_test(requests_may_be_counted_apart),
        cmocka_unit_test(without_requests_there_is_no_value),
        cmocka_unit_test(judges_pools),
        cmocka_unit_test(a_refused_pool_is_not_known),
        cmocka_unit_test(the_fullest_pool_counts),
        cmocka_unit_test(one_full_pod_is_a_full_pool),
        cmocka_unit_test(what_has_no_limit_is_not_counted),
        cmocka_unit_test(a_pool_may_be_full_between_points),
        cmocka_unit_test(what_nothing_times_is_judged_by_the_rest),
        cmocka_unit_test(the_worst_signal_leads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
