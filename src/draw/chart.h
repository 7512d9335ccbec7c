/**
 * Charts of lines and heatmaps, with axes.
 */
#ifndef RAGTOP_DRAW_CHART_H
#define RAGTOP_DRAW_CHART_H

#include "draw/canvas.h"
#include "draw/glyphs.h"
#include "view/view.h"

/** Draws CHART into AREA: its lines, what is usual, axes; why, where there is no value at all. */
void chart_draw(struct canvas *c, struct area area, const struct view_chart *chart,
    const struct glyphs *glyphs);

/** Where the lines of CHART are in AREA; too small for them where there is no room. */
struct rect chart_plot(
    struct area area, const struct view_chart *chart, const struct glyphs *glyphs);

/** Draws a series into AREA without axes, as an area below a line. */
void chart_draw_bare(
    struct canvas *c, struct area area, const struct view_trend *t, const struct glyphs *glyphs);

/** Draws HEAT into AREA: moments as columns, buckets as lines; why, where there is nothing. */
void heat_draw(
    struct canvas *c, struct area area, const struct view_heat *heat, const struct glyphs *glyphs);

/** Where HEAT is in AREA. */
struct rect heat_plot(struct area area, const struct view_heat *heat);

/** Draws what the colours of a heatmap mean, ending left of X; returns where it begins. */
int heat_draw_key(struct canvas *c, int x, int y, const struct glyphs *glyphs);

#endif
