#include "plan/promql.h"
#include "promql/regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_text(struct str *s, const char *want)
{
    assert_string_equal(s->text, want);
    str_clear(s);
}

static void adds_selectors(void **state)
{
    (void)state;
    static const struct {
        const char *metric, *suffix, *extra, *want;
    } cases[] = {
        {"up", "", NULL, "up"},
        {"up", "", "", "up"},
        {"a", "_sum", NULL, "a_sum"},
        {"a", "_sum", "ns=\"rag\"", "a_sum{ns=\"rag\"}"},
        {"a{b=\"c\"}", "", NULL, "a{b=\"c\"}"},
        {"a{b=\"c\"}", "_sum", "ns=\"rag\"", "a_sum{b=\"c\",ns=\"rag\"}"},
        {"a{b=\"c\",}", "", NULL, "a{b=\"c\"}"},
        {"a{b=\"c\", }", "_sum", "ns=\"rag\"", "a_sum{b=\"c\",ns=\"rag\"}"},
        {"a{}", "", NULL, "a"},
        {"a{}", "", "ns=\"rag\"", "a{ns=\"rag\"}"},
        {"a{ , }", "_sum", "ns=\"rag\"", "a_sum{ns=\"rag\"}"},
        {"a {b=\"c\"}", "_sum", NULL, "a_sum{b=\"c\"}"},
        {"a{b=\"}\"}", "", "c=\"{\"", "a{b=\"}\",c=\"{\"}"},
        {"a{b=\"{,}\"}", "_sum", NULL, "a_sum{b=\"{,}\"}"},
        {"a.b", "", NULL, "{__name__=\"a.b\"}"},
        {"a.b{c=\"d\"}", "_sum", "ns=\"rag\"", "{__name__=\"a.b_sum\",c=\"d\",ns=\"rag\"}"},
        {"a b", "_sum", "ns=\"rag\"", "{__name__=\"a b_sum\",ns=\"rag\"}"},
        {"a\"b\\", "", NULL, "{__name__=\"a\\\"b\\\\\"}"},
        {"job:a:rate5m", "", "x!~\"y|z\"", "job:a:rate5m{x!~\"y|z\"}"},
    };
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        promql_add_selector(&s, cases[i].metric, cases[i].suffix, cases[i].extra);
        assert_text(&s, cases[i].want);
    }
    promql_add_name(&s, "a{b=\"c\"}");
    assert_text(&s, "a");
    promql_add_name(&s, "a {b=\"c\"}");
    assert_text(&s, "a");
    str_finish(&s);
}

// What fails has a value that a label of all that is counted may have; of others nothing is known.
static void asks_for_the_labels_that_failures_need(void **state)
{
    (void)state;
    static const struct {
        const char *metric, *extra, *want; // NULL: no label
    } cases[] = {
        {"a{code=~\"5..\"}", NULL, "a{code!=\"\"}"},
        {"a{code=~\"5..\",job=\"b\"}", "", "a{code!=\"\",job!=\"\"}"},
        {"a{code=\"500\"}", "ns=\"rag\"", "a{code!=\"\",ns=\"rag\"}"},
        {"a{error!=\"\"}", "ns=\"rag\"", "a{ns=\"rag\"}"},
        {"a{code!=\"ok\"}", NULL, "a"}, // and so is what has no such label
        {"a{error!=\"\",scope!=\"gateway\",op=~\"chat|\",job=\"b\"}", NULL, "a{job!=\"\"}"},
        {"a", "ns=\"rag\"", NULL},
    };
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool any = promql_add_labelled(&s, cases[i].metric, cases[i].extra);
        assert_int_equal(any, cases[i].want != NULL);
        assert_text(&s, cases[i].want ? cases[i].want : "");
    }
    str_finish(&s);
}

static void escapes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *regex;
    } cases[] = {
        {"", ""},
        {"plain_name", "plain_name"},
        {"a\"b\\c\nd", "a\"b\\\\c\nd"},
        {"a.b+c*d?", "a\\.b\\+c\\*d\\?"},
        {"(x|y)[z]{1}^$", "\\(x\\|y\\)\\[z\\]\\{1\\}\\^\\$"},
        {"\xC3\xA9", "\xC3\xA9"},
    };
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        regex_add_literal(&s, cases[i].text);
        assert_text(&s, cases[i].regex);
    }
    str_finish(&s);
}

