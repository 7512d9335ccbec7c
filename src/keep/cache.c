#include "keep/cache.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "keep/folder.h"
#include "keep/page.h"

enum { PRUNE_EVERY_BYTES = 8 * 1024 * 1024, EXPR_SEED = 1, NAME_MAX_BYTES = 64 };

struct cache {
    struct folder folder;
    uint64_t source;
    size_t written; /**< bytes since the folder was last tidied */
    bool full;      /**< a write failed: no more are tried */
};

struct cache *cache_open(const char *path, const char *source, int64_t now_ms, struct str *why)
{
    struct folder folder;
    if (!folder_open(&folder, path, why)) {
        return NULL;
    }
    struct cache *c = mem_zalloc(1, sizeof *c);
    c->folder = folder;
    c->source = page_hash(0, source, strlen(source));
    folder_tidy(&c->folder, now_ms);
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
    return (struct page_key){
        .source = c->source, .expr = page_hash(c->source + EXPR_SEED, expr, strlen(expr))};
}

static void name_page(char name[NAME_MAX_BYTES], struct page_key key, int64_t first)
{
    snprintf(name, NAME_MAX_BYTES, "%016" PRIx64 "-%016" PRIx64 "-%06" PRId64 FOLDER_SUFFIX,
        key.source, key.expr, first / PAGE_SLOTS);
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

static void save_page(struct cache *c, const struct page *p, struct page_key key, int64_t now_ms)
{
    char name[NAME_MAX_BYTES];
    struct str bytes;
    str_init(&bytes);
    name_page(name, key, p->first);
    page_encode(p, key, &bytes);
    c->full = !folder_write(&c->folder, name, bytes.text, bytes.len);
    c->written += bytes.len;
    if (c->written > PRUNE_EVERY_BYTES) {
        folder_tidy(&c->folder, now_ms);
        c->written = 0;
    }
    str_finish(&bytes);
}

void cache_write(struct cache *c, const char *expr, int64_t first, int64_t last,
    const struct batch *b, bool lasting, int64_t now_ms)
{
    struct page_key key = key_of(c, expr);
    for (int64_t day = day_of(first); day <= day_of(last) && !c->full; day += PAGE_SLOTS) {
        struct page p;
        load_page(c, &p, key, day, now_ms);
        page_put(&p, first, last, b, lasting, now_ms);
        if (!p.values.truncated) {
            save_page(c, &p, key, now_ms);
        }
        page_finish(&p);
    }
}

void cache_forget(struct cache *c)
{
    char prefix[NAME_MAX_BYTES];
    snprintf(prefix, sizeof prefix, "%016" PRIx64 "-", c->source);
    folder_remove(&c->folder, prefix);
}
