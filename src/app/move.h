/**
 * Moving over rows and panes, and putting rows in order.
 */
#ifndef RAGTOP_APP_MOVE_H
#define RAGTOP_APP_MOVE_H

struct app;

/** The I-th name of an order that the page's tables can have; NULL: there are no more. */
const char *move_sort_name(const struct app *app, int i);

/** What the mouse did. */
unsigned move_click(struct app *app);
unsigned move_wheel_up(struct app *app);
unsigned move_wheel_down(struct app *app);

#endif
