#include "cache/kept.h"

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

static char root[64];

static int make_root(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/ragtop-kept-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", root);
    return system(command);
}

static void assert_kept(const char *directory, const char *expected)
{
    struct str got;
    str_init(&got);
    assert_true(kept_read(directory, "theme", &got));
    assert_string_equal(got.text, expected);
    str_finish(&got);
}

static void keeps_a_line(void **state)
{
    (void)state;
    char directory[100], path[120];
    struct str why, got;
    struct stat st;
    str_init(&why);
    str_init(&got);
    snprintf(directory, sizeof directory, "%s/.local/state/ragtop", root);
    snprintf(path, sizeof path, "%s/theme", directory);
    assert_false(kept_read(directory, "theme", &got));
    snprintf(path, sizeof path, "%s/.local", root);
    assert_int_not_equal(stat(path, &st), 0); // looking makes nothing
    assert_int_equal(mkdir(path, 0700), 0);
    assert_true(kept_write(directory, "theme", "nord", &why));
    assert_kept(directory, "nord");
    assert_true(kept_write(directory, "theme", "light", &why));
    assert_kept(directory, "light");
    snprintf(path, sizeof path, "%s/theme", directory);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    str_finish(&why);
    str_finish(&got);
}

static void says_why_it_cannot(void **state)
{
    (void)state;
    struct str why;
    str_init(&why);
    assert_false(kept_read(NULL, "theme", &why));
    assert_false(kept_write(NULL, "theme", "nord", &why));
    assert_non_null(strstr(why.text, "no home directory"));
    str_clear(&why);
    assert_false(kept_write("/proc/nowhere/ragtop", "theme", "nord", &why));
    assert_true(why.len > 0);
    str_finish(&why);
}

static void odd_files_are_no_line(void **state)
{
    (void)state;
    char path[120];
    struct str got;
    str_init(&got);
    snprintf(path, sizeof path, "%s/theme", root);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_false(kept_read(root, "theme", &got)); // empty
    fputs("\nnord\n", f);
    fflush(f);
    assert_false(kept_read(root, "theme", &got));
    for (int i = 0; i < 2000; i++) {
        fputs("much", f);
    }
    fclose(f);
    assert_false(kept_read(root, "theme", &got));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(kept_read(root, "theme", &got));
    assert_int_equal(got.len, 0);
    str_finish(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keeps_a_line, make_root, remove_root),
        cmocka_unit_test(says_why_it_cannot),
        cmocka_unit_test_setup_teardown(odd_files_are_no_line, make_root, remove_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
