/**
 * Where things are in an array, found by a hash of what they are: in about one comparison, however
 * many there are. It knows hashes and places only; the array is the caller's.
 */
#ifndef RAGTOP_BASE_INDEX_H
#define RAGTOP_BASE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct index_entry {
    uint64_t hash;
    size_t place; /**< plus 1; 0: free */
};

/** Zeroed means empty; free with index_finish(). */
struct index {
    struct index_entry *entries; /**< owned */
    size_t count, cap;           /**< CAP is a power of two, or 0 */
};

#define INDEX_NOWHERE SIZE_MAX

/** What a hash of several texts begins with. */
#define INDEX_HASH_START UINT64_C(0xcbf29ce484222325)

/** HASH with TEXT behind it (FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/). */
uint64_t index_hash(uint64_t hash, const char *text);

/**
 * The first place of HASH that IS says is meant, called with CONTEXT; INDEX_NOWHERE: there is none.
 */
size_t index_find(const struct index *x, uint64_t hash, bool (*is)(const void *context, size_t at),
    const void *context);

/** Adds PLACE, of what has HASH. */
void index_add(struct index *x, uint64_t hash, size_t place);

/** Empties it; its room stays. */
void index_clear(struct index *x);

/** Frees; a zeroed one is accepted. */
void index_finish(struct index *x);

#endif
