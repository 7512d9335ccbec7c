#include "base/ascii.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void changes_letters_alone(void **state)
{
    (void)state;
    static const char from[] = "azAZ09@[`{\xC3\xA9\xFF", small[] = "azaz09@[`{\xC3\xA9\xFF",
                      capital[] = "AZAZ09@[`{\xC3\xA9\xFF";
    for (size_t i = 0; i < sizeof from; i++) {
        assert_int_equal(ascii_lower(from[i]), small[i]);
        assert_int_equal(ascii_upper(from[i]), capital[i]);
    }
}

static void compares(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        size_t same; // so many bytes of both; SIZE_MAX: all
    } cases[] = {
        {"", "", SIZE_MAX},
        {"FRIDAY", "friday", SIZE_MAX},
        {"X-Scope-OrgID", "x-scope-orgid", SIZE_MAX},
        {"traceID", "trace", 5},
        {"", "a", 0},
        {"a[", "A{", 1},
        {"\xC3\xA9", "\xC3\x89", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *a = cases[i].a, *b = cases[i].b;
        size_t same = cases[i].same;
        assert_int_equal(ascii_same(a, b), same == SIZE_MAX);
        assert_int_equal(ascii_same(b, a), same == SIZE_MAX);
        assert_true(ascii_same_n(a, b, same));
        assert_true(same == SIZE_MAX || !ascii_same_n(a, b, same + 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_letters_alone),
        cmocka_unit_test(compares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
