#include "cache/cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "cache/day_page.h"
#include "cache/folder.h"
#include "series/store.h"

enum { FIRST = 5904276, WINDOW = 25 }; // a window that begins 12 slots before midnight

static const char expr[] = "sum(rate(x[5m]))", source[] = "http://prometheus:9090\n";
static const int64_t now_ms = (int64_t)FIRST * STORE_HISTORY_STEP_MS + 3 * (int64_t)CLOCK_DAY_MS;

/** A directory of the test's own with a cache in it. */
struct desk {
    char home[64];
    struct str path;
    struct cache *cache;
};

static void open_cache(struct desk *d, const char *who)
{
    struct str why;
    str_init(&why);
    d->cache = cache_open(d->path.text, who, now_ms, &why);
    assert_non_null(d->cache);
    assert_string_equal(why.text, "");
    str_finish(&why);
}

static void start(struct desk *d)
{
    snprintf(d->home, sizeof d->home, "/tmp/ragtop-test-XXXXXX");
    assert_non_null(mkdtemp(d->home));
    str_init(&d->path);
    str_addf(&d->path, "%s/cache/ragtop", d->home);
    open_cache(d, source);
}

static bool is_key(const char *name)
{
    return strcmp(name, "key") == 0;
}

/** Calls VISIT with the path of every day's file of the cache; returns how many there are. */
static int each_file(struct desk *d, void (*visit)(const char *path))
{
    struct str path;
    int count = 0;
    DIR *dir = opendir(d->path.text);
    str_init(&path);
    for (struct dirent *e; dir && (e = readdir(dir)) != NULL;) {
        if (e->d_name[0] != '.' && !is_key(e->d_name)) {
            count++;
            str_setf(&path, "%s/%s", d->path.text, e->d_name);
            if (visit) {
                visit(path.text);
            }
        }
    }
    if (dir) {
        closedir(dir);
    }
    str_finish(&path);
    return count;
}

static void remove_file(const char *path)
{
    assert_int_equal(unlink(path), 0);
}

static void stop(struct desk *d)
{
    cache_close(d->cache);
    each_file(d, remove_file);
    str_setf(&d->path, "%s/cache/ragtop/.elsewhere", d->home);
    unlink(d->path.text);
    str_setf(&d->path, "%s/cache/ragtop/key", d->home);
    unlink(d->path.text);
    str_setf(&d->path, "%s/cache/ragtop", d->home);
    rmdir(d->path.text);
    str_setf(&d->path, "%s/cache", d->home);
    rmdir(d->path.text);
    assert_int_equal(rmdir(d->home), 0);
    str_finish(&d->path);
}

