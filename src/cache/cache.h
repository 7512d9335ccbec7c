/**
 * The history of earlier runs in one file, history.db, so that a restart asks only for what is new.
 *
 * It holds pages, each a day (UTC) of one expression of one source. What they are about can be
 * found in it only as hashes, under a random key that is kept in it as well; labels and values are
 * those of the answers. The file is the owner's alone. A page that was changed, or is of another
 * version, counts as not there; one that was not used for 35 days goes, and the longest unused do
 * when all are near 64 MiB, which the file never exceeds.
 *
 * Several programs may use it at a time. All is read and written between cache_begin() and
 * cache_end(). Nothing is ever waited for, and nothing fails in a way that matters: what cannot be
 * read is asked for again, and what cannot be written is forgotten.
 */
#ifndef RAGTOP_CACHE_CACHE_H
#define RAGTOP_CACHE_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "cache/database.h"
#include "series/batch.h"
#include "series/matrix.h"

struct cache;

enum { CACHE_SAMPLE_SLOTS = 25 };

/**
 * The cache in the directory PATH, made if needed, for SOURCE, a text in which two sources that
 * may answer differently differ; it may hold secrets. *OUT is the caller's to close when CACHE_DONE
 * is returned; else there is a clause in *WHY.
 */
enum cache_result cache_open(
    struct cache **out, const char *path, const char *source, int64_t now_ms, struct str *why);

/**
 * Says that it is NOW_MS, by the clock that cache_open() was told the time of: on another day than
 * before, what was not used for too long goes with what is written next.
 */
void cache_set_day(struct cache *c, int64_t now_ms);

/** Frees; NULL is accepted. */
void cache_close(struct cache *c);

/**
 * Begins to read, or to WRITE as well, which one program does at a time. What is between this and
 * cache_end() is of one moment, and does nothing where it cannot be done.
 */
void cache_begin(struct cache *c, bool write);

/** Whether all could be done since cache_begin(): else what was read says nothing. */
bool cache_is_sound(const struct cache *c);

/**
 * Ends that. What was read counts, and what was written is kept, if CACHE_DONE is returned; else
 * there is a clause in *WHY. After CACHE_LOST nothing can be done but to close.
 */
enum cache_result cache_end(struct cache *c, struct str *why);

/**
 * Looks up slots FIRST to LAST of EXPR, STORE_HISTORY_STEP_MS apart. True when the beginning or the
 * end of them is known: *OUT, initialised for all of them, then holds it, and its asked_first and
 * asked_last say which part it is; the caller finishes it.
 */
bool cache_read(struct cache *c, const char *expr, int64_t first, int64_t last, int64_t now_ms,
    struct matrix *out);

/**
 * A stretch of EXPR that shows whether a server has the same history: *OUT, initialised for it, has
 * its slots as asked_first and asked_last, at most CACHE_SAMPLE_SLOTS of one day and all after the
 * slot AFTER. The newest in which values vary, or else the newest that has any. False when there is
 * none; the caller finishes *OUT.
 */
bool cache_sample(struct cache *c, const char *expr, int64_t after, struct matrix *out);

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

/** Appends which SQLite this program runs with: " SQLite/3.46.1". */
void cache_add_version(struct str *out);

#endif
