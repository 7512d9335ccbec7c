/**
 * How often metrics are scraped, by how many samples they have.
 */
#ifndef RAGTOP_PLAN_INTERVAL_H
#define RAGTOP_PLAN_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/names.h"
#include "base/str.h"
#include "plan/plan.h"

/**
 * Appends the query whose value is the scrape interval in seconds, taken from how many samples the
 * counters of the stages have in five minutes: those of their latencies, or what else is counted of
 * them, else the calls of tools. False, and nothing appended, when there is nothing to count.
 */
bool interval_add_query(struct str *s, const struct plan *p);

/** The same of the SERIES, each a selector, of which the first few will do. */
bool interval_add_query_of(struct str *s, const struct name_list *series);

/** Adds to OUT the selector of METRIC at NAMESPACE and JOB, "" being without one, within SELECTOR
 * (NULL: all). */
void interval_push_series(struct name_list *out, const char *metric, const char *namespace,
    const char *job, const char *selector);

/** The interval that SECONDS, measured by counting, stands for: 14.3 is 15 s. In ms; 0: none. */
int64_t interval_round(double seconds);

#endif
