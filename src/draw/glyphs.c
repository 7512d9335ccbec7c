#include "draw/glyphs.h"

const struct glyphs glyphs_unicode = {
    .bar = {' ', 0x2581, 0x2582, 0x2583, 0x2584, 0x2585, 0x2586, 0x2587, 0x2588},
    .usual = 0x2504,
    .axis = 0x2502,
    .ellipsis = "…",
    .lines = true,
};

const struct glyphs glyphs_ascii = {
    .bar = {' ', '_', '.', '-', ':', '=', '+', '*', '#'},
    .usual = '-',
    .axis = '|',
    .ellipsis = "~",
};
