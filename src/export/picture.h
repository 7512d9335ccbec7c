/**
 * A canvas as a document: with colours for a terminal, or as a vector graphic.
 */
#ifndef RAGTOP_EMIT_PICTURE_H
#define RAGTOP_EMIT_PICTURE_H

#include "config/config.h"
#include "draw/canvas.h"
#include "theme/theme.h"

/** Appends C as lines of text with SGR sequences in the colours of THEME at DEPTH. */
void picture_add_ansi(
    struct str *s, const struct canvas *c, const struct theme *theme, enum color_depth depth);

/** Appends C as an SVG document in the true colours of THEME on a dark background. */
void picture_add_svg(struct str *s, const struct canvas *c, const struct theme *theme);

#endif
