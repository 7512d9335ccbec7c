/**
 * The diagnosis in words. The dashboard, the tables and the JSON report all take theirs from here.
 */
#ifndef RAGTOP_WORDS_WORDS_H
#define RAGTOP_WORDS_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "config/config.h"
#include "diagnose/diagnosis.h"
#include "plan/plan.h"
#include "plan/scope.h"
#include "series/store.h"
#include "words/format.h"

/** What words are made from. */
struct words {
    const struct endpoint *source;
    const struct plan *plan;
    const struct scope *scope;
    const struct store *store;
    const struct diagnosis *diagnosis;
};

/** Appends the verdict: what is wrong, how much, whose fault, what was ruled out. */
void words_add_summary(struct str *s, const struct words *w);

/** Appends evidence I of the verdict as a sentence without a full stop. */
void words_add_evidence(struct str *s, const struct words *w, size_t i);

/** Evidence in two parts: `1.7 s`, which may be "", and `P95 of vector_db, usually 312 ms`. */
struct words_finding {
    const char *number, *meaning;
};

/** Evidence I of the verdict in parts; all is in A, or constant. */
struct words_finding words_find(struct arena *a, const struct words *w, size_t i);

/** What to look at next. */
struct words_step {
    const char *what;   /**< a clause in English, constant, with a %s where there is an OF */
    const char *of;     /**< the stage whose it is, where there are two; else NULL */
    const char *promql; /**< the query, for words_add_promql() */
    int signal;         /**< what it asks for */
};

/** Appends STEP without its query: `its latency`, `the latency of search`. */
void words_add_step(struct str *s, const struct words_step *step);

/** Sets step I of what to look at next; false when there is no such step. */
bool words_next(struct words_step *out, const struct words *w, size_t i);

/** Appends why the row of STAGE is judged as it is: `normal`, `slow: 92 % is vector_db`. */
void words_add_reason(struct str *s, const struct words *w, int stage);

/** Of how many stages the errors are not known: refused, or their metric does not exist. */
int words_blind(const struct words *w);

/** Appends which: the name of one, or how many. */
void words_add_blind(struct str *s, const struct words *w);

/** What the errors of STAGE lack, whose state is STATE_ABSENT. */
const char *words_why_absent(const struct words *w, int stage);

/** Why no rate can be had of the errors of STAGE, whose state is STATE_MISTYPED. */
const char *words_why_mistyped(const struct words *w, int stage);

/** Why the errors of those stages are not known: a clause. */
const char *words_why_blind(const struct words *w);

/** Appends a sentence on what is not known of the tools, a blank before it; or nothing. */
void words_add_tools_blind(struct str *s, const struct words *w);

/** Appends why the query of SIGNAL was refused, and what it asks for; false when it was not. */
bool words_add_refused(struct str *s, const struct words *w, int signal);

/** PromQL for the number of SIGNAL that is shown: of a latency the mean, where that is judged. */
const char *words_promql(const struct words *w, int signal);

/**
 * Appends PROMQL, a query for SIGNAL, to a reader: where it asks by all labels that pods may have,
 * by the one that the series of SIGNAL were seen to have. -1: as it is.
 */
void words_add_promql(struct str *s, const struct words *w, int signal, const char *promql);

/** Appends why a tool is judged as it is. */
void words_add_tool_reason(struct str *s, const struct words *w, int tool);

/** Appends the value of a latency reading: `1.8 s`, `>= 10 s`. */
void words_add_latency(struct str *s, const struct reading *r);

/** How the number of STAGE that words_statistic() names is written. */
number_format *words_format(const struct words *w, int stage);

/**
 * `P95`; `mean*` where no quantile can be known; `value` of a gauge or an expression; the leading
 * signal of a stage that nothing times.
 */
const char *words_statistic(const struct words *w, int stage);

/** Appends what "usual" is made of: `median of this hour on 7 days`. */
void words_add_usual(struct str *s, const struct words *w);

/** Appends what a pin compares with: `the 30 min before 09:12, pinned`; NOW_MS decides on the day.
 */
void words_add_pinned(struct str *s, const struct scope *scope, int64_t now_ms);

/** The stage at fault, or that the verdict calls a share in it. */
bool words_is_culprit(const struct words *w, int stage);

#endif
