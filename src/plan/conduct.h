/**
 * How the series of signals behave: whether they are what they are taken for.
 */
#ifndef RAGTOP_PLAN_CONDUCT_H
#define RAGTOP_PLAN_CONDUCT_H

#include "plan/plan.h"

/**
 * The query that tells of as many signals as it has room for; NULL: of none. The index of the
 * signal is the value of one label: of `resets` where the number is how often the series that was
 * reset most was, of `samples` where it is how many it has, and of `changes` how often the value of
 * a gauge changed. The label `copies` has the name of a label that replicas of a server are told
 * apart by; its number is how many copies of a series there are. *MORE is how many
 * signals there was no room for. The caller frees.
 */
char *conduct_expression(const struct plan *p, size_t *more);

#endif
