/**
 * What is laid over the lines of a chart. Private to draw/.
 */
#ifndef RAGTOP_DRAW_OVERLAY_H
#define RAGTOP_DRAW_OVERLAY_H

#include "draw/plot.h"

/**
 * Draws the same time of another day as a dotted line that leaves the lines of CHART as they are,
 * and is cut out of the area below them.
 */
void overlay_draw(struct canvas *c, struct rect plot, const struct scale *s,
    const struct view_chart *chart, const struct glyphs *glyphs);

/**
 * Draws the points of CHART where no line is, those above the plot at its edge, and the selected
 * one in any case.
 */
void overlay_draw_points(struct canvas *c, struct rect plot, const struct scale *s,
    const struct view_chart *chart, const struct glyphs *glyphs);

#endif
