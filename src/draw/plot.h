/**
 * What charts and heatmaps share: axes, scales and dots. Private to draw/.
 */
#ifndef RAGTOP_DRAW_PLOT_H
#define RAGTOP_DRAW_PLOT_H

#include "draw/canvas.h"
#include "draw/glyphs.h"
#include "view/view.h"

enum { PLOT_AXIS_WIDTH = 10, PLOT_DOTS_WIDE = 2, PLOT_DOTS_HIGH = 4, PLOT_TICKS_MAX = 12 };

/** A value axis from BOTTOM to TOP. */
struct scale {
    double bottom, top;
    bool log;
};

/** A scale for values from LEAST (the least above 0 for a log) to MOST, ending at round numbers. */
struct scale plot_scale(enum value_axis axis, double least, double most);

/** Where VALUE stands: 0 at the bottom, 1 at the top; never outside. */
double plot_height(const struct scale *s, double value);

/** The value that stands at HEIGHT. */
double plot_value(const struct scale *s, double height);

/** The dot row (0 is the top) that is nearest to VALUE in a plot of LINES. */
int plot_dot_row(const struct scale *s, double value, int lines);

/** The line of cells that VALUE is in, from the top, in a plot of LINES. */
int plot_cell_row(const struct scale *s, double value, int lines);

/**
 * The values that are written beside a plot of LINES, from the bottom up: round numbers, as many as
 * the height has room for, and the ends of S where these are far enough from them. Returns how
 * many.
 */
int plot_ticks(const struct scale *s, int lines, double ticks[PLOT_TICKS_MAX]);

/** Writes TEXT left of the plot at its line Y. */
void plot_label(struct canvas *c, struct rect plot, int y, const char *text);

/** Leads from a label to line Y of the plot: a tick, or where there are none a grid. */
void plot_tick(struct canvas *c, struct rect plot, int y, const struct glyphs *glyphs);

/** Draws the line left of the plot, where there is no grid, and times below it. */
void plot_axes(struct canvas *c, struct rect plot, const struct view_moments *moments,
    int64_t first_ms, int64_t last_ms, const struct glyphs *glyphs);

/** The column of the plot where AT_MS is; -1: outside. */
int plot_column(struct rect plot, int64_t at_ms, int64_t first_ms, int64_t last_ms);

/** Draws MOMENTS as lines across the plot, the cursor with its time below it. */
void plot_moments(struct canvas *c, struct rect plot, const struct view_moments *moments,
    int64_t first_ms, int64_t last_ms, const struct glyphs *glyphs);

/** Whether CELL is inside of an area, below its edge. */
bool plot_is_fill(const struct cell *cell);

/** Whether nothing but the usual band or a grid stands in CELL. */
bool plot_is_free(const struct cell *cell);

/** Whether dots were set in CELL. */
bool plot_has_dots(const struct cell *cell);

/**
 * Sets a dot of the plot, X and Y counted in dots; it joins dots of the same cell, except those of
 * the usual band, which give way. A cell once critical stays so, and what fills it behind the dots
 * stays, too.
 */
void plot_dot(struct canvas *c, struct rect plot, int x, int y, enum role role);

#endif
