#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct arena a = {0};
    for (int round = 0; round < 3; round++) {
        unsigned char *before = NULL;
        size_t before_size = 0;
        for (size_t size = 1; size < 50000; size = size * 3 / 2 + 1) {
            unsigned char *p = arena_alloc(&a, size, 1);
            assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++) {
                assert_int_equal(p[i], 0);
            }
            memset(p, (int)(size % 255) + 1, size);
            for (size_t i = 0; i < before_size; i++) {
                assert_int_equal(before[i], before_size % 255 + 1);
            }
            before = p;
            before_size = size;
        }
        arena_reset(&a);
    }
    arena_finish(&a);
    arena_finish(&a);
    assert_string_equal(arena_strdup(&a, "usable again"), "usable again");
    arena_finish(&a);
}

static void makes_texts(void **state)
{
    (void)state;
    struct arena a = {0};
    char *one = arena_strdup(&a, "one");
    char *two = arena_printf(&a, "%s-%d", "two", 2);
    char *none = arena_printf(&a, "%s", "");
    assert_string_equal(one, "one");
    assert_string_equal(two, "two-2");
    assert_string_equal(none, "");
    arena_finish(&a);
}

static void nothing_is_something(void **state)
{
    (void)state;
    struct arena a = {0};
    assert_non_null(arena_alloc(&a, 0, 8));
    assert_non_null(arena_alloc(&a, 8, 0));
    arena_reset(&a);
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(makes_texts),
        cmocka_unit_test(nothing_is_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
