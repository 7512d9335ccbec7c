/**
 * What sentences ask of a verdict and its stages, and how they are put one behind another. Private
 * to words/, view/ and pages/.
 */
#ifndef RAGTOP_WORDS_PHRASE_H
#define RAGTOP_WORDS_PHRASE_H

#include "base/arena.h"
#include "words/words.h"

// --- words

/** Appends SENTENCE, which may be NULL, with a blank before it where S has another one. */
void phrase_add_sentence(struct str *s, const char *sentence);

/** `since 09:12`, or `for more than 1 h` where O began before the span; NULL: that is not known. */
const char *phrase_onset(struct arena *a, const struct words *w, struct onset o);

/** How long at least it has been so, where O began before the span: `1 h`, `45 min`. */
const char *phrase_lasts(struct arena *a, const struct words *w, struct onset o);

/** `in the last hour`, `in the last 30 min`, at a moment of the past `in the 30 min to 11:30`. */
const char *phrase_during(struct arena *a, const struct words *w, int64_t ms);

/** The same of the window. */
const char *phrase_lately(struct arena *a, const struct words *w);

/** What rises, by evidence E of a drift: `latency`, `error rate`, `connections`. */
const char *phrase_drifting(const struct words *w, const struct evidence *e);

/** Appends `+35 % a day since 27 Jan`. */
void phrase_add_drift(struct str *s, struct drift drift);

/** Why nothing is usual: `no baseline`, or that no history has come yet. */
const char *phrase_no_baseline(const struct words *w);

// --- stages

/** The name of a stage, and how it fares. */
const char *phrase_name(const struct words *w, int stage);
const struct stage_diagnosis *phrase_stage(const struct words *w, int stage);

/** The requests of STAGE in the window, with those that fail and are not timed; NaN: not known. */
double phrase_requests(const struct words *w, int stage);

/** Whether STAGE completes next to nothing while one of its parts hangs. */
bool phrase_waits_for_part(const struct words *w, int stage);

/** How many requests of STAGE have failed in the window, where that is worth a word; else 0. */
double phrase_failures(const struct words *w, int stage);

/** Whether STAGE, by its errors or its latency, alarms only because its SLO is broken. */
bool phrase_slo_alone(const struct words *w, int stage, bool errors);

/**
 * Whether the requests of STAGE, too few to be judged, break its SLO, which holds whatever is
 * usual. A failure or two may be chance.
 */
bool phrase_few_break_slo(const struct words *w, int stage, bool errors);

// --- the verdict

/** The first evidence of KIND that the verdict has, or NULL. */
const struct evidence *phrase_evidence(const struct words *w, enum evidence_kind kind);

/** The same of that which is about STAGE. */
const struct evidence *phrase_evidence_of(
    const struct words *w, enum evidence_kind kind, int stage);

/** Whether the pool of STAGE speaks for the verdict. */
bool phrase_pool_is_evidence(const struct words *w, int stage);

/** Whether what is not known yet is still asked for: not once a source is lost, nor in a report. */
bool phrase_asks(const struct words *w);

#endif
