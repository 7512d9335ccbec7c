#include "draw/plot.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"

enum {
    TIME_WIDTH = 5,
    DAY_WIDTH = 9,
    TIME_GAP = 4,
    GRID_EVERY = 4,
    TIMES_SOME = 4,
    LINES_PER_TICK = 4,
    LOW = 9,
    TALL = 32,
    BRAILLE = 0x2800
};

// The smallest round number from V up: axes end there.
static double round_up(double v)
{
    if (!(v > 0)) {
        return 1;
    }
    double base = pow(10, floor(log10(v)));
    static const double steps[] = {1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (steps[i] * base >= v * 0.9999) {
            return steps[i] * base;
        }
    }
    return 10 * base;
}

struct scale plot_scale(enum value_axis axis, double least, double most)
{
    struct scale s = {.top = round_up(most)};
    if (axis == AXIS_LOG && least > 0 && most > 0) {
        s.log = true;
        s.bottom = pow(10, floor(log10(least)));
        s.top = fmax(s.top, 10 * s.bottom);
    } else if (axis == AXIS_AUTO && least > 0 && most > least) {
        double step = round_up((most - least) / 4);
        s.bottom = floor(least / step) * step;
        s.top = ceil(most / step) * step;
    }
    return s;
}

double plot_height(const struct scale *s, double value)
{
    double at = s->log ? log(fmax(value, s->bottom) / s->bottom) / log(s->top / s->bottom)
                       : (value - s->bottom) / (s->top - s->bottom);
    return at < 0 ? 0 : at > 1 ? 1 : at;
}

double plot_value(const struct scale *s, double height)
{
    return s->log ? s->bottom * pow(s->top / s->bottom, height)
                  : s->bottom + (s->top - s->bottom) * height;
}

int plot_dot_row(const struct scale *s, double value, int lines)
{
    int rows = lines * PLOT_DOTS_HIGH;
    int row = (int)((1 - plot_height(s, value)) * rows); // its middle is the nearest of all
    return row < rows ? row : rows - 1;
}

int plot_cell_row(const struct scale *s, double value, int lines)
{
    int y = (int)((1 - plot_height(s, value)) * lines);
    return y < lines ? y : lines - 1;
}

void plot_label(struct canvas *c, struct rect plot, int y, const char *text)
{
    int width = utf8_width(text);
    canvas_text(c, plot.x - 2 - width, plot.y + y, width, text, ROLE_DIM);
}

// The least of 1, 2, 5, 10, ... that is LEAST or more.
static double round_step(double least)
{
    double base = pow(10, floor(log10(least)));
    double times = least / base;
    return base * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
}

static int linear_ticks(const struct scale *s, int lines, double *ticks)
{
    int apart = lines < LOW ? 2 : lines < TALL ? 3 : lines / 8;
    double line = (s->top - s->bottom) / (lines - 1);
    double step = round_step(apart * line * 0.9999);
    double first = ceil(s->bottom / step - 0.001) * step;
    int count = 0;
    if (first - s->bottom >= 0.9 * apart * line) {
        ticks[count++] = s->bottom;
    }
    for (double i = 0; first + i * step < s->top + 0.001 * step && count < PLOT_TICKS_MAX - 1;
         i++) {
        ticks[count++] = first + i * step;
    }
    if (count == 0 || s->top - ticks[count - 1] >= 0.9 * apart * line) {
        ticks[count++] = s->top;
    }
    return count;
}

static int log_ticks(const struct scale *s, int lines, double *ticks)
{
    int decades = (int)floor(log10(s->top / s->bottom) + 0.001);
    int most = lines / LINES_PER_TICK > 0 ? lines / LINES_PER_TICK : 1;
    int step = (decades + most - 1) / most, count = 0;
    for (int i = 0; i <= decades && count<PLOT_TICKS_MAX - 1; i += step> 0 ? step : 1) {
        ticks[count++] = s->bottom * pow(10, i);
    }
    if ((1 - plot_height(s, ticks[count - 1])) * (lines - 1) >= 2) {
        ticks[count++] = s->top;
    }
    return count;
}

int plot_ticks(const struct scale *s, int lines, double ticks[PLOT_TICKS_MAX])
{
    if (lines < LINES_PER_TICK) { // room for the ends
        ticks[0] = lines > 1 ? s->bottom : s->top;
        ticks[1] = s->top;
        return lines > 1 ? 2 : 1;
    }
    return s->log ? log_ticks(s, lines, ticks) : linear_ticks(s, lines, ticks);
}

static bool is_blank(const struct canvas *c, int x, int y)
{
    const struct cell *cell = canvas_at(c, x, y);
    return cell && (cell->glyph == ' ' || cell->glyph == 0);
}

