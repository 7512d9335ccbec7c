/**
 * What is said of the machinery that stages run on. All is in arena A, or constant. Private to
 * words/ and view/.
 */
#ifndef RAGTOP_WORDS_STRAIN_WORDS_H
#define RAGTOP_WORDS_STRAIN_WORDS_H

#include "base/arena.h"
#include "diagnose/strain.h"
#include "words/words.h"

/** Of a pod or a node, in a few words: `CPU throttled 62 % of the time`, `memory pressure`. */
const char *strain_brief(struct arena *a, enum strain_kind kind, double value, const char *part);

/** The same with its pods: `qdrant-0: CPU throttled 62 % of the time`. */
const char *strain_evidence(struct arena *a, const struct evidence *e);

/** `the slow stages (3) are all on node node-a, and no other pods are` */
const char *strain_shared(struct arena *a, const struct evidence *e);

/** The surest of these as a clause for the sentence about the culprit; NULL: there is none. */
const char *strain_cause(struct arena *a, const struct words *w);

#endif
