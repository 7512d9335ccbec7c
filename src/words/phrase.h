/**
 * The turns of phrase that words are made of. Private to view/.
 */
#ifndef RAGTOP_WORDS_PHRASE_H
#define RAGTOP_WORDS_PHRASE_H

#include "base/arena.h"
#include "words/words.h"

/** Appends SENTENCE, which may be NULL, with a blank before it where S has another one. */
void phrase_add_sentence(struct str *s, const char *sentence);

/** `since 09:12`, or `for more than 1 h` where O began before the span; NULL: that is not known. */
const char *phrase_onset(struct arena *a, const struct words *w, struct onset o);

/** `hour`, `30 min`: what is the last of so long. */
const char *phrase_length(struct arena *a, int64_t window_ms);

/** The name of a stage, and how it fares. */
const char *phrase_name(const struct words *w, int stage);
const struct stage_diagnosis *phrase_stage(const struct words *w, int stage);

/** Appends NAME as a sentence starts: with a capital, unless it is written with an underscore. */
void phrase_add_name_at_start(struct str *s, const char *name);

/** Appends `P95`, `mean` or `value`. */
void phrase_add_statistic(struct str *s, const struct words *w, int stage);

/** Appends how many requests of a stage are beyond a bound: `11 % above 1.0 s, usually 4 %`. */
void phrase_add_beyond(struct str *s, const struct words *w, int stage);

/** Appends a stage's fullest pool: `connections 97/100`. */
void phrase_add_pool(struct str *s, const struct words *w, int stage);

/** Appends what the calls of a stage need of its pool: `20 would do: a leak`. */
void phrase_add_need(struct str *s, const struct evidence *need);

/** Appends how old the numbers of a stage are: `stale 45 s`, `gone, last seen 08:58`. */
void phrase_add_stale(struct str *s, const struct words *w, int stage);

/** Appends ` since 08:48`, when STAGE last had a sample; nothing where that is not known. */
void phrase_add_last(struct str *s, const struct words *w, int stage);

/** Appends LEAD and `since 09:12`, or `for more than 1 h` where O began before the span, if known.
 */
void phrase_add_onset(struct str *s, const struct words *w, const char *lead, struct onset o);

/** What rises, by evidence E of a drift: `latency`, `error rate`, `connections`. */
const char *phrase_drifting(const struct words *w, const struct evidence *e);

/** Appends `called 0.1 times per question, usually 0.2`, or that it is not called any more. */
void phrase_add_called(struct str *s, double now, double usual);

/** Appends IS and `called 5.0 times per question, usually 1.0`, or that it is not called any more;
 * of fewer calls that are counted only when they end, `completes 0.24 calls per question` alone.
 */
void phrase_add_calls(struct str *s, const struct words *w, int stage, const char *is);

/** Names STAGE, or something of it; AT_START: with a capital, where it is a word. */
typedef void phrase_namer(struct str *s, const struct words *w, int stage, bool at_start);
void phrase_add_stage(struct str *s, const struct words *w, int stage, bool at_start);

/** Whether WHAT, of the caller's choice, is so of a stage. */
typedef bool phrase_test(const struct stage_diagnosis *d, int what);

/** Of how many stages WHAT is so. */
int phrase_count(const struct words *w, phrase_test *is, int what);

/**
 * Names the stages of which WHAT is so: `memo`, `memo and brain`, `memo, brain and 2 others`.
 * Returns how many they are.
 */
int phrase_add_list(struct str *s, const struct words *w, phrase_test *is, int what,
    phrase_namer *name, bool at_start);

/** Whether STAGE completes next to nothing while one of its parts hangs. */
bool phrase_waits_for_part(const struct words *w, int stage);

/** Appends `completes only 0.4/s`, or that it completes nothing. */
void phrase_add_completes(struct str *s, const struct words *w, int stage);

/** How many requests of STAGE have failed in the window, where that is worth a word; else 0. */
double phrase_failures(const struct words *w, int stage);

/** Appends `3 failed requests in the last 5 min`. */
void phrase_add_failures(struct str *s, const struct words *w, double failed);

/** Whether STAGE, by its errors or its latency, alarms only because its SLO is broken. */
bool phrase_slo_alone(const struct words *w, int stage, bool errors);

/**
 * Whether the requests of STAGE, too few to be judged, break its SLO, which holds whatever is
 * usual. A failure or two may be chance.
 */
bool phrase_few_break_slo(const struct words *w, int stage, bool errors);

/** Appends `above its SLO of 3.0 s, as usual`, for the two above. */
void phrase_add_slo_alone(struct str *s, const struct words *w, int stage, bool errors);

/** Appends `, above its SLO of 2.0 s`, where that is broken; of ERRORS, or of the latency. */
void phrase_add_slo(struct str *s, const struct words *w, int stage, bool errors);

/** Appends `, usually 1.0 %`, where it is known, by FORMAT. */
void phrase_add_usually(struct str *s, double usual, void (*format)(struct str *, double));

/** Appends `+35 % a day since 27 Jan`. */
void phrase_add_drift(struct str *s, struct drift drift);

/** The first evidence of KIND that the verdict has, or NULL. */
const struct evidence *phrase_evidence(const struct words *w, enum evidence_kind kind);

/** The same of that which is about STAGE. */
const struct evidence *phrase_evidence_of(
    const struct words *w, enum evidence_kind kind, int stage);

/** Whether that pool speaks for the verdict. */
bool phrase_pool_is_evidence(const struct words *w, int stage);

/** Whether what is not known yet is still asked for: not once a source is lost, nor in a report. */
bool phrase_asks(const struct words *w);

/** Appends why DATA, which is CONDITION_REFUSED, has no number. */
void phrase_add_refusal(struct str *s, const struct signal_data *data);

/** Why nothing is usual: `no baseline`, or that no history has come yet. */
const char *phrase_no_baseline(const struct words *w);

/** Appends `hour`, `30 min`: what is the last of so long. */
void phrase_add_length(struct str *s, int64_t window_ms);

#endif
