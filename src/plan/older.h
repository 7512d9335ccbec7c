/**
 * What a metric was called before: components rename theirs between versions, and what is usual is
 * what the older version did.
 */
#ifndef RAGTOP_PLAN_OLDER_H
#define RAGTOP_PLAN_OLDER_H

#include "base/str.h"
#include "plan/plan.h"

/**
 * Appends to S, the query for SIGNAL or with PEAKS that of peak.h, the same query by each of its
 * older names, for the moments at which it has none of its series under its present one. An older
 * name is taken for a metric of the same type.
 */
void older_add(struct str *s, struct plan *p, const struct signal *signal, bool peaks);

#endif
