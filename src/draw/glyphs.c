#include "draw/glyphs.h"

// clang-format off
#define UNICODE                                                                           \
    .bar = {' ', 0x2581, 0x2582, 0x2583, 0x2584, 0x2585, 0x2586, 0x2587, 0x2588},         \
    .line = {'+', '.', '*'}, .then = '~', .point = 0x00D7, .dashes = 0x254C, .tab = {0x2524, 0x251C}, .usual = 0x2500, .band = 0x2591, .axis = 0x2502,             \
    .tick = 0x2524, .focus = 0x25B8, .down = 0x25BE, .up = 0x25B4, .block = 0x2588,       \
    .upper = 0x2580, .lower = 0x2584, .ellipsis = "…", .dots = true,                                       \
    .frame = {' ', 0x2500, 0x2500, 0x2500, 0x2502, 0x256F, 0x2570, 0x2534,                \
        0x2502, 0x256E, 0x256D, 0x252C, 0x2502, 0x2524, 0x251C, 0x253C}
// clang-format on

static const struct glyphs sets[] = {
    [GLYPHS_SHADES] = {UNICODE, .usual_at = {0x2500, 0x2500, 0x2500}, .fill = 0x2592,
        .heat = {' ', 0x00B7, 0x2591, 0x2592, 0x2593, 0x2588}},
    [GLYPHS_SOLID] = {UNICODE, .usual_at = {0x2594, 0x2500, 0x2581}, .fill = 0x2588, .half = 0x2580,
        .grid = 0x00B7, .heat = {' ', 0x2588, 0x2588, 0x2588, 0x2588, 0x2588}},
    [GLYPHS_ASCII] = {.bar = {' ', '_', '.', '-', ':', '=', '+', '*', '#'},
        .heat = {' ', '.', ':', '+', '*', '#'},
        .line = {'+', '.', '*'},
        .then = '~',
        .point = 'x',
        .usual = '-',
        .usual_at = {'-', '-', '-'},
        .dashes = '-',
        .tab = {'[', ']'},
        .band = ':',
        .axis = '|',
        .tick = '+',
        .frame = {' ', '-', '-', '-', '|', '+', '+', '+', '|', '+', '+', '+', '|', '+', '+', '+'},
        .focus = '>',
        .down = 'v',
        .up = '^',
        .block = '#',
        .upper = '"',
        .lower = '_',
        .ellipsis = "~"},
};

const struct glyphs *glyphs_of(enum glyph_set set)
{
    return &sets[set];
}
