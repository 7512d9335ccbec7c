/**
 * Gauges that come and cannot be meant, in words: what is odd of which metric, and what to do.
 */
#ifndef RAGTOP_WORDS_ODD_WORDS_H
#define RAGTOP_WORDS_ODD_WORDS_H

#include "base/arena.h"
#include "words/words.h"

/** What is ODD of SIGNAL: `its limit db_max is 0`; NULL: nothing is. */
const char *odd_clause(struct arena *a, const struct words *w, int signal, struct oddity odd);

/** Appends the same of `pool of say` as a note: with what to do; false: nothing is odd, or a note
 * says so already. */
bool odd_add_note(struct str *s, const struct words *w, int signal, struct oddity odd);

#endif
