/**
 * A grid of character cells in memory: what a frame looks like, before any terminal.
 */
#ifndef RAGTOP_DRAW_CANVAS_H
#define RAGTOP_DRAW_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "theme/fade.h"
#include "theme/role.h"

enum { CELL_MARKS = 2 };

/** One cell. A wide character takes two: the second has width 0 and glyph 0. */
struct cell {
    uint32_t glyph;             /**< Unicode; 0 only right of a wide character */
    uint32_t marks[CELL_MARKS]; /**< combining marks on it; 0: none */
    uint8_t width;              /**< 1, 2, or 0 right of a wide character */
    uint8_t role;               /**< enum role */
    uint8_t under;              /**< a role whose colour fills the cell behind the glyph; 0: none */
    bool selected : 1;          /**< drawn over with ROLE_SELECTED's background */
    uint8_t shade : 4;          /**< of an area: how far it fades, up to FADE_MOST; 0: not at all */
};

struct rect {
    int x, y, w, h;
};

struct canvas {
    int w, h;
    struct cell *cells; /**< w * h, row by row */
};

/** Starts with W x H blank cells (either may be 0). */
void canvas_init(struct canvas *c, int w, int h);

/** Frees; a zeroed canvas is accepted. */
void canvas_finish(struct canvas *c);

/** Makes every cell a blank of ROLE_NORMAL and gives it a new size. */
void canvas_resize(struct canvas *c, int w, int h);

/** The cell at X, Y, or NULL outside. */
struct cell *canvas_at(const struct canvas *c, int x, int y);

/**
 * Puts one character; outside the canvas, and halves of wide characters at its edge, are cut. A
 * combining mark joins the character that is there. Half-covered wide characters become blanks.
 * Whether the cell is selected does not change.
 */
void canvas_put(struct canvas *c, int x, int y, uint32_t glyph, enum role role);

/**
 * Puts GLYPH of ROLE, narrow, on a cell that is filled with the colour of UNDER: a role of heat,
 * of an area or, behind the area itself, of its edge; 0: nothing.
 */
void canvas_put_on(struct canvas *c, int x, int y, uint32_t glyph, enum role role, enum role under);

/**
 * Writes clean TEXT (see utf8_add_clean()) from X to the right, at most COLUMNS columns, and
 * returns the columns taken. Text that does not fit is cut at a whole character.
 */
int canvas_text(struct canvas *c, int x, int y, int columns, const char *text, enum role role);

/** Fills AREA with GLYPH. */
void canvas_fill(struct canvas *c, struct rect area, uint32_t glyph, enum role role);

/** Has the areas within AREA fade from its first line to its last, where colours can. */
void canvas_fade(struct canvas *c, struct rect area);

/** Gives every cell of AREA the look of old numbers: nothing of them looks alive. */
void canvas_dim(struct canvas *c, struct rect area);

/** Marks the cells of AREA as selected; nothing there is dim, as that is where somebody reads. */
void canvas_select(struct canvas *c, struct rect area);

/** Gives C the size W x H, with what was drawn at X, Y of it and blanks around. */
void canvas_move(struct canvas *c, int w, int h, int x, int y);

/** Replaces every BRAILLE character by what OF makes of it. */
void canvas_redraw_dots(struct canvas *c, uint32_t (*of)(uint32_t braille));

/** Replaces every character that is not ASCII by one that is: `.` for `…`, else mostly `?`. */
void canvas_make_ascii(struct canvas *c);

/**
 * Appends the canvas as text, one line per row, trailing blanks cut. What a cell means is lost;
 * golden tests use canvas_add_roles() beside it.
 */
void canvas_add_text(const struct canvas *c, struct str *out);

/**
 * Appends one letter per cell for its role, one line per row, trailing '.' cut: '.' normal, d dim,
 * s strong, h header, t column, o ok, w warning, c critical, u unknown, f culprit (fault), g spark
 * (graph), b spark_usual (band), a stale (aged), r selected (row), k key, i status, n notice,
 * p title (pane), y tab, l line_low, m line_high, x fill, v fill_warning, z fill_critical, 1-5
 * heat, 6-9 e j series. Selected cells are capitals, and ':' for normal.
 */
void canvas_add_roles(const struct canvas *c, struct str *out);

#endif
