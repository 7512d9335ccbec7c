/**
 * Actions that move over rows and panes, and put rows in order.
 */
#ifndef RAGTOP_APP_MOVE_H
#define RAGTOP_APP_MOVE_H

#include "app/action.h"

action_fn move_up, move_down, move_first, move_last, move_page_up, move_page_down;
action_fn move_next_pane, move_pane_before, move_next_match, move_match_before;
action_fn move_sort_left, move_sort_right, move_sort_invert, move_axis;

/** The I-th name of an order that the page's tables can have; NULL: there are no more. */
const char *move_sort_name(const struct app *app, int i);

/** Sorts by NAME, one of these, or notes that there is none. Returns reaction bits. */
unsigned move_sort_by_name(struct app *app, const char *name);

/** What the mouse did. */
action_fn move_click, move_wheel_up, move_wheel_down;

#endif
