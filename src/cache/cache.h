/**
 * The history of earlier runs in a directory, so that a restart asks only for what is new.
 *
 * A file holds a day (UTC) of one expression of one source. Its name and its content tell of both
 * only in hashes, under a random key that is kept in the directory; labels and values are those of
 * the answers. Files are the owner's alone, are replaced whole, and one that is cut, changed or of
 * another version counts as not there. Files that were not used for 35 days go, and the longest
 * unused when all are more than 64 MiB.
 *
 * Nothing here ever fails in a way that matters: what cannot be read is asked for again, and what
 * cannot be written is forgotten.
 */
#ifndef RAGTOP_CACHE_CACHE_H
#define RAGTOP_CACHE_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "series/batch.h"
#include "series/matrix.h"

struct cache;

enum { CACHE_SAMPLE_SLOTS = 25 };

/**
 * The cache in the directory PATH, made if needed, for SOURCE, a text in which two sources that
 * may answer differently differ; it may hold secrets. NULL with a clause in *WHY when it cannot be
 * used: it is not the user's own, or a symbolic link.
 */
struct cache *cache_open(const char *path, const char *source, int64_t now_ms, struct str *why);

/** Frees; NULL is accepted. */
void cache_close(struct cache *c);

/**
 * Looks up slots FIRST to LAST of EXPR, STORE_HISTORY_STEP_MS apart. True when the beginning or the
 * end of them is known: *OUT, initialised for all of them, then holds it, and its asked_first and
 * asked_last say which part it is; the caller finishes it.
 */
bool cache_read(struct cache *c, const char *expr, int64_t first, int64_t last, int64_t now_ms,
    struct matrix *out);

/**
 * A stretch of EXPR that shows whether a server has the same history: slots *FIRST to
 * *LAST, at most CACHE_SAMPLE_SLOTS of one day and all after the slot AFTER. The newest in which
 * values vary, or else the newest that has any. False when there is none; the caller finishes *OUT.
 */
bool cache_sample(struct cache *c, const char *expr, int64_t after, int64_t now_ms, int64_t *first,
    int64_t *last, struct matrix *out);

/**
 * Keeps the answer B to EXPR for FIRST to LAST. It serves for SERVES_MS, a day at most, as gaps in
 * it may be a fault of the moment; 0: for good.
 */
void cache_write(struct cache *c, const char *expr, int64_t first, int64_t last,
    const struct batch *b, int64_t serves_ms, int64_t now_ms);

/** Removes everything about EXPR. */
void cache_drop(struct cache *c, const char *expr);

/** Removes everything about this source but what is about the KEEP_COUNT expressions of KEEP. */
void cache_forget(struct cache *c, const char *const *keep, size_t keep_count);

#endif
