/**
 * The panes that frames are made of. Private to draw/.
 */
#ifndef RAGTOP_DRAW_PANE_H
#define RAGTOP_DRAW_PANE_H

#include "draw/canvas.h"
#include "draw/glyphs.h"
#include "view/layout.h"
#include "view/view.h"

/** The first line: where from, how old, compared with what, and the clock. */
void pane_header(struct canvas *c, struct area a, const struct view *v);

/** The verdict sentence. */
void pane_verdict(
    struct canvas *c, struct area a, const struct view *v, const struct glyphs *glyphs);

/** A table with its headings; keeps the selected row in sight. */
void pane_table(struct canvas *c, struct area a, const struct view_table *t,
    const struct column_place *columns, const struct glyphs *glyphs);

/** The facts of the detail page. Returns the lines taken. */
int pane_facts(struct canvas *c, struct area a, const struct view *v, const struct glyphs *glyphs);

/** All keys, for the help page. */
void pane_help(struct canvas *c, struct area a, const struct view *v);

/** The last line: keys at the left, a notice at the right. */
void pane_status(
    struct canvas *c, struct area a, const struct view *v, const struct glyphs *glyphs);

#endif
