/**
 * The statistics that judging rests on. No allocation; NaN where nothing can be said.
 */
#ifndef RAGTOP_DIAGNOSE_STAT_H
#define RAGTOP_DIAGNOSE_STAT_H

#include <stddef.h>

/** The median of VALUES, which are reordered. */
double stat_median(double *values, size_t count);

/** The same, but of two in the middle the lower, so that it is one of VALUES. */
double stat_middle(double *values, size_t count);

/** The arithmetic mean. */
double stat_mean(const double *values, size_t count);

/**
 * The spread of VALUES around CENTRE as 1.4826 x median absolute deviation, which equals the
 * standard deviation for normal data and ignores outliers (Rousseeuw and Croux, Alternatives to
 * the median absolute deviation, 1993). VALUES become their deviations.
 */
double stat_spread(double *values, size_t count, double centre);

/** An interval of 95 % reaches so many standard deviations to either side. */
#define STAT_Z95 1.96

/** An interval. */
struct interval {
    double low, high;
};

/**
 * The 95 % interval of a proportion with K of N positive, after Wilson (Probable inference, the
 * law of succession, and statistical inference, 1927): honest for few and for no errors.
 */
struct interval stat_wilson(double k, double n);

/**
 * The chance of K positives or more of N where the proportion P is usual: the upper tail of the
 * binomial distribution, summed. Both counts are rounded, as rates give them with a fraction. NaN
 * when any of the three is.
 */
double stat_binomial_tail(double k, double n, double p);

/** The Q-quantile (0-1) of VALUES, which it sorts: the least that Q of them do not exceed; NaN. */
double stat_percentile(double *values, size_t count, double q);

/**
 * How many events may be usual where COUNT were seen: the upper end of the 95 % interval of a
 * Poisson mean M by its score, (COUNT - M)^2 / M = z^2, the counterpart of Wilson's interval.
 */
double stat_poisson_high(double count);

/**
 * The chance of COUNT events or more where EXPECTED ones are usual: the upper tail of the Poisson
 * distribution, summed. COUNT is rounded. NaN when either is.
 */
double stat_poisson_tail(double count, double expected);

#endif
