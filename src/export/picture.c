#include "export/picture.h"

#include "base/utf8.h"
#include "export/escape.h"
#include "theme/fade.h"
#include "theme/ground.h"

static bool same_look(const struct cell *a, const struct cell *b)
{
    return a->role == b->role && a->under == b->under && a->shade == b->shade &&
           a->selected == b->selected;
}

static void add_glyph(struct str *s, const struct cell *cell)
{
    utf8_add(s, cell->glyph);
    for (int i = 0; i < CELL_MARKS && cell->marks[i]; i++) {
        utf8_add(s, cell->marks[i]);
    }
}

static struct color faded(const struct theme *theme, int role, int shade)
{
    struct color color = theme->styles[role].fg;
    int32_t rgb = fade_is(role) ? fade_color(theme, (enum role)role, shade) : -1;
    color.rgb = rgb >= 0 ? rgb : color.rgb;
    return color;
}

// A cell with a background of its own keeps it under the cursor.
static struct color background(const struct cell *cell, const struct theme *theme)
{
    if (cell->under) {
        return faded(theme, cell->under, cell->shade);
    }
    bool has_own = theme_stands_out(theme, (enum role)cell->role);
    return cell->selected && !has_own ? theme->styles[ROLE_SELECTED].bg
                                      : theme->styles[cell->role].bg;
}

// --- ANSI

static void add_ansi_color(
    struct str *s, const struct color *color, int base, enum color_depth depth)
{
    if (depth == COLOR_TRUE && color->rgb >= 0) {
        str_addf(s, ";%d;2;%d;%d;%d", base + 8, (int)(color->rgb >> 16 & 255),
            (int)(color->rgb >> 8 & 255), (int)(color->rgb & 255));
    } else if (depth >= COLOR_256 && color->c256 >= 0) {
        str_addf(s, ";%d;5;%d", base + 8, color->c256);
    } else if (depth == COLOR_16 && color->c16 >= 0) {
        str_addf(s, ";%d", color->c16 < 8 ? base + color->c16 : base + 60 + color->c16 - 8);
    }
}

// What is reversed by itself still differs from a row that is. Without colours a background of
// one's own reverses, and so does the cursor.
static unsigned ansi_attrs(
    const struct cell *cell, const struct theme *theme, enum color_depth depth)
{
    unsigned own = theme->styles[cell->role].attrs;
    unsigned cursor = cell->selected ? theme->styles[ROLE_SELECTED].attrs : 0;
    bool plain = depth == COLOR_NEVER;
    bool by_itself = plain ? theme_stands_out(theme, (enum role)cell->role) : own & STYLE_REVERSE;
    bool by_cursor = plain ? cell->selected : cursor & STYLE_REVERSE;
    unsigned attrs = (own | cursor) & ~(unsigned)STYLE_REVERSE;
    return attrs | (by_itself != by_cursor ? STYLE_REVERSE : 0);
}

static void add_ansi_style(
    struct str *s, const struct cell *cell, const struct theme *theme, enum color_depth depth)
{
    static const struct {
        unsigned attr;
        int code;
    } codes[] = {{STYLE_BOLD, 1}, {STYLE_DIM, 2}, {STYLE_UNDERLINE, 4}, {STYLE_REVERSE, 7}};
    unsigned attrs = ansi_attrs(cell, theme, depth);
    str_add(s, "\x1b[0");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (attrs & codes[i].attr) {
            str_addf(s, ";%d", codes[i].code);
        }
    }
    if (depth != COLOR_NEVER) {
        const struct color fg = faded(theme, cell->role, cell->shade);
        const struct color bg = background(cell, theme);
        add_ansi_color(s, &fg, 30, depth);
        add_ansi_color(s, &bg, 40, depth);
    }
    str_addc(s, 'm');
}

void picture_add_ansi(
    struct str *s, const struct canvas *c, const struct theme *theme, enum color_depth depth)
{
    depth = depth == COLOR_AUTO ? COLOR_256 : depth;
    for (int y = 0; y < c->h; y++) {
        const struct cell *before = NULL;
        for (int x = 0; x < c->w; x++) {
            const struct cell *cell = canvas_at(c, x, y);
            if (cell->width == 0) {
                continue;
            }
            if (!before || !same_look(before, cell)) {
                add_ansi_style(s, cell, theme, depth);
            }
            add_glyph(s, cell);
            before = cell;
        }
        str_add(s, "\x1b[0m\n");
    }
}

