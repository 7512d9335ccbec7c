/**
 * What ncurses and terminals send as keys, made into keys of term.h.
 */
#ifndef RAGTOP_TERM_KEYS_H
#define RAGTOP_TERM_KEYS_H

#include <curses.h>

#include "term/term.h"

/**
 * The next key of WINDOW, whose input is not blocking; KEY_CODE_NONE when none waits and
 * KEY_CODE_EOF when none will come any more. Escape sequences that terminfo does not know are read
 * as a whole, so that their letters are never taken for keys.
 */
keystroke keys_next(WINDOW *window);

/** Whether events of the mouse were asked for; others are read as a whole and mean nothing. */
void keys_mouse(bool on);

/** The cell that the last mouse key was about. */
void keys_mouse_place(int *x, int *y);

#endif
