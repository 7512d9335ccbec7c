/**
 * A terminfo entry with 24-bit colours, made at run time.
 *
 * Nearly every terminal of today takes 24-bit colours, and says so by COLORTERM; the entry that
 * TERM names seldom does. ncurses sends such colours only to an entry that has them, so one is made
 * of what the entry of TERM says, with the number of colours, the two sequences that set them, and
 * the flag RGB. The terminal's palette is left as it is.
 */
#ifndef RAGTOP_TERM_DIRECT_H
#define RAGTOP_TERM_DIRECT_H

#include <stdbool.h>

#include "base/str.h"

/**
 * Puts the entry NAME with 24-bit colours into TERMINFO, where newterm(NAME) finds it (term(5), the
 * storage format with 32-bit numbers; ncurses takes it in base64), and sets *BEFORE to what the
 * variable was. False, and nothing is changed, where NAME has no colours, has direct ones already,
 * or sets them in a way of its own.
 */
bool direct_begin(const char *name, struct str *before);

/** Puts BEFORE back: what is run from here is not to inherit the entry. */
void direct_end(const struct str *before);

/** Whether the terminal says, by COLORTERM, that it takes 24-bit colours. */
bool direct_is_offered(void);

#endif
