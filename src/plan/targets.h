/**
 * Whether the targets and pods that serve the stages are there at all.
 */
#ifndef RAGTOP_PLAN_TARGETS_H
#define RAGTOP_PLAN_TARGETS_H

#include "plan/plan.h"

/**
 * The expression of QUERY, one of the parts from P's `targets` on, which find the targets and
 * replicas that are missing; NULL: no stage is served. Three kinds of series answer it, of which
 * only the first part has the last two:
 *
 * - `stage`, the index of one: a job and a workload whose samples the stage is made of, or was an
 *   hour or a day ago;
 * - `part="listed"` and `part="down"`: how many targets a job has, and how many of them have not
 *   answered for PLAN_DOWN_MS; `part="before"`: how many it had an hour or a day ago, if more;
 * - `part="desired"` and `part="available"`: the replicas of a workload that has lacked some for
 *   PLAN_DOWN_MS, unless it is being rolled out.
 *
 * What was missing a day ago already is not counted. The caller frees.
 */
char *targets_expression(struct plan *p, int query);

/** The query that shows which targets do not answer. The caller frees. */
char *targets_shown(const struct plan *p);

#endif
