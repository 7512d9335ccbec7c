#include "theme/fade.h"

#include "theme/ground.h"

enum { PERCENT_MOST = 50, BYTE = 0xFF }; // so that the foot of an area is still seen

bool fade_is(int role)
{
    return role >= ROLE_FILL && role <= ROLE_FILL_CRITICAL;
}

int32_t fade_color(const struct theme *theme, enum role role, int shade)
{
    int32_t from = theme->styles[role].fg.rgb, to = theme->styles[ROLE_NORMAL].bg.rgb, mixed = 0;
    to = to >= 0 ? to : ground_style(ground_of(theme)).bg.rgb;
    if (from < 0 || shade <= 0) {
        return -1;
    }
    int share = PERCENT_MOST * (shade < FADE_MOST ? shade : FADE_MOST) / FADE_MOST;
    for (int bits = 16; bits >= 0; bits -= 8) {
        int a = from >> bits & BYTE, b = to >> bits & BYTE;
        mixed = mixed << 8 | (a + (b - a) * share / 100);
    }
    return mixed;
}
