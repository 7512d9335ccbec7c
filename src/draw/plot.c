#include "draw/plot.h"

#include <math.h>

#include "base/clock.h"
#include "base/utf8.h"

enum { TIME_WIDTH = 5, TIME_GAP = 4, LINES_PER_TICK = 4, LOW = 9, TALL = 32, BRAILLE = 0x2800 };

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

// The step of the times below a plot of WIDTH columns: none stands on the other's toes.
static int64_t time_step(int64_t span_ms, int width)
{
    static const int minutes[] = {
        1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 4320, 10080, 20160, 40320};
    size_t count = sizeof minutes / sizeof *minutes;
    for (size_t i = 0; i < count; i++) {
        int64_t step = minutes[i] * (int64_t)CLOCK_MINUTE_MS;
        if (step * width >= span_ms * (TIME_WIDTH + TIME_GAP)) {
            return step;
        }
    }
    return minutes[count - 1] * (int64_t)CLOCK_MINUTE_MS;
}

static void draw_times(struct canvas *c, struct rect plot, int64_t first_ms, int64_t last_ms)
{
    int64_t span = last_ms - first_ms;
    if (span <= 0 || plot.w < TIME_WIDTH) {
        return;
    }
    int64_t step = time_step(span, plot.w);
    const char *format = step >= CLOCK_DAY_MS ? "%m-%d" : "%H:%M";
    struct str s;
    str_init(&s);
    int end = -1; // of the label before
    for (int64_t t = (first_ms + step - 1) / step * step; t <= last_ms; t += step) {
        int x = (int)lround((double)(t - first_ms) / (double)span * (plot.w - 1));
        x -= TIME_WIDTH / 2;
        x = x < 0 ? 0 : x > plot.w - TIME_WIDTH ? plot.w - TIME_WIDTH : x;
        if (x > end) {
            str_clear(&s);
            clock_add_local(&s, t, format);
            canvas_text(c, plot.x + x, plot.y + plot.h, TIME_WIDTH, s.text, ROLE_DIM);
            end = x + TIME_WIDTH;
        }
    }
    str_finish(&s);
}

void plot_axes(struct canvas *c, struct rect plot, int64_t first_ms, int64_t last_ms,
    const struct glyphs *glyphs)
{
    for (int y = 0; y < plot.h; y++) {
        canvas_put(c, plot.x - 1, plot.y + y, glyphs->axis, ROLE_SPARK_USUAL);
    }
    draw_times(c, plot, first_ms, last_ms);
}

static bool column_of(
    struct rect plot, int64_t at_ms, int64_t first_ms, int64_t last_ms, int *column)
{
    if (at_ms < first_ms || at_ms > last_ms || last_ms <= first_ms) {
        return false;
    }
    double share = (double)(at_ms - first_ms) / (double)(last_ms - first_ms);
    *column = (int)lround(share * (plot.w - 1));
    return true;
}

static bool is_blank(const struct canvas *c, int x, int y)
{
    const struct cell *cell = canvas_at(c, x, y);
    return cell && (cell->glyph == ' ' || cell->glyph == 0);
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
    int x;
    static const char signs[] = "SRD"; // of several in one place what may have caused the others
    for (size_t i = 0; i < (sizeof signs - 1) * moments->events_count && plot.w > 2; i++) {
        const struct view_event *e = &moments->events[i % moments->events_count];
        if (e->sign == signs[i / moments->events_count] &&
            column_of(plot, e->at_ms, first_ms, last_ms, &x)) {
            draw_event(c, plot, x, e->sign, glyphs);
        }
    }
    for (int i = 0; i < moments->marks_count; i++) {
        bool inside = column_of(plot, moments->marks_ms[i], first_ms, last_ms, &x);
        for (int y = 0; inside && y < plot.h; y++) {
            if (is_blank(c, plot.x + x, plot.y + y)) {
                canvas_put(c, plot.x + x, plot.y + y, glyphs->axis, ROLE_HEADER);
            }
        }
    }
    if (column_of(plot, moments->cursor_ms, first_ms, last_ms, &x)) {
        for (int y = 0; y < plot.h; y++) {
            canvas_put(c, plot.x + x, plot.y + y, glyphs->axis, ROLE_NOTICE);
        }
        draw_cursor_time(c, plot, x, moments->cursor_ms);
    }
}

bool plot_is_fill(const struct cell *cell)
{
    bool fills = cell->role == ROLE_FILL || cell->role == ROLE_FILL_WARNING ||
                 cell->role == ROLE_FILL_CRITICAL;
    return fills && cell->under == 0; // else it has a part of the edge
}

bool plot_is_free(const struct cell *cell)
{
    bool blank = !plot_has_dots(cell) && (cell->glyph == ' ' || cell->glyph == 0);
    return blank || cell->role == ROLE_SPARK_USUAL || cell->role == ROLE_DIM;
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
    bool dots = plot_has_dots(cell) && (cell->role != ROLE_SPARK_USUAL || role == ROLE_SPARK_USUAL);
    uint32_t glyph = (dots ? cell->glyph : BRAILLE) | bits[y % PLOT_DOTS_HIGH][x % PLOT_DOTS_WIDE];
    bool worse = dots && cell->role == ROLE_CRITICAL;
    canvas_put_on(c, column, line, glyph, worse ? ROLE_CRITICAL : role, (enum role)cell->under);
}
