/**
 * The stages of a source as rows of a table. Where they were found in several namespaces, they
 * stand below a heading for each, which folds. Private to view/ and pages/.
 */
#ifndef RAGTOP_VIEW_STAGE_ROWS_H
#define RAGTOP_VIEW_STAGE_ROWS_H

#include "view/group.h"

/** The row of STAGE; MORE is whatever the page has given. Its first cell's value is its trouble. */
typedef struct view_row stage_rows_make(
    struct arena *a, const struct view_input *own, int stage, const void *more);

/** How many rows there are at most, headings included. */
size_t stage_rows_most(const struct words *w);

/**
 * Adds a row that MAKE makes for each stage of OWN, below that of its parent. A child in trouble
 * lifts its parent, and both their namespace.
 */
void stage_rows_add(struct group *g, struct arena *a, const struct view_input *own,
    stage_rows_make *make, const void *more);

/** By what the user's choice to fold the namespace of STAGE is kept; SOURCE is that of the view. */
uint64_t stage_rows_key(const struct plan *p, int stage, int source);

#endif
