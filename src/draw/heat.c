#include <math.h>

#include "base/utf8.h"
#include "draw/chart.h"
#include "draw/paragraph.h"
#include "draw/plot.h"

enum { PLOT_LEAST = 8 };

// The share of requests between rows FIRST and END, over the moments that column X of W stands for.
static double share_of(const struct view_heat *heat, int x, int w, size_t first, size_t end)
{
    size_t from = heat->moments * (size_t)x / (size_t)w;
    size_t to = heat->moments * (size_t)(x + 1) / (size_t)w;
    to = to > from ? to : from + 1;
    double sum = 0;
    size_t known = 0;
    for (size_t i = from; i < to && i < heat->moments; i++) {
        double share = 0;
        for (size_t k = first; k < end; k++) {
            share += heat->shares[i * heat->rows + k];
        }
        if (!isnan(share)) {
            sum += share;
            known++;
        }
    }
    return known > 0 ? sum / (double)known : NAN;
}

// Small shares must be seen too: the slow few are what one looks for.
static int level_of(double share)
{
    int level = (int)ceil(sqrt(share) * GLYPH_HEATS);
    return level < 1 ? 1 : level > GLYPH_HEATS ? GLYPH_HEATS : level;
}

static void put_heat(struct canvas *c, int x, int y, int level, const struct glyphs *glyphs)
{
    canvas_put(c, x, y, glyphs->heat[level], (enum role)(ROLE_HEAT_1 + level - 1));
}

int heat_draw_key(struct canvas *c, int x, int y, const struct glyphs *glyphs)
{
    static const char few[] = "few ", many[] = " all";
    x -= (int)sizeof few + (int)sizeof many - 2 + 2 * GLYPH_HEATS;
    int at = x + canvas_text(c, x, y, (int)sizeof few, few, ROLE_DIM);
    for (int i = 0; i < 2 * GLYPH_HEATS; i++) {
        put_heat(c, at++, y, i / 2 + 1, glyphs);
    }
    canvas_text(c, at, y, (int)sizeof many, many, ROLE_DIM);
    return x;
}

void heat_draw(
    struct canvas *c, struct area area, const struct view_heat *heat, const struct glyphs *glyphs)
{
    struct rect plot = {area.x + PLOT_AXIS_WIDTH, area.y, area.w - PLOT_AXIS_WIDTH - 1, area.h - 1};
    if (heat->rows == 0) {
        struct rect r = {area.x + VIEW_INDENT, area.y, area.w - VIEW_INDENT - 1, area.h};
        if (r.w > 0 && r.h > 0) {
            paragraph_draw(c, r, heat->missing, ROLE_DIM, glyphs->ellipsis);
        }
        return;
    }
    if (plot.w < PLOT_LEAST || plot.h < 1) {
        return;
    }
    // few buckets get lines of their own, many share one
    int lines = (int)heat->rows < plot.h ? (int)heat->rows : plot.h;
    int high = plot.h / lines > 2 ? 2 : plot.h / lines;
    plot.y += plot.h - lines * high;
    plot.h = lines * high;
    for (int line = 0; line < lines; line++) {
        size_t first = heat->rows * (size_t)line / (size_t)lines;
        size_t end = heat->rows * (size_t)(line + 1) / (size_t)lines;
        int y = plot.h - (line + 1) * high;
        for (int x = 0; x < plot.w; x++) {
            double share = share_of(heat, x, plot.w, first, end);
            for (int k = 0; k < high && share > 0; k++) {
                put_heat(c, plot.x + x, plot.y + y + k, level_of(share), glyphs);
            }
        }
        plot_label(c, plot, y, heat->labels[end - 1]);
    }
    plot_axes(c, plot, heat->first_ms, heat->last_ms, glyphs);
    plot_moments(c, plot, &heat->shown, heat->first_ms, heat->last_ms, glyphs);
}
