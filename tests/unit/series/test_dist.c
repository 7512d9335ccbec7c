#include "series/dist.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

struct part_case {
    const char *name, *value; // a label
    double sample;
};

/** Reads PARTS, up to a NULL name, as one answer. */
static bool read_parts(struct dist *d, const struct part_case *parts)
{
    struct matrix m;
    struct batch b = {0};
    matrix_init(&m, 1000, 1);
    for (; parts->name; parts++) {
        struct batch_series *s = batch_add(&b);
        if (parts->name[0]) {
            labels_set(&s->labels, parts->name, parts->value);
        }
        batch_add_sample(s, 1000, parts->sample);
    }
    matrix_merge(&m, &b, 1, 1);
    bool any = dist_read(d, &m, 1);
    batch_finish(&b);
    matrix_finish(&m);
    return any;
}

static void assert_same(double got, double want)
{
    if (isnan(want) ? !isnan(got) : !(fabs(got - want) <= 1e-9)) {
        fail_msg("%.12g is not %.12g", got, want);
    }
}

/** An expression may have a series for each pod: none of them hides a slower one. */
static void the_highest_of_several_values_counts(void **state)
{
    (void)state;
    static const struct part_case orders[][4] = {
        {{"pod", "a", 0.2}, {"pod", "b", 1.7}, {"pod", "c", NAN}, {NULL, NULL, 0}},
        {{"pod", "a", 1.7}, {"pod", "b", 0.2}, {"pod", "c", 0.3}, {NULL, NULL, 0}},
    };
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct dist d;
        assert_true(read_parts(&d, orders[i]));
        assert_same(d.value, 1.7);
    }
}

/** The cases of histogram_quantile in Prometheus's promql/testdata/histograms.test and beside. */
static void quantiles_of_buckets(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct part_case parts[8];
        double q, value, low, high;
        bool beyond;
    } cases[] = {
        {"the middle of a bucket", {{"le", "1", 2}, {"le", "2", 4}, {"le", "+Inf", 4}}, 0.75, 1.5,
            1, 2, false},
        {"the bound of a bucket", {{"le", "1", 2}, {"le", "2", 4}, {"le", "+Inf", 4}}, 0.5, 1, 0, 1,
            false},
        {"the first bucket begins at 0", {{"le", "1", 4}, {"le", "+Inf", 4}}, 0.25, 0.25, 0, 1,
            false},
        {"a first bound that is not positive", {{"le", "-1", 4}, {"le", "1", 4}, {"le", "+Inf", 4}},
            0.5, -1, -1, -1, false},
        {"a first bound of 0", {{"le", "0", 4}, {"le", "1", 8}, {"le", "+Inf", 8}}, 0.25, 0, 0, 0,
            false},
        {"below the second bound", {{"le", "0", 0}, {"le", "1", 8}, {"le", "+Inf", 8}}, 0.25, 0.25,
            0, 1, false},
        {"beyond the last bound", {{"le", "1", 2}, {"le", "2", 3}, {"le", "+Inf", 10}}, 0.95, 2, 2,
            INFINITY, true},
        {"all beyond", {{"le", "1", 0}, {"le", "+Inf", 10}}, 0.5, 1, 1, INFINITY, true},
        {"exactly all but one", {{"le", "1", 9}, {"le", "+Inf", 10}}, 0.9, 1, 0, 1, false},
        {"the largest", {{"le", "1", 9}, {"le", "2", 10}, {"le", "+Inf", 10}}, 1, 2, 1, 2, false},
        {"unsorted", {{"le", "+Inf", 4}, {"le", "2", 4}, {"le", "1", 2}}, 0.75, 1.5, 1, 2, false},
        {"falling by rounding", {{"le", "1", 4}, {"le", "2", 3.999}, {"le", "+Inf", 4}}, 0.5, 0.5,
            0, 1, false},
        {"the last falls", {{"le", "1", 4}, {"le", "+Inf", 3}}, 0.5, 0.5, 0, 1, false},
        {"an empty bucket between",
            {{"le", "1", 2}, {"le", "2", 2}, {"le", "4", 4}, {"le", "+Inf", 4}}, 0.75, 3, 2, 4,
            false},
        {"nobody", {{"le", "1", 0}, {"le", "+Inf", 0}}, 0.5, NAN, NAN, NAN, false},
        {"no +Inf", {{"le", "1", 2}, {"le", "2", 4}}, 0.5, NAN, NAN, NAN, false},
        {"only +Inf", {{"le", "+Inf", 4}}, 0.5, NAN, NAN, NAN, false},
        {"a bound that is no number", {{"le", "NaN", 9}, {"le", "1", 2}, {"le", "+Inf", 4}}, 0.25,
            0.5, 0, 1, false},
        {"one bound in two spellings: pods of two versions",
            {{"le", "1", 2}, {"le", "1.0", 2}, {"le", "2", 4}, {"le", "2.0", 4}, {"le", "+Inf", 8}},
            0.75, 1.5, 1, 2, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dist d;
        assert_true(read_parts(&d, cases[i].parts));
        struct dist_quantile got = dist_quantile(&d, cases[i].q);
        bool same = isnan(cases[i].value)
                        ? isnan(got.value) && isnan(got.low) && isnan(got.high)
                        : fabs(got.value - cases[i].value) < 1e-9 &&
                              fabs(got.low - cases[i].low) < 1e-9 &&
                              (got.high == cases[i].high || fabs(got.high - cases[i].high) < 1e-9);
        if (!same || got.beyond != cases[i].beyond) {
            fail_msg("%s: %g in %g to %g", cases[i].what, got.value, got.low, got.high);
        }
    }
}

