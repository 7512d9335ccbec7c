/**
 * What checks look at, and how they say what they found. Private to doctor/.
 */
#ifndef RAGTOP_DOCTOR_LOOK_H
#define RAGTOP_DOCTOR_LOOK_H

#include "doctor/doctor.h"

#define DOCTOR(NAME, name) extern const struct doctor_check doctor_##name;
#include "doctor/checks.def"
#undef DOCTOR

/** Lines to be pasted, which are no sentences and are not translated: YAML, Python, a command. */
#define CODE(lines) lines

/** Adds F as a finding of the check that runs. */
void look_found(struct doctor *d, struct doctor_finding f);

/** The check that runs is not complete, as reading failed: WHY, a clause. The first one counts. */
void look_unread(struct doctor *d, const char *why);

/** The check that runs looks at something that there is not here. */
void look_lacks(struct doctor *d, const char *why);

/** The list that FEED gave; NULL, which is then said of the check that runs: there is none. */
const struct list *look_list(struct doctor *d, enum feed_kind feed);

/** The same of the targets, of which those left out are said as well. */
const struct list *look_targets(struct doctor *d);

/** The same of the rules. */
const struct rule_set *look_rules(struct doctor *d);

/**
 * The same of the answer to A. Where nothing came, LACKS says why that cannot be judged; NULL: that
 * nothing came is an answer.
 */
const struct batch *look_answer(struct doctor *d, enum audit a, const char *lacks);

/** The newest value of S; NaN: it has none. */
double look_value(const struct batch_series *s);

/** The label NAME of S; "" where it has none. */
const char *look_label(const struct batch_series *s, const char *name);

/** The first stage that JOB serves, or -1. */
int look_stage_of_job(const struct doctor *d, const char *job);

/** Whether the metrics of STAGE are the user's own: those of other people's software cannot be
 * renamed. */
bool look_is_own(const struct doctor *d, int stage);

/** Whether anything says that this is Kubernetes: pods that serve stages, or a kubelet. */
bool look_is_cluster(const struct doctor *d);

/** Stage I of the plan, and how it fares; and how many there are. */
const struct stage *look_stage(const struct doctor *d, int i);
const struct stage_diagnosis *look_diagnosis(const struct doctor *d, int i);
int look_stages(const struct doctor *d);

/** `stage retrieval`; `job agent`. */
const char *look_at_stage(struct doctor *d, int stage);
const char *look_at_job(struct doctor *d, const char *job);

/** `alert HighLatency`; `recording rule a:b`. */
const char *look_at_rule(struct doctor *d, const struct rule *rule);

/** The stage with a metric that is called as NAME is, but for its unit and kind; -1: none. */
int look_stage_of_metric(struct doctor *d, const char *name);

/** Says of the check that runs what RULES (NULL: none are known) leave out. Returns whether there
 * are any. */
bool look_has_rules(struct doctor *d, const struct rule_set *rules);

#endif
