#include "cache/cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "cache/day_page.h"
#include "cache/folder.h"
#include "series/store.h"

enum { FIRST = 5904276, WINDOW = 25 }; // a window that begins 12 slots before midnight

static const char expr[] = "sum(rate(x[5m]))", source[] = "http://prometheus:9090\n";
static const int64_t now_ms = (int64_t)FIRST * STORE_HISTORY_STEP_MS + 3 * (int64_t)CLOCK_DAY_MS;

/** How often anybody slept in this process: instead of the C library's, SQLite finds these. */
static int slept;

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

/** A directory of the test's own with a cache in it. */
struct desk {
    char home[64];
    struct str path, file; /**< of the directory, and of the database in it */
    struct cache *cache;
};

static enum cache_result try_open(struct desk *d, const char *who, struct str *why)
{
    d->cache = NULL;
    return cache_open(&d->cache, d->path.text, who, now_ms, why);
}

static void open_cache(struct desk *d, const char *who)
{
    struct str why;
    str_init(&why);
    enum cache_result result = try_open(d, who, &why);
    assert_string_equal(why.text, "");
    assert_int_equal(result, CACHE_DONE);
    assert_non_null(d->cache);
    str_finish(&why);
}

static void start(struct desk *d)
{
    snprintf(d->home, sizeof d->home, "/tmp/ragtop-test-XXXXXX");
    assert_non_null(mkdtemp(d->home));
    str_init(&d->path);
    str_init(&d->file);
    str_addf(&d->path, "%s/cache/ragtop", d->home);
    str_addf(&d->file, "%s/history.db", d->path.text);
    open_cache(d, source);
}

static void remove_file(const char *path)
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

static void stop(struct desk *d)
{
    cache_close(d->cache);
    remove_tree(d->home);
    str_finish(&d->path);
    str_finish(&d->file);
}

static void end(struct desk *d)
{
    struct str why;
    str_init(&why);
    enum cache_result result = cache_end(d->cache, &why);
    assert_string_equal(why.text, "");
    assert_int_equal(result, CACHE_DONE);
    str_finish(&why);
}

static void write_batch(struct desk *d, const char *what, int64_t first, int64_t last,
    const struct batch *b, int64_t serves_ms)
{
    cache_begin(d->cache, true);
    cache_write(d->cache, what, first, last, b, serves_ms, now_ms);
    end(d);
}

static void drop(struct desk *d, const char *what)
{
    cache_begin(d->cache, true);
    cache_drop(d->cache, what);
    end(d);
}

static void forget(struct desk *d, const char *const *keep, size_t count)
{
    cache_begin(d->cache, true);
    cache_forget(d->cache, keep, count);
    end(d);
}

