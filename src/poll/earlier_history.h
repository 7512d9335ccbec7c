/**
 * What the poller and whoever keeps history between two runs have to tell each other: what the
 * poller would like to know of the past, and what it has learned. Data alone; nobody is called.
 *
 * Behind one URL there may be another server than last time, so what was kept of a signal is
 * believed only once a stretch of that signal, asked for again, has turned out the same; see
 * poll/trust.h. Where one differs, all that was kept and not proved is forgotten.
 */
#ifndef RAGTOP_POLL_EARLIER_HISTORY_H
#define RAGTOP_POLL_EARLIER_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "series/batch.h"
#include "series/matrix.h"

struct poller;

/** What is wanted of one signal. */
struct history_want {
    int signal;
    const char *expr;    /**< of its history */
    bool sample;         /**< a stretch that shows whether it is the same server; else a window */
    int64_t after;       /**< the stretch begins behind this slot */
    int64_t first, last; /**< the slots of the window */
    int64_t now_ms;      /**< by the server's clock */
};

enum history_kind {
    HISTORY_ANSWER, /**< what the server said of a stretch: to be kept */
    HISTORY_DROP,   /**< what was kept of an expression is not to be believed */
    HISTORY_FORGET, /**< nor is anything of the source but of some expressions */
};

/** Something that happened. */
struct history_news {
    enum history_kind kind;
    char *expr;          /**< of an answer or a drop */
    int64_t first, last; /**< slots that the answer is for */
    struct batch answer;
    int64_t serves_ms; /**< as gaps in it may be a fault of the moment; 0: for good */
    int64_t now_ms;    /**< by the server's clock */
    char **keep;       /**< the expressions that stay known */
    size_t keep_count;
};

/**
 * From now on P, which has had no turn yet, asks the server only for what nobody has kept:
 * poller_next_want() and poller_news() are to be called after every turn.
 */
void poller_use_history(struct poller *p);

/**
 * Sets *OUT to the next thing that P wants, valid until P is called again with anything else. False
 * when it wants nothing; it never does before the server has answered for the first time. Until it
 * is given, the past of the signal waits.
 */
bool poller_next_want(struct poller *p, int64_t now_ms, struct history_want *out);

/**
 * Answers WANT by M, which is taken and left empty: its asked_first and asked_last are a stretch,
 * or the beginning or the end of the window. NULL: nothing is known.
 */
void poller_give(struct poller *p, const struct history_want *want, struct matrix *m);

/**
 * What has happened since poller_drop_news(), *COUNT of it, in order; valid until the next turn.
 * It comes before what poller_next_want() wants.
 */
const struct history_news *poller_news(const struct poller *p, size_t *count);

/** Lets go of it: it was kept, or cannot be. */
void poller_drop_news(struct poller *p);

#endif
