/**
 * The command line behind `:`, one table for running, completing and the help.
 */
#ifndef RAGTOP_APP_COMMAND_H
#define RAGTOP_APP_COMMAND_H

#include <stddef.h>

#include "view/view.h"

struct app;

/** Does what was TYPED, or notes why not. Returns reaction bits. */
unsigned command_run(struct app *app, const char *typed);

/** Completes L as far as there is only one way: a command, or what may follow it. */
void command_complete(struct line *l);

/** The commands for the help page; valid for ever. COUNT is set. */
const struct view_key *command_keys(size_t *count);

#endif
