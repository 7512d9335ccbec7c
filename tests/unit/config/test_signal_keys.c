/**
 * What may stand under `signals:` of a stage, and what is refused there.
 */
#include "config/signal_keys.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "config/file.h"
#include "unit/near.h"

#define HELD(array) (sizeof(array) / sizeof *(array))

static bool apply(struct config *c, const char *signals, struct str *why)
{
    struct config_file f;
    struct str text;
    str_init(&text);
    str_addf(&text, "stages:\n  - {name: llm, latency: m_seconds, signals: %s}\n", signals);
    *c = (struct config){0};
    str_clear(why);
    bool good = file_parse(&f, "f.yaml", text.text, text.len, why) && file_apply(&f, c, why);
    file_finish(&f);
    str_finish(&text);
    return good;
}

static void each_form_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name, *source, *limit;
        enum signal_form form;
        enum signal_bad bad;
        double factor, full;
    } cases[] = {
        {"{ttft: {latency: a_seconds}}", "ttft", "a_seconds", "a_seconds_count",
            SIGNAL_FORM_LATENCY, SIGNAL_BAD_UP, 1, 0},
        {"{tpot: {latency: 'a_ms{x=\"y\"}'}}", "tpot", "a_ms{x=\"y\"}", "a_ms_count{x=\"y\"}",
            SIGNAL_FORM_LATENCY, SIGNAL_BAD_UP, 1e-3, 0},
        {"{tpot: {latency: a, unit: us, bad: none}}", "tpot", "a", "a_count", SIGNAL_FORM_LATENCY,
            SIGNAL_BAD_NONE, 1e-6, 0},
        {"{waiting: {queue: w}}", "waiting", "w", NULL, SIGNAL_FORM_QUEUE, SIGNAL_BAD_UP, 1, 0},
        {"{running: {gauge: g}}", "running", "g", NULL, SIGNAL_FORM_GAUGE, SIGNAL_BAD_NONE, 1, 0},
        {"{running: {gauge: g, bad: down}}", "running", "g", NULL, SIGNAL_FORM_GAUGE,
            SIGNAL_BAD_DOWN, 1, 0},
        {"{kv_cache: {ratio: k, full: 0.95}}", "kv_cache", "k", NULL, SIGNAL_FORM_RATIO,
            SIGNAL_BAD_UP, 1, 0.95},
        {"{kv_cache: {ratio: k, unit: percent, full: 95%}}", "kv_cache", "k", NULL,
            SIGNAL_FORM_RATIO, SIGNAL_BAD_UP, 0.01, 0.95},
        {"{kv_cache: {used: u, limit: l}}", "kv_cache", "u", "l", SIGNAL_FORM_USED, SIGNAL_BAD_UP,
            1, 0},
        {"{preempted: {rate: p_total}}", "preempted", "p_total", NULL, SIGNAL_FORM_RATE,
            SIGNAL_BAD_UP, 1, 0},
        {"{hit_ratio: {part: h_total, of: q_total}}", "hit_ratio", "h_total", "q_total",
            SIGNAL_FORM_PART, SIGNAL_BAD_DOWN, 1, 0},
        {"{tokens_in: {rate: t_total}}", "tokens_in", "t_total", NULL, SIGNAL_FORM_RATE,
            SIGNAL_BAD_NONE, 1, 0},
        {"{tokens_out: {rate: t_total, bad: down}}", "tokens_out", "t_total", NULL,
            SIGNAL_FORM_RATE, SIGNAL_BAD_DOWN, 1, 0},
        {"{cost: {rate: usd_total}}", "cost", "usd_total", NULL, SIGNAL_FORM_RATE, SIGNAL_BAD_UP, 1,
            0},
        {"{hit_ratio: {rest: m_total, part: h_total}}", "hit_ratio", "h_total", "m_total",
            SIGNAL_FORM_REST, SIGNAL_BAD_DOWN, 1, 0},
        {"{memory: {used: u, free: f, full: 0.9}}", "memory", "u", "f", SIGNAL_FORM_FREE,
            SIGNAL_BAD_UP, 1, 0.9},
        {"{memory: {limit: l, free: f}}", "memory", "f", "l", SIGNAL_FORM_LEFT, SIGNAL_BAD_UP, 1,
            0},
        {"{prompt_tokens: {mean: t}}", "prompt_tokens", "t", "t_count", SIGNAL_FORM_MEAN,
            SIGNAL_BAD_UP, 1, 0},
        {"{batch: {mean: [t, u]}}", "batch", "t", "t_count", SIGNAL_FORM_MEAN, SIGNAL_BAD_NONE, 1,
            0},
        {"{health: {state: s, critical: 1}}", "health", "s", NULL, SIGNAL_FORM_STATE, SIGNAL_BAD_UP,
            1, 0},
        {"{fallbacks: {rate: f_total}}", "fallbacks", "f_total", NULL, SIGNAL_FORM_RATE,
            SIGNAL_BAD_UP, 1, 0},
        {"{answer_tokens: {mean: t}}", "answer_tokens", "t", "t_count", SIGNAL_FORM_MEAN,
            SIGNAL_BAD_UP, 1, 0},
        {"{backends: {gauge: g}}", "backends", "g", NULL, SIGNAL_FORM_GAUGE, SIGNAL_BAD_DOWN, 1, 0},
        {"{replicas_dead: {state: s, warn: 1}}", "replicas_dead", "s", NULL, SIGNAL_FORM_STATE,
            SIGNAL_BAD_UP, 1, 0},
        {"{optimizing: {gauge: g}}", "optimizing", "g", NULL, SIGNAL_FORM_GAUGE, SIGNAL_BAD_UP, 1,
            0},
        {"{unindexed: {queue: q}}", "unindexed", "q", NULL, SIGNAL_FORM_QUEUE, SIGNAL_BAD_UP, 1, 0},
        {"{slow_queries: {rate: r}}", "slow_queries", "r", NULL, SIGNAL_FORM_RATE, SIGNAL_BAD_UP, 1,
            0},
        {"{evicted: {rate: r}}", "evicted", "r", NULL, SIGNAL_FORM_RATE, SIGNAL_BAD_UP, 1, 0},
        {"{deadlocks: {rate: r}}", "deadlocks", "r", NULL, SIGNAL_FORM_RATE, SIGNAL_BAD_UP, 1, 0},
        {"{transaction: {gauge: g_ms}}", "transaction", "g_ms", NULL, SIGNAL_FORM_GAUGE,
            SIGNAL_BAD_UP, 1e-3, 0},
        {"{busy: {ratio: g, unit: percent}}", "busy", "g", NULL, SIGNAL_FORM_RATIO, SIGNAL_BAD_NONE,
            0.01, 0},
        {"{xid: {gauge: g}}", "xid", "g", NULL, SIGNAL_FORM_GAUGE, SIGNAL_BAD_UP, 1, 0},
        {"{throttled: {state: g, warn: 1}}", "throttled", "g", NULL, SIGNAL_FORM_STATE,
            SIGNAL_BAD_UP, 1, 0},
        {"{rejected: {rate: r_total}}", "rejected", "r_total", NULL, SIGNAL_FORM_RATE,
            SIGNAL_BAD_UP, 1, 0},
    };
    struct str why;
    str_init(&why);
    for (size_t i = 0; i < HELD(cases); i++) {
        struct config c;
        if (!apply(&c, cases[i].text, &why)) {
            fail_msg("%s: %s", cases[i].text, why.text);
        }
        assert_int_equal(c.stages[0].declared_count, 1);
        const struct declared_config *d = &c.stages[0].declared[0];
        assert_string_equal(signal_types[d->kind].name, cases[i].name);
        assert_int_equal(d->form, cases[i].form);
        assert_int_equal(d->bad, cases[i].bad);
        assert_string_equal(d->source.metric, cases[i].source);
        assert_true(
            cases[i].limit ? strcmp(d->limit.metric, cases[i].limit) == 0 : !d->limit.metric);
        assert_near(d->factor, cases[i].factor, 1e-12);
        assert_near(d->full, cases[i].full, 1e-12);
        config_finish(&c);
    }
    str_finish(&why);
}

