#include "series/ring.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/** Slots FIRST to LAST are gaps. */
static void assert_gaps(const struct ring *r, int64_t first, int64_t last)
{
    for (int64_t slot = first; slot <= last; slot++) {
        if (!isnan(ring_get(r, slot))) {
            fail_msg("slot %lld is %g", (long long)slot, ring_get(r, slot));
        }
    }
}

static void starts_empty(void **state)
{
    (void)state;
    struct ring r;
    ring_init(&r, 4, 100);
    assert_gaps(&r, 90, 110);
    ring_finish(&r);
    assert_null(r.values);
    ring_finish(&r);
}

static void holds_the_newest(void **state)
{
    (void)state;
    struct ring r;
    ring_init(&r, 4, 100);
    for (int64_t slot = 97; slot <= 100; slot++) {
        ring_put(&r, slot, (double)slot);
    }
    ring_put(&r, 96, 1); // too old
    assert_gaps(&r, 90, 96);
    assert_true(ring_get(&r, 97) == 97 && ring_get(&r, 100) == 100);
    ring_put(&r, 101, 101);
    assert_gaps(&r, 97, 97);
    assert_true(ring_get(&r, 98) == 98 && ring_get(&r, 101) == 101);
    ring_put(&r, 99, 7); // late, and in place
    assert_true(ring_get(&r, 99) == 7 && ring_get(&r, 101) == 101);
    ring_put(&r, 99, NAN);
    assert_gaps(&r, 99, 99);
    ring_finish(&r);
}

static void jumps_leave_gaps(void **state)
{
    (void)state;
    for (int64_t jump = 1; jump < 12; jump++) {
        struct ring r;
        ring_init(&r, 4, 100);
        for (int64_t slot = 97; slot <= 100; slot++) {
            ring_put(&r, slot, (double)slot);
        }
        int64_t to = 100 + jump;
        ring_put(&r, to, 1);
        assert_true(ring_get(&r, to) == 1);
        assert_gaps(&r, 101, to - 1);
        for (int64_t slot = to - 3; slot <= 100; slot++) {
            assert_true(ring_get(&r, slot) == (double)slot);
        }
        assert_gaps(&r, 90, to - 4);
        ring_finish(&r);
    }
}

static void far_jumps_are_fast(void **state)
{
    (void)state;
    struct ring r;
    ring_init(&r, 4, 0);
    ring_put(&r, INT64_C(1000000000000), 1); // years at once
    assert_gaps(&r, -10, 10);
    assert_true(ring_get(&r, INT64_C(1000000000000)) == 1);
    ring_finish(&r);
}

static void slots_may_be_negative(void **state)
{
    (void)state;
    struct ring r;
    ring_init(&r, 3, -5);
    for (int64_t slot = -7; slot <= 2; slot++) {
        ring_put(&r, slot, (double)slot);
        assert_true(ring_get(&r, slot) == (double)slot);
    }
    assert_true(ring_get(&r, 0) == 0 && ring_get(&r, 2) == 2);
    assert_gaps(&r, -8, -1);
    ring_finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_empty),
        cmocka_unit_test(holds_the_newest),
        cmocka_unit_test(jumps_leave_gaps),
        cmocka_unit_test(far_jumps_are_fast),
        cmocka_unit_test(slots_may_be_negative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
