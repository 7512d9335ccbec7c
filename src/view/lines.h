/**
 * Which lines of charts are shown: the user turns them off and on, by name, on all charts.
 */
#ifndef RAGTOP_VIEW_LINES_H
#define RAGTOP_VIEW_LINES_H

#include "view/view.h"

/**
 * The chart that keys are about: that of the focused pane, or the first one of several lines. NULL:
 * there is none of several.
 */
const struct view_chart *lines_chart(const struct view *v);

/** Line NUMBER of CHART, from 1 and that drawn on top; NULL: it has fewer. */
const struct view_line *lines_number(const struct view_chart *chart, int number);

/** Its number among those of CHART that are called NAME; 0: none is. */
int lines_find(const struct view_chart *chart, const char *name);

/**
 * Turns LINE, of CHART, off or on in S. False: it stays, as it is the only one left, or too many
 * are off.
 */
bool lines_turn(struct view_state *s, const struct view_chart *chart, const struct view_line *line);

/** Marks in V what is off according to S, and says so in the panes. Each chart keeps a line. */
void lines_settle(struct view *v, struct arena *a, const struct view_state *s);

#endif
