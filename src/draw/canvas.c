#include "draw/canvas.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

enum {
    ZERO_WIDTH_JOINER = 0x200D,
    SELECTOR_FIRST = 0xFE00,
    SELECTOR_LAST = 0xFE0F,
    PLUS_MINUS = 0xB1,
    ARROW = 0x2192
};

static const char letters[ROLE_COUNT] = {
    [ROLE_NORMAL] = '.',
    [ROLE_DIM] = 'd',
    [ROLE_STRONG] = 's',
    [ROLE_HEADER] = 'h',
    [ROLE_COLUMN] = 't',
    [ROLE_OK] = 'o',
    [ROLE_WARNING] = 'w',
    [ROLE_CRITICAL] = 'c',
    [ROLE_UNKNOWN] = 'u',
    [ROLE_CULPRIT] = 'f',
    [ROLE_SPARK] = 'g',
    [ROLE_SPARK_USUAL] = 'b',
    [ROLE_STALE] = 'a',
    [ROLE_SELECTED] = 'r',
    [ROLE_KEY] = 'k',
    [ROLE_STATUS] = 'i',
    [ROLE_NOTICE] = 'n',
    [ROLE_TITLE] = 'p',
    [ROLE_TAB] = 'y',
    [ROLE_LINE_LOW] = 'l',
    [ROLE_LINE_HIGH] = 'm',
    [ROLE_LINE_THEN] = 'q',
    [ROLE_FILL] = 'x',
    [ROLE_FILL_WARNING] = 'v',
    [ROLE_FILL_CRITICAL] = 'z',
    [ROLE_HEAT_1] = '1',
    [ROLE_HEAT_2] = '2',
    [ROLE_HEAT_3] = '3',
    [ROLE_HEAT_4] = '4',
    [ROLE_HEAT_5] = '5',
    [ROLE_SERIES_1] = '6',
    [ROLE_SERIES_2] = '7',
    [ROLE_SERIES_3] = '8',
    [ROLE_SERIES_4] = '9',
    [ROLE_SERIES_5] = 'e',
    [ROLE_SERIES_6] = 'j',
    [ROLE_BORDER] = '-',
    [ROLE_BORDER_FOCUS] = '=',
    [ROLE_GRID] = ',',
    [ROLE_USUAL] = '(',
    [ROLE_LINE_USUAL] = '~',
    [ROLE_VALUE] = '@',
    [ROLE_BADGE] = '#',
    [ROLE_BADGE_OK] = '+',
    [ROLE_BADGE_WARNING] = '!',
    [ROLE_BADGE_CRITICAL] = '$',
    [ROLE_BADGE_UNKNOWN] = '%',
    [ROLE_LIKELY] = '^',
    [ROLE_NOT] = '/',
    [ROLE_CHANGED] = '*',
};

// Whatever a text brought along, a terminal and a picture only get what can be seen.
static uint32_t safe(uint32_t glyph)
{
    return utf8_is_safe(glyph) ? glyph : UTF8_REPLACEMENT;
}

static struct cell blank(enum role role)
{
    return (struct cell){.glyph = ' ', .width = 1, .role = (uint8_t)role};
}

void canvas_init(struct canvas *c, int w, int h)
{
    *c = (struct canvas){0};
    canvas_resize(c, w, h);
}

void canvas_finish(struct canvas *c)
{
    free(c->cells);
    *c = (struct canvas){0};
}

void canvas_resize(struct canvas *c, int w, int h)
{
    w = w > 0 ? w : 0;
    h = h > 0 ? h : 0;
    size_t count = (size_t)w * (size_t)h;
    if (count != (size_t)c->w * (size_t)c->h || !c->cells) {
        free(c->cells);
        c->cells = count ? mem_zalloc(count, sizeof *c->cells) : NULL;
    }
    c->w = w;
    c->h = h;
    for (size_t i = 0; i < count; i++) {
        c->cells[i] = blank(ROLE_NORMAL);
    }
}

/** The cell at X, Y, which is inside. */
static struct cell *inside(const struct canvas *c, int x, int y)
{
    return &c->cells[(size_t)y * (size_t)c->w + (size_t)x];
}

struct cell *canvas_at(const struct canvas *c, int x, int y)
{
    return x < 0 || y < 0 || x >= c->w || y >= c->h ? NULL : inside(c, x, y);
}

/** Blanks the other half of a wide character that loses one at X. */
static void split(struct canvas *c, int x, int y)
{
    struct cell *cell = canvas_at(c, x, y);
    struct cell *other = NULL;
    if (cell && cell->width == 0) {
        other = canvas_at(c, x - 1, y);
    } else if (cell && cell->width == 2) {
        other = canvas_at(c, x + 1, y);
    }
    if (other) {
        bool selected = other->selected;
        *other = blank((enum role)other->role);
        other->selected = selected;
    }
}

