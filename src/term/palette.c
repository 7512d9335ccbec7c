#include "term/palette.h"

#include <string.h>

#include "theme/color.h"

enum {
    GRAY = 8,
    DIRECT_COLORS = 1 << 24,
    DIRECT_PALETTE = 8, /**< numbers below are still the terminal's own, in direct colour */
};

void palette_init(struct palette *p, enum color_depth asked)
{
    *p = (struct palette){.depth = COLOR_NEVER};
    if (asked == COLOR_NEVER || start_color() == ERR || use_default_colors() == ERR || COLORS < 8) {
        return;
    }
    p->direct = COLORS >= DIRECT_COLORS && tigetflag("RGB") > 0;
    enum color_depth best = p->direct ? COLOR_TRUE : COLORS >= 256 ? COLOR_256 : COLOR_16;
    p->depth = asked == COLOR_AUTO || asked > best ? best : asked;
}

/** A colour of the 16 as a number for ncurses, with what must be added to get it. */
static int number_of_16(const struct palette *p, int c16, attr_t *attrs)
{
    bool has_16 = COLORS >= 16 && !p->direct;
    if (c16 < 8 || has_16) {
        return c16;
    }
    if (c16 == GRAY) {
        // bold black is black on many terminals
        *attrs |= A_DIM;
        return -1;
    }
    *attrs |= A_BOLD;
    return c16 - 8;
}

static int number_of_rgb(int32_t rgb)
{
    return rgb >= 0 && rgb < DIRECT_PALETTE ? 0x000008 : rgb;
}

static int number_of(const struct palette *p, const struct color *c, attr_t *attrs)
{
    switch (p->depth) {
    case COLOR_TRUE: return number_of_rgb(c->rgb);
    case COLOR_256:
        if (!p->direct || c->c256 < DIRECT_PALETTE) {
            return c->c256;
        }
        return number_of_rgb(color_index_rgb(c->c256));
    case COLOR_16: return number_of_16(p, c->c16, attrs);
    case COLOR_AUTO:
    case COLOR_NEVER: break;
    }
    return -1;
}

static short pair_of(struct palette *p, int fg, int bg)
{
    if (fg == -1 && bg == -1) {
        return 0;
    }
    for (short i = 1; i < p->pair_count; i++) {
        if (p->pairs[i].fg == fg && p->pairs[i].bg == bg) {
            return i;
        }
    }
    if (p->pair_count >= COLOR_PAIRS || p->pair_count >= PALETTE_PAIRS ||
        init_extended_pair(p->pair_count, fg, bg) == ERR) {
        return 0;
    }
    p->pairs[p->pair_count].fg = fg;
    p->pairs[p->pair_count].bg = bg;
    return p->pair_count++;
}

static attr_t attrs_of(const struct style *style)
{
    return (style->attrs & STYLE_BOLD ? A_BOLD : 0) | (style->attrs & STYLE_DIM ? A_DIM : 0) |
           (style->attrs & STYLE_UNDERLINE ? A_UNDERLINE : 0) |
           (style->attrs & STYLE_REVERSE ? A_REVERSE : 0);
}

// On a row that is reversed, what is reversed by itself still differs from the rest of it. An
// underline would not do: it hides the underscores of names.
static void reverse_selected(struct look *look, bool stands_out)
{
    look->attrs &= ~(attr_t)(A_REVERSE | A_DIM);
    look->attrs |= stands_out ? 0 : A_REVERSE;
}

/** How STYLE looks without colours, on the row under the cursor or not. */
static struct look plain_look(const struct style *style, bool stands_out, bool selected)
{
    struct look look = {.attrs = attrs_of(style)};
    if (style->fg.c16 == GRAY) {
        look.attrs |= A_DIM;
    }
    if (selected) {
        reverse_selected(&look, stands_out);
    } else if (stands_out) {
        look.attrs |= A_REVERSE;
    }
    return look;
}

