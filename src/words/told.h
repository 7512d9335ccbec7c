/**
 * The column `told` of the table of signals, config/signal.def: what is said of each. All is in
 * arena A, or constant. Private to words/.
 */
#ifndef RAGTOP_WORDS_TOLD_H
#define RAGTOP_WORDS_TOLD_H

#include "base/arena.h"
#include "words/block.h"
#include "words/words.h"

/** The sentences that name the culprit, where the verdict blames that signal, and why. */
typedef const char *told_sentence(struct arena *a, const struct words *w);
told_sentence incident_latency, incident_errors, incident_saturation, incident_calls,
    incident_traffic, incident_fast, incident_targets, incident_declared;

/** F, which is of that signal and another fault than the one that is blamed, as a clause. */
typedef const char *told_clause(struct arena *a, const struct words *w, const struct fault *f);
told_clause beside_slow, beside_failing, beside_full, beside_called, beside_silent, beside_fast,
    beside_missing, beside_declared;

/** The head of the block about what the verdict blames, with what goes on with it, and its cause.
 */
typedef void told_block(struct block *b, struct arena *a, const struct words *w);
told_block block_slow, block_failing, block_full, block_called, block_silent, block_fast,
    block_missing, block_declared;

/** The sentences on what the verdict blames; NULL: it blames nothing. */
const char *told_culprit(struct arena *a, const struct words *w);

/** F beside it, as above. */
told_clause told_beside;

/** The block about what the verdict blames, as above; false: it blames nothing. */
bool told_add_block(struct block *b, struct arena *a, const struct words *w);

#endif
