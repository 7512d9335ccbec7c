/**
 * What becomes of each component that was recognised, noted where it is decided. Private to
 * catalogue/.
 */
#ifndef RAGTOP_CATALOGUE_ACCOUNT_H
#define RAGTOP_CATALOGUE_ACCOUNT_H

#include "catalogue/tree.h"
#include "config/component.h"
#include "series/labels.h"

/** Notes that ROW shows P, once for each place; FATE is what becomes of it as far as is known. */
void account_recognise(struct component_list *seen, const struct profile *p,
    const struct labels *row, enum component_fate fate);

/** Whether P is left out at NAMESPACE because nothing there is of a RAG stack. */
bool account_is_alone(
    const struct component_list *seen, const struct profile *p, const char *namespace);

/** Whether P was recognised by a metric of JOB in NAMESPACE. */
bool account_is_recognised(const struct component_list *seen, const struct profile *p,
    const char *namespace, const char *job);

/** Where P at that place is, in SEEN; it is added if need be. */
size_t account_place(
    struct component_list *seen, const struct profile *p, const char *namespace, const char *job);

/** Notes of the component at ONE of SEEN that what it measures is measured by OTHER. */
void account_double(struct component_list *seen, size_t one, size_t other);

/**
 * Takes what came of them from ALL, which is linked and named; what is dropped was noted. Then they
 * are in the order of their roles, and places of before mean nothing.
 */
void account_settle(struct component_list *seen, const struct tree *all,
    const struct profile *profiles, size_t count);

#endif
