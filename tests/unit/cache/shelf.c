#include "unit/cache/shelf.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "series/store.h"

const char expr[] = "sum(rate(x[5m]))", source[] = "http://prometheus:9090\n";
const int64_t now_ms = (int64_t)FIRST * STORE_HISTORY_STEP_MS + 3 * (int64_t)CLOCK_DAY_MS;

int slept;

// SQLite finds these instead of the C library's

int usleep(useconds_t us)
{
    (void)us;
    slept++;
    return 0;
}

int nanosleep(const struct timespec *wanted, struct timespec *left)
{
    (void)wanted, (void)left;
    slept++;
    return 0;
}

enum cache_result shelf_try(struct shelf *d, const char *who, struct str *why)
{
    d->cache = NULL;
    return cache_open(&d->cache, d->path.text, who, now_ms, why);
}

void shelf_open(struct shelf *d, const char *who)
{
    struct str why;
    str_init(&why);
    enum cache_result result = shelf_try(d, who, &why);
    assert_string_equal(why.text, "");
    assert_int_equal(result, CACHE_DONE);
    assert_non_null(d->cache);
    str_finish(&why);
}

void shelf_start(struct shelf *d)
{
    snprintf(d->home, sizeof d->home, "/tmp/ragtop-test-XXXXXX");
    assert_non_null(mkdtemp(d->home));
    str_init(&d->path);
    str_init(&d->file);
    str_addf(&d->path, "%s/cache/ragtop", d->home);
    str_addf(&d->file, "%s/history.db", d->path.text);
    shelf_open(d, source);
}

void remove_file(const char *path)
{
    assert_int_equal(unlink(path), 0);
}

static void remove_tree(const char *path)
{
    struct str inside;
    str_init(&inside);
    DIR *dir = opendir(path);
    for (struct dirent *e; dir && (e = readdir(dir)) != NULL;) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            str_setf(&inside, "%s/%s", path, e->d_name);
            struct stat st;
            assert_int_equal(lstat(inside.text, &st), 0);
            if (S_ISDIR(st.st_mode)) {
                remove_tree(inside.text);
            } else {
                remove_file(inside.text);
            }
        }
    }
    if (dir) {
        closedir(dir);
    }
    assert_int_equal(rmdir(path), 0);
    str_finish(&inside);
}

void shelf_stop(struct shelf *d)
{
    cache_close(d->cache);
    remove_tree(d->home);
    str_finish(&d->path);
    str_finish(&d->file);
}

void shelf_end(struct shelf *d)
{
    struct str why;
    str_init(&why);
    enum cache_result result = cache_end(d->cache, &why);
    assert_string_equal(why.text, "");
    assert_int_equal(result, CACHE_DONE);
    str_finish(&why);
}

void write_batch(struct shelf *d, const char *what, int64_t first, int64_t last,
    const struct batch *b, int64_t serves_ms)
{
    cache_begin(d->cache, true);
    cache_write(d->cache, what, first, last, b, serves_ms, now_ms);
    shelf_end(d);
}

void drop(struct shelf *d, const char *what)
{
    cache_begin(d->cache, true);
    cache_drop(d->cache, what);
    shelf_end(d);
}

void forget(struct shelf *d, const char *const *keep, size_t count)
{
    cache_begin(d->cache, true);
    cache_forget(d->cache, keep, count);
    shelf_end(d);
}

void run_sql(struct shelf *d, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(d->file.text, &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

int64_t ask_sql(struct shelf *d, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_open(d->file.text, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(db);
    return number;
}

int count_pages(struct shelf *d)
{
    return (int)ask_sql(d, "SELECT count(*) FROM page");
}

void write_window(struct shelf *d, int64_t first, int64_t last, int64_t serves_ms)
{
    struct batch b = {0};
    for (int k = 0; k < 3; k++) {
        char le[16];
        struct batch_series *s = batch_add(&b);
        snprintf(le, sizeof le, "%d", k);
        labels_set(&s->labels, "le", le);
        labels_set(&s->labels, "tool", "\xc3\xa4\"\\\n");
        for (int64_t slot = first; slot <= last; slot++) {
            if (slot % 3 != 0) {
                batch_add_sample(s, slot * STORE_HISTORY_STEP_MS, (double)slot + k / 3.0);
            }
        }
    }
    write_batch(d, expr, first, last, &b, serves_ms);
    batch_finish(&b);
}

bool read_of(
    struct shelf *d, const char *what, int64_t first, int64_t last, int64_t at_ms, struct matrix *m)
{
    *m = (struct matrix){0};
    cache_begin(d->cache, false);
    bool known = cache_read(d->cache, what, first, last, at_ms, m);
    shelf_end(d);
    return known;
}

bool read_at(struct shelf *d, int64_t first, int64_t last, int64_t at_ms, struct matrix *m)
{
    return read_of(d, expr, first, last, at_ms, m);
}

bool sample(struct shelf *d, int64_t after, struct matrix *m)
{
    *m = (struct matrix){0};
    cache_begin(d->cache, false);
    bool known = cache_sample(d->cache, expr, after, m);
    shelf_end(d);
    return known;
}

void assert_known(struct shelf *d, int64_t first, int64_t last, int64_t from, int64_t to)
{
    struct matrix m;
    assert_true(read_at(d, first, last, now_ms, &m));
    assert_true(m.asked_first == from && m.asked_last == to);
    assert_int_equal(m.count, 3);
    for (int k = 0; k < 3; k++) {
        assert_int_equal(m.series[k].part, PART_BUCKET);
        assert_string_equal(labels_get(&m.series[k].labels, "tool"), "\xc3\xa4\"\\\n");
        for (int64_t slot = from; slot <= to; slot++) {
            double v = ring_get(&m.series[k].ring, slot);
            assert_true(slot % 3 == 0 ? isnan(v) : v == (double)slot + m.series[k].bound / 3.0);
        }
    }
    matrix_finish(&m);
}

void put_file(const char *directory, const char *name)
{
    struct str path;
    str_init(&path);
    str_addf(&path, "%s/%s", directory, name);
    FILE *f = fopen(path.text, "wb");
    assert_non_null(f);
    fputs("something", f);
    fclose(f);
    str_finish(&path);
}

bool has_file(struct shelf *d, const char *name)
{
    struct str path;
    struct stat st;
    str_init(&path);
    str_addf(&path, "%s/%s", d->path.text, name);
    bool has = lstat(path.text, &st) == 0;
    str_finish(&path);
    return has;
}

void overwrite(const char *path, long from, int bytes)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    fseek(f, from, SEEK_SET);
    for (int i = 0; i < bytes; i++) {
        fputc(0xA5, f);
    }
    fclose(f);
}

void spoil_header(const char *path)
{
    overwrite(path, 0, 16);
}

enum cache_result run_once(struct shelf *d, struct str *why)
{
    struct matrix m = {0};
    struct batch none = {0};
    enum cache_result result = shelf_try(d, source, why);
    if (result == CACHE_DONE) {
        cache_begin(d->cache, false);
        if (cache_read(d->cache, expr, FIRST, FIRST + 5, now_ms, &m)) {
            matrix_finish(&m);
        }
        result = cache_end(d->cache, why);
    }
    if (result == CACHE_DONE) {
        cache_begin(d->cache, true);
        cache_write(d->cache, "up", FIRST, FIRST + 5, &none, 0, now_ms);
        result = cache_end(d->cache, why);
    }
    cache_close(d->cache);
    d->cache = NULL;
    return result;
}