/** Writes series {le=...} with the slot's number as value, a gap at every third slot. */
static void write_window(struct desk *d, int64_t first, int64_t last, int64_t serves_ms)
{
    struct batch b = {0};
    for (int k = 0; k < 3; k++) {
        char le[8];
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
    cache_write(d->cache, expr, first, last, &b, serves_ms, now_ms);
    batch_finish(&b);
}

static bool read_at(struct desk *d, int64_t first, int64_t last, int64_t at_ms, struct matrix *m)
{
    *m = (struct matrix){0};
    return cache_read(d->cache, expr, first, last, at_ms, m);
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
    assert_int_equal(each_file(&d, NULL), 2);   // midnight lies in it
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
    assert_false(cache_read(d.cache, "sum(rate(y[5m]))", FIRST, FIRST + 5, now_ms, &m));
    cache_close(d.cache);
    open_cache(&d, "http://other:9090\n");
    assert_false(read_at(&d, FIRST, FIRST + 5, now_ms, &m));
    write_window(&d, FIRST, FIRST + 5, 0);
    cache_forget(d.cache, NULL, 0);
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
        cache_write(d.cache, expr, FIRST, FIRST + 5, &none, serves, now_ms);
        assert_true(read_at(&d, FIRST, FIRST + 5, now_ms + serves, &m));
        assert_int_equal(m.count, 0);
        matrix_finish(&m);
        assert_false(read_at(&d, FIRST, FIRST + 5, now_ms + serves + 1, &m));
        cache_drop(d.cache, expr);
    }
    cache_write(d.cache, expr, FIRST, FIRST + 5, &none, CLOCK_DAY_MS, now_ms);
    assert_false(read_at(&d, FIRST, FIRST + 5, now_ms - 1, &m)); // a clock that was put back
    cache_write(d.cache, expr, FIRST + 6, FIRST + 9, &none, CLOCK_HOUR_MS, now_ms);
    assert_false(read_at(&d, FIRST, FIRST + 5, now_ms + CLOCK_HOUR_MS + 1, &m)); // ends them all
    cache_write(d.cache, expr, FIRST, FIRST + 9, &none, 0, now_ms);
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
    cache_write(d->cache, expr, first, last, &b, 0, now_ms);
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
        int64_t first = 0, last = -1;
        start(&d);
        for (size_t k = 0; k < 3 && cases[i].written[k].length > 0; k++) {
            int64_t at = FIRST + cases[i].written[k].at;
            write_values(&d, at, at + cases[i].written[k].length - 1, cases[i].written[k].value,
                cases[i].written[k].varying);
        }
        bool found = cache_sample(d.cache, expr, FIRST + cases[i].after, now_ms, &first, &last, &m);
        assert_true(found == (cases[i].first <= cases[i].last));
        if (found) {
            assert_int_equal(first - FIRST, cases[i].first);
            assert_int_equal(last - FIRST, cases[i].last);
            assert_true(m.asked_first == first && m.asked_last == last);
            assert_int_equal(m.count, 1);
            assert_false(isnan(ring_get(&m.series[0].ring, first)));
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
    int64_t first, last, ago = FIRST - 200 * (int64_t)PAGE_SLOTS;
    start(&d);
    write_values(&d, ago, ago + 9, 3, true);
    assert_true(cache_sample(d.cache, expr, 0, now_ms, &first, &last, &m));
    assert_true(first == ago && last == ago + 9);
    matrix_finish(&m);
    cache_drop(d.cache, expr);
    assert_false(read_at(&d, ago, ago + 9, now_ms, &m));
    stop(&d);
}

static void doubts_prove_nothing(void **state)
{
    (void)state;
    struct desk d;
    struct matrix m = {0};
    int64_t first, last;
    start(&d);
    write_window(&d, FIRST, FIRST + 9, CLOCK_HOUR_MS);
    assert_false(cache_sample(d.cache, expr, 0, now_ms, &first, &last, &m));
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
    cache_write(d.cache, other, FIRST, FIRST + 5, &none, 0, now_ms);
    cache_forget(d.cache, keep, 2);
    assert_false(cache_read(d.cache, other, FIRST, FIRST + 5, now_ms, &m));
    assert_known(&d, FIRST, FIRST + WINDOW, FIRST, FIRST + WINDOW);
    cache_forget(d.cache, keep, 1);
    assert_int_equal(each_file(&d, NULL), 0);
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
    cache_write(d.cache, other, FIRST, FIRST + 5, &none, 0, now_ms);
    cache_drop(d.cache, other);
    assert_false(cache_read(d.cache, other, FIRST, FIRST + 5, now_ms, &m));
    assert_known(&d, FIRST, FIRST + WINDOW, FIRST, FIRST + WINDOW);
    cache_drop(d.cache, expr);
    assert_false(read_at(&d, FIRST, FIRST + WINDOW, now_ms, &m));
    assert_int_equal(each_file(&d, NULL), 0);
    stop(&d);
}

/** The name of the only file. */
static void only_name(struct desk *d, struct str *out)
{
    DIR *dir = opendir(d->path.text);
    assert_non_null(dir);
    str_clear(out);
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        if (e->d_name[0] != '.' && !is_key(e->d_name)) {
            assert_int_equal(out->len, 0);
            str_add(out, e->d_name);
        }
    }
    closedir(dir);
}

