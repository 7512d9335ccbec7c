#include "plan/ruleset.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "plan/board.h"
#include "unit/yaml.h"

/** The rules of a configuration whose latencies are histograms. */
struct made {
    struct config config;
    struct plan plan;
    struct ruleset rules;
};

static void setup(struct made *m, const char *yaml)
{
    yaml_read(&m->config, yaml);
    plan_init(&m->plan, &m->config, NULL, 0);
    for (size_t i = 0; i < m->plan.stages_count; i++) {
        m->plan.stages[i].kind = LATENCY_CLASSIC;
    }
    plan_resolve(&m->plan);
    ruleset_make(&m->rules, &m->plan, NULL);
}

static void finish(struct made *m)
{
    ruleset_finish(&m->rules);
    plan_finish(&m->plan);
    config_finish(&m->config);
}

static size_t count(const struct made *m, enum ruleset_about about)
{
    size_t n = 0;
    for (size_t i = 0; i < m->rules.count; i++) {
        n += m->rules.items[i].about == about;
    }
    return n;
}

static const struct ruleset_rule *first(const struct made *m, enum ruleset_about about)
{
    size_t i = 0;
    while (i < m->rules.count && m->rules.items[i].about != about) {
        i++;
    }
    assert_true(i < m->rules.count);
    return &m->rules.items[i];
}

static const char *recorded(const struct made *m, const char *name)
{
    for (size_t i = 0; i < m->rules.recording; i++) {
        if (strcmp(m->rules.items[i].name, name) == 0) {
            return m->rules.items[i].expr;
        }
    }
    return NULL;
}

// A P95 is never above the last bucket.
static void an_alert_that_could_not_fire_is_left_out(void **state)
{
    (void)state;
    static const double beyond[] = {10}, at[] = {30}, within[] = {60}, unknown[] = {INFINITY};
    static const double *const ends[] = {NULL, unknown, within, at, beyond};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct made m;
        setup(&m, "stages: [{name: llm, latency: l_seconds, slo: {p95: 30s}}]");
        ruleset_finish(&m.rules);
        ruleset_make(&m.rules, &m.plan, ends[i]);
        bool blunt = i > 2;
        assert_int_equal(count(&m, RULESET_SLOW), !blunt);
        assert_int_equal(m.rules.blunt.count, blunt);
        assert_true(!blunt || strcmp(m.rules.blunt.items[0], "llm") == 0);
        finish(&m);
    }
}

static void records_what_history_is_asked_of(void **state)
{
    (void)state;
    struct made m;
    setup(&m, "selector: namespace=\"rag\",team!=\"x\"\n"
              "stages: [{name: llm, latency: l_seconds, errors: e_total}]");
    assert_string_equal(recorded(&m, "ragtop:llm_latency:rate5m"),
        m.plan.signals[m.plan.stages[0].latency_signal].expr);
    assert_string_equal(recorded(&m, "ragtop:llm_requests:rate5m"),
        "sum(rate(l_seconds_count{namespace=\"rag\",team!=\"x\"}[5m]))");
    assert_non_null(recorded(&m, "ragtop:llm_errors:rate5m"));
    assert_int_equal(m.rules.carried.count, 1);
    assert_string_equal(labels_get(&m.rules.carried, "namespace"), "rag");
    finish(&m);
}

static void records_nothing_that_could_not_be_chosen(void **state)
{
    (void)state;
    struct made m;
    setup(&m, "selector: namespace=~\"rag.*\"\n"
              "stages: [{name: llm, latency: l_seconds, errors: e_total, slo: {errors: 1%}}]");
    assert_true(m.rules.unrecorded);
    assert_int_equal(m.rules.recording, 0);
    assert_non_null(strstr(first(&m, RULESET_BURN)->expr,
        "sum(rate(e_total{namespace=~\"rag.*\"}[1h])) / "
        "sum(rate(l_seconds_count{namespace=~\"rag.*\"}[1h])) > 0.144"));
    finish(&m);
    setup(&m, "stages: [{name: a-b, latency: x}, {name: a_b, latency: y}]");
    assert_false(m.rules.unrecorded);
    assert_null(recorded(&m, "ragtop:a_b_latency:rate5m"));
    assert_string_equal(m.rules.shared.items[0], "a-b: latency");
    finish(&m);
}