/** Replaces the cell at X, Y, which exists, except for its selection. */
static void replace(struct canvas *c, int x, int y, struct cell what)
{
    struct cell *cell = inside(c, x, y);
    what.selected = cell->selected;
    *cell = what;
}

static void set(struct canvas *c, int x, int y, struct cell what)
{
    if (canvas_at(c, x, y)) {
        split(c, x, y);
        replace(c, x, y, what);
    }
}

static void mark(struct canvas *c, int x, int y, uint32_t glyph)
{
    struct cell *cell = canvas_at(c, x, y);
    if (cell && cell->width == 0) {
        cell = canvas_at(c, x - 1, y);
    }
    // joiners and selectors would make terminals draw wider than any table of widths says
    bool shapes = glyph == ZERO_WIDTH_JOINER || (glyph >= SELECTOR_FIRST && glyph <= SELECTOR_LAST);
    if (!cell || cell->glyph == ' ' || shapes) {
        return;
    }
    for (int i = 0; i < CELL_MARKS; i++) {
        if (cell->marks[i] == 0) {
            cell->marks[i] = glyph;
            return;
        }
    }
}

void canvas_put(struct canvas *c, int x, int y, uint32_t glyph, enum role role)
{
    glyph = glyph == 0 ? ' ' : glyph == ZERO_WIDTH_JOINER ? glyph : safe(glyph);
    int width = utf8_char_width(glyph);
    if (width == 0) {
        mark(c, x, y, glyph);
    } else if (width == 1) {
        struct cell cell = {.glyph = glyph, .width = 1, .role = (uint8_t)role};
        set(c, x, y, cell);
    } else if (canvas_at(c, x, y) && canvas_at(c, x + 1, y)) {
        struct cell left = {.glyph = glyph, .width = 2, .role = (uint8_t)role};
        struct cell right = {.width = 0, .role = (uint8_t)role};
        split(c, x, y);
        split(c, x + 1, y);
        replace(c, x, y, left);
        replace(c, x + 1, y, right);
    } else {
        set(c, x, y, blank(role));
        if (x == -1) {
            set(c, 0, y, blank(role));
        }
    }
}

void canvas_put_on(struct canvas *c, int x, int y, uint32_t glyph, enum role role, enum role under)
{
    struct cell cell = {
        .glyph = safe(glyph), .width = 1, .role = (uint8_t)role, .under = (uint8_t)under};
    set(c, x, y, cell);
}

int canvas_text(struct canvas *c, int x, int y, int columns, const char *text, enum role role)
{
    int used = 0;
    for (uint32_t ch; (ch = utf8_next(&text)) != 0;) {
        ch = ch == ZERO_WIDTH_JOINER ? ch : safe(ch);
        int width = utf8_char_width(ch);
        if (width > columns - used) {
            break;
        }
        if (width == 0) {
            // a mark without a letter before it has nothing to sit on
            if (used > 0) {
                mark(c, x + used - 1, y, ch);
            }
            continue;
        }
        if (x > INT32_MAX - used - width) {
            break;
        }
        canvas_put(c, x + used, y, ch, role);
        used += width;
    }
    return used;
}

/** AREA without what lies outside of C; its size is never negative. */
static struct rect clip(const struct canvas *c, struct rect area)
{
    int64_t right = (int64_t)area.x + area.w;
    int64_t bottom = (int64_t)area.y + area.h;
    int x = area.x > 0 ? area.x : 0;
    int y = area.y > 0 ? area.y : 0;
    int64_t w = (right < c->w ? right : c->w) - x;
    int64_t h = (bottom < c->h ? bottom : c->h) - y;
    return (struct rect){.x = x, .y = y, .w = w > 0 ? (int)w : 0, .h = h > 0 ? (int)h : 0};
}

void canvas_fill(struct canvas *c, struct rect area, uint32_t glyph, enum role role)
{
    struct rect r = clip(c, area);
    int width = utf8_char_width(glyph);
    int step = width > 1 ? width : 1;
    for (int y = r.y; y < r.y + r.h; y++) {
        int x = r.x;
        for (; x + step <= r.x + r.w; x += step) {
            canvas_put(c, x, y, glyph, role);
        }
        for (; x < r.x + r.w; x++) {
            canvas_put(c, x, y, ' ', role);
        }
    }
}

void canvas_fade(struct canvas *c, struct rect area)
{
    struct rect r = clip(c, area);
    for (int y = r.y; y < r.y + r.h && area.h > 1; y++) {
        for (int x = r.x; x < r.x + r.w; x++) {
            struct cell *cell = inside(c, x, y);
            bool fades = fade_is(cell->role) || fade_is(cell->under);
            cell->shade = (uint8_t)(fades ? (y - area.y) * FADE_MOST / (area.h - 1) & 0xF : 0);
        }
    }
}

