/**
 * Cells on their way to ncurses: of each canvas those that differ from the one before. Private to
 * term/.
 */
#ifndef RAGTOP_TERM_CELLS_H
#define RAGTOP_TERM_CELLS_H

#include <curses.h>
#include <stdbool.h>
#include <stddef.h>

#include "draw/canvas.h"
#include "term/palette.h"

/** What ncurses was given; zeroed, nothing. */
struct cells {
    struct canvas shown;
    cchar_t *line; /**< one row on its way */
    size_t line_cap;
};

/**
 * Gives ncurses the rows of CANVAS that changed, or ALL, in the looks of PALETTE, and may refresh
 * the screen meanwhile. False: none did. The caller refreshes, and then calls cells_keep().
 */
bool cells_show(struct cells *c, struct palette *palette, const struct canvas *canvas, bool all);

/** Notes that CANVAS is what was shown. */
void cells_keep(struct cells *c, const struct canvas *canvas);

/** Frees; nothing was shown then. */
void cells_finish(struct cells *c);

#endif
