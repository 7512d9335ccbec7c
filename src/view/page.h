/**
 * What pages are made of: panes of generic kinds, which draw/ knows.
 */
#ifndef RAGTOP_VIEW_PAGE_H
#define RAGTOP_VIEW_PAGE_H

#include "view/view.h"

/** Adds PANE and returns it where it now is; NULL when there are too many. */
struct view_pane *page_add(struct view *v, struct view_pane pane);

/** Adds the verdict, whole up to seven lines; longer, and on low screens, where nothing else needs
 * them. */
void page_add_verdict(struct view *v, const struct view_input *in);

/**
 * Adds the table T, of which PROMQL makes the selected row (NULL: no one query), and returns its
 * pane; NULL when there are too many.
 */
struct view_pane *page_add_table(
    struct view *v, struct view_table *t, const char *promql, int rank);

/**
 * Puts "and 1,437 more" below all rows of T, which is in order and has room for no more, with WORDS
 * about them: it cannot be selected. Nothing where MORE is 0 or no row is shown.
 */
void page_add_rest(struct view_table *t, struct arena *a, size_t more, const char *words);

/** The selected row of T, or else the worst one, which is then; index -1 where there are none. */
struct row_id page_select(struct view_table *t);

enum { PAGE_CHARTS_MOST = 7, PAGE_OTHERS_MOST = 2 };

/**
 * Adds a chart, made by MAKE, of each row of T, as many as there may be and the selected one among
 * them; those without a value are left out, the table says why. They stand beside each other on
 * wide screens. The selected row's has RANK and outlives the others. Each of OTHERS stands after
 * the chart of its row.
 */
void page_add_charts(struct view *v, struct arena *a, const struct view_input *in,
    const struct view_table *t,
    struct view_pane (*make)(struct arena *a, const struct view_input *in, struct row_id id),
    const struct view_pane *others, size_t others_count, int rank);

/** Adds a sentence instead of what cannot be shown, and returns its pane; NULL: no room for more.
 */
struct view_pane *page_add_message(struct view *v, struct arena *a, const char *text);

/** The same of a sentence that takes no more lines than it needs. */
struct view_pane *page_add_remark(
    struct view *v, struct arena *a, const struct view_input *in, const char *text);

/** Has the status line name COUNT KEYS, whose labels are as N_() has them, where it names any. */
void page_choose_keys(struct view *v, struct arena *a, const struct view_key *keys, size_t count);

/**
 * The same with the keys that are bound to COUNT COMMANDS, whose `key` is a command line; those of
 * none are left out. After a line that ends in " ..." only the first key of a sequence is named,
 * which offers more.
 */
void page_choose_commands(struct view *v, struct arena *a, const struct view_input *in,
    const struct view_key *commands, size_t count);

/** TEXT with keys in place of "{LINE}", as bindings_explain() has it. */
const char *page_explain(struct arena *a, const struct view_input *in, const char *text);

#endif
