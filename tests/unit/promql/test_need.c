/*
 * What an expression cannot do without: here `a`, `b` and `c{x="1"}` have series, nothing else.
 */
#include "promql/need.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool has(void *context, const char *selector)
{
    (void)context;
    static const char *const there[] = {"a", "b", "c{x=\"1\"}", NULL};
    return names_have(there, selector);
}

// What is missing, with blanks between.
static void says_what_is_missing(void **state)
{
    (void)state;
    static const struct {
        const char *expr;
        enum need need;
        const char *missing;
    } cases[] = {
        {"a", NEED_MET, ""},
        {"a{}", NEED_MET, ""},
        {"n", NEED_MISSED, "n"},
        {"c{x=\"1\"} > 0", NEED_MET, ""},
        {"c{x=\"2\"} > 0", NEED_MISSED, "c{x=\"2\"}"},
        {"rate(n_sum[5m]) / rate(n_count[5m]) > 1.0", NEED_MISSED, "n_sum n_count"},
        {"rate(a[5m]) / rate(n[5m]) > 1", NEED_MISSED, "n"},
        {"n + n", NEED_MISSED, "n"},
        // alternatives
        {"n or a", NEED_MET, ""},
        {"a or n", NEED_MET, ""},
        {"n or m", NEED_MISSED, "n m"},
        {"n or vector(0)", NEED_MET, ""},
        {"(n or a) and b", NEED_MET, ""},
        {"n and a or b", NEED_MET, ""},
        {"n and (a or b)", NEED_MISSED, "n"},
        {"n default 0", NEED_MET, ""},
        {"a > 1 or n > 1 and m", NEED_MET, ""},
        // what matters by not being there
        {"absent(n)", NEED_MET, ""},
        {"absent(n{job=\"x\"}) or n", NEED_MET, ""},
        {"absent_over_time(n[1h]) == 1 and a", NEED_MET, ""},
        {"absent(n) and m", NEED_MISSED, "m"},
        {"a unless n", NEED_MET, ""},
        {"n unless a", NEED_MISSED, "n"},
        {"a unless on (x) (n or m)", NEED_MET, ""},
        {"a unless n or m", NEED_MET, ""},
        // the language
        {"sum by (x, y) (rate(a[5m])) > 0", NEED_MET, ""},
        {"sum(n) by (x)", NEED_MISSED, "n"},
        {"SUM WITHOUT(x)(a)", NEED_MET, ""},
        {"a * on (x) group_left (y) b", NEED_MET, ""},
        {"a * ignoring (x) group_right n", NEED_MISSED, "n"},
        {"a * on (x) group_left (y) (n)", NEED_MISSED, "n"},
        {"a offset 5m == bool 1", NEED_MET, ""},
        {"a @ end() - b @ 1609746000.5 offset -1d", NEED_MET, ""},
        {"max_over_time(rate(a[5m])[1h:1m]) > -1e-3", NEED_MET, ""},
        {"histogram_quantile(0.95, sum by (le) (rate(n_bucket[5m]))) > 2", NEED_MISSED, "n_bucket"},
        {"label_replace(a, \"x\", \"n)\", \"\", 'm(')", NEED_MET, ""},
        {"topk(3, n)", NEED_MISSED, "n"},
        {"time() - a > 3600", NEED_MET, ""},
        {"-a ^ -2 < +Inf", NEED_MET, ""},
        {"a # or n\n and b", NEED_MET, ""},
        {"{__name__=~\"n|m\"}", NEED_MISSED, "{__name__=~\"n|m\"}"},
        {"n{x=\"}\",y=~'(a|b)'} > 0", NEED_MISSED, "n{x=\"}\",y=~'(a|b)'}"},
        {"0x1F + a", NEED_MET, ""},
        {"1", NEED_MET, ""},
        {"order_total > 1", NEED_MISSED, "order_total"}, // no `or`
        {"on_call > 1 and iffy", NEED_MISSED, "on_call iffy"},
        // no PromQL
        {"", NEED_UNKNOWN, ""},
        {"a +", NEED_UNKNOWN, ""},
        {"a > or", NEED_UNKNOWN, ""},
        {"sum(n", NEED_UNKNOWN, ""},
        {"n{x=\"y}", NEED_UNKNOWN, ""},
        {"n m", NEED_UNKNOWN, ""},
        {"{} > n", NEED_UNKNOWN, ""},
        {"n) or a", NEED_UNKNOWN, ""},
        {"{{ $labels.x }} > n", NEED_UNKNOWN, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct name_list missing = {0};
        struct str said;
        str_init(&said);
        enum need need = need_judge(cases[i].expr, has, NULL, &missing);
        for (size_t k = 0; k < missing.count; k++) {
            str_addf(&said, "%s%s", k > 0 ? " " : "", missing.items[k]);
        }
        if (need != cases[i].need || strcmp(said.text, cases[i].missing) != 0) {
            fail_msg("%s: %d, missing '%s'", cases[i].expr, (int)need, said.text);
        }
        names_finish(&missing);
        str_finish(&said);
    }
}

static void lists_all_selectors(void **state)
{
    (void)state;
    struct name_list list = {0};
    assert_true(
        need_selectors(&list, "absent(n) or a{x=\"1\"} unless sum(m) by (y) > a {x=\"1\"}"));
    assert_int_equal(list.count, 3);
    assert_string_equal(list.items[0], "n");
    assert_string_equal(list.items[1], "a{x=\"1\"}");
    assert_string_equal(list.items[2], "m");
    assert_false(need_selectors(&list, "sum("));
    names_finish(&list);
}

// What is nested without end is not understood, and no reason to fail.
static void deep_nesting_ends(void **state)
{
    (void)state;
    char deep[10001];
    memset(deep, '(', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    struct name_list missing = {0};
    assert_int_equal(need_judge(deep, has, NULL, &missing), NEED_UNKNOWN);
    assert_int_equal(missing.count, 0);
    names_finish(&missing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_is_missing),
        cmocka_unit_test(lists_all_selectors),
        cmocka_unit_test(deep_nesting_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