static void alerts_by_the_slo_where_there_is_one(void **state)
{
    (void)state;
    struct made m;
    setup(&m, "stages: [{name: a, latency: l_milliseconds, slo: {p95: 500ms}},\n"
              "  {name: b, latency: m_seconds}]");
    const struct ruleset_rule *slow = first(&m, RULESET_SLOW);
    assert_string_equal(slow->expr,
        "(histogram_quantile(0.95, sum by (le) (rate(l_milliseconds_bucket[5m])))) * 0.001 > 0.5");
    assert_float_equal(slow->level, 0.5, 1e-9);
    assert_int_equal(count(&m, RULESET_SLOW), 1);
    const struct ruleset_rule *slower = first(&m, RULESET_SLOWER);
    assert_int_equal(slower->stage, 1);
    assert_true(isnan(slower->level));
    assert_non_null(strstr(slower->expr, " offset 1d)"));
    assert_non_null(strstr(slower->expr, " offset 1w)"));
    finish(&m);
}

// A P95 above the last bucket is no more than its end: the mean tells how far above it is.
static void above_the_last_bucket_the_mean_is_compared(void **state)
{
    (void)state;
    struct made m;
    setup(&m, "stages: [{name: a, latency: l_milliseconds}]");
    const char *expr = first(&m, RULESET_SLOWER)->expr;
    const char *mean = "(sum(rate(l_milliseconds_sum[5m])) / "
                       "sum(rate(l_milliseconds_count[5m]))) * 0.001";
    const char *second = strstr(expr, " + 0.01 or ");
    assert_int_equal(expr[0], '(');
    assert_non_null(second);
    assert_ptr_equal(strstr(second, mean), second + strlen(" + 0.01 or "));
    assert_non_null(strstr(second, "0.001)[1s:1s] offset 1d)"));
    assert_non_null(strstr(second,
        " + 0.01 and histogram_quantile(0.95, sum by (le) (rate(l_milliseconds_bucket[5m]))) >= "
        "histogram_quantile(1, sum by (le) (rate(l_milliseconds_bucket[5m])))) and on () ("));
    ruleset_finish(&m.rules);
    m.plan.stages[0].kind = LATENCY_NATIVE; // which has no last bucket
    plan_resolve(&m.plan);
    ruleset_make(&m.rules, &m.plan, NULL);
    expr = first(&m, RULESET_SLOWER)->expr;
    assert_null(strstr(expr, " + 0.01 or "));
    assert_null(strstr(expr, "_sum"));
    finish(&m);
}

