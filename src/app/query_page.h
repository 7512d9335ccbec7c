/**
 * The page on which the user asks a query: its line, candidates for it, and what was asked before.
 */
#ifndef RAGTOP_APP_QUERY_PAGE_H
#define RAGTOP_APP_QUERY_PAGE_H

#include "base/recall.h"
#include "bind/key.h"
#include "promql/complete.h"
#include "view/view.h"

struct app;

struct query_page {
    char *asked; /**< the query that runs while the page is shown; NULL: none; owned */
    bool fresh;  /**< that has no answer yet: it is kept for the next time once it has a good one */
    struct recall history;
    bool history_read;
    bool listing; /**< candidates were asked for where nothing was typed yet */
    struct complete_place place;
    struct candidates candidates;
    int chosen;         /**< of them; -1: none */
    struct line before; /**< the line as it was before one was chosen */
};

/** Frees; a zeroed page is accepted. */
void query_page_finish(struct query_page *q);

/** The page is going to be shown: an empty line is ready to be typed into. */
void query_enter(struct app *app);

/** Shows the page, asks TEXT, and is ready to edit it. */
void query_ask(struct app *app, const char *text);

/** Takes PRESSED while the line is edited, or pasted into it. */
unsigned query_type(struct app *app, keystroke pressed);
unsigned query_paste(struct app *app, keystroke pressed);

/**
 * Has the source in view asked what the page shows, and no other; nobody while another page is.
 * Returns what the page is about, in the memory of the frame; NULL when it is not shown.
 */
const struct view_query *query_watch(struct app *app);

#endif
