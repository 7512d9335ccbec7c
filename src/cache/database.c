#include "cache/database.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/disk.h"
#include "base/mem.h"

enum { VERSION = 1, PAGE_BYTES = 4096 };

static const char name[] = "history.db";

struct database {
    sqlite3 *db;
    sqlite3_stmt *prepared[DATABASE_DOES];
    char *directory; /**< owned */
    int fault;       /**< of SQLite; SQLITE_OK: none */
    int error;       /**< errno then, of input and output */
    bool newer;      /**< a later version wrote it */
};

// A journal that is deleted: who is killed while writing leaves it, and the next to come undoes
// what was half done. One in memory would be gone with him.
static const char settings[] = "PRAGMA page_size = 4096;"
                               "PRAGMA journal_mode = DELETE;"
                               "PRAGMA synchronous = OFF;"
                               "PRAGMA cache_size = -500;"
                               "PRAGMA cache_spill = OFF;"
                               "PRAGMA temp_store = MEMORY;";

static const char tables[] =
    "CREATE TABLE secret(bytes BLOB NOT NULL);"
    "CREATE TABLE page(source INTEGER NOT NULL, expr INTEGER NOT NULL, day INTEGER NOT NULL,"
    " used INTEGER NOT NULL, bytes BLOB NOT NULL);"
    "CREATE UNIQUE INDEX page_of ON page(source, expr, day);";

static const char *const texts[DATABASE_DOES] = {
    [DATABASE_BEGIN_READING] = "BEGIN",
    [DATABASE_BEGIN_WRITING] = "BEGIN IMMEDIATE",
    [DATABASE_COMMIT] = "COMMIT",
    [DATABASE_PAGES] = "SELECT day, used, bytes FROM page"
                       " WHERE source = ? AND expr = ? AND day BETWEEN ? AND ?",
    [DATABASE_NEWEST] = "SELECT day, used, bytes FROM page"
                        " WHERE source = ? AND expr = ? AND day >= ? ORDER BY day DESC",
    [DATABASE_PUT] = "INSERT INTO page(source, expr, day, used, bytes) VALUES (?, ?, ?, ?, ?)"
                     " ON CONFLICT(source, expr, day)"
                     " DO UPDATE SET used = excluded.used, bytes = excluded.bytes",
    [DATABASE_USE] = "UPDATE page SET used = ?4 WHERE source = ?1 AND expr = ?2 AND day = ?3",
    [DATABASE_DROP] = "DELETE FROM page WHERE source = ? AND expr = ?",
    [DATABASE_EXPRS] = "SELECT DISTINCT expr FROM page WHERE source = ?",
    [DATABASE_DROP_OLD] = "DELETE FROM page WHERE used < ?",
    [DATABASE_DROP_FIRST] =
        "DELETE FROM page WHERE rowid IN (SELECT id FROM (SELECT rowid AS id,"
        " sum(length(bytes)) OVER (ORDER BY used, day, rowid) - length(bytes) AS before"
        " FROM page) WHERE before < ?)",
    [DATABASE_PAGE_COUNT] = "PRAGMA page_count",
    [DATABASE_FREE_COUNT] = "PRAGMA freelist_count",
};

// ---- what went wrong

static bool note(struct database *d, int code)
{
    bool good = code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE;
    if (!good && d->fault == SQLITE_OK) {
        d->fault = code & 0xFF;
        d->error = d->fault == SQLITE_IOERR ? sqlite3_system_errno(d->db) : 0;
    }
    return good;
}

static bool is_damaged(int fault)
{
    // what is not as it was made fits none of our statements
    return fault == SQLITE_CORRUPT || fault == SQLITE_NOTADB || fault == SQLITE_ERROR ||
           fault == SQLITE_SCHEMA || fault == SQLITE_CONSTRAINT || fault == SQLITE_MISMATCH;
}

static enum cache_result result_of(const struct database *d)
{
    bool locked = d->fault == SQLITE_BUSY || d->fault == SQLITE_LOCKED;
    bool sound = d->fault == SQLITE_OK && !d->newer;
    return sound ? CACHE_DONE : locked ? CACHE_LOCKED : CACHE_LOST;
}

