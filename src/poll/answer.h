/**
 * What becomes of answers. Private to poll/. reply.c reads them, answer.c finds out what each is
 * and whom a bad one concerns, discovery.c takes in what exists, result.c what is known of signals.
 */
#ifndef RAGTOP_POLL_ANSWER_H
#define RAGTOP_POLL_ANSWER_H

#include "base/arena.h"
#include "http/client.h"
#include "poll/schedule.h"
#include "prom/decode.h"

struct poller;

/**
 * Reads on in the reply at hand, or in the next, for at most *LEFT bytes, and counts them off. True
 * when a reply is read to its end: answer_take() is to follow.
 */
bool answer_read(struct poller *p, size_t *left);

/** Takes in the reply that was read. */
void answer_take(struct poller *p, int64_t now_ms);

/**
 * WHY, or `host:port redirects to other:port: WHY` if another server than the one asked gave R;
 * valid as long as what is in A.
 */
const char *answer_whose(struct arena *a, const struct http_reply *r, const char *why);

/** Makes *WHY what R says of ASK alone, where other queries are answered. */
void answer_say_part(
    const struct poller *p, const struct ask *ask, const struct http_reply *r, struct str *why);

/** Forgets the reply that is being read, if any. */
void answer_drop(struct poller *p);

/** Ends reading samples and moves them to *B, as prom_samples_end(). */
enum prom_status answer_end_samples(struct poller *p, struct batch *b, struct str *why);

/** Takes in B as the answer to ASK; NULL: it cannot be answered, and WHY. */
void answer_take_own(
    struct poller *p, struct ask *ask, struct batch *b, const char *why, int64_t now_ms);

// ---- what exists

/** Once it is known what exists, writes the plan's expressions and begins to poll. */
void discovery_settle(struct poller *p, int64_t now_ms);

/** Learns the NAMES that the server has, which were asked for with the parts of components, unless
 * they leave open what something is: then they are asked for as usual. */
void discovery_know_names(struct poller *p, const struct name_list *names, int64_t now_ms);

/** Takes in R as what answers there, if it tells. */
void discovery_take_server(struct poller *p, const struct http_reply *r, int64_t now_ms);

/** Takes in R as the answer to ASK, which is about what exists; WHY is a clause when it is not. */
enum prom_status discovery_take(
    struct poller *p, const struct ask *ask, const struct http_reply *r, struct str *why);

/** ASK got the bad answer R. True: it was asked often enough, and is done without. */
bool discovery_does_without(struct poller *p, const struct ask *ask, const struct http_reply *r);

// ---- what is known of signals

/** Takes in the samples that were read as the answer to ASK; WHY is a clause when they are none. */
enum prom_status result_take(struct poller *p, struct ask *ask, int64_t now_ms, struct str *why);

/** Takes in B, the samples that answer ASK. */
void result_keep(struct poller *p, struct ask *ask, struct batch *b, int64_t now_ms);

/** Takes in R as what fills a slot: whatever goes wrong says nothing of the server. */
void result_take_object(struct poller *p, const struct ask *ask, const struct http_reply *r);

/** ASK is not answered, and WHY. */
void result_refuse(struct poller *p, const struct ask *ask, const char *why);

/** The same, where R was the answer: WHY is what it says of itself. */
void result_refuse_answer(
    struct poller *p, const struct ask *ask, const struct http_reply *r, const char *why);

/** The history that ASK is about. */
struct history *history_of(struct store *s, const struct ask *ask);

/** Whether ASK is about what exists and how often it is scraped. */
bool discovery_is_about(const struct ask *ask);

/**
 * Whether names and values are to be asked for at once, from now on by queries, because ASK, which
 * used the API of labels, got the bad answer R: some proxies let only queries through. Where
 * queries get bad answers as well, the API of labels is tried again next time.
 */
bool discovery_turns_to_queries(
    struct poller *p, const struct ask *ask, const struct http_reply *r);

#endif
