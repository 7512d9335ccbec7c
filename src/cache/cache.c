#include "cache/cache.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cache/database.h"
#include "cache/day_page.h"
#include "cache/salt.h"

enum {
    PAGE_KIB = 4, /**< of the database's own pages */
    MIB_PAGES = 1024 / PAGE_KIB,
    FULL_PAGES = (DATABASE_MIB - 12) * MIB_PAGES, /**< the longest unused days go */
    LEFT_PAGES = FULL_PAGES - 8 * MIB_PAGES,      /**< until no more are left */
    LOOK_EVERY_BYTES = 4 * 1024 * 1024,
    UNUSED_DAYS = 35,
    USED_MOST = 4096,
    STRIDE = CACHE_SAMPLE_SLOTS / 2,
};

/** A page that was read. */
struct used {
    int64_t expr, day;
};

struct cache {
    struct database *database;
    struct salt salt;
    uint64_t source;
    int64_t today;     /**< by this machine's clock: a server's may be decades off */
    bool writes;       /**< between cache_begin() and cache_end() */
    bool tidied;       /**< what is too old today went */
    size_t written;    /**< bytes since it was last looked how full it is */
    struct used *used; /**< since it was last noted; owned */
    size_t used_count, used_cap;
};

enum cache_result cache_open(
    struct cache **out, const char *path, const char *source, int64_t now_ms, struct str *why)
{
    struct database *database;
    struct salt salt;
    enum cache_result result = database_open(&database, path, &salt, why);
    if (result == CACHE_DONE) {
        struct cache *c = mem_zalloc(1, sizeof *c);
        c->database = database;
        c->salt = salt;
        c->source = salt_hash_secret(&c->salt, source);
        c->today = now_ms / CLOCK_DAY_MS;
        *out = c;
    }
    return result;
}

void cache_set_day(struct cache *c, int64_t now_ms)
{
    const int64_t today = now_ms / CLOCK_DAY_MS;
    c->tidied = c->tidied && today == c->today;
    c->today = today;
}

// Not more than that is lost if it cannot be noted: the days are used again, or go a little early.
static void note_used(struct cache *c)
{
    for (size_t i = 0; i < c->used_count; i++) {
        const int64_t use[] = {(int64_t)c->source, c->used[i].expr, c->used[i].day, c->today};
        database_do(c->database, DATABASE_USE, use, 4);
    }
}

void cache_close(struct cache *c)
{
    if (c) {
        struct str why;
        str_init(&why);
        if (c->used_count > 0) {
            cache_begin(c, true);
            cache_end(c, &why);
        }
        database_close(c->database);
        free(c->used);
        str_finish(&why);
        free(c);
    }
}

static int64_t count_pages(struct cache *c, enum database_do what)
{
    database_start(c->database, what, NULL, 0);
    int64_t count = database_row(c->database, what) ? database_number(c->database, what, 0) : 0;
    return count;
}

static int64_t count_filled(struct cache *c)
{
    return count_pages(c, DATABASE_PAGE_COUNT) - count_pages(c, DATABASE_FREE_COUNT);
}

static void make_room(struct cache *c)
{
    int64_t filled = count_filled(c);
    c->written = 0;
    if (filled > FULL_PAGES) {
        const int64_t bytes = (filled - LEFT_PAGES) * PAGE_KIB * 1024;
        database_do(c->database, DATABASE_DROP_FIRST, &bytes, 1);
    }
}

void cache_begin(struct cache *c, bool write)
{
    database_do(c->database, write ? DATABASE_BEGIN_WRITING : DATABASE_BEGIN_READING, NULL, 0);
    if (write) {
        const int64_t oldest = c->today - UNUSED_DAYS;
        note_used(c);
        if (!c->tidied) {
            database_do(c->database, DATABASE_DROP_OLD, &oldest, 1);
        }
        make_room(c);
    }
    c->writes = write;
}

bool cache_is_sound(const struct cache *c)
{
    return database_sound(c->database);
}

enum cache_result cache_end(struct cache *c, struct str *why)
{
    enum cache_result result = database_end(c->database, why);
    if (c->writes && result == CACHE_DONE) {
        c->tidied = true;
        c->used_count = 0;
    }
    c->writes = false;
    return result;
}

// ---- pages

static struct page_key key_of(const struct cache *c, const char *expr)
{
    return (struct page_key){.source = c->source, .expr = salt_hash(&c->salt, c->source, expr)};
}

static void use(struct cache *c, struct page_key key, int64_t day, int64_t last_used)
{
    if (last_used < c->today && c->used_count < USED_MOST) {
        mem_grow(&c->used, c->used_count, &c->used_cap);
        c->used[c->used_count++] = (struct used){(int64_t)key.expr, day};
    }
}

