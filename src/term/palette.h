/**
 * What each role looks like on this terminal: ncurses attributes and colour pairs.
 *
 * Depths are met as far as terminfo lets ncurses go:
 * - never: no colour is ever sent. Gray becomes dim, a background reverses, and so does
 *   the selection what has none.
 * - 16: on terminals with 8 colours the bright ones are bold, and gray is dim.
 * - 256: xterm's fixed palette.
 * - true: where the entry that the screen was opened with says `RGB` with 24 bits, be it the
 *   terminal's own (xterm-direct and its like) or one that was made for it (term/direct.h).
 */
#ifndef RAGTOP_TERM_PALETTE_H
#define RAGTOP_TERM_PALETTE_H

#include <curses.h>
#include <stdbool.h>

#include "theme/color.h"
#include "theme/fade.h"
#include "theme/role.h"
#include "theme/theme.h"

/**
 * How to draw a cell. On the row under the cursor a cell keeps its foreground and gets the
 * background of `selected`; where that has none it is reversed without its colour. A cell that
 * stands out by its own background, or is reversed by itself, still differs from the rest.
 */
struct look {
    attr_t attrs;
    short pair;
};

enum { PALETTE_PAIRS = 1024, FADES = ROLE_FILL_CRITICAL - ROLE_FILL + 1 };

struct palette {
    enum color_depth depth;           /**< what the terminal gives, never COLOR_AUTO */
    bool direct;                      /**< colour numbers are 24 bits */
    bool has_shades;                  /**< colour alone tells the roles of heat apart */
    struct look looks[ROLE_COUNT][2]; /**< the second one selected */
    int numbers[ROLE_COUNT];          /**< foregrounds, as ncurses counts colours */
    struct {
        int fg, bg;
    } pairs[PALETTE_PAIRS]; /**< given out so far */
    short pair_count;
    short over[ROLE_COUNT][ROLE_COUNT]; /**< of one role's colour on another's; 0: not wanted yet */
    /** The same of areas that fade, first theirs on another colour, then another on theirs. */
    short faded[2][FADES][FADE_MOST + 1][ROLE_COUNT];
    int ground;                      /**< behind areas */
    int fades[FADES][FADE_MOST + 1]; /**< their foregrounds; where nothing fades all are the same */
};

/**
 * Starts colours on ncurses' current terminal, at ASKED or the nearest depth that it has; with
 * COLOR_NEVER none are started.
 */
void palette_init(struct palette *p, enum color_depth asked);

/** Sets the looks to those of THEME. Cells already drawn must be drawn again. */
void palette_set_theme(struct palette *p, const struct theme *theme);

/**
 * How to draw a cell of ROLE on the colour of the role UNDER, or on its own background: 0. The one
 * of them that is of an area fades by SHADE.
 */
struct look palette_look(struct palette *p, enum role role, int under, int shade, bool selected);

#endif
