#include "base/recall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void goes_back_and_comes_back(void **state)
{
    (void)state;
    struct recall r = {0};
    assert_null(recall_step(&r, 1, "draft"));
    recall_add(&r, "one", 10);
    recall_add(&r, "two", 10);
    assert_string_equal(recall_step(&r, 1, "draft"), "two");
    assert_string_equal(recall_step(&r, 1, "two"), "one");
    assert_null(recall_step(&r, 1, "one"));
    assert_string_equal(recall_step(&r, -1, "one"), "two");
    assert_string_equal(recall_step(&r, -1, "two"), "draft");
    assert_null(recall_step(&r, -1, "draft"));
    recall_step(&r, 2, "draft");
    recall_rest(&r); // one of them was edited: it is a draft now
    assert_null(recall_step(&r, -1, "one more"));
    assert_string_equal(recall_step(&r, 1, "one more"), "two");
    assert_string_equal(recall_step(&r, -1, "two"), "one more");
    recall_finish(&r);
}

static void keeps_each_once(void **state)
{
    (void)state;
    struct recall r = {0};
    static const char *const lines[] = {"x", "a", "a", "", "b", "a", "c", "d"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        recall_add(&r, lines[i], 4);
    }
    static const char *const want[] = {"b", "a", "c", "d"};
    assert_int_equal(r.count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(r.lines[i], want[i]);
    }
    recall_finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_back_and_comes_back),
        cmocka_unit_test(keeps_each_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
