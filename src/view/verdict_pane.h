/**
 * The verdict as it stands on a screen: the block of words/block.h, broken into lines.
 */
#ifndef RAGTOP_VIEW_VERDICT_PANE_H
#define RAGTOP_VIEW_VERDICT_PANE_H

#include "view/view.h"

/** Sets the block of V to the verdict on the sources of IN, or on the one in view. */
void verdict_pane_build(struct view *v, struct arena *a, const struct view_input *in);

/** The lines that it takes on a screen of COLUMNS; on pages that are not about it, its gist. */
int verdict_pane_lines(const struct view *v, const struct view_input *in);

/**
 * Makes the runs of text for a pane of H lines: where it has no room for all, what matters least
 * is left out whole, and counted.
 */
void verdict_pane_place(struct view *v, struct arena *a, const struct view_input *in, int h);

#endif
