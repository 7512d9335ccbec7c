/**
 * What a theme is read on, where it leaves the background to the terminal.
 */
#ifndef RAGTOP_THEME_GROUND_H
#define RAGTOP_THEME_GROUND_H

#include "theme/theme.h"

enum ground {
    GROUND_ANY, /**< it has a background of its own, or no colours */
    GROUND_DARK,
    GROUND_LIGHT,
};

/** What the colours of THEME are made for. */
enum ground ground_of(const struct theme *theme);

/** What stands for the terminal's own text and background on GROUND; of ANY: on a dark one. */
struct style ground_style(enum ground ground);

/** Gives THEME these where it has the terminal's own: for a terminal whose background is another.
 */
void ground_lay(struct theme *theme);

#endif
