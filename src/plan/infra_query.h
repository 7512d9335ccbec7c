/**
 * The query for the machinery beside the stages; series/infra.h reads what comes of it.
 */
#ifndef RAGTOP_PLAN_INFRA_QUERY_H
#define RAGTOP_PLAN_INFRA_QUERY_H

#include "base/str.h"
#include "plan/plan.h"
#include "series/store.h"

/**
 * Appends matchers for the pods of the workloads that serve the stages of WANTED, and then those of
 * the others while there is room: Kubernetes names a pod by its workload, and so pods are among
 * them that serve nothing yet. Their labels have the PREFIX: "" or "exported_". Nothing where no
 * pod is known. Returns how many workloads had no room.
 */
size_t infra_add_matchers(struct str *s, const struct plan *p, const struct store *store,
    const bool *wanted, const char *prefix);

/** Appends a matcher for their namespaces; nothing where none is known. */
void infra_add_namespaces(struct str *s, const struct plan *p, const struct store *store);

/**
 * Appends the query for pods with the matchers OWN and, where a scrape has renamed their labels,
 * EXPORTED.
 */
void infra_add_query(struct str *s, const char *own, const char *exported);

#endif
