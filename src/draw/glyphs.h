/**
 * The shapes that graphs are drawn with, in Unicode or in ASCII.
 */
#ifndef RAGTOP_DRAW_GLYPHS_H
#define RAGTOP_DRAW_GLYPHS_H

#include <stdbool.h>
#include <stdint.h>

enum { GLYPH_LEVELS = 8 };

struct glyphs {
    uint32_t bar[GLYPH_LEVELS + 1]; /**< from empty to a full cell */
    uint32_t usual;                 /**< the line of what is usual */
    uint32_t axis;                  /**< left of a chart */
    const char *ellipsis;
    bool lines; /**< charts are lines of dots, else bars */
};

extern const struct glyphs glyphs_unicode, glyphs_ascii;

#endif
