/**
 * Which jobs the samples of stages come from, as the store has it of the present.
 */
#ifndef RAGTOP_PLAN_SERVED_H
#define RAGTOP_PLAN_SERVED_H

#include "plan/plan.h"
#include "series/store.h"

/** The first stage behind AFTER (-1: of all) that JOB serves; -1: none, as far as is known. */
int served_next(const struct plan *p, const struct store *store, const char *job, int after);

#endif
