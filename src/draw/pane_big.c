#include "base/utf8.h"
#include "draw/chart.h"
#include "draw/pane.h"

enum {
    LETTER_LINES = 5,
    SMALL_LINES = 3, /**< of letters and digits in halves of cells */
    DIGIT_LEAST = 5,
    DIGIT_MOST = 15,
    CHART_FROM = 20,
    GAP = 4,            /**< between a value and its chart */
    WIDTH_PERCENT = 55, /**< of the pane, at most, for the value */
};

// --- units, of blocks

/** A letter of 5 lines, a bit for each block, the leftmost highest. */
struct letter {
    char ch;
    int width;
    unsigned char lines[LETTER_LINES];
};

// Small ones are of units, capital ones of names.
static const struct letter letters[] = {
    {'=', 3, {0x0, 0x7, 0x0, 0x7, 0x0}},
    {'>', 3, {0x4, 0x2, 0x1, 0x2, 0x4}},
    {'<', 3, {0x1, 0x2, 0x4, 0x2, 0x1}},
    {'%', 5, {0x19, 0x1A, 0x4, 0xB, 0x13}},
    {'/', 3, {0x1, 0x1, 0x2, 0x4, 0x4}},
    {'s', 3, {0x0, 0x7, 0x4, 0x3, 0x7}},
    {'m', 5, {0x0, 0x1E, 0x15, 0x15, 0x15}},
    {'u', 3, {0x0, 0x5, 0x5, 0x5, 0x7}},
    {'i', 1, {0x1, 0x0, 0x1, 0x1, 0x1}},
    {'n', 4, {0x0, 0xE, 0x9, 0x9, 0x9}},
    {'h', 3, {0x4, 0x4, 0x7, 0x5, 0x5}},
    {'d', 3, {0x1, 0x1, 0x7, 0x5, 0x7}},
    {'k', 3, {0x4, 0x5, 0x6, 0x5, 0x5}},
    {' ', 1, {0, 0, 0, 0, 0}},
    {'A', 3, {0x2, 0x5, 0x7, 0x5, 0x5}},
    {'B', 3, {0x6, 0x5, 0x6, 0x5, 0x6}},
    {'C', 3, {0x3, 0x4, 0x4, 0x4, 0x3}},
    {'D', 3, {0x6, 0x5, 0x5, 0x5, 0x6}},
    {'E', 3, {0x7, 0x4, 0x6, 0x4, 0x7}},
    {'F', 3, {0x7, 0x4, 0x6, 0x4, 0x4}},
    {'G', 3, {0x3, 0x4, 0x5, 0x5, 0x3}},
    {'H', 3, {0x5, 0x5, 0x7, 0x5, 0x5}},
    {'I', 1, {0x1, 0x1, 0x1, 0x1, 0x1}},
    {'J', 3, {0x1, 0x1, 0x1, 0x5, 0x2}},
    {'K', 3, {0x5, 0x5, 0x6, 0x5, 0x5}},
    {'L', 3, {0x4, 0x4, 0x4, 0x4, 0x7}},
    {'M', 5, {0x11, 0x1B, 0x15, 0x11, 0x11}},
    {'N', 4, {0x9, 0xD, 0xB, 0x9, 0x9}},
    {'O', 3, {0x2, 0x5, 0x5, 0x5, 0x2}},
    {'P', 3, {0x6, 0x5, 0x6, 0x4, 0x4}},
    {'Q', 3, {0x2, 0x5, 0x5, 0x2, 0x1}},
    {'R', 3, {0x6, 0x5, 0x6, 0x5, 0x5}},
    {'S', 3, {0x3, 0x4, 0x2, 0x1, 0x6}},
    {'T', 3, {0x7, 0x2, 0x2, 0x2, 0x2}},
    {'U', 3, {0x5, 0x5, 0x5, 0x5, 0x7}},
    {'V', 3, {0x5, 0x5, 0x5, 0x5, 0x2}},
    {'W', 5, {0x11, 0x11, 0x15, 0x1B, 0x11}},
    {'X', 3, {0x5, 0x5, 0x2, 0x5, 0x5}},
    {'Y', 3, {0x5, 0x5, 0x2, 0x2, 0x2}},
    {'Z', 3, {0x7, 0x1, 0x2, 0x4, 0x7}},
    {'_', 3, {0x0, 0x0, 0x0, 0x0, 0x7}},
    {':', 1, {0x0, 0x1, 0x0, 0x1, 0x0}},
};

