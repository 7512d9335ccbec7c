/**
 * A line of text with a cursor in it.
 */
#ifndef RAGTOP_DRAW_LINE_EDIT_H
#define RAGTOP_DRAW_LINE_EDIT_H

#include <stddef.h>

#include "draw/canvas.h"
#include "draw/glyphs.h"

/**
 * Draws TEXT into COLUMNS at X, Y with the cursor before its byte CURSOR; what is longer is cut
 * with an ellipsis where the cursor is not. Returns the byte of TEXT that stands at X.
 */
size_t line_draw(struct canvas *c, int x, int y, int columns, const char *text, size_t cursor,
    const struct glyphs *glyphs);

/** The column in which the byte AT of TEXT stands when FIRST stands in the first; may be outside.
 */
int line_column(const char *text, size_t first, size_t at);

#endif