// The step of the times below a plot of WIDTH columns, TAKEN by each with what is between them:
// none stands on the other's toes.
static int64_t time_step(int64_t span_ms, int width, int taken)
{
    static const int minutes[] = {
        1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 4320, 10080, 20160, 40320};
    size_t count = sizeof minutes / sizeof *minutes;
    for (size_t i = 0; i < count; i++) {
        int64_t step = minutes[i] * (int64_t)CLOCK_MINUTE_MS;
        if (step * width >= span_ms * taken) {
            return step;
        }
    }
    return minutes[count - 1] * (int64_t)CLOCK_MINUTE_MS;
}

static void add_time(struct str *s, int64_t at_ms, const char *format)
{
    str_clear(s);
    clock_add_local(s, at_ms, format);
}

static bool are_of_one_day(int64_t a_ms, int64_t b_ms)
{
    struct str a, b;
    str_init(&a);
    str_init(&b);
    add_time(&a, a_ms, "%F");
    add_time(&b, b_ms, "%F");
    bool same = strcmp(a.text, b.text) == 0;
    str_finish(&a);
    str_finish(&b);
    return same;
}

// Where a plot shows more than one day, the first time of each says which; with steps of a day and
// more the date is all there is to say.
static void draw_times(struct canvas *c, struct rect plot, int64_t first_ms, int64_t last_ms)
{
    int64_t span = last_ms - first_ms, before = 0;
    bool days = !are_of_one_day(first_ms, last_ms);
    int wide = days ? DAY_WIDTH : TIME_WIDTH, end = -1; // of the label before
    if (span <= 0 || plot.w < wide) {
        return;
    }
    int64_t step = time_step(span, plot.w, wide + TIME_GAP);
    struct str s;
    str_init(&s);
    for (int64_t t = (first_ms + step - 1) / step * step; t <= last_ms; t += step) {
        bool names_day = days && (before == 0 || !are_of_one_day(before, t));
        add_time(&s, t, step >= CLOCK_DAY_MS ? "%m-%d" : names_day ? "%a %H:%M" : "%H:%M");
        int width = utf8_width(s.text);
        int at = (int)lround((double)(t - first_ms) / (double)span * (plot.w - 1)) - width / 2;
        int x = at < 0 ? 0 : at > plot.w - width ? plot.w - width : at;
        bool moved = x - at > TIME_WIDTH / 2 ||
                     at - x > TIME_WIDTH / 2; // it would not stand below its moment
        if (x > end && (!moved || span < TIMES_SOME * step)) {
            canvas_text(c, plot.x + x, plot.y + plot.h, width, s.text, ROLE_DIM);
            end = x + width;
            before = t;
        }
    }
    str_finish(&s);
}

void plot_tick(struct canvas *c, struct rect plot, int y, const struct glyphs *glyphs)
{
    if (!glyphs->grid) {
        canvas_put(c, plot.x - 1, plot.y + y, glyphs->tick, ROLE_SPARK_USUAL);
    }
    for (int x = 0; x < plot.w && glyphs->grid && y + 1 < plot.h; x += GRID_EVERY) {
        if (is_blank(c, plot.x + x, plot.y + y)) {
            canvas_put(c, plot.x + x, plot.y + y, glyphs->grid, ROLE_GRID);
        }
    }
}

void plot_axes(struct canvas *c, struct rect plot, const struct view_moments *moments,
    int64_t first_ms, int64_t last_ms, const struct glyphs *glyphs)
{
    for (int y = 0; y < plot.h && !glyphs->grid; y++) {
        canvas_put(c, plot.x - 1, plot.y + y, glyphs->axis, ROLE_SPARK_USUAL);
    }
    if (!moments->timeless) {
        draw_times(c, plot, first_ms, last_ms);
    }
}

int plot_column(struct rect plot, int64_t at_ms, int64_t first_ms, int64_t last_ms)
{
    if (at_ms < first_ms || at_ms > last_ms || last_ms <= first_ms) {
        return -1;
    }
    double share = (double)(at_ms - first_ms) / (double)(last_ms - first_ms);
    return (int)lround(share * (plot.w - 1));
}

// Blanks whatever stands between FROM and TO of a line, and the rest of the words it is part of.
static void clear_words(struct canvas *c, int from, int to, int y)
{
    while (canvas_at(c, from - 1, y) && !is_blank(c, from - 1, y)) {
        from--;
    }
    while (canvas_at(c, to, y) && !is_blank(c, to, y)) {
        to++;
    }
    for (int x = from; x < to; x++) {
        canvas_put(c, x, y, ' ', ROLE_NORMAL);
    }
}

