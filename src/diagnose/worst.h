/**
 * Which of several is worse: of the signals of a stage or tool, of stages, and of whole sources.
 */
#ifndef RAGTOP_DIAGNOSE_WORST_H
#define RAGTOP_DIAGNOSE_WORST_H

#include "diagnose/diagnosis.h"

/** The severity of a stage's latency, which may be too slow or too fast. */
enum severity worst_of_latency(const struct stage_diagnosis *d);

/**
 * The severity of a stage: that of its latency, unless another signal alarms and is worse. Signals
 * of which nothing is known do not make a stage unknown whose latency is. A culprit that nothing is
 * known of by itself, as it has no past, is as bad as the verdict.
 */
enum severity worst_of_stage(const struct diagnosis *d, int stage);

/** The same of a tool: its calls, unless their errors are worse. */
enum severity worst_of_tool(const struct tool_diagnosis *t);

/**
 * Which signal of STAGE has to be shown first: that of the verdict where the stage is at fault,
 * else the one that alarms, the worst of several; its latency where none does.
 */
enum signal_class worst_signal(const struct diagnosis *d, int stage);

/** Whether it is the failed calls of a tool that have to be shown, not how often it is called. */
bool worst_tool_fails(const struct tool_diagnosis *t);

/** The same of how long its calls take. */
bool worst_tool_is_slow(const struct tool_diagnosis *t);

/** How bad a stage is, so that of two equally bad ones the more blamed comes first. */
double worst_stage_rank(const struct diagnosis *d, int stage);

/** What a row is to the verdict. */
enum standing {
    STANDING_OTHER, /**< as usual, or a consequence */
    STANDING_ALSO,  /**< wrong by itself, beside the culprit */
    STANDING_CULPRIT,
};

/** What STAGE (-1: none), else TOOL (-1: the tools together), is to the verdict V. */
enum standing worst_standing(const struct verdict *v, int stage, int tool);

/**
 * The same where all are chosen from that there are: of those as bad the culprit comes first, then
 * other faults, and what is KNOWN and calm comes before what is not known.
 */
double worst_choice_rank(enum severity severity, bool known, enum standing standing, double blame);

/**
 * How bad the verdict on a source is: critical is above a warning, that above one that cannot be
 * known, that above one that is still asked for, and that above all being well. What was wrong
 * before a source was lost may still be.
 */
double worst_verdict_rank(const struct verdict *v);

#endif
