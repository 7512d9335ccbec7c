#include "plan/discover.h"

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
    assert_false(discover_add_interval_query(&s, &p));
    plan_finish(&p);
    config_finish(&c);
    str_finish(&s);
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
    assert_true(discover_add_interval_query(&s, &p));
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
        int64_t got = discover_round_interval(cases[i].seconds);
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
            discover_learn_type(&p, (size_t)signals[k], cases[i].type);
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
        cmocka_unit_test(asks_for_the_interval_and_label_values),
        cmocka_unit_test(rounds_the_interval),
        cmocka_unit_test(learns_kinds_from_names),
        cmocka_unit_test(learns_kinds_from_types),
        cmocka_unit_test(learns_what_is_declared_by_a_base_name),
        cmocka_unit_test(believes_what_is_declared),
        cmocka_unit_test(learns_what_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