// --- SVG

enum { CELL_WIDTH = 9, CELL_HEIGHT = 19, BASELINE = 14 };

static bool is_braille(uint32_t glyph)
{
    return glyph >= 0x2800 && glyph < 0x2900;
}

/** Where the lines of a box drawing character lead to, from the middle of its cell. */
enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8, ROUND = 16, DASHED = 32 };

static unsigned lines_of(uint32_t glyph)
{
    static const struct {
        uint32_t glyph;
        unsigned lines;
    } known[] = {{0x2500, LEFT | RIGHT}, {0x2502, UP | DOWN}, {0x250C, DOWN | RIGHT},
        {0x2510, DOWN | LEFT}, {0x2514, UP | RIGHT}, {0x2518, UP | LEFT},
        {0x251C, UP | DOWN | RIGHT}, {0x2524, UP | DOWN | LEFT}, {0x252C, DOWN | LEFT | RIGHT},
        {0x2534, UP | LEFT | RIGHT}, {0x253C, UP | DOWN | LEFT | RIGHT},
        {0x254C, LEFT | RIGHT | DASHED}, {0x256D, DOWN | RIGHT | ROUND},
        {0x256E, DOWN | LEFT | ROUND}, {0x256F, UP | LEFT | ROUND}, {0x2570, UP | RIGHT | ROUND}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].glyph == glyph) {
            return known[i].lines;
        }
    }
    return 0;
}

enum { UPPER_EIGHTH = 0x2594 };

/** How many eighths of its cell a block fills from below; 0: it is none. */
static int eighths_of(uint32_t glyph)
{
    return glyph > 0x2580 && glyph <= 0x2588 ? (int)(glyph - 0x2580) : 0;
}

// What has to meet the next cell is drawn: fonts leave gaps between lines.
static bool is_letter(const struct cell *cell)
{
    uint32_t glyph = cell->glyph;
    return cell->width > 0 && !is_braille(glyph) && !lines_of(glyph) && !eighths_of(glyph) &&
           glyph != UPPER_EIGHTH;
}

static void add_svg_letters(struct str *s, const struct canvas *c, int x, int end, int y)
{
    struct str letters;
    str_init(&letters);
    for (int i = x; i < end; i++) {
        if (is_letter(canvas_at(c, i, y))) {
            add_glyph(&letters, canvas_at(c, i, y));
        }
    }
    escape_xml(s, letters.text);
    str_finish(&letters);
}

// Fonts differ most in these, and a chart needs every dot in its place.
static void add_svg_dots(struct str *s, uint32_t glyph, int x, int y, int32_t color)
{
    static const int places[8][2] = {
        {0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}, {0, 3}, {1, 3}};
    str_addf(s, "<path fill='#%06x' d='", (unsigned)color);
    for (int bit = 0; bit < 8; bit++) {
        if ((glyph - 0x2800) >> bit & 1) {
            str_addf(s, "M%d %dh2v2h-2z", x * CELL_WIDTH + 2 + places[bit][0] * 4,
                y * CELL_HEIGHT + 2 + places[bit][1] * 5);
        }
    }
    str_add(s, "'/>\n");
}

// Cells are odd numbers wide and high, so that lines through their middles are sharp.
static void add_svg_lines(struct str *s, unsigned lines, struct rect at, int32_t color)
{
    int right = at.x + at.w, below = at.y + at.h, x = at.x + CELL_WIDTH / 2, y = at.y + at.h / 2;
    str_addf(s, "<path fill='none' stroke='#%06x'%s d='", (unsigned)color,
        lines & DASHED ? " stroke-dasharray='3 1.5'" : "");
    if (lines & ROUND) {
        str_addf(s, "M%d.5 %dQ%d.5 %d.5 %d %d.5", x, lines & UP ? at.y : below, x, y,
            lines & LEFT ? at.x : right, y);
    } else if (lines & (LEFT | RIGHT)) {
        str_addf(s, "M%d %d.5H%d", lines & LEFT ? at.x : x, y, lines & RIGHT ? right : x + 1);
    }
    if (!(lines & ROUND) && lines & (UP | DOWN)) {
        str_addf(s, "M%d.5 %dV%d", x, lines & UP ? at.y : y, lines & DOWN ? below : y + 1);
    }
    str_add(s, "'/>\n");
}

