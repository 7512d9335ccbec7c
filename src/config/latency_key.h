/**
 * The `latency` of a stage: a name, `{metric: NAME, unit: ms, type: gauge}`, or, where a component
 * has a counter of seconds and one of requests, `{sum: NAME, count: NAME, unit: s}`.
 */
#ifndef RAGTOP_CONFIG_LATENCY_KEY_H
#define RAGTOP_CONFIG_LATENCY_KEY_H

#include <stdbool.h>

#include "config/config.h"
#include "config/reading.h"

/**
 * Reads the latency of the stage at R's path, and its UNIT, which may be said there or beside it
 * (NULL: it is not). EXPR is that of `expr`. *OUT stays empty where there is none of them. False
 * with the whole message in R's WHY.
 */
bool latency_read(struct reading *r, const char *expr, const char *unit, struct metric_config *out,
    double *to_seconds);

/** How many seconds one unit of NAME is, by its suffix; 0: it has none that says so. */
double latency_unit_of(const char *name);

#endif
