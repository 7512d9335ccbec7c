/**
 * What is on the screen as text: on the reader's clipboard, or in a file.
 */
#ifndef RAGTOP_APP_YANK_H
#define RAGTOP_APP_YANK_H

#include "app/action.h"

/** Waits for the key that says what: a table, a row, PromQL, a link. */
action_fn yank_begin;

action_fn yank_table, yank_row, yank_query, yank_link, yank_trace;

/** Writes the page to FILE as Markdown; one that exists only with OVERWRITE. Notes how it went. */
unsigned yank_write(struct app *app, const char *file, bool overwrite);

#endif
