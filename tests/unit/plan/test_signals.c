/**
 * The table of signals: what a plan makes of its rows.
 */
#include "config/signal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plan/plan.h"
#include "plan/write.h"
#include "unit/yaml.h"

static const char stages[] = "window: 5m\n"
                             "selector: ns=\"rag\"\n"
                             "stages:\n"
                             "  - name: llm\n"
                             "    latency: llm_seconds\n"
                             "    signals:\n"
                             "      ttft: {latency: ttft_ms}\n"
                             "      waiting: {queue: waiting}\n"
                             "      kv_cache: {ratio: kv_percent, unit: percent}\n"
                             "      preempted: {rate: preempted_total}\n"
                             "      hit_ratio: {part: hits_total, of: queries_total}\n";

static void rows_are_whole(void **state)
{
    (void)state;
    for (int i = 0; i < SIGNAL_KINDS; i++) {
        assert_true(signal_types[i].name && *signal_types[i].name);
        assert_true(signal_types[i].says && *signal_types[i].says);
    }
    assert_true(write_is_rate(SIGNAL_ERRORS) && write_is_rate(SIGNAL_CALLS));
    assert_false(write_is_rate(SIGNAL_LATENCY) || write_is_rate(SIGNAL_PREEMPTED));
}

static void declared_are_asked(void **state)
{
    (void)state;
    static const struct {
        const char *name, *expr, *shown;
    } cases[] = {
        {"ttft",
            "sum by (le) (rate(ttft_ms_bucket{ns=\"rag\"}[5m])) or label_replace(sum(rate("
            "ttft_ms_sum{ns=\"rag\"}[5m])),\"part\",\"sum\",\"\",\"\") or label_replace(sum(rate("
            "ttft_ms_count{ns=\"rag\"}[5m])),\"part\",\"count\",\"\",\"\") or max by (quantile) "
            "(ttft_ms{quantile!=\"\",ns=\"rag\"})",
            "histogram_quantile(0.95, sum by (le) (rate(ttft_ms_bucket{ns=\"rag\"}[5m])))"},
        {"waiting", "sum(waiting{ns=\"rag\"})", NULL},
        {"kv_cache", "max(kv_percent{ns=\"rag\"}) * 0.01", NULL},
        {"preempted", "sum(rate(preempted_total{ns=\"rag\"}[5m]))", NULL},
        {"hit_ratio",
            "label_replace(sum(rate(hits_total{ns=\"rag\"}[5m])),\"part\",\"sum\",\"\",\"\") or "
            "label_replace(sum(rate(queries_total{ns=\"rag\"}[5m])),\"part\",\"count\",\"\",\"\")",
            "sum(rate(hits_total{ns=\"rag\"}[5m])) / sum(rate(queries_total{ns=\"rag\"}[5m]))"},
    };
    struct config c;
    struct plan p;
    yaml_read(&c, stages);
    plan_init(&p, &c, NULL, 0);
    p.stages[0].kind = LATENCY_CLASSIC;
    plan_resolve(&p);
    assert_int_equal(p.stages[0].declared_count, sizeof cases / sizeof *cases);
    for (int i = 0; i < p.stages[0].declared_count; i++) {
        int signal = p.stages[0].declared_first + i;
        struct labels labels = {0};
        plan_name_signal(&p, signal, &labels);
        assert_string_equal(labels_get(&labels, "signal"), cases[i].name);
        assert_string_equal(labels_get(&labels, "stage"), "llm");
        assert_string_equal(p.signals[signal].expr, cases[i].expr);
        assert_string_equal(
            p.signals[signal].shown, cases[i].shown ? cases[i].shown : cases[i].expr);
        assert_true(plan_has_past(&p, signal));
        labels_finish(&labels);
    }
    plan_finish(&p);
    config_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_whole),
        cmocka_unit_test(declared_are_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
