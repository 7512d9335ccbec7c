#include "plan/discover.h"
#include "plan/interval.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "unit/yaml.h"

static void assert_text(struct str *s, const char *want)
{
    assert_string_equal(s->text, want);
    str_clear(s);
}

static void looks_for_names(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *selector;
    } cases[] = {
        {"stages: [{name: a, latency: a_seconds}]\n",
            "{__name__=~\"(a_seconds)(_bucket|_sum|_count)?|ragtop:[^:]+:(rate.+|last)\"}"},
        {"selector: n=\"r\"\nstages: [{name: a, latency: 'a{x=\"y\"}'}, {name: b, latency: b}]\n",
            "{__name__=~\"(a|b)(_bucket|_sum|_count)?|ragtop:[^:]+:(rate.+|last)\",n=\"r\"}"},
        {"stages: [{name: a, latency: a, children: [{name: b, latency: b}]}]\n",
            "{__name__=~\"(a|b)(_bucket|_sum|_count)?|ragtop:[^:]+:(rate.+|last)\"}"},
        {"stages_by_label: {latency: c_ms, label: stage}\n",
            "{__name__=~\"(c_ms)(_bucket|_sum|_count)?|ragtop:[^:]+:(rate.+|last)\"}"},
        {"stages: [{name: a, latency: a, children: [{name: b, latency: b}]}]\n"
         "stages_by_label: {latency: c_ms, label: stage}\n",
            "{__name__=~\"(a|b|c_ms)(_bucket|_sum|_count)?|ragtop:[^:]+:(rate.+|last)\"}"},
        {"stages:\n  - {name: a, latency: a, errors: 'e{s=\"1\"}', requests: r}\n"
         "  - {name: b, latency: a, errors: 'e{s=\"2\"}', saturation: [{name: p, used: u, limit: "
         "l}]}\n"
         "tools: {calls: t, label: x}\n",
            "{__name__=~\"(a)(_bucket|_sum|_count)?|e|r|u|l|t|ragtop:[^:]+:(rate.+|last)\"}"},
        {"stages: [{name: a, latency: {sum: s, count: c, unit: ms}}]\n",
            "{__name__=~\"s|c|ragtop:[^:]+:(rate.+|last)\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config c;
        struct plan p;
        struct str s;
        str_init(&s);
        yaml_read(&c, cases[i].yaml);
        static const char *const values[] = {"plan", "act"};
        plan_init(&p, &c, values, c.by_label.latency ? 2 : 0);
        assert_true(discover_add_selector(&s, &p));
        assert_text(&s, cases[i].selector);
        plan_finish(&p);
        config_finish(&c);
        str_finish(&s);
    }
}

static void there_may_be_nothing_to_look_for(void **state)
{
    (void)state;
    struct config c;
    struct plan p;
    struct str s;
    str_init(&s);
    yaml_read(&c, "stages: [{name: a, expr: {latency: x}}]\n");
    plan_init(&p, &c, NULL, 0);
    assert_false(discover_add_selector(&s, &p));
    str_clear(&s);
    assert_false(interval_add_query(&s, &p));
    assert_int_equal(s.len, 0);
    plan_finish(&p);
    config_finish(&c);
    str_finish(&s);
}

// What an expression takes a rate of is scraped like any counter, and so are requests, errors and
// the calls of tools.
static void counts_what_is_rated_where_no_latency_has_a_name(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *counted;
    } cases[] = {
        {"stages: [{name: a, expr: {latency: 'rate(s{x=\"y\"}[5m]) / rate(c[5m])'}, errors: e}]\n",
            "s{x=\"y\"}"},
        {"selector: n=\"r\"\n"
         "stages: [{name: a, expr: {latency: g, requests: 'sum(increase(c[5m]))'}, errors: e}]\n",
            "c{n=\"r\"}"},
        {"selector: n=\"r\"\nstages: [{name: a, expr: {latency: g}, errors: 'e{x=\"y\"}'}]\n",
            "e{x=\"y\",n=\"r\"}"},
        {"tools: {calls: t, label: x}\nstages: [{name: a, expr: {latency: g}}]\n", "t"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config c;
        struct plan p;
        struct str s, count;
        str_init(&s);
        str_init(&count);
        yaml_read(&c, cases[i].yaml);
        plan_init(&p, &c, NULL, 0);
        assert_true(interval_add_query(&s, &p));
        str_addf(&count, "count_over_time(%s[5m]) and %s offset 5m)", cases[i].counted,
            cases[i].counted);
        assert_non_null(strstr(s.text, count.text));
        assert_null(strstr(s.text, "max()"));
        plan_finish(&p);
        config_finish(&c);
        str_finish(&s);
        str_finish(&count);
    }
}

