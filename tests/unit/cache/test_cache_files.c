
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cache/day_page.h"
#include "unit/cache/shelf.h"

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
    struct shelf d;
    struct stat st;
    mode_t mask = umask(0);
    shelf_start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    assert_private(d.file.text);
    assert_int_equal(stat(d.path.text, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    cache_close(d.cache);
    assert_int_equal(chmod(d.path.text, 0755), 0);
    assert_int_equal(chmod(d.file.text, 0644), 0);
    shelf_open(&d, source);
    assert_private(d.file.text);
    assert_int_equal(stat(d.path.text, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    shelf_stop(&d);
    umask(mask);
}

static void refuses_directories_that_are_not_its_own(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/dev/null/cache/ragtop", "/nonexistent/cache/ragtop", "/proc/ragtop"};
    struct shelf d;
    struct cache *none = NULL;
    struct str why, linked;
    str_init(&why);
    str_init(&linked);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        str_clear(&why);
        assert_int_equal(cache_open(&none, paths[i], source, now_ms, &why), CACHE_LOST);
        assert_true(why.len > 0);
    }
    shelf_start(&d);
    str_addf(&linked, "%s/link", d.home);
    assert_int_equal(symlink(d.path.text, linked.text), 0);
    assert_int_equal(cache_open(&none, linked.text, source, now_ms, &why), CACHE_LOST);
    shelf_stop(&d);
    str_finish(&linked);
    str_finish(&why);
}

// A home, or its caches, may lie on another disk.
static void links_that_lead_to_the_directory_are_followed(void **state)
{
    (void)state;
    struct shelf d;
    struct str elsewhere, link;
    str_init(&elsewhere);
    str_init(&link);
    shelf_start(&d);
    cache_close(d.cache);
    str_addf(&link, "%s/cache", d.home);
    str_addf(&elsewhere, "%s/elsewhere", d.home);
    assert_int_equal(rename(link.text, elsewhere.text), 0);
    assert_int_equal(symlink(elsewhere.text, link.text), 0);
    shelf_open(&d, source);
    write_window(&d, FIRST, FIRST + 5, 0);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
    shelf_stop(&d);
    str_finish(&elsewhere);
    str_finish(&link);
}

static void what_earlier_versions_kept_goes_once(void **state)
{
    (void)state;
    struct shelf d;
    struct str link;
    str_init(&link);
    shelf_start(&d);
    cache_close(d.cache);
    remove_file(d.file.text);
    put_file(d.path.text, "0123456789abcdef-0123456789abcdef-020500.day");
    put_file(d.path.text, "key");
    put_file(d.path.text, "notes.txt");
    str_addf(&link, "%s/link.day", d.path.text);
    assert_int_equal(symlink("/etc/passwd", link.text), 0);
    shelf_open(&d, source);
    assert_false(has_file(&d, "0123456789abcdef-0123456789abcdef-020500.day"));
    assert_false(has_file(&d, "key"));
    assert_true(has_file(&d, "notes.txt")); // somebody else's
    assert_true(has_file(&d, "link.day"));
    cache_close(d.cache);
    put_file(d.path.text, "one.day");
    shelf_open(&d, source);
    assert_true(has_file(&d, "one.day")); // nothing is looked through at every start
    shelf_stop(&d);
    str_finish(&link);
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

static void begins_afresh_where_the_file_is_damaged(void **state)
{
    (void)state;
    static void (*const damages[])(const char *path) = {cut_short, cut_in_half, empty, spoil_header,
        spoil_schema, spoil_pages, put_foreign, remove_file};
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct shelf d;
        struct str why;
        str_init(&why);
        shelf_start(&d);
        write_window(&d, FIRST, FIRST + 200, 0);
        cache_close(d.cache);
        damages[i](d.file.text);
        bool silent = damages[i] == empty || damages[i] == remove_file; // nothing is wrong there
        enum cache_result result = run_once(&d, &why);
        assert_int_equal(result, silent ? CACHE_DONE : CACHE_LOST);
        assert_string_equal(why.text, silent ? "" : "history.db is damaged, and was removed");
        assert_true(has_file(&d, "history.db") == silent);
        shelf_open(&d, source); // the next run
        write_window(&d, FIRST, FIRST + 5, 0);
        assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
        assert_private(d.file.text);
        shelf_stop(&d);
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
        struct shelf d;
        struct matrix m;
        shelf_start(&d);
        write_window(&d, FIRST, FIRST + 5, 0);
        run_sql(&d, changes[i]);
        assert_false(read_at(&d, FIRST, FIRST + 5, now_ms, &m));
        assert_false(read_at(&d, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5, now_ms, &m));
        write_window(&d, FIRST, FIRST + 5, 0);
        assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
        shelf_stop(&d);
    }
}

static void a_later_version_is_left_alone(void **state)
{
    (void)state;
    struct shelf d;
    struct str why;
    str_init(&why);
    shelf_start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    cache_close(d.cache);
    run_sql(&d, "PRAGMA user_version = 2; ALTER TABLE page RENAME TO leaf;"
                "PRAGMA journal_mode = WAL");
    assert_int_equal(run_once(&d, &why), CACHE_LOST);
    assert_string_equal(why.text, "history.db is of a later version of ragtop");
    assert_int_equal(ask_sql(&d, "SELECT count(*) FROM leaf"), 1);
    assert_int_equal(
        ask_sql(&d, "SELECT 1 FROM pragma_journal_mode WHERE journal_mode = 'wal'"), 1);
    shelf_stop(&d);
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
        struct shelf d;
        struct stat before, after;
        struct str why;
        str_init(&why);
        shelf_start(&d);
        write_window(&d, FIRST, FIRST + 5, 0);
        cache_close(d.cache);
        changes[i](d.file.text);
        assert_int_equal(stat(d.file.text, &before), 0);
        assert_int_equal(run_once(&d, &why), CACHE_LOST);
        assert_non_null(strstr(why.text, "history.db"));
        assert_int_equal(stat(d.file.text, &after), 0);
        assert_true(before.st_ino == after.st_ino && before.st_size == after.st_size);
        shelf_stop(&d);
        str_finish(&why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_the_owners_alone),
        cmocka_unit_test(refuses_directories_that_are_not_its_own),
        cmocka_unit_test(links_that_lead_to_the_directory_are_followed),
        cmocka_unit_test(what_earlier_versions_kept_goes_once),
        cmocka_unit_test(begins_afresh_where_the_file_is_damaged),
        cmocka_unit_test(a_page_that_was_changed_is_not_there),
        cmocka_unit_test(a_later_version_is_left_alone),
        cmocka_unit_test(what_is_no_file_of_its_own_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
