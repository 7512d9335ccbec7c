#include "base/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { CAP_LEAST = 16 };

uint64_t index_hash(uint64_t hash, const char *text)
{
    do {
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    } while (*text++); // the NUL separates one text from the next
    return hash;
}

// The low bits of a hash may be poor: Fibonacci hashing, Knuth, TAOCP 3, 6.4.
static size_t slot_of(const struct index *x, uint64_t hash)
{
    return (size_t)((hash * 0x9E3779B97F4A7C15u) >> 32) & (x->cap - 1);
}

size_t index_find(const struct index *x, uint64_t hash, bool (*is)(const void *context, size_t at),
    const void *context)
{
    if (x->cap == 0) {
        return INDEX_NOWHERE;
    }
    for (size_t i = slot_of(x, hash); x->entries[i].place; i = (i + 1) & (x->cap - 1)) {
        if (x->entries[i].hash == hash && is(context, x->entries[i].place - 1)) {
            return x->entries[i].place - 1;
        }
    }
    return INDEX_NOWHERE;
}

static void put(struct index *x, struct index_entry entry)
{
    size_t i = slot_of(x, entry.hash);
    while (x->entries[i].place) {
        i = (i + 1) & (x->cap - 1);
    }
    x->entries[i] = entry;
}

static void grow(struct index *x)
{
    struct index old = *x;
    x->cap = old.cap ? old.cap * 2 : CAP_LEAST;
    x->entries = mem_zalloc(x->cap, sizeof *x->entries);
    for (size_t i = 0; i < old.cap; i++) {
        if (old.entries[i].place) {
            put(x, old.entries[i]);
        }
    }
    free(old.entries);
}

void index_add(struct index *x, uint64_t hash, size_t place)
{
    if (x->count >= x->cap / 2) {
        grow(x);
    }
    put(x, (struct index_entry){.hash = hash, .place = place + 1});
    x->count++;
}

void index_clear(struct index *x)
{
    if (x->count > 0) {
        memset(x->entries, 0, x->cap * sizeof *x->entries);
    }
    x->count = 0;
}

void index_finish(struct index *x)
{
    free(x->entries);
    *x = (struct index){0};
}
