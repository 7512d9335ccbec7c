/**
 * What cannot be believed of a stage, or is not known of it, in words.
 */
#ifndef RAGTOP_WORDS_DOUBT_H
#define RAGTOP_WORDS_DOUBT_H

#include <stdbool.h>

#include "base/arena.h"
#include "words/words.h"

/** Why nothing that is computed of STAGE can be believed, as a row says it; NULL: it can. */
const char *doubt_reason(struct arena *a, const struct words *w, int stage);

/** `unreliable: counters reset 12 times in 30 scrapes` */
const char *doubt_resets(struct arena *a, double resets, double samples);

/** The name of the metric whose value the expression of SIGNAL takes as it is; NULL: there is none.
 */
const char *doubt_counter(struct arena *a, const struct signal *signal);

/** Appends sentences about all stages of which nothing can be believed; false when there is none.
 */
bool doubt_add_summary(struct str *s, const struct words *w);

/** Appends briefly, beside a fault, which stages cannot be judged and why, each with a blank
 * before. */
void doubt_add_beside(struct str *s, const struct words *w);

/** Appends which stages have no such metric, a sentence with a blank before it; or nothing. */
void doubt_add_absent(struct str *s, const struct words *w);

/** The name of the pool or queue of STAGE of which nothing is known, where there is one. */
const char *doubt_pool(const struct words *w, int stage);

/** Why nothing is known of a pool or queue of STAGE, as a row says it; NULL: of none it is so. */
const char *doubt_why_pool(struct arena *a, const struct words *w, int stage);

/** Appends which pools and queues those are, each sentence with a blank before it; or nothing. */
void doubt_add_pools(struct str *s, const struct words *w);

/** Appends note I on STAGE, from 0: what to fix; false when there are no more. */
bool doubt_add_note(struct str *s, const struct words *w, int stage, int i);

/** Appends that every series is counted more than once, where it is; false where it is not. */
bool doubt_add_copies(struct str *s, const struct words *w);

/** Appends what limit I, from 0, left out of the plan; false when there are no more. */
bool doubt_add_limits(struct str *s, const struct words *w, int i);

/** The note on counters of tool calls that are reset too often; false: they are not. */
bool doubt_add_tool_resets(struct str *s, const struct words *w);

/** Appends how many tools are left out, if any are; false when none is. */
bool doubt_add_tools(struct str *s, const struct words *w);

#endif
