#include "series/list.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static struct list of(const char *names)
{
    struct list list = {.fields = {"name", "at"}, .fields_count = 2};
    for (size_t i = 0; names[i]; i++) {
        struct list_value *values = list_add(&list);
        values[0].text = mem_strndup(&names[i], 1);
        values[1].number = (double)i;
    }
    return list;
}

static void what_is_missing_is_nothing(void **state)
{
    (void)state;
    struct list list = of("a"), empty = {0};
    list_add(&list);
    assert_string_equal(list_text(&list, 0, "name"), "a");
    assert_true(list_number(&list, 0, "at") == 0);
    assert_string_equal(list_text(&list, 1, "name"), "");
    assert_true(isnan(list_number(&list, 1, "at")));
    assert_true(isnan(list_number(&list, 0, "name")));
    assert_string_equal(list_text(&list, 0, "none"), "");
    list_finish(&list);
    list_finish(&empty);
}

static bool is_upper(const struct list *list, size_t i)
{
    char c = *list_text(list, i, "name");
    return c >= 'A' && c <= 'Z';
}

static void those_that_come_first_are_kept(void **state)
{
    (void)state;
    static const struct {
        const char *names;
        size_t most;
        const char *kept;
    } cases[] = {
        {"abc", 3, "abc"},
        {"abc", 4, "abc"},
        {"abcd", 3, "abc"},
        {"abcD", 3, "abD"},
        {"ABCD", 3, "ABC"},
        {"aBcDe", 2, "BD"},
        {"aBcDe", 1, "B"},
        {"", 2, ""},
        {"ab", 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct list list = of(cases[i].names);
        list_keep(&list, cases[i].most, is_upper);
        assert_int_equal(list.count, strlen(cases[i].kept));
        assert_int_equal(list.count + list.left_out, strlen(cases[i].names));
        for (size_t k = 0; k < list.count; k++) {
            const char name[] = {cases[i].kept[k], '\0'};
            assert_string_equal(list_text(&list, k, "name"), name);
            assert_int_equal(
                list_number(&list, k, "at"), strchr(cases[i].names, *name) - cases[i].names);
        }
        list_finish(&list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_is_nothing),
        cmocka_unit_test(those_that_come_first_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
