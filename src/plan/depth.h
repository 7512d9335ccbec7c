/**
 * The signals that explain a stage: its pods, its restarts, its rollouts. They cost the server more
 * than the others and matter only where something is wrong, so they are asked for the stages that
 * are looked into, and never over history.
 */
#ifndef RAGTOP_PLAN_DEPTH_H
#define RAGTOP_PLAN_DEPTH_H

#include "plan/plan.h"

/** Adds the deep signals of STAGE to P: none where its latency is a whole expression. */
void depth_add(struct plan *p, int stage);

/** Appends the query for what is shown of each of a stage's pods: its P95, or its mean. The label
 * that tells them apart keeps its name, as the reader knows it. */
void depth_add_statistic(struct str *s, const struct plan *p, const struct stage *stage);

/** The same of its mean; appends nothing where there is none. */
void depth_add_mean(struct str *s, const struct plan *p, const struct stage *stage);

/** The same of errors per second, which SIGNAL counts. */
void depth_add_errors(struct str *s, const struct plan *p, const struct signal *signal);

/** Appends the selector of the series that remember exemplars of STAGE; nothing where none can. */
void depth_add_exemplars(struct str *s, const struct plan *p, const struct stage *stage);

/** Whether a deep SIGNAL is asked about the span as well, once the page of its stage is open. */
bool depth_has_span(const struct signal *signal);

/**
 * The PromQL of a deep SIGNAL that is by pod: latency, errors, starts; once the kind of its stage
 * is known. Owned by the caller. NULL: there is nothing to ask.
 */
char *depth_pods(const struct plan *p, const struct signal *signal);

/** The same of the restarts and of the rollouts around STAGE. */
char *depth_restarts(const struct plan *p, const struct stage *stage);
char *depth_rollouts(const struct plan *p, const struct stage *stage);

#endif
