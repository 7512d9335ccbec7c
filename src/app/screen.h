/**
 * What is on the screen: the verdict on what is in the store, and its picture.
 */
#ifndef RAGTOP_APP_SCREEN_H
#define RAGTOP_APP_SCREEN_H

#include "app/app.h"

/** Judges what is in the store. */
void screen_judge(struct app *app);

/** Whether samples have come that the verdict on the screen does not know. */
bool screen_is_behind(const struct app *app);

/**
 * Rebuilds the view for a screen of COLUMNS x ROWS, without drawing: for an action that follows
 * another one at once, and has to see what that one did.
 */
void screen_view(struct app *app, int columns, int rows);

/**
 * Makes the view and draws it into the canvas, for a screen of COLUMNS x ROWS. Until the user moves
 * the cursor, the selection follows the verdict.
 */
void screen_draw(struct app *app, int columns, int rows);

#endif