static void a_limit_may_be_a_number(void **state)
{
    (void)state;
    struct config c;
    struct str why;
    str_init(&why);
    assert_true(apply(&c, "{kv_cache: {used: u, limit: 100}}", &why));
    assert_near(c.stages[0].declared[0].limit.number, 100, 0);
    config_finish(&c);
    str_finish(&why);
}

static void gauges_have_more_to_say(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum signal_over over;
        double low, high, warn, critical;
    } cases[] = {
        {"{running: {gauge: g}}", SIGNAL_OVER_DEFAULT, NAN, NAN, NAN, NAN},
        {"{running: {gauge: g, over: max}}", SIGNAL_OVER_MAX, NAN, NAN, NAN, NAN},
        {"{waiting: {queue: g, over: min, valid: [0, 1e6]}}", SIGNAL_OVER_MIN, 0, 1e6, NAN, NAN},
        {"{memory: {used: u, limit: l, over: sum}}", SIGNAL_OVER_SUM, NAN, NAN, NAN, NAN},
        {"{health: {state: s, warn: 1, critical: 2, valid: [-1, 2.5]}}", SIGNAL_OVER_DEFAULT, -1,
            2.5, 1, 2},
        {"{backends: {state: s, warn: 1, critical: 0}}", SIGNAL_OVER_DEFAULT, NAN, NAN, 1, 0},
    };
    struct str why;
    str_init(&why);
    for (size_t i = 0; i < HELD(cases); i++) {
        struct config c;
        if (!apply(&c, cases[i].text, &why)) {
            fail_msg("%s: %s", cases[i].text, why.text);
        }
        const struct declared_config *d = &c.stages[0].declared[0];
        assert_int_equal(d->over, cases[i].over);
        assert_int_equal(d->bounded, !isnan(cases[i].low));
        const double pairs[][2] = {{d->low, cases[i].low}, {d->high, cases[i].high},
            {d->warn, cases[i].warn}, {d->critical, cases[i].critical}};
        for (size_t k = 0; k < HELD(pairs); k++) {
            assert_true(
                isnan(pairs[k][1]) ? isnan(pairs[k][0]) : fabs(pairs[k][0] - pairs[k][1]) < 1e-12);
        }
        config_finish(&c);
    }
    str_finish(&why);
}

