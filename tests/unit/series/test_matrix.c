#include "series/matrix.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

enum { STEP = 1000, SLOTS = 10 };

/** Adds a series a="NAME" with VALUES (COUNT) in the slots from FIRST; NAN: no sample. */
static void add(
    struct batch *b, const char *name, int64_t first, const double *values, size_t count)
{
    struct batch_series *s = batch_add(b);
    labels_set(&s->labels, "a", name);
    for (size_t i = 0; i < count; i++) {
        if (!isnan(values[i])) {
            batch_add_sample(s, (first + (int64_t)i) * STEP, values[i]);
        }
    }
}

static void merge(
    struct matrix *m, const char *name, int64_t first, const double *values, size_t count)
{
    struct batch b = {0};
    add(&b, name, first, values, count);
    matrix_merge(m, &b, first, first + (int64_t)count - 1);
    batch_finish(&b);
}

static double get(const struct matrix *m, const char *name, int64_t slot)
{
    struct labels labels = {0};
    labels_set(&labels, "a", name);
    const struct series *s = matrix_find(m, &labels);
    labels_finish(&labels);
    return s ? ring_get(&s->ring, slot) : NAN;
}

static void slots_round_down(void **state)
{
    (void)state;
    struct matrix m;
    matrix_init(&m, STEP, SLOTS);
    static const struct {
        int64_t at_ms, slot;
    } cases[] = {{0, 0}, {999, 0}, {1000, 1}, {1001, 1}, {-1, -1}, {-1000, -1}, {-1001, -2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(matrix_slot(&m, cases[i].at_ms) == cases[i].slot);
    }
    matrix_finish(&m);
}

static void gaps_stay_gaps(void **state)
{
    (void)state;
    struct matrix m;
    matrix_init(&m, STEP, SLOTS);
    assert_false(matrix_asked(&m, 0));
    merge(&m, "x", 100, (const double[]){1, NAN, 3}, 3);
    assert_true(get(&m, "x", 100) == 1 && isnan(get(&m, "x", 101)) && get(&m, "x", 102) == 3);
    assert_true(matrix_asked(&m, 100) && matrix_asked(&m, 101) && matrix_asked(&m, 102));
    assert_false(matrix_asked(&m, 99) || matrix_asked(&m, 103));
    // a series that is absent from the next answer has a gap there, and comes back
    merge(&m, "y", 103, (const double[]){7}, 1);
    assert_true(isnan(get(&m, "x", 103)) && get(&m, "y", 103) == 7 && get(&m, "x", 102) == 3);
    merge(&m, "x", 104, (const double[]){5}, 1);
    assert_true(get(&m, "x", 104) == 5 && isnan(get(&m, "y", 104)) && isnan(get(&m, "y", 102)));
    assert_int_equal(m.count, 2);
    matrix_finish(&m);
}

static void later_answers_replace(void **state)
{
    (void)state;
    struct matrix m;
    matrix_init(&m, STEP, SLOTS);
    merge(&m, "x", 100, (const double[]){1, 2, 3}, 3);
    merge(&m, "x", 101, (const double[]){NAN, 9}, 2);
    assert_true(get(&m, "x", 100) == 1 && isnan(get(&m, "x", 101)) && get(&m, "x", 102) == 9);
    matrix_finish(&m);
}

static void the_span_may_come_after_now(void **state)
{
    (void)state;
    struct matrix m;
    matrix_init(&m, STEP, SLOTS);
    merge(&m, "x", 109, (const double[]){9}, 1);
    merge(&m, "x", 100, (const double[]){0, 1, 2, 3, 4, 5, 6, 7, 8}, 9);
    for (int64_t slot = 100; slot <= 109; slot++) {
        assert_true(get(&m, "x", slot) == (double)(slot - 100));
        assert_true(matrix_asked(&m, slot));
    }
    matrix_finish(&m);
}

static void asked_ranges(void **state)
{
    (void)state;
    static const struct {
        int64_t ranges[3][2]; // merged one after the other; 0, 0: no more
        int64_t first, last;  // asked in the end
    } cases[] = {
        {{{100, 102}}, 100, 102},
        {{{100, 102}, {103, 105}}, 100, 105},
        {{{103, 105}, {100, 102}}, 100, 105},
        {{{100, 105}, {102, 103}}, 100, 105},
        {{{102, 103}, {100, 105}}, 100, 105},
        {{{100, 102}, {104, 105}}, 104, 105}, // an island before a hole is asked for again
        {{{104, 105}, {100, 102}}, 104, 105},
        {{{104, 105}, {100, 102}, {103, 103}}, 103, 105},
        {{{100, 109}, {110, 112}}, 103, 112}, // as many as are kept
        {{{100, 130}}, 121, 130},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct matrix m;
        matrix_init(&m, STEP, SLOTS);
        for (size_t k = 0; k < 3 && cases[i].ranges[k][0]; k++) {
            const struct batch nothing = {0};
            matrix_merge(&m, &nothing, cases[i].ranges[k][0], cases[i].ranges[k][1]);
        }
        if (m.asked_first != cases[i].first || m.asked_last != cases[i].last) {
            fail_msg(
                "case %zu: %lld to %lld", i, (long long)m.asked_first, (long long)m.asked_last);
        }
        matrix_finish(&m);
    }
}

static void infinity_is_no_measurement(void **state)
{
    (void)state;
    struct matrix m;
    struct batch b = {0};
    matrix_init(&m, STEP, SLOTS);
    add(&b, "x", 100, (const double[]){1, INFINITY, -INFINITY}, 3);
    batch_add_sample(&b.series[0], 103 * STEP, NAN);
    matrix_merge(&m, &b, 100, 103);
    assert_true(get(&m, "x", 100) == 1);
    for (int64_t slot = 101; slot <= 103; slot++) {
        assert_true(isnan(get(&m, "x", slot)));
    }
    batch_finish(&b);
    matrix_finish(&m);
}

static void samples_outside_are_ignored(void **state)
{
    (void)state;
    struct matrix m;
    struct batch b = {0};
    matrix_init(&m, STEP, SLOTS);
    merge(&m, "x", 99, (const double[]){9}, 1);
    add(&b, "x", 99, (const double[]){1, 2, 3, 4}, 4);
    matrix_merge(&m, &b, 100, 101);
    assert_true(get(&m, "x", 99) == 9 && get(&m, "x", 100) == 2 && get(&m, "x", 101) == 3);
    assert_true(isnan(get(&m, "x", 102)));
    batch_finish(&b);
    matrix_finish(&m);
}

// Who was once turned away comes in when there is room again.
static void a_full_matrix_lets_others_in_later(void **state)
{
    (void)state;
    struct matrix m;
    matrix_init(&m, STEP, 2);
    m.series_max = 2;
    merge(&m, "a", 100, (const double[]){1}, 1);
    struct batch b = {0};
    add(&b, "a", 101, (const double[]){1}, 1);
    add(&b, "b", 101, (const double[]){2}, 1);
    add(&b, "c", 101, (const double[]){3}, 1);
    matrix_merge(&m, &b, 101, 101);
    assert_true(m.truncated);
    assert_true(isnan(get(&m, "c", 101)));
    batch_finish(&b);
    merge(&m, "c", 102, (const double[]){3}, 1);
    merge(&m, "c", 103, (const double[]){3}, 1);
    merge(&m, "d", 104, (const double[]){4}, 1);
    assert_true(get(&m, "c", 103) == 3 && get(&m, "d", 104) == 4);
    assert_false(m.truncated);
    matrix_finish(&m);
}

static void series_are_bounded(void **state)
{
    (void)state;
    struct matrix m;
    struct batch b = {0};
    matrix_init(&m, STEP, 1);
    struct str name;
    str_init(&name);
    for (int i = 0; i < MATRIX_SERIES_MAX + 1; i++) {
        assert_false(m.truncated);
        str_setf(&name, "%d", i);
        add(&b, name.text, 100, (const double[]){1}, 1);
        if (i >= MATRIX_SERIES_MAX - 1) { // full, then one too many
            matrix_merge(&m, &b, 100, 100);
            assert_int_equal(m.count, MATRIX_SERIES_MAX);
        }
    }
    assert_true(m.truncated);
    assert_true(get(&m, "0", 100) == 1);
    assert_true(isnan(get(&m, name.text, 100)));
    str_finish(&name);
    batch_finish(&b);
    matrix_finish(&m);
}

static void classifies_by_labels(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *second, *second_value;
        enum part part;
        double bound;
    } cases[] = {
        {"le", "0.25", NULL, NULL, PART_BUCKET, 0.25},
        {"le", "+Inf", NULL, NULL, PART_BUCKET, INFINITY},
        {"le", "1e-05", "pod", "x", PART_BUCKET, 1e-5},
        {"quantile", "0.95", NULL, NULL, PART_QUANTILE, 0.95},
        {"part", "sum", NULL, NULL, PART_SUM, 0},
        {"part", "count", NULL, NULL, PART_COUNT, 0},
        {"part", "used", NULL, NULL, PART_USED, 0},
        {"part", "limit", NULL, NULL, PART_LIMIT, 0},
        {"part", "sum", "le", "1", PART_SUM, 0},
        {"part", "other", NULL, NULL, PART_VALUE, 0},
        {"pod", "x", NULL, NULL, PART_VALUE, 0},
    };
    struct matrix m;
    struct batch b = {0};
    matrix_init(&m, STEP, SLOTS);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct batch_series *s = batch_add(&b);
        labels_set(&s->labels, cases[i].name, cases[i].value);
        if (cases[i].second) {
            labels_set(&s->labels, cases[i].second, cases[i].second_value);
        }
        batch_add_sample(s, 100 * STEP, (double)i);
    }
    matrix_merge(&m, &b, 100, 100);
    assert_int_equal(m.count, sizeof cases / sizeof *cases);
    for (size_t i = 0; i < m.count; i++) {
        assert_int_equal(m.series[i].part, cases[i].part);
        assert_true(m.series[i].bound == cases[i].bound);
    }
    assert_true(matrix_part(&m, PART_USED, 100) == 6);
    assert_true(matrix_part(&m, PART_SUM, 100) == 4); // the first of them
    assert_true(isnan(matrix_part(&m, PART_USED, 101)));
    batch_finish(&b);
    matrix_finish(&m);
}

