#include "promql/regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void makes_up_a_text_that_a_regex_takes(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"5..", "5xx"},
        {"abort|error", "abort"},
        {".+", "x"},
        {".*/points/(search|query).*", "x/points/searchx"},
        {"(?:a|b)c", "ac"},
        {"((a|b)|c)d", "ad"},
        {"(a|(b|c))?d", "ad"},
        {"(?i)ok", "ok"},
        {"[a-z]+\\d{3}", "a111"},
        {"[^/]+", "x"},
        {"a\\.b\\|c", "a.b|c"},
        {"^a$", "a"},
        {"a+?b*?", "ab"},
        {"x{2,4}", "xx"},
        {"(a", "a"},
        {"a\\", "a\\"},
        {"[", "["},
        {"x{", "x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        regex_add_sample(&s, cases[i][0]);
        assert_string_equal(s.text, cases[i][1]);
        str_finish(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(makes_up_a_text_that_a_regex_takes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
