#include "diagnose/stat.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_near(double got, double want, double by)
{
    if (isnan(want) ? !isnan(got) : !(fabs(got - want) <= by)) {
        fail_msg("%g is not %g +- %g", got, want, by);
    }
}

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

static void tails_of_proportions(void **state)
{
    (void)state;
    // exactly: summed with sixty digits
    static const struct {
        double k, n, p, chance;
    } cases[] = {
        {0, 10, 0.5, 1},
        {1, 10, 0.05, 0.40126306},
        {10, 10, 0.5, 0.0009765625},
        {11, 10, 0.5, 0},
        {30, 600, 0.05, 0.52615347},
        {60, 600, 0.05, 4.1593810e-07},
        {28, 30, 0.4, 1.1814563e-09},
        {3.2, 20.4, 0.01, 0.00100357}, // rates give fractions
        {5, 10, 0, 0},
        {5, 10, 1, 1},
        {NAN, 10, 0.5, NAN},
        {5, NAN, 0.5, NAN},
        {5, 10, NAN, NAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double got = stat_binomial_tail(cases[i].k, cases[i].n, cases[i].p);
        assert_near(got, cases[i].chance, 0.002 * cases[i].chance);
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
        double count, expected, chance; // exactly; many are approximated
    } cases[] = {{0, 2, 1}, {1, 2, 0.8646647}, {3, 0.1, 0.0001546531}, {10, 2, 4.649808e-05},
        {550, 600, 0.98145}, {700, 600, 3.692e-05}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double chance = stat_poisson_tail(cases[i].count, cases[i].expected);
        if (!(fabs(chance - cases[i].chance) <=
                (cases[i].expected > 500 ? 0.35 : 0.001) * cases[i].chance)) {
            fail_msg("case %zu: %g", i, chance);
        }
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
