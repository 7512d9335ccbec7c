#include "promql/matchers.h"
#include "promql/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HELD(array) (sizeof(array) / sizeof *(array))

static void reads_matchers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *list, *why;
    } cases[] = {
        {"", "", NULL},
        {" {} ", "", NULL},
        {"a=\"b\"", "a=\"b\"", NULL},
        {"{ a =~ \"x.*|y\" , b != 'c', d!~\"\" , }", "a=~\"x.*|y\",b!='c',d!~\"\"", NULL},
        {"a=\"q\\\"\\\\\\n\\x41\\101\\u00e9,}\"", "a=\"q\\\"\\\\\\n\\x41\\101\\u00e9,}\"", NULL},
        {"a=\"(\"", "a=\"(\"", NULL}, // no expression
        {"a=~\"(?i)x(b|c)?[])(^][^]a]\\\\(|()\"", "a=~\"(?i)x(b|c)?[])(^][^]a]\\\\(|()\"", NULL},
        {"a=~\"[[:alpha:](]+.*?\"", "a=~\"[[:alpha:](]+.*?\"", NULL},
        {"a=~'\\x28b)'", "a=~'\\x28b)'", NULL},
        {"a=~'\\\\Q(\\\\E'", "a=~'\\\\Q(\\\\E'", NULL},
        {"a=~\"(\"", NULL,
            "not label matchers, as the regular expression \"(\" is wrong: a ) is missing"},
        {"b=\"c\",a!~'x)'", NULL,
            "not label matchers, as the regular expression 'x)' is wrong: a ) has no matching ("},
        {"a=~'[x'", NULL,
            "not label matchers, as the regular expression '[x' is wrong: a ] is missing"},
        {"a=~'*x'", NULL,
            "not label matchers, as the regular expression '*x' is wrong: there is nothing before "
            "a * + or ? to repeat"},
        {"a=~'x\\\\'", NULL,
            "not label matchers, as the regular expression 'x\\\\' is wrong: it ends in a "
            "backslash"},
        {"a.b=\"c\",\"d\"=\"e\",'f g'!=\"\"", "\"a.b\"=\"c\",d=\"e\",\"f g\"!=\"\"", NULL},
        {"{\"a.b\" =~ 'c'}", "\"a.b\"=~'c'", NULL},
        {"\"a.b\"", NULL, "not label matchers: \"a.b\" must be followed by = != =~ or !~"},
        {"\"\"=\"a\"", NULL, "not label matchers; use k=\"v\",k2=~\"v.*\""},
        {"\"a.b=c", NULL, "not quoted correctly: a \" is missing"},
        {"a-b=\"c\"", NULL, "not label matchers: a must be followed by = != =~ or !~"},
        {"a=b", NULL, "not label matchers: the value of a must be in quotes, as in k=\"v\""},
        {"a", NULL, "not label matchers: a must be followed by = != =~ or !~"},
        {"1a=\"b\"", NULL, "not label matchers; use k=\"v\",k2=~\"v.*\""},
        {",", NULL, "not label matchers; use k=\"v\",k2=~\"v.*\""},
        {"a=\"b", NULL, "not quoted correctly: a \" is missing"},
        {"a='b\n'", NULL, "not quoted correctly: a ' is missing"},
        {"a=\"\\d\"", NULL, "not quoted correctly: for a backslash write \\\\"},
        {"a=\"\\\"", NULL, "not quoted correctly: a \" is missing"},
        {"a=\"\\u00\"", NULL, "not quoted correctly: for a backslash write \\\\"},
        {"{a=\"b\"", NULL, "not label matchers: the closing } is missing"},
        {"a=\"b\"}", NULL, "not label matchers: something follows the closing }"},
        {"{a=\"b\"}[5m]", NULL, "not label matchers: something follows the closing }"},
        {"a=\"b\" c=\"d\"", NULL, "not label matchers: a comma is missing between two of them"},
        {"{a=\"b\" c=\"d\"}", NULL, "not label matchers: a comma is missing between two of them"},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        struct str out, why;
        str_init(&out);
        str_init(&why);
        bool good = matchers_add(&out, cases[i].text, &why);
        assert_int_equal(good, cases[i].list != NULL);
        assert_string_equal(out.text, good ? cases[i].list : "");
        if (!good) {
            assert_string_equal(why.text, cases[i].why);
        }
        str_finish(&out);
        str_finish(&why);
    }
}

