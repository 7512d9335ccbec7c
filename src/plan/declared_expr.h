/**
 * The PromQL of what is declared under `signals:` of a stage, by its form.
 *
 * A latency answers in the shape of series/dist.h; a part of a whole and a mean as part="sum" and
 * part="count" or part="rest", all per second; a resource as part="used", part="limit" and
 * part="fullest"; the rest is one number.
 */
#ifndef RAGTOP_PLAN_DECLARED_EXPR_H
#define RAGTOP_PLAN_DECLARED_EXPR_H

#include "plan/plan.h"

/** The query for SIGNAL, which is declared; owned by the caller. */
char *declared_expression(const struct plan *p, const struct signal *signal);

/** The same of the one number that is shown; owned by the caller. */
char *declared_shown(const struct plan *p, const struct signal *signal);

/** The mean of SIGNAL, a declared latency, in seconds by each value of LABEL; owned by the caller.
 */
char *declared_mean_by(const struct plan *p, const struct signal *signal, const char *label);

#endif
