/**
 * The lines of a chart, turned off and on.
 */
#ifndef RAGTOP_APP_LINE_CHOICE_H
#define RAGTOP_APP_LINE_CHOICE_H

struct app;

/** `:line`: turns the line of that number or name off or on; `all` turns all on. */
unsigned line_turn(struct app *app, const char *argument);

/** What ARGUMENT of `:line` means now: a name, or NULL where nothing has that number. */
const char *line_meant(const struct app *app, const char *argument);

#endif
