/**
 * Text broken into lines at blanks.
 */
#ifndef RAGTOP_DRAW_PARAGRAPH_H
#define RAGTOP_DRAW_PARAGRAPH_H

#include "draw/canvas.h"

/**
 * Writes TEXT into AREA, line by line. What does not fit is cut with ELLIPSIS at the end.
 * Returns the lines written.
 */
int paragraph_draw(
    struct canvas *c, struct rect area, const char *text, enum role role, const char *ellipsis);

#endif