// The page in the row of WHAT; empty where it cannot be used.
static void take_page(struct cache *c, enum database_do what, struct page_key key, struct page *p)
{
    size_t len;
    int64_t day = database_number(c->database, what, 0);
    use(c, key, day, database_number(c->database, what, 1));
    const unsigned char *bytes = database_blob(c->database, what, 2, &len);
    if (!page_decode(p, day * PAGE_SLOTS, key, bytes, len)) {
        page_finish(p);
        page_init(p, day * PAGE_SLOTS);
    }
}

// COUNT pages from the day of FIRST on, empty where there are none.
static void load_pages(
    struct cache *c, struct page_key key, int64_t first, size_t count, struct page *out)
{
    const int64_t day = first / PAGE_SLOTS;
    const int64_t numbers[] = {
        (int64_t)key.source, (int64_t)key.expr, day, day + (int64_t)count - 1};
    for (size_t i = 0; i < count; i++) {
        page_init(&out[i], first + (int64_t)i * PAGE_SLOTS);
    }
    database_start(c->database, DATABASE_PAGES, numbers, 4);
    while (database_row(c->database, DATABASE_PAGES)) {
        int64_t at = database_number(c->database, DATABASE_PAGES, 0) - day;
        if (at >= 0 && at < (int64_t)count) {
            page_finish(&out[at]);
            take_page(c, DATABASE_PAGES, key, &out[at]);
        }
    }
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
    load_pages(c, key, day_of(first), count, pages);
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

bool cache_sample(struct cache *c, const char *expr, int64_t after, struct matrix *out)
{
    struct page_key key = key_of(c, expr);
    enum matrix_shape best = MATRIX_EMPTY;
    const int64_t numbers[] = {
        (int64_t)key.source, (int64_t)key.expr, day_of(after + 1) / PAGE_SLOTS};
    database_start(c->database, DATABASE_NEWEST, numbers, 3);
    while (best != MATRIX_VARYING && database_row(c->database, DATABASE_NEWEST)) {
        struct page p;
        int64_t first = 0, last = -1;
        take_page(c, DATABASE_NEWEST, key, &p);
        enum matrix_shape shape = find_sample(&p, after, best, &first, &last);
        if (shape > best) {
            if (best != MATRIX_EMPTY) {
                matrix_finish(out);
            }
            matrix_init(out, STORE_HISTORY_STEP_MS, (size_t)(last - first + 1));
            page_copy(&p, first, last, out);
            best = shape;
        }
        page_finish(&p);
    }
    return best != MATRIX_EMPTY;
}

static void save_page(struct cache *c, const struct page *p, struct page_key key)
{
    const int64_t numbers[] = {
        (int64_t)key.source, (int64_t)key.expr, p->first / PAGE_SLOTS, c->today};
    struct str bytes;
    str_init(&bytes);
    page_encode(p, key, &bytes);
    database_start(c->database, DATABASE_PUT, numbers, 4);
    database_bytes(c->database, DATABASE_PUT, bytes.text, bytes.len);
    database_row(c->database, DATABASE_PUT);
    c->written += bytes.len;
    str_finish(&bytes);
    if (c->written > LOOK_EVERY_BYTES) {
        make_room(c);
    }
}

void cache_write(struct cache *c, const char *expr, int64_t first, int64_t last,
    const struct batch *b, int64_t serves_ms, int64_t now_ms)
{
    struct page_key key = key_of(c, expr);
    for (int64_t day = day_of(first); day <= day_of(last) && database_sound(c->database);
         day += PAGE_SLOTS) {
        struct page p;
        load_pages(c, key, day, 1, &p);
        page_put(&p, first, last, b, serves_ms ? now_ms + serves_ms : 0);
        if (!p.values.truncated) {
            save_page(c, &p, key);
        }
        page_finish(&p);
    }
}

static void drop(struct cache *c, int64_t expr)
{
    const int64_t numbers[] = {(int64_t)c->source, expr};
    database_do(c->database, DATABASE_DROP, numbers, 2);
}

void cache_drop(struct cache *c, const char *expr)
{
    drop(c, (int64_t)key_of(c, expr).expr);
}

void cache_forget(struct cache *c, const char *const *keep, size_t keep_count)
{
    const int64_t source = (int64_t)c->source;
    int64_t *exprs = NULL;
    size_t count = 0, cap = 0;
    database_start(c->database, DATABASE_EXPRS, &source, 1);
    while (database_row(c->database, DATABASE_EXPRS)) {
        mem_grow(&exprs, count, &cap);
        exprs[count++] = database_number(c->database, DATABASE_EXPRS, 0);
    }
    for (size_t i = 0; i < count; i++) {
        bool kept = false;
        for (size_t k = 0; k < keep_count && !kept; k++) {
            kept = exprs[i] == (int64_t)key_of(c, keep[k]).expr;
        }
        if (!kept) {
            drop(c, exprs[i]);
        }
    }
    free(exprs);
}

void cache_add_version(struct str *out)
{
    str_addf(out, " SQLite/%s", sqlite3_libversion());
}
