#include "base/index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 20000 };

/** Numbers by themselves, and how often two were compared. */
struct numbers {
    size_t wanted, compared;
};

static bool is_wanted(const void *context, size_t at)
{
    struct numbers *n = (struct numbers *)(uintptr_t)context;
    n->compared++;
    return at == n->wanted;
}

static uint64_t hash_of(size_t n)
{
    char text[24];
    snprintf(text, sizeof text, "%zu", n);
    return index_hash(INDEX_HASH_START, text);
}

static void finds_what_is_there(void **state)
{
    (void)state;
    struct index x = {0};
    struct numbers n = {0};
    assert_true(index_find(&x, 1, is_wanted, &n) == INDEX_NOWHERE);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < MANY; i++) {
            index_add(&x, hash_of(i), i);
        }
        for (n.wanted = 0; n.wanted < MANY; n.wanted++) {
            assert_int_equal(index_find(&x, hash_of(n.wanted), is_wanted, &n), n.wanted);
            assert_true(index_find(&x, hash_of(MANY + n.wanted), is_wanted, &n) == INDEX_NOWHERE);
        }
        index_clear(&x);
        assert_true(index_find(&x, hash_of(1), is_wanted, &n) == INDEX_NOWHERE);
    }
    assert_true(n.compared <= 2 * (MANY + 10)); // one for each that is there
    index_finish(&x);
    index_finish(&x);
}

static void tells_equal_hashes_apart(void **state)
{
    (void)state;
    struct index x = {0};
    struct numbers n = {0};
    for (size_t i = 0; i < 100; i++) {
        index_add(&x, 7, i);
    }
    for (n.wanted = 0; n.wanted < 100; n.wanted++) {
        assert_int_equal(index_find(&x, 7, is_wanted, &n), n.wanted);
    }
    assert_true(index_find(&x, 7, is_wanted, &n) == INDEX_NOWHERE);
    index_finish(&x);
}

static void texts_do_not_run_together(void **state)
{
    (void)state;
    uint64_t one = index_hash(index_hash(INDEX_HASH_START, "ab"), "c");
    uint64_t other = index_hash(index_hash(INDEX_HASH_START, "a"), "bc");
    assert_true(one != other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_is_there),
        cmocka_unit_test(tells_equal_hashes_apart),
        cmocka_unit_test(texts_do_not_run_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