static void explain(const struct database *d, struct str *why)
{
    if (d->newer) {
        str_setf(why, "%s is of a later version of ragtop", name);
    } else if (d->fault == SQLITE_BUSY || d->fault == SQLITE_LOCKED) {
        str_setf(why, "another program has %s locked", name);
    } else if (is_damaged(d->fault)) {
        str_setf(why, "%s is damaged", name);
    } else if (d->fault == SQLITE_IOERR && d->error) {
        str_setf(why, "%s: ", name);
        disk_add_error(why, d->error);
    } else {
        str_setf(why, "%s: %s", name, sqlite3_errstr(d->fault));
    }
}

static void close_file(struct database *d)
{
    for (int i = 0; i < DATABASE_DOES; i++) {
        sqlite3_finalize(d->prepared[i]);
        d->prepared[i] = NULL;
    }
    sqlite3_close(d->db); // what was begun is undone
    d->db = NULL;
}

// Ours, and nobody is at it: the next run begins with a new one.
static void discard(struct database *d, struct str *why)
{
    struct folder folder;
    struct str reason;
    str_init(&reason);
    if (folder_open(&folder, d->directory, &reason)) {
        str_add(why, folder_discard(&folder, name) ? ", and was removed" : ", and stays in use");
        folder_close(&folder);
    }
    str_finish(&reason);
}

// ---- one thing after the other

static sqlite3_stmt *prepared(struct database *d, enum database_do what)
{
    if (d->db && !d->prepared[what] && d->fault == SQLITE_OK) {
        note(d, sqlite3_prepare_v3(
                    d->db, texts[what], -1, SQLITE_PREPARE_PERSISTENT, &d->prepared[what], NULL));
    }
    return d->fault == SQLITE_OK ? d->prepared[what] : NULL;
}

void database_start(struct database *d, enum database_do what, const int64_t *numbers, size_t count)
{
    sqlite3_stmt *s = prepared(d, what);
    if (s) {
        sqlite3_reset(s);
        for (size_t i = 0; i < count; i++) {
            note(d, sqlite3_bind_int64(s, (int)i + 1, numbers[i]));
        }
    }
}

void database_bytes(struct database *d, enum database_do what, const char *bytes, size_t len)
{
    sqlite3_stmt *s = prepared(d, what);
    if (s) {
        note(d, sqlite3_bind_blob64(s, sqlite3_bind_parameter_count(s), bytes, len, SQLITE_STATIC));
    }
}

bool database_row(struct database *d, enum database_do what)
{
    sqlite3_stmt *s = prepared(d, what);
    int code = s ? sqlite3_step(s) : SQLITE_DONE;
    if (!note(d, code) || code == SQLITE_DONE) {
        sqlite3_reset(s);
        return false;
    }
    return true;
}

int64_t database_number(struct database *d, enum database_do what, int i)
{
    return sqlite3_column_int64(d->prepared[what], i);
}

const unsigned char *database_blob(struct database *d, enum database_do what, int i, size_t *len)
{
    const unsigned char *bytes = sqlite3_column_blob(d->prepared[what], i);
    *len = bytes ? (size_t)sqlite3_column_bytes(d->prepared[what], i) : 0;
    return bytes;
}

void database_do(struct database *d, enum database_do what, const int64_t *numbers, size_t count)
{
    database_start(d, what, numbers, count);
    database_row(d, what);
    sqlite3_reset(d->prepared[what]); // also what has more rows, which would hold the lock
}

bool database_sound(const struct database *d)
{
    return d->db && d->fault == SQLITE_OK;
}

enum cache_result database_end(struct database *d, struct str *why)
{
    for (int i = 0; i < DATABASE_DOES; i++) {
        sqlite3_reset(d->prepared[i]);
    }
    database_do(d, DATABASE_COMMIT, NULL, 0);
    enum cache_result result = d->db ? result_of(d) : CACHE_LOST;
    if (result != CACHE_DONE && d->db) {
        explain(d, why);
        sqlite3_exec(d->db, "ROLLBACK", NULL, NULL, NULL); // nothing to undo is no fault here
    }
    if (result == CACHE_LOST && d->db) {
        close_file(d);
        if (is_damaged(d->fault)) {
            discard(d, why);
        }
    }
    d->fault = result == CACHE_LOCKED ? SQLITE_OK : d->fault;
    return result;
}

// ---- opening

static bool run(struct database *d, const char *sql)
{
    return d->fault == SQLITE_OK && note(d, sqlite3_exec(d->db, sql, NULL, NULL, NULL));
}

