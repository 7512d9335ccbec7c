/**
 * Everything about the selected row in words and numbers: the facts of its page.
 */
#ifndef RAGTOP_VIEW_DETAIL_H
#define RAGTOP_VIEW_DETAIL_H

#include "view/view.h"

/** Fills the title and facts of *OUT for the selected row. */
void detail_build(struct view *out, struct arena *arena, const struct view_input *input);

#endif
