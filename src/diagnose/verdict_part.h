/**
 * The parts of a verdict: of what is slow, and of what is calm. Private to verdict*.c.
 */
#ifndef RAGTOP_DIAGNOSE_VERDICT_PART_H
#define RAGTOP_DIAGNOSE_VERDICT_PART_H

#include <stdbool.h>

#include "diagnose/context.h"

/** How sure it is that R is beyond usual, from 0 to 1; SLO is 0 where none is set. */
double verdict_confidence(const struct reading *r, double slo);

/** Says in V what speaks for its stage, and a second one, as the reason why others are slow. */
void verdict_blame_latency(struct verdict *v, const struct diagnosis *d, const struct context *c);

/** Says in V that everything is in trouble alike, by LEAST at least: its stage is the worst of it.
 */
void verdict_share(
    struct verdict *v, const struct diagnosis *d, const struct context *c, double least);

/** Whether some stage does not know its usual yet, and may come to. */
bool verdict_is_early(const struct diagnosis *d, const struct context *c);

/** Says in V how a service without an incident fares, and how sure that is. */
void verdict_conclude_quiet(struct verdict *v, const struct diagnosis *d, const struct context *c);

#endif
