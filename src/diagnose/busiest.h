/** Which tools are judged where there are more than can be. */
#ifndef RAGTOP_DIAGNOSE_BUSIEST_H
#define RAGTOP_DIAGNOSE_BUSIEST_H

#include <stddef.h>

#include "diagnose/context.h"
#include "diagnose/diagnosis.h"

/**
 * Puts into SERIES the indices of the calls' series to judge, and returns how many: all, ascending,
 * where there is room, else those with the most calls per second now or over the span. Of these the
 * ones that are twice as busy come first. A failure counts as ten calls, so that a tool that fails
 * is not lost among busy ones.
 */
size_t busiest_tools(const struct context *c, size_t series[DIAGNOSIS_TOOLS_MAX]);

#endif
