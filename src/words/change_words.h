/**
 * What is said of changes. All is in arena A, or constant. Private to words/, view/ and pages/.
 */
#ifndef RAGTOP_WORDS_CHANGE_WORDS_H
#define RAGTOP_WORDS_CHANGE_WORDS_H

#include "base/arena.h"
#include "series/change.h"
#include "words/words.h"

/** Change I without its name: `rolled out from 1.4.2 to 1.5.0`, `restarted: OOMKilled`.
 */
const char *change_said(struct arena *a, const struct list *list, size_t i);

/** The same with its name: `rollout of tei-rerank`, `restart of qdrant-0 (OOMKilled)`. */
const char *change_named(struct arena *a, const struct list *list, size_t i);

/**
 * Sets in OUT what changed when the incident began, each with its time, the newest first, MOST at
 * most: `09:09 rollout of qdrant (1.4 -> 1.5)`; BESIDE_EVIDENCE without those that the evidence
 * names. Returns how many those are; *OTHERS are not named.
 */
size_t change_near(struct arena *a, const struct words *w, bool beside_evidence, const char **out,
    size_t most, size_t *others);

/** Whether a change of KIND is among those, of WHAT; NULL: of anything. */
bool change_is_near(const struct words *w, enum change_kind kind, const char *what);

/** How workload NAME was rolled out lately, with its images; NULL: that is not known. */
const char *change_of_rollout(struct arena *a, const struct words *w, const char *name);

#endif
