/**
 * What a PromQL query that somebody else wrote has to do with the stages of a plan: an alerting
 * rule watches a stage whose metrics it reads.
 */
#ifndef RAGTOP_PLAN_READS_H
#define RAGTOP_PLAN_READS_H

#include <stdbool.h>

#include "base/str.h"
#include "plan/plan.h"
#include "series/labels.h"
#include "series/rule_set.h"

/** The recording rules of a set, by name. */
struct reads_index {
    const struct rule **rules; /**< of the set; the array is owned */
    size_t count;
};

/** That of SET, which outlives it. The caller finishes it. */
struct reads_index reads_index(const struct rule_set *set);
void reads_index_finish(struct reads_index *index);

/**
 * Appends QUERY, and behind it the queries of the recording rules of INDEX whose series it reads,
 * and of those that these read: for reads_stage(), no query to be asked.
 */
void reads_add_whole(struct str *s, const struct reads_index *index, const char *query);

/**
 * Whether WHOLE, as above, reads a metric of STAGE: a latency by any of its series, a counter of
 * its requests or errors, what fills up, or what is declared. Not where its matchers rule the
 * series of STAGE out.
 */
bool reads_stage(const struct plan *p, int stage, const char *whole);

/** How many alerting rules of SET watch STAGE. */
size_t reads_rules_of(const struct plan *p, int stage, const struct rule_set *set);

/** Whether LABELS, of an alert, say that it is about other series than those of STAGE. */
bool reads_rules_out(const struct plan *p, int stage, const struct labels *labels);

/** Whether LABELS have the namespace, job, service or workload that the plan's selector or the
 * metrics of a stage name. */
bool reads_service(const struct plan *p, const struct labels *labels);

#endif
