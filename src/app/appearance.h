/**
 * The theme, as the terminal and the user have it.
 */
#ifndef RAGTOP_APP_APPEARANCE_H
#define RAGTOP_APP_APPEARANCE_H

struct app;

/**
 * While nobody has named a theme: that of light terminals on a light background, as far as it is
 * known. Returns reaction bits.
 */
unsigned appearance_suit(struct app *app);

#endif
