/**
 * The same time of another day, laid over the charts.
 */
#ifndef RAGTOP_APP_COMPARE_H
#define RAGTOP_APP_COMPARE_H

#include "app/action.h"

/** From nothing to yesterday, to last week, and back to nothing. */
action_fn compare_next;

/** Asks for what the charts of the view then need. */
void compare_ask(struct app *app);

#endif
