/**
 * One number of a row at one moment, as it is or as it was on the day that is laid over. Private to
 * view/.
 */
#ifndef RAGTOP_VIEW_MOMENT_H
#define RAGTOP_VIEW_MOMENT_H

#include "view/view.h"

/** What can be read. INDEX is then the stage's, or what is named here. NaN: not known. */
enum measure {
    MEASURE_LATENCY,      /**< seconds: P95, or what can be known; else see diagnose/lead.h */
    MEASURE_REQUESTS,     /**< per second */
    MEASURE_ERRORS,       /**< per request */
    MEASURE_USED,         /**< of the resource; the index of its signal */
    MEASURE_LIMIT,        /**< of the same */
    MEASURE_FULL,         /**< of the same: used / limit, where that is the most */
    MEASURE_TOOL_CALLS,   /**< per second; the index of the tool */
    MEASURE_TOOL_FAILING, /**< failed calls of the tool per call; -1: of all tools */
    MEASURE_TOOL_LATENCY, /**< seconds, the mean of the tool's calls */
};

/** The slot of the live span that AT_MS falls into. */
int64_t moment_slot(const struct view_input *in, int64_t at_ms);

/** What WHAT was at SLOT of the live span. */
double moment_read(const struct view_input *in, enum measure what, int index, int64_t slot);

/** The same at the same time of day as SLOT, on the day that the state compares with. */
double moment_read_then(const struct view_input *in, enum measure what, int index, int64_t slot);

/**
 * How STAGE fares at the moment under the cursor, each number judged by itself; without a cursor as
 * it was judged. What takes more than one moment to know, such as blame, is that of now.
 */
struct stage_diagnosis moment_of_stage(const struct view_input *in, int stage);

/** The number in the row of STAGE, of which D is the above: its latency, or its leading signal. */
struct reading moment_of_row(
    const struct view_input *in, int stage, const struct stage_diagnosis *d);

/**
 * The requests per second of STAGE at that moment. Of what nothing times those are known, in the
 * present, that its errors are a share of.
 */
double moment_rate(const struct view_input *in, int stage, const struct stage_diagnosis *d);

/** How a tool fares, and the errors of all of them. */
struct tool_diagnosis moment_of_tool(const struct view_input *in, int tool);
struct reading moment_of_tool_errors(const struct view_input *in);

/** The moment that numbers are of, where it is not the present: under the cursor, or judged; 0. */
int64_t moment_shown(const struct view_input *in);

/** The heading of numbers: that moment as `09:12`, or OTHERWISE of the present. */
const char *moment_heading(struct arena *a, const struct view_input *in, const char *otherwise);

/** The heading of what is made of them, which is that of the moment judged: `verdict now`. */
const char *moment_verdict_heading(struct arena *a, const struct view_input *in);

/** The signal that WHAT is read from first; -1: none. */
int moment_signal(const struct view_input *in, enum measure what, int index);

/** The signal that it is divided by; -1: none. */
int moment_whole(const struct view_input *in, enum measure what, int index);

/** Whether the server was asked for that other day, and answered. */
bool moment_knows_then(const struct view_input *in, enum measure what, int index);

#endif
