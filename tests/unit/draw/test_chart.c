#include "draw/chart.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "draw/plot.h"
#include "words/format.h"

enum { HOUR_MS = 3600000 };

static const int64_t first_ms = 1770192000000;

static struct view_chart chart_of(const double *values, size_t count, double usual)
{
    return (struct view_chart){.lines = {{.values = values, .role = ROLE_SPARK}},
        .lines_count = 1,
        .count = count,
        .usual = usual,
        .spread = NAN,
        .warning = usual * 1.3,
        .critical = usual * 3,
        .limit = NAN,
        .format = format_seconds,
        .first_ms = first_ms,
        .last_ms = first_ms + HOUR_MS,
        .missing = "nothing is known"};
}

/** The chart as text, or with ROLES as the letters of its roles. */
static void render(
    struct str *s, const struct view_chart *chart, int w, int h, enum glyph_set set, bool roles)
{
    struct canvas c;
    canvas_init(&c, w, h);
    chart_draw(&c, (struct area){0, 0, w, h}, chart, glyphs_of(set));
    str_clear(s);
    if (roles) {
        canvas_add_roles(&c, s);
    } else {
        canvas_add_text(&c, s);
    }
    canvas_finish(&c);
}

static void assert_part(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        fail_msg("'%s' is not in\n%s", part, text);
    }
}

/** Nothing but blanks around the W x H in the middle of C. */
static void assert_margin(const struct canvas *c, int w, int h)
{
    for (int x = 0; x < w + 2; x++) {
        assert_int_equal(canvas_at(c, x, 0)->glyph, ' ');
        assert_int_equal(canvas_at(c, x, h + 1)->glyph, ' ');
    }
    for (int y = 0; y < h + 2; y++) {
        assert_int_equal(canvas_at(c, 0, y)->glyph, ' ');
        assert_int_equal(canvas_at(c, w + 1, y)->glyph, ' ');
    }
}

static void charts_of_every_size(void **state)
{
    (void)state;
    static const double values[] = {0.3, 0.31, NAN, 0.3, 1.8, 1.7, 0, 2.5, NAN},
                        high[] = {0.5, 0.6, NAN, 0.7, 2.8, 2.7, 0, 3.5, 0.4};
    struct view_chart charts[] = {chart_of(values, 9, 0.3), chart_of(values, 9, NAN),
        chart_of(values + 2, 1, 0.3), chart_of(values + 6, 1, NAN), chart_of(NULL, 0, 0.3),
        chart_of(values, 9, 0.3)};
    charts[5].lines[1] =
        (struct view_line){.name = "P99", .values = high, .role = ROLE_LINE_HIGH, .beyond = true};
    charts[5].lines[0].name = "P95";
    charts[5].lines_count = 2;
    charts[5].spread = 0.2;
    charts[5].limit = 3;
    for (size_t k = 0; k < sizeof charts / sizeof *charts; k++) {
        for (int axis = 0; axis < AXIS_COUNT; axis++) {
            charts[k].axis = (enum value_axis)axis;
            for (int h = 0; h <= 20; h++) {
                for (int w = 0; w <= 90; w += 3) {
                    struct canvas c;
                    canvas_init(&c, w + 2, h + 2);
                    chart_draw(&c, (struct area){1, 1, w, h}, &charts[k],
                        glyphs_of((enum glyph_set)(w % 3)));
                    assert_margin(&c, w, h);
                    canvas_finish(&c);
                }
            }
        }
    }
}

static void charts_do_not_bridge_gaps(void **state)
{
    (void)state;
    static const double whole[] = {5, 5, 5, 1, 1, 1}, broken[] = {5, 5, NAN, 1, 1, 1};
    for (int gap = 0; gap < 2; gap++) {
        const struct view_chart chart = chart_of(gap ? broken : whole, 6, NAN);
        struct canvas c;
        canvas_init(&c, 74, 12);
        chart_draw(&c, (struct area){0, 0, 74, 12}, &chart, glyphs_of(GLYPHS_SHADES));
        int x = 64;
        while (canvas_at(&c, x, 9)->glyph == ' ') {
            x--; // from the right to the plot
        }
        while (canvas_at(&c, x, 1)->glyph == ' ' && canvas_at(&c, x, 9)->glyph != ' ') {
            x--; // and over the low values, to what is left of them
        }
        assert_int_equal(canvas_at(&c, x, 1)->glyph == ' ', gap); // a flank, or nothing
        canvas_finish(&c);
    }
}

