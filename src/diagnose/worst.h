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
 * of which nothing is known do not make a stage unknown whose latency is.
 */
enum severity worst_of_stage(const struct stage_diagnosis *d);

/** The same of a tool: its calls, unless their errors are worse. */
enum severity worst_of_tool(const struct tool_diagnosis *t);

/** How bad a stage is, so that of two equally bad ones the more blamed comes first. */
double worst_stage_rank(const struct stage_diagnosis *d);

/**
 * The same where all are chosen from that there are: a CULPRIT comes before others as bad, and what
 * is KNOWN and calm before what is not known.
 */
double worst_choice_rank(enum severity severity, bool known, bool culprit, double blame);

/**
 * How bad the verdict on a source is: critical is above a warning, that above one that cannot be
 * known, that above one that is still asked for, and that above all being well. What was wrong
 * before a source was lost may still be.
 */
double worst_verdict_rank(const struct verdict *v);

#endif
