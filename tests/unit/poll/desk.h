/**
 * A world of two signals in which nothing was asked yet, and its schedule.
 */
#ifndef RAGTOP_TESTS_UNIT_POLL_DESK_H
#define RAGTOP_TESTS_UNIT_POLL_DESK_H

#include "poll/schedule.h"
#include "unit/world.h"

enum { SIGNALS = 2, DAYS = 3 };

struct desk {
    struct world world;
    struct schedule schedule;
};

/** With a baseline of KIND. */
void desk_start(struct desk *d, const char *kind);

void desk_stop(struct desk *d);

/** Leaves the latencies alone: the other signals of the plan are not asked. */
void desk_without_others(struct desk *d);

/** Has WANTS of COUNT wanted, and nothing else. */
void desk_want(struct desk *d, const struct want *wants, size_t count);

/** Puts the answer to ASK, POINTS samples per range, into the store as the poller does. */
void desk_answer(struct desk *d, const struct ask *ask, int points);

/** Takes all that is due, COUNT at most, without answering. */
size_t desk_take(struct desk *d, struct ask *asks, size_t count);

/** Answers all that is due until nothing is; returns how many questions of each kind there were. */
void desk_settle(struct desk *d, int points, int counts[FEED_KINDS]);

#endif
