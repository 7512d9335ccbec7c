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

static void gaps_take_no_room(void **state)
{
    (void)state;
    struct ring r;
    ring_init(&r, 240, 0);
    for (int64_t slot = -239; slot <= 500; slot++) {
        ring_put(&r, slot, NAN);
    }
    assert_int_equal(r.held, 0);
    ring_put(&r, 501, 7);
    for (int64_t slot = 502; slot <= 740; slot++) { // a pod that came and went
        ring_put(&r, slot, NAN);
    }
    assert_in_range(r.held, 1, 4);
    assert_true(ring_get(&r, 501) == 7);
    ring_put(&r, 741, NAN);
    assert_gaps(&r, 400, 800);
    ring_put(&r, 742, 8); // nothing of the first that it would have to hold
    assert_in_range(r.held, 1, 4);
    ring_put(&r, 742 - 239, 9);
    assert_int_equal(r.held, 240);
    assert_true(ring_get(&r, 742) == 8 && ring_get(&r, 742 - 239) == 9);
    ring_finish(&r);
}

/** What RING should be: the newest CAP of SLOTS values. */
enum { CAP = 11, SLOTS = 3000 };

static void is_what_an_array_would_be(void **state)
{
    (void)state;
    for (uint64_t run = 1; run <= 60; run++) {
        uint64_t random = run;
        double all[SLOTS];
        for (int i = 0; i < SLOTS; i++) {
            all[i] = NAN;
        }
        struct ring r;
        int64_t head = CAP + (int64_t)(run % 5);
        ring_init(&r, CAP, head);
        while (head < SLOTS - 4 * CAP) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            int64_t off = (int64_t)(random >> 33) % (run % 3 ? 4 : 2 * CAP) - (run % 2 ? 1 : CAP);
            int64_t slot = head + off;
            double value = random >> 60 < run % 16 ? NAN : (double)(random >> 40);
            ring_put(&r, slot, value);
            head = slot > head ? slot : head;
            all[slot] = slot > head - CAP ? value : all[slot];
            for (int64_t at = head - 2 * CAP > 0 ? head - 2 * CAP : 0; at <= head + CAP; at++) {
                double want = at > head - CAP ? all[at] : NAN, is = ring_get(&r, at);
                assert_true(isnan(want) ? isnan(is) : is == want);
            }
            assert_true(r.held <= CAP);
            head += random >> 40 & 1; // time that passes without a sample
            ring_put(&r, head, all[head]);
        }
        ring_finish(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_empty),
        cmocka_unit_test(holds_the_newest),
        cmocka_unit_test(jumps_leave_gaps),
        cmocka_unit_test(far_jumps_are_fast),
        cmocka_unit_test(slots_may_be_negative),
        cmocka_unit_test(gaps_take_no_room),
        cmocka_unit_test(is_what_an_array_would_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