/** Whether CELL belongs to an area: its edge, what fills it, or what is laid over that. */
static bool is_area(const struct cell *cell)
{
    bool edge = cell->glyph >= 0x2581 && cell->glyph <= 0x2588;
    return edge || plot_is_fill(cell) || cell->under != 0;
}

/** The eighths of CELL that the bright edge of an area takes. */
static int edge_eighths(const struct cell *cell)
{
    int level = cell->glyph >= 0x2581 && cell->glyph <= 0x2588 ? (int)cell->glyph - 0x2580 : 0;
    bool fills = cell->role >= ROLE_FILL && cell->role <= ROLE_FILL_CRITICAL;
    return fills ? (cell->under ? 8 - level : 0) : level;
}

// Whatever the height, the edge is as thick as anywhere else, and ends near to its value.
static void the_edge_of_an_area_is_of_one_thickness(void **state)
{
    (void)state;
    enum { X = PLOT_AXIS_WIDTH, W = 61, H = 11, EDGE = 5 };
    double values[W];
    for (int i = 0; i < W; i++) {
        values[i] = 1.0 * (i + 4) / (W + 3);
    }
    struct view_chart chart = chart_of(values, W, NAN);
    struct canvas c;
    canvas_init(&c, 80, H + 1);
    chart_draw(&c, (struct area){0, 0, 80, H + 1}, &chart, glyphs_of(GLYPHS_SOLID));
    for (int i = 0; i < W; i++) {
        int edge = 0, high = 0;
        for (int y = 0; y < H; y++) {
            const struct cell *cell = canvas_at(&c, X + i, y);
            edge += edge_eighths(cell);
            high += cell->glyph == ' ' || cell->role == ROLE_GRID ? 0
                    : cell->under                                 ? 8
                                                                  : (int)cell->glyph - 0x2580;
        }
        assert_int_equal(edge, EDGE);
        assert_true(fabs(high - values[i] * H * 8) <= 2.5);
    }
    canvas_finish(&c);
    static const double hardly[] = {0.5864, 0.5932, 0.5864, 0.5932}; // 6 and 7 eighths
    chart = chart_of(hardly, 4, NAN);
    canvas_init(&c, 80, H + 1);
    chart_draw(&c, (struct area){0, 0, 80, H + 1}, &chart, glyphs_of(GLYPHS_SOLID));
    for (int i = 1; i < W; i++) { // no jump for an eighth
        for (int y = 0; y < H; y++) {
            assert_int_equal(canvas_at(&c, X + i, y)->glyph, canvas_at(&c, X, y)->glyph);
        }
    }
    canvas_finish(&c);
}

/** Whether CELL has a piece of the line of what is usual over an area. */
static bool is_usual_line(const struct cell *cell)
{
    bool line = cell->glyph == 0x2594 || cell->glyph == 0x2500 || cell->glyph == 0x2581;
    return cell->role == ROLE_LINE_USUAL && (line || cell->glyph == '-');
}

// One line from the left to the right: in dashes on the area's own colour or, where a cell has one
// colour only, whole.
static void what_is_usual_is_one_line_across_an_area(void **state)
{
    (void)state;
    enum { X = PLOT_AXIS_WIDTH, W = 61, H = 11 };
    static const double values[] = {1.9, 1.9, 1.9, 1.9};
    static const enum glyph_set sets[] = {GLYPHS_SHADES, GLYPHS_ASCII, GLYPHS_SOLID};
    for (size_t k = 0; k < 3; k++) {
        const struct view_chart chart = chart_of(values, 4, 0.6);
        struct canvas c;
        canvas_init(&c, 80, H + 1);
        chart_draw(&c, (struct area){0, 0, 80, H + 1}, &chart, glyphs_of(sets[k]));
        int y = 1;
        while (y < H && !is_usual_line(canvas_at(&c, X, y))) {
            y++;
        }
        assert_true(y < H);
        for (int x = 0; x < W; x++) {
            const struct cell *cell = canvas_at(&c, X + x, y);
            bool whole = sets[k] != GLYPHS_SOLID;
            assert_int_equal(is_usual_line(cell), whole || x % 3 < 2);
            assert_int_equal(cell->under, whole || x % 3 == 2 ? 0 : ROLE_FILL_CRITICAL);
        }
        canvas_finish(&c);
    }
}