static void sums_ignore_gaps(void **state)
{
    (void)state;
    struct matrix m;
    struct batch b = {0};
    matrix_init(&m, STEP, SLOTS);
    assert_true(isnan(matrix_sum(&m, 100)));
    add(&b, "x", 100, (const double[]){1, NAN, NAN, 0}, 4);
    add(&b, "y", 100, (const double[]){2, 4, NAN, NAN}, 4);
    matrix_merge(&m, &b, 100, 103);
    assert_true(matrix_sum(&m, 100) == 3);
    assert_true(matrix_sum(&m, 101) == 4);
    assert_true(isnan(matrix_sum(&m, 102)));
    assert_true(matrix_sum(&m, 103) == 0);
    batch_finish(&b);
    matrix_finish(&m);
}

static void fill(struct matrix *m, const char *pod, int64_t first, int64_t last)
{
    struct batch b = {0};
    struct batch_series *s = batch_add(&b);
    labels_set(&s->labels, "pod", pod);
    for (int64_t slot = first; slot <= last; slot++) {
        batch_add_sample(s, slot * m->step_ms, (double)slot);
    }
    matrix_merge(m, &b, first, last);
    batch_finish(&b);
}

static void moves_and_keeps_what_it_knows(void **state)
{
    (void)state;
    static const struct {
        int64_t step_ms, last;
        size_t slots;
        int64_t asked_first, asked_last; // first > last: nothing
    } cases[] = {
        {1000, 109, 10, 100, 109},                     // stays
        {1000, 104, 10, 100, 104},                     // back: the older half is to be asked for
        {1000, 114, 10, 105, 109},                     // forward
        {1000, 109, 5, 105, 109},                      // nearer
        {1000, 109, 30, 100, 109},                     // farther
        {1000, 90, 10, 0, -1},                         // away
        {1000, 150, 10, 0, -1}, {2000, 54, 10, 0, -1}, // another step
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct matrix m;
        matrix_init(&m, 1000, 10);
        fill(&m, "a", 100, 109);
        matrix_move(&m, cases[i].step_ms, cases[i].last, cases[i].slots);
        assert_int_equal(m.step_ms, cases[i].step_ms);
        assert_int_equal(m.slots, cases[i].slots);
        assert_true(m.asked_first == cases[i].asked_first && m.asked_last == cases[i].asked_last);
        for (int64_t slot = 80; slot < 160 && m.count > 0; slot++) {
            double v = ring_get(&m.series[0].ring, slot);
            assert_true(matrix_asked(&m, slot) ? v == (double)slot : isnan(v));
        }
        fill(&m, "a", cases[i].last - (int64_t)cases[i].slots + 1, cases[i].last);
        assert_int_equal(m.asked_last - m.asked_first + 1, cases[i].slots);
        matrix_finish(&m);
    }
}

