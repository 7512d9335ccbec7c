#include "draw/chart.h"

#include <math.h>

#include "base/utf8.h"
#include "draw/overlay.h"
#include "draw/paragraph.h"
#include "draw/plot.h"
#include "draw/spark.h"
#include "draw/usual_line.h"

enum {
    VALUE_WIDTH = 8,
    VALUES_FROM = 44,
    NAMES_FROM = 26,
    PLOT_LEAST = 8,
    TICKS_APART = 2,
    EDGE = 5, /**< eighths of a cell that the bright edge of an area is thick */
};

static struct view_trend trend_of(const struct view_chart *chart, size_t line)
{
    bool judged = line == chart->judged;
    return (struct view_trend){.values = chart->lines[line].values,
        .count = chart->count,
        .usual = chart->usual,
        .warning = judged ? chart->warning : NAN,
        .critical = judged ? chart->critical : NAN};
}

static struct scale scale_of(const struct view_chart *chart, int columns)
{
    double most = NAN, least = NAN;
    for (size_t k = 0; k < chart->lines_count; k++) {
        for (int x = 0; x < columns && !chart->lines[k].off; x++) {
            double v = spark_column(chart->lines[k].values, chart->count, x, columns);
            most = fmax(most, v);
            least = v > 0 || chart->axis != AXIS_LOG ? fmin(least, v) : least;
        }
    }
    for (int x = 0; chart->then && x < columns; x++) {
        double v = spark_column(chart->then, chart->count, x, columns);
        most = fmax(most, v);
        least = v > 0 || chart->axis != AXIS_LOG ? fmin(least, v) : least;
    }
    double spread = isnan(chart->spread) ? 0 : chart->spread;
    most = fmax(most, chart->axis == AXIS_ZERO ? 1.5 * chart->usual : chart->usual + spread);
    least = fmin(least, chart->usual - spread);
    return plot_scale(chart->axis, least, fmax(most, chart->limit));
}

// --- lines of dots

static void draw_line(struct canvas *c, struct rect plot, const struct scale *s,
    const struct view_trend *t, enum role calm)
{
    int w = plot.w * PLOT_DOTS_WIDE, before = -1;
    for (int x = 0; x < w; x++) {
        double v = spark_column(t->values, t->count, x, w);
        if (isnan(v)) {
            before = -1; // a gap is not bridged
            continue;
        }
        enum role role = spark_role(t, v);
        role = role == ROLE_SPARK ? calm : role;
        int y = plot_dot_row(s, v, plot.h);
        int from = before < 0 ? y : before;
        int step = from < y ? 1 : -1;
        for (int k = from; k != y; k += step) {
            plot_dot(c, plot, x, k, role);
        }
        plot_dot(c, plot, x, y, role);
        before = y;
    }
}

static void draw_limit_dots(struct canvas *c, struct rect plot, const struct scale *s, double limit)
{
    for (int x = 0; x < plot.w * PLOT_DOTS_WIDE && !isnan(limit); x++) {
        if (x % 4 == 0) {
            plot_dot(c, plot, x, plot_dot_row(s, limit, plot.h), ROLE_DIM);
        }
    }
}

// --- whole cells

static enum role fill_role(enum role line)
{
    return line == ROLE_CRITICAL  ? ROLE_FILL_CRITICAL
           : line == ROLE_WARNING ? ROLE_FILL_WARNING
                                  : ROLE_FILL;
}

// The height in eighths of a cell. A cell has room for two colours, so an edge of the same
// thickness everywhere cannot end in the upper part of one, unless it ends where the cell does. It
// rather stays where it was BEFORE, in the column to the left, than jumps for an eighth.
static int area_height(
    const struct rect *plot, const struct scale *s, double v, bool edged, int before)
{
    int eighths = (int)lround(plot_height(s, v) * plot->h * GLYPH_LEVELS);
    eighths = eighths < 1 ? 1 : eighths;
    int over = (eighths - 1) % GLYPH_LEVELS + 1 - EDGE, gap = GLYPH_LEVELS - EDGE - over;
    if (!edged || over <= 0 || gap == 0) {
        return eighths;
    }
    int low = eighths - over, high = eighths + gap;
    return before == low || before == high ? before : over <= gap ? low : high;
}

