/**
 * A baseline in a file: how every signal was in the day before a moment.
 *
 * The file is text, one line after the other, and described in ragtop(1), BASELINE FILE:
 *
 *     ragtop baseline 1
 *     at 2026-02-04T09:00:00Z
 *     slots 5903640 289
 *     signal metric="x_seconds",signal="latency",stage="retrieval"
 *     series le="0.1"
 *     1.25 1.3 - 1.28 ...
 *     checksum 8c1d2a7be03f9b55
 */
#ifndef RAGTOP_CACHE_SAVED_H
#define RAGTOP_CACHE_SAVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "series/labels.h"
#include "series/store.h"

enum { SAVED_SLOTS_MAX = 2016, SAVED_SIGNALS_MAX = 2000 };

/** One signal of it. */
struct saved_signal {
    struct labels name; /**< see plan_name_signal() */
    struct history history;
};

struct saved {
    char *name;          /**< of the file that was read, for the reader; NULL: none; owned */
    int64_t at_ms;       /**< the moment before which it was */
    int64_t first, last; /**< the slots, STORE_HISTORY_STEP_MS apart */
    struct saved_signal *signals; /**< owned */
    size_t count, cap;
};

/** Frees; a zeroed one is accepted. */
void saved_finish(struct saved *s);

/** Adds a signal with what M has of the slots. Both are copied. */
void saved_add(struct saved *s, const struct labels *name, const struct matrix *m);

/** The history of the signal of that NAME, or NULL; valid as long as S. */
const struct history *saved_find(const struct saved *s, const struct labels *name);

/** Appends the text of the file. */
void saved_encode(const struct saved *s, struct str *out);

/**
 * Reads TEXT into *S, which must be empty and is finished by the caller either way. False with a
 * clause in *WHY: it is something else, of a later version, or damaged.
 */
bool saved_decode(struct saved *s, const char *text, size_t len, struct str *why);

/**
 * Writes the file PATH, whole or not at all, for its owner alone. A symbolic link is refused,
 * unless to a pipe or a device. False with a sentence in *WHY.
 */
bool saved_write(const struct saved *s, const char *path, struct str *why);

/**
 * Reads the file PATH, as saved_decode(), with a sentence in *WHY. *UNSOUND says that it could be
 * read and does not hold a sound baseline.
 */
bool saved_read(struct saved *s, const char *path, bool *unsound, struct str *why);

#endif
