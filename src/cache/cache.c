#include "cache/cache.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/day_page.h"
#include "cache/folder.h"
#include "cache/salt.h"

enum {
    PRUNE_EVERY_BYTES = 8 * 1024 * 1024,
    NAME_MAX_BYTES = 64,
    STRIDE = CACHE_SAMPLE_SLOTS / 2,
};

struct cache {
    struct folder folder;
    struct salt salt;
    uint64_t source;
    size_t written; /**< bytes since the folder was last tidied */
    bool full;      /**< a write failed: no more are tried */
    int64_t opened_ms;
};

struct cache *cache_open(const char *path, const char *source, int64_t now_ms, struct str *why)
{
    struct folder folder;
    if (!folder_open(&folder, path, why)) {
        return NULL;
    }
    struct cache *c = mem_zalloc(1, sizeof *c);
    c->folder = folder;
    c->full = !salt_open(&c->salt, &c->folder, now_ms);
    c->opened_ms = now_ms;
    c->source = salt_hash_secret(&c->salt, source);
    c->written = PRUNE_EVERY_BYTES; // tidied with the first page that is written, not at the start
    return c;
}

void cache_close(struct cache *c)
{
    if (c) {
        folder_close(&c->folder);
        free(c);
    }
}

static struct page_key key_of(const struct cache *c, const char *expr)
{
    return (struct page_key){.source = c->source, .expr = salt_hash(&c->salt, c->source, expr)};
}

static void name_expr(char prefix[NAME_MAX_BYTES], struct page_key key)
{
    snprintf(prefix, NAME_MAX_BYTES, "%016" PRIx64 "-%016" PRIx64 "-", key.source, key.expr);
}

static void name_page(char name[NAME_MAX_BYTES], struct page_key key, int64_t first)
{
    snprintf(name, NAME_MAX_BYTES, "%016" PRIx64 "-%016" PRIx64 "-%06" PRId64 FOLDER_SUFFIX,
        key.source, key.expr, first / PAGE_SLOTS);
}

/** The days of which there are pages, as their first slots. */
struct days {
    int64_t *items;
    size_t count, cap;
};

static void add_day(void *context, const char *rest)
{
    struct days *days = context;
    char *end;
    long long day = strtoll(rest, &end, 10);
    if (end > rest && strcmp(end, FOLDER_SUFFIX) == 0 && day >= 0 && day < INT32_MAX) {
        mem_grow(&days->items, days->count, &days->cap);
        days->items[days->count++] = day * PAGE_SLOTS;
    }
}

static int newest_first(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x < y) - (x > y);
}

static struct days days_of(struct cache *c, struct page_key key)
{
    char prefix[NAME_MAX_BYTES];
    struct days days = {0};
    name_expr(prefix, key);
    folder_each(&c->folder, prefix, add_day, &days);
    if (days.count > 0) {
        qsort(days.items, days.count, sizeof *days.items, newest_first);
    }
    return days;
}

// An empty page where there is none, or none that can be used.
static void load_page(
    struct cache *c, struct page *p, struct page_key key, int64_t first, int64_t now_ms)
{
    char name[NAME_MAX_BYTES];
    struct str bytes;
    str_init(&bytes);
    name_page(name, key, first);
    bool there = folder_read(&c->folder, name, now_ms, &bytes);
    if (!there || !page_decode(p, first, key, (const unsigned char *)bytes.text, bytes.len)) {
        if (there) {
            page_finish(p);
        }
        page_init(p, first);
    }
    str_finish(&bytes);
}

static int64_t day_of(int64_t slot)
{
    return slot / PAGE_SLOTS * PAGE_SLOTS;
}

// How many slots from FIRST on, in direction STEP, are known without a break.
static int64_t run(struct page *pages, int64_t from, int64_t to, int step, int64_t now_ms)
{
    int64_t count = 0;
    for (int64_t slot = from; slot != to + step; slot += step) {
        const struct page *p = &pages[(day_of(slot) - pages[0].first) / PAGE_SLOTS];
        if (page_get(p, slot, now_ms) == PAGE_UNKNOWN) {
            break;
        }
        count++;
    }
    return count;
}

bool cache_read(struct cache *c, const char *expr, int64_t first, int64_t last, int64_t now_ms,
    struct matrix *out)
{
    struct page_key key = key_of(c, expr);
    size_t count = (size_t)((day_of(last) - day_of(first)) / PAGE_SLOTS) + 1;
    struct page *pages = mem_zalloc(count, sizeof *pages);
    for (size_t i = 0; i < count; i++) {
        load_page(c, &pages[i], key, day_of(first) + (int64_t)i * PAGE_SLOTS, now_ms);
    }
    int64_t before = run(pages, first, last, 1, now_ms);
    int64_t behind = run(pages, last, first, -1, now_ms);
    int64_t from = before >= behind ? first : last - behind + 1;
    int64_t to = before >= behind ? first + before - 1 : last;
    bool found = from <= to;
    if (found) {
        matrix_init(out, STORE_HISTORY_STEP_MS, (size_t)(last - first + 1));
    }
    for (size_t i = 0; i < count; i++) {
        if (found) {
            page_copy(&pages[i], from, to, out);
        }
        page_finish(&pages[i]);
    }
    free(pages);
    return found;
}