/** Runs SQL in the database, beside the cache. */
static void run_sql(struct desk *d, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(d->file.text, &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/** The number that SQL gives. */
static int64_t ask_sql(struct desk *d, const char *sql)
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

static int count_pages(struct desk *d)
{
    return (int)ask_sql(d, "SELECT count(*) FROM page");
}

/** Writes series {le=...} with the slot's number as value, a gap at every third slot. */
static void write_window(struct desk *d, int64_t first, int64_t last, int64_t serves_ms)
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

static bool read_of(
    struct desk *d, const char *what, int64_t first, int64_t last, int64_t at_ms, struct matrix *m)
{
    *m = (struct matrix){0};
    cache_begin(d->cache, false);
    bool known = cache_read(d->cache, what, first, last, at_ms, m);
    end(d);
    return known;
}

static bool read_at(struct desk *d, int64_t first, int64_t last, int64_t at_ms, struct matrix *m)
{
    return read_of(d, expr, first, last, at_ms, m);
}

static bool sample(struct desk *d, int64_t after, struct matrix *m)
{
    *m = (struct matrix){0};
    cache_begin(d->cache, false);
    bool known = cache_sample(d->cache, expr, after, m);
    end(d);
    return known;
}

/** Asserts that FIRST to LAST are known from FROM to TO, with the values written. */
static void assert_known(struct desk *d, int64_t first, int64_t last, int64_t from, int64_t to)
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

static void keeps_what_was_answered(void **state)
{
    (void)state;
    struct desk d;
    struct matrix m;
    start(&d);
    int64_t last = FIRST + WINDOW - 1;
    assert_false(read_at(&d, FIRST, last, now_ms, &m));
    write_window(&d, FIRST, last, 0);
    assert_known(&d, FIRST, last, FIRST, last);
    cache_close(d.cache);
    open_cache(&d, source);
    assert_known(&d, FIRST, last, FIRST, last); // also by another run
    assert_int_equal(count_pages(&d), 2);       // midnight lies in it
    stop(&d);
}

static void tells_which_part_it_knows(void **state)
{
    (void)state;
    struct desk d;
    struct matrix m;
    start(&d);
    int64_t last = FIRST + WINDOW - 1;
    write_window(&d, FIRST, last, 0);
    assert_known(&d, FIRST + 12, last + 12, FIRST + 12, last); // the hour after
    assert_known(&d, FIRST - 12, last - 12, FIRST, last - 12); // the hour before
    assert_known(&d, FIRST + 3, FIRST + 5, FIRST + 3, FIRST + 5);
    assert_false(read_at(&d, FIRST - 5, last + 5, now_ms, &m)); // neither end
    assert_false(read_at(&d, last + 1, last + 20, now_ms, &m));
    write_window(&d, last + 1, last + 12, 0);
    assert_known(&d, FIRST + 12, last + 12, FIRST + 12, last + 12);
    stop(&d);
}

static void keeps_sources_and_expressions_apart(void **state)
{
    (void)state;
    struct desk d;
    struct matrix m;
    start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    assert_false(read_of(&d, "sum(rate(y[5m]))", FIRST, FIRST + 5, now_ms, &m));
    cache_close(d.cache);
    open_cache(&d, "http://other:9090\n");
    assert_false(read_at(&d, FIRST, FIRST + 5, now_ms, &m));
    write_window(&d, FIRST, FIRST + 5, 0);
    forget(&d, NULL, 0);
    assert_false(read_at(&d, FIRST, FIRST + 5, now_ms, &m));
    cache_close(d.cache);
    open_cache(&d, source); // the other one's are still there
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
    stop(&d);
}

static void doubts_fade(void **state)
{
    (void)state;
    struct desk d;
    struct matrix m;
    struct batch none = {0};
    start(&d);
    for (int64_t serves = CLOCK_HOUR_MS; serves <= CLOCK_DAY_MS; serves += 23 * CLOCK_HOUR_MS) {
        write_batch(&d, expr, FIRST, FIRST + 5, &none, serves);
        assert_true(read_at(&d, FIRST, FIRST + 5, now_ms + serves, &m));
        assert_int_equal(m.count, 0);
        matrix_finish(&m);
        assert_false(read_at(&d, FIRST, FIRST + 5, now_ms + serves + 1, &m));
        drop(&d, expr);
    }
    write_batch(&d, expr, FIRST, FIRST + 5, &none, CLOCK_DAY_MS);
    assert_false(read_at(&d, FIRST, FIRST + 5, now_ms - 1, &m)); // a clock that was put back
    write_batch(&d, expr, FIRST + 6, FIRST + 9, &none, CLOCK_HOUR_MS);
    assert_false(read_at(&d, FIRST, FIRST + 5, now_ms + CLOCK_HOUR_MS + 1, &m)); // ends them all
    write_batch(&d, expr, FIRST, FIRST + 9, &none, 0);
    assert_true(read_at(&d, FIRST, FIRST + 5, now_ms + 30 * (int64_t)CLOCK_DAY_MS, &m));
    matrix_finish(&m);
    stop(&d);
}

/** Writes FIRST to LAST with VALUE, or with VARYING one that goes up and down around it. */
static void write_values(struct desk *d, int64_t first, int64_t last, double value, bool varying)
{
    struct batch b = {0};
    struct batch_series *s = batch_add(&b);
    for (int64_t slot = first; slot <= last && !isnan(value); slot++) {
        double factor = varying ? 1 + (double)(slot % 5) / 10 : 1;
        batch_add_sample(s, slot * STORE_HISTORY_STEP_MS, value * factor);
    }
    write_batch(d, expr, first, last, &b, 0);
    batch_finish(&b);
}

static void gives_a_stretch_to_be_proved_by(void **state)
{
    (void)state;
    static const struct {
        struct {
            int64_t at;
            int length;
            double value;
            bool varying;
        } written[3];
        int64_t after, first, last; /**< from FIRST on; none while FIRST > LAST */
    } cases[] = {
        {{{0, 0, 0, false}}, 0, 1, 0},
        {{{100, 25, 3, true}}, -999, 100, 124},
        {{{100, 25, 0, false}}, -999, 100, 124},
        {{{100, 25, NAN, false}}, -999, 1, 0},
        {{{100, 40, 3, true}}, -999, 115, 139}, // of many the newest
        {{{100, 3, 3, true}}, -999, 100, 102},
        {{{0, 25, 3, true}, {400, 25, 0, false}}, -999, 12, 24}, // what varies, from midnight on
        {{{20, 25, 3, true}, {60, 25, 0, false}}, -999, 20, 44}, // of the same day too
        {{{20, 25, 1, false}, {400, 25, 0, false}}, -999, 400, 424},
        {{{20, 25, NAN, false}, {400, 25, NAN, false}, {60, 9, 2, false}}, -999, 60, 68},
        {{{100, 25, 3, true}}, 99, 100, 124}, // all of it is after that
        {{{100, 25, 3, true}}, 110, 111, 124},
        {{{100, 25, 3, true}}, 124, 1, 0},
        {{{20, 25, 3, true}, {400, 25, 0, false}}, 44, 400, 424},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct desk d;
        struct matrix m = {0};
        start(&d);
        for (size_t k = 0; k < 3 && cases[i].written[k].length > 0; k++) {
            int64_t at = FIRST + cases[i].written[k].at;
            write_values(&d, at, at + cases[i].written[k].length - 1, cases[i].written[k].value,
                cases[i].written[k].varying);
        }
        bool found = sample(&d, FIRST + cases[i].after, &m);
        assert_true(found == (cases[i].first <= cases[i].last));
        if (found) {
            assert_int_equal(m.asked_first - FIRST, cases[i].first);
            assert_int_equal(m.asked_last - FIRST, cases[i].last);
            assert_int_equal(m.count, 1);
            assert_false(isnan(ring_get(&m.series[0].ring, m.asked_first)));
        }
        matrix_finish(&m);
        stop(&d);
    }
}

// A moment long ago was looked at, with --at: that is known as well, and goes as well.
static void old_days_count(void **state)
{
    (void)state;
    struct desk d;
    struct matrix m = {0};
    int64_t ago = FIRST - 200 * (int64_t)PAGE_SLOTS;
    start(&d);
    write_values(&d, ago, ago + 9, 3, true);
    assert_true(sample(&d, 0, &m));
    assert_true(m.asked_first == ago && m.asked_last == ago + 9);
    matrix_finish(&m);
    drop(&d, expr);
    assert_false(read_at(&d, ago, ago + 9, now_ms, &m));
    stop(&d);
}

static void doubts_prove_nothing(void **state)
{
    (void)state;
    struct desk d;
    struct matrix m = {0};
    start(&d);
    write_window(&d, FIRST, FIRST + 9, CLOCK_HOUR_MS);
    assert_false(sample(&d, 0, &m));
    stop(&d);
}

static void forgets_all_but_what_is_to_be_kept(void **state)
{
    (void)state;
    struct desk d;
    struct matrix m;
    struct batch none = {0};
    static const char other[] = "sum(rate(y[5m]))";
    const char *const keep[] = {"up", expr};
    start(&d);
    write_window(&d, FIRST, FIRST + WINDOW, 0);
    write_batch(&d, other, FIRST, FIRST + 5, &none, 0);
    forget(&d, keep, 2);
    assert_false(read_of(&d, other, FIRST, FIRST + 5, now_ms, &m));
    assert_known(&d, FIRST, FIRST + WINDOW, FIRST, FIRST + WINDOW);
    forget(&d, keep, 1);
    assert_int_equal(count_pages(&d), 0);
    stop(&d);
}

static void drops_one_expression(void **state)
{
    (void)state;
    struct desk d;
    struct matrix m;
    static const char other[] = "sum(rate(y[5m]))";
    start(&d);
    write_window(&d, FIRST, FIRST + WINDOW, 0);
    struct batch none = {0};
    write_batch(&d, other, FIRST, FIRST + 5, &none, 0);
    drop(&d, other);
    assert_false(read_of(&d, other, FIRST, FIRST + 5, now_ms, &m));
    assert_known(&d, FIRST, FIRST + WINDOW, FIRST, FIRST + WINDOW);
    drop(&d, expr);
    assert_false(read_at(&d, FIRST, FIRST + WINDOW, now_ms, &m));
    assert_int_equal(count_pages(&d), 0);
    stop(&d);
}

// Whoever sees the hashes cannot try passwords until one fits: that takes the key beside them.
static void hashes_differ_from_file_to_file(void **state)
{
    (void)state;
    struct desk one, two;
    start(&one);
    start(&two);
    write_window(&one, FIRST, FIRST + 5, 0);
    write_window(&two, FIRST, FIRST + 5, 0);
    int64_t source_hash = ask_sql(&one, "SELECT source FROM page");
    int64_t expr_hash = ask_sql(&one, "SELECT expr FROM page");
    assert_true(source_hash != ask_sql(&two, "SELECT source FROM page"));
    assert_true(expr_hash != ask_sql(&two, "SELECT expr FROM page"));
    cache_close(one.cache);
    open_cache(&one, source); // and stay the same within one
    write_window(&one, FIRST, FIRST + 5, 0);
    assert_int_equal(count_pages(&one), 1);
    assert_true(source_hash == ask_sql(&one, "SELECT source FROM page"));
    assert_int_equal(ask_sql(&one, "SELECT length(bytes) FROM secret"), 16);
    stop(&one);
    stop(&two);
}

static void assert_private(const char *path)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    assert_true(S_ISREG(st.st_mode));
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void is_the_owners_alone(void **state)
{
    (void)state;
    struct desk d;
    struct stat st;
    mode_t mask = umask(0);
    start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    assert_private(d.file.text);
    assert_int_equal(stat(d.path.text, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    cache_close(d.cache);
    assert_int_equal(chmod(d.path.text, 0755), 0);
    assert_int_equal(chmod(d.file.text, 0644), 0);
    open_cache(&d, source);
    assert_private(d.file.text);
    assert_int_equal(stat(d.path.text, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    stop(&d);
    umask(mask);
}

static void refuses_directories_that_are_not_its_own(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/dev/null/cache/ragtop", "/nonexistent/cache/ragtop", "/proc/ragtop"};
    struct desk d;
    struct cache *none = NULL;
    struct str why, linked;
    str_init(&why);
    str_init(&linked);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        str_clear(&why);
        assert_int_equal(cache_open(&none, paths[i], source, now_ms, &why), CACHE_LOST);
        assert_true(why.len > 0);
    }
    start(&d);
    str_addf(&linked, "%s/link", d.home);
    assert_int_equal(symlink(d.path.text, linked.text), 0);
    assert_int_equal(cache_open(&none, linked.text, source, now_ms, &why), CACHE_LOST);
    stop(&d);
    str_finish(&linked);
    str_finish(&why);
}

// A home, or its caches, may lie on another disk.
static void links_that_lead_to_the_directory_are_followed(void **state)
{
    (void)state;
    struct desk d;
    struct str elsewhere, link;
    str_init(&elsewhere);
    str_init(&link);
    start(&d);
    cache_close(d.cache);
    str_addf(&link, "%s/cache", d.home);
    str_addf(&elsewhere, "%s/elsewhere", d.home);
    assert_int_equal(rename(link.text, elsewhere.text), 0);
    assert_int_equal(symlink(elsewhere.text, link.text), 0);
    open_cache(&d, source);
    write_window(&d, FIRST, FIRST + 5, 0);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
    stop(&d);
    str_finish(&elsewhere);
    str_finish(&link);
}

static void put_file(const char *directory, const char *name)
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

static bool has_file(struct desk *d, const char *name)
{
    struct str path;
    struct stat st;
    str_init(&path);
    str_addf(&path, "%s/%s", d->path.text, name);
    bool has = lstat(path.text, &st) == 0;
    str_finish(&path);
    return has;
}

static void what_earlier_versions_kept_goes_once(void **state)
{
    (void)state;
    struct desk d;
    struct str link;
    str_init(&link);
    start(&d);
    cache_close(d.cache);
    remove_file(d.file.text);
    put_file(d.path.text, "0123456789abcdef-0123456789abcdef-020500.day");
    put_file(d.path.text, "key");
    put_file(d.path.text, "notes.txt");
    str_addf(&link, "%s/link.day", d.path.text);
    assert_int_equal(symlink("/etc/passwd", link.text), 0);
    open_cache(&d, source);
    assert_false(has_file(&d, "0123456789abcdef-0123456789abcdef-020500.day"));
    assert_false(has_file(&d, "key"));
    assert_true(has_file(&d, "notes.txt")); // somebody else's
    assert_true(has_file(&d, "link.day"));
    cache_close(d.cache);
    put_file(d.path.text, "one.day");
    open_cache(&d, source);
    assert_true(has_file(&d, "one.day")); // nothing is looked through at every start
    stop(&d);
    str_finish(&link);
}

// --- how much is kept

static void drops_what_is_not_used(void **state)
{
    (void)state;
    struct desk d;
    struct matrix m;
    start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    run_sql(&d, "UPDATE page SET used = used - 36");
    write_window(&d, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5, 0);
    cache_close(d.cache);
    open_cache(&d, source);
    assert_int_equal(count_pages(&d), 2); // nothing is looked at before it is wanted
    write_window(&d, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5, 0);
    assert_int_equal(count_pages(&d), 1);
    assert_false(read_at(&d, FIRST, FIRST + 5, now_ms, &m));
    assert_known(
        &d, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5);
    stop(&d);
}

static void reading_keeps_from_growing_old(void **state)
{
    (void)state;
    struct desk d;
    start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    run_sql(&d, "UPDATE page SET used = used - 34");
    cache_close(d.cache);
    open_cache(&d, source);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
    cache_close(d.cache);
    assert_true(ask_sql(&d, "SELECT used FROM page") == now_ms / CLOCK_DAY_MS);
    open_cache(&d, source);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
    stop(&d);
}

static void stays_within_its_bytes(void **state)
{
    (void)state;
    enum { MIB = 1024 * 1024 };
    struct desk d;
    struct stat st;
    start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    run_sql(&d, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 58)"
                " INSERT INTO page SELECT 1, i, 1, 20000 + i, zeroblob(1048576) FROM n");
    write_window(&d, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5, 0);
    assert_in_range(ask_sql(&d, "SELECT min(expr) FROM page WHERE source = 1"), 15, 17);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5); // the longest unused went, of all
    for (int i = 0; i < 8; i++) {                         // and what is free is used again
        char sql[128];
        snprintf(
            sql, sizeof sql, "INSERT INTO page VALUES (2, %d, 1, 20000, zeroblob(4000000))", i);
        run_sql(&d, sql);
        write_window(&d, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5, 0);
    }
    assert_int_equal(stat(d.file.text, &st), 0);
    assert_true(st.st_size <= DATABASE_MIB * (int64_t)MIB);
    stop(&d);
}

// --- files that are not as they were written

static void cut_short(const char *path)
{
    assert_int_equal(truncate(path, 200), 0);
}

static void cut_in_half(const char *path)
{
    assert_int_equal(truncate(path, 3 * 4096 + 100), 0);
}

static void empty(const char *path)
{
    assert_int_equal(truncate(path, 0), 0);
}

static void overwrite(const char *path, long from, int bytes)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    fseek(f, from, SEEK_SET);
    for (int i = 0; i < bytes; i++) {
        fputc(0xA5, f);
    }
    fclose(f);
}

static void spoil_header(const char *path)
{
    overwrite(path, 0, 16);
}

static void spoil_schema(const char *path)
{
    overwrite(path, 100, 3996);
}

static void spoil_pages(const char *path)
{
    overwrite(path, 4096, 3 * 4096);
}

static void put_foreign(const char *path)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    for (int i = 0; i < 1000; i++) {
        fputs("what somebody else writes\n", f);
    }
    fclose(f);
}

/** Reads and writes as a run does. What the first thing that fails says of it is in *WHY. */
static enum cache_result run_once(struct desk *d, struct str *why)
{
    struct matrix m = {0};
    struct batch none = {0};
    enum cache_result result = try_open(d, source, why);
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

static void begins_afresh_where_the_file_is_damaged(void **state)
{
    (void)state;
    static void (*const damages[])(const char *path) = {cut_short, cut_in_half, empty, spoil_header,
        spoil_schema, spoil_pages, put_foreign, remove_file};
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct desk d;
        struct str why;
        str_init(&why);
        start(&d);
        write_window(&d, FIRST, FIRST + 200, 0);
        cache_close(d.cache);
        damages[i](d.file.text);
        bool silent = damages[i] == empty || damages[i] == remove_file; // nothing is wrong there
        enum cache_result result = run_once(&d, &why);
        assert_int_equal(result, silent ? CACHE_DONE : CACHE_LOST);
        assert_string_equal(why.text, silent ? "" : "history.db is damaged, and was removed");
        assert_true(has_file(&d, "history.db") == silent);
        open_cache(&d, source); // the next run
        write_window(&d, FIRST, FIRST + 5, 0);
        assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
        assert_private(d.file.text);
        stop(&d);
        str_finish(&why);
    }
}

static void a_page_that_was_changed_is_not_there(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "UPDATE page SET bytes = substr(bytes, 1, length(bytes) - 9)",
        "UPDATE page SET bytes = bytes || x'00'",
        "UPDATE page SET bytes = zeroblob(5000)",
        "UPDATE page SET bytes = x''",
        "UPDATE page SET bytes = 'text'",
        "UPDATE page SET bytes = substr(bytes, 1, 400) || x'00' || substr(bytes, 402)",
        "UPDATE page SET day = day + 1",
        "DELETE FROM page",
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct desk d;
        struct matrix m;
        start(&d);
        write_window(&d, FIRST, FIRST + 5, 0);
        run_sql(&d, changes[i]);
        assert_false(read_at(&d, FIRST, FIRST + 5, now_ms, &m));
        assert_false(read_at(&d, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5, now_ms, &m));
        write_window(&d, FIRST, FIRST + 5, 0);
        assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
        stop(&d);
    }
}

