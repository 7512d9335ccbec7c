/**
 * Runs a program in a pseudo terminal with libvterm as its screen, for tests.
 *
 * Nothing here sleeps: every wait is a poll() that ends when what it waits for has happened, or
 * fails at a deadline.
 */
#ifndef RAGTOP_TESTS_TERM_PTY_H
#define RAGTOP_TESTS_TERM_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

#include <vterm.h>

#include "base/str.h"

struct pty {
    int master;
    int alive; /**< reads end-of-file once the program and its children are gone */
    pid_t pid;
    int columns, rows;
    VTerm *vterm;
    VTermScreen *screen;
    bool on_alternate;    /**< the program shows the alternate screen */
    struct termios modes; /**< of the terminal before the program started */
    struct str output;    /**< all bytes received so far */
    bool exited;
    int status; /**< of waitpid(), once exited */
};

/**
 * Starts ARGV with exactly the environment ENV, both ending with NULL, as the leader of a session
 * whose terminal has this size (0 x 0: as where the size is not known; the screen is then 80 x 24).
 * Fails the test when it cannot.
 */
void pty_start(struct pty *p, char *const argv[], char **env, int columns, int rows);

/** Ends the program if it still runs, and frees everything. */
void pty_finish(struct pty *p);

/** Types TEXT. */
void pty_send(struct pty *p, const char *text);

/** Gives screen and terminal a new size, which sends SIGWINCH. */
void pty_resize(struct pty *p, int columns, int rows);

/** Hangs up, as when a connection is lost. */
void pty_hang_up(struct pty *p);

/** Reads until TEXT stands somewhere on the screen; false at the deadline or when it ended. */
bool pty_wait_text(struct pty *p, const char *text);

/** Reads until TEXT stands nowhere on the screen. */
bool pty_wait_no_text(struct pty *p, const char *text);

/** Reads until TEXT is among the bytes received after the first FROM ones. */
bool pty_wait_output(struct pty *p, size_t from, const char *text);

/** Reads until the program has ended; then exited and status are set. */
bool pty_wait_exit(struct pty *p);

/** Appends row Y of the screen, trailing blanks cut. */
void pty_add_row(const struct pty *p, int y, struct str *out);

/** Appends the whole screen, one line per row. */
void pty_add_screen(const struct pty *p, struct str *out);

/** The cell at X, Y. */
VTermScreenCell pty_cell(const struct pty *p, int x, int y);

/** The place of TEXT on the screen, whose cells before it must be narrow; false: nowhere. */
bool pty_find(const struct pty *p, const char *text, int *x, int *y);

/** The modes of the terminal now. */
struct termios pty_modes(const struct pty *p);

/** Whether an SGR sequence in the output sets a foreground or background colour. */
bool pty_saw_color(const struct pty *p);

#endif