// The newest stretch of at most CACHE_SAMPLE_SLOTS slots up to LAST that is settled; 0: there is
// none.
static int64_t stretch_before(const struct page *p, int64_t last, int64_t after, int64_t *first)
{
    while (last > after && last >= p->first && p->slots[last - p->first] != PAGE_KNOWN) {
        last--;
    }
    *first = last + 1;
    while (*first - 1 > after && *first > p->first && last - *first + 1 < CACHE_SAMPLE_SLOTS &&
           p->slots[*first - 1 - p->first] == PAGE_KNOWN) {
        --*first;
    }
    return *first <= last ? last : 0;
}

// Finds a better sample in P than the one in *BEST: one that varies, or the first that is not
// empty.
static enum matrix_shape find_sample(
    const struct page *p, int64_t after, enum matrix_shape best, int64_t *first, int64_t *last)
{
    int64_t from, to = p->first + PAGE_SLOTS - 1;
    while (best != MATRIX_VARYING && (to = stretch_before(p, to, after, &from)) > 0) {
        enum matrix_shape shape = matrix_shape(&p->values, from, to);
        if (shape > best) {
            best = shape;
            *first = from;
            *last = to;
        }
        to = to - from + 1 > STRIDE ? to - STRIDE : from - 1;
    }
    return best;
}

bool cache_sample(struct cache *c, const char *expr, int64_t after, int64_t now_ms, int64_t *first,
    int64_t *last, struct matrix *out)
{
    struct page_key key = key_of(c, expr);
    enum matrix_shape best = MATRIX_EMPTY;
    struct days days = days_of(c, key);
    for (size_t i = 0; i < days.count && best != MATRIX_VARYING; i++) {
        struct page p;
        if (days.items[i] + PAGE_SLOTS - 1 <= after) {
            break;
        }
        load_page(c, &p, key, days.items[i], now_ms);
        enum matrix_shape shape = find_sample(&p, after, best, first, last);
        if (shape > best) {
            if (best != MATRIX_EMPTY) {
                matrix_finish(out);
            }
            matrix_init(out, STORE_HISTORY_STEP_MS, (size_t)(*last - *first + 1));
            page_copy(&p, *first, *last, out);
            best = shape;
        }
        page_finish(&p);
    }
    free(days.items);
    return best != MATRIX_EMPTY;
}

static void save_page(struct cache *c, const struct page *p, struct page_key key)
{
    char name[NAME_MAX_BYTES];
    struct str bytes;
    str_init(&bytes);
    name_page(name, key, p->first);
    page_encode(p, key, &bytes);
    c->full = !folder_write(&c->folder, name, bytes.text, bytes.len);
    c->written += bytes.len;
    if (c->written > PRUNE_EVERY_BYTES) {
        folder_tidy(&c->folder, c->opened_ms); // a server's clock may be decades off
        c->written = 0;
    }
    str_finish(&bytes);
}

void cache_write(struct cache *c, const char *expr, int64_t first, int64_t last,
    const struct batch *b, int64_t serves_ms, int64_t now_ms)
{
    struct page_key key = key_of(c, expr);
    for (int64_t day = day_of(first); day <= day_of(last) && !c->full; day += PAGE_SLOTS) {
        struct page p;
        load_page(c, &p, key, day, now_ms);
        page_put(&p, first, last, b, serves_ms ? now_ms + serves_ms : 0);
        if (!p.values.truncated) {
            save_page(c, &p, key);
        }
        page_finish(&p);
    }
}

void cache_drop(struct cache *c, const char *expr)
{
    struct page_key key = key_of(c, expr);
    struct days days = days_of(c, key);
    for (size_t i = 0; i < days.count; i++) {
        char name[NAME_MAX_BYTES];
        name_page(name, key, days.items[i]);
        folder_unlink(&c->folder, name);
    }
    free(days.items);
}

void cache_forget(struct cache *c, const char *const *keep, size_t keep_count)
{
    char prefix[NAME_MAX_BYTES];
    char(*kept)[NAME_MAX_BYTES] = mem_zalloc(keep_count, sizeof *kept);
    const char **prefixes = mem_zalloc(keep_count, sizeof *prefixes);
    for (size_t i = 0; i < keep_count; i++) {
        name_expr(kept[i], key_of(c, keep[i]));
        prefixes[i] = kept[i];
    }
    snprintf(prefix, sizeof prefix, "%016" PRIx64 "-", c->source);
    folder_remove(&c->folder, prefix, prefixes, keep_count);
    free(prefixes);
    free(kept);
}
