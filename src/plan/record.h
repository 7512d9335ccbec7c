/**
 * Recording rules: a server may keep the answers to a plan's queries as series of their own, so
 * that history costs it next to nothing. The rule of a signal records its expression as it stands,
 * under a name by the convention level:metric:operations
 * (https://prometheus.io/docs/practices/rules/#naming):
 *
 *     ragtop:STAGE_latency:rate5m        ragtop:STAGE_errors:rate5m ragtop:STAGE_requests:rate5m
 *     ragtop:STAGE_WHAT:last             ragtop:tools_calls:rate5m      ragtop:tools_errors:rate5m
 *
 * with the window as in the query, and `_` for what a name may not have. Rules carry the labels of
 * the selector, if there is one.
 */
#ifndef RAGTOP_PLAN_RECORD_H
#define RAGTOP_PLAN_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "plan/plan.h"
#include "series/labels.h"

/** The regular expression of all names of rules. */
extern const char record_names[];

/** Appends the name of the rule of SIGNAL with the window of P; nothing when it can have none. */
void record_add_name(struct str *s, const struct plan *p, const struct signal *signal);

/**
 * The name of the rule that records SIGNAL, owned by the caller; NULL: it can have none, or two
 * signals would share it.
 */
char *record_rule(const struct plan *p, const struct signal *signal);

/**
 * Sets in *OUT, which is empty, the labels that every recorded series has to carry so that the
 * selector of P chooses it. False: a matcher of it is one that no label is sure to satisfy.
 */
bool record_labels(const struct plan *p, struct labels *out);

/**
 * Keeps which signals have a rule with any window, from the COUNT NAMES that exist on the server;
 * plan_resolve() takes those whose window is the plan's.
 */
void record_learn(struct plan *p, char *const *names, size_t count);

/**
 * The selector of the series that SIGNAL's rule records, owned by the caller; NULL when there are
 * none.
 */
char *record_expression(const struct plan *p, const struct signal *signal);

#endif
