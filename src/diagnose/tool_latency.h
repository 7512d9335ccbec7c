/**
 * How long the calls of each tool take, by their means, and whether that is what makes a stage
 * slow. Private to diagnose/.
 */
#ifndef RAGTOP_DIAGNOSE_TOOL_LATENCY_H
#define RAGTOP_DIAGNOSE_TOOL_LATENCY_H

#include "diagnose/context.h"
#include "diagnose/fault.h"
#include "series/matrix.h"

/** Fills the latency of T, whose calls are CALLS and judged; what is usual is kept at TOOL. */
void tool_latency_judge(
    struct tool_diagnosis *t, const struct context *c, const struct series *calls, int tool);

/** Adds the tools that are slower than usual. */
void tool_latency_add_faults(struct faults *out, const struct diagnosis *d);

/**
 * Where the first fault is that a stage is slow, and most of that comes of the calls of a tool, the
 * tool goes before it, and is as severe.
 */
void tool_latency_lift(struct faults *out, const struct diagnosis *d, const struct context *c);

#endif
