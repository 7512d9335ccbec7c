/**
 * A whole frame: the view drawn into a canvas.
 */
#ifndef RAGTOP_DRAW_FRAME_H
#define RAGTOP_DRAW_FRAME_H

#include <stdbool.h>

#include "draw/canvas.h"
#include "draw/glyphs.h"
#include "view/view.h"

/**
 * Draws V over the whole of C, which has the size that V was built for. With GLYPHS_ASCII every
 * cell is an ASCII character.
 */
void frame_draw(struct canvas *c, const struct view *v, enum glyph_set glyphs);

/** The width that the tables of V need to show everything, at most MOST unless that is 0. */
int frame_table_width(const struct view *v, int most);

/** The lines that the tables of V take. */
int frame_table_height(const struct view *v);

/** Draws only the tables of V over the whole of C. */
void frame_draw_tables(struct canvas *c, const struct view *v, enum glyph_set glyphs);

#endif
