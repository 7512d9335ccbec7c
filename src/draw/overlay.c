#include "draw/overlay.h"

#include <math.h>
#include <stdlib.h>

#include "draw/spark.h"

static bool is_ground(const struct cell *cell)
{
    return plot_is_fill(cell) || plot_is_free(cell);
}

// What fills CELL behind whatever is laid over it; 0: nothing.
static enum role ground_of(const struct cell *cell)
{
    return plot_is_fill(cell) ? (enum role)cell->role : (enum role)cell->under;
}

// A cell has one colour: it is the line's, or that of what is laid over, with nothing else in it.
static void put(struct canvas *c, struct rect plot, int x, int y)
{
    int column = plot.x + x / PLOT_DOTS_WIDE, line = plot.y + y / PLOT_DOTS_HIGH;
    const struct cell *cell = canvas_at(c, column, line);
    if (cell && is_ground(cell)) {
        canvas_put_on(c, column, line, ' ', ROLE_NORMAL, ground_of(cell));
    }
    if (cell && (is_ground(cell) || cell->role == ROLE_LINE_THEN)) {
        plot_dot(c, plot, x, y, ROLE_LINE_THEN);
    }
}

static void draw_dots(
    struct canvas *c, struct rect plot, const struct scale *s, const struct view_chart *chart)
{
    int w = plot.w * PLOT_DOTS_WIDE, before = -1;
    for (int x = 0; x < w; x += PLOT_DOTS_WIDE) {
        double v = spark_column(chart->then, chart->count, x, w);
        if (isnan(v)) {
            before = -1;
            continue;
        }
        int y = plot_dot_row(s, v, plot.h);
        int step = before < 0 || before == y ? 0 : before < y ? 2 : -2;
        for (int k = before; step != 0 && abs(k - y) > 1; k += step) {
            put(c, plot, x, k);
        }
        put(c, plot, x, y);
        before = y;
    }
}

static void draw_cells(struct canvas *c, struct rect plot, const struct scale *s,
    const struct view_chart *chart, const struct glyphs *glyphs)
{
    for (int x = 0; x < plot.w; x++) {
        double v = spark_column(chart->then, chart->count, x, plot.w);
        if (!isnan(v)) {
            int y = (int)((1 - plot_height(s, v)) * plot.h);
            canvas_put(c, plot.x + x, plot.y + (y < plot.h ? y : plot.h - 1), glyphs->then,
                ROLE_LINE_THEN);
        }
    }
}

void overlay_draw(struct canvas *c, struct rect plot, const struct scale *s,
    const struct view_chart *chart, const struct glyphs *glyphs)
{
    if (!chart->then) {
        return;
    }
    if (glyphs->dots) {
        draw_dots(c, plot, s, chart);
    } else {
        draw_cells(c, plot, s, chart, glyphs);
    }
}

void overlay_draw_points(struct canvas *c, struct rect plot, const struct scale *s,
    const struct view_chart *chart, const struct glyphs *glyphs)
{
    int64_t span = chart->last_ms - chart->first_ms;
    for (size_t i = 0; i < chart->points_count && span > 0; i++) {
        const struct view_point *p = &chart->points[i];
        if (p->at_ms < chart->first_ms || p->at_ms > chart->last_ms) {
            continue;
        }
        double share = (double)(p->at_ms - chart->first_ms) / (double)span;
        int x = (int)lround(share * (plot.w - 1));
        int y = plot_dot_row(s, p->value, plot.h) / PLOT_DOTS_HIGH;
        const struct cell *cell = canvas_at(c, plot.x + x, plot.y + y);
        if (p->selected || (cell && is_ground(cell))) {
            canvas_put_on(c, plot.x + x, plot.y + y, p->selected ? glyphs->block : glyphs->point,
                p->selected ? ROLE_KEY : ROLE_STRONG, cell ? ground_of(cell) : 0);
        }
    }
}