static void draw_cursor_time(struct canvas *c, struct rect plot, int column, int64_t at_ms)
{
    struct str s;
    str_init(&s);
    clock_add_local(&s, at_ms, " %H:%M:%S ");
    int width = utf8_width(s.text);
    int x = column - width / 2;
    x = x < 0 ? 0 : x > plot.w - width ? plot.w - width : x;
    clear_words(c, plot.x + x, plot.x + x + width, plot.y + plot.h);
    canvas_text(c, plot.x + x, plot.y + plot.h, width, s.text, ROLE_NOTICE);
    str_finish(&s);
}

// A sign below the plot, where it happened.
static void draw_event(
    struct canvas *c, struct rect plot, int column, char sign, const struct glyphs *glyphs)
{
    int x = column < plot.w - 1 ? column : plot.w - 2;
    clear_words(c, plot.x + x, plot.x + x + 2, plot.y + plot.h);
    canvas_put(c, plot.x + x, plot.y + plot.h, glyphs->up, ROLE_STRONG);
    canvas_put(c, plot.x + x + 1, plot.y + plot.h, (uint32_t)sign, ROLE_STRONG);
}

void plot_moments(struct canvas *c, struct rect plot, const struct view_moments *moments,
    int64_t first_ms, int64_t last_ms, const struct glyphs *glyphs)
{
    static const char signs[] = "S!RD"; // of several in one place what may have caused the others
    bool signed_here = !moments->timeless && !moments->named && plot.w > 2;
    for (size_t i = 0; i < (sizeof signs - 1) * moments->events_count && signed_here; i++) {
        const struct view_event *e = &moments->events[i % moments->events_count];
        int x = plot_column(plot, e->at_ms, first_ms, last_ms);
        if (e->sign == signs[i / moments->events_count] && x >= 0) {
            draw_event(c, plot, x, e->sign, glyphs);
        }
    }
    for (int i = 0; i < moments->marks_count; i++) {
        int x = plot_column(plot, moments->marks_ms[i], first_ms, last_ms);
        for (int y = 0; x >= 0 && y < plot.h; y++) {
            if (is_blank(c, plot.x + x, plot.y + y)) {
                canvas_put(c, plot.x + x, plot.y + y, glyphs->axis, ROLE_HEADER);
            }
        }
    }
    int x = plot_column(plot, moments->cursor_ms, first_ms, last_ms);
    for (int y = 0; x >= 0 && y < plot.h; y++) {
        canvas_put(c, plot.x + x, plot.y + y, glyphs->axis, ROLE_NOTICE);
    }
    if (x >= 0 && !moments->timeless) {
        draw_cursor_time(c, plot, x, moments->cursor_ms);
    }
}

bool plot_is_fill(const struct cell *cell)
{
    bool fills = cell->role == ROLE_FILL || cell->role == ROLE_FILL_WARNING ||
                 cell->role == ROLE_FILL_CRITICAL;
    return fills && cell->under == 0; // else it has a part of the edge
}

static bool is_usual(enum role role)
{
    return role == ROLE_SPARK_USUAL || role == ROLE_LINE_USUAL;
}

bool plot_is_free(const struct cell *cell)
{
    bool blank = !plot_has_dots(cell) && (cell->glyph == ' ' || cell->glyph == 0);
    return blank || is_usual((enum role)cell->role) || cell->role == ROLE_DIM ||
           cell->role == ROLE_GRID;
}

bool plot_has_dots(const struct cell *cell)
{
    return cell->glyph >= BRAILLE && cell->glyph < BRAILLE + 256;
}

// The cell is 2 dots wide and 4 high (Unicode 0x2800, Braille Patterns).
void plot_dot(struct canvas *c, struct rect plot, int x, int y, enum role role)
{
    static const uint32_t bits[PLOT_DOTS_HIGH][PLOT_DOTS_WIDE] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    bool inside = x >= 0 && y >= 0 && x < plot.w * PLOT_DOTS_WIDE && y < plot.h * PLOT_DOTS_HIGH;
    int column = plot.x + x / PLOT_DOTS_WIDE, line = plot.y + y / PLOT_DOTS_HIGH;
    const struct cell *cell = inside ? canvas_at(c, column, line) : NULL;
    if (!cell) {
        return;
    }
    bool gives_way = is_usual((enum role)cell->role) && cell->role != role;
    bool dots = plot_has_dots(cell) && !gives_way;
    uint32_t glyph = (dots ? cell->glyph : BRAILLE) | bits[y % PLOT_DOTS_HIGH][x % PLOT_DOTS_WIDE];
    bool worse = dots && cell->role == ROLE_CRITICAL;
    canvas_put_on(c, column, line, glyph, worse ? ROLE_CRITICAL : role, (enum role)cell->under);
}
