/**
 * Members of JSON objects into structs: which member goes where is a table. Texts become fit to be
 * shown.
 */
#ifndef RAGTOP_PROM_READING_H
#define RAGTOP_PROM_READING_H

#include <stdbool.h>
#include <stddef.h>

#include "prom/json.h"
#include "series/labels.h"

/** What a member is, and what of the struct it goes to. */
enum reading_kind {
    READING_TEXT,   /**< char *, owned */
    READING_NUMBER, /**< double: a number, or a text that is one */
    READING_MOMENT, /**< int64_t: RFC 3339, in milliseconds since the epoch; before it: 0 */
    READING_LABELS, /**< struct labels, of an object of texts */
};

struct reading {
    const char *name;
    enum reading_kind kind;
    size_t offset;
};

/** Puts the value at AT into *OBJECT as the one of COUNT FIELDS says that is called as the text at
 * KEY; nothing where none is, or the value is of another kind. */
void reading_take(
    const struct reading *fields, size_t count, void *object, const char *key, const char *at);

/**
 * The text at AT, of which no more than about MOST bytes are kept: then it ends with an ellipsis,
 * and *CUT is set (NULL: nobody asks). "" where it is none. The caller frees.
 */
char *reading_text(const char *at, size_t most, bool *cut);

/**
 * Sets OUT, which is emptied before, to the members of the object at AT that are texts. Returns
 * whether all of them are kept as they are.
 */
bool reading_labels(struct labels *out, const char *at);

#endif
