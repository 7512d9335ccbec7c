/**
 * The file history.db: one SQLite database that several programs may use at a time, and that is
 * never waited for. A caller who finds it locked learns so at once.
 *
 * A fault stays until the transaction ends. A file that is damaged is removed when that is found,
 * unless somebody has it locked; one of a later version is left alone.
 */
#ifndef RAGTOP_CACHE_DATABASE_H
#define RAGTOP_CACHE_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "cache/folder.h"
#include "cache/salt.h"

/** The size of the file, in MiB, at most. */
enum { DATABASE_MIB = 64 };

/** What became of it. */
enum cache_result {
    CACHE_DONE,
    CACHE_LOCKED, /**< somebody else is at it: nothing was read or written, but may be next time */
    CACHE_LOST,   /**< it cannot be used in this run */
};

/** What can be done with it; see the texts in database.c for what each is given and gives. */
enum database_do {
    DATABASE_BEGIN_READING,
    DATABASE_BEGIN_WRITING,
    DATABASE_COMMIT,
    DATABASE_PAGES,      /**< source, expr, first and last day: day, used, bytes */
    DATABASE_NEWEST,     /**< source, expr, first day: the same, the newest first */
    DATABASE_PUT,        /**< source, expr, day, used, bytes */
    DATABASE_USE,        /**< source, expr, day, used */
    DATABASE_DROP,       /**< source, expr */
    DATABASE_EXPRS,      /**< source: expr */
    DATABASE_DROP_OLD,   /**< used */
    DATABASE_DROP_FIRST, /**< a number of bytes: as many of the longest unused */
    DATABASE_PAGE_COUNT, /**< how many pages the file has */
    DATABASE_FREE_COUNT, /**< how many of them hold nothing */
    DATABASE_DOES,
};

struct database;

/**
 * Opens the database in the directory PATH, which is made if need be, and reads its key into *SALT.
 * Where it does not exist it begins, and what earlier versions kept there goes. *OUT is the
 * caller's to close only when CACHE_DONE is returned; else there is a clause in *WHY.
 */
enum cache_result database_open(
    struct database **out, const char *path, struct salt *salt, struct str *why);

/** Closes it; NULL is accepted. What was not committed is not done. */
void database_close(struct database *d);

/** Begins to do WHAT, with COUNT of NUMBERS. Ends what was done of it before. */
void database_start(
    struct database *d, enum database_do what, const int64_t *numbers, size_t count);

/** Gives it LEN bytes as well, behind the numbers; they stay where they are until it is done. */
void database_bytes(struct database *d, enum database_do what, const char *bytes, size_t len);

/** Does it, up to the next row; false when there is none, or there is a fault. */
bool database_row(struct database *d, enum database_do what);

/** Column I of the row, a number. */
int64_t database_number(struct database *d, enum database_do what, int i);

/** Column I of the row, *LEN bytes that are valid until the next call. */
const unsigned char *database_blob(struct database *d, enum database_do what, int i, size_t *len);

/** Does what gives no rows, or as much as was wanted of it. */
void database_do(struct database *d, enum database_do what, const int64_t *numbers, size_t count);

/** Whether nothing went wrong since the transaction began. */
bool database_sound(const struct database *d);

/**
 * Ends the transaction. What it wrote is kept if CACHE_DONE is returned; else nothing is, with a
 * clause in *WHY, and after CACHE_LOST nothing else can be done but to close.
 */
enum cache_result database_end(struct database *d, struct str *why);

#endif
