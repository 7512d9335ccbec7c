#include "base/check.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void hook(void)
{
    static const char text[] = "hook ";
    (void)!write(STDERR_FILENO, text, sizeof text - 1);
}

static void failing_hook(void)
{
    hook();
    check_die("in the hook");
}

static void die(void)
{
    check_die("out of luck");
}

static void fail_check(void)
{
    check(1 + 1 == 3);
}

static void pass_check(void)
{
    check(1 + 1 == 2);
    _exit(0);
}

/** Runs END in a child with HOOK set; returns how it ended and fills what it said. */
static int run(void (*end)(void), void (*on_death)(void), char *said, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        check_on_death(on_death);
        end();
        _exit(99);
    }
    close(ends[1]);
    size_t used = 0;
    ssize_t n;
    while ((n = read(ends[0], said + used, size - 1 - used)) > 0) {
        used += (size_t)n;
    }
    said[used] = '\0';
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void ends_by_one_door(void **state)
{
    (void)state;
    static const struct {
        void (*end)(void);
        void (*hook)(void);
        int status, signal; // 0: not by a signal
        const char *said;
    } cases[] = {
        {pass_check, hook, 0, 0, ""},
        {die, NULL, 70, 0, "ragtop: out of luck\n"},
        {die, hook, 70, 0, "hook ragtop: out of luck\n"},
        {die, failing_hook, 70, 0, "hook ragtop: in the hook\n"}, // and not for ever
        {fail_check, hook, 0, SIGABRT, "1 + 1 == 3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char said[4096];
        int status = run(cases[i].end, cases[i].hook, said, sizeof said);
        if (cases[i].signal) {
            assert_true(WIFSIGNALED(status) && WTERMSIG(status) == cases[i].signal);
            assert_non_null(strstr(said, cases[i].said));
            assert_non_null(strstr(said, "hook ragtop: bug: "));
        } else {
            assert_true(WIFEXITED(status));
            assert_int_equal(WEXITSTATUS(status), cases[i].status);
            assert_string_equal(said, cases[i].said);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ends_by_one_door)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
