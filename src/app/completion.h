/**
 * How a command line can go on: completed by Tab, and said beside what is typed.
 */
#ifndef RAGTOP_APP_COMPLETION_H
#define RAGTOP_APP_COMPLETION_H

#include "base/line.h"
#include "base/str.h"

struct app;

/** Completes L as far as there is only one way: a command, or what may follow it. */
void completion_run(struct app *app, struct line *l);

/** Appends what LINE can go on with: the commands or values that fit, or what the command does. */
void completion_add_hint(struct str *s, struct app *app, const char *line);

#endif
