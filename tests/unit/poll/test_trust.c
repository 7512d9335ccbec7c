/*
 * Whose history is remembered: what one stretch, asked for again, proves of it.
 */
#include "poll/trust.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "series/store.h"

enum { FIRST = 1000, SLOTS = 4, LAST = FIRST + SLOTS - 1 };

/** A matrix of one series, or with SECOND of two. */
static struct matrix matrix_of(const double *values, const double *second)
{
    struct batch b = {0};
    struct matrix m;
    for (int k = 0; k < 2; k++) {
        const double *from = k ? second : values;
        struct batch_series *s = from ? batch_add(&b) : NULL;
        if (k && s) {
            labels_set(&s->labels, "le", "1");
        }
        for (int i = 0; s && i < SLOTS; i++) {
            batch_add_sample(s, (int64_t)(FIRST + i) * STORE_HISTORY_STEP_MS, from[i]);
        }
    }
    matrix_init(&m, STORE_HISTORY_STEP_MS, SLOTS);
    matrix_merge(&m, &b, FIRST, LAST);
    batch_finish(&b);
    return m;
}

static void a_stretch_says(const double *known, const double *known_more, const double *answer,
    const double *answer_more, enum finding expected)
{
    struct matrix k = matrix_of(known, known_more), a = matrix_of(answer, answer_more);
    assert_int_equal(trust_compare(&k, &a, FIRST, LAST), expected);
    matrix_finish(&k);
    matrix_finish(&a);
}

