/**
 * Whether all stages are in trouble alike: then no stage is the cause, but something that they
 * share. Private to diagnose/.
 */
#ifndef RAGTOP_DIAGNOSE_SHARED_H
#define RAGTOP_DIAGNOSE_SHARED_H

#include "diagnose/context.h"

/**
 * By how many times at least everything takes longer: every part of the work that matters, and none
 * more than twice as much as another. 0: that is not so.
 */
double shared_latency(const struct diagnosis *d, const struct context *c);

/**
 * What share of requests fails everywhere, at least: in every stage that is called by none other,
 * of no part of them, since the same moment, and in none more than twice as much. 0: that is not
 * so.
 */
double shared_errors(const struct diagnosis *d, const struct context *c);

/**
 * The component that all stages in trouble by SIGNAL are of, which is then one thing. NULL: they
 * are of several, or it is not known.
 */
const struct component *shared_component(
    const struct diagnosis *d, const struct plan *plan, enum signal_class signal);

#endif
