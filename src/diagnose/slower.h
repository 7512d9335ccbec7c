/**
 * How many requests are usually slower than a bound, and whether now there are more of them than
 * chance makes.
 *
 * A quantile of few requests, or within a wide bucket, is a guess; how many were slower than a
 * bucket's bound is a count. If nothing changed, that count is binomial.
 */
#ifndef RAGTOP_DIAGNOSE_SLOWER_H
#define RAGTOP_DIAGNOSE_SLOWER_H

#include "diagnose/context.h"
#include "diagnose/stat.h"

/** The usual shares of one stage by bound, each looked up once; starts zeroed. */
struct slower {
    double bounds[DIST_BUCKETS_MAX]; /**< in the metric's unit */
    struct usual_share shares[DIST_BUCKETS_MAX];
    size_t count;
};

/** Where to look for more slow requests. */
struct slower_question {
    struct stage_context stage;
    double usual_p95; /**< in the metric's unit */
    bool all;         /**< at every bound, not only from the one below the usual P95 on */
    double stretch;   /**< of noise: all may take that many times as long as usual; 1: no longer */
};

/**
 * Whether the N requests of D, at every bound that tells anything, are no slower than chance makes
 * of the usual shares, or of what these would be if all took STRETCH times as long: bounds from the
 * last one at or below the usual P95 to that of the present P95. Where few requests lie between the
 * two, a small slowdown of all and a little chance move the P95 far. At a bound that buckets of
 * then did not have, the usual share is taken as high as they leave open. Where no usual share is
 * known, one request in twenty is usually slower than the usual P95.
 * False where counts cannot tell: without buckets, with N not known, or with all requests of now
 * and of then in one bucket.
 */
bool slower_is_noise(struct slower *s, const struct slower_question *q, const struct dist *d,
    double n, const struct thresholds *t);

/** Far more requests than usual beyond a bound. */
struct shift {
    double bound;      /**< in the metric's unit; NaN: there is none */
    double now, usual; /**< shares of the requests that take longer */
    struct interval interval;
};

/**
 * The bound beyond which by far more of the N requests of D are than usual: at least twice as many,
 * by SHIFT_LEAST of all at least, and by more than chance makes. Of several the one with the most.
 */
struct shift slower_shift(struct slower *s, const struct slower_question *q, const struct dist *d,
    double n, const struct thresholds *t);

#endif
