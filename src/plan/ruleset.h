/**
 * Rules that a server evaluates by itself: recording rules for what ragtop asks the history of, see
 * plan/record.h, and alerts about the stages of a plan.
 *
 * An alert is about a level that somebody chose where there is one: the SLO of a stage, the limit
 * of a pool, the levels of a state. Elsewhere it compares with the same time a day and a week ago.
 */
#ifndef RAGTOP_PLAN_RULESET_H
#define RAGTOP_PLAN_RULESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/names.h"
#include "plan/plan.h"
#include "series/labels.h"

/** What a rule tells. */
enum ruleset_about {
    RULESET_RECORDS,    /**< no alert: it records */
    RULESET_SLOW,       /**< latency above its SLO, in seconds */
    RULESET_SLOWER,     /**< there is no SLO: twice its usual latency */
    RULESET_MEAN,       /**< the alert that users of Kotaemon know, in seconds */
    RULESET_BURN,       /**< errors use up the budget that the SLO leaves, by two windows */
    RULESET_FAILING,    /**< there is no SLO: a larger share of errors than usual */
    RULESET_FULL,       /**< a resource that is nearly used up, as a share */
    RULESET_BEYOND,     /**< a number beyond a level that the configuration or the profile has */
    RULESET_CALLS,      /**< more calls of a tool per question than usual */
    RULESET_NO_TRAFFIC, /**< no requests, where there usually are some */
    RULESET_NO_DATA,    /**< no series */
    RULESET_ABOUTS,
};

struct ruleset_rule {
    enum ruleset_about about;
    int stage;                 /**< -1: the tools */
    int signal;                /**< -1: of none, but of the requests of STAGE */
    char *name;                /**< what is recorded, or the alert; owned */
    char *expr;                /**< owned */
    char *number;              /**< what EXPR compares, NULL where nothing; owned */
    double level;              /**< what NUMBER is compared with; NaN: with the past */
    int64_t for_ms;            /**< so long before it fires */
    bool critical;             /**< else a warning */
    int64_t long_ms, short_ms; /**< of RULESET_BURN */
};

struct ruleset {
    struct ruleset_rule *items; /**< recording rules first; owned */
    size_t count, cap;
    size_t recording;      /**< so many of them record */
    struct labels carried; /**< the labels that every recorded series has */
    bool unrecorded;       /**< nothing records, as the selector is none that labels satisfy */
    struct name_list
        blunt; /**< stages without an alert on their SLO, as it lies beyond their buckets */
    struct name_list shared; /**< signals that have no rule as their names would be the same */
};

/**
 * Makes the rules of P, which is resolved and outlives them. What the server does not know has
 * none: it would never fire. ENDS has for each stage the seconds at which its last bucket ends, and
 * infinity where it has none or nobody knows: a P95 is never above it. NULL: nothing is known.
 */
void ruleset_make(struct ruleset *out, const struct plan *p, const double *ends);

/** Frees and empties. */
void ruleset_finish(struct ruleset *r);

/**
 * Sets in *OUT, which is empty, the labels that the series behind RULE have in common and a sum
 * drops: `namespace` and `job`, where its component, or the matchers of its metric or of the plan,
 * name one.
 */
void ruleset_labels(struct labels *out, const struct plan *p, const struct ruleset_rule *rule);

/** A metric whose series RULE reads, as promql/name.h has it; NULL: those of an expression. */
const char *ruleset_metric(const struct plan *p, const struct ruleset_rule *rule);

#endif