static void a_later_version_is_left_alone(void **state)
{
    (void)state;
    struct desk d;
    struct str why;
    str_init(&why);
    start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    cache_close(d.cache);
    run_sql(&d, "PRAGMA user_version = 2; ALTER TABLE page RENAME TO leaf;"
                "PRAGMA journal_mode = WAL");
    assert_int_equal(run_once(&d, &why), CACHE_LOST);
    assert_string_equal(why.text, "history.db is of a later version of ragtop");
    assert_int_equal(ask_sql(&d, "SELECT count(*) FROM leaf"), 1);
    assert_int_equal(
        ask_sql(&d, "SELECT 1 FROM pragma_journal_mode WHERE journal_mode = 'wal'"), 1);
    stop(&d);
    str_finish(&why);
}

static void put_link(const char *path)
{
    struct str elsewhere;
    str_init(&elsewhere);
    str_addf(&elsewhere, "%s.elsewhere", path);
    assert_int_equal(rename(path, elsewhere.text), 0);
    assert_int_equal(symlink(elsewhere.text, path), 0);
    str_finish(&elsewhere);
}

static void put_hard_link(const char *path)
{
    struct str elsewhere;
    str_init(&elsewhere);
    str_addf(&elsewhere, "%s.elsewhere", path);
    assert_int_equal(link(path, elsewhere.text), 0);
    str_finish(&elsewhere);
}

