/*
 * What is wanted while a recording is made.
 */
#include "app/wants.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static size_t count_of(const struct wants *w, enum feed_kind kind, int subject)
{
    size_t count = 0;
    for (size_t i = 0; i < w->count; i++) {
        count += w->items[i].kind == kind && w->items[i].subject == subject;
    }
    return count;
}

static void each_is_wanted_once(void **state)
{
    (void)state;
    struct recorded_wants r = {0};
    wants_gather(&r, false);
    assert_int_equal(count_of(&r.wants, FEED_NOW, 0), 1);
    assert_int_equal(count_of(&r.wants, FEED_EACH_POD, 7), 1);
    assert_int_equal(count_of(&r.wants, FEED_RULES, 0), 1);
    assert_int_equal(count_of(&r.wants, FEED_TARGETS, 0), 1);
    for (size_t i = 0; i < r.wants.count; i++) {
        assert_int_equal(count_of(&r.wants, r.wants.items[i].kind, r.wants.items[i].subject), 1);
    }
    wants_finish(&r.wants);
}

static void they_are_gathered_when_they_change(void **state)
{
    (void)state;
    struct recorded_wants r = {0};
    wants_gather(&r, false);
    assert_int_equal(count_of(&r.wants, FEED_EXEMPLARS, 3), 0);
    size_t count = r.wants.count--;
    wants_gather(&r, false); // as they are
    assert_int_equal(r.wants.count, count - 1);
    wants_gather(&r, true);
    assert_int_equal(count_of(&r.wants, FEED_EXEMPLARS, 3), 1);
    wants_gather(&r, false);
    assert_int_equal(r.wants.count, count);
    assert_int_equal(count_of(&r.wants, FEED_EXEMPLARS, 3), 0);
    wants_finish(&r.wants);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_wanted_once),
        cmocka_unit_test(they_are_gathered_when_they_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
