/**
 * In which pods the stages run, and what Kubernetes calls those.
 */
#ifndef RAGTOP_PLAN_PLACES_H
#define RAGTOP_PLAN_PLACES_H

#include "plan/plan.h"
#include "series/store.h"

/** A pod that serves a stage. The names point into the store. */
struct place {
    int stage;
    const char *namespace, *pod;
};

/**
 * The expression of QUERY, one of the parts from P's `places` on, which finds the pods of stages: a
 * series for each, with the label `stage`, its index. Where the stage's series name no pod it is
 * found by its address in kube_pod_info, with the label `pod_ip`. The caller frees; NULL: no stage
 * is served.
 */
char *places_expression(struct plan *p, int query);

/** Reads series I of the newest answers to that; false: it has no value there, or names no pod. */
bool places_read(struct place *out, const struct plan *p, const struct store *store, size_t i);

/** How many series there are to be read. */
size_t places_count(const struct plan *p, const struct store *store);

/** The pod that instance NAME of STAGE is; false: that is not known. */
bool places_find(struct place *out, const struct plan *p, const struct store *store, int stage,
    const char *name);

#endif