static void put_pipe(const char *path)
{
    remove_file(path);
    assert_int_equal(mkfifo(path, 0600), 0);
}

static void put_directory(const char *path)
{
    remove_file(path);
    assert_int_equal(mkdir(path, 0700), 0);
}

static void what_is_no_file_of_its_own_is_left_alone(void **state)
{
    (void)state;
    static void (*const changes[])(const char *path) = {
        put_link, put_hard_link, put_pipe, put_directory};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct desk d;
        struct stat before, after;
        struct str why;
        str_init(&why);
        start(&d);
        write_window(&d, FIRST, FIRST + 5, 0);
        cache_close(d.cache);
        changes[i](d.file.text);
        assert_int_equal(stat(d.file.text, &before), 0);
        assert_int_equal(run_once(&d, &why), CACHE_LOST);
        assert_non_null(strstr(why.text, "history.db"));
        assert_int_equal(stat(d.file.text, &after), 0);
        assert_true(before.st_ino == after.st_ino && before.st_size == after.st_size);
        stop(&d);
        str_finish(&why);
    }
}

// --- others

/** Another process that does WORK in the directory of D; it says "ready" and ends when told to. */
struct other {
    pid_t pid;
    int tell, hear;
};

static struct other begin_other(struct desk *d, void (*work)(struct desk *d, int hear, int tell))
{
    int to[2], from[2];
    char ready;
    assert_int_equal(pipe(to), 0);
    assert_int_equal(pipe(from), 0);
    struct other o = {.pid = fork()};
    if (o.pid == 0) {
        close(to[1]);
        close(from[0]);
        work(d, to[0], from[1]);
        _exit(0);
    }
    close(to[0]);
    close(from[1]);
    o.tell = to[1];
    o.hear = from[0];
    assert_int_equal(read(o.hear, &ready, 1), 1);
    return o;
}

