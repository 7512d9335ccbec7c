/**
 * Whether a signal takes its metric for a counter or for a gauge, and whether it is one.
 */
#ifndef RAGTOP_PLAN_INSTRUMENT_H
#define RAGTOP_PLAN_INSTRUMENT_H

#include <stdbool.h>

#include "plan/plan.h"

/** Whether S is read as how fast a counter grows; whether as what a gauge says. Neither of
 * latencies, nor of expressions. */
bool instrument_is_counter(const struct signal *s);
bool instrument_is_gauge(const struct signal *s);

/** Whether METRIC, which may have matchers, is what a recording rule made of a counter's growth:
 * `job:errors:rate5m`. */
bool instrument_is_recorded_rate(const char *metric);

/**
 * Whether the metric of S, which has series, may be of another type than S takes it for: neither
 * its name, nor the configuration, nor a profile by which it was found in P tells. While S has no
 * shape, its type is to be asked for.
 */
bool instrument_is_open(const struct plan *p, const struct signal *s);

/** The same of the limit of S. */
bool instrument_is_open_limit(const struct plan *p, const struct signal *s);

/** Settles the shape of such a signal: TYPE is that of the metadata, "" for none, which is believed
 * to fit. */
void instrument_learn_type(struct signal *s, const char *type);
void instrument_learn_limit(struct signal *s, const char *type);

#endif
