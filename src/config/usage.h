/**
 * The words of the command line: the commands, what --help and `help COMMAND` say of each, and what
 * is meant by options that other programs have.
 */
#ifndef RAGTOP_CONFIG_USAGE_H
#define RAGTOP_CONFIG_USAGE_H

#include <stdbool.h>

#include "base/str.h"
#include "config/config.h"

/** Finds the command called WORD; false: there is none. */
bool usage_find(const char *word, enum command *out);

/** Whether C only asks about ragtop itself, so that nothing is read or watched. */
bool usage_asks(enum command c);

/** The names of all commands, NULL-terminated. */
const char *const *usage_names(void);

/** The line of --help about the command NAME, one of usage_names(). */
const char *usage_summary(const char *name);

/**
 * Appends what is said of the command NAME, one of usage_names(): how it is called, what it does
 * and how it exits.
 */
void usage_add_command(struct str *out, const char *name);

/**
 * What to say of the option WORD of LEN bytes, without its dashes, which ragtop does not have but
 * others do: a whole sentence. NULL: nothing.
 */
const char *usage_foreign(const char *word, size_t len);

#endif
