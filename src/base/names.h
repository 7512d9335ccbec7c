/**
 * Lists of names: to keep them, to show them in a sentence, and to guess which one was meant.
 */
#ifndef RAGTOP_BASE_NAMES_H
#define RAGTOP_BASE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/** A list that owns its texts; zeroed means empty. */
struct name_list {
    char **items;
    size_t count, cap;
};

/** Appends a copy of NAME. */
void names_push(struct name_list *list, const char *name);

/** Frees all and leaves it empty. */
void names_finish(struct name_list *list);

/** What stands before the last one of a list. */
enum names_last { NAMES_COMMA, NAMES_AND, NAMES_OR };

/**
 * The NULL-terminated NAMES, or clauses, as an argument of a sentence: `a, b or c`. "" where there
 * are none. Valid as long as what is in A and NAMES.
 */
const char *names_in(struct arena *a, const char *const *names, enum names_last last);

/** The same where OTHERS are not named: `a, b and 3 others`; LAST is for where there are none. */
const char *names_some(
    struct arena *a, const char *const *names, enum names_last last, size_t others);

/** LIST with NAME behind it, as `a, b`; NULL as LIST: NAME is the first. */
const char *names_next(struct arena *a, const char *list, const char *name);

/** Whether NAME is one of the NULL-terminated NAMES. */
bool names_have(const char *const *names, const char *name);

/** The same of the first LEN bytes of WORD, whose letters may be of either case. */
bool names_have_word(const char *const *names, const char *word, size_t len);

/** The one of the NULL-terminated NAMES that a typo turned into WORD; NULL when none is close. */
const char *names_closest(const char *word, const char *const *names);

/**
 * The one of COUNT NAMES that is nearest to WORD, if at most half of it has to be changed; NULL:
 * none is. The case of letters does not count, and WORD itself is never the answer.
 */
const char *names_nearest(const char *word, char *const *names, size_t count);

/**
 * The same of metrics, where a prefix, a unit or `_total` that is missing or too many is a small
 * step: `chat_failures` is near `rag_chat_failures_total`. So is a word that is another, where two
 * are the same: `shop_pool_size` is near `shop_pool_max`.
 */
const char *names_nearest_metric(const char *word, char *const *names, size_t count);

/** The same, but only where WORD is at most two typos away from one of COUNT NAMES. */
const char *names_misspelt(const char *word, char *const *names, size_t count);

/** Appends METRIC without what says its unit and kind: `chat` of `chat_seconds_total`. */
void names_add_stem(struct str *s, const char *metric);

#endif
