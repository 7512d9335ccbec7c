/**
 * Which keys are bound to which command lines: the default ones, and what the user made of them.
 */
#ifndef RAGTOP_BIND_BINDINGS_H
#define RAGTOP_BIND_BINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "bind/command.h"
#include "bind/key.h"

enum { SEQUENCE_MAX = 4 };

/** Keys that are pressed one after the other. */
struct sequence {
    keystroke keys[SEQUENCE_MAX];
    size_t count;
};

struct binding {
    struct sequence sequence;
    char *name; /**< of the sequence, for the reader: "Ctrl-C", "y t" */
    char *line; /**< the command with its argument: "page 2" */
    const struct command_entry *command;
    const char *argument; /**< within LINE; "": none */
};

/** Zeroed means that no key does anything. */
struct bindings {
    struct binding *items;
    size_t count, cap;
};

/** Fills *B with the default keys of the table. The caller calls bindings_finish(). */
void bindings_init(struct bindings *b);

/** Frees all; a zeroed struct is accepted. */
void bindings_finish(struct bindings *b);

/**
 * Sets *OUT to the keys called TEXT, names with spaces between them: "y t". False with *WHY worded
 * to follow "TEXT is".
 */
bool sequence_parse(const char *text, struct sequence *out, struct str *why);

/** Whether B begins with all keys of A, or is the same. */
bool sequence_begins(const struct sequence *b, const struct sequence *a);

/** Takes away what is bound to S, to a beginning of it, and to what begins with it. */
void bindings_clear(struct bindings *b, const struct sequence *s);

/** Binds S to LINE, which begins with the name of a command and holds what that accepts. */
void bindings_add(struct bindings *b, const struct sequence *s, const char *line);

/** What S is bound to; NULL: nothing. *MORE is set to whether longer sequences begin with it. */
const struct binding *bindings_find(const struct bindings *b, const struct sequence *s, bool *more);

/** The first keys that are bound to LINE: "y t"; NULL: none are, or B is NULL. */
const char *bindings_key(const struct bindings *b, const char *line);

/**
 * Appends TEXT, where "{LINE}" stands for the keys that are bound to the command line LINE, or for
 * what to type where none are: ":live", or "F2 live" where F2 opens the command line, or "live" if
 * nothing does.
 */
void bindings_explain(struct str *s, const struct bindings *b, const char *text);

#endif
