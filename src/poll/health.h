/**
 * Whether the source can be asked, and when again: what a bad answer says of it. Private to poll/.
 */
#ifndef RAGTOP_POLL_HEALTH_H
#define RAGTOP_POLL_HEALTH_H

#include "http/client.h"
#include "poll/schedule.h"

struct poller;

/** What was lost: the way to the source, or its goodwill. */
enum health_loss {
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
void health_lose(struct poller *p, enum health_loss loss, const char *why, int64_t retry_after_s,
    int64_t now_ms);

/** Notes in ASK, which is about to be sent, what its answer is to be held against. */
void health_mark(struct poller *p, struct ask *ask);

/** Whether R says that nobody answers there, whatever is asked. */
bool health_is_gone(const struct http_reply *r);

/** Whether the same query may well be answered later: nobody was there, or had time for it. */
bool health_is_passing(const struct http_reply *r);

/** Whether R says that the server has no time, whatever it is asked. */
bool health_is_busy(const struct http_reply *r);

/** Whether the past is left alone at NOW_MS. */
bool health_spares_history(const struct poller *p, int64_t now_ms);

/** A query about the past was answered well. */
void health_regain_history(struct poller *p);

/** How far a bad answer reaches. */
enum health_fault {
    FAULT_OF_QUESTION, /**< others are answered */
    FAULT_IN_DOUBT,    /**< the source is held for lost, until another query is answered */
    FAULT_OF_SOURCE,   /**< the source is lost */
};

/**
 * ASK got the bad answer R, WHY is a clause. Others are answered when that happened since it was
 * asked, or, for what was refused before, since it was asked the time before.
 */
enum health_fault health_fail(struct poller *p, enum health_loss loss, const struct ask *ask,
    const struct http_reply *r, const char *why, int64_t now_ms);

/** Learns from REPLY what the source's clock says; a note tells of a minute or more. */
void health_learn_clock(struct poller *p, const struct http_reply *reply, int64_t now_ms);

/** Whether ASK was about quite another time than meant: the source's clock was learned since. */
bool health_mistook_time(const struct poller *p, const struct ask *ask);

/**
 * The source gave the good answer REPLY to ASK. A probe ends a loss: what failed is asked again at
 * once. What was asked before the loss ends only a doubt.
 */
void health_regain(
    struct poller *p, const struct ask *ask, const struct http_reply *reply, int64_t now_ms);

#endif