static void end_other(struct other *o)
{
    int status;
    close(o->tell);
    close(o->hear);
    assert_int_equal(waitpid(o->pid, &status, 0), o->pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void wait_for_end(int hear, int tell)
{
    char end;
    if (write(tell, "r", 1) != 1 || read(hear, &end, 1) != 0) {
        _exit(1);
    }
}

static void hold(struct desk *d, const char *sql, int hear, int tell)
{
    sqlite3 *db;
    if (sqlite3_open(d->file.text, &db) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        _exit(1);
    }
    wait_for_end(hear, tell);
    sqlite3_close(db);
}

static void lock_it(struct desk *d, int hear, int tell)
{
    hold(d, "BEGIN EXCLUSIVE", hear, tell);
}

static void write_it(struct desk *d, int hear, int tell)
{
    hold(d, "BEGIN IMMEDIATE", hear, tell);
}

static void read_it(struct desk *d, int hear, int tell)
{
    hold(d, "BEGIN; SELECT count(*) FROM page", hear, tell);
}

static void a_locked_file_is_not_waited_for(void **state)
{
    (void)state;
    struct desk d;
    struct str why;
    struct matrix m = {0};
    str_init(&why);
    start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    struct other o = begin_other(&d, lock_it); // it ends only when it is told to
    cache_begin(d.cache, false);
    assert_false(cache_read(d.cache, expr, FIRST, FIRST + 5, now_ms, &m));
    assert_false(cache_is_sound(d.cache));
    assert_int_equal(cache_end(d.cache, &why), CACHE_LOCKED);
    assert_string_equal(why.text, "another program has history.db locked");
    cache_begin(d.cache, true);
    cache_drop(d.cache, expr);
    assert_int_equal(cache_end(d.cache, &why), CACHE_LOCKED);
    struct cache *opened = d.cache;
    assert_int_equal(try_open(&d, source, &why), CACHE_LOCKED);
    d.cache = opened;
    end_other(&o);
    assert_int_equal(slept, 0);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5); // the same cache, once it can
    stop(&d);
    str_finish(&why);
}

static void one_writes_and_many_read(void **state)
{
    (void)state;
    struct desk d;
    struct str why;
    struct batch none = {0};
    str_init(&why);
    start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    struct other o = begin_other(&d, write_it);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
    cache_begin(d.cache, true);
    cache_write(d.cache, "up", FIRST, FIRST + 5, &none, 0, now_ms);
    assert_int_equal(cache_end(d.cache, &why), CACHE_LOCKED);
    end_other(&o);
    o = begin_other(&d, read_it);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
    cache_begin(d.cache, true);
    cache_write(d.cache, "up", FIRST, FIRST + 5, &none, 0, now_ms);
    assert_int_equal(cache_end(d.cache, &why), CACHE_LOCKED); // at its end
    end_other(&o);
    assert_int_equal(slept, 0);
    assert_int_equal(count_pages(&d), 1); // not even half of it
    write_batch(&d, "up", FIRST, FIRST + 5, &none, 0);
    assert_int_equal(count_pages(&d), 2);
    stop(&d);
    str_finish(&why);
}

static void hold_bytes(struct desk *d, int hear, int tell)
{
    struct flock lock = {
        .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 0x40000002, .l_len = 510};
    int fd = open(d->file.text, O_RDWR);
    if (fd < 0 || fcntl(fd, F_SETLK, &lock) != 0) {
        _exit(1);
    }
    wait_for_end(hear, tell);
    close(fd);
}

static void a_damaged_file_stays_while_somebody_is_at_it(void **state)
{
    (void)state;
    struct desk d;
    struct str why;
    str_init(&why);
    start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    cache_close(d.cache);
    spoil_header(d.file.text);
    struct other o = begin_other(&d, hold_bytes);
    assert_int_equal(run_once(&d, &why), CACHE_LOST);
    assert_string_equal(why.text, "history.db is damaged, and stays in use");
    assert_true(has_file(&d, "history.db"));
    end_other(&o);
    assert_int_equal(run_once(&d, &why), CACHE_LOST);
    assert_false(has_file(&d, "history.db"));
    open_cache(&d, source);
    stop(&d);
    str_finish(&why);
}

// A journal that was left is not taken for that of the next file.
static void no_journal_outlives_the_file(void **state)
{
    (void)state;
    struct desk d;
    struct str why;
    str_init(&why);
    start(&d);
    cache_close(d.cache);
    spoil_header(d.file.text);
    put_file(d.path.text, "history.db-journal");
    assert_int_equal(run_once(&d, &why), CACHE_LOST);
    put_file(d.path.text, "history.db-journal");
    open_cache(&d, source);
    assert_false(has_file(&d, "history.db-journal"));
    stop(&d);
    str_finish(&why);
}

static void what_was_moved_away_is_not_written_to(void **state)
{
    (void)state;
    struct desk d;
    struct str why;
    struct batch none = {0};
    str_init(&why);
    start(&d);
    remove_file(d.file.text);
    cache_begin(d.cache, true);
    cache_write(d.cache, expr, FIRST, FIRST + 5, &none, 0, now_ms);
    assert_int_equal(cache_end(d.cache, &why), CACHE_LOST);
    assert_false(has_file(&d, "history.db-journal"));
    stop(&d);
    str_finish(&why);
}

enum { CROWD = 3, WRITES = 60 };

// Until it is written, as the program does from turn to turn.
static void write_one(struct cache *c, const char *what, struct str *why)
{
    for (;;) {
        struct batch none = {0};
        cache_begin(c, true);
        cache_write(c, what, FIRST, FIRST + 5, &none, 0, now_ms);
        enum cache_result result = cache_end(c, why);
        if (result == CACHE_LOST) {
            _exit(3);
        }
        if (result == CACHE_DONE) {
            return;
        }
        sched_yield();
    }
}

// Each of a crowd writes signals of its own, and finds what it has written.
static void write_in_a_crowd(struct desk *d, int hear, int tell)
{
    char who;
    struct str why;
    str_init(&why);
    struct cache *c = NULL;
    if (write(tell, "r", 1) != 1 || read(hear, &who, 1) != 1) {
        _exit(1);
    }
    while (!c && cache_open(&c, d->path.text, source, now_ms, &why) == CACHE_LOCKED) {
        sched_yield();
    }
    for (int i = 0; i < WRITES; i++) {
        char what[32];
        struct matrix m = {0};
        snprintf(what, sizeof what, "up{who=\"%c\",i=\"%d\"}", who, i);
        write_one(c, what, &why);
        cache_begin(c, false);
        bool known = cache_read(c, what, FIRST, FIRST + 5, now_ms, &m);
        bool sound = cache_is_sound(c);
        matrix_finish(&m);
        if (cache_end(c, &why) == CACHE_LOST || (sound && !known)) {
            _exit(2);
        }
    }
    cache_close(c);
    str_finish(&why);
}

static void several_at_once_lose_nothing(void **state)
{
    (void)state;
    struct desk d;
    struct other others[CROWD];
    start(&d);
    cache_close(d.cache);
    remove_file(d.file.text); // all of them begin it at once
    for (int i = 0; i < CROWD; i++) {
        others[i] = begin_other(&d, write_in_a_crowd);
    }
    for (int i = 0; i < CROWD; i++) {
        const char who = (char)('a' + i);
        assert_int_equal(write(others[i].tell, &who, 1), 1);
    }
    for (int i = 0; i < CROWD; i++) {
        end_other(&others[i]);
    }
    open_cache(&d, source);
    for (int i = 0; i < CROWD * WRITES; i++) {
        char what[32];
        struct matrix m;
        snprintf(what, sizeof what, "up{who=\"%c\",i=\"%d\"}", 'a' + i / WRITES, i % WRITES);
        assert_true(read_of(&d, what, FIRST, FIRST + 5, now_ms, &m));
        matrix_finish(&m);
    }
    assert_int_equal(count_pages(&d), CROWD * WRITES);
    stop(&d);
}

static void write_until_killed(struct desk *d, int hear, int tell)
{
    struct str why;
    str_init(&why);
    (void)hear;
    open_cache(d, source);
    for (int i = 0;; i++) {
        struct batch b = {0};
        for (int k = 0; k < 50; k++) {
            struct batch_series *s = batch_add(&b);
            char le[16];
            snprintf(le, sizeof le, "%d", k);
            labels_set(&s->labels, "le", le);
            for (int64_t slot = FIRST; slot < FIRST + 200; slot++) {
                batch_add_sample(s, slot * STORE_HISTORY_STEP_MS, i);
            }
        }
        cache_begin(d->cache, true);
        cache_write(d->cache, expr, FIRST, FIRST + 199, &b, 0, now_ms);
        if (cache_end(d->cache, &why) != CACHE_DONE || write(tell, "r", 1) != 1) {
            _exit(1);
        }
        batch_finish(&b);
    }
}

static void who_is_killed_leaves_it_sound(void **state)
{
    (void)state;
    struct desk d;
    start(&d);
    cache_close(d.cache);
    for (int i = 0; i < 10; i++) {
        int status;
        char one;
        struct other o = begin_other(&d, write_until_killed);
        for (int k = 0; k < i % 5; k++) {
            assert_int_equal(read(o.hear, &one, 1), 1);
        }
        assert_int_equal(kill(o.pid, SIGKILL), 0);
        assert_int_equal(waitpid(o.pid, &status, 0), o.pid);
        assert_true(WIFSIGNALED(status));
        close(o.tell);
        close(o.hear);
        struct matrix m;
        open_cache(&d, source);
        assert_true(read_at(&d, FIRST, FIRST + 199, now_ms, &m));
        assert_int_equal(m.count, 50);
        for (int k = 1; k < 50; k++) { // all of one time that it was written
            assert_true(matrix_same(
                ring_get(&m.series[0].ring, FIRST), ring_get(&m.series[k].ring, FIRST + k)));
        }
        matrix_finish(&m);
        cache_close(d.cache);
        d.cache = NULL;
        assert_int_equal(ask_sql(&d, "SELECT count(*) FROM pragma_integrity_check"
                                     " WHERE integrity_check = 'ok'"),
            1);
    }
    stop(&d);
}

static void write_to_a_full_disk(struct desk *d, int hear, int tell)
{
    struct str why;
    struct rlimit limit = {.rlim_cur = 0, .rlim_max = 0};
    str_init(&why);
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
        _exit(1);
    }
    if (run_once(d, &why) != CACHE_LOST || strncmp(why.text, "history.db: ", 12) != 0) {
        _exit(2);
    }
    wait_for_end(hear, tell);
    str_finish(&why);
}