/** Draws the GLYPH of COUNT cells from column X on, if it is no letter. */
static void add_svg_shape(struct str *s, uint32_t glyph, int x, int count, int y, int32_t color)
{
    struct rect at = {x * CELL_WIDTH, y * CELL_HEIGHT, count * CELL_WIDTH, CELL_HEIGHT};
    if (is_braille(glyph)) {
        add_svg_dots(s, glyph, x, y, color);
    } else if (lines_of(glyph)) {
        add_svg_lines(s, lines_of(glyph), at, color);
    } else if (eighths_of(glyph) || glyph == UPPER_EIGHTH) {
        bool upper = glyph == UPPER_EIGHTH;
        int height = (CELL_HEIGHT * (upper ? 1 : eighths_of(glyph)) + 4) / 8;
        str_addf(s, "<rect x='%d' y='%d' width='%d' height='%d' fill='#%06x'/>\n", at.x,
            upper ? at.y : at.y + at.h - height, at.w, height, (unsigned)color);
    }
}

/** How many cells from X on, before END, have the same glyph, if it goes on from cell to cell. */
static int same_shapes(const struct canvas *c, int x, int end, int y)
{
    uint32_t glyph = canvas_at(c, x, y)->glyph;
    bool goes_on = eighths_of(glyph) || glyph == UPPER_EIGHTH || lines_of(glyph) == (LEFT | RIGHT);
    int count = 1;
    while (goes_on && x + count < end && canvas_at(c, x + count, y)->glyph == glyph) {
        count++;
    }
    return count;
}

static int add_svg_run(
    struct str *s, const struct canvas *c, int x, int y, const struct theme *theme)
{
    const struct cell *first = canvas_at(c, x, y);
    const struct style *style = &theme->styles[first->role];
    int end = x;
    bool blank = true;
    while (end < c->w && same_look(first, canvas_at(c, end, y))) {
        blank = blank && (canvas_at(c, end, y)->glyph == ' ' || !is_letter(canvas_at(c, end, y)));
        end++;
    }
    int32_t bg = background(first, theme).rgb;
    const struct style own = ground_style(ground_of(theme));
    int32_t fg = faded(theme, first->role, first->shade).rgb;
    fg = fg >= 0 ? fg : own.fg.rgb;
    if (style->attrs & STYLE_REVERSE) {
        int32_t swap = bg >= 0 ? bg : own.bg.rgb;
        bg = fg;
        fg = swap;
    }
    if (bg >= 0) {
        str_addf(s, "<rect x='%d' y='%d' width='%d' height='%d' fill='#%06x'/>\n", x * CELL_WIDTH,
            y * CELL_HEIGHT, (end - x) * CELL_WIDTH, CELL_HEIGHT, (unsigned)bg);
    }
    if (!blank) {
        str_addf(s, "<text y='%d' fill='#%06x'%s x='", y * CELL_HEIGHT + BASELINE, (unsigned)fg,
            style->attrs & STYLE_BOLD ? " font-weight='bold'" : "");
        for (int i = x; i < end; i++) { // each in its cell, whatever font stands in for a glyph
            if (is_letter(canvas_at(c, i, y))) {
                str_addf(s, "%d ", i * CELL_WIDTH);
            }
        }
        str_add(s, "'>");
        add_svg_letters(s, c, x, end, y);
        str_add(s, "</text>\n");
    }
    for (int i = x, count; i < end; i += count) {
        count = same_shapes(c, i, end, y);
        add_svg_shape(s, canvas_at(c, i, y)->glyph, i, count, y, fg);
    }
    return end;
}

void picture_add_svg(struct str *s, const struct canvas *c, const struct theme *theme)
{
    int w = c->w * CELL_WIDTH, h = c->h * CELL_HEIGHT;
    str_addf(s,
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d'>\n"
        "<rect width='%d' height='%d' fill='#%06x'/>\n"
        "<g font-family='DejaVu Sans Mono, Menlo, Consolas, monospace' font-size='15' "
        "xml:space='preserve'>\n",
        w, h, w, h, w, h, (unsigned)ground_style(ground_of(theme)).bg.rgb);
    for (int y = 0; y < c->h; y++) {
        for (int x = 0; x < c->w;) {
            x = add_svg_run(s, c, x, y, theme);
        }
    }
    str_add(s, "</g>\n</svg>\n");
}
