/**
 * The words for targets and pods that are missing. Private to view/.
 */
#ifndef RAGTOP_WORDS_MISSING_H
#define RAGTOP_WORDS_MISSING_H

#include "words/words.h"

/** `2 of 4 targets of job "rag" have not answered since 08:48 (up = 0)`, in a sentence. */
void missing_add(struct str *s, const struct words *w, int stage);

/** The sentence on STAGE as the fault, with what else is served by the same. */
void missing_add_summary(struct str *s, const struct words *w, int stage);

/** `2 of 4 targets down`, for the row of STAGE. */
void missing_add_reason(struct str *s, const struct words *w, int stage);

/** ` has had no data since 08:48`, of STAGE, one of COUNT stages of which that is said. */
void missing_add_no_data(struct str *s, const struct words *w, int stage, int count);

/** Sentences on the stages that had data and have none now. Returns how many there are. */
int missing_add_gone(struct str *s, const struct words *w);

/** Sentences on the stages that never had data, though there is the metric. */
void missing_add_never_there(struct str *s, const struct words *w);

/** Why STAGE has no data, after a colon: nothing where its targets do not tell. */
void missing_add_why(struct str *s, const struct words *w, int stage);

#endif
