/**
 * The table of signals: what a plan makes of its rows.
 */
#include "config/signal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan/discover.h"
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
                             "      hit_ratio: {part: hits_total, of: queries_total}\n"
                             "      tpot: {latency: tpot_seconds}\n"
                             "      prompt_tokens: {mean: prompt}\n"
                             "      answer_tokens: {mean: answer}\n"
                             "      memory: {used: u, free: f}\n"
                             "      busy: {free: f, limit: l, over: sum}\n"
                             "      health: {state: h, warn: 1, critical: 2}\n"
                             "      backends: {state: b, bad: down, critical: 0, valid: [0, 10]}\n"
                             "      running: {gauge: r, over: max}\n"
                             "      cost: {rate: usd_total}\n";

static const char misses[] = "window: 5m\n"
                             "stages:\n"
                             "  - name: cache\n"
                             "    latency: cache_seconds\n"
                             "    signals:\n"
                             "      hit_ratio: {part: hits_total, rest: misses_total}\n"
                             "      memory: {free: f, limit: 100}\n"
                             "      kv_cache: {used: u, limit: l, over: min}\n";

// As the server has them; the others have no series yet, and are taken for histograms.
static char tpot[] = "tpot_seconds", tpot_sum[] = "tpot_seconds_sum", prompt_sum[] = "prompt_sum",
            answer[] = "answer";
static char *const names[] = {tpot, tpot_sum, prompt_sum, answer};

struct asked {
    const char *name, *expr, *shown;
};

static void assert_asked(const char *yaml, const struct asked *cases, int count)
{
    struct config c;
    struct plan p;
    yaml_read(&c, yaml);
    plan_init(&p, &c, NULL, 0);
    discover_learn_names(&p, names, sizeof names / sizeof *names);
    for (size_t i = 0; i < p.signals_count; i++) {
        char *untold = discover_untold(&p, i);
        if (untold) {
            discover_learn_type(&p, untold, "histogram");
        }
        free(untold);
    }
    p.stages[0].kind = LATENCY_CLASSIC;
    plan_resolve(&p);
    assert_int_equal(p.stages[0].declared_count, count);
    for (int i = 0; i < count; i++) {
        int signal = p.stages[0].declared_first + i;
        struct labels labels = {0};
        plan_name_signal(&p, signal, &labels);
        assert_string_equal(labels_get(&labels, "signal"), cases[i].name);
        assert_string_equal(labels_get(&labels, "stage"), p.stages[0].name);
        assert_string_equal(p.signals[signal].expr, cases[i].expr);
        assert_string_equal(
            p.signals[signal].shown, cases[i].shown ? cases[i].shown : cases[i].expr);
        assert_true(plan_has_past(&p, signal));
        labels_finish(&labels);
    }
    plan_finish(&p);
    config_finish(&c);
}

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
    static const struct asked cases[] = {
        {"ttft",
            "label_replace(sum(rate(ttft_ms_sum{ns=\"rag\"}[5m])),\"part\",\"sum\",\"\",\"\") or "
            "label_replace(sum(rate(ttft_ms_count{ns=\"rag\"}[5m])),\"part\",\"count\",\"\",\"\") "
            "or sum by (le) (rate(ttft_ms_bucket{ns=\"rag\"}[5m]))",
            "histogram_quantile(0.95, sum by (le) (rate(ttft_ms_bucket{ns=\"rag\"}[5m])))"},
        {"waiting", "sum(waiting{ns=\"rag\"})", NULL},
        {"kv_cache", "max(kv_percent{ns=\"rag\"}) * 0.01", NULL},
        {"preempted", "sum(rate(preempted_total{ns=\"rag\"}[5m]))", NULL},
        {"hit_ratio",
            "label_replace(sum(rate(hits_total{ns=\"rag\"}[5m])),\"part\",\"sum\",\"\",\"\") or "
            "label_replace(sum(rate(queries_total{ns=\"rag\"}[5m])),\"part\",\"count\",\"\",\"\")",
            "sum(rate(hits_total{ns=\"rag\"}[5m])) / sum(rate(queries_total{ns=\"rag\"}[5m]))"},
        {"tpot",
            "label_replace(sum(rate(tpot_seconds_sum{ns=\"rag\"}[5m])),\"part\",\"sum\",\"\",\"\") "
            "or "
            "label_replace(sum(rate(tpot_seconds_count{ns=\"rag\"}[5m])),\"part\",\"count\",\"\","
            "\"\") or max by (quantile) (tpot_seconds{quantile!=\"\",ns=\"rag\"})",
            "max(tpot_seconds{quantile=\"0.95\",ns=\"rag\"})"},
        {"prompt_tokens",
            "label_replace(sum(rate(prompt_sum{ns=\"rag\"}[5m])),\"part\",\"sum\",\"\",\"\") or "
            "label_replace(sum(rate(prompt_count{ns=\"rag\"}[5m])),\"part\",\"count\",\"\",\"\")",
            "sum(rate(prompt_sum{ns=\"rag\"}[5m])) / sum(rate(prompt_count{ns=\"rag\"}[5m]))"},
        {"answer_tokens",
            "label_replace(histogram_sum(sum(rate(answer{ns=\"rag\"}[5m]))),\"part\",\"sum\",\"\","
            "\"\") or "
            "label_replace(histogram_count(sum(rate(answer{ns=\"rag\"}[5m]))),\"part\",\"count\","
            "\"\",\"\")",
            "histogram_sum(sum(rate(answer{ns=\"rag\"}[5m]))) / "
            "histogram_count(sum(rate(answer{ns=\"rag\"}[5m])))"},
        {"memory",
            "label_replace(sum(u{ns=\"rag\"}),\"part\",\"used\",\"\",\"\") or "
            "label_replace(sum(u{ns=\"rag\"}) + sum(f{ns=\"rag\"}),\"part\",\"limit\",\"\",\"\") "
            "or label_replace(max(u{ns=\"rag\"} / (u{ns=\"rag\"} + "
            "f{ns=\"rag\"})),\"part\",\"fullest\",\"\",\"\")",
            "max(u{ns=\"rag\"} / (u{ns=\"rag\"} + f{ns=\"rag\"}))"},
        {"busy",
            "label_replace(sum(l{ns=\"rag\"}) - sum(f{ns=\"rag\"}),\"part\",\"used\",\"\",\"\") or "
            "label_replace(sum(l{ns=\"rag\"}),\"part\",\"limit\",\"\",\"\")",
            "(sum(l{ns=\"rag\"}) - sum(f{ns=\"rag\"})) / (sum(l{ns=\"rag\"}))"},
        {"health", "max(h{ns=\"rag\"})", NULL},
        {"backends", "min((b{ns=\"rag\"} >= 0 <= 10))", NULL},
        {"running", "max(r{ns=\"rag\"})", NULL},
        {"cost", "sum(rate(usd_total{ns=\"rag\"}[5m])) * 3600", NULL},
    };
    assert_asked(stages, cases, sizeof cases / sizeof *cases);
}

