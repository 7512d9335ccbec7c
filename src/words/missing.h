/**
 * The words for targets and pods that are missing. Private to words/.
 */
#ifndef RAGTOP_WORDS_MISSING_H
#define RAGTOP_WORDS_MISSING_H

#include "base/arena.h"
#include "words/words.h"

/** `2 of 4 targets of job "rag" have not answered since 08:48 (up = 0)`, in a sentence. */
const char *missing_clause(struct arena *a, const struct words *w, int stage);

/** `2 of 4 targets down`, for the row of STAGE; NULL: none is. */
const char *missing_reason(struct arena *a, const struct words *w, int stage);

/** `search has had no data since 08:48: the target ...`, of STAGE, with what its targets tell. */
const char *missing_no_data(struct arena *a, const struct words *w, int stage);

/** Sentences on the stages that had data and have none now. Returns how many there are. */
int missing_add_gone(struct str *s, const struct words *w);

/** Sentences on the stages that never had data, though there is the metric. */
void missing_add_never_there(struct str *s, const struct words *w);

/** Why STAGE has no data, a clause; NULL: its targets do not tell. */
const char *missing_why(struct arena *a, const struct words *w, int stage);

#endif
