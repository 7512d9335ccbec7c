#include <math.h>

#include "base/text.h"

#include "base/utf8.h"
#include "draw/chart.h"
#include "draw/paragraph.h"
#include "draw/plot.h"

enum { PLOT_LEAST = 8, EVEN_FROM = 3 };

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
        for (size_t k = first; k < end && k < heat->rows; k++) {
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
    int level = share > 0 ? (int)ceil(sqrt(share) * GLYPH_HEATS) : 0;
    return level > GLYPH_HEATS ? GLYPH_HEATS : level;
}

static enum role role_of(int level)
{
    return (enum role)(ROLE_HEAT_1 + level - 1);
}

static void put_heat(struct canvas *c, int x, int y, int level, const struct glyphs *glyphs)
{
    if (level > 0) {
        canvas_put(c, x, y, glyphs->heat[level], role_of(level));
    }
}

static void put_halves(
    struct canvas *c, int x, int y, int upper, int lower, const struct glyphs *glyphs)
{
    if (upper == lower) {
        put_heat(c, x, y, upper, glyphs);
    } else if (upper == 0) {
        canvas_put(c, x, y, glyphs->bar[GLYPH_LEVELS / 2], role_of(lower));
    } else if (lower == 0) {
        canvas_put(c, x, y, glyphs->half, role_of(upper));
    } else {
        canvas_put_on(c, x, y, glyphs->half, role_of(upper), role_of(lower));
    }
}

int heat_draw_key(struct canvas *c, int x, int y, const struct glyphs *glyphs)
{
    const char *few = _("few"), *many = _("many");
    int left = utf8_width(few), right = utf8_width(many);
    x -= left + 1 + 2 * GLYPH_HEATS + 1 + right;
    canvas_text(c, x - 1, y, 1, " ", ROLE_DIM);
    canvas_text(c, x, y, left, few, ROLE_DIM);
    canvas_text(c, x + left, y, 1, " ", ROLE_DIM);
    int at = x + left + 1;
    for (int i = 0; i < 2 * GLYPH_HEATS; i++) {
        put_heat(c, at++, y, i / 2 + 1, glyphs);
    }
    canvas_text(c, at, y, 1, " ", ROLE_DIM);
    canvas_text(c, at + 1, y, right, many, ROLE_DIM);
    return x - 1;
}

/** How the buckets share the height of a plot, counted in cells or in halves of cells. */
struct lines {
    int parts;   /**< of a cell */
    int height;  /**< of the plot, in parts */
    int count;   /**< few buckets get lines of their own, many share one */
    size_t rows; /**< with the empty ones that there is room for */
};

static struct lines lines_of(const struct view_heat *heat, int cells, const struct glyphs *glyphs)
{
    struct lines l = {.parts = glyphs->half ? 2 : 1, .rows = heat->rows};
    l.height = cells * l.parts;
    l.count = (int)heat->rows < l.height ? (int)heat->rows : l.height;
    int thick = l.height / l.count;
    if (thick < EVEN_FROM) { // a part more or less would be seen: all as thick, and room above
        int room = l.height / thick - l.count, empty = (int)heat->empty;
        empty = empty < room ? empty : room;
        l.rows += (size_t)empty;
        l.count += empty;
        int used = thick * l.count;
        l.height = (used + l.parts - 1) / l.parts * l.parts;
    }
    return l;
}

// The line at PART from the top, counted from the bottom; l->count in the room above.
static int line_at(const struct lines *l, int part)
{
    int thick = l->height / l->count, above = l->height - 1 - part;
    int line = thick < EVEN_FROM ? above / thick : above * l->count / l->height;
    return line < l->count ? line : l->count;
}

static int level_at(const struct view_heat *heat, const struct lines *l, int part, int x, int w)
{
    int line = line_at(l, part);
    if (line == l->count) {
        return 0;
    }
    size_t first = l->rows * (size_t)line / (size_t)l->count;
    size_t end = l->rows * (size_t)(line + 1) / (size_t)l->count;
    return level_of(share_of(heat, x, w, first, end));
}

static void draw_labels(
    struct canvas *c, struct rect plot, const struct view_heat *heat, const struct lines *l)
{
    int before = l->count;
    for (int y = 0; y < plot.h; y++) {
        int line = line_at(l, y * l->parts + l->parts - 1);
        if (line != before && line < l->count) {
            size_t end = l->rows * (size_t)(line + 1) / (size_t)l->count;
            plot_label(c, plot, y, heat->labels[end - 1]);
        }
        before = line;
    }
}

// The part of the plot, from the top, in the middle of the bucket that VALUE is in; -1: in none.
static int part_of(const struct view_heat *heat, const struct lines *l, double value)
{
    size_t row = 0;
    while (row < l->rows && value > heat->bounds[row]) {
        row++;
    }
    int first = -1, last = -1;
    for (int part = 0; part < l->height && row < l->rows; part++) {
        int line = line_at(l, part);
        size_t from = l->rows * (size_t)line / (size_t)l->count;
        size_t end = l->rows * (size_t)(line + 1) / (size_t)l->count;
        if (line < l->count && row >= from && row < end) {
            first = first < 0 ? part : first;
            last = part;
        }
    }
    return first < 0 ? -1 : (first + last) / 2;
}

// A hole in the heat, as there are colours of it on which nothing can be read.
static void draw_points(struct canvas *c, struct rect plot, const struct view_heat *heat,
    const struct lines *l, const struct glyphs *glyphs)
{
    int64_t span = heat->last_ms - heat->first_ms;
    for (size_t i = 0; i < heat->points_count && span > 0; i++) {
        const struct view_point *p = &heat->points[i];
        int part = part_of(heat, l, p->value);
        if (part < 0 || p->at_ms < heat->first_ms || p->at_ms > heat->last_ms) {
            continue;
        }
        double share = (double)(p->at_ms - heat->first_ms) / (double)span;
        int x = (int)lround(share * (plot.w - 1));
        canvas_put(c, plot.x + x, plot.y + part / l->parts,
            p->selected ? glyphs->block : glyphs->point, p->selected ? ROLE_KEY : ROLE_STRONG);
    }
}

struct rect heat_plot(struct area area, const struct view_heat *heat)
{
    return (struct rect){area.x + PLOT_AXIS_WIDTH, area.y, area.w - PLOT_AXIS_WIDTH - 1,
        area.h - (heat->shown.timeless ? 0 : 1)};
}

void heat_draw(
    struct canvas *c, struct area area, const struct view_heat *heat, const struct glyphs *glyphs)
{
    struct rect plot = heat_plot(area, heat);
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
    struct lines l = lines_of(heat, plot.h, glyphs);
    plot.y += plot.h - l.height / l.parts;
    plot.h = l.height / l.parts;
    for (int y = 0; y < plot.h; y++) {
        for (int x = 0; x < plot.w; x++) {
            int upper = level_at(heat, &l, y * l.parts, x, plot.w);
            int lower = level_at(heat, &l, y * l.parts + l.parts - 1, x, plot.w);
            put_halves(c, plot.x + x, plot.y + y, upper, lower, glyphs);
        }
    }
    draw_points(c, plot, heat, &l, glyphs);
    plot_axes(c, plot, &heat->shown, heat->first_ms, heat->last_ms, glyphs);
    draw_labels(c, plot, heat, &l);
    plot_moments(c, plot, &heat->shown, heat->first_ms, heat->last_ms, glyphs);
}
