/**
 * The rows of a report as numbers: one per stage and signal. Private to emit/.
 */
#ifndef RAGTOP_EMIT_ROW_H
#define RAGTOP_EMIT_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "view/words.h"

enum { ROW_SIGNALS = 4 };

/** One row. Texts point into the plan or are constant. */
struct report_row {
    int stage;
    const char *signal, *statistic, *unit, *metric, *promql;
    const struct reading *reading;
    double blame; /**< NaN except for latency */
};

/**
 * The row of STAGE's signal I: 0 latency, 1 errors, 2 saturation. False where the stage has none.
 */
bool row_make(struct report_row *out, const struct words *w, int stage, int i);

/** "ok", "warning", "critical" or "unknown". */
const char *row_severity(enum severity severity);

/** "ok", "no_traffic", "no_data", "stale", "error" or "too_few". */
const char *row_state(const struct words *w, enum state state);

#endif
