/**
 * What of the history need not be asked: it is kept since an earlier run, see earlier_history.h,
 * and believed, see proof.h. Private to poll/.
 */
#ifndef RAGTOP_POLL_REMEMBERED_H
#define RAGTOP_POLL_REMEMBERED_H

#include "poll/proof.h"
#include "poll/schedule.h"
#include "series/batch.h"

struct poller;

/** A window of the history of a signal, as it is kept. */
struct recalled {
    int64_t first, last;
    bool given;           /**< it was found out */
    bool known;           /**< the beginning or the end of it is kept, in VALUES */
    struct matrix values; /**< owned */
};

enum memory_says {
    MEMORY_NOTHING, /**< the query goes to the server */
    MEMORY_WAITS,   /**< what is kept is looked up first: it is as due as before */
    MEMORY_ANSWERS, /**< the query is answered */
};

/** Answers ASK, which is about to be sent, from what is kept, or narrows it to what is not known.
 */
enum memory_says memory_answer(struct poller *p, struct ask *ask, int64_t now_ms);

/** Lets go of what was given of the signal of S. */
void memory_drop_windows(struct proof *s);

/** The whole history that ASK is about, now that the server answered B. The caller finishes it. */
struct matrix memory_complete(struct ask *ask, const struct batch *b);

/** Has the answer B to ASK, which is in the store, kept, if it may be: its series are then gone. */
void memory_learn(struct poller *p, const struct ask *ask, struct batch *b, int64_t now_ms);

/** ASK ends, answered or not: frees what it holds. */
void memory_drop(struct ask *ask);

#endif
