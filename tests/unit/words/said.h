/**
 * What is said of a world, compared with what should be.
 */
#ifndef RAGTOP_TESTS_UNIT_WORDS_SAID_H
#define RAGTOP_TESTS_UNIT_WORDS_SAID_H

#include "unit/world.h"

extern const struct load usually;

/** TEXT, which WHAT says, has PART. */
void assert_has(const char *what, const char *text, const char *part);

/** The row of STAGE has PART. */
void assert_reason(struct world *w, const char *stage, const char *part);

/** The summary has every PART, up to NULL. */
void assert_summary(struct world *w, const char *const *parts);

/** Once W is judged, the lines of the verdict have PART. */
void assert_block_has(struct world *w, const char *part);

/** The summary has not PART. */
void assert_not_said(struct world *w, const char *part);

#define SUMMARY(w, ...) assert_summary(w, (const char *const[]){__VA_ARGS__, NULL})

#endif
