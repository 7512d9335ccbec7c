/**
 * What keys do: one table for the keys, the status line and the help.
 */
#ifndef RAGTOP_APP_ACTION_H
#define RAGTOP_APP_ACTION_H

#include <stddef.h>

#include "term/term.h"
#include "view/view.h"

struct app;

/** What has to be done after an action, as bits. */
enum reaction {
    REACTION_NONE = 0,
    REACTION_VIEW = 1 << 0,    /**< make and show a new frame */
    REACTION_REPAINT = 1 << 1, /**< send the whole frame again */
    REACTION_REFETCH = 1 << 2, /**< ask for the present again */
    REACTION_SUSPEND = 1 << 3, /**< stop as a job */
    REACTION_QUIT = 1 << 4,
    REACTION_FORGET = 1 << 5, /**< with REACTION_REFETCH: forget the past, and ask for it too */
};

/** Does what PRESSED means and returns reaction bits. */
typedef unsigned action_fn(struct app *app, key pressed);

enum { ACTION_KEYS_MAX = 9 };

struct action {
    key keys[ACTION_KEYS_MAX]; /**< 0: none */
    const char *name;          /**< of the first key, for the reader: "Enter"; of two: "y t" */
    const char *label;         /**< one word for the status line; NULL: not shown there */
    const char *help;          /**< names the other keys: "(also j)" */
    action_fn *run;
    key prefix; /**< the key that comes before; 0: none */
};

/** The table, in the order of the help page. COUNT is set. */
const struct action *action_table(size_t *count);

/** Runs the action of PRESSED, or types it; unknown keys do nothing. Returns reaction bits. */
unsigned action_run(struct app *app, key pressed);

/**
 * The keys of the status line, or of the help page, there with headings, which have no label; valid
 * for ever. COUNT is set.
 */
const struct view_key *action_keys(bool help, size_t *count);

#endif
