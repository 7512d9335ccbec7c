/**
 * The query for what changed within a range of time; series/change.h reads what comes of it.
 */
#ifndef RAGTOP_PLAN_CHANGE_QUERY_H
#define RAGTOP_PLAN_CHANGE_QUERY_H

#include <stdint.h>

#include "base/str.h"

/**
 * Appends the range query over RANGE_MS, for pods and workloads with the matchers SPACES of their
 * namespaces ("": none is known, and nothing is asked of Kubernetes), and processes and models of
 * the selector EXTRA (may be NULL). Only series that changed, came or went answer it.
 */
void change_add_query(struct str *s, const char *spaces, const char *extra, int64_t range_ms);

#endif