static void asks_for_latencies(void **state)
{
    (void)state;
    static const struct {
        enum latency_kind kind;
        const char *extra, *want, *count;
    } cases[] = {
        {LATENCY_PAIR, "n=\"r\"",
            "label_replace(sum(rate(a{n=\"r\"}[5m])),\"part\",\"sum\",\"\",\"\") or "
            "label_replace(sum(rate(b{c=\"d\",n=\"r\"}[5m])),\"part\",\"count\",\"\",\"\")",
            "b{c=\"d\"}"},
        {LATENCY_COUNTER, NULL, "", NULL},
        {LATENCY_CLASSIC, NULL,
            "label_replace(sum(rate(a_sum[5m])),\"part\",\"sum\",\"\",\"\") or "
            "label_replace(sum(rate(a_count[5m])),\"part\",\"count\",\"\",\"\") or "
            "sum by (le) (rate(a_bucket[5m]))",
            NULL},
        {LATENCY_CLASSIC, "n=\"r\"",
            "label_replace(sum(rate(a_sum{n=\"r\"}[5m])),\"part\",\"sum\",\"\",\"\") or "
            "label_replace(sum(rate(a_count{n=\"r\"}[5m])),\"part\",\"count\",\"\",\"\") or "
            "sum by (le) (rate(a_bucket{n=\"r\"}[5m]))",
            NULL},
        {LATENCY_NATIVE, NULL, "sum(rate(a[5m]))", NULL},
        {LATENCY_MEAN, NULL,
            "label_replace(sum(rate(a_sum[5m])),\"part\",\"sum\",\"\",\"\") or "
            "label_replace(sum(rate(a_count[5m])),\"part\",\"count\",\"\",\"\")",
            NULL},
        {LATENCY_QUANTILES, "n=\"r\"",
            "label_replace(sum(rate(a_sum{n=\"r\"}[5m])),\"part\",\"sum\",\"\",\"\") or "
            "label_replace(sum(rate(a_count{n=\"r\"}[5m])),\"part\",\"count\",\"\",\"\") or "
            "max by (quantile) (a{quantile!=\"\",n=\"r\"})",
            NULL},
        {LATENCY_QUANTILES, "",
            "label_replace(sum(rate(a_sum[5m])),\"part\",\"sum\",\"\",\"\") or "
            "label_replace(sum(rate(a_count[5m])),\"part\",\"count\",\"\",\"\") or "
            "max by (quantile) (a{quantile!=\"\"})",
            NULL},
        {LATENCY_VALUE, "n=\"r\"", "max(a{n=\"r\"})", NULL},
        {LATENCY_UNKNOWN, NULL, "", NULL},
        {LATENCY_ABSENT, NULL, "", NULL},
    };
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[] = "a";
        const struct stage stage = {
            .latency = name, .kind = cases[i].kind, .count = cases[i].count};
        promql_add_latency(&s, &stage, NULL, cases[i].extra, 300000);
        assert_text(&s, cases[i].want);
    }
    str_finish(&s);
}

static void asks_for_rates(void **state)
{
    (void)state;
    struct str s;
    str_init(&s);
    promql_add_rate(&s, "a_total{b=\"c\"}", NULL, "n=\"r\"", 90000);
    assert_text(&s, "sum(rate(a_total{b=\"c\",n=\"r\"}[90s]))");
    promql_add_rate(&s, "a_total", "tool_name", NULL, 3600000);
    assert_text(&s, "sum by (tool_name) (rate(a_total[1h]))");
    str_finish(&s);
}

static void joins_expressions(void **state)
{
    (void)state;
    static const char *const exprs[] = {"a", "sum(b) or c", "d", "e"};
    static const char *const wanted[] = {"a",
        "(label_replace(a,\"ragtop_arm\",\"0\",\"\",\"\") or "
        "label_replace(sum(b) or c,\"ragtop_arm\",\"1\",\"\",\"\"))",
        "(label_replace(a,\"ragtop_arm\",\"0\",\"\",\"\") or "
        "(label_replace(sum(b) or c,\"ragtop_arm\",\"1\",\"\",\"\") or "
        "label_replace(d,\"ragtop_arm\",\"2\",\"\",\"\")))",
        "((label_replace(a,\"ragtop_arm\",\"0\",\"\",\"\") or "
        "label_replace(sum(b) or c,\"ragtop_arm\",\"1\",\"\",\"\")) or "
        "(label_replace(d,\"ragtop_arm\",\"2\",\"\",\"\") or "
        "label_replace(e,\"ragtop_arm\",\"3\",\"\",\"\")))"};
    struct str s;
    str_init(&s);
    for (size_t count = 1; count <= 4; count++) {
        promql_add_joined(&s, exprs, count);
        assert_text(&s, wanted[count - 1]);
    }
    str_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_selectors),
        cmocka_unit_test(asks_for_the_labels_that_failures_need),
        cmocka_unit_test(escapes),
        cmocka_unit_test(asks_for_latencies),
        cmocka_unit_test(asks_for_rates),
        cmocka_unit_test(joins_expressions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