static void a_copy_stands_alone(void **state)
{
    (void)state;
    struct matrix m, copy;
    matrix_init(&m, 1000, 10);
    fill(&m, "a", 100, 104);
    fill(&m, "b", 103, 109);
    matrix_copy(&copy, &m);
    assert_true(copy.asked_first == m.asked_first && copy.asked_last == m.asked_last);
    assert_true(matrix_agrees(&m, &copy, m.asked_first, m.asked_last));
    fill(&m, "a", 105, 106);
    assert_false(matrix_agrees(&m, &copy, m.asked_first, m.asked_last));
    assert_true(matrix_agrees(&m, &copy, 100, 102));
    matrix_finish(&m);
    assert_int_equal(copy.count, 2);
    assert_true(matrix_has_sample(&copy, 109));
    matrix_finish(&copy);
    matrix_init(&m, 1000, 10);
    matrix_copy(&copy, &m); // of nothing
    assert_int_equal(matrix_shape(&copy, 0, 9), MATRIX_EMPTY);
    matrix_finish(&m);
    matrix_finish(&copy);
}

static void spent_series_make_room(void **state)
{
    (void)state;
    struct matrix m;
    char pod[16];
    matrix_init(&m, 1000, 10);
    for (int i = 0; i < 3 * MATRIX_SERIES_MAX; i++) { // each is there for one slot
        snprintf(pod, sizeof pod, "%d", i);
        fill(&m, pod, i, i);
        assert_false(m.truncated);
        assert_true(m.count <= MATRIX_SERIES_MAX);
    }
    matrix_finish(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_round_down),
        cmocka_unit_test(gaps_stay_gaps),
        cmocka_unit_test(later_answers_replace),
        cmocka_unit_test(the_span_may_come_after_now),
        cmocka_unit_test(asked_ranges),
        cmocka_unit_test(infinity_is_no_measurement),
        cmocka_unit_test(samples_outside_are_ignored),
        cmocka_unit_test(a_full_matrix_lets_others_in_later),
        cmocka_unit_test(series_are_bounded),
        cmocka_unit_test(classifies_by_labels),
        cmocka_unit_test(sums_ignore_gaps),
        cmocka_unit_test(moves_and_keeps_what_it_knows),
        cmocka_unit_test(a_copy_stands_alone),
        cmocka_unit_test(spent_series_make_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
