/**
 * Colours at three depths: names of the 16, the 256 of xterm, and 24 bits.
 */
#ifndef RAGTOP_THEME_COLOR_H
#define RAGTOP_THEME_COLOR_H

#include <stdbool.h>
#include <stdint.h>

#include "theme/theme.h"

/** How many colours a terminal is given. */
enum color_depth { COLOR_AUTO, COLOR_NEVER, COLOR_16, COLOR_256, COLOR_TRUE };

/** What a colour was written as, from poorest to richest. */
enum color_kind {
    COLOR_NONE,  /**< no colour at all */
    COLOR_NAMED, /**< `default`, or one of the 16 names */
    COLOR_INDEX, /**< 0-255 */
    COLOR_RGB,   /**< #rrggbb */
};

/** Reads TEXT into *VALUE (-1: default); on COLOR_NONE *VALUE is untouched. */
enum color_kind color_parse(const char *text, int32_t *value);

/**
 * Sets the depth of C that KIND is for, and the richer ones to the same colour. With POORER also
 * the poorer ones, to the nearest colour there is.
 */
void color_fill(struct color *c, enum color_kind kind, bool poorer, int32_t value);

/** The 24 bits of colour INDEX of xterm's 256; the first 16 are what xterm starts with. */
int32_t color_index_rgb(int index);

#endif
