#include "base/line.h"
#include "cache/queries.h"

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

#include "base/str.h"

static const int64_t NOW_MS = 1770195600000;

/** A home of the test's own, and the paths below it. */
struct home {
    char root[64];
    struct str directory, file;
};

static void start(struct home *h)
{
    snprintf(h->root, sizeof h->root, "/tmp/ragtop-queries-XXXXXX");
    assert_non_null(mkdtemp(h->root));
    str_init(&h->directory);
    str_init(&h->file);
    str_addf(&h->directory, "%s/.local/state/ragtop", h->root);
    str_addf(&h->file, "%s/queries", h->directory.text);
}

static void stop(struct home *h)
{
    struct str command;
    str_init(&command);
    str_addf(&command, "rm -r %s", h->root);
    assert_int_equal(system(command.text), 0);
    str_finish(&command);
    str_finish(&h->directory);
    str_finish(&h->file);
}

static void assert_kept(const struct home *h, const char *const *lines)
{
    struct recall r = {0};
    queries_read(h->directory.text, NOW_MS, &r);
    size_t i = 0;
    for (; lines[i]; i++) {
        assert_true(i < r.count);
        assert_string_equal(r.lines[i], lines[i]);
    }
    assert_int_equal(r.count, i);
    recall_finish(&r);
}

static void keeps_across_runs(void **state)
{
    (void)state;
    struct home h;
    start(&h);
    assert_kept(&h, (const char *const[]){NULL});
    queries_keep(h.directory.text, NOW_MS, "up");
    queries_keep(h.directory.text, NOW_MS, "rate(x{a=\"\u65E5\"}[5m])");
    queries_keep(h.directory.text, NOW_MS, "rate(x{a=\"\u65E5\"}[5m])");
    queries_keep(h.directory.text, NOW_MS, "up");
    assert_kept(&h, (const char *const[]){"rate(x{a=\"\u65E5\"}[5m])", "up", NULL});
    struct stat st;
    assert_int_equal(stat(h.file.text, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    stop(&h);
}

static void is_bounded(void **state)
{
    (void)state;
    struct home h;
    start(&h);
    char query[32];
    for (int i = 0; i < QUERIES_MOST + 3; i++) {
        snprintf(query, sizeof query, "x + %d", i);
        queries_keep(h.directory.text, NOW_MS, query);
    }
    struct recall r = {0};
    queries_read(h.directory.text, NOW_MS, &r);
    assert_int_equal(r.count, QUERIES_MOST);
    assert_string_equal(r.lines[0], "x + 3");
    recall_finish(&r);
    stop(&h);
}

static void reads_what_others_left_there(void **state)
{
    (void)state;
    struct home h;
    start(&h);
    queries_keep(h.directory.text, NOW_MS, "up");
    FILE *f = fopen(h.file.text, "w");
    assert_non_null(f);
    fputs("\n\na\033[2Jb\n\xff\nlast", f);
    for (int i = 0; i < 2 * LINE_BYTES; i++) {
        fputc('x', f);
    }
    fclose(f);
    struct recall r = {0};
    queries_read(h.directory.text, NOW_MS, &r);
    assert_int_equal(r.count, 3);
    assert_string_equal(r.lines[0], "a\uFFFD[2Jb"); // nothing steers the terminal
    assert_string_equal(r.lines[1], "\uFFFD");
    assert_int_equal(strlen(r.lines[2]), LINE_BYTES - 1);
    recall_finish(&r);
    stop(&h);
}

static void works_without(void **state)
{
    (void)state;
    struct recall r = {0};
    queries_read(NULL, NOW_MS, &r);
    queries_keep(NULL, NOW_MS, "up");
    queries_read("/proc/none/of/that", NOW_MS, &r);
    queries_keep("/proc/none/of/that", NOW_MS, "up");
    queries_keep("x", NOW_MS, "");
    rmdir("x");
    assert_int_equal(r.count, 0);
    struct home h;
    start(&h);
    queries_keep(h.directory.text, NOW_MS, "up");
    assert_int_equal(unlink(h.file.text), 0);
    assert_int_equal(mkdir(h.file.text, 0700), 0); // a directory of that name
    queries_keep(h.directory.text, NOW_MS, "up");
    queries_read(h.directory.text, NOW_MS, &r);
    assert_int_equal(r.count, 0);
    recall_finish(&r);
    stop(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_across_runs),
        cmocka_unit_test(is_bounded),
        cmocka_unit_test(reads_what_others_left_there),
        cmocka_unit_test(works_without),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
