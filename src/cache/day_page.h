/**
 * One day (UTC) of the history of one expression, as it is kept between two runs, and its bytes.
 */
#ifndef RAGTOP_CACHE_DAY_PAGE_H
#define RAGTOP_CACHE_DAY_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "series/matrix.h"
#include "series/store.h"

enum { PAGE_SLOTS = 24 * 3600 * 1000 / STORE_HISTORY_STEP_MS };

/** What is known of a slot. */
enum page_slot {
    PAGE_UNKNOWN, /**< nobody asked */
    PAGE_KNOWN,   /**< values or gaps that will not change */
    PAGE_DOUBTED, /**< gaps whose cause is not certain: they serve for a while */
};

/** What a page is about, as a number of which nothing can be read back. */
struct page_key {
    uint64_t source, expr;
};

struct page {
    struct matrix values;
    int64_t first; /**< the day's first slot */
    uint8_t slots[PAGE_SLOTS];
    int64_t until_ms; /**< doubted slots serve until then; 0: there are none */
};

/** Empty, for the day whose first slot is FIRST. */
void page_init(struct page *p, int64_t first);

/** Frees; a zeroed page is accepted. */
void page_finish(struct page *p);

/** What is known of SLOT at NOW_MS; after UNTIL_MS nothing is of a doubted one. */
enum page_slot page_get(const struct page *p, int64_t slot, int64_t now_ms);

/**
 * Takes in an answer for FIRST to LAST, of which the day's part counts. It serves until UNTIL_MS;
 * 0: it will not change any more.
 */
void page_put(struct page *p, int64_t first, int64_t last, const struct batch *b, int64_t until_ms);

/** Merges what the page has of FIRST to LAST into OUT. */
void page_copy(const struct page *p, int64_t first, int64_t last, struct matrix *out);

/** Appends the page: magic, key, day, slots, series, checksum. */
void page_encode(const struct page *p, struct page_key key, struct str *out);

/**
 * Reads BYTES into *P, which must be empty and is finished by the caller, also on failure: when
 * they are cut, changed, of another version, or about another key or day than FIRST.
 */
bool page_decode(
    struct page *p, int64_t first, struct page_key key, const unsigned char *bytes, size_t len);

/** FNV-1a of LEN bytes (http://www.isthe.com/chongo/tech/comp/fnv/), started from SEED. */
uint64_t page_hash(uint64_t seed, const void *bytes, size_t len);

#endif
