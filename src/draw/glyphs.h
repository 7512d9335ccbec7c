/**
 * The shapes that graphs are drawn with.
 */
#ifndef RAGTOP_DRAW_GLYPHS_H
#define RAGTOP_DRAW_GLYPHS_H

#include <stdbool.h>
#include <stdint.h>

enum { GLYPH_LEVELS = 8, GLYPH_HEATS = 5, GLYPH_LINES = 3, GLYPH_WAYS = 16 };

/** For which terminal. */
enum glyph_set {
    GLYPHS_SHADES, /**< Unicode; what is more is also denser, so that no colour is needed */
    GLYPHS_ASCII,
    GLYPHS_SOLID, /**< Unicode; heatmaps differ by colour alone, of which there are many */
};

struct glyphs {
    uint32_t bar[GLYPH_LEVELS + 1]; /**< from empty to a full cell */
    uint32_t heat[GLYPH_HEATS + 1]; /**< from nothing to nearly all */
    uint32_t line[GLYPH_LINES];     /**< of charts of several lines, where there are no dots */
    uint32_t point;                 /**< a single request in a chart */
    uint32_t then;                  /**< of another day's line, where there are no dots */
    uint32_t usual;                 /**< the line of what is usual */
    uint32_t usual_at[3];  /**< the same over an area: at the top, middle, bottom of a cell */
    uint32_t band;         /**< its spread, where there are no dots */
    uint32_t half;         /**< the upper half of a cell; 0: a cell has one colour */
    uint32_t upper, lower; /**< halves in one colour */
    uint32_t axis;         /**< left of a chart */
    uint32_t grid;         /**< at the height of a label; 0: an axis with ticks instead */
    uint32_t dashes;       /**< of what is usual, in the title */
    uint32_t tick;         /**< the same beside a label */
    /** Of borders: to the left 1, to the right 2, up 4 and down 8, or-ed. */
    uint32_t frame[GLYPH_WAYS];
    uint32_t tab[2];   /**< around the title of the frame that has the focus */
    uint32_t focus;    /**< left of the title of the pane that has it */
    uint32_t down, up; /**< right of the heading that a table is sorted by */
    uint32_t block;    /**< of big digits */
    uint32_t fill;     /**< of an area below its edge; 0: as the edge */
    const char *ellipsis;
    bool dots; /**< charts are drawn with dots, else with whole cells */
};

/** The shapes for SET. */
const struct glyphs *glyphs_of(enum glyph_set set);

#endif