// Whoever sees a name cannot try passwords until one fits: that takes the key beside it.
static void names_differ_from_folder_to_folder(void **state)
{
    (void)state;
    struct desk one, two;
    struct str path, a, b;
    struct stat st;
    str_init(&path);
    str_init(&a);
    str_init(&b);
    start(&one);
    start(&two);
    write_window(&one, FIRST, FIRST + 5, 0);
    write_window(&two, FIRST, FIRST + 5, 0);
    only_name(&one, &a);
    only_name(&two, &b);
    assert_string_not_equal(a.text, b.text);
    cache_close(one.cache);
    open_cache(&one, source); // and stay the same within one
    write_window(&one, FIRST, FIRST + 5, 0);
    only_name(&one, &b);
    assert_string_equal(a.text, b.text);
    str_addf(&path, "%s/key", one.path.text);
    assert_int_equal(stat(path.text, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(st.st_size, 16);
    stop(&one);
    stop(&two);
    str_finish(&a);
    str_finish(&b);
    str_finish(&path);
}

// --- files that are not as they were written

static void cut(const char *path)
{
    assert_int_equal(truncate(path, 200), 0);
}

static void empty(const char *path)
{
    assert_int_equal(truncate(path, 0), 0);
}

static void change_byte(const char *path)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    fseek(f, 400, SEEK_SET);
    int byte = fgetc(f);
    fseek(f, 400, SEEK_SET);
    fputc(byte ^ 1, f);
    fclose(f);
}

static void lengthen(const char *path)
{
    FILE *f = fopen(path, "ab");
    assert_non_null(f);
    fputs("more", f);
    fclose(f);
}

static void put_foreign(const char *path)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs("ragtop history 3\nwhat a later version writes", f);
    fclose(f);
}

static void put_link(const char *path)
{
    remove_file(path);
    assert_int_equal(symlink("/etc/passwd", path), 0);
}

static void link_to_itself_elsewhere(const char *path)
{
    struct str elsewhere; // where each_file() does not look
    str_init(&elsewhere);
    str_addf(&elsewhere, "%.*s/.elsewhere", (int)(strrchr(path, '/') - path), path);
    assert_int_equal(rename(path, elsewhere.text), 0);
    assert_int_equal(symlink(elsewhere.text, path), 0);
    str_finish(&elsewhere);
}

static void put_pipe(const char *path)
{
    remove_file(path);
    assert_int_equal(mkfifo(path, 0600), 0);
}

static void a_key_that_is_not_sound_is_replaced(void **state)
{
    (void)state;
    static void (*const damages[])(const char *path) = {
        empty, lengthen, put_link, put_pipe, remove_file};
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct desk d;
        struct matrix m;
        struct str path;
        str_init(&path);
        start(&d);
        write_window(&d, FIRST, FIRST + 5, 0);
        str_addf(&path, "%s/key", d.path.text);
        damages[i](path.text);
        cache_close(d.cache);
        open_cache(&d, source);
        assert_false(read_at(&d, FIRST, FIRST + 5, now_ms, &m));
        write_window(&d, FIRST, FIRST + 5, 0);
        cache_close(d.cache);
        open_cache(&d, source);
        assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
        str_finish(&path);
        stop(&d);
    }
}

static void is_private(const char *path)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    assert_true(S_ISREG(st.st_mode));
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void replaces_what_is_damaged(void **state)
{
    (void)state;
    static void (*const damages[])(const char *path) = {cut, empty, change_byte, lengthen,
        put_foreign, put_link, put_pipe, link_to_itself_elsewhere, remove_file};
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct desk d;
        struct matrix m;
        start(&d);
        write_window(&d, FIRST, FIRST + 5, 0);
        assert_int_equal(each_file(&d, damages[i]), 1);
        assert_false(read_at(&d, FIRST, FIRST + 5, now_ms, &m));
        write_window(&d, FIRST, FIRST + 5, 0);
        assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
        each_file(&d, is_private); // a file again
        stop(&d);
    }
}

