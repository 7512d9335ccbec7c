/**
 * Whose machinery is asked for: the names of workloads and namespaces. Private to plan/.
 */
#ifndef RAGTOP_PLAN_INFRA_CHOICE_H
#define RAGTOP_PLAN_INFRA_CHOICE_H

#include "base/index.h"
#include "base/str.h"
#include "plan/plan.h"
#include "series/store.h"

/** Names, each once. Zeroed, there are none. */
struct chosen {
    char **items; /**< owned, as their texts */
    size_t count, cap;
    struct index index; /**< of items */
    size_t bytes;       /**< of a regular expression for them */
};

void chosen_finish(struct chosen *n);

/** Appends `a|b`. */
void chosen_add_regex(struct str *s, const struct chosen *n);

/**
 * Sets OUT to the workloads that serve the stages of WANTED, and then those of the others while
 * they have ROOM. Returns how many have none.
 */
size_t chosen_workloads(struct chosen *out, const struct plan *p, const struct store *store,
    const bool *wanted, size_t room);

/** Sets OUT to their namespaces; false: not all have ROOM. *UNNAMED: of some it is not known. */
bool chosen_namespaces(struct chosen *out, const struct plan *p, const struct store *store,
    size_t room, bool *unnamed);

/** Whether the name of any pod is known. */
bool chosen_any(const struct plan *p, const struct store *store);

/** Appends what the selector of P demands of the label `cluster`. */
void chosen_add_cluster(struct str *s, const struct plan *p);

#endif
