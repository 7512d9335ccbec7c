/**
 * Signals as bytes on a descriptor, so that one wait sees them all; and the last words of a crash.
 */
#ifndef RAGTOP_APP_SIGNALS_H
#define RAGTOP_APP_SIGNALS_H

#include <stdbool.h>

#include "base/str.h"

/**
 * Catches SIGWINCH, SIGTERM, SIGHUP, SIGINT and SIGTSTP, and has signals that kill restore the
 * terminal first. When the program has not ended a second after one of those that end it and the
 * terminal takes no output, it is killed by that signal with the terminal restored as far as can
 * be; at the latest after ten seconds. False with a sentence in *WHY.
 */
bool signals_open(struct str *why);

/** The descriptor to wait on. */
int signals_fd(void);

/** The next caught signal, or 0 when there is none. */
int signals_next(void);

/** The program has ended all by itself: nothing kills it any more. */
void signals_close(void);

#endif
