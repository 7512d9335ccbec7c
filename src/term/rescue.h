/**
 * Puts the terminal back from inside a signal handler: what that takes is prepared beforehand.
 */
#ifndef RAGTOP_TERM_RESCUE_H
#define RAGTOP_TERM_RESCUE_H

#include <stdbool.h>

/** Keeps the modes of the terminal on stdin as they are now: before ncurses changes them. */
void rescue_keep_modes(void);

/** Prepares the closing sequences of ncurses' current terminal; from now on there is a rescue. */
void rescue_arm(void);

/** Whether the terminal tells of the mouse and has to be told to stop. */
void rescue_mouse(bool on);

/** Nothing needs rescue any more, or not yet again. */
void rescue_disarm(void);

/** Restores once what was armed; async-signal-safe. */
void rescue_now(void);

#endif
