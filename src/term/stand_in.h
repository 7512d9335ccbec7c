/**
 * Characters that are younger than the C library: its wcwidth() does not know them, and ncurses
 * would not draw them, whatever the terminal does. ncurses gets others of the same length in their
 * place, of private use, and what it writes is changed back on its way out. Of those that charts
 * are drawn with alone, each a column wide: sextants and octants.
 */
#ifndef RAGTOP_TERM_STAND_IN_H
#define RAGTOP_TERM_STAND_IN_H

#include <stddef.h>
#include <stdint.h>

/** What ncurses is given for GLYPH: mostly itself; a stand-in that is not ours is U+FFFD. */
uint32_t stand_in_for(uint32_t glyph);

/** Puts back, within the LEN BYTES of UTF-8, what stand-ins stand for. */
void stand_in_undo(char *bytes, size_t len);

#endif
