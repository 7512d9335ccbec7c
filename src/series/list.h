/**
 * Things of one kind, as a server lists them: targets, alerts, rules. All have the same fields,
 * each a text or a number.
 */
#ifndef RAGTOP_SERIES_LIST_H
#define RAGTOP_SERIES_LIST_H

#include <stdbool.h>
#include <stddef.h>

enum { LIST_FIELDS_MAX = 16 };

/** What a thing has in one field. */
struct list_value {
    char *text;    /**< owned; NULL: none, or it is a number */
    double number; /**< NaN: none, or it is a text */
};

/** Zeroed, it is empty and has no fields. */
struct list {
    const char *fields[LIST_FIELDS_MAX]; /**< their names, which live for ever */
    size_t fields_count;
    struct list_value *values; /**< COUNT times FIELDS_COUNT; owned */
    size_t count, cap;
    size_t left_out; /**< things that were there as well */
};

/** The fields of one more thing, all of which are missing; valid until the next call. */
struct list_value *list_add(struct list *list);

/** The text that thing I has in FIELD; "" where it has none. */
const char *list_text(const struct list *list, size_t i, const char *field);

/** The number that thing I has in FIELD; NaN where it has none. */
double list_number(const struct list *list, size_t i, const char *field);

/** Keeps MOST things, those that come FIRST among them, in their order; counts the others. */
void list_keep(struct list *list, size_t most, bool (*first)(const struct list *list, size_t i));

/** Frees and empties; a zeroed list is accepted. */
void list_finish(struct list *list);

#endif