static void asks_for_the_interval_and_label_values(void **state)
{
    (void)state;
    struct config c;
    struct plan p;
    struct str s;
    str_init(&s);
    yaml_read(&c, "selector: n=\"r\"\nstages_by_label: {latency: 'c_ms{x=\"y\"}', label: stage}\n"
                  "stages: [{name: a, latency: a}, {name: e, expr: {latency: up}}]\n");
    plan_init(&p, &c, NULL, 0);
    assert_true(interval_add_query(&s, &p));
#define A "{__name__=~\"a(_count)?\",n=\"r\"}"
    assert_text(&s, "min(label_replace(300 / max(count_over_time(" A "[5m]) and " A " offset 5m),"
                    "\"over\",\"5m\",\"\",\"\") or "
                    "1800 / max(count_over_time(" A "[30m]) and " A " offset 30m) or "
                    "label_replace(600 / (max_over_time(max(count_over_time(" A "[10m]) and " A
                    " offset 10m)[6h:30m]) unless max(count_over_time(" A "[5m]) and " A
                    " offset 5m)),\"over\",\"6h\",\"\",\"\")) or "
                    "60 / ((max(count_over_time(" A "[1m]) and " A " offset 1m) >= 4) - 0.5)");
    discover_add_label_selector(&s, &p);
    assert_text(&s, "{__name__=~\"c_ms(_bucket|_sum)?\",n=\"r\"}");
    plan_finish(&p);
    config_finish(&c);
    str_finish(&s);
}

