/*
 * What terminals send, and what is pasted into them: every byte is taken, every key is a character
 * or has a code, and none comes from nowhere. The first byte says whether there is a mouse.
 */
#include <curses.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/check.h"
#include "fuzz/target.h"
#include "term/keys.h"

enum { MOST_BYTES = 4096, LAST_CHARACTER = 0x10FFFF };

static WINDOW *window;
static int feed = -1;

// Standard input is a pipe of ours: keys.c asks it whether more is to come.
static void start(void)
{
    int fds[2];
    check(pipe(fds) == 0 && dup2(fds[0], STDIN_FILENO) == STDIN_FILENO);
    feed = fds[1];
    setenv("TERM", "xterm-256color", 1);
    FILE *nothing = fopen("/dev/null", "w");
    check(nothing && newterm("xterm-256color", nothing, stdin));
    raw();
    noecho();
    nonl();
    set_escdelay(0); // nothing is on its way
    window = newpad(1, 1);
    check(window);
    keypad(window, TRUE);
    keyok(KEY_MOUSE, FALSE);
    nodelay(window, TRUE);
}

static void check_key(keystroke k)
{
    bool character = k > 0 && k <= LAST_CHARACTER && !(k >= 0xD800 && k <= 0xDFFF);
    bool code = k >= KEY_CODE_FIRST && k <= KEY_CODE_OTHER && k != KEY_CODE_EOF;
    check(character || code);
}

static bool any_waits(void)
{
    int bytes = 0;
    check(ioctl(STDIN_FILENO, FIONREAD, &bytes) == 0);
    return bytes > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!window) {
        start();
    }
    if (size == 0 || size > MOST_BYTES) {
        return 0;
    }
    keys_mouse(data[0] & 1);
    check(write(feed, data + 1, size - 1) == (ssize_t)(size - 1));
    size_t keys = 0;
    for (;;) {
        keystroke k = keys_next(window);
        if (k == KEY_CODE_NONE) {
            if (any_waits()) { // it returns early after many bytes that are no keys
                continue;
            }
            break;
        }
        check_key(k);
        keys++;
        check(keys <= size);
    }
    flushinp();
    return 0;
}
