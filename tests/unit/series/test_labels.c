#include "series/labels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct labels make(const char *const *pairs)
{
    struct labels l = {0};
    for (; pairs[0]; pairs += 2) {
        labels_set(&l, pairs[0], pairs[1]);
    }
    return l;
}

static void keeps_order_and_overwrites(void **state)
{
    (void)state;
    struct labels l = make((const char *const[]){"le", "1", "a", "x", "z", "", "a", "y", NULL});
    assert_int_equal(l.count, 3);
    assert_string_equal(l.items[0].name, "a");
    assert_string_equal(l.items[1].name, "le");
    assert_string_equal(l.items[2].name, "z");
    assert_string_equal(labels_get(&l, "a"), "y");
    assert_string_equal(labels_get(&l, "z"), "");
    assert_null(labels_get(&l, "b"));
    assert_null(labels_get(&l, ""));
    labels_finish(&l);
    assert_int_equal(l.count, 0);
    labels_finish(&l);
}

static void equal_sets_hash_alike(void **state)
{
    (void)state;
    static const struct {
        const char *a[7], *b[7];
        bool equal;
    } cases[] = {
        {{NULL}, {NULL}, true},
        {{"a", "b", NULL}, {"a", "b", NULL}, true},
        {{"a", "b", "c", "d", NULL}, {"c", "d", "a", "b", NULL}, true},
        {{"a", "b", NULL}, {NULL}, false},
        {{"a", "b", NULL}, {"a", "c", NULL}, false},
        {{"a", "b", NULL}, {"b", "a", NULL}, false},
        {{"a", "bc", NULL}, {"ab", "c", NULL}, false}, // where one text ends matters
        {{"a", "", "b", "", NULL}, {"ab", "", NULL}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct labels a = make(cases[i].a), b = make(cases[i].b);
        assert_int_equal(labels_equal(&a, &b), cases[i].equal);
        assert_int_equal(labels_equal(&b, &a), cases[i].equal);
        assert_int_equal(labels_hash(&a) == labels_hash(&b), cases[i].equal);
        labels_finish(&a);
        labels_finish(&b);
    }
}

static void copies_are_their_own(void **state)
{
    (void)state;
    struct labels a = make((const char *const[]){"a", "1", "b", "2", NULL}), b, none = {0};
    labels_copy(&b, &a);
    assert_true(labels_equal(&a, &b));
    labels_set(&a, "a", "changed");
    assert_string_equal(labels_get(&b, "a"), "1");
    labels_finish(&a);
    assert_string_equal(labels_get(&b, "b"), "2");
    labels_finish(&b);
    labels_copy(&b, &none);
    assert_int_equal(b.count, 0);
    labels_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_order_and_overwrites),
        cmocka_unit_test(equal_sets_hash_alike),
        cmocka_unit_test(copies_are_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