static void rounds_the_interval(void **state)
{
    (void)state;
    static const struct {
        double seconds;
        int64_t ms;
    } cases[] = {
        {15, 15000},
        {14.3, 15000},
        {15.8, 15000},
        {10.3, 10000},
        {9.7, 10000},
        {30, 30000},
        {27.3, 30000},
        {60, 60000},
        {75, 60000},
        {300, 300000},
        {1e6, 300000},
        {5.1, 5000},
        {0.2, 1000},
        {0, 0},
        {-3, 0},
        {NAN, 0},
        {INFINITY, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t got = interval_round(cases[i].seconds);
        if (got != cases[i].ms) {
            fail_msg("%g s: %lld", cases[i].seconds, (long long)got);
        }
    }
}

static void learns_kinds_from_names(void **state)
{
    (void)state;
    static char bare[] = "a", bucket[] = "a_bucket", sum[] = "a_sum", count[] = "a_count",
                longer[] = "ab", other[] = "aa_bucket", prefix[] = "_bucket";
    static const struct {
        char *names[4];
        enum latency_kind kind;
    } cases[] = {
        {{bucket, sum, count}, LATENCY_CLASSIC},
        {{bucket}, LATENCY_CLASSIC},
        {{bare, bucket, sum, count}, LATENCY_CLASSIC},
        {{bare, sum, count}, LATENCY_QUANTILES},
        {{sum, count}, LATENCY_MEAN},
        {{bare}, LATENCY_UNKNOWN},
        {{count}, LATENCY_ABSENT},
        {{longer, other, prefix}, LATENCY_ABSENT},
        {{NULL}, LATENCY_ABSENT},
    };
    struct config c;
    struct plan p;
    yaml_read(&c, "stages: [{name: a, latency: 'a{x=\"y\"}'}, {name: e, expr: {latency: up}}]\n");
    plan_init(&p, &c, NULL, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = 0;
        while (n < 4 && cases[i].names[n]) {
            n++;
        }
        discover_learn_names(&p, cases[i].names, n);
        assert_int_equal(p.stages[0].kind, cases[i].kind);
        assert_int_equal(p.stages[1].kind, LATENCY_VALUE);
    }
    plan_finish(&p);
    config_finish(&c);
}

static void learns_kinds_from_types(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        enum latency_kind kind;
    } cases[] = {{"histogram", LATENCY_NATIVE}, {"gauge", LATENCY_VALUE}, {"", LATENCY_VALUE},
        {"unknown", LATENCY_VALUE}, {"counter", LATENCY_COUNTER}};
    static char a[] = "a", b[] = "b";
    static char *const names[] = {a, b};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config c;
        struct plan p;
        yaml_read(
            &c, "stages: [{name: s, latency: 'a{x=\"y\"}', signals: {ttft: {latency: b}}}]\n");
        plan_init(&p, &c, NULL, 0);
        discover_learn_names(&p, names, 2);
        const int signals[] = {p.stages[0].latency_signal, p.stages[0].declared_first};
        for (size_t k = 0; k < 2; k++) {
            char *untold = discover_untold(&p, (size_t)signals[k]);
            assert_string_equal(untold, names[k]);
            free(untold);
            discover_learn_type(&p, names[k], cases[i].type);
            assert_null(discover_untold(&p, (size_t)signals[k]));
            discover_learn_names(&p, names, 2); // what was told stays
            assert_null(discover_untold(&p, (size_t)signals[k]));
        }
        assert_int_equal(p.stages[0].kind, cases[i].kind);
        assert_int_equal(p.signals[signals[1]].shape, cases[i].kind);
        plan_finish(&p);
        config_finish(&c);
    }
}

