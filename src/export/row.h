/**
 * The rows of a report as numbers: those of each stage, and those of each tool. Private to export/.
 */
#ifndef RAGTOP_EXPORT_ROW_H
#define RAGTOP_EXPORT_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "words/words.h"

enum { ROW_TOOL_SIGNALS = 3, ROW_ALL_TOOLS = -1 };

/** One row. Texts point into the plan or are constant. */
struct report_row {
    bool is_tool;       /**< and not a stage */
    int index;          /**< of the stage or tool; ROW_ALL_TOOLS: tool calls taken together */
    const char *parent; /**< the name of the stage above; NULL: none */
    const char *signal, *statistic, *unit;
    const char *metric, *promql; /**< NULL: not known */
    int asks;                    /**< the signal that PROMQL asks for, or -1 */
    const struct reading *reading;
    double baseline;    /**< what is usual, in UNIT; NaN: not known */
    double requests;    /**< or calls, within the window; NaN: not known */
    double blame;       /**< NaN except for a stage's latency */
    struct onset onset; /**< since when it deviates */
    double age;         /**< of the newest sample, in seconds; NaN but for a stage's latency */
    const char *job, *workload; /**< whose targets or pods are missing; NULL: none are */
    const char *replica;        /**< that completes nothing; NULL: none, or one is missing */
};

/**
 * The row of STAGE's signal I: 0 latency, 1 errors, 2 saturation, 3 traffic, 4 targets that are
 * missing, and what is declared. False where the stage has none.
 */
int row_stage_signals(const struct words *w, int stage);
bool row_of_stage(struct report_row *out, const struct words *w, int stage, int i);

/**
 * The row of TOOL's signal I: 0 calls, 1 errors, 2 latency. ROW_ALL_TOOLS has errors alone. False
 * where there is none.
 */
bool row_of_tool(struct report_row *out, const struct words *w, int tool, int i);

/** Appends the name as verdicts have it: `vector_db`, `tool:sql_query`, `tool_call` for all. */
void row_add_name(struct str *s, const struct words *w, const struct report_row *r);

/** Appends why it is judged as it is. */
void row_add_reason(struct str *s, const struct words *w, const struct report_row *r);

/** Appends the name of what the verdict blames, as row_add_name(); nothing where it blames none. */
void row_add_culprit(struct str *s, const struct words *w);

/** Appends the name of what F is about, the same way. */
void row_add_fault(struct str *s, const struct words *w, const struct fault *f);

/** The name of SIGNAL, which of CLASS_DECLARED the index DECLARED tells; NULL: none. */
const char *row_signal(const struct words *w, enum signal_class signal, int declared);

/** "ok", "incident", "no_traffic", "too_few", "no_data" or "unreachable". */
const char *row_condition(const struct words *w);

/** "ok", "warning", "critical" or "unknown". */
const char *row_severity(enum severity severity);

/** "ok", "no_traffic", "no_data", "stale", "error" or "too_few". */
const char *row_state(const struct words *w, enum state state);

#endif