static void reads_all_parts(void **state)
{
    (void)state;
    struct dist d;
    const struct part_case histogram[] = {
        {"le", "1", 3}, {"le", "+Inf", 4}, {"part", "sum", 10}, {NULL, NULL, 0}};
    assert_true(read_parts(&d, histogram));
    assert_int_equal(d.buckets, 2);
    assert_same(d.count, 4);
    assert_same(d.sum, 10);
    assert_same(dist_mean(&d), 2.5);
    assert_same(d.value, NAN);

    const struct part_case summary[] = {{"part", "sum", 10}, {"part", "count", 5},
        {"quantile", "0.5", 1}, {"quantile", "0.95", 7}, {NULL, NULL, 0}};
    assert_true(read_parts(&d, summary));
    assert_same(dist_mean(&d), 2);
    assert_same(dist_quantile(&d, 0.95).value, 7);
    assert_same(dist_quantile(&d, 0.95).low, NAN);
    assert_same(dist_quantile(&d, 0.99).value, NAN);
    assert_same(dist_share_slower(&d, 1).most, NAN);

    const struct part_case plain[] = {{"", "", 0.25}, {NULL, NULL, 0}};
    assert_true(read_parts(&d, plain));
    assert_same(d.value, 0.25);
    assert_same(d.count, NAN);
    assert_same(dist_mean(&d), NAN);
}

static void gaps_are_not_read(void **state)
{
    (void)state;
    struct dist d;
    const struct part_case nothing[] = {{NULL, NULL, 0}};
    const struct part_case nan[] = {{"le", "1", NAN}, {"le", "+Inf", NAN}, {"part", "sum", NAN},
        {"quantile", "0.95", NAN}, {NULL, NULL, 0}};
    assert_false(read_parts(&d, nothing));
    assert_same(d.count, NAN);
    assert_false(read_parts(&d, nan));
    assert_int_equal(d.buckets + d.quantiles, 0);
    const struct part_case idle[] = {
        {"part", "sum", 0}, {"part", "count", 0}, {"quantile", "0.95", NAN}, {NULL, NULL, 0}};
    assert_true(read_parts(&d, idle));
    assert_same(d.count, 0);
    assert_same(dist_mean(&d), NAN);
    assert_same(dist_quantile(&d, 0.95).value, NAN);
}

