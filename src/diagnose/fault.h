/**
 * What is wrong, fault by fault, each followed down the tree to the stage that it comes of. Private
 * to diagnose/.
 */
#ifndef RAGTOP_DIAGNOSE_FAULT_H
#define RAGTOP_DIAGNOSE_FAULT_H

#include "diagnose/context.h"

enum { FAULTS_MAX = 64 };

struct faults {
    struct fault items[FAULTS_MAX]; /**< the one to name first is [0] */
    size_t count;
    size_t more; /**< that there was no room for */
};

/**
 * Finds the faults of D. Worst first; at equal severity silence goes before errors, errors before
 * latency, latency before calls and pools, unless the stage that errs or completes nothing waits
 * for one that is critical by latency and began no later: then these are its time-outs. A part none
 * of whose targets answers goes before what it takes down with it.
 */
void faults_find(struct faults *out, const struct diagnosis *d, const struct context *c);

/** Adds F to OUT, or counts it where there is no room. */
void fault_add(struct faults *out, struct fault f);

#endif
