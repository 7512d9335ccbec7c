/**
 * What a screen has no room for, counted in its last line. Private to view/.
 */
#ifndef RAGTOP_VIEW_HIDDEN_H
#define RAGTOP_VIEW_HIDDEN_H

#include "view/view.h"

/**
 * Has the keys of V, whose panes are placed on a screen of COLUMNS, say what is out of sight:
 * panes, and the rows, facts and lines of text that the pane itself does not count.
 */
void hidden_count(struct view *v, struct arena *a, int columns);

#endif
