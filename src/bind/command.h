/**
 * The commands, one table (command.def) for the keys, the command line, the help and the documents.
 */
#ifndef RAGTOP_BIND_COMMAND_H
#define RAGTOP_BIND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/** What can follow the name of a command. */
enum argument {
    ARGUMENT_NONE,
    ARGUMENT_TEXT,
    ARGUMENT_PROMQL,
    ARGUMENT_THEME,
    ARGUMENT_PAGE,
    ARGUMENT_SWITCH, /**< "on" or "off" */
    ARGUMENT_MOMENT,
    ARGUMENT_SPAN,
    ARGUMENT_WINDOW,
    ARGUMENT_SPEED,
    ARGUMENT_BASELINE,
    ARGUMENT_SOURCE,
    ARGUMENT_STAGE,
    ARGUMENT_COLUMN,
    ARGUMENT_ALL, /**< "all", or nothing */
};

/** A row of the table; see command.def. */
struct command_entry {
    const char *name; /**< NULL: this is the heading of a group, and HELP is its text */
    const char *keys, *placeholder, *label, *help;
    enum argument argument;
};

/** The commands and headings, in the order of the help. COUNT is set. */
const struct command_entry *command_table(size_t *count);

/** The name of the I-th command; NULL: there are no more. */
const char *command_name(size_t i);

/** The command called by the LEN bytes of NAME; NULL: none. */
const struct command_entry *command_named(const char *name, size_t len);

/**
 * The command meant by the LEN bytes of WORD: its name, `q`, or a beginning that only one has; when
 * ARGUED, first only one of those that take an argument. NULL: none.
 */
const struct command_entry *command_find(const char *word, size_t len, bool argued);

/** The command whose name a typo turned into NAME; NULL: none is close. */
const char *command_closest(const char *name);

/** Whether C can be followed by ARGUMENT ("": by nothing), as far as the table says. */
bool command_accepts(const struct command_entry *c, const char *argument);

/** Appends the name and the placeholder of C: "write FILE". */
void command_add_usage(struct str *s, const struct command_entry *c);

#endif
