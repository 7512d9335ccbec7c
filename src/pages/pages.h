/**
 * The pages: one table, and one file for each.
 *
 * A page is built as a list of panes. To add one: a value in enum page, a file page_NAME.c with its
 * build function, a row here.
 */
#ifndef RAGTOP_PAGES_PAGES_H
#define RAGTOP_PAGES_PAGES_H

#include "view/view.h"

struct page_entry {
    enum page page;
    const char *name;  /**< one word, for the first line and the command line */
    const char *key;   /**< its digit; NULL: it has none */
    const char *title; /**< of what its help is about */
    const char *help;  /**< what is on it, with keys as page_explain() has them */
    bool rotates;      /**< on the wall */
    void (*build)(struct view *v, struct arena *a, const struct view_input *in);
};

/** What is known of PAGE. */
const struct page_entry *page_entry(enum page page);

/** The page called NAME or with that digit, or PAGE_COUNT. */
enum page page_find(const char *name);

/** Appends that there is no page called NAME, and which there are. */
void page_add_unknown(struct str *s, const char *name);

/**
 * Sets *OUT to the page called NAME, for the start; NULL is the incident table. False with a
 * sentence in *WHY when there is none.
 */
bool page_first(const char *name, enum page *out, struct str *why);

void page_incident_build(struct view *v, struct arena *a, const struct view_input *in);
void page_stage_build(struct view *v, struct arena *a, const struct view_input *in);
void page_errors_build(struct view *v, struct arena *a, const struct view_input *in);
void page_tools_build(struct view *v, struct arena *a, const struct view_input *in);
void page_pods_build(struct view *v, struct arena *a, const struct view_input *in);
void page_query_build(struct view *v, struct arena *a, const struct view_input *in);
void page_help_build(struct view *v, struct arena *a, const struct view_input *in);
void page_promql_build(struct view *v, struct arena *a, const struct view_input *in);
void page_wall_build(struct view *v, struct arena *a, const struct view_input *in);

/** Makes the view of INPUT; everything it points to lives in ARENA or longer. */
void view_build(struct view *out, struct arena *arena, const struct view_input *input);

#endif
