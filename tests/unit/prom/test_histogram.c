#include "prom/histogram.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "series/dist.h"

static const struct labels unlabelled = {0};

/** The value with LE ("sum": the sum) in sample K; fails the test when there is none. */
static double at(const struct batch *b, const char *le, size_t k)
{
    for (size_t i = 0; i < b->count; i++) {
        bool sum = strcmp(le, "sum") == 0;
        const char *label = labels_get(&b->series[i].labels, sum ? "part" : "le");
        if (label && strcmp(label, le) == 0) {
            assert_true(k < b->series[i].count);
            return b->series[i].samples[k].value;
        }
    }
    fail_msg("there is no '%s'", le);
    return NAN;
}

static void keeps_holes_empty(void **state)
{
    (void)state;
    struct histogram_points p = {0};
    struct batch b = {0};
    histogram_begin(&p, 1000, 10, 30);
    histogram_add(&p, 1, 2, 4);
    histogram_add(&p, 8, 16, 6);
    histogram_unfold(&p, &unlabelled, &b);
    assert_true(at(&b, "1", 0) == 0);
    assert_true(at(&b, "2", 0) == 4);
    assert_true(at(&b, "8", 0) == 4); // nothing between 2 and 8
    assert_true(at(&b, "16", 0) == 10);
    assert_true(at(&b, "+Inf", 0) == 10);
    assert_true(at(&b, "sum", 0) == 30);
    batch_finish(&b);
    histogram_points_finish(&p);
}

static void aligns_samples_with_other_buckets(void **state)
{
    (void)state;
    struct histogram_points p = {0};
    struct batch b = {0};
    histogram_begin(&p, 1000, 4, 5);
    histogram_add(&p, 1, 2, 4);
    histogram_begin(&p, 2000, 8, 20); // a coarser layout
    histogram_add(&p, 1, 4, 8);
    histogram_unfold(&p, &unlabelled, &b);
    assert_true(at(&b, "2", 0) == 4 && at(&b, "4", 0) == 4);
    assert_true(fabs(at(&b, "2", 1) - 8.0 / 3) < 1e-9); // interpolated within its bucket
    assert_true(at(&b, "4", 1) == 8);
    batch_finish(&b);
    histogram_points_finish(&p);
}

static void the_zero_bucket_and_negatives(void **state)
{
    (void)state;
    struct histogram_points p = {0};
    struct batch b = {0};
    histogram_begin(&p, 1000, 9, 1);
    histogram_add(&p, -2, -1, 2);
    histogram_add(&p, -0.001, 0.001, 3);
    histogram_add(&p, 1, 2, 4);
    histogram_unfold(&p, &unlabelled, &b);
    assert_true(at(&b, "0.001", 0) == 5);
    assert_true(at(&b, "2", 0) == 9);
    batch_finish(&b);
    histogram_points_finish(&p);
}

static void nothing_has_no_bounds(void **state)
{
    (void)state;
    struct histogram_points p = {0};
    struct batch b = {0};
    histogram_unfold(&p, &unlabelled, &b);
    assert_int_equal(b.count, 2);
    assert_int_equal(b.series[0].count, 0);
    batch_finish(&b);
    b = (struct batch){0};
    histogram_begin(&p, 1000, 0, 0);
    histogram_add(&p, NAN, NAN, 1);
    histogram_add(&p, -INFINITY, INFINITY, 1);
    histogram_unfold(&p, &unlabelled, &b);
    assert_true(at(&b, "+Inf", 0) == 0);
    batch_finish(&b);
    histogram_points_finish(&p);
}

/** Fine layouts lose bounds, never requests, and fit into a distribution. */
static void fine_layouts_stay_exact(void **state)
{
    (void)state;
    for (int buckets = 180; buckets <= 1000; buckets += buckets < 400 ? 1 : 97) {
        struct histogram_points p = {0};
        struct batch b = {0};
        histogram_begin(&p, 1000, buckets, 1);
        for (int i = 0; i < buckets; i++) {
            histogram_add(&p, i, i + 1, 1);
        }
        histogram_unfold(&p, &unlabelled, &b);
        assert_in_range(b.count, 90, DIST_BUCKETS_MAX);
        for (size_t i = 0; i < b.count; i++) {
            const char *le = labels_get(&b.series[i].labels, "le");
            double bound = le ? strtod(le, NULL) : NAN;
            double want = !le ? 1 : isinf(bound) ? buckets : bound;
            assert_true(fabs(b.series[i].samples[0].value - want) < 1e-9);
        }
        struct str last;
        str_init(&last);
        str_addf(&last, "%d", buckets);
        assert_true(at(&b, last.text, 0) == buckets);
        str_finish(&last);
        batch_finish(&b);
        histogram_points_finish(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_holes_empty),
        cmocka_unit_test(aligns_samples_with_other_buckets),
        cmocka_unit_test(the_zero_bucket_and_negatives),
        cmocka_unit_test(nothing_has_no_bounds),
        cmocka_unit_test(fine_layouts_stay_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
