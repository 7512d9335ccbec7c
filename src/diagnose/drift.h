/**
 * A trend over the days of the baseline. What gets a little worse every day is never far from
 * usual, because usual moves with it.
 */
#ifndef RAGTOP_DIAGNOSE_DRIFT_H
#define RAGTOP_DIAGNOSE_DRIFT_H

#include <stddef.h>
#include <stdint.h>

#include "series/store.h"

/** Starts zeroed, which is none. */
struct drift {
    double per_day;   /**< 0.35: by 35 % more each day than the day before; 0: there is no trend */
    int64_t since_ms; /**< the oldest point of its first day */
    double rise;      /**< from its first day to yesterday; negative: it falls */
    double today;     /**< what it makes of today */
};

/** One day's points around the same time. */
struct drift_day {
    int before;        /**< 1 is yesterday */
    double log_centre; /**< of the median; NaN where that is not above 0 */
    double log_spread; /**< of the points around it */
    int64_t oldest_ms;
};

struct drift_days {
    struct drift_day days[STORE_WEEK_DAYS];
    size_t count;
};

/** Adds the COUNT values of a day; a day with too few to say what it was like is left out. */
void drift_add(
    struct drift_days *d, int before, const double *values, size_t count, int64_t oldest_ms);

/**
 * The trend of at least three days. The slope is the median of those between any two days of the
 * logarithm (Theil and Sen; Sen, Estimates of the regression coefficient based on Kendall's tau,
 * 1968), so that one bad day neither makes nor hides it. It is a trend if it is at least 5 % a day
 * and 1.3 times overall, 85 % of the pairs of days agree on the direction, every day is within 0.6
 * of a day's step of the line (of five days or more, all but one), and a day's step is larger than
 * the spread within a day. Where all days make none, the newest ones do that are one, at least
 * four.
 */
struct drift drift_of(const struct drift_days *d);

#endif
