/**
 * A query of the user's own: what was asked, and what came back. Written by the poller, read by
 * views.
 */
#ifndef RAGTOP_SERIES_QUERY_H
#define RAGTOP_SERIES_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "series/matrix.h"
#include "series/store.h"

/** How asking goes. What was answered before stays, whatever comes of asking again. */
enum query_state {
    QUERY_NONE,   /**< nothing is asked */
    QUERY_ASKING, /**< no answer yet */
    QUERY_ANSWERED,
    QUERY_REFUSED, /**< the server understood that it is no query, or a bad one: see `why` */
    QUERY_LOST,    /**< there is no answer: see `why` */
};

enum { QUERY_NOTES_MAX = 4 };

/** Zeroed means nothing is asked. */
struct query {
    char *expr; /**< NULL: nothing; owned */
    bool range; /**< over the span, else at the moment alone */
    enum query_state state;
    char why[STORE_WHY_MAX];
    size_t column;      /**< the byte of EXPR that WHY is about, from 1; 0: none */
    struct matrix span; /**< the answers over time; zeroed until there is one */
    struct batch now;   /**< the last answer at a moment */
    int64_t at_ms;      /**< the moment that NOW is about; 0: there is no such answer */
    int64_t took_ms;    /**< by the last answer */
    int64_t read;       /**< samples that the server read for it; 0: not reported */
    size_t left_out;    /**< series for which there was no room */
    char notes[QUERY_NOTES_MAX][STORE_WHY_MAX]; /**< what the server wants known of it */
    size_t notes_count;
};

/** Frees and empties; a zeroed one is accepted. */
void query_finish(struct query *q);

/** Forgets all answers and begins with EXPR, copied. */
void query_begin(struct query *q, const char *expr, bool range);

/** Takes what the server wants known from B. */
void query_take_notes(struct query *q, const struct batch *b);

#endif
