/**
 * Which terminfo entry describes the terminal.
 *
 * The environment's TERM decides, as for every program of the terminal. Where it names nothing that
 * is known here, most terminals of today still understand xterm-256color; its entry is compiled in
 * for machines without a terminfo database.
 */
#ifndef RAGTOP_TERM_ENTRY_H
#define RAGTOP_TERM_ENTRY_H

#include <stdbool.h>

#include "base/str.h"

/**
 * Sets *NAME to the entry for newterm(). With RICH, a poor entry of a family that has one with 256
 * colours (xterm, screen, tmux) is replaced by that one. When the entry is a guess, *NOTICE says
 * so. False with a sentence in *WHY when the terminal cannot place a cursor.
 *
 * May set TERMINFO in the environment, for the entry that is compiled in.
 */
bool entry_choose(bool rich, struct str *name, struct str *notice, struct str *why);

/** Whether the terminal of the entry NAME prints letters of requests that it does not know. */
bool entry_prints_requests(const char *name);

/** Whether the font behind the entry NAME is known to lack block characters. */
bool entry_lacks_unicode(const char *name);

#endif
