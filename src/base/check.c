#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/status.h"

static void (*death_hook)(void);

static void run_hook(void)
{
    void (*hook)(void) = death_hook;
    death_hook = NULL; // a hook that fails itself must not come back here
    if (hook) {
        hook();
    }
}

void check_on_death(void (*hook)(void))
{
    death_hook = hook;
}

_Noreturn void check_failed(const char *expr, const char *file, int line)
{
    run_hook();
    fprintf(stderr, "ragtop: bug: %s:%d: %s\n", file, line, expr);
    abort();
}

_Noreturn void check_die(const char *sentence)
{
    run_hook();
    fprintf(stderr, "ragtop: %s\n", sentence);
    exit(STATUS_BUG);
}
