/**
 * Why the verdict is what it is, and what to look at next: what the report has below its sentence.
 */
#ifndef RAGTOP_PAGES_WHY_PANE_H
#define RAGTOP_PAGES_WHY_PANE_H

#include "view/view.h"

struct page_act;

/** Adds the pane, of RANK; nothing where the verdict has no evidence. */
void why_add(struct view *v, struct arena *a, const struct view_input *in, int rank);

/** The selected row; where that is a step, the stage that the verdict blames, index -1 for none. */
struct row_id why_subject(const struct view_input *in);

/** What Enter does on the selected step: asks its query, or copies its commands. */
struct page_act why_open(const struct view *v, const struct view_state *s);

#endif