// A cell of an area: HIGH eighths of it, the lower DARK of them below the edge.
static void put_area(
    struct canvas *c, int x, int y, int high, int dark, enum role role, const struct glyphs *glyphs)
{
    if (dark >= GLYPH_LEVELS) {
        canvas_put(c, x, y, glyphs->fill, fill_role(role));
    } else if (dark > 0 && glyphs->half) {
        canvas_put_on(c, x, y, glyphs->bar[dark], fill_role(role), role);
    } else {
        canvas_put(c, x, y, glyphs->bar[high < GLYPH_LEVELS ? high : GLYPH_LEVELS], role);
    }
}

// A solid area whose edge is brighter; without a fill of its own the edge's colour is that of all.
static void draw_area(struct canvas *c, struct rect plot, const struct scale *s,
    const struct view_trend *t, enum role calm, const struct glyphs *glyphs)
{
    bool edged = glyphs->fill && glyphs->half;
    int height = 0;
    for (int x = 0; x < plot.w; x++) {
        double v = spark_column(t->values, t->count, x, plot.w);
        if (isnan(v)) {
            continue;
        }
        enum role role = spark_role(t, v);
        role = role == ROLE_SPARK ? calm : role;
        int left = height = area_height(&plot, s, v, edged, height);
        for (int y = plot.y + plot.h - 1; y >= plot.y && left > 0; y--, left -= GLYPH_LEVELS) {
            int edge = edged ? EDGE : left <= GLYPH_LEVELS ? GLYPH_LEVELS : 0;
            put_area(c, plot.x + x, y, left, glyphs->fill ? left - edge : 0, role, glyphs);
        }
    }
}

static void draw_points(struct canvas *c, struct rect plot, const struct scale *s,
    const struct view_trend *t, uint32_t glyph, enum role calm)
{
    for (int x = 0; x < plot.w; x++) {
        double v = spark_column(t->values, t->count, x, plot.w);
        if (!isnan(v)) {
            enum role role = spark_role(t, v);
            canvas_put(c, plot.x + x, plot.y + plot_cell_row(s, v, plot.h), glyph,
                role == ROLE_SPARK ? calm : role);
        }
    }
}

// Lines are called by signs of their own, and what they are drawn with else has to be said.
static bool needs_signs(const struct view_chart *chart, const struct glyphs *glyphs)
{
    return !glyphs->dots && !chart->signs && chart->lines_count > 1;
}

static uint32_t sign_of(const struct view_chart *chart, size_t line, const struct glyphs *glyphs)
{
    return chart->signs ? (uint32_t)chart->signs[line] : glyphs->line[line % GLYPH_LINES];
}

static void draw_cells(struct canvas *c, struct rect plot, const struct scale *s,
    const struct view_chart *chart, const struct glyphs *glyphs)
{
    usual_draw_cells(c, plot, s, chart, glyphs);
    for (int x = 0; x < plot.w && !isnan(chart->limit); x += 2) {
        canvas_put(c, plot.x + x, plot.y + plot_cell_row(s, chart->limit, plot.h), glyphs->usual,
            ROLE_DIM);
    }
    for (size_t k = 0; k < chart->lines_count; k++) {
        struct view_trend t = trend_of(chart, k);
        if (chart->lines[k].off) {
            continue;
        }
        if (chart->lines_count == 1) {
            draw_area(c, plot, s, &t, chart->lines[k].role, glyphs);
            usual_draw_dashes(c, plot, s, chart->usual, glyphs);
        } else {
            draw_points(c, plot, s, &t, sign_of(chart, k, glyphs), chart->lines[k].role);
        }
    }
}

// One line is an area, several are lines of dots where there are dots.
static void draw_lines(struct canvas *c, struct rect plot, const struct scale *s,
    const struct view_chart *chart, const struct glyphs *glyphs)
{
    if (!glyphs->dots) {
        draw_cells(c, plot, s, chart, glyphs);
        return;
    }
    bool area = chart->lines_count == 1;
    if (!area || !isnan(chart->spread)) {
        usual_draw_dots(c, plot, s, chart);
    }
    draw_limit_dots(c, plot, s, chart->limit);
    for (size_t k = 0; k < chart->lines_count; k++) {
        struct view_trend t = trend_of(chart, k);
        if (area) {
            draw_area(c, plot, s, &t, chart->lines[k].role, glyphs);
        } else if (!chart->lines[k].off) {
            draw_line(c, plot, s, &t, chart->lines[k].role);
        }
    }
    if (area) {
        usual_draw_dashes(c, plot, s, chart->usual, glyphs);
    }
}