static void shares_slower(void **state)
{
    (void)state;
    static const struct {
        double bound, least, most;
    } cases[] = {
        {-1, 0.5, 1},
        {0, 0.5, 1}, // a bucket's lower end is not counted
        {0.5, 0.5, 1},
        {1, 0.5, 0.5}, // a bound is exact
        {1.5, 0.3, 0.5},
        {2, 0.3, 0.3},
        {3, 0.3, 0.3}, // and so is what lies in an empty bucket
        {5, 0, 0.3},
        {1e9, 0, 0.3},
        {INFINITY, 0, 0.3},
    };
    struct dist d;
    const struct part_case parts[] = {
        {"le", "1", 5}, {"le", "2", 7}, {"le", "4", 7}, {"le", "+Inf", 10}, {NULL, NULL, 0}};
    read_parts(&d, parts);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dist_range r = dist_share_slower(&d, cases[i].bound);
        assert_same(r.least, cases[i].least);
        assert_same(r.most, cases[i].most);
    }
    const struct part_case zero[] = {{"le", "0", 5}, {"le", "+Inf", 10}, {NULL, NULL, 0}};
    read_parts(&d, zero);
    assert_same(dist_share_slower(&d, 0).least, 0.5);
}

static void buckets_of_two_layouts_are_noticed(void **state)
{
    (void)state;
    static const struct {
        struct part_case parts[6];
        bool mixed;
    } cases[] = {
        {{{"le", "1", 5}, {"le", "2", 7}, {"le", "+Inf", 10}, {NULL, NULL, 0}}, false},
        {{{"le", "1", 5}, {"le", "2", 4.9999}, {"le", "+Inf", 10}, {NULL, NULL, 0}}, false},
        {{{"le", "1", 5}, {"le", "1.5", 3}, {"le", "2", 7}, {"le", "+Inf", 10}, {NULL, NULL, 0}},
            true},
        {{{"le", "1", 5}, {"le", "2", 7}, {"le", "+Inf", 10}, {"part", "sum", 9}, {NULL, NULL, 0}},
            false}, // 2 of more than 1 s, 3 of more than 2 s
        {{{"le", "1", 5}, {"le", "2", 7}, {"le", "+Inf", 10}, {"part", "sum", 7}, {NULL, NULL, 0}},
            true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dist d;
        read_parts(&d, cases[i].parts);
        assert_int_equal(d.mixed, cases[i].mixed);
    }
}

// Some meters count and never add up: that makes the sum useless, and the buckets no worse.
static void a_sum_that_stays_zero_is_broken(void **state)
{
    (void)state;
    struct dist d;
    static const struct part_case slow[] = {
        {"le", "1", 2}, {"le", "5", 10}, {"le", "+Inf", 10}, {"part", "sum", 0}, {NULL, NULL, 0}};
    assert_true(read_parts(&d, slow));
    assert_true(d.broken && isnan(d.sum) && !d.mixed);
    static const struct part_case quick[] = {{"le", "1", 10}, {"le", "5", 10}, {"le", "+Inf", 10},
        {"part", "sum", 0}, {NULL, NULL, 0}}; // all of them may be
    assert_true(read_parts(&d, quick));
    assert_true(!d.broken && !d.mixed);
}

static void many_buckets_are_bounded(void **state)
{
    (void)state;
    enum { MANY = DIST_BUCKETS_MAX + 50 };
    static char texts[MANY][16];
    static struct part_case parts[MANY + 2];
    parts[0] = (struct part_case){"le", "+Inf", MANY};
    for (int i = 0; i < MANY; i++) {
        snprintf(texts[i], sizeof texts[i], "%d", i + 1);
        parts[i + 1] = (struct part_case){"le", texts[i], i + 1};
    }
    struct dist d;
    assert_true(read_parts(&d, parts));
    assert_int_equal(d.buckets, DIST_BUCKETS_MAX);
    assert_same(d.count, MANY);
    assert_same(dist_quantile(&d, 0.5).value, MANY * 0.5);
}

/** A layout with N bounds, each counted in two series, the last one +Inf, wherever it comes. */
static void more_buckets_than_there_is_room_for(void **state)
{
    (void)state;
    for (size_t n = DIST_BUCKETS_MAX - 1; n <= DIST_BUCKETS_MAX + 1; n++) {
        for (int order = 0; order < 2; order++) {
            static struct part_case parts[2 * DIST_BUCKETS_MAX + 8];
            static char bounds[DIST_BUCKETS_MAX + 2][24];
            size_t count = 0;
            for (size_t i = 0; i < n; i++) {
                size_t k = order ? n - 1 - i : i;
                snprintf(bounds[i], sizeof bounds[i], "%zu", k + 1);
                double cum = (double)(k + 1);
                const char *text = k + 1 == n ? "+Inf" : bounds[i];
                parts[count++] = (struct part_case){"le", text, cum};
            }
            for (size_t i = 0, once = count; i < once; i++) { // and by another client
                static char others[DIST_BUCKETS_MAX + 2][32];
                snprintf(others[i], sizeof others[i], "%s.0", parts[i].value);
                bool last = parts[i].value[0] == '+';
                parts[count++] =
                    (struct part_case){"le", last ? "Inf" : others[i], parts[i].sample};
            }
            parts[count] = (struct part_case){NULL, NULL, 0};
            struct dist d;
            assert_true(read_parts(&d, parts));
            assert_int_equal(d.coarser, n > DIST_BUCKETS_MAX);
            assert_int_equal(d.buckets, n < DIST_BUCKETS_MAX ? n : DIST_BUCKETS_MAX);
            assert_same(d.count, 2 * (double)n);
            assert_false(d.mixed);
            struct dist_quantile q = dist_quantile(&d, 0.5);
            assert_true(q.low <= (double)n / 2 && q.high >= (double)n / 2);
        }
    }
}

/** Of more quantiles than there is room for, those that are judged and drawn stay. */
static void the_quantiles_that_are_read_have_room(void **state)
{
    (void)state;
    for (int first = 0; first < 2; first++) { // those, or the others
        char values[32][8];
        struct part_case parts[32] = {0};
        size_t count = 0;
        for (int pass = 0; pass < 2; pass++) {
            for (int percent = 1; percent < 100 && count < 31; percent += 1) {
                bool read = percent == 50 || percent == 95 || percent == 99;
                bool other = percent % 6 == 3;
                if ((pass == first && read) || (pass != first && other && !read)) {
                    snprintf(values[count], sizeof values[count], "%.2f", percent / 100.0);
                    parts[count] = (struct part_case){"quantile", values[count], percent};
                    count++;
                }
            }
        }
        struct dist d;
        assert_true(read_parts(&d, parts));
        assert_int_equal(d.quantiles, DIST_QUANTILES_MAX);
        assert_int_equal(d.quantiles + d.quantiles_more, count);
        assert_same(dist_quantile(&d, 0.5).value, 50);
        assert_same(dist_quantile(&d, 0.95).value, 95);
        assert_same(dist_quantile(&d, 0.99).value, 99);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_highest_of_several_values_counts),
        cmocka_unit_test(the_quantiles_that_are_read_have_room),
        cmocka_unit_test(more_buckets_than_there_is_room_for),
        cmocka_unit_test(quantiles_of_buckets),
        cmocka_unit_test(reads_all_parts),
        cmocka_unit_test(gaps_are_not_read),
        cmocka_unit_test(shares_slower),
        cmocka_unit_test(buckets_of_two_layouts_are_noticed),
        cmocka_unit_test(a_sum_that_stays_zero_is_broken),
        cmocka_unit_test(many_buckets_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
