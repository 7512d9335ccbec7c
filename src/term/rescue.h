/**
 * Puts the terminal back from inside a signal handler: what that takes is prepared beforehand. The
 * last three functions and rescue_disarm() make async-signal-safe calls only.
 */
#ifndef RAGTOP_TERM_RESCUE_H
#define RAGTOP_TERM_RESCUE_H

#include <stdbool.h>

/**
 * Keeps the modes of the terminal on stdin as they are now, before ncurses changes them; from now
 * on they are rescued.
 */
void rescue_keep_modes(void);

/** Prepares the closing sequences of ncurses' current terminal; from now on they are sent, too. */
void rescue_arm(void);

/** Whether the terminal reports the mouse and has to be asked to stop. */
void rescue_mouse(bool on);

/** The terminal is FD until further notice, and not standard output. */
void rescue_output(int fd);

/** Nothing needs rescue any more, or not yet again. */
void rescue_disarm(void);

/** Restores once what was armed, and waits for the terminal no longer than a moment. */
void rescue_now(void);

/** Whether the terminal is that of this process group, and not of the shell it was started from. */
bool rescue_is_ours(void);

/** Whether stdout and stderr take something now. */
bool rescue_takes_output(void);

#endif