// From the top of the plot to its foot, with what is laid over it; not where a cell has one colour.
static void an_area_fades_downwards(void **state)
{
    (void)state;
    enum { X = PLOT_AXIS_WIDTH, W = 61, H = 11 };
    static const double values[] = {1.9, 1.9, 1.9, 1.9};
    static const enum glyph_set sets[] = {GLYPHS_SHADES, GLYPHS_ASCII, GLYPHS_SOLID};
    for (size_t k = 0; k < 3; k++) {
        const struct view_chart chart = chart_of(values, 4, 0.6);
        struct canvas c;
        canvas_init(&c, 80, H + 1);
        chart_draw(&c, (struct area){0, 0, 80, H + 1}, &chart, glyphs_of(sets[k]));
        bool fades = sets[k] == GLYPHS_SOLID;
        for (int x = X; x < X + W; x++) {
            assert_int_equal(canvas_at(&c, x, H - 1)->shade, fades ? FADE_MOST : 0);
            for (int y = 2; y < H; y++) {
                assert_int_equal(canvas_at(&c, x, y)->shade, fades ? y * FADE_MOST / (H - 1) : 0);
            }
        }
        canvas_finish(&c);
    }
}

// In every column the area reaches from its edge to the bottom of the plot, also where the usual,
// another day and single requests are laid over it.
static void an_area_meets_its_line(void **state)
{
    (void)state;
    static const double values[] = {0.3, 0.4, 1.9, 1.2, 0.2, 1.8}, then[] = {1, 1, 1, 1, 1, 1};
    static const struct view_point points[] = {{first_ms + HOUR_MS / 2, 0.1, false}};
    enum { X = PLOT_AXIS_WIDTH, W = 61, H = 11 };
    for (int k = 0; k < 4; k++) {
        struct view_chart chart = chart_of(values, 6, 0.3);
        chart.then = k & 1 ? then : NULL;
        chart.points = points;
        chart.points_count = k & 2 ? 1 : 0;
        struct canvas c;
        canvas_init(&c, 80, H + 1);
        chart_draw(&c, (struct area){0, 0, 80, H + 1}, &chart, glyphs_of(GLYPHS_SOLID));
        int dashes = 0;
        for (int x = X; x < X + W; x++) {
            int y = 0;
            while (!is_area(canvas_at(&c, x, y))) {
                y++;
            }
            assert_true(y < H);
            for (; y < H; y++) {
                const struct cell *cell = canvas_at(&c, x, y);
                if (!is_area(cell)) {
                    fail_msg("case %d: a hole at %d, %d: U+%04X", k, x - X, y, cell->glyph);
                }
                dashes += cell->role == ROLE_LINE_USUAL || cell->under == ROLE_LINE_USUAL;
            }
        }
        assert_true(dashes > W / 5); // usual is seen where the line is far from it
        canvas_finish(&c);
    }
}

/** Wherever nothing was measured, so that the eye has what to compare with; a line has one colour.
 */
static void what_is_usual_is_dashed_beside_the_line(void **state)
{
    (void)state;
    enum { X = PLOT_AXIS_WIDTH, W = 61, H = 11, APART = 4 };
    static const double usually[] = {0.3, 0.6, 1, 1.03};
    static const double values[] = {0.3, 0.31, 1.9, 1.8, 0.01, 0.3};
    for (size_t k = 0; k < sizeof usually / sizeof *usually; k++) {
        const struct view_chart chart = chart_of(values, 6, usually[k]);
        struct canvas c;
        canvas_init(&c, 80, H + 1);
        chart_draw(&c, (struct area){0, 0, 80, H + 1}, &chart, glyphs_of(GLYPHS_SOLID));
        int line = -1, last = -1, dashes = 0;
        for (int i = 0; i < W * H; i++) {
            const struct cell *cell = canvas_at(&c, X + i % W, i / W);
            bool dash = cell->role == ROLE_LINE_USUAL;
            assert_true((!dash || is_usual_line(cell)) && cell->under != ROLE_LINE_USUAL);
            line = dash ? i / W : line;
            dashes += dash;
        }
        assert_true(dashes > APART);
        for (int x = 0; x < W; x++) {
            const struct cell *cell = canvas_at(&c, X + x, line);
            bool measured = !plot_is_fill(cell) && !plot_is_free(cell);
            last = measured || cell->role == ROLE_LINE_USUAL ? x : last;
            assert_true(x - last < APART);
        }
        canvas_finish(&c);
    }
}

