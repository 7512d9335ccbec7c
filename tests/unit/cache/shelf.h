/**
 * What the tests of the cache share: a directory with one in it, and ways to write, read and look
 * beside it.
 */
#ifndef RAGTOP_TESTS_UNIT_CACHE_SHELF_H
#define RAGTOP_TESTS_UNIT_CACHE_SHELF_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/cache.h"

enum { FIRST = 5904276, WINDOW = 25 }; // a window that begins 12 slots before midnight

extern const char expr[], source[];
extern const int64_t now_ms;

/** How often anybody slept in this process. */
extern int slept;

/** A directory of the test's own with a cache in it. */
struct shelf {
    char home[64];
    struct str path, file; /**< of the directory, and of the database in it */
    struct cache *cache;
};

enum cache_result shelf_try(struct shelf *d, const char *who, struct str *why);

void shelf_open(struct shelf *d, const char *who);

void shelf_start(struct shelf *d);

void remove_file(const char *path);

void shelf_stop(struct shelf *d);

void shelf_end(struct shelf *d);

void write_batch(struct shelf *d, const char *what, int64_t first, int64_t last,
    const struct batch *b, int64_t serves_ms);

void drop(struct shelf *d, const char *what);

void forget(struct shelf *d, const char *const *keep, size_t count);

/** Runs SQL in the database, beside the cache. */
void run_sql(struct shelf *d, const char *sql);

/** The number that SQL gives. */
int64_t ask_sql(struct shelf *d, const char *sql);

int count_pages(struct shelf *d);

/** Writes series {le=...} with the slot's number as value, a gap at every third slot. */
void write_window(struct shelf *d, int64_t first, int64_t last, int64_t serves_ms);

bool read_of(struct shelf *d, const char *what, int64_t first, int64_t last, int64_t at_ms,
    struct matrix *m);

bool read_at(struct shelf *d, int64_t first, int64_t last, int64_t at_ms, struct matrix *m);

bool sample(struct shelf *d, int64_t after, struct matrix *m);

/** Asserts that FIRST to LAST are known from FROM to TO, with the values written. */
void assert_known(struct shelf *d, int64_t first, int64_t last, int64_t from, int64_t to);

void put_file(const char *directory, const char *name);

bool has_file(struct shelf *d, const char *name);

void overwrite(const char *path, long from, int bytes);

void spoil_header(const char *path);

/** Reads and writes as a run does. What the first thing that fails says of it is in *WHY. */
enum cache_result run_once(struct shelf *d, struct str *why);

#endif