static void draw_fade(struct canvas *c, struct rect plot, const struct glyphs *glyphs)
{
    if (glyphs->half) {
        canvas_fade(c, plot);
    }
}

// --- names and values at the right end of each line

// The value that a line's label says: its newest, or that under the cursor.
static double label_value(const struct view_chart *chart, size_t line)
{
    int64_t at = chart->moments.cursor_ms, span = chart->last_ms - chart->first_ms;
    size_t index = chart->count - 1;
    if (at >= chart->first_ms && at <= chart->last_ms && span > 0) {
        double share = (double)(at - chart->first_ms) / (double)span;
        index = (size_t)lround(share * (double)(chart->count - 1));
    }
    return chart->count > 0 && !chart->lines[line].off ? chart->lines[line].values[index] : NAN;
}

// What has no value, as it is off or in a gap, comes last.
static bool is_below(double a, double b)
{
    return isnan(a) ? !isnan(b) : a < b;
}

// The lines of the plot where labels stand: as near to their values as they can be without overlap.
static void place_labels(
    const struct view_chart *chart, const struct scale *s, int lines, int *rows, size_t *order)
{
    size_t n = chart->lines_count;
    for (size_t k = 0; k < n; k++) {
        double v = label_value(chart, k);
        size_t at = k;
        while (at > 0 && is_below(label_value(chart, order[at - 1]), v)) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = k;
        rows[k] = isnan(v) ? -1 : plot_dot_row(s, v, lines) / PLOT_DOTS_HIGH;
    }
    for (size_t i = (size_t)lines; i < n; i++) { // where there is no room, the highest are named
        rows[order[i]] = -1;
    }
    for (size_t i = 1; i < n; i++) { // from the top down
        int above = rows[order[i - 1]], *row = &rows[order[i]];
        *row = *row >= 0 && above >= 0 && *row <= above ? above + 1 : *row;
    }
    int floor = lines - 1;
    for (size_t i = n; i-- > 0;) { // and what fell out of the plot back up
        int *row = &rows[order[i]];
        *row = *row > floor ? floor : *row;
        floor = *row >= 0 ? *row - 1 : floor;
    }
}

static int labels_width(
    const struct view_chart *chart, struct area area, const struct glyphs *glyphs)
{
    int names = view_chart_names(chart);
    int room = area.w >= VALUES_FROM ? names + VALUE_WIDTH : area.w >= NAMES_FROM ? names : 0;
    return room + (room > names && needs_signs(chart, glyphs) ? 2 : 0);
}

struct rect chart_plot(
    struct area area, const struct view_chart *chart, const struct glyphs *glyphs)
{
    int room = labels_width(chart, area, glyphs);
    return (struct rect){area.x + PLOT_AXIS_WIDTH, area.y, area.w - PLOT_AXIS_WIDTH - room - 1,
        area.h - (chart->moments.timeless ? 0 : 1)};
}

static void draw_line_labels(struct canvas *c, struct rect plot, const struct scale *s,
    const struct view_chart *chart, const struct glyphs *glyphs, int room)
{
    int rows[VIEW_LINES_MAX], names = view_chart_names(chart);
    size_t order[VIEW_LINES_MAX];
    place_labels(chart, s, plot.h, rows, order);
    struct str text;
    str_init(&text);
    for (size_t k = 0; k < chart->lines_count; k++) {
        const struct view_line *line = &chart->lines[k];
        struct view_trend t = trend_of(chart, k);
        double v = label_value(chart, k);
        if (isnan(v) || rows[k] < 0) {
            continue;
        }
        enum role role = spark_role(&t, v);
        role = role != ROLE_SPARK ? role : chart->lines_count > 1 ? line->role : ROLE_STRONG;
        str_clear(&text);
        if (line->name) {
            str_addf(&text, "%s%*s", line->name, names - utf8_width(line->name), "");
        }
        if (room > names) {
            str_add(&text, line->beyond && chart->moments.cursor_ms == 0 ? ">= " : "");
            chart->format(&text, v);
        }
        if (needs_signs(chart, glyphs) && room > names + VALUE_WIDTH) {
            utf8_add(&text, ' ');
            utf8_add(&text, sign_of(chart, k, glyphs));
        }
        canvas_text(c, plot.x + plot.w + 1, plot.y + rows[k], room, text.text, role);
    }
    str_finish(&text);
}

