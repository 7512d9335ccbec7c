#include "poll/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void asks_as_fast_as_it_goes_until_it_is_told_not_to(void **state)
{
    (void)state;
    struct pace p = {0};
    pace_sent(&p, 1000);
    assert_true(pace_allows(&p, 1000));
    pace_slow(&p, 1000, 1000);
    assert_false(pace_allows(&p, 1999));
    assert_true(pace_allows(&p, 2000));
    pace_sent(&p, 2000);
    assert_false(pace_allows(&p, 2000 + p.gap_ms - 1));
    assert_true(pace_allows(&p, 2000 + p.gap_ms));
}

static void one_burst_is_one_complaint(void **state)
{
    (void)state;
    struct pace p = {0};
    pace_slow(&p, 0, 1000);
    int64_t gap_ms = p.gap_ms;
    pace_slow(&p, 0, 1999);
    assert_int_equal(p.gap_ms, gap_ms);
    pace_slow(&p, 0, 2000);
    assert_int_equal(p.gap_ms, 2 * gap_ms);
}

static void the_distance_has_a_limit_and_shrinks_when_nobody_complains(void **state)
{
    (void)state;
    struct pace p = {0};
    int64_t t = 0;
    for (int i = 0; i < 40; i++) {
        pace_slow(&p, 0, t += 1000);
    }
    assert_int_equal(p.gap_ms, 2000);
    pace_sent(&p, t + 59999);
    assert_int_equal(p.gap_ms, 2000);
    int steps = 0;
    for (; p.gap_ms > 0; steps++) {
        assert_true(steps < 10);
        pace_sent(&p, t += 60000);
    }
    pace_sent(&p, t);
    assert_true(pace_allows(&p, t));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_as_fast_as_it_goes_until_it_is_told_not_to),
        cmocka_unit_test(one_burst_is_one_complaint),
        cmocka_unit_test(the_distance_has_a_limit_and_shrinks_when_nobody_complains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
