/**
 * What differs from usual and is no fault: faster, called less, less traffic or more. Private to
 * view/.
 */
#ifndef RAGTOP_WORDS_REMARK_H
#define RAGTOP_WORDS_REMARK_H

#include "words/words.h"

/** Whether there is anything of that: then not all is as usual. */
bool remark_any(const struct words *w);

/** Appends it, each stage a sentence with a blank before it. */
void remark_add(struct str *s, const struct words *w);

/** Appends to the row of STAGE, whose latency is as usual or better, how it is. */
void remark_add_reason(struct str *s, const struct words *w, int stage);

#endif
