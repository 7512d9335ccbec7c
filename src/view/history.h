/**
 * The bar over the whole width that marks a moment of the past as such. Private to view/.
 */
#ifndef RAGTOP_VIEW_HISTORY_H
#define RAGTOP_VIEW_HISTORY_H

#include "view/view.h"

/** Whether a moment of the past is judged. */
bool history_is_shown(const struct view_input *in);

/** Sets the parts of the bar, as many as there is room for; none of the present. */
void history_build(struct view *v, struct arena *a, const struct view_input *in);

/** Puts the bar below the first line where that is free, else over it. */
void history_place(struct view *v);

#endif
