/**
 * How the series of signals behave: whether they are what they are taken for.
 */
#ifndef RAGTOP_PLAN_CONDUCT_H
#define RAGTOP_PLAN_CONDUCT_H

#include "plan/plan.h"

/**
 * Appends the selector of the metric whose value SIGNAL takes as it is, an expression for a
 * latency, errors or requests: see expr_bare(). False: it is no such expression.
 */
bool conduct_bare(struct str *out, const struct signal *signal);

/**
 * The expression of QUERY, one of the parts from P's `conduct` on; NULL: it is about no signal. The
 * value of one label is the index of a signal: of `resets`, whose number is how often the series
 * that was reset most was; of `samples`, how many it has; of `most`, the highest value of
 * what may be no counter; of `changes`, how often the value of a gauge changed. The first part has
 * more: the value of `copies` is the name of a label by which replicas of a server differ, and its
 * number how many copies of a series there are. The caller frees.
 */
char *conduct_expression(struct plan *p, int query);

/**
 * The same of the parts from `mixed` on, about all counters, latencies first, with two other
 * labels: of `mixed`, how often a count fell, times the share of its highest value that it never
 * fell below: next to nothing where it restarts; of `falls`, how often the sum fell that a mean is
 * taken from.
 */
char *conduct_mixed(struct plan *p, int query);

#endif
