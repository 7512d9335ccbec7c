/**
 * One moment of the latency of a stage: its numbers, and whether they are worse than usual. Private
 * to diagnose/.
 */
#ifndef RAGTOP_DIAGNOSE_LATENCY_MOMENT_H
#define RAGTOP_DIAGNOSE_LATENCY_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "diagnose/context.h"
#include "diagnose/slower.h"
#include "series/dist.h"

/** A stage whose moments are judged, and what is usual of it, in seconds. */
struct latency_case {
    struct stage_context stage;
    const struct stage *s;
    enum statistic statistic;
    struct usual usual, usual_mean; /**< of that; of the mean */
    double usual_requests;          /**< in a window; NaN: not known */
    struct slower slower;
};

/** One moment of it. */
struct latency_moment {
    struct dist d;
    double n; /**< requests in the window; NaN: not known */
    struct reading main, mean;
    bool same_bucket;   /**< the present P95 lies in the bucket of the usual one */
    bool by_mean;       /**< the mean rose, and the P95 could not tell */
    struct shift shift; /**< where neither did: more requests than usual beyond a bound */
    bool rose;
};

/** Reads the moment SLOT of the live span of L; false when there is no sample. */
bool latency_moment_read(struct latency_moment *m, struct latency_case *l, int64_t slot);

/**
 * Judges M, which was read: sets state and severity of its number, and where neither that nor the
 * mean is worse, whether more requests than usual take long.
 */
void latency_moment_judge(struct latency_moment *m, struct latency_case *l);

/** Whether R is so near to usual that an alarm is over. */
bool latency_moment_is_low(const struct reading *r, const struct thresholds *t);

#endif
