/**
 * What is asked next. From the feeds, which say what is missing (feed/feed.h), and from what was
 * asked before to the next query: never two in flight for one, once per tick, and about the past
 * ever more rarely while it fails, up to once an hour. Knows no network and no clock. Private to
 * poll/.
 */
#ifndef RAGTOP_POLL_SCHEDULE_H
#define RAGTOP_POLL_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feed/feed.h"

/** How asking for one part of one feed of one signal goes. */
struct progress {
    bool busy;
    bool raw;        /**< not by the recording rule, which has nothing there */
    bool failed;     /**< when it was answered last, which was badly */
    int64_t tick_ms; /**< when it was asked for last; 0: it is due */
    int64_t key;     /**< of the stretch it was about */
    int tries;       /**< how often it was asked about that */
};

struct signal_progress {
    struct progress slots[FEED_SLOTS];
    bool by_range;    /**< now was last asked for together with what was missed before it */
    bool looked_at;   /**< as feed_asks() had it when wants were last taken */
    int history_busy; /**< queries about its history that are out */
    uint64_t heard;   /**< good answers until it was last asked for now */
};

struct schedule {
    struct feed_env env;             /**< with the tick that is asked for */
    struct signal_progress *signals; /**< one per signal; owned */
    size_t count;
    struct progress objects[FEED_KINDS]; /**< of what fills slots of the store */
    int64_t beside_ms; /**< the tick at which so many were asked that are beside the stages */
    int beside_count;
    size_t probe;          /**< the signal by which it was last seen whether the source is back */
    int history_most;      /**< queries about history out at a time; 0: no limit */
    int history_each;      /**< those of one signal; 0: no limit */
    int history_busy;      /**< that are out */
    bool rests;            /**< nothing is asked for: signals are planned, and no more */
    bool history_rests;    /**< nothing of the past is asked for */
    bool history_fails;    /**< nor waited for: it failed too often */
    bool history_given_up; /**< it still fails: that it is asked for again changes nothing yet */
    const bool *held;      /**< signals whose history waits for a proof; NULL: none */
    const uint32_t *waits; /**< by signal: bits of days that wait to be answered; NULL: none */
};

/** For the signals of PLAN as SCOPE looks at them, nothing asked yet. */
void schedule_init(struct schedule *s, const struct config *config, const struct plan *plan,
    const struct scope *scope, const struct store *store);

/** Frees; a zeroed one is accepted. */
void schedule_finish(struct schedule *s);

/**
 * The next query about signals that is due, marked as busy: rank by rank, within one in the
 * order of feeds.def, and part by part over all signals, so that the table fills from what matters
 * most. False when nothing is due.
 */
bool schedule_next(struct schedule *s, struct ask *out);

/** The next signal in turn, now, to see whether the source is back. False: there is none. */
bool schedule_probe(struct schedule *s, struct ask *out);

/** Marks ASK, which is about history and was not chosen by schedule_next(), as busy. */
void schedule_start(struct schedule *s, struct ask *ask);

/** ASK was not sent, or not even looked at: it is as due as before. */
void schedule_unask(struct schedule *s, const struct ask *ask);

/** ASK has to be asked once more, and at once. */
void schedule_return(struct schedule *s, const struct ask *ask);

/** The answer to ASK came, or never will: it may be asked again at the next tick. */
void schedule_done(struct schedule *s, const struct ask *ask);

/** Notes whether the answer to ASK, which is about the past, was a bad one. */
void schedule_note(struct schedule *s, const struct ask *ask, bool failed);

/** The answer to ASK, which is about history, may lack something: it is asked for again, rarely. */
void schedule_doubt(struct schedule *s, const struct ask *ask);

/** Whether anything that is said to be unavailable as ASK is got a bad answer last. */
bool schedule_any_failed(const struct schedule *s, const struct ask *ask);

/** The recording rule has nothing where ASK looked: the metrics themselves are asked for. */
void schedule_use_raw(struct schedule *s, const struct ask *ask);

/** Whether a query about the present of signal I is out. */
bool schedule_asks_now(const struct schedule *s, int i);

/**
 * From now on WANTS are wanted. Deep signals that are not asked any more are CONDITION_ASKING in
 * STORE, and those that are again are due, unless they are known of this moment.
 */
void schedule_want(struct schedule *s, const struct wants *wants, struct store *store);

/** Another subject of FEED, which fills a slot, is wanted: nothing was asked about it. */
void schedule_begin_object(struct schedule *s, const struct feed_type *feed);

/** Another past is usual now: what it needs was not asked for yet. */
void schedule_rebase(struct schedule *s);

/** Forgets that anything was asked of signal I, but for what is out. */
void schedule_begin(struct schedule *s, int i);

/** Forgets that anything was asked at this tick. */
void schedule_again(struct schedule *s);

/** Whether all days of signal I that are wanted were answered or failed. */
bool schedule_days_settled(const struct schedule *s, int i);

/** An answer about the history of signal I of STORE was taken in: what follows for its days. */
void schedule_doubt_days(struct schedule *s, struct store *store, int i);
void schedule_learn_days(struct schedule *s, int i);

/** Whether every signal that is asked for is known at the tick, or why not. */
bool schedule_knows(const struct schedule *s);

/** Whether every signal that is asked for is known at the tick, with its span. */
bool schedule_complete(const struct schedule *s);

/** Whether all history of the signals that answered was asked for and answered or failed. */
bool schedule_history_complete(const struct schedule *s);

/** The same for what only the page that is open shows, such as the past of each pod. */
bool schedule_page_complete(const struct schedule *s);

#endif