// --- all of it

static int tick_row(const struct scale *s, double tick, int lines)
{
    return plot_dot_row(s, tick, lines) / PLOT_DOTS_HIGH;
}

// The limit is the number to compare with, so it is among the ticks, in place of those too near.
static int ticks_of(
    const struct scale *s, const struct view_chart *chart, int lines, double ticks[PLOT_TICKS_MAX])
{
    int count = plot_ticks(s, lines, ticks);
    double limit = chart->limit;
    if (!(limit >= s->bottom && limit <= s->top)) {
        return count;
    }
    int row = tick_row(s, limit, lines), kept = 0;
    for (int i = 0; i < count; i++) {
        int off = tick_row(s, ticks[i], lines) - row;
        bool near = off > -TICKS_APART && off < TICKS_APART;
        if (!near || (off != 0 && ticks[i] == s->bottom)) { // the axis begins where it does
            ticks[kept++] = ticks[i];
        }
    }
    kept = kept < PLOT_TICKS_MAX ? kept : PLOT_TICKS_MAX - 1;
    ticks[kept++] = limit;
    return kept;
}

static void draw_value_axis(struct canvas *c, struct rect plot, const struct scale *s,
    const struct view_chart *chart, const struct glyphs *glyphs)
{
    double ticks[PLOT_TICKS_MAX];
    int count = ticks_of(s, chart, plot.h, ticks);
    struct str text;
    str_init(&text);
    for (int i = 0; i < count; i++) {
        int row = tick_row(s, ticks[i], plot.h);
        str_clear(&text);
        if (ticks[i] == 0) {
            str_add(&text, "0");
        } else if (chart->format_axis) {
            chart->format_axis(&text, ticks[i], s->top);
        } else {
            chart->format(&text, ticks[i]);
        }
        plot_tick(c, plot, row, glyphs);
        plot_label(c, plot, row, text.text);
    }
    str_finish(&text);
}

void chart_draw(
    struct canvas *c, struct area area, const struct view_chart *chart, const struct glyphs *glyphs)
{
    if (area.h < 1 || area.w < 1) {
        return;
    }
    if (view_chart_is_empty(chart)) {
        struct rect r = {area.x + VIEW_INDENT, area.y, area.w - VIEW_INDENT - 1, area.h};
        if (r.w > 0 && chart->missing) {
            paragraph_draw(c, r, chart->missing, ROLE_DIM, glyphs->ellipsis);
        }
        return;
    }
    int room = labels_width(chart, area, glyphs);
    struct rect plot = chart_plot(area, chart, glyphs);
    if (plot.w < PLOT_LEAST || plot.h < 1) {
        return;
    }
    struct scale s = scale_of(chart, plot.w * PLOT_DOTS_WIDE);
    draw_lines(c, plot, &s, chart, glyphs);
    overlay_draw(c, plot, &s, chart, glyphs);
    overlay_draw_points(c, plot, &s, chart, glyphs);
    draw_fade(c, plot, glyphs);
    plot_axes(c, plot, &chart->moments, chart->first_ms, chart->last_ms, glyphs);
    plot_moments(c, plot, &chart->moments, chart->first_ms, chart->last_ms, glyphs);
    draw_value_axis(c, plot, &s, chart, glyphs);
    draw_line_labels(c, plot, &s, chart, glyphs, room);
}

void chart_draw_bare(
    struct canvas *c, struct area area, const struct view_trend *t, const struct glyphs *glyphs)
{
    const struct view_chart chart = {.lines = {{.values = t->values, .role = ROLE_SPARK}},
        .lines_count = 1,
        .count = t->count,
        .usual = t->usual,
        .spread = NAN,
        .warning = t->warning,
        .critical = t->critical,
        .limit = NAN};
    struct rect plot = {area.x, area.y, area.w, area.h};
    if (plot.w < PLOT_LEAST || plot.h < 1 || view_chart_is_empty(&chart)) {
        return;
    }
    struct scale s = scale_of(&chart, plot.w * PLOT_DOTS_WIDE);
    draw_lines(c, plot, &s, &chart, glyphs);
    draw_fade(c, plot, glyphs);
}