static void compares_a_stretch(void **state)
{
    (void)state;
    static const struct {
        double known[SLOTS], answer[SLOTS];
        enum finding finding;
    } cases[] = {
        {{1, 2, 3, 4}, {1, 2, 3, 4}, FINDING_SAME},
        {{5, 5, 5, 6}, {5, 5, 5, 6}, FINDING_SAME}, // once is enough
        {{5, 5, 5, 5}, {5, 5, 5, 5}, FINDING_CONSTANT},
        {{0, 0, 0, 0}, {0, 0, 0, 0}, FINDING_CONSTANT}, // errors, everywhere
        {{0, 0, 0, 0}, {0, 0, 0, 1}, FINDING_DIFFERS},
        {{1, 2, 3, 4}, {1, 2, 3, 4 * (1 + 1e-7)}, FINDING_SAME}, // summed otherwise
        {{1, 2, 3, 4}, {1, 2, 3, 4 * (1 + 3e-6)}, FINDING_DIFFERS},
        {{1, 1 + 1e-7, 1, 1}, {1, 1 + 1e-7, 1, 1}, FINDING_CONSTANT}, // no variation
        {{1, 2, 3, 4}, {NAN, NAN, NAN, NAN}, FINDING_NONE},
        {{NAN, NAN, NAN, NAN}, {NAN, NAN, NAN, NAN}, FINDING_NONE},
        {{NAN, NAN, NAN, NAN}, {1, 2, 3, 4}, FINDING_DIFFERS},
        {{1, 2, 3, 4}, {NAN, NAN, 3, 4}, FINDING_SAME}, // it keeps less now
        {{1, 2, 4, 4}, {NAN, NAN, 4, 4}, FINDING_CONSTANT},
        {{1, 2, 3, 4}, {NAN, NAN, 3, 5}, FINDING_DIFFERS},
        {{1, 2, 3, 4}, {1, NAN, 3, 4}, FINDING_DIFFERS}, // a hole is no end
        {{1, 2, 3, 4}, {1, 2, 3, NAN}, FINDING_DIFFERS},
        {{1, NAN, 3, 4}, {1, 2, 3, 4}, FINDING_DIFFERS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        a_stretch_says(cases[i].known, NULL, cases[i].answer, NULL, cases[i].finding);
    }
}

static void compares_every_series(void **state)
{
    (void)state;
    static const double rising[SLOTS] = {1, 2, 3, 4}, flat[SLOTS] = {7, 7, 7, 7};
    a_stretch_says(rising, flat, rising, flat, FINDING_SAME);
    a_stretch_says(flat, rising, flat, rising, FINDING_SAME);
    a_stretch_says(flat, flat, flat, flat, FINDING_CONSTANT); // two, at different heights or not
    a_stretch_says(rising, flat, rising, NULL, FINDING_DIFFERS);
    a_stretch_says(rising, NULL, rising, flat, FINDING_DIFFERS);
    a_stretch_says(rising, flat, flat, rising, FINDING_DIFFERS);
}

static void a_signal_that_varies_proves_itself_alone(void **state)
{
    (void)state;
    struct trusts t;
    trust_init(&t, 3);
    trust_learn(&t, 0, FINDING_NONE);
    assert_int_equal(trust_of(&t, 0), TRUST_UNPROVED);
    trust_learn(&t, 0, FINDING_SAME);
    assert_int_equal(trust_of(&t, 0), TRUST_PROVED);
    assert_int_equal(trust_of(&t, 1), TRUST_UNPROVED);
    trust_learn(&t, 1, FINDING_DIFFERS);
    assert_int_equal(trust_of(&t, 0), TRUST_PROVED);
    assert_int_equal(trust_of(&t, 1), TRUST_CONTRADICTED);
    assert_int_equal(trust_of(&t, 2), TRUST_UNPROVED);
    trust_finish(&t);
}

static void a_constant_one_needs_two_that_vary(void **state)
{
    (void)state;
    struct trusts t;
    trust_init(&t, 5);
    trust_learn(&t, 0, FINDING_CONSTANT);
    trust_learn(&t, 1, FINDING_CONSTANT); // does not count as one that varies
    trust_learn(&t, 2, FINDING_CONSTANT);
    assert_true(trust_waits(&t, 0));
    trust_learn(&t, 3, FINDING_SAME);
    trust_learn(&t, 3, FINDING_SAME); // nor does the same one twice
    assert_int_equal(trust_of(&t, 0), TRUST_UNPROVED);
    trust_learn(&t, 4, FINDING_SAME);
    assert_int_equal(trust_of(&t, 0), TRUST_PROVED);
    assert_int_equal(trust_of(&t, 1), TRUST_PROVED);
    trust_finish(&t);
}

static void two_that_vary_prove_no_other_without_a_stretch_of_its_own(void **state)
{
    (void)state;
    struct trusts t;
    trust_init(&t, 3);
    trust_learn(&t, 0, FINDING_SAME);
    trust_learn(&t, 1, FINDING_SAME);
    assert_int_equal(trust_of(&t, 2), TRUST_UNPROVED);
    assert_false(trust_waits(&t, 2));
    trust_learn(&t, 2, FINDING_CONSTANT);
    assert_int_equal(trust_of(&t, 2), TRUST_PROVED);
    trust_finish(&t);
}

static void one_contradiction_leaves_the_constant_ones_unproved(void **state)
{
    (void)state;
    struct trusts t;
    trust_init(&t, 4);
    trust_learn(&t, 0, FINDING_CONSTANT);
    trust_learn(&t, 1, FINDING_SAME);
    trust_learn(&t, 2, FINDING_SAME);
    assert_int_equal(trust_of(&t, 0), TRUST_PROVED);
    trust_learn(&t, 3, FINDING_DIFFERS);
    assert_int_equal(trust_of(&t, 0), TRUST_UNPROVED);
    assert_false(trust_waits(&t, 0));
    assert_int_equal(trust_of(&t, 1), TRUST_PROVED);
    trust_own(&t, 3); // now it is this server's
    assert_int_equal(trust_of(&t, 3), TRUST_PROVED);
    assert_int_equal(trust_of(&t, 0), TRUST_UNPROVED);
    trust_finish(&t);
}

static void another_server_begins_with_no_trust(void **state)
{
    (void)state;
    struct trusts t;
    trust_init(&t, 4);
    trust_learn(&t, 0, FINDING_SAME);
    trust_learn(&t, 1, FINDING_SAME);
    trust_learn(&t, 2, FINDING_CONSTANT);
    trust_learn(&t, 3, FINDING_DIFFERS);
    trust_reset(&t);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(trust_of(&t, i), TRUST_UNPROVED);
        assert_false(trust_waits(&t, i));
    }
    trust_learn(&t, 2, FINDING_CONSTANT);
    trust_learn(&t, 0, FINDING_SAME);
    assert_int_equal(trust_of(&t, 2), TRUST_UNPROVED); // those of before do not count
    trust_learn(&t, 1, FINDING_SAME);
    assert_int_equal(trust_of(&t, 2), TRUST_PROVED);
    trust_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares_a_stretch),
        cmocka_unit_test(compares_every_series),
        cmocka_unit_test(a_signal_that_varies_proves_itself_alone),
        cmocka_unit_test(a_constant_one_needs_two_that_vary),
        cmocka_unit_test(two_that_vary_prove_no_other_without_a_stretch_of_its_own),
        cmocka_unit_test(one_contradiction_leaves_the_constant_ones_unproved),
        cmocka_unit_test(another_server_begins_with_no_trust),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
