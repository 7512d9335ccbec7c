/**
 * Native histograms unfolded into the cumulative buckets that the rest of the program knows.
 */
#ifndef RAGTOP_PROM_HISTOGRAM_H
#define RAGTOP_PROM_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "series/batch.h"

struct histogram_bucket {
    double low, high, count;
};

struct histogram_point {
    int64_t t_ms;
    double count, sum;
    size_t first, buckets; /**< its stretch of `buckets` below */
};

/** The samples of one native histogram over time; starts zeroed. */
struct histogram_points {
    struct histogram_point *items;
    size_t count, cap;
    struct histogram_bucket *buckets;
    size_t buckets_count, buckets_cap;
};

void histogram_points_finish(struct histogram_points *p);

/** Starts a sample. */
void histogram_begin(struct histogram_points *p, int64_t t_ms, double count, double sum);

/** Adds a bucket to the sample begun last. */
void histogram_add(struct histogram_points *p, double low, double high, double count);

/**
 * Adds to OUT one series per bucket bound, labelled `le`, with the cumulative count at every
 * sample, and one with part="sum". Both bounds of every bucket are kept: native histograms leave
 * empty buckets out, and interpolating across such a hole would be wrong.
 */
void histogram_unfold(
    const struct histogram_points *p, const struct labels *labels, struct batch *out);

#endif
