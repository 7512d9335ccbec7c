#include "plan/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/config.h"
#include "promql/matchers.h"
#include "unit/yaml.h"

static const char yaml[] = "selector: ns=\"rag\"\n"
                           "stages:\n"
                           "  - {name: a, latency: a_seconds}\n"
                           "  - {name: b, expr: {latency: b_seconds}}\n"
                           "  - {name: c, latency: 'c_seconds{x=\"y\"}'}\n";

static void with_plan(void (*test)(const struct plan *p))
{
    struct config config;
    struct plan p;
    yaml_read(&config, yaml);
    plan_init(&p, &config, NULL, 0);
    p.stages[0].kind = LATENCY_CLASSIC;
    p.stages[2].kind = LATENCY_VALUE;
    plan_resolve(&p);
    test(&p);
    plan_finish(&p);
    config_finish(&config);
}

static const char *written(
    struct str *s, enum audit a, const struct plan *p, const struct audit_places *places)
{
    str_clear(s);
    audit_add(s, a, p, places);
    return s->text;
}

static void check_queries(const struct plan *p)
{
    const struct audit_places none = {0};
    struct audit_places places = {0};
    names_push(&places.jobs, "agent");
    names_push(&places.jobs, "a.b|c\"d");
    names_push(&places.pods, "agent-1");
    names_push(&places.pods, "agent-2");
    struct str s;
    str_init(&s);
    // of what an expression is about, nobody knows who serves it
    assert_string_equal(written(&s, AUDIT_SERVED, p, &none),
        "label_replace(group by (job, namespace, pod, instance) (a_seconds_count{ns=\"rag\"}), "
        "\"ragtop_arm\", \"0\", \"\", \"\") or label_replace(group by (job, namespace, pod, "
        "instance) "
        "(c_seconds{x=\"y\",ns=\"rag\"}), \"ragtop_arm\", \"2\", \"\", \"\")");
    assert_string_equal(written(&s, AUDIT_SERIES, p, &places),
        "topk(10, count by (__name__, job) ({job=~\"agent|a\\\\.b\\\\|c\\\"d\",ns=\"rag\"}))");
    assert_string_equal(written(&s, AUDIT_PODS, p, &places),
        "group by (namespace, pod) (kube_pod_info{pod=~\"agent-1|agent-2\"} or "
        "kube_pod_container_info{container=\"prometheus\"})");
    assert_string_equal(written(&s, AUDIT_LIMITS, p, &none),
        "count by (namespace, pod, resource) "
        "(kube_pod_container_resource_limits{container=\"prometheus\"})");
    // where no job is known there is nothing to ask about
    static const enum audit of_jobs[] = {AUDIT_LABELS, AUDIT_SERIES, AUDIT_CHURN, AUDIT_RELABELLED};
    for (size_t i = 0; i < sizeof of_jobs / sizeof *of_jobs; i++) {
        assert_string_equal(written(&s, of_jobs[i], p, &none), "");
    }
    audit_places_finish(&places);
    str_finish(&s);
}

static void queries_are_as_they_should_be(void **state)
{
    (void)state;
    with_plan(check_queries);
}

// Whatever names there are, its brackets and quotes are closed.
static void check_shapes(const struct plan *p)
{
    static const char *const names[] = {"a\"b", "c\\d", "e)f", "{g}"};
    struct audit_places places = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        names_push(&places.jobs, names[i]);
        names_push(&places.pods, names[i]);
    }
    struct str s, why;
    str_init(&s);
    str_init(&why);
    for (int a = 0; a < AUDITS; a++) {
        written(&s, (enum audit)a, p, &places);
        if (!matchers_check_expr(s.text, &why)) {
            fail_msg("%s: %s", s.text, why.text);
        }
        assert_int_equal(audit_needs_places((enum audit)a), a >= AUDIT_LIMITS);
    }
    audit_places_finish(&places);
    str_finish(&s);
    str_finish(&why);
}

static void queries_are_whole(void **state)
{
    (void)state;
    with_plan(check_shapes);
}

static void names_are_looked_up(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b:c"};
    struct str s;
    str_init(&s);
    audit_add_names(&s, names, 2);
    assert_string_equal(s.text, "count by (__name__) ({__name__=~\"a|b:c\"})");
    str_clear(&s);
    audit_add_count(&s, "a{b=\"c\"}");
    assert_string_equal(s.text, "count(a{b=\"c\"})");
    str_clear(&s);
    audit_add_lately(&s, "a");
    assert_string_equal(s.text, "count(last_over_time(a[1d]))");
    str_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_are_as_they_should_be),
        cmocka_unit_test(queries_are_whole),
        cmocka_unit_test(names_are_looked_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
