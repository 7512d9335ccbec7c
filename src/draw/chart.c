#include <math.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "draw/spark.h"

enum { MARGIN = 4, AXIS_WIDTH = 11, TIME_WIDTH = 5, TIME_GAP = 12, BRAILLE = 0x2800 };

// The smallest of 1, 2, 5 times a power of ten that is at least V: axes end at round numbers.
static double round_up(double v)
{
    if (!(v > 0)) {
        return 1;
    }
    double base = pow(10, floor(log10(v)));
    static const double steps[] = {1, 1.5, 2, 3, 4, 5, 6, 8, 10};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (steps[i] * base >= v * 0.9999) {
            return steps[i] * base;
        }
    }
    return 10 * base;
}

static double top_of(const struct view_trend *t, int w)
{
    double top = isnan(t->usual) ? 0 : 1.5 * t->usual;
    for (int x = 0; x < w; x++) {
        top = fmax(top, spark_column(t, x, w));
    }
    return round_up(top);
}

// The line of the plot that VALUE stands on.
static int row_of(const struct rect *plot, double value, double top)
{
    int up = (int)(value / top * plot->h);
    return plot->h - 1 - (up < plot->h ? up : plot->h - 1);
}

static void draw_label(
    struct canvas *c, const struct rect *plot, int y, double value, const struct view_chart *chart)
{
    struct str s;
    str_init(&s);
    chart->format(&s, value);
    int width = utf8_width(s.text);
    canvas_text(c, plot->x - 2 - width, y, width, s.text, ROLE_DIM);
    str_finish(&s);
}

static void draw_axes(struct canvas *c, const struct rect *plot, double top,
    const struct view_chart *chart, const struct glyphs *glyphs)
{
    for (int y = 0; y < plot->h; y++) {
        canvas_put(c, plot->x - 1, plot->y + y, glyphs->axis, ROLE_DIM);
    }
    draw_label(c, plot, plot->y, top, chart);
    if (plot->h >= 5) {
        draw_label(c, plot, plot->y + row_of(plot, top / 2, top), top / 2, chart);
    }
    struct str s;
    str_init(&s);
    double span = (double)(chart->last_ms - chart->first_ms);
    for (int x = 0; x + TIME_WIDTH <= plot->w; x += TIME_GAP) {
        // the last label stands at the right edge, where now is
        bool last = x + TIME_GAP + TIME_WIDTH > plot->w;
        int at = last ? plot->w - TIME_WIDTH : x;
        double share = last ? 1 : (double)x / plot->w;
        str_clear(&s);
        clock_add_local(&s, chart->first_ms + (int64_t)(span * share), "%H:%M");
        canvas_text(c, plot->x + at, plot->y + plot->h, TIME_WIDTH, s.text, ROLE_DIM);
    }
    str_finish(&s);
}

static void draw_bars(struct canvas *c, const struct rect *plot, double top,
    const struct view_trend *t, const struct glyphs *glyphs)
{
    for (int x = 0; x < plot->w; x++) {
        double v = spark_column(t, x, plot->w);
        if (isnan(v)) {
            continue;
        }
        int eighths = (int)lround(v / top * plot->h * GLYPH_LEVELS);
        int most = plot->h * GLYPH_LEVELS;
        eighths = eighths < 1 ? 1 : eighths > most ? most : eighths;
        for (int y = 0; y < plot->h && eighths > 0; y++, eighths -= GLYPH_LEVELS) {
            int level = eighths > GLYPH_LEVELS ? GLYPH_LEVELS : eighths;
            canvas_put(
                c, plot->x + x, plot->y + plot->h - 1 - y, glyphs->bar[level], spark_role(t, v));
        }
    }
}

// Sets one dot of a cell that is 2 dots wide and 4 high (Unicode 0x2800, Braille Patterns).
static void draw_dot(struct canvas *c, const struct rect *plot, int x, int y, enum role role)
{
    static const uint32_t bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    const struct cell *cell = canvas_at(c, plot->x + x / 2, plot->y + y / 4);
    if (!cell) {
        return;
    }
    bool dots = cell->glyph >= BRAILLE && cell->glyph < BRAILLE + 256;
    uint32_t glyph = (dots ? cell->glyph : BRAILLE) | bits[y % 4][x % 2];
    bool worse = dots && (cell->role == ROLE_CRITICAL || role == ROLE_SPARK);
    canvas_put(c, plot->x + x / 2, plot->y + y / 4, glyph, worse ? (enum role)cell->role : role);
}

static void draw_line(
    struct canvas *c, const struct rect *plot, double top, const struct view_trend *t)
{
    int w = plot->w * 2, h = plot->h * 4;
    int usual = isnan(t->usual) ? -1 : row_of(plot, t->usual, top);
    int before = -1;
    for (int x = 0; x < w; x++) {
        double v = spark_column(t, x, w);
        if (isnan(v)) {
            before = -1; // a gap is not bridged
            continue;
        }
        int y = (int)lround((1 - v / top) * (h - 1));
        y = y < 0 ? 0 : y;
        int from = before < 0 ? y : before;
        int step = from < y ? 1 : -1;
        for (int k = from; k != y; k += step) {
            draw_dot(c, plot, x, k, spark_role(t, v));
        }
        draw_dot(c, plot, x, y, spark_role(t, v));
        for (int k = y + 1; k < h; k++) {
            // a veil below the line, to tell up from down, that lets what is usual shine through
            if (x % 2 == 0 && k % 2 == 1 && !(k / 4 == usual && k / 4 > y / 4)) {
                draw_dot(c, plot, x, k, spark_role(t, v));
            }
        }
        before = y;
    }
}

static void draw_usual(struct canvas *c, const struct rect *plot, double top,
    const struct view_trend *t, const struct glyphs *glyphs)
{
    for (int x = 0; x < plot->w && !isnan(t->usual); x++) {
        int y = plot->y + row_of(plot, t->usual, top);
        canvas_put(c, plot->x + x, y, glyphs->usual, ROLE_SPARK_USUAL);
    }
}

static bool is_empty(const struct view_trend *t)
{
    for (size_t i = 0; i < t->count; i++) {
        if (!isnan(t->values[i])) {
            return false;
        }
    }
    return true;
}

void chart_draw(
    struct canvas *c, struct rect area, const struct view_chart *chart, const struct glyphs *glyphs)
{
    struct rect plot = {area.x + AXIS_WIDTH + 1, area.y + 1, area.w - AXIS_WIDTH - 3, area.h - 2};
    if (!chart->title || plot.w < 10 || plot.h < 1 || is_empty(&chart->trend)) {
        return;
    }
    int used = canvas_text(c, area.x + MARGIN, area.y, area.w - MARGIN, chart->title,
        chart->selected ? ROLE_STRONG : ROLE_NORMAL);
    if (!isnan(chart->trend.usual)) {
        struct str s;
        str_init(&s);
        str_addf(&s, "  %s usual ", glyphs == &glyphs_ascii ? "-" : "┄");
        chart->format(&s, chart->trend.usual);
        canvas_text(
            c, area.x + MARGIN + used, area.y, area.w - MARGIN - used, s.text, ROLE_SPARK_USUAL);
        str_finish(&s);
    }
    double top = top_of(&chart->trend, plot.w);
    draw_usual(c, &plot, top, &chart->trend, glyphs);
    if (glyphs->lines) {
        draw_line(c, &plot, top, &chart->trend);
    } else {
        draw_bars(c, &plot, top, &chart->trend, glyphs);
    }
    draw_axes(c, &plot, top, chart, glyphs);
}
