/**
 * Several queries in one request, where each request takes long on its way: those of one feed
 * over the same slots, as arms of `or` that a label tells apart. One that a server refuses, or does
 * not answer, is asked singly again, and for a while nothing is joined; one that it has no time for
 * waits as a whole. Private to poll/.
 */
#ifndef RAGTOP_POLL_JOIN_H
#define RAGTOP_POLL_JOIN_H

#include "poll/schedule.h"
#include "series/batch.h"

struct poller;

enum { JOIN_GROUPS = 16 };

/** Queries that wait for others to be joined with, each group by its first. */
struct joins {
    struct ask groups[JOIN_GROUPS];
    size_t bytes[JOIN_GROUPS]; /**< of PromQL */
    size_t count;
};

/** Whether queries are joined at NOW_MS, which is by the local clock; in a recording each stands by
 * itself. */
bool join_may(const struct poller *p, int64_t now_ms);

/** Sets how many queries about history may be out at a time at NOW_MS, before any is sent. */
void join_set_limits(struct poller *p, int64_t now_ms);

/** Whether the answer to ASK has all the buckets of a histogram. */
bool join_has_buckets(const struct plan *plan, const struct ask *ask);

/** Adds ASK to J, true; false: it goes by itself. */
bool join_add(struct joins *j, const struct plan *plan, const struct ask *ask);

/** Moves the series of B that answer arm K to OUT, without the label that says so. */
void join_split(const struct batch *b, int k, struct batch *out);

/** The query K of those that ASK is: 0 is ASK itself. */
struct ask *join_arm(struct ask *ask, int k);

/**
 * ASK was not answered, perhaps for its size: nothing is joined for a while, and what was joined to
 * it is due again.
 */
void join_undo(struct poller *p, const struct ask *ask, int64_t now_ms);

/** Frees what is joined to ASK. */
void join_drop(struct ask *ask);

#endif
