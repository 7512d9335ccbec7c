/**
 * Themes and the mouse, changed while the program runs.
 */
#ifndef RAGTOP_APP_LOOKS_H
#define RAGTOP_APP_LOOKS_H

#include "app/action.h"

action_fn looks_next_theme;

/** The theme NAME, built in or the user's own; notes why where it cannot be read. */
unsigned looks_theme(struct app *app, const char *name);

/** Takes clicks and the wheel, or leaves them to the terminal. */
void looks_mouse(struct app *app, bool on);

#endif
