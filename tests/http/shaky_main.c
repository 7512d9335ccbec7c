/*
 * usage: shaky STAGES PODS LARGE_EVERY
 * The server of shaky.h as a program: metrics s000_seconds to sNNN_seconds, steady by the clock on
 * the wall. Prints its URL as one line; ends when its stdin is closed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/shaky.h"

enum { STAGES_MAX = 200 };

int main(int argc, char **argv)
{
    static char texts[STAGES_MAX][16];
    static const char *names[STAGES_MAX + 1];
    if (argc != 4) {
        fputs("usage: shaky STAGES PODS LARGE_EVERY\n", stderr);
        return 64;
    }
    long stages = strtol(argv[1], NULL, 10);
    for (int i = 0; i < stages && i < STAGES_MAX; i++) {
        snprintf(texts[i], sizeof texts[i], "s%03d_seconds", i);
        names[i] = texts[i];
    }
    struct shaky s;
    shaky_start(&s, names);
    s.told->pods = (int)strtol(argv[2], NULL, 10);
    s.told->large_every = (int)strtol(argv[3], NULL, 10);
    printf("%s\n", s.url);
    fflush(stdout);
    for (char byte; read(STDIN_FILENO, &byte, 1) > 0;) {
    }
    shaky_stop(&s);
    return 0;
}
