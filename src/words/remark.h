/**
 * What is no fault and worth a word: what differs from usual, as what is faster or called less, and
 * what is bad and always was. Private to words/.
 */
#ifndef RAGTOP_WORDS_REMARK_H
#define RAGTOP_WORDS_REMARK_H

#include "base/arena.h"
#include "words/words.h"

/** Whether anything differs: then not all is as usual. */
bool remark_any(const struct words *w);

/** Appends it, each stage a sentence with a blank before it. */
void remark_add(struct str *s, const struct words *w);

/** For the row of STAGE, whatever else it says, that its processes keep restarting; NULL: not so.
 */
const char *remark_restarts(const struct words *w, int stage);

/**
 * Appends what may be why something else is in trouble, sentences as above: which stages' processes
 * keep restarting, which tools are called less or for the first time.
 */
void remark_add_beside(struct str *s, const struct words *w);

/** For the row of TOOL, that it is called less; NULL: it is not. */
const char *remark_tool(const struct words *w, int tool);

/** For the row of STAGE, whose latency is as usual or better, how it is. */
const char *remark_reason(struct arena *a, const struct words *w, int stage);

#endif