static void forms_of_two_are_asked(void **state)
{
    (void)state;
    static const struct asked cases[] = {
        {"hit_ratio",
            "label_replace(sum(rate(hits_total[5m])),\"part\",\"sum\",\"\",\"\") or "
            "label_replace(sum(rate(misses_total[5m])),\"part\",\"rest\",\"\",\"\")",
            "sum(rate(hits_total[5m])) / (sum(rate(hits_total[5m])) + "
            "sum(rate(misses_total[5m])))"},
        {"memory",
            "label_replace(100 - sum(f),\"part\",\"used\",\"\",\"\") or label_replace(sum(f) * 0 + "
            "100,\"part\",\"limit\",\"\",\"\")",
            "(100 - sum(f)) / (sum(f) * 0 + 100)"},
        {"kv_cache", "label_replace(min(u / (l > 0)),\"part\",\"fullest\",\"\",\"\")",
            "min(u / (l > 0))"},
    };
    assert_asked(misses, cases, sizeof cases / sizeof *cases);
}

// Of the past, the older name is asked where nothing has the present one; a name in another unit
// as one in this.
static void older_names_are_asked_of_the_past(void **state)
{
    (void)state;
    static const char yaml[] =
        "window: 5m\n"
        "selector: ns=\"rag\"\n"
        "stages:\n"
        "  - name: llm\n"
        "    latency: {metric: now_ms, was: {metric: then, unit: s}}\n"
        "    errors: {metric: all_total, bad: 'code=\"5\"', was: [every_total, each_total]}\n"
        "    saturation: [{name: pool, used: {metric: u, was: v}, limit: 9}]\n"
        "    signals:\n"
        "      hit_ratio: {part: {metric: h, was: i}, of: {metric: q, was: r}}\n"
        "      ttft: {latency: {metric: t_ms, was: s_ms}, bad: none}\n";
    static const char *const past[] = {
        "label_replace(sum(rate(now_ms_sum{ns=\"rag\"}[5m])),\"part\",\"sum\",\"\",\"\") or "
        "label_replace(sum(rate(now_ms_count{ns=\"rag\"}[5m])),\"part\",\"count\",\"\",\"\") or "
        "sum by (le) (rate(now_ms_bucket{ns=\"rag\"}[5m])) or "
        "((label_replace(sum(rate(then_sum{ns=\"rag\"}[5m])) * 1000,\"part\",\"sum\",\"\",\"\") or "
        "label_replace(sum(rate(then_count{ns=\"rag\"}[5m])),\"part\",\"count\",\"\",\"\") or "
        "label_replace(sum by (le) "
        "(rate(then_bucket{ns=\"rag\"}[5m])),\"scale\",\"1000\",\"\",\"\"))"
        " unless on() now_ms_count{ns=\"rag\"})",
        "sum(rate(all_total{code=\"5\",ns=\"rag\"}[5m])) or "
        "((sum(rate(every_total{code=\"5\",ns=\"rag\"}[5m]))) unless on() "
        "all_total{code=\"5\",ns=\"rag\"}) or "
        "((sum(rate(each_total{code=\"5\",ns=\"rag\"}[5m]))) unless on() "
        "all_total{code=\"5\",ns=\"rag\"})",
        "label_replace(sum(u{ns=\"rag\"}),\"part\",\"used\",\"\",\"\") or "
        "label_replace(sum(u{ns=\"rag\"}) * 0 + 9,\"part\",\"limit\",\"\",\"\") or "
        "((label_replace(sum(v{ns=\"rag\"}),\"part\",\"used\",\"\",\"\") or "
        "label_replace(sum(v{ns=\"rag\"}) * 0 + 9,\"part\",\"limit\",\"\",\"\")) unless on() "
        "u{ns=\"rag\"})",
        "label_replace(sum(rate(h{ns=\"rag\"}[5m])),\"part\",\"sum\",\"\",\"\") or "
        "label_replace(sum(rate(q{ns=\"rag\"}[5m])),\"part\",\"count\",\"\",\"\") or "
        "((label_replace(sum(rate(i{ns=\"rag\"}[5m])),\"part\",\"sum\",\"\",\"\") or "
        "label_replace(sum(rate(r{ns=\"rag\"}[5m])),\"part\",\"count\",\"\",\"\")) unless on() "
        "h{ns=\"rag\"})",
        "label_replace(sum(rate(t_ms_sum{ns=\"rag\"}[5m])),\"part\",\"sum\",\"\",\"\") or "
        "label_replace(sum(rate(t_ms_count{ns=\"rag\"}[5m])),\"part\",\"count\",\"\",\"\") or "
        "sum by (le) (rate(t_ms_bucket{ns=\"rag\"}[5m])) or "
        "((label_replace(sum(rate(s_ms_sum{ns=\"rag\"}[5m])),\"part\",\"sum\",\"\",\"\") or "
        "label_replace(sum(rate(s_ms_count{ns=\"rag\"}[5m])),\"part\",\"count\",\"\",\"\") or "
        "sum by (le) (rate(s_ms_bucket{ns=\"rag\"}[5m]))) unless on() t_ms_count{ns=\"rag\"})"};
    struct config c;
    struct plan p;
    yaml_read(&c, yaml);
    plan_init(&p, &c, NULL, 0);
    p.stages[0].kind = LATENCY_CLASSIC;
    plan_resolve(&p);
    for (size_t i = 0; i < sizeof past / sizeof *past; i++) {
        assert_string_equal(plan_past(&p.signals[i]), past[i]);
        assert_true(strlen(p.signals[i].expr) < strlen(past[i])); // the present has its own name
    }
    assert_non_null(strstr(plan_history(&p.signals[2]), "max_over_time(sum(v{ns=\"rag\"})"));
    p.stages[0].kind = LATENCY_NATIVE; // whose buckets say no unit
    plan_resolve(&p);
    assert_null(strstr(plan_past(&p.signals[0]), "then"));
    plan_finish(&p);
    config_finish(&c);
}

