/**
 * Label sets as Prometheus has them: names and values, sorted by name.
 */
#ifndef RAGTOP_SERIES_LABELS_H
#define RAGTOP_SERIES_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct label {
    char *name, *value;
};

struct labels {
    struct label *items; /**< sorted by name; owned */
    size_t count;
};

/** Adds a label, keeping the order; both texts are copied. An existing name is overwritten. */
void labels_set(struct labels *l, const char *name, const char *value);

/** The value of NAME, or NULL. */
const char *labels_get(const struct labels *l, const char *name);

/** The Kubernetes object that kube-state-metrics tells of: a deployment, ... a pod; or NULL. */
const char *labels_workload(const struct labels *l);

/** Labels that may name the instance that a series is of, the surest first; ends with NULL. */
extern const char *const labels_of_instances[];

/** The same as they stand within `by (...)`. */
extern const char labels_by_instance[];

/**
 * Which instance a series is of: by the label called FIRST, if it has that (NULL: none is to be
 * preferred), else by the first of labels_of_instances that it has; NULL: by none.
 */
const struct label *labels_instance(const struct labels *l, const char *first);

bool labels_equal(const struct labels *a, const struct labels *b);

/** Equal sets have equal hashes. */
uint64_t labels_hash(const struct labels *l);

/** The same of what PromQL matches vectors by: all labels but `__name__`. */
bool labels_match(const struct labels *a, const struct labels *b);
uint64_t labels_match_hash(const struct labels *l);

/** Makes *OUT, which must be empty, a copy. */
void labels_copy(struct labels *out, const struct labels *l);

/** Frees and empties; a zeroed set is accepted. */
void labels_finish(struct labels *l);

#endif
