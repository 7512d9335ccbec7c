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
 * Draws dashes of USUAL (NaN: none) over an area, across the whole plot: of dots, which stand
 * nearer to their value than a line in the middle of a cell, and where the edge of the area is at
 * the same height a piece of that in another colour.
 */
void usual_draw_dashes(struct canvas *c, struct rect plot, const struct scale *s, double usual,
    const struct glyphs *glyphs);

#endif
