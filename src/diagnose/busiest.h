/** Which tools are judged where there are more than can be. */
#ifndef RAGTOP_DIAGNOSE_BUSIEST_H
#define RAGTOP_DIAGNOSE_BUSIEST_H

#include <stddef.h>

#include "diagnose/context.h"
#include "diagnose/diagnosis.h"

/**
 * Puts into SERIES which of the calls' series are of the busiest tools over the span and now, in
 * their own order, and returns how many that are. One that fails counts for ten times its failures
 * more. All of them where there is room.
 */
size_t busiest_tools(const struct context *c, size_t series[DIAGNOSIS_TOOLS_MAX]);

#endif
