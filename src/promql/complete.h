/**
 * What may stand at a place of a PromQL query: from the text before the cursor to candidates.
 */
#ifndef RAGTOP_PROMQL_COMPLETE_H
#define RAGTOP_PROMQL_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "series/vocabulary.h"

enum complete_kind {
    COMPLETE_NOTHING, /**< numbers, free text, comments */
    COMPLETE_EXPR,    /**< a metric, a function, a word of the language */
    COMPLETE_LABEL,   /**< a label in braces, with the `="` that follows */
    COMPLETE_GROUP,   /**< a label of `by (...)` and the like */
    COMPLETE_VALUE,   /**< a label's value */
    COMPLETE_RANGE,   /**< a duration in brackets */
    COMPLETE_METRIC,  /**< a metric in quotes within braces */
};

enum { COMPLETE_NAME_MAX = 256, COMPLETE_MOST = 200 };

/** A place in a query. */
struct complete_place {
    enum complete_kind kind;
    size_t from, to;                /**< the word that was begun there; TO is the cursor */
    char metric[COMPLETE_NAME_MAX]; /**< that a label is of, "": not known */
    char label[COMPLETE_NAME_MAX];  /**< that a value is of */
    bool quoted;                    /**< its quote stands there already */
    char quote;                     /**< which */
};

/** Finds what the byte CURSOR of TEXT is a place for. Text that is no PromQL makes some place. */
void complete_look(struct complete_place *out, const char *text, size_t cursor);

/** Which words of the server fit PLACE. False when they need none. */
bool complete_wants(const struct complete_place *place, enum vocabulary_kind *kind);

/** One candidate. */
struct candidate {
    const char *text; /**< as it is shown */
    const char *form; /**< what it takes or means; NULL: nothing to say */
    bool own;         /**< a word of the language, not of the server */
};

/** Those that fit; zeroed means none. Their texts belong to the vocabulary or live for ever. */
struct candidates {
    struct candidate items[COMPLETE_MOST];
    size_t count;
    size_t left_out; /**< that fit as well */
    bool cut;        /**< the server has more words than are known, and some of these may fit */
};

/**
 * Fills *OUT with what fits the word at PLACE of TEXT: first what begins with it, then what has it
 * within, whatever the case, each part in the order of the alphabet. WORDS of the server may be
 * NULL. What stands there already as a whole is no candidate.
 */
void complete_fill(struct candidates *out, const struct complete_place *place, const char *text,
    const struct vocabulary *words);

/**
 * Appends to *INSERT what takes the place of the bytes from PLACE->from to the cursor when C is
 * chosen there: with the quotes and signs that belong to it. NEXT is what stands behind the cursor.
 */
void complete_add(struct str *insert, const struct complete_place *place, const struct candidate *c,
    const char *next);

#endif
