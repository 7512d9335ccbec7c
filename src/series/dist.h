/**
 * A latency distribution at one moment, whatever kind of metric it came from.
 *
 * Latency queries answer in one shape: series with `le` (cumulative requests per second by upper
 * bound), part="sum" (seconds per second), part="count" (requests per second) and `quantile`
 * (seconds). Classic and native histograms give buckets, sum and count; summaries give sum, count
 * and perhaps quantiles; a plain series is a value as it stands.
 */
#ifndef RAGTOP_SERIES_DIST_H
#define RAGTOP_SERIES_DIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "series/matrix.h"

enum { DIST_BUCKETS_MAX = 200, DIST_QUANTILES_MAX = 12 };

struct dist {
    double le[DIST_BUCKETS_MAX];  /**< upper bounds in the metric's unit, ascending; last +Inf */
    double cum[DIST_BUCKETS_MAX]; /**< requests per second up to each bound, never falling */
    size_t buckets;
    bool mixed;   /**< buckets of two layouts were added up: CUM fell, and was mended, or the
                     buckets claim more seconds than SUM has; quantiles mean nothing then */
    bool by_sum;  /**< nothing but the sum says that it is MIXED */
    bool coarser; /**< it had more bounds than there is room for: the others are left out, and what
                     is left is as true as before */
    double count; /**< requests per second; NaN: not known */
    double sum;   /**< latency per second, in the metric's unit; NaN: not known, or BROKEN */
    bool broken;  /**< the sum cannot be right: it fell, stays 0, or the buckets have no room
                     for it */
    double quantile[DIST_QUANTILES_MAX], quantile_value[DIST_QUANTILES_MAX];
    size_t quantiles, quantiles_more; /**< and how many others there was no room for */
    double value;                     /**< of a plain series; NaN: none */
};

/** Reads the distribution at SLOT. False when there is no sample at all; *OUT is then empty. */
bool dist_read(struct dist *out, const struct matrix *m, int64_t slot);

/** Of which instances a distribution is read from a query that tells them apart. */
enum dist_of { DIST_OF_INSTANCE, DIST_OF_OTHERS };

/**
 * The same for the series of one INSTANCE (see labels_instance()), or for all others together, of
 * which the highest of their quantiles is taken.
 */
bool dist_read_of(
    struct dist *out, const struct matrix *m, int64_t slot, enum dist_of of, const char *instance);

/** The same for COUNT series of M that are known to belong together, by their indices. */
bool dist_read_series(
    struct dist *out, const struct matrix *m, int64_t slot, const size_t *series, size_t count);

/** The requests per second at SLOT, as dist_read() would find them, for less. */
double dist_count(const struct matrix *m, int64_t slot);

/** A quantile and how sharply the buckets know it. */
struct dist_quantile {
    double value;     /**< NaN without requests or buckets */
    double low, high; /**< the bounds of the bucket it fell into */
    bool beyond;      /**< it lies above the last finite bound: at least VALUE */
};

/**
 * The Q-quantile (0-1) by linear interpolation within the bucket, as PromQL's histogram_quantile
 * (https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile); from the
 * summary's own quantile when there are no buckets. Beyond the last finite bound, that bound with
 * `beyond` set.
 */
struct dist_quantile dist_quantile(const struct dist *d, double q);

/** Mean latency: sum over count; NaN without requests. */
double dist_mean(const struct dist *d);

/** Least and most that something can be. */
struct dist_range {
    double least, most;
};

/**
 * The share of requests slower than BOUND, as far as the buckets know it: one number where BOUND is
 * a bucket's bound or nothing lies in the bucket that it falls into, else what the bounds to both
 * sides of it leave open. Nothing is interpolated, so that shares of two layouts can be compared.
 * NaN without buckets or requests.
 */
struct dist_range dist_share_slower(const struct dist *d, double bound);

#endif