static const struct letter *letter_of(char ch)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        if (letters[i].ch == ch) {
            return &letters[i];
        }
    }
    return NULL;
}

// --- digits, of seven bars

/** The bars of a digit: top, right above, right below, bottom, left below, left above, middle. */
enum {
    TOP = 1,
    UPPER_RIGHT = 2,
    LOWER_RIGHT = 4,
    BOTTOM = 8,
    LOWER_LEFT = 16,
    UPPER_LEFT = 32,
    MIDDLE = 64
};

static const unsigned char bars[10] = {0x3F, 0x06, 0x5B, 0x4F, 0x66, 0x6D, 0x7D, 0x07, 0x7F, 0x6F};

/** Sizes that follow from the HEIGHT of digits. */
struct face {
    int height, width; /**< of a digit */
    int thick_x, thick_y;
    int block_x, block_y; /**< of a letter's block */
};

static struct face face_of(int height)
{
    int thick = height >= 11 ? 2 : 1;
    return (struct face){height, height + 1, 2 * thick, thick, 2 * thick, thick};
}

static const struct face narrow = {DIGIT_LEAST, 4, 1, 1, 1, 1};

static bool is_digit(char ch)
{
    return (ch >= '0' && ch <= '9') || ch == '.' || ch == '-';
}

// The columns of a character and the gap after it; 0 where it has no shape.
static int advance(const struct face *f, char ch)
{
    if (ch == '.') {
        return 2 * f->thick_x;
    }
    if (is_digit(ch)) {
        return f->width + f->thick_x;
    }
    const struct letter *l = letter_of(ch);
    return l ? (l->width + 1) * f->block_x : 0;
}

static int width_of(const struct face *f, const char *text)
{
    int width = 0;
    for (; *text; text++) {
        int w = advance(f, *text);
        if (w == 0) {
            return 0;
        }
        width += w;
    }
    return width;
}

/** What is drawn with. */
struct pen {
    struct canvas *canvas;
    uint32_t block;
    enum role role;
};

static void fill(const struct pen *p, int x, int y, int w, int h)
{
    canvas_fill(p->canvas, (struct rect){x, y, w, h}, p->block, p->role);
}

static void draw_digit(const struct pen *p, const struct face *f, int x, int y, unsigned on)
{
    int right = x + f->width - f->thick_x, half = f->height / 2;
    int bottom = y + f->height - f->thick_y, middle = y + (f->height - f->thick_y) / 2;
    const struct {
        unsigned bar;
        int x, y, w, h;
    } all[] = {
        {TOP, x, y, f->width, f->thick_y},
        {UPPER_RIGHT, right, y, f->thick_x, half + 1},
        {LOWER_RIGHT, right, middle, f->thick_x, f->height - (middle - y)},
        {BOTTOM, x, bottom, f->width, f->thick_y},
        {LOWER_LEFT, x, middle, f->thick_x, f->height - (middle - y)},
        {UPPER_LEFT, x, y, f->thick_x, half + 1},
        {MIDDLE, x, middle, f->width, f->thick_y},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (on & all[i].bar) {
            fill(p, all[i].x, all[i].y, all[i].w, all[i].h);
        }
    }
}

