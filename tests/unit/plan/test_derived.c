#include "plan/derived.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "unit/world.h"

static const char yaml[] = "selector: ns=\"rag\"\n"
                           "stages:\n"
                           "  - name: a\n"
                           "    latency: a_seconds\n"
                           "    errors: a_errors{kind=\"x\"}\n"
                           "    saturation: [{name: pool, used: used, limit: most}]\n"
                           "  - {name: b, latency: b_seconds, requests: b_total}\n"
                           "tools: {calls: calls_total, label: tool, errors: errors_total}\n";

static void what_is_shown_can_be_queried(void **state)
{
    (void)state;
    struct world w;
    struct arena a = {0};
    world_init(&w, yaml);
    assert_string_equal(derived_errors(&a, &w.plan, 0),
        "sum(rate(a_errors{kind=\"x\",ns=\"rag\"}[5m])) / "
        "sum(rate(a_seconds_count{ns=\"rag\"}[5m]))");
    assert_null(derived_errors(&a, &w.plan, 1));
    assert_string_equal(
        derived_used(&a, &w.plan, w.plan.stages[0].saturation_first), "sum(used{ns=\"rag\"})");
    assert_string_equal(derived_calls(&a, &w.plan, "s\"ql"),
        "sum(rate(calls_total{tool=\"s\\\"ql\",ns=\"rag\"}[5m]))");
    assert_string_equal(derived_failing(&a, &w.plan, NULL),
        "sum(rate(errors_total{ns=\"rag\"}[5m])) / sum(rate(calls_total{ns=\"rag\"}[5m]))");
    assert_string_equal(
        derived_buckets(&a, &w.plan, 0), "sum by (le) (rate(a_seconds_bucket{ns=\"rag\"}[5m]))");
    w.plan.stages[0].kind = LATENCY_MEAN;
    assert_null(derived_buckets(&a, &w.plan, 0));
    assert_string_equal(
        derived_then(&a, "up", WORLD_NOW_MS, 1), "last_over_time((up)[1s:1s] offset 1d)");
    assert_null(derived_then(&a, NULL, WORLD_NOW_MS, 1));
    assert_null(derived_then(&a, "up", WORLD_NOW_MS, 0));
    arena_finish(&a);
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shown_can_be_queried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
