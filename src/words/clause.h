/**
 * Clauses: what sentences take as arguments, and how several become one. All are in arena A, or
 * constant. Private to words/.
 */
#ifndef RAGTOP_WORDS_CLAUSE_H
#define RAGTOP_WORDS_CLAUSE_H

#include "base/arena.h"
#include "words/words.h"

/** CLAUSE with a capital, if it begins with a letter of ASCII and not with `ragtop`. */
const char *clause_begin(struct arena *a, const char *clause);

/** `vector_db` and `vllm`, or `Retrieval` with a capital, as a sentence starts with NAME. */
const char *clause_capital(struct arena *a, const char *name);

/** The same of the name of STAGE. */
const char *clause_stage(struct arena *a, const struct words *w, int stage);

/** Whether WHAT, of the caller's choice, is so of a stage. */
typedef bool clause_test(const struct stage_diagnosis *d, int what);

/** Names STAGE, or something of it; AT_START of a sentence. */
typedef const char *clause_namer(struct arena *a, const struct words *w, int stage, bool at_start);
clause_namer clause_name;

/** Of how many stages WHAT is so. */
int clause_count(const struct words *w, clause_test *is, int what);

/** The names of the stages of which WHAT is so, as of names_some(); there is one at least. */
const char *clause_list(struct arena *a, const struct words *w, clause_test *is, int what,
    clause_namer *name, bool at_start);

/** FIRST and THEN, of which either may be NULL, as `slow; errors 3 %`. */
const char *clause_also(struct arena *a, const char *first, const char *then);

/** `P95`, `mean` or `value`. */
const char *clause_statistic(const struct words *w, int stage);

/** SAID with `, usually 1.0 %` behind it, where that is known. */
const char *clause_usually(
    struct arena *a, const char *said, double usual, void (*format)(struct str *, double));

/** How many requests of a stage are beyond a bound: `11 % above 1.0 s, usually 4 %`. */
const char *clause_beyond(struct arena *a, const struct words *w, int stage);

/** A stage's fullest pool: `connections 97/100`. */
const char *clause_pool(struct arena *a, const struct words *w, int stage);

/**
 * `called 5.0 times per question, usually 1.0`, `not called any more, ...`; of fewer calls that are
 * counted only when they end, `completes 0.24 calls per question, ...`. With a NAME, about it:
 * `vector_db is called ...`.
 */
const char *clause_calls(struct arena *a, const struct words *w, int stage, const char *name);

/** The same of any calls, NAME's, of which NOW and USUAL are per question. */
const char *clause_called(struct arena *a, double now, double usual, const char *name);

/** `completes only 0.4/s`, or that it completes nothing. */
const char *clause_completes(struct arena *a, const struct words *w, int stage);

/** `3 failed requests in the last 5 min` */
const char *clause_failures(struct arena *a, const struct words *w, double failed);

/** Whether STAGE, by its ERRORS or its latency, is above its SLO beyond doubt. */
bool clause_breaks_slo(const struct words *w, int stage, bool errors);

/** SAID with `, above its SLO of 2.0 s` behind it, where that is broken; of ERRORS, or latency. */
const char *clause_slo(
    struct arena *a, const struct words *w, int stage, bool errors, const char *said);

/** `above its SLO of 3.0 s, as usual` */
const char *clause_slo_alone(struct arena *a, const struct words *w, int stage, bool errors);

/** SAID `since 09:12`, or `for more than 1 h` where O began before the span, if known. */
const char *clause_onset(struct arena *a, const struct words *w, const char *said, struct onset o);

/** SAID `since 08:48`, when STAGE last had a sample, and `, 3 h ago` from an hour on, where that is
 * known. */
const char *clause_last(struct arena *a, const struct words *w, int stage, const char *said);

/** `+35 % a day since 27 Jan` */
const char *clause_drift(struct arena *a, struct drift drift);

/** Why DATA, which is CONDITION_REFUSED, has no number. */
const char *clause_refusal(struct arena *a, const struct signal_data *data);

#endif