/** Of several lines those that are off leave neither dots nor a name, and take no room. */
static void lines_that_are_off_are_not_drawn(void **state)
{
    (void)state;
    static const double high[] = {9, 9, 9}, low[] = {0.2, 0.3, 0.2};
    struct view_chart chart = chart_of(low, 3, NAN);
    chart.lines[0] = (struct view_line){.name = "P99", .values = high, .role = ROLE_LINE_HIGH};
    chart.lines[1] = (struct view_line){.name = "P50", .values = low, .role = ROLE_SPARK};
    chart.lines_count = 2;
    struct str s;
    str_init(&s);
    render(&s, &chart, 80, 8, GLYPHS_SOLID, false);
    assert_part(s.text, "P99 9.0 s");
    chart.lines[0].off = true;
    render(&s, &chart, 80, 8, GLYPHS_SOLID, false);
    assert_null(strstr(s.text, "P99"));
    assert_part(s.text, "P50 200 ms");
    assert_null(strstr(s.text, "5.0 s"));
    str_finish(&s);
}

/** A span of more than one day says which, and times that stand below another chart are left out.
 */
static void times_say_their_day_where_there_are_several(void **state)
{
    (void)state;
    static const double values[] = {0.3, 0.3, 1.8, 1.8};
    struct view_chart chart = chart_of(values, 4, 0.3);
    struct str s;
    str_init(&s);
    render(&s, &chart, 80, 8, GLYPHS_SHADES, false);
    assert_null(strstr(s.text, "Wed"));
    chart.last_ms = first_ms + 30 * (int64_t)HOUR_MS;
    render(&s, &chart, 80, 8, GLYPHS_SHADES, false);
    assert_part(s.text, "Wed ");
    assert_part(s.text, "Thu ");
    chart.last_ms = first_ms + 300 * (int64_t)HOUR_MS;
    render(&s, &chart, 80, 8, GLYPHS_SHADES, false);
    assert_part(s.text, "02-0");
    chart.moments.timeless = true;
    render(&s, &chart, 80, 8, GLYPHS_SHADES, false);
    assert_null(strstr(s.text, "02-0"));
    assert_part(strstr(s.text, "  0 "), "  0 \u2524"); // its lowest line is of the plot
    str_finish(&s);
}

// --- how near to its value everything is drawn

/** How far from the top of a plot of LINES a value stands, in lines, with the axis of CHART. */
static double place_of(double value, double most, int lines)
{
    const struct scale s = plot_scale(AXIS_ZERO, 0, most);
    return (1 - value / s.top) * lines;
}

/** Where the area of column X begins, in lines from the top; glyphs in eighths. */
static double area_top(const struct canvas *c, int x, int lines)
{
    for (int y = 0; y < lines; y++) {
        const struct cell *cell = canvas_at(c, x, y);
        bool edge = cell->glyph >= 0x2581 && cell->glyph <= 0x2588;
        if (edge && cell->under) { // the area behind its edge, which ends where the cell does
            return y;
        }
        if (edge && !plot_is_fill(cell)) {
            return y + 1 - (double)(cell->glyph - 0x2580) / GLYPH_LEVELS;
        }
    }
    return NAN;
}

/**
 * The line of the middle of the first dot or dash from the top of column X, of ROLE or OTHER, or a
 * dash on an area.
 */
static double dot_middle(const struct canvas *c, int x, int lines, enum role role, enum role other)
{
    for (int y = 0; y < lines; y++) {
        const struct cell *cell = canvas_at(c, x, y);
        bool its = cell->role == role || cell->role == other;
        if (is_usual_line(cell)) {
            return y + (cell->glyph == 0x2594 ? 0.0625 : cell->glyph == 0x2581 ? 0.9375 : 0.5);
        }
        for (int k = 0; plot_has_dots(cell) && k < PLOT_DOTS_HIGH; k++) {
            static const unsigned rows[] = {0x09, 0x12, 0x24, 0xC0};
            if (its && cell->glyph & rows[k]) {
                return y + (k + 0.5) / PLOT_DOTS_HIGH;
            }
        }
    }
    return NAN;
}

static void assert_near_place(double seen, double place, double most_off, const char *what,
    const struct view_chart *chart, int lines)
{
    if (!(fabs(seen - place) <= most_off + 1e-9)) {
        fail_msg("%s of value %g, usual %g in %d lines is drawn at %g, not %g", what,
            chart->lines[0].values[0], chart->usual, lines, seen, place);
    }
}

