#include "draw/usual_line.h"

#include <math.h>

enum { DASH_EVERY = 4, DASH_WIDTH = 2 };

void usual_draw_dots(
    struct canvas *c, struct rect plot, const struct scale *s, const struct view_chart *chart)
{
    if (isnan(chart->usual)) {
        return;
    }
    bool band = !isnan(chart->spread);
    int top = plot_dot_row(s, chart->usual + (band ? chart->spread : 0), plot.h);
    int end = plot_dot_row(s, chart->usual - (band ? chart->spread : 0), plot.h);
    int centre = plot_dot_row(s, chart->usual, plot.h);
    int w = plot.w * PLOT_DOTS_WIDE;
    for (int x = 0; x < w && band; x++) {
        for (int y = top; y <= end; y++) {
            if ((x + 2 * y) % 4 == 0) {
                plot_dot(c, plot, x, y, ROLE_SPARK_USUAL);
            }
        }
    }
    for (int x = 0; x < w; x++) {
        if (x % 4 < 2) {
            plot_dot(c, plot, x, centre, ROLE_LINE_USUAL);
        }
    }
}

void usual_draw_cells(struct canvas *c, struct rect plot, const struct scale *s,
    const struct view_chart *chart, const struct glyphs *glyphs)
{
    if (isnan(chart->usual)) {
        return;
    }
    bool band = !isnan(chart->spread);
    int top = plot_cell_row(s, chart->usual + (band ? chart->spread : 0), plot.h);
    int end = plot_cell_row(s, chart->usual - (band ? chart->spread : 0), plot.h);
    for (int y = top; y <= end; y++) {
        for (int x = 0; x < plot.w; x++) {
            uint32_t glyph = band && top != end ? glyphs->band : glyphs->usual;
            canvas_put(c, plot.x + x, plot.y + y, glyph,
                band && top != end ? ROLE_SPARK_USUAL : ROLE_LINE_USUAL);
        }
    }
}

// Dots on a cell that has one colour; where a cell has one colour only, they would be a slit.
static void put_dash(
    struct canvas *c, struct rect plot, int x, int dot, const struct glyphs *glyphs)
{
    int column = plot.x + x, y = plot.y + dot / PLOT_DOTS_HIGH;
    const struct cell *cell = canvas_at(c, column, y);
    enum role ground = plot_is_fill(cell) ? (enum role)cell->role : ROLE_NORMAL;
    if (ground && !glyphs->half) {
        canvas_put(c, column, y, glyphs->dash, ground);
        return;
    }
    if (ground) {
        canvas_put_on(c, column, y, ' ', ROLE_NORMAL, ground);
    }
    for (int k = 0; k < PLOT_DOTS_WIDE; k++) {
        plot_dot(c, plot, x * PLOT_DOTS_WIDE + k, dot, ROLE_LINE_USUAL);
    }
}

void usual_draw_dashes(struct canvas *c, struct rect plot, const struct scale *s, double usual,
    const struct glyphs *glyphs)
{
    if (isnan(usual)) {
        return;
    }
    int dot = plot_dot_row(s, usual, plot.h), y = plot.y + dot / PLOT_DOTS_HIGH;
    for (int x = 0; x < plot.w; x++) {
        const struct cell *cell = canvas_at(c, plot.x + x, y);
        if (x % DASH_EVERY >= DASH_WIDTH || !cell) {
            continue;
        }
        if (plot_is_fill(cell) || plot_is_free(cell)) { // what was measured keeps its colour
            put_dash(c, plot, x, dot, glyphs);
        }
    }
}