static void burns_no_faster_than_all_requests_fail(void **state)
{
    (void)state;
    static const struct {
        const char *slo;
        size_t rules;
    } cases[] = {{"1%", 4}, {"7%", 3}, {"20%", 2}, {"40%", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made m;
        struct str s;
        str_init(&s);
        str_addf(&s, "stages: [{name: a, latency: l_seconds, errors: e_total, slo: {errors: %s}}]",
            cases[i].slo);
        setup(&m, s.text);
        assert_int_equal(count(&m, RULESET_BURN), cases[i].rules);
        assert_int_equal(count(&m, RULESET_FAILING), 0);
        str_finish(&s);
        finish(&m);
    }
}

static void a_limit_of_all_together_is_one_of_the_sum(void **state)
{
    (void)state;
    static const struct {
        const char *pool, *expr;
    } cases[] = {
        {"{name: c, used: u, limit: 10}", "sum(u) / 10 > 0.9"},
        {"{name: c, used: u, limit: l}", NULL}, // by instance
        {"{name: c, ratio: r, unit: percent}", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made m;
        struct str s;
        str_init(&s);
        str_addf(&s, "stages: [{name: a, latency: l_seconds, saturation: [%s]}]", cases[i].pool);
        setup(&m, s.text);
        const char *expr = first(&m, RULESET_FULL)->expr;
        if (cases[i].expr) {
            assert_string_equal(expr, cases[i].expr);
        } else {
            assert_non_null(strstr(expr, " by (pod, "));
            assert_non_null(strstr(expr, " > 0.9"));
        }
        str_finish(&s);
        finish(&m);
    }
    struct made m; // a queue has no limit
    setup(&m, "stages: [{name: a, latency: l_seconds, saturation: [{name: c, used: u}]}]");
    assert_int_equal(count(&m, RULESET_FULL), 0);
    finish(&m);
}

static void a_level_alerts_as_it_is_meant(void **state)
{
    (void)state;
    struct made m;
    setup(&m, "stages: [{name: a, latency: l_seconds, signals: {\n"
              "  health: {state: h, warn: 1, critical: 2},\n"
              "  backends: {state: b, critical: 0, bad: down}}}]");
    static const char *const exprs[] = {"max(h) >= 1", "max(h) >= 2", "min(b) <= 0"};
    static const bool critical[] = {false, true, true};
    size_t n = 0;
    for (size_t i = 0; i < m.rules.count; i++) {
        if (m.rules.items[i].about == RULESET_BEYOND) {
            assert_true(n < sizeof exprs / sizeof *exprs);
            assert_string_equal(m.rules.items[i].expr, exprs[n]);
            assert_int_equal(m.rules.items[i].critical, critical[n]);
            n++;
        }
    }
    assert_int_equal(n, 3);
    finish(&m);
}

static void calls_are_held_against_questions(void **state)
{
    (void)state;
    struct made m;
    setup(&m, "stages: [{name: agent, latency: a_seconds}, {name: mcp, latency: t_seconds}]\n"
              "tools: {calls: t_seconds_count, label: tool}");
    const char *expr = first(&m, RULESET_CALLS)->expr;
    assert_non_null(
        strstr(expr, "(sum by (tool) (rate(t_seconds_count[5m]))) / on () group_left () "
                     "(sum(rate(a_seconds_count[5m]))) > 2 * max by (tool) ("));
    finish(&m);
    setup(&m, "stages: [{name: mcp, latency: t_seconds}]\n"
              "tools: {calls: t_seconds_count, label: tool}");
    assert_int_equal(count(&m, RULESET_CALLS), 0); // each is a call
    finish(&m);
}

// A question that passes through a gateway and an agent is one, as it is on the screen.
static void of_several_roots_the_busiest_is_asked(void **state)
{
    (void)state;
    struct made m;
    setup(&m, "stages: [{name: gateway, latency: g_seconds}, {name: agent, latency: a_seconds}]\n"
              "tools: {calls: t_total, label: tool}");
    assert_non_null(strstr(first(&m, RULESET_CALLS)->expr,
        "(sum by (tool) (rate(t_total[5m]))) / on () group_left () "
        "max(label_replace(sum(rate(g_seconds_count[5m])),\"root\",\"0\",\"\",\"\") or "
        "label_replace(sum(rate(a_seconds_count[5m])),\"root\",\"1\",\"\",\"\")) > 2 * "));
    finish(&m);
}

static void what_nobody_knows_has_no_alert(void **state)
{
    (void)state;
    struct made m;
    setup(&m, "stages: [{name: a, latency: l_seconds, errors: e_total}]");
    assert_int_equal(count(&m, RULESET_FAILING), 1);
    ruleset_finish(&m.rules);
    m.plan.signals[m.plan.stages[0].errors_signal].presence = PRESENCE_ABSENT;
    m.plan.stages[0].kind = LATENCY_ABSENT;
    plan_resolve(&m.plan);
    ruleset_make(&m.rules, &m.plan, NULL);
    assert_int_equal(m.rules.count, 0);
    finish(&m);
}

// Of a stage that nothing times, by what else tells of it; no errors so far are no lack of data.
static void a_stage_that_nothing_times_may_be_gone(void **state)
{
    (void)state;
    for (int there = 0; there < 2; there++) {
        struct made m;
        yaml_read(&m.config,
            "stages: [{name: gpu, errors: xid_total, signals: {busy: {gauge: 'busy{a=\"b\"}'}}}]");
        plan_init(&m.plan, &m.config, NULL, 0);
        m.plan.stages[0].kind = LATENCY_NONE;
        for (size_t k = 0; k < m.plan.signals_count; k++) {
            struct signal *one = &m.plan.signals[k];
            one->presence = there || one->kind == SIGNAL_ERRORS ? PRESENCE_SERIES : PRESENCE_ABSENT;
        }
        plan_resolve(&m.plan);
        ruleset_make(&m.rules, &m.plan, NULL);
        assert_int_equal(count(&m, RULESET_NO_DATA), there);
        if (there) {
            assert_string_equal(first(&m, RULESET_NO_DATA)->expr, "absent(busy{a=\"b\"})");
        }
        finish(&m);
    }
}

static void the_alert_of_kotaemon_has_its_unit(void **state)
{
    (void)state;
    struct made m;
    setup(&m, "stages: [{name: retrieval, latency: kotaemon_retrieval_latency_seconds}]");
    const struct ruleset_rule *rule = first(&m, RULESET_MEAN);
    assert_string_equal(rule->name, "HighRetrievalLatency");
    assert_string_equal(rule->expr, "sum(rate(kotaemon_retrieval_latency_seconds_sum[5m])) / "
                                    "sum(rate(kotaemon_retrieval_latency_seconds_count[5m])) > 1");
    assert_int_equal(rule->for_ms, 3 * CLOCK_MINUTE_MS);
    finish(&m);
}

static void a_chart_has_variables_outside_of_strings(void **state)
{
    (void)state;
    struct made m;
    struct arena a = {0};
    setup(&m, "stages: [{name: a, latency: l_seconds}]");
    assert_string_equal(board_chart(&a, &m.plan, "rate(x{a=\"[5m]\"}[5m]) / y[1h]", false),
        "rate(x{a=\"[5m]\",namespace=~\"$namespace\"}[$__rate_interval]) / "
        "y{namespace=~\"$namespace\"}[1h]");
    assert_string_equal(
        board_chart(&a, &m.plan, "rate(x[5m])", true), "rate(x{namespace=~\"$namespace\"}[5m])");
    assert_null(board_chart(&a, &m.plan, NULL, true));
    assert_string_equal(board_before(&a, "up", "1d"), "last_over_time((up)[1s:1s] offset 1d)");
    arena_finish(&a);
    finish(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_alert_that_could_not_fire_is_left_out),
        cmocka_unit_test(records_what_history_is_asked_of),
        cmocka_unit_test(records_nothing_that_could_not_be_chosen),
        cmocka_unit_test(alerts_by_the_slo_where_there_is_one),
        cmocka_unit_test(above_the_last_bucket_the_mean_is_compared),
        cmocka_unit_test(burns_no_faster_than_all_requests_fail),
        cmocka_unit_test(a_limit_of_all_together_is_one_of_the_sum),
        cmocka_unit_test(a_level_alerts_as_it_is_meant),
        cmocka_unit_test(calls_are_held_against_questions),
        cmocka_unit_test(of_several_roots_the_busiest_is_asked),
        cmocka_unit_test(what_nobody_knows_has_no_alert),
        cmocka_unit_test(a_stage_that_nothing_times_may_be_gone),
        cmocka_unit_test(the_alert_of_kotaemon_has_its_unit),
        cmocka_unit_test(a_chart_has_variables_outside_of_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
