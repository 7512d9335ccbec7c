/**
 * Asks whether what is remembered of the past is the history of the server that answers now.
 *
 * Each signal is asked for a stretch of it that is known, several signals in one query where the
 * stretch is the same; until that is settled its history waits. What an answer to several does not
 * confirm is asked for alone before anything is concluded. Private to poll/.
 */
#ifndef RAGTOP_POLL_PROOF_H
#define RAGTOP_POLL_PROOF_H

#include "poll/schedule.h"
#include "poll/trust.h"
#include "series/batch.h"

struct poller;
struct recalled;

/** How far the proof of one signal is. */
enum proof_stage {
    PROOF_OPEN,    /**< to be asked for */
    PROOF_ASKED,   /**< a query is out */
    PROOF_SETTLED, /**< asked, or there is nothing to prove, or no answer to be had */
};

struct proof {
    enum proof_stage stage;
    bool sampled; /**< KNOWN holds slots FIRST to LAST */
    struct matrix known;
    int64_t first, last;
    int64_t after;            /**< no older slot serves: the server has them no more */
    int tries;                /**< queries about it alone that told nothing */
    bool alone;               /**< it is not asked for together with others */
    bool raw;                 /**< nor by its recording rule */
    bool stale;               /**< the store has history of it from before the source was lost */
    bool looked_up;           /**< whether anything is kept behind AFTER was found out */
    bool recalls;             /**< not all WINDOWS were given */
    struct recalled *windows; /**< of what is kept, where it is proved; owned */
    size_t windows_count;
};

struct proofs {
    struct trusts trusts;
    struct proof *signals; /**< owned */
    bool *held;            /**< for struct schedule; owned */
    bool refuted;          /**< one differs since what was not proved was forgotten */
    bool released;         /**< one is held no more since proof_released() was called */
    size_t count;
};

// ---- for proof.c and proof_answer.c alone

/** Lets go of what is known of S. */
void proof_drop_sample(struct proof *s);

// ---- for all of poll/

/** Draws the conclusions: whose history is held, and what another server left behind. */
void proof_settle(struct poller *p);

/** Whether it is to be found out what is kept of signal I, to prove it by. */
bool proof_wants_sample(const struct poller *p, int i);

/** Starts over, for the signals of the plan as it stands. */
void proof_start(struct poller *p);

/** Frees; proof_start() is accepted after it. */
void proof_finish(struct poller *p);

/** Queries that are out belong to a moment that was left: they are to be asked again. */
void proof_resume(struct poller *p);

/** Another server may answer from now on: what is known, in the store too, is to be proved again.
 */
void proof_doubt(struct poller *p);

/** The next query that is due. */
bool proof_next(struct poller *p, struct ask *out);

/** Whether the history of any signal need not wait any more since this was called last. */
bool proof_released(struct poller *p);

/** Takes in the answer B to ASK. */
void proof_take(struct poller *p, const struct ask *ask, const struct batch *b);

/** ASK ends, answered or not. */
void proof_end(struct poller *p, const struct ask *ask);

/**
 * Whether an answer about signal I may be remembered: not while it is open whose history is kept.
 * What is kept and could not be proved makes room.
 */
bool proof_may_remember(struct poller *p, int i);

#endif
