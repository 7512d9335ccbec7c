/**
 * Which fault is named first. Private to diagnose/.
 */
#ifndef RAGTOP_DIAGNOSE_FAULT_ORDER_H
#define RAGTOP_DIAGNOSE_FAULT_ORDER_H

#include "diagnose/fault.h"

/** Puts the faults of OUT in the order that faults_find() promises. */
void faults_order(struct faults *out, const struct diagnosis *d, const struct context *c);

#endif
