/**
 * What is said of changes. All is in arena A, or constant. Private to words/, view/ and pages/.
 */
#ifndef RAGTOP_WORDS_CHANGE_WORDS_H
#define RAGTOP_WORDS_CHANGE_WORDS_H

#include "base/arena.h"
#include "series/change.h"

/** Change I without its name: `rolled out: qdrant:1.4.2 -> qdrant:1.5.0`, `restarted: OOMKilled`.
 */
const char *change_said(struct arena *a, const struct list *list, size_t i);

/** The same with its name: `rollout of tei-rerank`, `restart of qdrant-0 (OOMKilled)`. */
const char *change_named(struct arena *a, const struct list *list, size_t i);

#endif
