#include "prom/complaint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void finds_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *why, *expr;
        size_t place;
        const char *said;
    } cases[] = {
        {"invalid parameter \"query\": 1:8: parse error: unclosed left parenthesis", "sum(rate", 8,
            "parse error: unclosed left parenthesis"},
        {"1:3: parse error: unexpected end of input", "up", 3,
            "parse error: unexpected end of input"},
        {"1:99: parse error: x", "up", 0, "parse error: x"}, // beyond the query
        {"parse error: x", "up", 0, "parse error: x"},
        {"1: parse error: x", "up", 0, "1: parse error: x"},
        {": parse error: x", "up", 0, ": parse error: x"},
        {"1:999999999999999999999: parse error: x", "up", 0, "parse error: x"},
        {"query processing would load too many samples into memory", "up", 0,
            "query processing would load too many samples into memory"},
        {"cannot parse \"up bar\": unparsed data left: \"bar\"", "up bar", 4,
            "cannot parse \"up bar\": unparsed data left: \"bar\""},
        {"unparsed data left: \"\"", "up", 0, "unparsed data left: \"\""},
        {"unparsed data left: \"b\\\"c", "a b\"c", 3, "unparsed data left: \"b\\\"c"},
        {"", "", 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str why;
        str_init(&why);
        str_add(&why, cases[i].why);
        size_t place = complaint_place(&why, cases[i].expr);
        if (place != cases[i].place || strcmp(why.text, cases[i].said) != 0) {
            fail_msg("case %zu: %zu, '%s'", i, place, why.text);
        }
        str_finish(&why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_the_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