static void gauges_are_not_taken_for_counters_nor_the_reverse(void **state)
{
    (void)state;
    static char latency[] = "a_count", failed[] = "a_failed", total[] = "a_failed_total",
                used[] = "used", used_total[] = "used_total", rate[] = "job:a_failed:rate5m",
                sum[] = "job:a_failed:sum";
    static char *const names[] = {latency, failed, total, used, used_total, rate, sum};
    static const struct {
        const char *key;
        bool asked;
        const char *type;
        enum presence presence;
    } cases[] = {
        {"errors: a_failed", true, "gauge", PRESENCE_MISTYPED},
        {"errors: 'a_failed{x=\"y\"}'", true, "gauge", PRESENCE_MISTYPED},
        {"errors: a_failed", true, "counter", PRESENCE_SERIES},
        {"errors: a_failed", true, "", PRESENCE_SERIES},
        {"errors: a_failed", true, "unknown", PRESENCE_SERIES},
        {"errors: a_failed_total", false, "", PRESENCE_SERIES},
        {"errors: 'job:a_failed:rate5m'", false, "", PRESENCE_MISTYPED},
        {"errors: 'job:a_failed:sum'", true, "", PRESENCE_SERIES},
        {"requests: a_failed", true, "gauge", PRESENCE_MISTYPED},
        {"saturation: [{name: n, used: used, limit: 2}]", false, "", PRESENCE_SERIES},
        {"saturation: [{name: n, used: used_total, limit: 2}]", true, "counter", PRESENCE_MISTYPED},
        {"saturation: [{name: n, used: used_total, limit: 2}]", true, "gauge", PRESENCE_SERIES},
        {"saturation: [{name: n, used: used, limit: used_total}]", true, "counter",
            PRESENCE_MISTYPED},
        {"saturation: [{name: n, used: used, limit: used_total}]", true, "gauge", PRESENCE_SERIES},
        {"saturation: [{name: n, used: used, limit: used_total}]", true, "", PRESENCE_SERIES},
        {"signals: {rejected: {rate: a_failed}}", true, "gauge", PRESENCE_MISTYPED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config c;
        struct plan p;
        char yaml[200];
        snprintf(yaml, sizeof yaml, "stages: [{name: s, latency: a, %s}]\n", cases[i].key);
        yaml_read(&c, yaml);
        plan_init(&p, &c, NULL, 0);
        discover_learn_names(&p, names, sizeof names / sizeof *names);
        size_t at = 0;
        while (p.signals[at].kind == SIGNAL_LATENCY) {
            at++;
        }
        char *untold = discover_untold(&p, at);
        assert_int_equal(untold != NULL, cases[i].asked);
        if (untold) {
            discover_learn_type(&p, untold, cases[i].type);
        }
        free(untold);
        discover_learn_names(&p, names, sizeof names / sizeof *names); // what was told stays
        assert_null(discover_untold(&p, at));
        bool limit = p.signals[at].limit_presence != PRESENCE_OPEN;
        assert_int_equal(
            limit ? p.signals[at].limit_presence : p.signals[at].presence, cases[i].presence);
        plan_resolve(&p);
        assert_int_equal(p.signals[at].expr == NULL, cases[i].presence == PRESENCE_MISTYPED);
        assert_int_equal(p.stages[0].requests_signal, -1); // the latency's own count will do
        plan_finish(&p);
        config_finish(&c);
    }
}

// What a profile of the program's own says of a type is known; a user's is as open as a
// configuration.
static void only_built_in_profiles_tell_types(void **state)
{
    (void)state;
    static char failed[] = "failed";
    static char *const names[] = {failed};
    for (int built_in = 0; built_in < 2; built_in++) {
        struct config c;
        struct plan p;
        yaml_read(&c, "stages: [{name: a, latency: a, errors: failed}]\n");
        plan_init(&p, &c, NULL, 0);
        struct component *its = component_add(&p.pipeline.components, "x", "X", "", "");
        names_push(&its->stages, "a");
        its->built_in = built_in;
        discover_learn_names(&p, names, 1);
        char *untold = discover_untold(&p, (size_t)p.stages[0].errors_signal);
        assert_int_equal(untold == NULL, built_in);
        free(untold);
        plan_finish(&p);
        config_finish(&c);
    }
}

// All that are of one metric are told by one answer.
static void a_type_is_learned_of_all_that_name_the_metric(void **state)
{
    (void)state;
    static char failed[] = "failed";
    static char *const names[] = {failed};
    struct config c;
    struct plan p;
    yaml_read(&c, "stages: [{name: a, latency: a, errors: 'failed{x=\"1\"}'}, "
                  "{name: b, latency: b, errors: 'failed{x=\"2\"}'}]\n");
    plan_init(&p, &c, NULL, 0);
    discover_learn_names(&p, names, 1);
    discover_learn_type(&p, "failed", "gauge");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(p.signals[p.stages[i].errors_signal].presence, PRESENCE_MISTYPED);
        int pods = p.stages[i].pod_errors_signal;
        plan_resolve(&p);
        assert_null(p.signals[pods].expr);
    }
    plan_finish(&p);
    config_finish(&c);
}

static void learns_what_is_declared_by_a_base_name(void **state)
{
    (void)state;
    static char bare[] = "b", bucket[] = "b_bucket", sum[] = "b_sum", count[] = "b_count";
    static const struct {
        char *names[3];
        size_t count;
        enum latency_kind shape;
        enum presence presence;
    } cases[] = {
        {{bucket, sum, count}, 3, LATENCY_CLASSIC, PRESENCE_SERIES},
        {{bare, sum, count}, 3, LATENCY_QUANTILES, PRESENCE_SERIES},
        {{sum, count}, 2, LATENCY_MEAN, PRESENCE_SERIES},
        {{bare}, 1, LATENCY_UNKNOWN, PRESENCE_SERIES},
        {{NULL}, 0, LATENCY_ABSENT, PRESENCE_MISSING},
    };
    static const char *const signals[] = {"ttft: {latency: b}", "batch: {mean: b}"};
    for (size_t k = 0; k < 2 * sizeof cases / sizeof *cases; k++) {
        struct config c;
        struct plan p;
        struct str s;
        str_init(&s);
        str_addf(&s, "stages: [{name: s, latency: a, signals: {%s}}]\n", signals[k % 2]);
        yaml_read(&c, s.text);
        plan_init(&p, &c, NULL, 0);
        str_clear(&s);
        assert_true(discover_add_selector(&s, &p));
        assert_text(&s, "{__name__=~\"(a|b)(_bucket|_sum|_count)?|ragtop:[^:]+:(rate.+|last)\"}");
        discover_learn_names(&p, cases[k / 2].names, cases[k / 2].count);
        const struct signal *signal = &p.signals[p.stages[0].declared_first];
        assert_int_equal(signal->shape, cases[k / 2].shape);
        assert_int_equal(signal->presence, cases[k / 2].presence);
        plan_finish(&p);
        config_finish(&c);
        str_finish(&s);
    }
}

