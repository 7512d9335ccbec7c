/**
 * The panes that frames are made of. Private to draw/.
 */
#ifndef RAGTOP_DRAW_PANE_H
#define RAGTOP_DRAW_PANE_H

#include "draw/canvas.h"
#include "draw/glyphs.h"
#include "view/view.h"

/** The first line: which page, where from, how old, compared with what, and the clock. */
void pane_header(
    struct canvas *c, struct area a, const struct view *v, const struct glyphs *glyphs);

/** What sets the past apart from the present, over the whole width. */
void pane_bar(struct canvas *c, struct area a, const struct view *v, const struct glyphs *glyphs);

/** The last line: keys at the left, a notice at the right; or what is being typed. */
void pane_status(
    struct canvas *c, struct area a, const struct view *v, const struct glyphs *glyphs);

/** The verdict sentence. */
void pane_verdict(
    struct canvas *c, struct area a, const struct view *v, const struct glyphs *glyphs);

/** A table with its headings, from its first row in sight. */
void pane_table(struct canvas *c, struct area a, const struct view_pane *pane,
    const struct column_place *columns, const struct glyphs *glyphs);

/** The frames of V around what is drawn already: titles, and what is out of sight. */
void pane_frames(struct canvas *c, const struct view *v, const struct glyphs *glyphs);

/** Whether the legend of PANE is of what is usual, which has a line of its own in the chart. */
bool pane_marks_usual(const struct view_pane *pane);

/** Appends that the rows of T from FIRST up to END are out of sight: above if FIRST is 0. */
void table_add_more(struct str *s, const struct view_table *t, int first, int end);

/** Draws the title and legend of PANE, if it has one, and returns what is left of its area. */
struct area pane_title(struct canvas *c, const struct view_pane *pane, const struct glyphs *glyphs);

/** Labels and values, in columns where there is room. */
void pane_facts(struct canvas *c, struct area a, const struct view_pane *pane, int screen_width,
    const struct glyphs *glyphs);

/** Lines of text, from line SCROLL on. */
void pane_entries(struct canvas *c, struct area a, const struct view_pane *pane, int scroll,
    const struct glyphs *glyphs);

/** A line that is edited, and what is said of it. */
void pane_edit(
    struct canvas *c, struct area a, const struct view_edit *edit, const struct glyphs *glyphs);

/** Candidates in columns, the chosen one in sight, and what it means below. */
void pane_choices(struct canvas *c, struct area a, const struct view_choices *choices,
    const struct glyphs *glyphs);

/** The columns of the number of BIG in A; 0: beside a chart it has none. */
int pane_big_width(struct area a, const struct view_big *big);

/** A row of the wall: a name, big digits and, behind the WIDEST of all rows, a chart. */
void pane_big(struct canvas *c, struct area a, const struct view_big *big, int widest,
    const struct glyphs *glyphs);

/** A name, of digits, capital letters and `_-.:/`, in the largest size for which there is room. */
void pane_banner(
    struct canvas *c, struct area a, const struct view_text *banner, const struct glyphs *glyphs);

#endif