static void a_full_disk_leaves_it_as_it_was(void **state)
{
    (void)state;
    struct desk d;
    start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    struct other o = begin_other(&d, write_to_a_full_disk);
    end_other(&o);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
    assert_int_equal(count_pages(&d), 1);
    cache_close(d.cache);
    remove_file(d.file.text); // nor can it begin there
    o = begin_other(&d, write_to_a_full_disk);
    end_other(&o);
    open_cache(&d, source);
    stop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_was_answered),
        cmocka_unit_test(tells_which_part_it_knows),
        cmocka_unit_test(keeps_sources_and_expressions_apart),
        cmocka_unit_test(doubts_fade),
        cmocka_unit_test(gives_a_stretch_to_be_proved_by),
        cmocka_unit_test(old_days_count),
        cmocka_unit_test(doubts_prove_nothing),
        cmocka_unit_test(forgets_all_but_what_is_to_be_kept),
        cmocka_unit_test(drops_one_expression),
        cmocka_unit_test(hashes_differ_from_file_to_file),
        cmocka_unit_test(is_the_owners_alone),
        cmocka_unit_test(refuses_directories_that_are_not_its_own),
        cmocka_unit_test(links_that_lead_to_the_directory_are_followed),
        cmocka_unit_test(what_earlier_versions_kept_goes_once),
        cmocka_unit_test(drops_what_is_not_used),
        cmocka_unit_test(reading_keeps_from_growing_old),
        cmocka_unit_test(stays_within_its_bytes),
        cmocka_unit_test(begins_afresh_where_the_file_is_damaged),
        cmocka_unit_test(a_page_that_was_changed_is_not_there),
        cmocka_unit_test(a_later_version_is_left_alone),
        cmocka_unit_test(what_is_no_file_of_its_own_is_left_alone),
        cmocka_unit_test(a_locked_file_is_not_waited_for),
        cmocka_unit_test(one_writes_and_many_read),
        cmocka_unit_test(a_damaged_file_stays_while_somebody_is_at_it),
        cmocka_unit_test(no_journal_outlives_the_file),
        cmocka_unit_test(what_was_moved_away_is_not_written_to),
        cmocka_unit_test(several_at_once_lose_nothing),
        cmocka_unit_test(who_is_killed_leaves_it_sound),
        cmocka_unit_test(a_full_disk_leaves_it_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
