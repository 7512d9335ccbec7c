/**
 * Down the tree, from a stage that deviates to the one that it comes of.
 */
#ifndef RAGTOP_DIAGNOSE_DESCEND_H
#define RAGTOP_DIAGNOSE_DESCEND_H

#include "diagnose/context.h"

/** Whether STAGE is ANCESTOR or a part of it, directly or not. */
bool descend_is_within(const struct plan *plan, int stage, int ancestor);

/** The share of its parent's rise that STAGE explains, by means where they are known; NaN. */
double descend_share(const struct diagnosis *d, const struct plan *plan, int stage);

/** How much slower S is, in seconds: by means where they are known, else by its statistic. */
double descend_rise(const struct stage_diagnosis *s);

/** Whether S is worse by itself than OTHER, of parts that explain about as much. */
bool descend_stands_out(const struct stage_diagnosis *s, const struct stage_diagnosis *other);

/**
 * What STAGE is slow for: the stage itself, or the part of it that carries the blame. Sets *SECOND
 * to another part where two share it, and leaves it as it is where not.
 */
int descend_by_latency(const struct diagnosis *d, const struct context *c, int stage, int *second);

/**
 * How much slower STAGE is, in seconds: of parts whose rises do not add up, and are about as large
 * as the largest, as much as that.
 */
double descend_slowed_by(const struct diagnosis *d, const struct plan *plan, int stage);

/** What STAGE fails for: itself, or the part whose errors explain most of its own. */
int descend_by_errors(const struct diagnosis *d, const struct context *c, int stage);

#endif
