/**
 * The PromQL of signals: a function for each of those in the column `write` of config/signal.def.
 */
#ifndef RAGTOP_PLAN_WRITE_H
#define RAGTOP_PLAN_WRITE_H

#include "base/str.h"
#include "plan/plan.h"

/**
 * The query for SIGNAL of P, owned by the caller; NULL: there is nothing to ask. Those of the parts
 * of one kind are written in their order: see plan/parts.h.
 */
char *write_expression(struct plan *p, const struct signal *signal);

/** Appends the query that shows how full each instance of the pool SIGNAL is. */
void write_each_pool(struct str *s, const struct plan *p, const struct signal *signal);

/** Whether KIND is events per second, of a counter. */
bool write_is_rate(enum signal_kind kind);

#endif
