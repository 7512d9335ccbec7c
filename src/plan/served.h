/**
 * Which targets serve a stage: by which series one finds out, and the jobs, as the store has them
 * of the present.
 */
#ifndef RAGTOP_PLAN_SERVED_H
#define RAGTOP_PLAN_SERVED_H

#include "plan/plan.h"
#include "series/store.h"

/** Whether there are series that tell where STAGE is served. */
bool served_is(const struct plan *p, int stage);

/** The same of series that are there as long as it is, which those of its errors may not be. */
bool served_is_steady(const struct plan *p, int stage);

/**
 * Appends a selector of those, with the matchers EXTRA (may be NULL): of its latency or, where
 * nothing times it, of the first of its other metrics that is there. False: there are none.
 */
bool served_add_series(struct str *s, const struct plan *p, int stage, const char *extra);

/** The first stage behind AFTER (-1: of all) that JOB serves; -1: none, as far as is known. */
int served_next(const struct plan *p, const struct store *store, const char *job, int after);

#endif