void canvas_dim(struct canvas *c, struct rect area)
{
    struct rect r = clip(c, area);
    for (int y = r.y; y < r.y + r.h; y++) {
        for (int x = r.x; x < r.x + r.w; x++) {
            inside(c, x, y)->role = ROLE_STALE;
            inside(c, x, y)->under = 0;
        }
    }
}

void canvas_select(struct canvas *c, struct rect area)
{
    struct rect r = clip(c, area);
    for (int y = r.y; y < r.y + r.h; y++) {
        for (int x = r.x; x < r.x + r.w; x++) {
            struct cell *cell = inside(c, x, y);
            cell->selected = true;
            cell->role = cell->role == ROLE_DIM ? ROLE_NORMAL : cell->role;
        }
    }
}

void canvas_move(struct canvas *c, int w, int h, int x, int y)
{
    struct canvas moved;
    canvas_init(&moved, w, h);
    for (int k = 0; k < c->h; k++) {
        for (int i = 0; i < c->w; i++) {
            struct cell *to = canvas_at(&moved, x + i, y + k);
            if (to) {
                *to = *inside(c, i, k);
            }
        }
    }
    canvas_finish(c);
    *c = moved;
}

static void cut_trailing(struct str *out, size_t start, char what)
{
    while (out->len > start && out->text[out->len - 1] == what) {
        out->text[--out->len] = '\0';
    }
}

static uint32_t in_ascii(uint32_t glyph)
{
    switch (glyph) {
    case 0x2013: return '-'; // –
    case 0xB7: return '|';   // ·
    case 0xD7: return 'x';   // ×
    case PLUS_MINUS: return '+';
    case ARROW: return '>';
    case 0x2026: return '.'; // …
    case 0x2504: return '~'; // ┄
    case 0x2514: return '`'; // └
    case 0x25B8: return '>'; // ▸
    case 0x25BE: return 'v'; // ▾
    case 0x25B4: return '^'; // ▴
    case 0x2713: return ' '; // ✓: that nothing is marked says as much
    default: return glyph < 0x7F ? glyph : '?';
    }
}

void canvas_redraw_dots(struct canvas *c, uint32_t (*of)(uint32_t braille))
{
    enum { BRAILLE = 0x2800, END = 0x2900 };
    for (int y = 0; y < c->h; y++) {
        for (int x = 0; x < c->w; x++) {
            struct cell *cell = canvas_at(c, x, y);
            if (cell->glyph >= BRAILLE && cell->glyph < END) {
                cell->glyph = of(cell->glyph);
            }
        }
    }
}

void canvas_make_ascii(struct canvas *c)
{
    for (int i = 0; i < c->w * c->h; i++) {
        struct cell *cell = &c->cells[i];
        bool right_half = cell->width == 0;
        bool room = (i + 1) % c->w != 0 && cell[1].glyph == ' ';
        uint32_t was = cell->glyph;
        cell->glyph = right_half ? '?' : in_ascii(was);
        if (room && was == PLUS_MINUS) {
            cell[1].glyph = '-'; // "+-2 s" of "± 2 s"
        } else if (room && was == ARROW) {
            cell[0].glyph = '-'; // "1.4 ->1.5" of "1.4 → 1.5"
            cell[1].glyph = '>';
        }
        cell->width = 1;
        memset(cell->marks, 0, sizeof cell->marks);
    }
}

void canvas_add_text(const struct canvas *c, struct str *out)
{
    for (int y = 0; y < c->h; y++) {
        size_t start = out->len;
        for (int x = 0; x < c->w; x++) {
            const struct cell *cell = inside(c, x, y);
            if (cell->width == 0) {
                continue;
            }
            utf8_add(out, cell->glyph);
            for (int i = 0; i < CELL_MARKS && cell->marks[i]; i++) {
                utf8_add(out, cell->marks[i]);
            }
        }
        cut_trailing(out, start, ' ');
        str_addc(out, '\n');
    }
}

static char role_letter(const struct cell *cell)
{
    char letter = cell->role < ROLE_COUNT && letters[cell->role] ? letters[cell->role] : '?';
    if (!cell->selected) {
        return letter;
    }
    return letter == '.'                    ? ':'
           : letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 'A')
                                            : letter;
}

void canvas_add_roles(const struct canvas *c, struct str *out)
{
    for (int y = 0; y < c->h; y++) {
        size_t start = out->len;
        for (int x = 0; x < c->w; x++) {
            str_addc(out, role_letter(inside(c, x, y)));
        }
        cut_trailing(out, start, '.');
        str_addc(out, '\n');
    }
}
