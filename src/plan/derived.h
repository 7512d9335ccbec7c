/**
 * PromQL made from what a plan asks: the numbers as they are shown, to be pasted elsewhere. Texts
 * live as long as the arena and the plan.
 */
#ifndef RAGTOP_PLAN_DERIVED_H
#define RAGTOP_PLAN_DERIVED_H

#include <stdint.h>

#include "base/arena.h"
#include "plan/plan.h"

/** Errors of STAGE per request; NULL: not counted. */
const char *derived_errors(struct arena *a, const struct plan *p, int stage);

/** How much of the resource that SIGNAL counts is in use, over all pods. */
const char *derived_used(struct arena *a, const struct plan *p, int signal);

/** Calls of TOOL per second; NULL: of all tools. */
const char *derived_calls(struct arena *a, const struct plan *p, const char *tool);

/** Failed calls of TOOL per call; NULL: of all tools. NULL: not counted. */
const char *derived_failing(struct arena *a, const struct plan *p, const char *tool);

/** How the requests of STAGE spread over its buckets; NULL: there are none. */
const char *derived_buckets(struct arena *a, const struct plan *p, int stage);

/** PROMQL as it was DAYS before AT_MS, by the local calendar; NULL where PROMQL is. */
const char *derived_then(struct arena *a, const char *promql, int64_t at_ms, int days);

#endif
