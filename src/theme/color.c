#include "theme/color.h"

#include <string.h>

enum { CUBE_FIRST = 16, GRAY_FIRST = 232, INDEX_COUNT = 256, NAME_COUNT = 16 };

static const char *const names[NAME_COUNT] = {
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "gray",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
};

static const int32_t rgb_of_16[NAME_COUNT] = {
    0x000000,
    0xcd0000,
    0x00cd00,
    0xcdcd00,
    0x0000ee,
    0xcd00cd,
    0x00cdcd,
    0xe5e5e5,
    0x7f7f7f,
    0xff0000,
    0x00ff00,
    0xffff00,
    0x5c5cff,
    0xff00ff,
    0x00ffff,
    0xffffff,
};

static enum color_kind parse_hex(const char *digits, int32_t *value)
{
    int32_t rgb = 0;
    if (strlen(digits) != 6 || strspn(digits, "0123456789abcdefABCDEF") != 6) {
        return COLOR_NONE;
    }
    for (const char *p = digits; *p; p++) {
        int digit = *p <= '9' ? *p - '0' : (*p | 0x20) - 'a' + 10;
        rgb = rgb * 16 + digit;
    }
    *value = rgb;
    return COLOR_RGB;
}

enum color_kind color_parse(const char *text, int32_t *value)
{
    if (text[0] == '#') {
        return parse_hex(text + 1, value);
    }
    size_t len = strlen(text);
    if (len > 0 && len <= 3 && strspn(text, "0123456789") == len) {
        int32_t index = 0;
        for (const char *p = text; *p; p++) {
            index = index * 10 + (*p - '0');
        }
        if (index >= INDEX_COUNT) {
            return COLOR_NONE;
        }
        *value = index;
        return COLOR_INDEX;
    }
    if (strcmp(text, "default") == 0) {
        *value = -1;
        return COLOR_NAMED;
    }
    for (int i = 0; i < NAME_COUNT; i++) {
        if (strcmp(text, names[i]) == 0) {
            *value = i;
            return COLOR_NAMED;
        }
    }
    return COLOR_NONE;
}

int32_t color_index_rgb(int index)
{
    static const int32_t levels[] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};
    if (index < CUBE_FIRST) {
        return rgb_of_16[index];
    }
    if (index >= GRAY_FIRST) {
        return (8 + 10 * (index - GRAY_FIRST)) * 0x010101;
    }
    int cube = index - CUBE_FIRST;
    return levels[cube / 36] << 16 | levels[cube / 6 % 6] << 8 | levels[cube % 6];
}

static int32_t part(int32_t rgb, int shift)
{
    return rgb >> shift & 0xff;
}

/** How far RGB is from gray. */
static int32_t strength(int32_t rgb)
{
    int32_t least = 255, most = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        least = part(rgb, shift) < least ? part(rgb, shift) : least;
        most = part(rgb, shift) > most ? part(rgb, shift) : most;
    }
    return most - least;
}

/** How far apart two colours look, but for how strong they are. */
static int32_t distance(int32_t a, int32_t b)
{
    int32_t red = part(a, 16) - part(b, 16), green = part(a, 8) - part(b, 8),
            blue = part(a, 0) - part(b, 0);
    // the eye is most sensitive to green and least to blue
    return 3 * red * red + 6 * green * green + blue * blue;
}

/** The index from FIRST up to END whose colour is nearest to RGB. */
static int nearest(int32_t rgb, int first, int end)
{
    int best = first;
    int32_t least = INT32_MAX, strong = strength(rgb);
    for (int i = first; i < end; i++) {
        int32_t other = color_index_rgb(i), apart = distance(rgb, other);
        if (apart < least) { // which most are not
            // a pale red is nearer to red than to gray
            int32_t pale = strong - strength(other);
            apart += 2 * pale * pale;
        }
        if (apart < least) {
            least = apart;
            best = i;
        }
    }
    return best;
}

void color_fill(struct color *c, enum color_kind kind, bool poorer, int32_t value)
{
    int32_t rgb = value;
    int index = value;
    if (kind == COLOR_RGB) {
        // the first 16 are the user's to change, so they are no colour to rely on
        index = nearest(rgb, CUBE_FIRST, INDEX_COUNT);
    } else if (value >= 0) {
        rgb = color_index_rgb(value);
    }
    c->rgb = rgb;
    if (kind <= COLOR_INDEX || poorer) {
        c->c256 = index;
    }
    if (kind == COLOR_NAMED || poorer) {
        c->c16 = rgb < 0 || index < NAME_COUNT ? index : nearest(rgb, 0, NAME_COUNT);
    }
}
