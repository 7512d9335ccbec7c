/**
 * Whether the source can be asked, and when again: what a bad answer says of it. Private to poll/.
 */
#ifndef RAGTOP_POLL_REACH_H
#define RAGTOP_POLL_REACH_H

#include "http/client.h"
#include "poll/schedule.h"

struct poller;

/** What was lost: the way to the source, or its goodwill. */
enum reach_loss {
    LOSS_SILENT,
    LOSS_ANSWERED,
    LOSS_FOREIGN, /**< with something that no Prometheus says */
};

/**
 * The source cannot be asked, WHY is a clause: backs off, from 1 s to 5 s where nobody answers, so
 * that it is soon seen when somebody does again, and to 30 s where an answer says no. Never before
 * RETRY_AFTER_S, which is -1 when the server named none, and up to a fifth later; but whatever it
 * names, after HTTP_RETRY_MAX_S at the latest.
 */
void reach_lose(
    struct poller *p, enum reach_loss loss, const char *why, int64_t retry_after_s, int64_t now_ms);

/** Notes in ASK, which is about to be sent, what its answer is to be held against. */
void reach_mark(struct poller *p, struct ask *ask);

/** Whether R says that nobody answers there, whatever is asked. */
bool reach_is_gone(const struct http_reply *r);

/** Whether the same query may well be answered later: nobody was there, or had time for it. */
bool reach_is_passing(const struct http_reply *r);

/** Whether R says that the server has no time, whatever it is asked. */
bool reach_is_busy(const struct http_reply *r);

/** Whether the past is left alone at NOW_MS. */
bool reach_spares_past(const struct poller *p, int64_t now_ms);

/** A query about the past was answered well. */
void reach_regain_past(struct poller *p);

/** How far a bad answer reaches. */
enum reach_fault {
    FAULT_OF_QUESTION, /**< others are answered */
    FAULT_IN_DOUBT,    /**< the source is held for lost, until another query is answered */
    FAULT_OF_SOURCE,   /**< the source is lost */
};

/**
 * ASK got the bad answer R, WHY is a clause. Others are answered when that happened since it was
 * asked, or, for what was refused before, since it was asked the time before.
 */
enum reach_fault reach_fail(struct poller *p, enum reach_loss loss, const struct ask *ask,
    const struct http_reply *r, const char *why, int64_t now_ms);

/** Learns from REPLY what the source's clock says; a note tells of a minute or more. */
void reach_learn_clock(struct poller *p, const struct http_reply *reply, int64_t now_ms);

/** Whether ASK was about quite another time than meant: the source's clock was learned since. */
bool reach_mistook_time(const struct poller *p, const struct ask *ask);

/**
 * The source gave the good answer REPLY to ASK. A probe ends a loss: what failed is asked again at
 * once. What was asked before the loss ends only a doubt.
 */
void reach_regain(
    struct poller *p, const struct ask *ask, const struct http_reply *reply, int64_t now_ms);

#endif