static void believes_what_is_declared(void **state)
{
    (void)state;
    static char bare[] = "a", count[] = "b";
    static char *const names[] = {bare, count};
    static const struct {
        const char *latency;
        size_t names;
        enum latency_kind kind;
    } cases[] = {
        {"{metric: a, type: gauge}", 1, LATENCY_VALUE},
        {"{metric: a, type: histogram}", 1, LATENCY_NATIVE},
        {"{metric: a, unit: ms}", 1, LATENCY_UNKNOWN},
        {"{sum: a, count: b, unit: s}", 2, LATENCY_PAIR},
        {"{sum: a, count: b, unit: s}", 1, LATENCY_ABSENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config c;
        struct plan p;
        struct str yaml;
        str_init(&yaml);
        str_addf(&yaml, "stages: [{name: a, latency: %s}]\n", cases[i].latency);
        yaml_read(&c, yaml.text);
        plan_init(&p, &c, NULL, 0);
        discover_learn_names(&p, names, cases[i].names);
        assert_int_equal(p.stages[0].kind, cases[i].kind);
        plan_finish(&p);
        config_finish(&c);
        str_finish(&yaml);
    }
}

static void learns_what_is_missing(void **state)
{
    (void)state;
    static char bucket[] = "a_bucket", errors[] = "e", requests[] = "r";
    static char *const names[] = {bucket, errors, requests};
    struct config c;
    struct plan p;
    yaml_read(&c, "stages: [{name: a, latency: a, errors: 'e{s=\"1\"}', requests: r}]\n");
    plan_init(&p, &c, NULL, 0);
    discover_learn_names(&p, names, 1);
    struct signal *e = &p.signals[p.stages[0].errors_signal];
    assert_int_equal(e->presence, PRESENCE_MISSING);
    assert_int_equal(p.stages[0].requests_signal, -1); // the latency counts then
    e->presence = PRESENCE_DECLARED;
    discover_learn_names(&p, names, 1);
    assert_int_equal(e->presence, PRESENCE_DECLARED);
    e->presence = PRESENCE_ABSENT;
    discover_learn_names(&p, names, 3);
    assert_int_equal(e->presence, PRESENCE_SERIES);
    assert_int_equal(p.stages[0].requests_signal, p.stages[0].requests_named);
    plan_finish(&p);
    config_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_for_names),
        cmocka_unit_test(there_may_be_nothing_to_look_for),
        cmocka_unit_test(counts_what_is_rated_where_no_latency_has_a_name),
        cmocka_unit_test(asks_for_the_interval_and_label_values),
        cmocka_unit_test(rounds_the_interval),
        cmocka_unit_test(learns_kinds_from_names),
        cmocka_unit_test(learns_kinds_from_types),
        cmocka_unit_test(gauges_are_not_taken_for_counters_nor_the_reverse),
        cmocka_unit_test(only_built_in_profiles_tell_types),
        cmocka_unit_test(a_type_is_learned_of_all_that_name_the_metric),
        cmocka_unit_test(learns_what_is_declared_by_a_base_name),
        cmocka_unit_test(believes_what_is_declared),
        cmocka_unit_test(learns_what_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
