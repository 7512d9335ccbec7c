/**
 * What a reader should know beside the verdict: what the server wants known, what was left out,
 * what is to be put right.
 */
#ifndef RAGTOP_VIEW_NOTICE_H
#define RAGTOP_VIEW_NOTICE_H

#include <stdbool.h>

#include "view/view.h"

/**
 * Appends remark I on the source of W, from 0, a sentence; false when there are no more. Without
 * ROWS only those that no row says by itself.
 */
bool notice_add(struct str *s, const struct words *w, size_t i, bool rows);

/**
 * Appends note I of what IN shows, from 0: what holds of the whole screen, the warnings of the
 * configuration, then the remarks; false when there are no more. Without ROWS as above.
 */
bool notice_add_note(struct str *s, const struct view_input *in, size_t i, bool rows);

/** Puts the first note into the status line of V, and how many more there are. */
void notice_build(struct view *v, struct arena *a, const struct view_input *in);

#endif
