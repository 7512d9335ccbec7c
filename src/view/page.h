/**
 * The pages: one table, and one file for each.
 *
 * A page is built as a list of panes, from generic kinds that draw/ knows. To add one: a value in
 * enum page, a file page_NAME.c with its build function, a row here.
 */
#ifndef RAGTOP_VIEW_PAGE_H
#define RAGTOP_VIEW_PAGE_H

#include "view/view.h"

struct page_entry {
    enum page page;
    const char *name;  /**< one word, for the first line and the command line */
    const char *key;   /**< its digit; NULL: it has none */
    const char *title; /**< of what its help is about */
    const char *help;  /**< one sentence: what is on it */
    bool rotates;      /**< on the wall */
    void (*build)(struct view *v, struct arena *a, const struct view_input *in);
};

/** What is known of PAGE. */
const struct page_entry *page_entry(enum page page);

/** The page called NAME or with that digit, or PAGE_COUNT. */
enum page page_find(const char *name);

/** Adds PANE and returns it where it now is; NULL when there are too many. */
struct view_pane *page_add(struct view *v, struct view_pane pane);

/** Adds the verdict, in LINES lines, or more where nothing else needs them. */
void page_add_verdict(struct view *v, const struct view_input *in, int lines);

/**
 * Adds the table T, of which PROMQL makes the selected row (NULL: no one query), and returns its
 * pane; NULL when there are too many.
 */
struct view_pane *page_add_table(
    struct view *v, struct view_table *t, const char *promql, int rank);

/**
 * Puts "and 1,437 more" below all rows of T, which is in order and has room for no more: it cannot
 * be selected. Nothing where MORE is 0 or no row is shown.
 */
void page_add_rest(struct view_table *t, struct arena *a, size_t more);

/** The selected row of T, or else the worst one, which is then; index -1 where there are none. */
struct row_id page_select(struct view_table *t);

enum { PAGE_CHARTS_MOST = 7 };

/**
 * Adds a chart, made by MAKE, of each row of T, as many as there may be and the selected one among
 * them; those without a value are left out, the table says why. They stand beside each other on
 * wide screens. The selected row's has RANK and outlives the others.
 */
void page_add_charts(struct view *v, struct arena *a, const struct view_input *in,
    const struct view_table *t,
    struct view_pane (*make)(struct arena *a, const struct view_input *in, struct row_id id),
    int rank);

/** Adds a sentence instead of what cannot be shown, and returns its pane; NULL: no room for more.
 */
struct view_pane *page_add_message(struct view *v, struct arena *a, const char *text);

/** Has the status line name COUNT KEYS, which live for ever, where it names any. */
void page_choose_keys(struct view *v, const struct view_key *keys, size_t count);

void page_incident_build(struct view *v, struct arena *a, const struct view_input *in);
void page_stage_build(struct view *v, struct arena *a, const struct view_input *in);
void page_errors_build(struct view *v, struct arena *a, const struct view_input *in);
void page_tools_build(struct view *v, struct arena *a, const struct view_input *in);
void page_pods_build(struct view *v, struct arena *a, const struct view_input *in);
void page_query_build(struct view *v, struct arena *a, const struct view_input *in);
void page_help_build(struct view *v, struct arena *a, const struct view_input *in);
void page_promql_build(struct view *v, struct arena *a, const struct view_input *in);
void page_wall_build(struct view *v, struct arena *a, const struct view_input *in);

#endif