static void draw_letter(const struct pen *p, const struct face *f, int x, int y, char ch)
{
    const struct letter *l = letter_of(ch);
    int high = f->block_y, wide = f->block_x;
    y += f->height - LETTER_LINES * high; // they stand on the same line as the digits
    for (int line = 0; l && line < LETTER_LINES; line++) {
        for (int k = 0; k < l->width; k++) {
            if (l->lines[line] >> (l->width - 1 - k) & 1) {
                fill(p, x + k * wide, y + line * high, wide, high);
            }
        }
    }
}

static void draw_char(const struct pen *p, const struct face *f, int x, int y, char ch)
{
    if (ch == '.') {
        fill(p, x, y + f->height - f->thick_y, f->thick_x, f->thick_y);
    } else if (is_digit(ch)) {
        draw_digit(p, f, x, y, ch == '-' ? MIDDLE : bars[ch - '0']);
    } else {
        draw_letter(p, f, x, y, ch);
    }
}

// --- small ones, of halves of cells

static unsigned char digit_line(unsigned on, int line)
{
    bool left = on & ((line <= 2 ? UPPER_LEFT : 0) | (line >= 2 ? LOWER_LEFT : 0));
    bool right = on & ((line <= 2 ? UPPER_RIGHT : 0) | (line >= 2 ? LOWER_RIGHT : 0));
    bool bar = on & (line == 0 ? TOP : line == 2 ? MIDDLE : line == 4 ? BOTTOM : 0);
    return (unsigned char)(bar ? 7 : left << 2 | right);
}

static struct letter small_of(char ch)
{
    struct letter out = {ch, ch == '.' ? 1 : 3, {0}};
    const struct letter *l = letter_of(ch);
    for (int i = 0; i < LETTER_LINES && is_digit(ch); i++) {
        out.lines[i] =
            ch == '.' ? i == LETTER_LINES - 1 : digit_line(ch == '-' ? MIDDLE : bars[ch - '0'], i);
    }
    return is_digit(ch) ? out : l ? *l : (struct letter){.ch = ch};
}

static int small_width(const char *text)
{
    int width = 0;
    for (; *text; text++) {
        int w = small_of(*text).width;
        if (w == 0) {
            return 0;
        }
        width += w + 1;
    }
    return width;
}

static void draw_small(
    const struct pen *p, int x, int y, const char *text, const struct glyphs *glyphs)
{
    for (; *text; text++) {
        const struct letter l = small_of(*text);
        for (int k = 0; k < l.width * SMALL_LINES; k++) {
            int column = k % l.width, row = k / l.width, bit = l.width - 1 - column;
            int line = 2 * row - 1;
            bool upper = line >= 0 && l.lines[line] >> bit & 1; // clear of what is above
            bool lower = line + 1 < LETTER_LINES && l.lines[line + 1] >> bit & 1;
            uint32_t half = upper ? glyphs->upper : glyphs->lower;
            if (upper || lower) {
                canvas_put(
                    p->canvas, x + column, y + row, upper && lower ? p->block : half, p->role);
            }
        }
        x += l.width + 1;
    }
}

// --- values

static void draw_face(const struct pen *p, const struct face *f, int x, int y, const char *text)
{
    for (; *text; text++) {
        draw_char(p, f, x, y, *text);
        x += advance(f, *text);
    }
}

/** How a value is written: in FACE, else small; in neither where WIDTH is 0. */
struct writing {
    struct face face;
    bool small;
    int width;
};

// The largest size for which ROOM columns and LINES do.
static struct writing writing_of(const char *text, int room, int lines)
{
    int height = lines < DIGIT_MOST ? lines : DIGIT_MOST;
    for (height -= height % 2 == 0; height >= DIGIT_LEAST; height -= 2) {
        struct writing w = {.face = face_of(height)};
        w.width = width_of(&w.face, text);
        if (w.width > 0 && w.width <= room) {
            return w;
        }
    }
    struct writing w = {.face = narrow, .width = width_of(&narrow, text)};
    if (lines >= narrow.height && w.width > 0 && w.width <= room) {
        return w;
    }
    w = (struct writing){.small = true, .width = small_width(text)};
    w.face.height = SMALL_LINES;
    bool fits = lines >= SMALL_LINES && w.width <= room;
    return fits ? w : (struct writing){.width = 0};
}

