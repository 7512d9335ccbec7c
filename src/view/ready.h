/**
 * Queries that are ready to be asked: what was asked before, and what the pages ask of each stage.
 * Private to view/.
 */
#ifndef RAGTOP_VIEW_READY_H
#define RAGTOP_VIEW_READY_H

#include "view/view.h"

/** Adds a table of them to the page of queries, below a line with nothing in it. */
void ready_add(struct view *v, struct arena *a, const struct view_input *in);

#endif
