/**
 * What a screen has no room for, counted in its last line. Private to view/.
 */
#ifndef RAGTOP_VIEW_HIDDEN_H
#define RAGTOP_VIEW_HIDDEN_H

#include "view/view.h"

/**
 * Has the keys of V, whose panes are placed on the screen of IN, say what is out of sight:
 * panes, and the rows, facts and lines of text that the pane itself does not count.
 */
void hidden_count(struct view *v, struct arena *a, const struct view_input *in);

#endif
