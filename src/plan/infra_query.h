/**
 * The query for the machinery beside the stages; series/infra.h reads what comes of it.
 */
#ifndef RAGTOP_PLAN_INFRA_QUERY_H
#define RAGTOP_PLAN_INFRA_QUERY_H

#include "base/str.h"
#include "plan/plan.h"
#include "series/store.h"

/**
 * Appends the query for the pods of the workloads that serve the stages of WANTED, and then of the
 * others while there is room: Kubernetes names a pod by its workload, and so pods are among them
 * that serve nothing yet. Where not all have room in each selector, and their namespaces are known,
 * the query reads all that is in these, and keeps what is about the pods. Nothing where no pod is
 * known. Returns how many workloads have no room.
 */
size_t infra_add_query(
    struct str *s, const struct plan *p, const struct store *store, const bool *wanted);

/** Whether there is anything to be asked for. */
bool infra_is_known(const struct plan *p, const struct store *store);

/** How many workloads have no room while all stages are wanted alike. */
size_t infra_left_out(const struct plan *p, const struct store *store);

/** Appends matchers for their namespaces, and for the cluster that the selector of P names; nothing
 * where none is known, and all where there are too many. */
void infra_add_namespaces(struct str *s, const struct plan *p, const struct store *store);

#endif
