/**
 * What is usual, in charts. Private to draw/.
 */
#ifndef RAGTOP_DRAW_USUAL_LINE_H
#define RAGTOP_DRAW_USUAL_LINE_H

#include "draw/plot.h"

/** Draws it below lines of dots: the band of what is usual, and dashes in its middle. */
void usual_draw_dots(
    struct canvas *c, struct rect plot, const struct scale *s, const struct view_chart *chart);

/** The same with whole cells. */
void usual_draw_cells(struct canvas *c, struct rect plot, const struct scale *s,
    const struct view_chart *chart, const struct glyphs *glyphs);

/**
 * Draws a line of USUAL (NaN: none) over an area, across the whole plot, except where the edge of
 * the area is at the same height: in dashes at the top, the middle or the bottom of their cells,
 * and where a cell has one colour, so that each dash would be a hole in the area, whole.
 */
void usual_draw_dashes(struct canvas *c, struct rect plot, const struct scale *s, double usual,
    const struct glyphs *glyphs);

#endif
