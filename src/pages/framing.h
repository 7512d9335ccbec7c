/**
 * Which panes of a page have frames, and what these say. Private to pages/.
 */
#ifndef RAGTOP_PAGES_FRAMING_H
#define RAGTOP_PAGES_FRAMING_H

#include "view/view.h"

/**
 * Sets of each pane of V which frame it would like on the screen of IN, and names those that have
 * no title by the page. Small screens have none: lines are worth more there.
 */
void framing_wish(struct view *v, struct arena *a, const struct view_input *in);

/**
 * Once they have their places: which of them have a lower border of their own, which says what
 * happened in a chart; and of charts of the same time above each other only the lowest has times.
 */
void framing_settle(struct view *v, struct arena *a);

#endif
