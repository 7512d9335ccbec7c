/**
 * What stands on the incident page as well where a screen has room for it.
 */
#ifndef RAGTOP_PAGES_ROOMY_H
#define RAGTOP_PAGES_ROOMY_H

#include "view/view.h"

/** Whether the screen of IN has room for all of this. */
bool roomy_is(const struct view_input *in);

/**
 * Makes *OUT the errors of STAGE or, where nothing counts its own, of the next one above it that
 * has some. False: there is nothing to draw.
 */
bool roomy_errors(struct arena *a, const struct view_input *in, int stage, struct view_pane *out);

/**
 * The pods of STAGE, to be read only, where the charts at the end of V leave no room beside them;
 * else they are added there. NULL: they were, none is known, or the screen has no room.
 */
struct view_table *roomy_pods_left(
    struct view *v, struct arena *a, const struct view_input *in, int stage, int rank);

/** How many columns T, which roomy_pods_left() made, needs, and at most two fifths of all. */
int roomy_pods_columns(const struct view_input *in, const struct view_table *t);

/** Adds T, which are those of STAGE, beside the pane before. */
void roomy_add_pods(struct view *v, struct arena *a, const struct view_input *in,
    struct view_table *t, int stage, int rank);

/** Beside the chart of one pod, at the end of V: what STAGE as a whole is like. */
void roomy_add_others(
    struct view *v, struct arena *a, const struct view_input *in, int stage, int rank);

#endif
