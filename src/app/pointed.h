/**
 * What stands on the screen where it was clicked: a key of the last line, or a heading.
 */
#ifndef RAGTOP_APP_POINTED_H
#define RAGTOP_APP_POINTED_H

#include <stdbool.h>

struct app;

/**
 * Presses the key of the last line, or sorts by the heading, that stands at X, Y, and sets
 * *REACTION to what has to be done. False when there is neither.
 */
bool pointed_run(struct app *app, int x, int y, unsigned *reaction);

#endif
