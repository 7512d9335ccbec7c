/**
 * The silences of the Alertmanager, and what is to be said of it. Private to view/, pages/ and
 * app/.
 */
#ifndef RAGTOP_VIEW_SILENCE_LIST_H
#define RAGTOP_VIEW_SILENCE_LIST_H

#include "series/routing.h"
#include "view/page.h"

/** Adds the table of silences; nothing where there is none. */
void silence_list_add(struct view *v, struct arena *a, const struct view_input *in);

/** The silence that is selected; NULL: none is, or it is there no more. */
const struct silence *silence_list_selected(const struct view_input *in);

/** Adds everything about S, which is listed. */
void silence_list_add_detail(
    struct view *v, struct arena *a, const struct view_input *in, const struct silence *s);

/** Adds what the user is asked, what became of the last order, and why silences are not known. */
void silence_list_add_remarks(struct view *v, struct arena *a, const struct view_input *in);

#endif
