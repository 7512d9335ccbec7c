/**
 * The command line behind `:`, one table for running, completing and the help.
 */
#ifndef RAGTOP_APP_COMMAND_H
#define RAGTOP_APP_COMMAND_H

#include <stddef.h>

#include "view/view.h"

struct app;

/** What can follow a command; what there is of it has app/completion.c. */
enum argument {
    ARGUMENT_NONE,
    ARGUMENT_TEXT,
    ARGUMENT_THEME,
    ARGUMENT_PAGE,
    ARGUMENT_SWITCH,
    ARGUMENT_MOMENT,
    ARGUMENT_SPAN,
    ARGUMENT_WINDOW,
    ARGUMENT_BASELINE,
    ARGUMENT_SOURCE,
    ARGUMENT_STAGE,
    ARGUMENT_COLUMN,
    ARGUMENT_ALL, /**< "all", or nothing */
};

struct command_entry {
    const char *name, *placeholder, *help;
    enum argument argument;
    unsigned (*run)(struct app *app, const char *argument); /**< returns reaction bits */
};

/** Does what was TYPED, or notes why not. Returns reaction bits. */
unsigned command_run(struct app *app, const char *typed);

/** The commands, in the order of the help. COUNT is set. */
const struct command_entry *command_table(size_t *count);

/** The command that the LEN bytes of WORD are the name of, or its only beginning; NULL: none. */
const struct command_entry *command_find(const char *word, size_t len);

/** The commands for the help page; valid for ever. COUNT is set. */
const struct view_key *command_keys(size_t *count);

#endif
