
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "series/store.h"
#include "unit/cache/shelf.h"

// --- others

/** Another process that does WORK in the directory of D; it says "ready" and ends when told to. */
struct other {
    pid_t pid;
    int tell, hear;
};

static struct other begin_other(struct shelf *d, void (*work)(struct shelf *d, int hear, int tell))
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

static void hold(struct shelf *d, const char *sql, int hear, int tell)
{
    sqlite3 *db;
    if (sqlite3_open(d->file.text, &db) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        _exit(1);
    }
    wait_for_end(hear, tell);
    sqlite3_close(db);
}

static void lock_it(struct shelf *d, int hear, int tell)
{
    hold(d, "BEGIN EXCLUSIVE", hear, tell);
}

static void write_it(struct shelf *d, int hear, int tell)
{
    hold(d, "BEGIN IMMEDIATE", hear, tell);
}

static void read_it(struct shelf *d, int hear, int tell)
{
    hold(d, "BEGIN; SELECT count(*) FROM page", hear, tell);
}

static void a_locked_file_is_not_waited_for(void **state)
{
    (void)state;
    struct shelf d;
    struct str why;
    struct matrix m = {0};
    str_init(&why);
    shelf_start(&d);
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
    assert_int_equal(shelf_try(&d, source, &why), CACHE_LOCKED);
    d.cache = opened;
    end_other(&o);
    assert_int_equal(slept, 0);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5); // the same cache, once it can
    shelf_stop(&d);
    str_finish(&why);
}

static void one_writes_and_many_read(void **state)
{
    (void)state;
    struct shelf d;
    struct str why;
    struct batch none = {0};
    str_init(&why);
    shelf_start(&d);
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
    shelf_stop(&d);
    str_finish(&why);
}

static void hold_bytes(struct shelf *d, int hear, int tell)
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
    struct shelf d;
    struct str why;
    str_init(&why);
    shelf_start(&d);
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
    shelf_open(&d, source);
    shelf_stop(&d);
    str_finish(&why);
}

// A journal that was left is not taken for that of the next file.
static void no_journal_outlives_the_file(void **state)
{
    (void)state;
    struct shelf d;
    struct str why;
    str_init(&why);
    shelf_start(&d);
    cache_close(d.cache);
    spoil_header(d.file.text);
    put_file(d.path.text, "history.db-journal");
    assert_int_equal(run_once(&d, &why), CACHE_LOST);
    put_file(d.path.text, "history.db-journal");
    shelf_open(&d, source);
    assert_false(has_file(&d, "history.db-journal"));
    shelf_stop(&d);
    str_finish(&why);
}

static void what_was_moved_away_is_not_written_to(void **state)
{
    (void)state;
    struct shelf d;
    struct str why;
    struct batch none = {0};
    str_init(&why);
    shelf_start(&d);
    remove_file(d.file.text);
    cache_begin(d.cache, true);
    cache_write(d.cache, expr, FIRST, FIRST + 5, &none, 0, now_ms);
    assert_int_equal(cache_end(d.cache, &why), CACHE_LOST);
    assert_false(has_file(&d, "history.db-journal"));
    shelf_stop(&d);
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
static void write_in_a_crowd(struct shelf *d, int hear, int tell)
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
    struct shelf d;
    struct other others[CROWD];
    shelf_start(&d);
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
    shelf_open(&d, source);
    for (int i = 0; i < CROWD * WRITES; i++) {
        char what[32];
        struct matrix m;
        snprintf(what, sizeof what, "up{who=\"%c\",i=\"%d\"}", 'a' + i / WRITES, i % WRITES);
        assert_true(read_of(&d, what, FIRST, FIRST + 5, now_ms, &m));
        matrix_finish(&m);
    }
    assert_int_equal(count_pages(&d), CROWD * WRITES);
    shelf_stop(&d);
}

static void write_until_killed(struct shelf *d, int hear, int tell)
{
    struct str why;
    str_init(&why);
    (void)hear;
    shelf_open(d, source);
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
    struct shelf d;
    shelf_start(&d);
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
        shelf_open(&d, source);
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
    shelf_stop(&d);
}

static void write_to_a_full_disk(struct shelf *d, int hear, int tell)
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
    struct shelf d;
    shelf_start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    struct other o = begin_other(&d, write_to_a_full_disk);
    end_other(&o);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
    assert_int_equal(count_pages(&d), 1);
    cache_close(d.cache);
    remove_file(d.file.text); // nor can it begin there
    o = begin_other(&d, write_to_a_full_disk);
    end_other(&o);
    shelf_open(&d, source);
    shelf_stop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
