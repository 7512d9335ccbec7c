/**
 * Moving over rows and panes, and putting rows in order.
 */
#ifndef RAGTOP_APP_MOVE_H
#define RAGTOP_APP_MOVE_H

#include "view/view.h"

struct app;

/** Puts the page's table in the order SORT, and says so; returns reaction bits. */
unsigned move_sort(struct app *app, struct view_sort sort);

/** The I-th name of an order that the page's tables can have; NULL: there are no more. */
const char *move_sort_name(const struct app *app, int i);

/** What the mouse did. */
unsigned move_click(struct app *app);
unsigned move_wheel_up(struct app *app);
unsigned move_wheel_down(struct app *app);

#endif
