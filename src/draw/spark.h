/**
 * A series of numbers as one line of bars.
 */
#ifndef RAGTOP_DRAW_SPARK_H
#define RAGTOP_DRAW_SPARK_H

#include "draw/canvas.h"
#include "draw/glyphs.h"
#include "view/view.h"

/**
 * The value that column X of W stands for: the largest of its share of the COUNT values, so that a
 * short peak is never lost; NaN where its whole share is a gap.
 */
double spark_column(const double *values, size_t count, int x, int w);

/** The role of a value: warning or critical where it is drawn as such. */
enum role spark_role(const struct view_trend *t, double value);

/**
 * Draws T as one line of W cells at X, Y, from 0 to its largest value (at least twice the usual,
 * so that calm looks calm). Gaps stay empty; 0 is the lowest bar.
 */
void spark_draw(
    struct canvas *c, int x, int y, int w, const struct view_trend *t, const struct glyphs *glyphs);

#endif