// An older name has the unit of the present one, unless it says another.
static void older_names_have_the_unit_that_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *stage, *scale; // NULL: as the present one
    } cases[] = {{"latency: {metric: now, unit: ms, was: then}", NULL},
        {"latency: {metric: now, was: then}, unit: ms", NULL},
        {"latency: {metric: now, unit: ms, was: {metric: then, unit: s}}", " * 1000"},
        {"latency: {metric: now, unit: ms, was: then_seconds}", " * 1000"},
        {"latency: {sum: now, count: n, unit: ms, was: {sum: then, count: m}}", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config c;
        struct plan p;
        struct str text;
        str_init(&text);
        str_addf(&text, "stages: [{name: a, %s}]\n", cases[i].stage);
        yaml_read(&c, text.text);
        plan_init(&p, &c, NULL, 0);
        p.stages[0].kind = p.stages[0].count ? LATENCY_PAIR : LATENCY_MEAN;
        plan_resolve(&p);
        const char *scale = strstr(plan_past(&p.signals[p.stages[0].latency_signal]), " * ");
        assert_non_null(strstr(plan_past(&p.signals[p.stages[0].latency_signal]), "then"));
        if (!scale != !cases[i].scale || (scale && strncmp(scale, cases[i].scale, 7) != 0)) {
            fail_msg("%s: %s", cases[i].stage, scale ? scale : "none");
        }
        plan_finish(&p);
        config_finish(&c);
        str_finish(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_whole),
        cmocka_unit_test(declared_are_asked),
        cmocka_unit_test(forms_of_two_are_asked),
        cmocka_unit_test(older_names_are_asked_of_the_past),
        cmocka_unit_test(older_names_have_the_unit_that_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
