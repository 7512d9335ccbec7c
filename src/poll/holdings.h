/**
 * On which days of the past the server holds samples of which metrics, so that days that are empty
 * need not be asked for, signal by signal. Private to poll/.
 *
 * Two queries, each about all metrics at once and for one moment a day: first which of them have a
 * sample at that very moment, which costs next to nothing; then, of those that have none on some
 * day, which have any sample in all the hours that the day would be asked for. Only what has none
 * there either is held to be empty. Beside the metrics each query has a series that is always
 * there: a day on which that is missing, as servers move or cut what they are asked for, is not
 * known, and is asked for as if there were none of this.
 */
#ifndef RAGTOP_POLL_HOLDINGS_H
#define RAGTOP_POLL_HOLDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/names.h"
#include "feed/feed.h"
#include "http/client.h"

struct poller;

enum holdings_step {
    HOLDINGS_OPEN,          /**< nothing was asked */
    HOLDINGS_ASK_MOMENTS,   /**< the first query is out */
    HOLDINGS_MOMENTS,       /**< and answered */
    HOLDINGS_ASK_STRETCHES, /**< the second is out */
    HOLDINGS_STRETCHES,     /**< and answered */
    HOLDINGS_UNKNOWN,       /**< nothing is to be known */
};

/** The metrics of one signal, among the indices. */
struct holdings_signal {
    size_t first, count; /**< none: it is not covered */
};

/** Zeroed: nothing was asked. */
struct holdings {
    enum holdings_step step;
    int64_t hour_ms;  /**< of which the days are */
    int64_t ahead_ms; /**< how far beyond the time of HOUR_MS their stretches reach */
    int64_t reach_ms; /**< and how long those are, with all that expressions look back */
    uint32_t wanted;  /**< days, as bits; 0 is yesterday */
    uint32_t sure;    /**< those that the newest answer tells of */
    struct name_list names;
    uint32_t *some;  /**< by name: the days on which it has samples; owned */
    size_t *indices; /**< of names, by signal; owned */
    size_t indices_count, indices_cap;
    struct holdings_signal *signals; /**< owned */
    size_t signals_count;
    uint32_t *waits; /**< by signal: days that are due, and wait for an answer; owned */
    bool waited;     /**< one does */
};

/** What is known of a day of a signal. */
enum holdings_say {
    HOLDINGS_ASK,   /**< it has samples, or may have */
    HOLDINGS_WAIT,  /**< an answer is to come */
    HOLDINGS_EMPTY, /**< it has none */
};

/** Collects days and metrics, for ENV at its tick. False: there is nothing to ask. */
bool holdings_begin(struct holdings *h, const struct feed_env *env);

/** Frees, and is as if nothing was asked. */
void holdings_finish(struct holdings *h);

/**
 * Appends the query of the step that comes next, and sets the moments that it is about, a day
 * apart. False: there is nothing to ask.
 */
bool holdings_add_query(const struct holdings *h, struct str *s, const char *selector,
    int64_t *first_ms, int64_t *last_ms);

/** Takes in B, the answer to it. */
void holdings_learn(struct holdings *h, const struct batch *b);

/** SIGNAL is asked for by another expression now: nothing is known of it. */
void holdings_forget(struct holdings *h, int signal);

/** What is known of day DAY of SIGNAL in the hour of HOUR_MS. */
enum holdings_say holdings_of(const struct holdings *h, int signal, int day, int64_t hour_ms);

// ---- of a poller: holdings_ask.c

/** Asks what is due. */
void holdings_run(struct poller *p, int64_t now_ms);

/** Whether days wait that holdings_run() would now ask about. */
bool holdings_are_waited_for(const struct poller *p, int64_t now_ms);

/** Takes R as the answer to ASK. One that cannot be used leaves all unknown. */
void holdings_take(
    struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms);

/** What becomes of ASK, which is about to be sent. An empty day is answered. */
enum holdings_say holdings_answer(struct poller *p, struct ask *ask, int64_t now_ms);

#endif
