/**
 * What the commands of bind/command.def do, and the command line behind `:`.
 */
#ifndef RAGTOP_APP_COMMAND_LINE_H
#define RAGTOP_APP_COMMAND_LINE_H

#include "bind/command.h"

struct app;

/** What has to be done after a command, as bits. */
enum reaction {
    REACTION_NONE = 0,
    REACTION_VIEW = 1 << 0,    /**< make and show a new frame */
    REACTION_REPAINT = 1 << 1, /**< send the whole frame again */
    REACTION_REFETCH = 1 << 2, /**< ask for the present again */
    REACTION_SUSPEND = 1 << 3, /**< stop as a job */
    REACTION_QUIT = 1 << 4,
    REACTION_FORGET = 1 << 5, /**< with REACTION_REFETCH: forget the past, and ask for it too */
};

/** Does what the command says, with its ARGUMENT ("": none), and returns reaction bits. */
typedef unsigned command_fn(struct app *app, const char *argument);

/** All of them, each in the file that its name begins with. */
#define COMMAND(name, keys, argument, placeholder, label, help, function) command_fn function;
#include "bind/command.def"

/** Does what C, a row of the table, says with ARGUMENT. Returns reaction bits. */
unsigned command_do(struct app *app, const struct command_entry *c, const char *argument);

/** Does what was TYPED, or notes why not. Returns reaction bits. */
unsigned command_run(struct app *app, const char *typed);

#endif
