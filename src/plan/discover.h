/**
 * Finding out what sort of metric each latency is, from the names that exist on the server.
 */
#ifndef RAGTOP_PLAN_DISCOVER_H
#define RAGTOP_PLAN_DISCOVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/names.h"
#include "base/str.h"
#include "plan/plan.h"

/**
 * Appends the selector that matches every name a latency of P could have, every other metric of
 * P, `{__name__=~"(a|b)(_bucket|_sum|_count)?|a_errors_total|..."}`, and every recording rule
 * (plan/record.h). With stages by label it covers their metric too. False when there is nothing to
 * look for.
 */
bool discover_add_selector(struct str *s, const struct plan *p);

/** Appends the selector whose series carry the label values that are the stages by label. */
void discover_add_label_selector(struct str *s, const struct plan *p);

/** Whether any stage's latency is among the COUNT NAMES; where none has a metric, whether any is.
 */
bool discover_finds_any(const struct plan *p, char *const *names, size_t count);

/**
 * Settles the kind of every stage's latency, and of what is declared by a base name, from the COUNT
 * NAMES that exist: `x_bucket` makes a classic histogram; `x_sum` with `x` a summary with
 * quantiles, without it one that knows the mean only; `x` alone stays LATENCY_UNKNOWN until
 * discover_learn_type(), unless its type is configured; none is LATENCY_ABSENT. Of every other
 * metric it is settled whether it has series; requests that have none are not counted by.
 */
void discover_learn_names(struct plan *p, char *const *names, size_t count);

/**
 * The bare name, owned by the caller, of the metric of signal I where names did not tell what sort
 * it is and its type has to be asked for; NULL: it has not. See plan/instrument.h for what is no
 * latency.
 */
char *discover_untold(const struct plan *p, size_t i);

/** Settles every such signal of METRIC, a bare name. Of a latency TYPE "histogram" is a native one,
 * "counter" is no latency, anything else a plain value. */
void discover_learn_type(struct plan *p, const char *metric, const char *type);

#endif
