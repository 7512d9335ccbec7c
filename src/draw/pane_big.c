#include "base/utf8.h"
#include "draw/chart.h"
#include "draw/pane.h"

enum { LETTER_LINES = 5, LETTER_COLUMNS = 5, DIGITS_FROM = LETTER_LINES + 1, CHART_FROM = 20 };

/** A letter of 5 lines, a bit for each block, the leftmost highest. */
struct letter {
    char ch;
    int width;
    unsigned char lines[LETTER_LINES];
};

static const struct letter letters[] = {
    {'0', 4, {0x6, 0x9, 0x9, 0x9, 0x6}},
    {'1', 3, {0x2, 0x6, 0x2, 0x2, 0x7}},
    {'2', 4, {0xE, 0x1, 0x6, 0x8, 0xF}},
    {'3', 4, {0xE, 0x1, 0x6, 0x1, 0xE}},
    {'4', 4, {0x9, 0x9, 0xF, 0x1, 0x1}},
    {'5', 4, {0xF, 0x8, 0xE, 0x1, 0xE}},
    {'6', 4, {0x6, 0x8, 0xE, 0x9, 0x6}},
    {'7', 4, {0xF, 0x1, 0x2, 0x4, 0x4}},
    {'8', 4, {0x6, 0x9, 0x6, 0x9, 0x6}},
    {'9', 4, {0x6, 0x9, 0x7, 0x1, 0x6}},
    {'.', 1, {0x0, 0x0, 0x0, 0x0, 0x1}},
    {'-', 3, {0x0, 0x0, 0x7, 0x0, 0x0}},
    {'=', 3, {0x0, 0x7, 0x0, 0x7, 0x0}},
    {'>', 3, {0x4, 0x2, 0x1, 0x2, 0x4}},
    {'<', 3, {0x1, 0x2, 0x4, 0x2, 0x1}},
    {'%', 5, {0x19, 0x1A, 0x4, 0xB, 0x13}},
    {'/', 3, {0x1, 0x1, 0x2, 0x4, 0x4}},
    {'s', 3, {0x0, 0x3, 0x6, 0x3, 0x6}},
    {'m', 5, {0x0, 0x1E, 0x15, 0x15, 0x15}},
    {'u', 3, {0x0, 0x5, 0x5, 0x5, 0x3}},
    {'i', 1, {0x1, 0x0, 0x1, 0x1, 0x1}},
    {'n', 3, {0x0, 0x6, 0x5, 0x5, 0x5}},
    {'h', 3, {0x4, 0x4, 0x6, 0x5, 0x5}},
    {' ', 1, {0, 0, 0, 0, 0}},
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

// The columns that TEXT takes with blocks of WIDE columns; 0 where a letter is not known.
static int big_width(const char *text, int wide)
{
    int width = 0;
    for (; *text; text++) {
        const struct letter *l = letter_of(*text);
        if (!l) {
            return 0;
        }
        width += (l->width + 1) * wide;
    }
    return width;
}

static void draw_letter(struct canvas *c, int x, int y, const struct letter *l, int wide, int high,
    enum role role, const struct glyphs *glyphs)
{
    for (int line = 0; line < LETTER_LINES; line++) {
        for (int k = 0; k < l->width; k++) {
            if (l->lines[line] >> (l->width - 1 - k) & 1) {
                struct rect block = {x + k * wide, y + line * high, wide, high};
                canvas_fill(c, block, glyphs->block, role);
            }
        }
    }
}

// Returns the columns taken; 0 where there is no room for it.
static int draw_digits(
    struct canvas *c, struct area a, struct view_text value, const struct glyphs *glyphs)
{
    int high = a.h / LETTER_LINES;
    high = high > 3 ? 3 : high;
    for (; high > 0; high--) {
        int width = big_width(value.text, 2 * high);
        if (width > 0 && width <= a.w * 2 / 3) {
            int x = a.x;
            for (const char *p = value.text; *p; p++) {
                const struct letter *l = letter_of(*p);
                draw_letter(c, x, a.y, l, 2 * high, high, value.role, glyphs);
                x += (l->width + 1) * 2 * high;
            }
            return width;
        }
    }
    return 0;
}

void pane_big(
    struct canvas *c, struct area a, const struct view_big *big, const struct glyphs *glyphs)
{
    if (a.h == 0) {
        return;
    }
    int x = a.x + VIEW_INDENT, right = a.x + a.w - 1;
    canvas_text(c, a.x + 1, a.y, VIEW_INDENT - 1, big->mark.text, big->mark.role);
    x += canvas_text(c, x, a.y, right - x, big->name.text, big->name.role) + 2;
    bool digits = a.h >= DIGITS_FROM;
    if (!digits) {
        x += canvas_text(c, x, a.y, right - x, big->value.text, big->value.role) + 2;
    }
    struct str s;
    str_init(&s);
    if (right > x) {
        utf8_add_fitted(&s, big->detail.text, right - x, glyphs->ellipsis);
        canvas_text(c, x, a.y, right - x, s.text, big->detail.role);
    }
    str_finish(&s);
    struct area below = {a.x + VIEW_INDENT, a.y + 1, a.w - VIEW_INDENT - 1, a.h - 1};
    int used = digits ? draw_digits(c, below, big->value, glyphs) : 0;
    if (digits && used == 0) {
        used = canvas_text(c, below.x, below.y, below.w, big->value.text, big->value.role) + 2;
    }
    int left = below.x + used + (used > 0 ? 2 : 0);
    struct area chart = {left, below.y, right - left, below.h};
    if (chart.w >= CHART_FROM && chart.h > 0) {
        chart_draw_bare(c, chart, &big->trend, glyphs);
    }
}
