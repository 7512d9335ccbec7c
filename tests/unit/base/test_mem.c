#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void allocates_zeroed(void **state)
{
    (void)state;
    unsigned char *p = mem_zalloc(100, 3);
    for (int i = 0; i < 300; i++) {
        assert_int_equal(p[i], 0);
    }
    free(p);
    p = mem_zalloc(0, 8); // never NULL
    assert_non_null(p);
    free(p);
}

static void resizes(void **state)
{
    (void)state;
    int *p = mem_resize(NULL, 2, sizeof *p);
    p[0] = 7;
    p[1] = 8;
    p = mem_resize(p, 1000, sizeof *p);
    assert_true(p[0] == 7 && p[1] == 8);
    p = mem_resize(p, 0, sizeof *p);
    assert_non_null(p);
    free(p);
}

static void copies_texts(void **state)
{
    (void)state;
    char *copy = mem_strdup("text");
    assert_string_equal(copy, "text");
    free(copy);
    assert_null(mem_strdup(NULL));
    copy = mem_strndup("text", 2);
    assert_string_equal(copy, "te");
    free(copy);
    copy = mem_strndup("text", 0);
    assert_string_equal(copy, "");
    free(copy);
}

static void grows_one_by_one(void **state)
{
    (void)state;
    int *items = NULL;
    size_t count = 0, cap = 0, moves = 0;
    for (int i = 0; i < 10000; i++) {
        size_t before = cap;
        mem_grow(&items, count, &cap);
        moves += cap != before;
        assert_true(cap > count);
        items[count++] = i;
    }
    for (int i = 0; i < 10000; i++) {
        assert_int_equal(items[i], i);
    }
    assert_true(moves < 20);
    free(items);
}

/** How a child ends that asks for more memory than there is. */
static void too_much_ends_the_program(void **state)
{
    (void)state;
    for (int which = 0; which < 2; which++) {
        pid_t child = fork();
        if (child == 0) {
            close(STDERR_FILENO);
            volatile size_t count = SIZE_MAX / 4;
            void *p = which ? mem_resize(NULL, count, 8) : mem_resize(NULL, count, 16);
            _exit(p ? 1 : 2);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 70);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocates_zeroed),
        cmocka_unit_test(resizes),
        cmocka_unit_test(copies_texts),
        cmocka_unit_test(grows_one_by_one),
        cmocka_unit_test(too_much_ends_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
