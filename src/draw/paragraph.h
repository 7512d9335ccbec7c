/**
 * Text broken into lines at blanks.
 */
#ifndef RAGTOP_DRAW_PARAGRAPH_H
#define RAGTOP_DRAW_PARAGRAPH_H

#include "draw/canvas.h"

/** The lines that TEXT takes at WIDTH columns; at least 1. */
int paragraph_lines(const char *text, int width);

/**
 * Writes TEXT into AREA, line by line. What does not fit is cut with ELLIPSIS at the end.
 * Returns the lines written.
 */
int paragraph_draw(
    struct canvas *c, struct rect area, const char *text, enum role role, const char *ellipsis);

#endif