// A constant value and its usual are drawn with the nearest shape there is: an area with the
// nearest eighth of a cell, at least one of them, or the next to it where the edge has to be as
// thick as elsewhere, what is usual with the nearest of three lines, lines with the nearest dot of
// four.
static void everything_stands_at_its_value(void **state)
{
    (void)state;
    enum { W = 80 };
    int dashes = 0;
    for (int lines = 3; lines <= 12; lines++) {
        for (int k = 0; k < 400; k++) {
            double v = 0.05 + 0.05 * (k % 20), u = 0.05 + 0.045 * (k / 20);
            const double values[] = {v, v, v, v}, other[] = {NAN, NAN, NAN, NAN};
            struct view_chart chart = chart_of(values, 4, u);
            double top = fmax(v, 1.5 * u), eighth = 1.0 / GLYPH_LEVELS;
            chart.warning = chart.critical = NAN;
            struct canvas c;
            canvas_init(&c, W, lines + 1);
            for (int set = GLYPHS_SHADES; set <= GLYPHS_SOLID; set += GLYPHS_SOLID) {
                canvas_resize(&c, W, lines + 1);
                chart_draw(
                    &c, (struct area){0, 0, W, lines + 1}, &chart, glyphs_of((enum glyph_set)set));
                double edge = fmin(place_of(v, top, lines), lines - eighth);
                bool solid = set == GLYPHS_SOLID;
                assert_near_place(area_top(&c, PLOT_AXIS_WIDTH + 2, lines), edge,
                    (solid ? 1.5 : 0.5) * eighth, "the area", &chart, lines);
                double dash =
                    dot_middle(&c, PLOT_AXIS_WIDTH, lines, ROLE_LINE_USUAL, ROLE_LINE_USUAL);
                if (!isnan(dash)) { // else the edge says the same
                    dashes++;
                    assert_near_place(dash, place_of(u, top, lines), solid ? 0.25 : 0.5,
                        "the usual", &chart, lines);
                } else {
                    assert_near_place(area_top(&c, PLOT_AXIS_WIDTH, lines), place_of(u, top, lines),
                        1.5, "the edge", &chart, lines);
                }
            }
            chart.lines[1] =
                (struct view_line){.name = "P99", .values = other, .role = ROLE_LINE_HIGH};
            chart.lines_count = 2;
            chart.usual = NAN;
            canvas_resize(&c, W, lines + 1);
            chart_draw(&c, (struct area){0, 0, W, lines + 1}, &chart, glyphs_of(GLYPHS_SOLID));
            assert_near_place(dot_middle(&c, PLOT_AXIS_WIDTH, lines, ROLE_SPARK, ROLE_SPARK),
                place_of(v, v, lines), 0.5 / PLOT_DOTS_HIGH, "the line", &chart, lines);
            canvas_finish(&c);
        }
    }
    assert_true(dashes > 4000);
}

static void charts_say_what_they_show(void **state)
{
    (void)state;
    static const double values[] = {0.3, 0.3, 1.8, 1.8};
    const struct view_chart chart = chart_of(values, 4, 0.3);
    struct str s;
    str_init(&s);
    for (int set = GLYPHS_SHADES; set <= GLYPHS_ASCII; set++) {
        render(&s, &chart, 80, 12, (enum glyph_set)set, false);
        static const char *const parts[] = {"2.0 s", "1.0 s", "0 ", "08:10", "09:00", "1.8 s"};
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            assert_part(s.text, parts[i]);
        }
        render(&s, &chart, 80, 12, (enum glyph_set)set, true);
        assert_non_null(strchr(s.text, 'c')); // critical above 0.9 s
        assert_non_null(strchr(s.text, 'g')); // and calm below
    }
    str_finish(&s);
}

// The limit sets what is full apart from what is nearly so, whatever the ticks would be.
static void a_limit_is_on_the_axis(void **state)
{
    (void)state;
    static const double values[] = {6, 6, 60, 60};
    static const struct {
        double limit;
        int lines;
        const char *tick, *other;
    } cases[] = {{60, 6, "  60 ┤", "  50 ┤"}, {60, 13, "  60 ┤", "  55 ┤"},
        {62, 4, "  62 ┤", "  80 ┤"}, {137, 9, " 137 ┤", " 150 ┤"}};
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct view_chart chart = chart_of(values, 4, NAN);
        chart.format = format_count;
        chart.limit = cases[i].limit;
        render(&s, &chart, 80, cases[i].lines, GLYPHS_SHADES, false);
        assert_part(s.text, cases[i].tick);
        if (strstr(s.text, cases[i].other)) {
            fail_msg("'%s' is in\n%s", cases[i].other, s.text);
        }
        assert_part(s.text, "   0 ┤");
    }
    str_finish(&s);
}

