/**
 * What is declared under `signals:` of a stage, judged alike whatever it is: beside the median and
 * spread of its usual past, and only the way that is bad.
 */
#ifndef RAGTOP_DIAGNOSE_DECLARED_H
#define RAGTOP_DIAGNOSE_DECLARED_H

#include "diagnose/context.h"
#include "diagnose/fault.h"

/**
 * Fills OUT, the declared SIGNAL. Never an alarm with too few requests, with nothing usual, or
 * where chance explains the difference.
 */
void declared_judge(struct declared_diagnosis *out, const struct context *c, int signal);

/** What S, which is declared, was at SLOT of M, in its unit; NaN: not known. */
double declared_value(const struct signal *s, const struct matrix *m, int64_t slot);

/** Adds to OUT, the faults so far, what deviates where none of them is about its stage, a part of
 * it, or what it is a part of. */
void declared_add_faults(struct faults *out, const struct diagnosis *d, const struct context *c);

/** Adds to the evidence of the verdict what deviates beside its fault. */
void declared_explain(struct diagnosis *d, const struct context *c);

#endif
