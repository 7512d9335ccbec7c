/**
 * The theme, as the terminal and the user have it.
 */
#ifndef RAGTOP_APP_APPEARANCE_H
#define RAGTOP_APP_APPEARANCE_H

#include <stdbool.h>

struct app;
struct str;

/** Shows the theme FILE, a name or a file, from now on. False with a sentence in *WHY. */
bool appearance_apply(struct app *app, const char *file, struct str *why);

/**
 * While nobody has named a theme: that of light terminals on a light background, as far as it is
 * known. Returns reaction bits.
 */
unsigned appearance_suit(struct app *app);

#endif