/** The only row of SQL, to be finalised; NULL: there is none. */
static sqlite3_stmt *only_row(struct database *d, const char *sql)
{
    sqlite3_stmt *s = NULL;
    if (d->fault == SQLITE_OK && note(d, sqlite3_prepare_v2(d->db, sql, -1, &s, NULL))) {
        int code = sqlite3_step(s);
        if (note(d, code) && code == SQLITE_ROW) {
            return s;
        }
    }
    sqlite3_finalize(s);
    return NULL;
}

static int64_t version_of(struct database *d)
{
    sqlite3_stmt *s = only_row(d, "PRAGMA user_version");
    int64_t version = s ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_finalize(s);
    return version;
}

static void read_salt(struct database *d, struct salt *salt)
{
    sqlite3_stmt *s = only_row(d, "SELECT bytes FROM secret");
    const void *bytes = s ? sqlite3_column_blob(s, 0) : NULL;
    if (bytes && sqlite3_column_bytes(s, 0) == sizeof salt->key) {
        memcpy(salt->key, bytes, sizeof salt->key);
    } else {
        note(d, SQLITE_CORRUPT);
    }
    sqlite3_finalize(s);
}

// Whoever began at the same time may have been faster.
static void begin(struct database *d, struct folder *folder)
{
    struct salt salt;
    sqlite3_stmt *s = NULL;
    if (!run(d, "BEGIN IMMEDIATE") || version_of(d) != 0 || !run(d, tables)) {
        return;
    }
    folder_remove_days(folder);
    if (!salt_make(&salt)) {
        note(d, SQLITE_CANTOPEN);
    } else if (note(d, sqlite3_prepare_v2(d->db, "INSERT INTO secret VALUES (?)", -1, &s, NULL))) {
        note(d, sqlite3_bind_blob(s, 1, salt.key, sizeof salt.key, SQLITE_STATIC));
        note(d, sqlite3_step(s));
    }
    sqlite3_finalize(s);
    run(d, "PRAGMA user_version = 1");
}

static bool open_file(struct database *d, const char *path)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX |
                SQLITE_OPEN_PRIVATECACHE;
    if (!note(d, sqlite3_open_v2(path, &d->db, flags, NULL))) {
        return false;
    }
    sqlite3_busy_timeout(d->db, 0);
    sqlite3_db_config(d->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(d->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return true;
}

static void set_up(struct database *d)
{
    struct str bound;
    str_init(&bound);
    str_addf(&bound, "PRAGMA max_page_count = %d", DATABASE_MIB * (1024 * 1024 / PAGE_BYTES));
    if (run(d, settings)) {
        run(d, bound.text);
    }
    str_finish(&bound);
}

static void use_file(struct database *d, struct folder *folder, struct salt *salt)
{
    int64_t version = version_of(d);
    d->newer = version > VERSION; // in which not even a setting is changed
    if (d->newer) {
        return;
    }
    set_up(d);
    if (d->fault == SQLITE_OK && version == 0) {
        begin(d, folder);
        d->newer = version_of(d) > VERSION;
        run(d, "COMMIT");
    }
    if (d->fault == SQLITE_OK && !d->newer) {
        read_salt(d, salt);
    }
}

static enum cache_result finish_open(struct database *d, struct str *why)
{
    enum cache_result result = result_of(d);
    if (result != CACHE_DONE) {
        bool damaged = result == CACHE_LOST && !d->newer && is_damaged(d->fault);
        explain(d, why);
        close_file(d);
        if (damaged) {
            discard(d, why);
        }
        database_close(d);
    }
    return result;
}

enum cache_result database_open(
    struct database **out, const char *path, struct salt *salt, struct str *why)
{
    struct folder folder;
    struct str file;
    if (!folder_open(&folder, path, why)) {
        return CACHE_LOST;
    }
    str_init(&file);
    if (!folder_claim(&folder, name, &file, why)) {
        folder_close(&folder);
        str_finish(&file);
        return CACHE_LOST;
    }
    struct database *d = mem_zalloc(1, sizeof *d);
    d->directory = mem_strdup(path);
    if (open_file(d, file.text)) {
        use_file(d, &folder, salt);
    }
    folder_close(&folder);
    str_finish(&file);
    *out = d;
    return finish_open(d, why);
}

void database_close(struct database *d)
{
    if (d) {
        close_file(d);
        free(d->directory);
        free(d);
    }
}