// With a line above where one is left: an underscore there would be part of it. Returns the columns
// taken; 0 where there is no room for any size.
static int draw_value(
    struct canvas *c, struct area a, int room, struct view_text value, const struct glyphs *glyphs)
{
    const struct pen pen = {c, glyphs->block, value.role};
    const struct writing w = writing_of(value.text, room, a.h);
    int y = a.y + (w.face.height < a.h);
    if (w.small && w.width > 0) {
        draw_small(&pen, a.x, y, value.text, glyphs);
    } else if (w.width > 0) {
        draw_face(&pen, &w.face, a.x, y, value.text);
    }
    return w.width;
}

// A number is never cut, so the name is.
static int draw_name(struct canvas *c, int x, int y, int room, const struct view_big *big,
    const struct glyphs *glyphs)
{
    struct str s;
    str_init(&s);
    if (room > 0) {
        utf8_add_fitted(&s, big->name.text, room, glyphs->ellipsis);
    }
    int used = canvas_text(c, x, y, room > 0 ? room : 0, s.text, big->name.role);
    str_finish(&s);
    return used;
}

static struct area below_name(struct area a)
{
    return (struct area){a.x + VIEW_INDENT, a.y + 1, a.w - VIEW_INDENT - 1, a.h - 1};
}

int pane_big_width(struct area a, const struct view_big *big)
{
    const struct area below = below_name(a);
    return writing_of(big->value.text, below.w * WIDTH_PERCENT / 100, below.h).width;
}

void pane_big(struct canvas *c, struct area a, const struct view_big *big, int widest,
    const struct glyphs *glyphs)
{
    if (a.h == 0) {
        return;
    }
    int x = a.x + VIEW_INDENT, right = a.x + a.w - 1;
    canvas_text(c, a.x + 1, a.y, VIEW_INDENT - 1, big->mark.text, big->mark.role);
    bool digits = a.h > SMALL_LINES;
    x += draw_name(
             c, x, a.y, right - x - (digits ? 0 : utf8_width(big->value.text) + 2), big, glyphs) +
         2;
    if (!digits) {
        x += canvas_text(c, x, a.y, right - x, big->value.text, big->value.role) + 2;
    }
    struct str s;
    str_init(&s);
    if (right > x) {
        bool fits = !big->briefer || utf8_width(big->detail.text) <= right - x;
        utf8_add_words(&s, fits ? big->detail.text : big->briefer, right - x, glyphs->ellipsis);
        canvas_text(c, x, a.y, right - x, s.text, big->detail.role);
    }
    str_finish(&s);
    const struct area below = below_name(a);
    // the charts of all rows begin at the same column, and are left out for the sake of a number
    int used = digits ? draw_value(c, below, widest, big->value, glyphs) : 0;
    used = digits && used == 0 ? draw_value(c, below, below.w, big->value, glyphs) : used;
    if (digits && used == 0) {
        used = canvas_text(c, below.x, below.y, below.w, big->value.text, big->value.role) + 2;
    }
    used = used > widest ? used : widest;
    int left = below.x + (used > 0 ? used + GAP : 0);
    struct area chart = {left, below.y, right - left, below.h};
    if (chart.w >= CHART_FROM && chart.h > 0) {
        chart_draw_bare(c, chart, &big->trend, glyphs);
    }
}

void pane_banner(
    struct canvas *c, struct area a, const struct view_text *banner, const struct glyphs *glyphs)
{
    const struct area inner = {a.x + VIEW_INDENT, a.y, a.w - VIEW_INDENT - 1, a.h};
    if (inner.h > 0 && inner.w > 0 && draw_value(c, inner, inner.w, *banner, glyphs) == 0) {
        canvas_text(c, inner.x, inner.y, inner.w, banner->text, banner->role);
    }
}