/** How STYLE looks on the row under the cursor, whose own style is CURSOR. */
static struct look selected_look(
    struct palette *p, const struct style *style, bool stands_out, const struct style *cursor)
{
    struct look look = {.attrs = attrs_of(style) | attrs_of(cursor)};
    attr_t bright = 0, unused = 0;
    int fg = number_of(p, &style->fg, &bright);
    int bg = number_of(p, &style->bg, &unused);
    int cursor_bg = number_of(p, &cursor->bg, &unused);
    if (stands_out && bg != -1) {
        // what stands out by its background still does
        look.attrs = (look.attrs & ~(attr_t)A_REVERSE) | bright;
    } else if (cursor_bg != -1) {
        // the terminal's own foreground may be unreadable on the theme's background
        fg = style->fg.rgb == -1 ? number_of(p, &cursor->fg, &bright) : fg;
        bg = cursor_bg;
        look.attrs = (look.attrs & ~(attr_t)A_REVERSE) | bright;
    } else {
        // reversed, each colour would become a patch of its own
        fg = -1;
        bg = -1;
        reverse_selected(&look, stands_out);
    }
    look.pair = pair_of(p, fg, bg);
    return look;
}

static struct look colored_look(struct palette *p, const struct style *style)
{
    struct look look = {.attrs = attrs_of(style)};
    attr_t unused = 0;
    int fg = number_of(p, &style->fg, &look.attrs);
    look.pair = pair_of(p, fg, number_of(p, &style->bg, &unused));
    return look;
}

static void set_fades(struct palette *p, const struct theme *theme)
{
    memset(p->faded, 0, sizeof p->faded);
    for (int i = 0; i < FADES; i++) {
        for (int shade = 0; shade <= FADE_MOST; shade++) {
            enum role role = (enum role)(ROLE_FILL + i);
            int32_t rgb = p->depth == COLOR_TRUE ? fade_color(theme, role, shade) : -1;
            p->fades[i][shade] = rgb >= 0 ? number_of_rgb(rgb) : p->numbers[role];
        }
    }
    attr_t unused = 0;
    p->ground = number_of(p, &theme->styles[ROLE_FILL].bg, &unused);
}

void palette_set_theme(struct palette *p, const struct theme *theme)
{
    p->pair_count = 1; // number 0 is the terminal's default
    memset(p->over, 0, sizeof p->over);
    const struct style *cursor = &theme->styles[ROLE_SELECTED];
    p->has_shades = (p->depth == COLOR_256 || p->depth == COLOR_TRUE) && theme_has_shades(theme);
    for (int i = 0; i < ROLE_COUNT; i++) {
        enum role role = i == ROLE_SELECTED ? ROLE_NORMAL : (enum role)i;
        const struct style *style = &theme->styles[role];
        bool stands_out = theme_stands_out(theme, role);
        attr_t unused = 0;
        p->numbers[i] = number_of(p, &theme->styles[i].fg, &unused);
        for (int selected = 0; selected < 2; selected++) {
            bool under_cursor = selected || i == ROLE_SELECTED;
            struct look *look = &p->looks[i][selected];
            if (p->depth == COLOR_NEVER) {
                *look = plain_look(style, stands_out, under_cursor);
            } else if (under_cursor) {
                *look = selected_look(p, style, stands_out, cursor);
            } else {
                *look = colored_look(p, style);
            }
        }
    }
    set_fades(p, theme);
}

static short faded_pair(struct palette *p, enum role role, int under, int shade)
{
    bool behind = !fade_is(role);
    int fade = (behind ? under : (int)role) - ROLE_FILL, other = behind ? (int)role : under;
    short *pair = &p->faded[behind][fade][shade][other];
    if (*pair == 0) {
        int own = p->fades[fade][shade];
        int ground = under == ROLE_NORMAL ? p->ground : p->numbers[under];
        *pair = behind ? pair_of(p, p->numbers[role], own) : pair_of(p, own, ground);
    }
    return *pair;
}

struct look palette_look(struct palette *p, enum role role, int under, int shade, bool selected)
{
    struct look look = p->looks[role][selected];
    bool fades = shade > 0 && (fade_is(role) || fade_is(under));
    if (fades && !selected && p->depth == COLOR_TRUE) {
        look.pair = faded_pair(p, role, under, shade);
        return look;
    }
    if (under == ROLE_NORMAL || selected || p->depth == COLOR_NEVER) {
        return look;
    }
    short *pair = &p->over[role][under];
    if (*pair == 0) {
        *pair = pair_of(p, p->numbers[role], p->numbers[under]);
    }
    look.pair = *pair;
    return look;
}