static void what_is_not_built_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"{tfft: {gauge: a}}", "f.yaml:2:47: unknown key 'tfft'; did you mean 'ttft'?"},
        {"{waiting: {median: a}}", "f.yaml:2:57: unknown key 'median'; known here: latency, mean"},
        {"{waiting: {unit: s}}", "f.yaml:2:56: signal 'waiting' names no metric; give it under "
                                 "'queue', 'gauge', 'mean' or 'state'"},
        {"{ttft: {}}", "signal 'ttft' names no metric; give it under 'latency' or 'gauge'"},
        {"{cost: {}}", "signal 'cost' names no metric; give it under 'rate' or 'gauge'"},
        {"{kv_cache: {}}", "under 'ratio' or 'gauge', or two, such as 'part' and 'of', or 'used'"},
        {"{waiting: {queue: sum(a)}}", "f.yaml:2:64: 'sum(a)' is not a metric name; a signal takes "
                                       "a name, as NAME or NAME{label=\"value\"}, and no expr"},
        {"{waiting: {queue: [a, b / c]}}", "'b / c' is not a metric name; a signal takes a name"},
        {"{waiting: {queue: '{a=\"b\"}'}}", "is not a metric name; a signal takes a name"},
        {"{ttft: {latency: {metric: a / b}}}", "'a / b' is not a metric name; a signal takes"},
        {"{hit_ratio: {part: a, of: -3}}", "'-3' is not a metric name; a signal takes a name"},
        {"{waiting: {queue: a, rate: b}}",
            "signal 'waiting' has 'queue' and 'rate', which do not go "},
        {"{hit_ratio: {part: a, of: b, rest: c}}", "has 'part' and 'rest', which do not go"},
        {"{memory: {used: a, of: b}}", "signal 'memory' has 'used' and 'of', which do not go"},
        {"{prompt_tokens: {latency: a}}", "is a count, which 'latency' does not give; name its"},
        {"{ttft: {mean: a}}", "signal 'ttft' is a time, which 'mean' does not give"},
        {"{batch: {mean: a_count}}", "needs the metric's base name, without _count"},
        {"{batch: {mean: {sum: a, count: b}}}", "a signal has one metric here, and not two"},
        {"{health: {state: a}}", "f.yaml:2:55: state 'health' does not say what is wrong; add the "
                                 "value from which on it is, such as critical: 1"},
        {"{health: {state: a, warn: red}}", "f.yaml:2:72: 'red' is not a number"},
        {"{health: {state: a, warn: 2, critical: 1}}", "f.yaml:2:85: 'critical' is reached before"},
        {"{backends: {state: a, warn: 1, critical: 2}}", "'critical' is reached before 'warn'"},
        {"{health: {state: a, warn: 1, bad: none}}", "state 'health' has to be bad one way; give"},
        {"{health: {gauge: a, warn: 1}}", "f.yaml:2:72: 'warn' and 'critical' are for a state"},
        {"{health: {gauge: a, valid: 1}}", "'valid' takes two numbers: valid: [0, 100]"},
        {"{health: {gauge: a, valid: [1]}}", "'valid' takes two numbers: valid: [0, 100]"},
        {"{health: {gauge: a, valid: [2, 1]}}", "'valid' takes the lower number first"},
        {"{health: {gauge: a, valid: [0, x]}}", "f.yaml:2:77: 'x' is not a number"},
        {"{rejected: {rate: a, valid: [0, 1]}}", "'valid' is for gauges, and not for what is"},
        {"{rejected: {rate: a, over: max}}", "'over' is for gauges; what is counted adds up"},
        {"{running: {gauge: a, over: mean}}", "not known; use sum, max or min"},

        {"{waiting: {ratio: a}}", "signal 'waiting' is a count, which 'ratio' does "
                                  "not give; name its metric "
                                  "under 'queue', 'gauge', 'mean' or 'state'"},
        {"{hit_ratio: {part: a}}", "signal 'hit_ratio' has 'part' but neither 'of' nor 'rest'"},
        {"{hit_ratio: {of: a}}", "signal 'hit_ratio' has 'of' but no 'part'"},
        {"{kv_cache: {used: a}}", "signal 'kv_cache' has 'used' but neither 'limit' nor 'free'"},
        {"{kv_cache: {ratio: a, limit: b}}", "signal 'kv_cache' has 'ratio' and 'limit', which do"},
        {"{kv_cache: {used: a, limit: 0}}", "'0' is not a limit; it must be more than 0"},
        {"{kv_cache: {used: a, limit: -3}}", "'-3' is not a limit; it must be more than 0"},
        {"{kv_cache: {used: a, limit: 1e400}}",
            "'1e400' is not a limit; it must be less than 1e15"},
        {"{kv_cache: {used: a, limit: b, unit: percent}}", "signal 'kv_cache' has no unit"},
        {"{waiting: {queue: a, full: 0.9}}", "'full' is for a ratio, and for used and limit"},
        {"{kv_cache: {ratio: a, full: 2}}", "2"},
        {"{waiting: {queue: a, unit: ms}}", "signal 'waiting' has no unit"},
        {"{ttft: {latency: a_bucket}}", "needs the metric's base name, without _bucket"},
        {"{ttft: {latency: []}}", "f.yaml:2:63: the list names no metric"},
        {"{ttft: {latency: {sum: a, count: b}}}", "a signal has one metric here, and not two"},
        {"{waiting: {queue: a, bad: sideways}}", "not a direction; use none, up or down"},
        {"{waiting: a}", "f.yaml:2:56: "},
        {"[waiting]", "f.yaml:2:46: "},
    };
    struct str why;
    str_init(&why);
    for (size_t i = 0; i < HELD(cases); i++) {
        struct config c;
        if (apply(&c, cases[i].text, &why)) {
            fail_msg("%s was taken", cases[i].text);
        }
        if (!strstr(why.text, cases[i].why)) {
            fail_msg("%s: %s", cases[i].text, why.text);
        }
        config_finish(&c);
    }
    str_finish(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_is_read),
        cmocka_unit_test(gauges_have_more_to_say),
        cmocka_unit_test(a_limit_may_be_a_number),
        cmocka_unit_test(what_is_not_built_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