static void names_stand_at_the_ends_of_their_lines(void **state)
{
    (void)state;
    static const double p50[] = {0.2, 0.2}, p95[] = {0.3, 0.3}, p99[] = {0.31, 10};
    struct view_chart chart = chart_of(p99, 2, 0.3);
    chart.lines[0] =
        (struct view_line){.name = "P99", .values = p99, .role = ROLE_LINE_HIGH, .beyond = true};
    chart.lines[1] = (struct view_line){.name = "P50", .values = p50, .role = ROLE_LINE_LOW};
    chart.lines[2] = (struct view_line){.name = "P95", .values = p95, .role = ROLE_SPARK};
    chart.lines_count = 3;
    chart.judged = 2;
    struct str s;
    str_init(&s);
    render(&s, &chart, 80, 12, GLYPHS_SHADES, false);
    // two of them end at nearly the same place, and each has its line of text
    static const char *const parts[] = {"P99 >= 10 s", "P95 300 ms", "P50 200 ms"};
    const char *before = s.text;
    for (size_t i = 0; i < 3; i++) {
        assert_part(s.text, parts[i]);
        assert_true(strstr(s.text, parts[i]) >= before);
        before = strstr(s.text, parts[i]);
    }
    str_finish(&s);
}

/** How many cells of C have ROLE. */
static int cells_of(const struct canvas *c, enum role role)
{
    int n = 0;
    for (int y = 0; y < c->h; y++) {
        for (int x = 0; x < c->w; x++) {
            n += canvas_at(c, x, y)->role == role;
        }
    }
    return n;
}

