/**
 * What is asked of a server besides the signals of a plan, to see whether these can be believed:
 * who serves the stages, how many series and labels their metrics have, what the server says of
 * itself.
 */
#ifndef RAGTOP_PLAN_AUDIT_H
#define RAGTOP_PLAN_AUDIT_H

#include <stdbool.h>

#include "base/names.h"
#include "plan/plan.h"

/** The questions; what each series of an answer is, is said here. */
enum audit {
#define AUDIT(NAME, function) AUDIT_##NAME,
#include "plan/audit.def"
#undef AUDIT
    AUDITS
};

/*
 * AUDIT_SERVED           per stage, by PROMQL_ARM, its index: `job`, `namespace`, `pod`, `instance`
 * AUDIT_STATE_METRICS    how many pods kube-state-metrics tells of
 * AUDIT_CONTAINERS       how many pods the kubelet tells of
 * AUDIT_POLICIES         per `namespace`: how many network policies there are
 * AUDIT_ALERTMANAGERS    how many Alertmanagers the server sends alerts to
 * AUDIT_REFUSED_SAMPLES  per `reason`: how many scrapes or samples it refused in the last hour
 * AUDIT_MISSED_GROUPS    per `rule_group`: how many evaluations it missed in the last hour
 * AUDIT_OLDEST           how many seconds ago its oldest sample is
 * AUDIT_LIMITS           per `namespace`, `pod`, `resource`: how many containers have a limit
 * AUDIT_PODS             per `namespace`, `pod`: the same pods, as kube-state-metrics knows them
 * AUDIT_LABELS           per label of audit_labels, its name in `ragtop_label`: how many values it
 *                        has among the series of those jobs
 * AUDIT_SERIES           per `__name__`, `job`: how many series of them there are, of the largest
 * AUDIT_CHURN            per `job`: how often all its series were new in the last hour
 * AUDIT_RELABELLED       per `job`: how many samples of a scrape its relabelling drops
 */

/** Labels whose values are people, requests and texts: each of them is a series of its own. */
extern const char *const audit_labels[];

/** Who serves the stages, as AUDIT_SERVED told. */
struct audit_places {
    struct name_list jobs, pods; /**< each once; owned */
};

/** Frees; zeroed places are accepted. */
void audit_places_finish(struct audit_places *places);

/** Whether A needs PLACES. */
bool audit_needs_places(enum audit a);

/** Appends the query for A; nothing where there is nothing to ask about. */
void audit_add(
    struct str *s, enum audit a, const struct plan *plan, const struct audit_places *places);

/** Appends the query for how many series each of NAMES has, by `__name__`. */
void audit_add_names(struct str *s, const char *const *names, size_t count);

/** Appends the query for how many series SELECTOR chooses. */
void audit_add_count(struct str *s, const char *selector);

/** Appends the query for how many it chose within the last day. */
void audit_add_lately(struct str *s, const char *selector);

#endif
