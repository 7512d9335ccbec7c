/**
 * Asks the server for what the plan wants and puts the answers into the store.
 *
 * It never waits by itself: poller_turn() takes what has arrived and sends what is due,
 * poller_wait() is the program's one blocking call. The live program and the one-shot commands use
 * it alike.
 *
 * What is asked: first which metrics exist; then per signal one instant query at every refresh,
 * the span once by a range query (later only what is missing of it), and the history that makes
 * "usual" once an hour. Deep signals are asked by instant queries alone, see poller_want().
 * Never two in flight for one query. What fails of the past is asked ever more rarely, and says
 * nothing of the present, which alone tells whether the server is there. While that cannot be
 * reached one query at a time goes out, ever more rarely: every 5 s where nobody answers, every
 * 30 s where an answer says no, and never before the server asks for.
 */
#ifndef RAGTOP_POLL_POLLER_H
#define RAGTOP_POLL_POLLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "config/config.h"
#include "feed/want.h"
#include "plan/plan.h"
#include "plan/scope.h"
#include "series/store.h"

struct poller;

/** How much of the answers one turn decodes: larger ones take several turns, with keys between. */
enum { POLLER_TURN_BYTES = 128 * 1024 };

/** How many files and connections one poller may have open at a time, while it looks up names too.
 */
enum { POLLER_FILES = 28 };

/**
 * Starts polling for CONFIG what SCOPE looks at, initialising *PLAN and *STORE, which the poller
 * fills and the caller finishes after poller_destroy(). All four outlive the poller. NULL with a
 * sentence in *WHY when the source cannot be used at all; *PLAN and *STORE are then empty.
 *
 * Where few requests come in, rates are over a longer window unless SCOPE names or keeps one.
 */
struct poller *poller_create(const struct config *config, const struct scope *scope,
    struct plan *plan, struct store *store, struct str *why);

/** From now on P, which has had no turn yet, is waited for together with OTHER. */
void poller_join(struct poller *p, const struct poller *other);

/** Has LINE called with CONTEXT for every answer: what was asked, how it ended, how long it took.
 */
void poller_trace(struct poller *p, void (*line)(void *context, const char *text), void *context);

/** Puts a line of the caller's into that trace. */
void poller_say(const struct poller *p, const char *text);

/** The history of a baseline file; poll itself touches no file. See cache/saved.h. */
struct poller_saved {
    const char *name; /**< of the file, for the reader */
    int64_t at_ms;    /**< the moment before which it was saved */
    const void *context;
    /** The history of the signal of that NAME (see plan_name_signal()), or NULL. */
    const struct history *(*find)(const void *context, const struct labels *name);
};

/** Lends the store what SAVED has of each signal; it outlives the store. */
void poller_use_saved(struct poller *p, const struct poller_saved *saved);

/**
 * The caller has changed the scope of P, which was BEFORE: the next turn asks for what is not known
 * of the new one, and of what is usual there. With another window that is everything, as soon as it
 * is known what there is to ask. Where nothing changed, the same moment is asked for afresh: the
 * present is then that of NOW_MS, even while paused.
 */
void poller_scope_changed(struct poller *p, const struct scope *before, int64_t now_ms);

/**
 * Somebody set the wall clock back by BACK_MS: every moment that was noted by it moves along, so
 * that nothing waits until the clock is where it was. The server's clock is believed to go on as
 * before, until its next answer tells.
 */
void poller_set_back(struct poller *p, int64_t back_ms);

/** Ends what is in flight and frees; NULL is accepted. */
void poller_destroy(struct poller *p);

/** From now on P finds out what there is and plans it, but asks for no signal. */
void poller_plan_only(struct poller *p);

/** Whether every signal is known of this moment, or why not; of the past nothing need be known. */
bool poller_knows_present(const struct poller *p);

/** Takes in what has arrived and sends what is due at NOW_MS. Returns whether the store changed. */
bool poller_turn(struct poller *p, int64_t now_ms);

/** Whether there is no server, and the target is scraped instead: that takes a while. */
bool poller_scrapes(const struct poller *p);

/** Whether more will be known only when time has passed: it scrapes, backs off, or was told to. */
bool poller_needs_time(const struct poller *p);

/**
 * While PAUSED, from NOW_MS on, time stands still: what is known stays as it is, and nothing is
 * asked but what is not known of this moment, or of another one that is moved to or looked at in
 * another way.
 */
void poller_pause(struct poller *p, bool paused, int64_t now_ms);

/**
 * Asks for everything again at the next turn, even while backing off; while paused, as it is at
 * NOW_MS.
 */
void poller_refetch(struct poller *p, int64_t now_ms);

/**
 * Forgets all that is known of the past, what was kept of it too, and asks for it again at the next
 * turn. False, and nothing is forgotten, while nothing could take its place: the source is lost, or
 * a target is scraped, which has no past to be asked for.
 */
bool poller_forget(struct poller *p, int64_t now_ms);

/**
 * Asks as well for what WANTS names, until called again; the next turn is the first. What is not
 * wanted is neither asked nor waited for: a deep signal of a stage that nobody looks into is
 * CONDITION_ASKING, and a slot that nobody wants is empty. Of what the server has nothing the slot
 * is CONDITION_ABSENT.
 */
void poller_want(struct poller *p, const struct wants *wants);

/**
 * Has the Alertmanager make S, or change it where it has an id; or expire the silence called ID.
 * This is sent once, whatever becomes of it: the store's routing says what did. False with a
 * sentence in *WHY: nothing is sent.
 */
bool poller_silence(struct poller *p, const struct silence *s, struct str *why);
bool poller_expire(struct poller *p, const char *id, struct str *why);

/** The moment that is asked for is that of NOW_MS, however time goes on. */
void poller_hold(struct poller *p, int64_t now_ms);

/** Milliseconds until something is due; at most a second less than an hour. */
int poller_due_ms(const struct poller *p, int64_t now_ms);

/** Has P ask DELAY_MS later than the clock would have it: of many, not all ask in one moment. */
void poller_delay(struct poller *p, int64_t delay_ms);

/** Whether anything that was asked may still be answered. */
bool poller_expects(const struct poller *p);

/** Whether nothing is still to come of what only the page that is open shows. */
bool poller_page_complete(const struct poller *p);

/** Whether an answer is half read: the next turn should come at once. */
bool poller_reads(const struct poller *p);

/**
 * Waits for the network, for one of FDS (COUNT) to become readable, or TIMEOUT_MS. Returns bit i
 * for each readable FDS[i]. Serves all pollers that P was joined with.
 */
unsigned poller_wait(struct poller *p, const int *fds, size_t count, int timeout_ms);

#endif
