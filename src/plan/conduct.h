/**
 * How the series of signals behave: whether they are what they are taken for.
 */
#ifndef RAGTOP_PLAN_CONDUCT_H
#define RAGTOP_PLAN_CONDUCT_H

#include "plan/plan.h"

/**
 * The query about as many signals as it has room for; NULL: about none. The value of one label is
 * the index of a signal: of `resets`, whose number is how often the series that was reset most was;
 * of `samples`, how many it has; of `changes`, how often the value of a gauge changed. The value of
 * `copies` is the name of a label by which replicas
 * of a server differ, and its number how many copies of a series there are. Sets *MORE to the
 * number of signals for which there was no room. The caller frees.
 */
char *conduct_expression(const struct plan *p, size_t *more);

/**
 * The same about all counters, latencies first, with two more labels: of `mixed`, how often a count
 * fell, times the share of its highest value that it never fell below: next to nothing where it
 * restarts; of `falls`, how often the sum fell that a mean is taken from.
 */
char *conduct_mixed(const struct plan *p, size_t *more);

#endif
