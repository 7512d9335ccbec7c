/**
 * Which rows of a table are shown, and in which order. Private to view/.
 */
#ifndef RAGTOP_VIEW_ORDER_H
#define RAGTOP_VIEW_ORDER_H

#include "view/view.h"

/**
 * Sorts the rows of T as T->sort says: siblings among each other, the tree kept, and takes out
 * those that FILTER does not want, unless they are above one that it wants. PARENTS has the index
 * of each row's parent or -1, parents before their children; NULL is no tree. ALSO has further
 * text that each row is found by, or NULL.
 *
 * Headings of sources are among each other in the order of their first cells' values, the highest
 * first. Column 0 sorts by its value, the highest first, like all others; names sort from A to Z.
 */
void order_rows(struct arena *a, struct view_table *t, const int *parents, const char *const *also,
    const char *filter);

/** Whether FILTER wants TEXT: it is within, whatever the case; with `!` first, it is not. */
bool order_matches(const char *filter, const char *text);

/** Whether T can be sorted by COLUMN. */
bool order_sorts_by(const struct view_table *t, int column);

/** Chooses the column STEPS to the right, or left, of the one that T is sorted by. */
int order_next_column(const struct view_table *t, int steps);

#endif
