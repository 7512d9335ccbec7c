#include "draw/usual_line.h"

#include <math.h>

enum { DASH_EVERY = 3, DASH_WIDTH = 2 };

// Above and below these a value is nearer to an end of its cell than to its middle.
static const double LINE_TOP = 0.28, LINE_BOTTOM = 0.72;

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

// Where a line stands in its cell, which has three heights for it; of full cells, in one.
static uint32_t line_glyph(double in_cell, const struct glyphs *glyphs)
{
    size_t at = in_cell < LINE_TOP ? 0 : in_cell < LINE_BOTTOM ? 1 : 2;
    return glyphs->usual_at[at];
}

static bool is_area(const struct cell *cell, const struct glyphs *glyphs)
{
    return plot_is_fill(cell) || (!glyphs->fill && cell->glyph == glyphs->bar[GLYPH_LEVELS]);
}

void usual_draw_dashes(struct canvas *c, struct rect plot, const struct scale *s, double usual,
    const struct glyphs *glyphs)
{
    if (isnan(usual)) {
        return;
    }
    double down = (1 - plot_height(s, usual)) * plot.h;
    int row = plot_cell_row(s, usual, plot.h), y = plot.y + row;
    uint32_t glyph = line_glyph(down - row, glyphs);
    for (int x = plot.x; x < plot.x + plot.w; x++) {
        const struct cell *cell = canvas_at(c, x, y);
        bool area = cell && is_area(cell, glyphs), dash = (x - plot.x) % DASH_EVERY < DASH_WIDTH;
        if (area && (dash || !glyphs->half)) { // in one colour, dashes would be holes in the area
            enum role under = glyphs->half ? (enum role)cell->role : 0;
            canvas_put_on(c, x, y, glyph, ROLE_LINE_USUAL, under);
        } else if (dash && cell && plot_is_free(cell)) { // what was measured keeps its colour
            canvas_put(c, x, y, glyph, ROLE_LINE_USUAL);
        }
    }
}
