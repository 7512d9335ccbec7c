#include "theme/ground.h"

enum { HALF = 0x80 };

static int brightness(int32_t rgb)
{
    int red = rgb >> 16 & 0xFF, green = rgb >> 8 & 0xFF, blue = rgb & 0xFF;
    return (299 * red + 587 * green + 114 * blue) / 1000;
}

// By the texts and lines that stand on the terminal's own background.
enum ground ground_of(const struct theme *theme)
{
    int sum = 0, count = 0;
    for (int i = 0; i < ROLE_FILL; i++) {
        const struct style *s = &theme->styles[i];
        if (s->bg.rgb < 0 && s->fg.rgb >= 0) {
            sum += brightness(s->fg.rgb);
            count++;
        }
    }
    bool own = theme->styles[ROLE_NORMAL].bg.rgb >= 0;
    return own || count == 0 ? GROUND_ANY : sum >= HALF * count ? GROUND_DARK : GROUND_LIGHT;
}

struct style ground_style(enum ground ground)
{
    static const struct style dark = {.fg = {7, 252, 0xd0d0d0}, .bg = {0, 233, 0x101418}};
    static const struct style light = {.fg = {0, 235, 0x222222}, .bg = {15, 231, 0xffffff}};
    return ground == GROUND_LIGHT ? light : dark;
}

static void lay(struct color *c, const struct color *own)
{
    c->c16 = c->c16 < 0 ? own->c16 : c->c16;
    c->c256 = c->c256 < 0 ? own->c256 : c->c256;
    c->rgb = c->rgb < 0 ? own->rgb : c->rgb;
}

void ground_lay(struct theme *theme)
{
    enum ground ground = ground_of(theme);
    if (ground == GROUND_ANY) {
        return;
    }
    const struct style own = ground_style(ground);
    for (int i = 0; i < ROLE_COUNT; i++) {
        lay(&theme->styles[i].fg, &own.fg);
        lay(&theme->styles[i].bg, &own.bg);
    }
}