static void another_day_is_laid_over(void **state)
{
    (void)state;
    static const double now[] = {1, 1, 1, 1}, above[] = {2, 2, NAN, NAN},
                        below[] = {0.3, 0.3, 0.3, 0.3}, same[] = {1, 1, 1, 1};
    static const struct {
        const double *then;
        int least, most; // cells that it takes, of the 61 of the plot
    } cases[] = {{above, 30, 31}, {below, 61, 61}, {same, 0, 0}, {NULL, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct view_chart chart = chart_of(now, 4, NAN);
        struct canvas c;
        chart.then = cases[i].then;
        canvas_init(&c, 80, 12);
        chart_draw(&c, (struct area){0, 0, 80, 12}, &chart, glyphs_of(GLYPHS_SHADES));
        int cells = cells_of(&c, ROLE_LINE_THEN);
        assert_in_range(cells, cases[i].least, cases[i].most);
        canvas_finish(&c);
    }
    struct view_chart chart = chart_of(now, 4, NAN);
    struct str s;
    str_init(&s);
    chart.then = above;
    render(&s, &chart, 80, 12, GLYPHS_ASCII, false);
    assert_part(s.text, "2.0 s +~~~~~~~~~~~~~~~~~~~~~~~~~~~~~");
    str_finish(&s);
}

static void nothing_known_is_said(void **state)
{
    (void)state;
    static const double gaps[] = {NAN, NAN};
    const struct view_chart chart = chart_of(gaps, 2, 0.3);
    struct str s;
    str_init(&s);
    render(&s, &chart, 60, 6, GLYPHS_SHADES, false);
    assert_string_equal(s.text, "    nothing is known\n\n\n\n\n\n");
    str_finish(&s);
}

static void scales(void **state)
{
    (void)state;
    static const struct {
        enum value_axis axis;
        double least, most, bottom, top;
    } cases[] = {
        {AXIS_ZERO, 0.3, 1.8, 0, 2}, {AXIS_ZERO, 0, 0, 0, 1}, {AXIS_ZERO, NAN, NAN, 0, 1},
        {AXIS_AUTO, 0.51, 0.6, 0.5, 0.6}, {AXIS_AUTO, 5, 5, 0, 5}, // a single value has no span
        {AXIS_LOG, 0.03, 7, 0.01, 8}, {AXIS_LOG, 0, 0, 0, 1},      // there is no logarithm of it
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scale s = plot_scale(cases[i].axis, cases[i].least, cases[i].most);
        if (fabs(s.bottom - cases[i].bottom) > 1e-9 || fabs(s.top - cases[i].top) > 1e-9) {
            fail_msg("case %zu: %g to %g", i, s.bottom, s.top);
        }
        for (double at = 0; at <= 1; at += 0.125) { // there and back
            assert_true(fabs(plot_height(&s, plot_value(&s, at)) - at) < 1e-9);
        }
        assert_true(plot_height(&s, -1e9) == 0 && plot_height(&s, 1e9) == 1);
    }
}

static void ticks_are_round_numbers(void **state)
{
    (void)state;
    static const struct {
        struct scale scale;
        int lines, count;
        double ticks[8];
    } cases[] = {
        {{0, 2, false}, 17, 5, {0, 0.5, 1, 1.5, 2}},
        {{0, 2, false}, 5, 3, {0, 1, 2}},
        {{0, 2, false}, 3, 2, {0, 2}},
        {{0, 2, false}, 1, 1, {2}},
        {{0, 2.5, false}, 10, 3, {0, 1, 2}}, // 2.5 would touch 2
        {{0, 2.5, false}, 30, 6, {0, 0.5, 1, 1.5, 2, 2.5}},
        {{0, 1.2, false}, 12, 3, {0, 0.5, 1}},
        {{0.51, 0.64, false}, 20, 4, {0.51, 0.55, 0.6, 0.64}},
        {{0, 4, false}, 100, 9, {0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5}},
        {{0.01, 10, true}, 12, 4, {0.01, 0.1, 1, 10}},
        {{0.01, 10, true}, 4, 2, {0.01, 10}},
        {{0.01, 2, true}, 20, 4, {0.01, 0.1, 1, 2}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double ticks[PLOT_TICKS_MAX];
        int count = plot_ticks(&cases[i].scale, cases[i].lines, ticks);
        if (count != cases[i].count) {
            fail_msg("case %zu: %d ticks, the last %g", i, count, ticks[count - 1]);
        }
        for (int k = 0; k < count && k < 8; k++) {
            if (fabs(ticks[k] - cases[i].ticks[k]) > 1e-9) {
                fail_msg("case %zu: tick %d is %g", i, k, ticks[k]);
            }
        }
    }
}

// --- heatmaps

static const char *const labels[] = {"100 ms", "250 ms", "500 ms", "> 500 ms"};

static struct view_heat heat_of(const double *shares, size_t moments)
{
    return (struct view_heat){.shares = shares,
        .moments = moments,
        .rows = 4,
        .labels = labels,
        .first_ms = first_ms,
        .last_ms = first_ms + HOUR_MS};
}

static void heatmaps_of_every_size(void **state)
{
    (void)state;
    static const double shares[] = {0.1, 0.9, 0, 0, NAN, NAN, NAN, NAN, 0, 0, 0.5, 0.5};
    const struct view_heat heats[] = {
        heat_of(shares, 3), heat_of(shares, 1), {.missing = "a Summary has no buckets"}};
    for (size_t k = 0; k < sizeof heats / sizeof *heats; k++) {
        for (int h = 0; h <= 12; h++) {
            for (int w = 0; w <= 60; w++) {
                struct canvas c;
                canvas_init(&c, w + 2, h + 2);
                heat_draw(
                    &c, (struct area){1, 1, w, h}, &heats[k], glyphs_of((enum glyph_set)(w % 3)));
                assert_margin(&c, w, h);
                canvas_finish(&c);
            }
        }
    }
}

static void heat_is_where_the_requests_are(void **state)
{
    (void)state;
    static const double shares[] = {0.04, 0.96, 0, 0, NAN, NAN, NAN, NAN, 0, 0, 0.5, 0.5};
    const struct view_heat heat = heat_of(shares, 3);
    struct canvas c;
    struct str s;
    str_init(&s);
    canvas_init(&c, PLOT_AXIS_WIDTH + 10, 5);
    heat_draw(&c, (struct area){0, 0, c.w, c.h}, &heat, glyphs_of(GLYPHS_ASCII));
    canvas_add_text(&c, &s);
    assert_string_equal(s.text, "> 500 ms |      ***\n"
                                "  500 ms |      ***\n"
                                "  250 ms |###\n"
                                "  100 ms |...\n"
                                "          08:00\n");
    canvas_finish(&c);
    str_finish(&s);
}

static void empty_buckets_have_the_room_that_is_left(void **state)
{
    (void)state;
    static const double shares[] = {0.04, 0.96, 1, 0};
    struct view_heat heat = heat_of(shares, 2);
    heat.rows = 2;
    heat.empty = 2;
    struct canvas c;
    struct str s;
    str_init(&s);
    canvas_init(&c, PLOT_AXIS_WIDTH + 9, 4);
    heat_draw(&c, (struct area){0, 0, c.w, c.h}, &heat, glyphs_of(GLYPHS_ASCII));
    canvas_add_text(&c, &s);
    assert_string_equal(s.text, "  500 ms |\n"
                                "  250 ms |####\n"
                                "  100 ms |....####\n"
                                "          08:00\n");
    canvas_finish(&c);
    str_finish(&s);
}

static void exemplars_are_in_their_buckets(void **state)
{
    (void)state;
    static const double shares[] = {0.04, 0.96, 0, 0, 0, 1, 0, 0, 0, 0, 0.5, 0.5};
    static const double bounds[] = {0.1, 0.25, 0.5, INFINITY};
    static const struct view_point points[] = {{first_ms, 0.2, false},
        {first_ms + HOUR_MS, 7, false}, {first_ms + HOUR_MS / 2, 0.1, false},
        {first_ms - 1, 0.2, false}, {first_ms + HOUR_MS, 0.4, true}};
    struct view_heat heat = heat_of(shares, 3);
    heat.bounds = bounds;
    heat.points = points;
    heat.points_count = sizeof points / sizeof *points;
    struct canvas c;
    struct str s;
    str_init(&s);
    canvas_init(&c, PLOT_AXIS_WIDTH + 10, 5);
    heat_draw(&c, (struct area){0, 0, c.w, c.h}, &heat, glyphs_of(GLYPHS_ASCII));
    canvas_add_text(&c, &s);
    assert_string_equal(s.text, "> 500 ms |      **x\n"
                                "  500 ms |      **#\n"
                                "  250 ms |x#####\n"
                                "  100 ms |... x\n"
                                "          08:00\n");
    canvas_finish(&c);
    str_finish(&s);
}

static void many_buckets_share_lines(void **state)
{
    (void)state;
    static const double shares[] = {0.1, 0.9, 0, 0};
    const struct view_heat heat = heat_of(shares, 1);
    struct canvas c;
    struct str s;
    str_init(&s);
    canvas_init(&c, PLOT_AXIS_WIDTH + 10, 3);
    heat_draw(&c, (struct area){0, 0, c.w, c.h}, &heat, glyphs_of(GLYPHS_ASCII));
    canvas_add_text(&c, &s);
    assert_part(s.text, "  250 ms |#########\n"); // what two buckets have together
    canvas_finish(&c);
    str_finish(&s);
}

static void halves_of_cells_double_the_lines(void **state)
{
    (void)state;
    static const double shares[] = {0.04, 0.96, 0, 0.5};
    const struct view_heat heat = heat_of(shares, 1);
    struct canvas c;
    struct str s;
    str_init(&s);
    canvas_init(&c, PLOT_AXIS_WIDTH + 10, 3);
    heat_draw(&c, (struct area){0, 0, c.w, c.h}, &heat, glyphs_of(GLYPHS_SOLID));
    canvas_add_text(&c, &s);
    assert_string_equal(s.text, "  500 ms  ▀▀▀▀▀▀▀▀▀\n"
                                "  100 ms  ▀▀▀▀▀▀▀▀▀\n"
                                "          08:00\n");
    const struct cell *upper = canvas_at(&c, PLOT_AXIS_WIDTH, 0);
    const struct cell *lower = canvas_at(&c, PLOT_AXIS_WIDTH, 1);
    assert_int_equal(upper->role, ROLE_HEAT_4);
    assert_int_equal(upper->under, 0); // nothing in the bucket below
    assert_int_equal(lower->role, ROLE_HEAT_5);
    assert_int_equal(lower->under, ROLE_HEAT_1);
    canvas_finish(&c);
    str_finish(&s);
}

int main(void)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charts_of_every_size),
        cmocka_unit_test(charts_do_not_bridge_gaps),
        cmocka_unit_test(an_area_fades_downwards),
        cmocka_unit_test(an_area_meets_its_line),
        cmocka_unit_test(the_edge_of_an_area_is_of_one_thickness),
        cmocka_unit_test(what_is_usual_is_one_line_across_an_area),
        cmocka_unit_test(what_is_usual_is_dashed_beside_the_line),
        cmocka_unit_test(lines_that_are_off_are_not_drawn),
        cmocka_unit_test(times_say_their_day_where_there_are_several),
        cmocka_unit_test(everything_stands_at_its_value),
        cmocka_unit_test(charts_say_what_they_show),
        cmocka_unit_test(a_limit_is_on_the_axis),
        cmocka_unit_test(names_stand_at_the_ends_of_their_lines),
        cmocka_unit_test(another_day_is_laid_over),
        cmocka_unit_test(nothing_known_is_said),
        cmocka_unit_test(scales),
        cmocka_unit_test(ticks_are_round_numbers),
        cmocka_unit_test(heatmaps_of_every_size),
        cmocka_unit_test(heat_is_where_the_requests_are),
        cmocka_unit_test(empty_buckets_have_the_room_that_is_left),
        cmocka_unit_test(exemplars_are_in_their_buckets),
        cmocka_unit_test(many_buckets_share_lines),
        cmocka_unit_test(halves_of_cells_double_the_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