static void is_the_owners_alone(void **state)
{
    (void)state;
    struct desk d;
    struct stat st;
    start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    each_file(&d, is_private);
    assert_int_equal(stat(d.path.text, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    cache_close(d.cache);
    assert_int_equal(chmod(d.path.text, 0755), 0);
    open_cache(&d, source);
    assert_int_equal(stat(d.path.text, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    stop(&d);
}

static void refuses_directories_that_are_not_its_own(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/dev/null/cache/ragtop", "/nonexistent/cache/ragtop", "/proc/ragtop"};
    struct desk d;
    struct str why, linked;
    str_init(&why);
    str_init(&linked);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        str_clear(&why);
        assert_null(cache_open(paths[i], source, now_ms, &why));
        assert_true(why.len > 0);
    }
    start(&d);
    str_addf(&linked, "%s/link", d.home);
    assert_int_equal(symlink(d.path.text, linked.text), 0);
    assert_null(cache_open(linked.text, source, now_ms, &why));
    remove_file(linked.text);
    stop(&d);
    str_finish(&linked);
    str_finish(&why);
}

static void grow_old(const char *path)
{
    struct timespec times[2] = {{.tv_sec = (now_ms - 36 * (int64_t)CLOCK_DAY_MS) / 1000}};
    times[1] = times[0];
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void drops_what_is_not_used(void **state)
{
    (void)state;
    struct desk d;
    struct matrix m;
    struct str other;
    str_init(&other);
    start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    each_file(&d, grow_old);
    write_window(&d, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5, 0);
    str_addf(&other, "%s/notes.txt", d.path.text); // somebody else's
    put_foreign(other.text);
    grow_old(other.text);
    cache_close(d.cache);
    open_cache(&d, source);
    assert_int_equal(each_file(&d, NULL), 3); // nothing is looked at before it is wanted
    write_window(&d, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5, 0);
    assert_int_equal(each_file(&d, NULL), 2);
    assert_false(read_at(&d, FIRST, FIRST + 5, now_ms, &m));
    assert_known(
        &d, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5);
    stop(&d);
    str_finish(&other);
}

static void reading_keeps_from_growing_old(void **state)
{
    (void)state;
    struct desk d;
    start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    each_file(&d, grow_old);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
    cache_close(d.cache);
    open_cache(&d, source);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
    stop(&d);
}

static void stays_within_its_bytes(void **state)
{
    (void)state;
    struct folder f;
    struct str path, why;
    struct desk d;
    str_init(&path);
    str_init(&why);
    start(&d);
    assert_true(folder_open(&f, d.path.text, &why));
    for (int i = 0; i < 12; i++) {
        char name[32];
        snprintf(name, sizeof name, "%02d" FOLDER_SUFFIX, i);
        assert_true(folder_write(&f, name, "x", 1));
        str_setf(&path, "%s/%s", d.path.text, name);
        assert_int_equal(truncate(path.text, 8 * 1024 * 1024), 0); // a hole: no disk is filled
        struct timespec times[2] = {{.tv_sec = now_ms / 1000 - 100 + i}};
        times[1] = times[0];
        assert_int_equal(utimensat(AT_FDCWD, path.text, times, 0), 0);
    }
    folder_tidy(&f, now_ms);
    assert_int_equal(each_file(&d, NULL), 8);
    str_setf(&path, "%s/03" FOLDER_SUFFIX, d.path.text);
    assert_int_not_equal(access(path.text, F_OK), 0); // the longest unused went
    folder_close(&f);
    stop(&d);
    str_finish(&path);
    str_finish(&why);
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
        cmocka_unit_test(names_differ_from_folder_to_folder),
        cmocka_unit_test(a_key_that_is_not_sound_is_replaced),
        cmocka_unit_test(replaces_what_is_damaged),
        cmocka_unit_test(is_the_owners_alone),
        cmocka_unit_test(refuses_directories_that_are_not_its_own),
        cmocka_unit_test(drops_what_is_not_used),
        cmocka_unit_test(reading_keeps_from_growing_old),
        cmocka_unit_test(stays_within_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