static void reads_metrics(void **state)
{
    (void)state;
    static const struct {
        const char *text, *metric, *why;
    } cases[] = {
        {"a_b:c", "a_b:c", NULL},
        {" a { b = 'c', } ", "a{b='c'}", NULL},
        {"gen_ai.client.operation.duration", "gen_ai.client.operation.duration", NULL},
        {"a.b{c.d=\"e\"}", "a.b{\"c.d\"=\"e\"}", NULL},
        {"{\"any name\", a=\"b\"}", "any name{a=\"b\"}", NULL},
        {"{ 'a.b' }", "a.b", NULL},
        {"{\"a_b\",}", "a_b", NULL},
        {"\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9", NULL},
        {"{\"a{b\"}", NULL,
            "a metric with braces in its name; write it as an expression under 'expr'"},
        {"{\"a\\nb\"}", NULL, "not a name: it has a tab or the end of a line in it"},
        {"{\"a.b\"=\"c\"}", NULL,
            "a metric without a plain name; write it as an expression under 'expr'"},
        {"rate(m[5m])", NULL, "not a metric name; a whole PromQL expression belongs under 'expr'"},
        {"a b", NULL, "not a metric name; a whole PromQL expression belongs under 'expr'"},
        {"a-b", NULL, "not a metric name; a whole PromQL expression belongs under 'expr'"},
        {"5.a", NULL, "not a metric name; a whole PromQL expression belongs under 'expr'"},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        struct str out, why;
        str_init(&out);
        str_init(&why);
        bool good = matchers_add_metric(&out, cases[i].text, &why);
        assert_string_equal(good ? out.text : why.text, good ? cases[i].metric : cases[i].why);
        assert_true(good == (cases[i].metric != NULL));
        if (good) { // what is written is read back
            struct str written;
            str_init(&written);
            name_add_written(&written, out.text);
            str_clear(&out);
            assert_true(matchers_is_metric(written.text));
            assert_true(matchers_add_metric(&out, written.text, &why));
            assert_string_equal(out.text, cases[i].metric);
            str_finish(&written);
        }
        str_finish(&out);
        str_finish(&why);
    }
}

static void checks_expressions(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why; // NULL: good
    } cases[] = {
        {"sum by (le) (rate(x_bucket{a=\")\"}[5m])) # :(", NULL},
        {"a{b='\\''} / `(`", NULL},
        {" \n", "empty"},
        {"# only a comment", "empty"},
        {"rate(x[5m]", "not an expression: a ')' is missing"},
        {"rate(x[5m)]", "not an expression: there is a ')' too many"},
        {"x)", "not an expression: there is a ')' too many"},
        {"x{a=\"b}", "not quoted correctly: a \" is missing"},
        {"x{a=`b}", "not quoted correctly: a ` is missing"},
        {"x{a=\"\t\xc3\xa9\"}\r\n", NULL},
        {"x{a=\"\x1b[31m\"}", "not visible text: it has a control character or malformed UTF-8"},
        {"x{a=\"\xc2\x9b\"}", "not visible text: it has a control character or malformed UTF-8"},
        {"((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((", "nested too deeply"},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        struct str why;
        str_init(&why);
        bool good = matchers_check_expr(cases[i].text, &why);
        assert_int_equal(good, cases[i].why == NULL);
        assert_string_equal(why.text, good ? "" : cases[i].why);
        str_finish(&why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_matchers),
        cmocka_unit_test(reads_metrics),
        cmocka_unit_test(checks_expressions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
