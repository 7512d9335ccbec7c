/**
 * The keys in the last line: those of what has the focus first, then those of the page, then the
 * general ones. What would do nothing here is not offered.
 */
#ifndef RAGTOP_PAGES_FOOTER_H
#define RAGTOP_PAGES_FOOTER_H

#include "view/view.h"

/** Sets the keys of V, which is built, where its page names none of its own. */
void footer_build(struct view *v, struct arena *a, const struct view_input *in);

#endif
