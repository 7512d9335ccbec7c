#include "bind/command.h"

#include <string.h>

#include "base/names.h"

static const struct command_entry rows[] = {
#define GROUP(heading) {NULL, "", "", NULL, heading, ARGUMENT_NONE},
#define COMMAND(name, keys, argument, placeholder, label, help, function)                          \
    {name, keys, placeholder, label, help, ARGUMENT_##argument},
#include "bind/command.def"
};

enum { ROWS = sizeof rows / sizeof *rows };

const struct command_entry *command_table(size_t *count)
{
    *count = ROWS;
    return rows;
}

const char *command_name(size_t i)
{
    for (size_t k = 0; k < ROWS; k++) {
        if (rows[k].name && i-- == 0) {
            return rows[k].name;
        }
    }
    return NULL;
}

const struct command_entry *command_named(const char *name, size_t len)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].name && strlen(rows[i].name) == len && memcmp(rows[i].name, name, len) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

/** Whether WORD can be the beginning of ROW's name. */
static bool fits(const struct command_entry *row, const char *word, size_t len, bool argued)
{
    return row->name && strncmp(row->name, word, len) == 0 &&
           !(argued && row->argument == ARGUMENT_NONE);
}

/** The only one that WORD can be the beginning of. */
static const struct command_entry *find_beginning(const char *word, size_t len, bool argued)
{
    const struct command_entry *found = NULL;
    for (size_t i = 0; i < ROWS; i++) {
        bool shorter = fits(&rows[i], word, len, argued) &&
                       (!found || strlen(rows[i].name) < strlen(found->name));
        found = shorter ? &rows[i] : found;
    }
    // where it has several ends, the one that all others begin with: page of page-up, page-down
    for (size_t i = 0; found && i < ROWS; i++) {
        bool other = fits(&rows[i], word, len, argued) &&
                     strncmp(rows[i].name, found->name, strlen(found->name)) != 0;
        if (other) {
            return NULL;
        }
    }
    return found;
}

const struct command_entry *command_find(const char *word, size_t len, bool argued)
{
    const struct command_entry *found = command_named(word, len);
    if (found || len == 0) {
        return found;
    }
    if (len == 1 && *word == 'q' && !argued) { // as in vi, whatever else begins so
        return command_named("quit", 4);
    }
    found = argued ? find_beginning(word, len, true) : NULL;
    return found ? found : find_beginning(word, len, false);
}

const char *command_closest(const char *name)
{
    const char *names[ROWS];
    size_t count = 0;
    while ((names[count] = command_name(count)) != NULL) {
        count++;
    }
    return names_closest(name, names);
}

bool command_accepts(const struct command_entry *c, const char *argument)
{
    bool optional = c->placeholder[0] == '[' || c->argument == ARGUMENT_NONE;
    if (!*argument) {
        return optional;
    }
    bool on_or_off = strcmp(argument, "on") == 0 || strcmp(argument, "off") == 0;
    return c->argument == ARGUMENT_NONE     ? false
           : c->argument == ARGUMENT_ALL    ? strcmp(argument, "all") == 0
           : c->argument == ARGUMENT_SWITCH ? on_or_off
                                            : true;
}

void command_add_usage(struct str *s, const struct command_entry *c)
{
    str_addf(s, "%s%s%s", c->name, *c->placeholder ? " " : "", c->placeholder);
}
