/**
 * Moves history between the poller and the cache, one way at a time: what the poller learned into
 * the cache, and from the cache what the poller would like to know. See poll/earlier_history.h and
 * cache/cache.h.
 */
#ifndef RAGTOP_WATCH_MEMORY_H
#define RAGTOP_WATCH_MEMORY_H

#include "cache/cache.h"
#include "cache/saved.h"
#include "config/config.h"
#include "plan/scope.h"
#include "poll/earlier_history.h"
#include "poll/poller.h"

struct memory {
    const struct config *config; /**< NULL: nothing is kept between two runs */
    struct cache *cache;         /**< owned; NULL: it is not open */
    int64_t locked_ms;           /**< since when somebody else was at it; 0: nobody was */
    bool over;                   /**< it cannot be used in this run */
};

/**
 * Will have POLLER use the cache that CONFIG names, if it names one. Nothing is opened yet, nor is
 * before the first answer: the first frame does not wait for it.
 */
void memory_start(struct memory *m, struct poller *poller, const struct config *config);

/**
 * To be called after every turn of POLLER. Returns whether POLLER was given something: its next
 * turn should come at once. Where the cache cannot be used, a line of the log says so once, and
 * from then on POLLER gets "nothing known" for an answer. What somebody else has locked is tried
 * again at the next turns, for MEMORY_LOCKED_MS at most.
 */
bool memory_turn(struct memory *m, struct poller *poller, int64_t now_ms);

enum { MEMORY_LOCKED_MS = 250 };

/** Milliseconds until the cache that was locked is tried again; MOST where it was not. */
int memory_due_ms(const struct memory *m, int most);

/** Closes the cache; a zeroed one is accepted. */
void memory_finish(struct memory *m);

/**
 * Reads the baseline file of CONFIG into *SAVED, which outlives POLLER's store, and lends it.
 * Without one *SAVED is empty. False with a sentence in *WHY when it cannot be opened. What is no
 * sound baseline is no reason not to look: then true, with a sentence in *WHY to be shown, and the
 * server's history is compared with, as *SCOPE then says.
 */
bool memory_load(struct saved *saved, struct poller *poller, const struct config *config,
    struct scope *scope, struct str *why);

#endif
