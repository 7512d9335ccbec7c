/**
 * Memory with one lifetime: allocated piece by piece, given back all at once.
 */
#ifndef RAGTOP_BASE_ARENA_H
#define RAGTOP_BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /**< newest first; zeroed means empty */
};

/** COUNT zeroed elements of SIZE bytes, aligned for any type; valid until reset or finish. */
void *arena_alloc(struct arena *a, size_t count, size_t size);

/** A copy of TEXT in the arena. */
char *arena_strdup(struct arena *a, const char *text);

/** Moves what S holds into the arena; S is empty then. */
char *arena_take(struct arena *a, struct str *s);

/** A printf-formatted text in the arena. */
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Ends the life of everything in it and keeps one block for the next round. */
void arena_reset(struct arena *a);

/** Frees everything; the arena can be used again. */
void arena_finish(struct arena *a);

#endif
