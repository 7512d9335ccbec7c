/**
 * The pages, as the first line names them. Private to pages/.
 */
#ifndef RAGTOP_PAGES_TABS_H
#define RAGTOP_PAGES_TABS_H

#include "view/view.h"

/**
 * Fills in the tabs of OUT, whose page and clock are known: each page with its key, and the names
 * for which there is room. The page that is shown always has its name; then come those where
 * something is wrong, which also stand out, and then the others in their order.
 */
void tabs_build(struct view *out, struct arena *a, const struct view_input *in);

#endif
