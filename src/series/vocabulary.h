/**
 * Words that the server knows, for completion: metrics, labels, their values. Written by the
 * poller, read by who completes.
 */
#ifndef RAGTOP_SERIES_VOCABULARY_H
#define RAGTOP_SERIES_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vocabulary_kind {
    VOCABULARY_METRICS,
    VOCABULARY_LABELS, /**< of a metric, or of all */
    VOCABULARY_VALUES, /**< of a label, of a metric or of all */
};

enum vocabulary_state {
    VOCABULARY_WANTED,
    VOCABULARY_ASKED,
    VOCABULARY_KNOWN,
    VOCABULARY_FAILED,
};

enum { VOCABULARY_WORDS_MAX = 20000 };

/** One list of words. */
struct vocabulary {
    enum vocabulary_kind kind;
    char *metric, *label; /**< that it is about; "" where that does not matter; owned */
    enum vocabulary_state state;
    char **words; /**< clean, in order, each once; owned */
    size_t count, cap;
    bool cut;         /**< the server has more than VOCABULARY_WORDS_MAX */
    int64_t asked_ms; /**< by the local clock */
    uint64_t used;    /**< the more, the later it was looked at */
    bool looked_at;   /**< since it was last seen to */
};

/** Frees and empties; a zeroed one is accepted. */
void vocabulary_finish(struct vocabulary *v);

/** Whether V is about that. */
bool vocabulary_is(
    const struct vocabulary *v, enum vocabulary_kind kind, const char *metric, const char *label);

/**
 * Adds WORD, copied; one of BYTES_MAX or more may have been cut, and one that had to be cleaned
 * could not be asked for: these are left out.
 */
void vocabulary_add(struct vocabulary *v, const char *word, size_t bytes_max);

/** Puts the words in order, each once. */
void vocabulary_sort(struct vocabulary *v);

#endif
