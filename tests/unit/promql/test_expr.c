#include "promql/expr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void adds_matchers_to_every_selector(void **state)
{
    (void)state;
    static const struct {
        const char *expr, *want;
    } cases[] = {
        {"up", "up{n=\"r\"}"},
        {"up{}", "up{n=\"r\"}"},
        {"up{a=\"b\"}", "up{a=\"b\",n=\"r\"}"},
        {"up {a=\"b\" , }", "up{a=\"b\",n=\"r\"}"},
        {"{__name__=~\"a|b\"}", "{__name__=~\"a|b\",n=\"r\"}"},
        {"a:b:c > 1", "a:b:c{n=\"r\"} > 1"},
        {"sum(rate(a[5m]))", "sum(rate(a{n=\"r\"}[5m]))"},
        {"sum by (x, y) (a)", "sum by (x, y) (a{n=\"r\"})"},
        {"sum(a) by (x)", "sum(a{n=\"r\"}) by (x)"},
        {"SUM BY(x)(a)", "SUM BY(x)(a{n=\"r\"})"},
        {"a / on (x) group_left (y) b", "a{n=\"r\"} / on (x) group_left (y) b{n=\"r\"}"},
        {"a and ignoring(x) b or c unless d",
            "a{n=\"r\"} and ignoring(x) b{n=\"r\"} or c{n=\"r\"} unless d{n=\"r\"}"},
        {"a offset 5m + 1e-3 * 0x1F", "a{n=\"r\"} offset 5m + 1e-3 * 0x1F"},
        {"max_over_time(rate(a{x=\"}\"}[5m])[1h:1m])",
            "max_over_time(rate(a{x=\"}\",n=\"r\"}[5m])[1h:1m])"},
        {"a @ end() == bool 1", "a{n=\"r\"} @ end() == bool 1"},
        {"label_replace(a, \"x\", \"up\", \"\", \"\")",
            "label_replace(a{n=\"r\"}, \"x\", \"up\", \"\", \"\")"},
        {"histogram_quantile(0.95, sum by (le) (rate(a_bucket[5m])))",
            "histogram_quantile(0.95, sum by (le) (rate(a_bucket{n=\"r\"}[5m])))"},
        {"a # or b\n+ c", "a{n=\"r\"} # or b\n+ c{n=\"r\"}"},
        {"vector(1) + time() - Inf", "vector(1) + time() - Inf"},
        {"sum by (\"x.y\") (rate({\"a.b\"}[5m]))",
            "sum by (\"x.y\") (rate({\"a.b\",n=\"r\"}[5m]))"},
        {"topk(3, sum without (pod) (a))", "topk(3, sum without (pod) (a{n=\"r\"}))"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        expr_add_within(&s, cases[i].expr, "n=\"r\"");
        assert_string_equal(s.text, cases[i].want);
        str_clear(&s);
        expr_add_within(&s, cases[i].expr, NULL);
        assert_string_equal(s.text, cases[i].expr);
        str_finish(&s);
    }
}

static void finds_the_names(void **state)
{
    (void)state;
    static const struct {
        const char *expr, *names;
        bool alternatives;
    } cases[] = {
        {"sum(rate({\"a.b\",\"c.d\"=\"e\"}[5m])) / {\"c.d\"=\"e\", \"b.c\"}", "a.b b.c ", false},
        {"sum by (x) (rate(a_total{y=\"up\"}[5m])) / b:c", "a_total b:c ", false},
        {"a + a offset 5m * 1e3 and on (z) B", "a B ", false},
        {"sum(rate(a[5m])) or vector(0)", "a ", true},
        {"a default 0", "a ", true},
        {"{__name__=\"a\"} + time() - Inf", "a ", false},
        {"{x=\"__name__=\\\"b\\\"\", __name__ = 'a' }[5m]", "a ", false},
        {"{__name__=~\"a|b\",__name__!=\"c\",my__name__=\"d\",__name__=\"\"}", "", false},
        {"", "", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct name_list names = {0};
        struct str s;
        str_init(&s);
        assert_int_equal(expr_names(&names, cases[i].expr), cases[i].alternatives);
        for (size_t k = 0; k < names.count; k++) {
            str_addf(&s, "%s ", names.items[k]);
        }
        assert_string_equal(s.text, cases[i].names);
        str_finish(&s);
        names_finish(&names);
    }
}

static void ends_whatever_the_text_is(void **state)
{
    (void)state;
    static const char *const cases[] = {"", "\"", "a{", "a{\"", "(", "[", "by", "by (", "1e", "#",
        "`", "a\\", "\"\\", "{__name__=", "{__name__=\"", "{__name__=\"a"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        struct name_list names = {0};
        expr_add_within(&s, cases[i], "n=\"r\"");
        expr_names(&names, cases[i]);
        names_finish(&names);
        str_finish(&s);
    }
}

static void the_counter_of_a_rate(void **state)
{
    (void)state;
    static const struct {
        const char *expr, *counter; // NULL: none
    } cases[] = {
        {"sum(rate(a_total{x=\"]\"}[5m])) / sum(rate(b_total[5m]))", "a_total{x=\"]\"}"},
        {"histogram_quantile(0.95, sum by (le) (rate( a_bucket[5m])))", "a_bucket"},
        {"increase({__name__=\"a\"}[1m])", "{__name__=\"a\"}"},
        {"max(a) # rate(b[1m])", NULL},
        {"rate(a[5m:1m] + 1)", "a"},
        {"rate(sum(a)[5m:1m])", NULL},
        {"a_rate(b[5m])", NULL},
        {"avg_over_time(a[5m])", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        assert_int_equal(expr_rated(&s, cases[i].expr), cases[i].counter != NULL);
        assert_string_equal(s.text, cases[i].counter ? cases[i].counter : "");
        str_finish(&s);
    }
}

static void the_metric_that_a_number_goes_with(void **state)
{
    (void)state;
    static const struct {
        const char *expr, *metric; // NULL: none
    } cases[] = {
        {"a_sum", "a_sum"},
        {" a_sum{x=\"](\"} ", "a_sum{x=\"](\"}"},
        {"sum(a_sum) / 1000", "a_sum"},
        {"0.001 * sum by (pod) (a_sum{})", "a_sum{}"},
        {"max (sum(a_sum) without(x, y)) + 1e-3", "a_sum"},
        {"a_sum / a_count", NULL},
        {"sum(a_sum) - 5", "a_sum"},
        {"1 / a_sum", NULL},
        {"1 / (a_sum)", NULL},
        {"100 - a_left", NULL},
        {"100 - sum(a_left)", NULL},
        {"-sum by (pod) (a)", NULL},
        {"-a", NULL},
        {"rate(a_sum[5m])", NULL},
        {"a_sum[5m]", NULL},
        {"avg_over_time(a[5m])", NULL},
        {"time() - a", NULL},
        {"a offset 5m", NULL},
        {"a or b", NULL},
        {"a > 5", NULL},
        {"sum(", NULL},
        {"5", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        if (expr_bare(&s, cases[i].expr) != (cases[i].metric != NULL)) {
            fail_msg("%s: %s", cases[i].expr, s.text);
        }
        assert_string_equal(s.text, cases[i].metric ? cases[i].metric : "");
        str_finish(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_counter_of_a_rate),
        cmocka_unit_test(the_metric_that_a_number_goes_with),
        cmocka_unit_test(adds_matchers_to_every_selector),
        cmocka_unit_test(finds_the_names),
        cmocka_unit_test(ends_whatever_the_text_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
