/**
 * Signals as bytes on a descriptor, so that one wait sees them all; and the last words of a crash.
 */
#ifndef RAGTOP_APP_SIGNALS_H
#define RAGTOP_APP_SIGNALS_H

/**
 * Catches SIGWINCH, SIGTERM, SIGHUP, SIGINT and SIGTSTP, and has fatal signals restore the terminal
 * before they kill. Returns the descriptor to wait on.
 */
int signals_open(void);

/** The next caught signal, or 0 when there is none. */
int signals_next(void);

#endif
