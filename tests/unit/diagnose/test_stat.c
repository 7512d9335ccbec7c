#include "diagnose/stat.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "unit/near.h"
static void centres_and_spreads(void **state)
{
    (void)state;
    static const struct {
        double values[8];
        size_t count;
        double median, mean, mad; // around the median
    } cases[] = {
        {{0}, 0, NAN, NAN, NAN},
        {{7}, 1, 7, 7, 0},
        {{3, 1}, 2, 2, 2, 1},
        {{3, 1, 2}, 3, 2, 2, 1},
        {{4, 1, 3, 2}, 4, 2.5, 2.5, 1},
        {{5, 5, 5, 5, 100}, 5, 5, 24, 0}, // an outlier counts for nothing
        {{-1, -2, -3}, 3, -2, -2, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double values[8];
        memcpy(values, cases[i].values, sizeof values);
        assert_near(stat_mean(values, cases[i].count), cases[i].mean, 1e-12);
        double median = stat_median(values, cases[i].count);
        assert_near(median, cases[i].median, 1e-12);
        assert_near(stat_spread(values, cases[i].count, median), 1.4826 * cases[i].mad, 1e-12);
    }
}

static void intervals_of_proportions(void **state)
{
    (void)state;
    // from R: binom::binom.confint(k, n, method = "wilson"), to three digits
    static const struct {
        double k, n, low, high;
    } cases[] = {
        {0, 10, 0, 0.278},
        {1, 10, 0.018, 0.404},
        {5, 10, 0.237, 0.763},
        {10, 10, 0.722, 1},
        {0, 1, 0, 0.793},
        {20, 1000, 0.013, 0.031},
        {0, 0, NAN, NAN},
        {0, NAN, NAN, NAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct interval got = stat_wilson(cases[i].k, cases[i].n);
        assert_near(got.low, cases[i].low, 0.0006);
        assert_near(got.high, cases[i].high, 0.0006);
    }
}

// Tails are compared with sums of 150 digits.

static void tails_of_proportions(void **state)
{
    (void)state;
    static const struct {
        double k, n, p, chance;
    } cases[] = {
        {0, 10, 0.5, 1},
        {1, 10, 0.05, 0.4012630608},
        {10, 10, 0.5, 0.0009765625},
        {11, 10, 0.5, 0},
        {30, 600, 0.05, 0.5261534684},
        {60, 600, 0.05, 4.159380997e-7},
        {28, 30, 0.4, 1.181456312e-9},
        {20, 20, 0.05, 9.536743164e-27},
        {700, 10000, 0.05, 2.288000346e-18},
        {3.2, 20.4, 0.01, 1.003576168e-3}, // rates give fractions
        {5, 10, 0, 0},
        {5, 10, 1, 1},
        {NAN, 10, 0.5, NAN},
        {5, NAN, 0.5, NAN},
        {5, 10, NAN, NAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double got = stat_binomial_tail(cases[i].k, cases[i].n, cases[i].p);
        assert_near(got, cases[i].chance, 1e-8 * cases[i].chance);
    }
    assert_true(stat_binomial_tail(6e5, 1e7, 0.05) < 1e-300); // large numbers are no trouble
    assert_near(stat_binomial_tail(5e5, 1e7, 0.05), 0.5, 0.01);
}

static void limits_of_counts(void **state)
{
    (void)state;
    assert_near(stat_poisson_high(0), 1.96 * 1.96, 1e-9);
    assert_near(stat_poisson_high(10), 18.4, 0.1);
    assert_near(stat_poisson_high(1e6), 1e6 + 1962, 1);
    assert_near(stat_poisson_high(NAN), NAN, 0);
}

static void tells_the_chance_of_many(void **state)
{
    (void)state;
    static const struct {
        double count, expected, chance;
    } cases[] = {
        {0, 2, 1},
        {-1, 2, 1},
        {1, 2, 0.8646647168},
        {0.6, 2, 0.8646647168}, // rates give fractions
        {3, 0.1, 1.546530703e-4},
        {10, 2, 4.649807502e-5},
        {40, 2, 1.917158342e-37},
        {1, 1e-9, 9.999999995e-10},
        {501, 501, 0.5059412078},
        {550, 600, 0.9814532578},
        {700, 600, 3.692286871e-5},
        {5300, 5000, 1.354518183e-5},
        {0, 0, 1},
        {1, 0, 0},
        {NAN, 2, NAN},
        {2, NAN, NAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double chance = stat_poisson_tail(cases[i].count, cases[i].expected);
        assert_near(chance, cases[i].chance, 1e-8 * cases[i].chance);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_the_chance_of_many),
        cmocka_unit_test(centres_and_spreads),
        cmocka_unit_test(intervals_of_proportions),
        cmocka_unit_test(tails_of_proportions),
        cmocka_unit_test(limits_of_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
