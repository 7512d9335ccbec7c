/**
 * How the colour of an area fades towards the axis that it stands on.
 */
#ifndef RAGTOP_THEME_FADE_H
#define RAGTOP_THEME_FADE_H

#include <stdbool.h>
#include <stdint.h>

#include "theme/theme.h"

enum { FADE_MOST = 7 };

/** Whether ROLE is of an area. */
bool fade_is(int role);

/** The 24 bits of ROLE of THEME, SHADE of FADE_MOST steps nearer to the background; -1: as it is.
 */
int32_t fade_color(const struct theme *theme, enum role role, int shade);

#endif
