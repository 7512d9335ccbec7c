/**
 * Whether what is remembered of each signal is the history of the server that answers now. Pure:
 * proof.c asks, this judges. Private to poll/.
 *
 * A signal is proved by a stretch of its own past that the server tells alike, if its values vary
 * in it: an error rate of 0 is the same everywhere. One whose past is constant is proved by such a
 * stretch only when LEAST others that vary were proved, and none was contradicted.
 */
#ifndef RAGTOP_POLL_TRUST_H
#define RAGTOP_POLL_TRUST_H

#include <stdbool.h>
#include <stddef.h>

#include "series/matrix.h"

enum { TRUST_VARYING_LEAST = 2 };

enum trust {
    TRUST_UNPROVED,
    TRUST_PROVED,
    TRUST_CONTRADICTED, /**< the server tells it differently */
};

/** What one stretch, asked for again, says. */
enum finding {
    FINDING_NONE,     /**< nothing: the server has none of it, or not any more */
    FINDING_CONSTANT, /**< it is the same, but does not vary */
    FINDING_SAME,     /**< it is the same, and varies */
    FINDING_DIFFERS,
};

struct trust_signal {
    enum trust state;
    bool constant; /**< a constant stretch of it was the same */
    bool varying;  /**< it was proved by one that varies */
};

struct trusts {
    struct trust_signal *signals; /**< owned */
    size_t count;
    int varying;       /**< how many were proved by a stretch that varies */
    bool contradicted; /**< one of them was */
};

/** COUNT signals, none proved. */
void trust_init(struct trusts *t, size_t count);

/** Frees; a zeroed one is accepted. */
void trust_finish(struct trusts *t);

/** All are unproved again: another server may answer from now on. */
void trust_reset(struct trusts *t);

/**
 * Compares what is KNOWN of slots FIRST to LAST with the server's ANSWER. What lies before its
 * first sample does not count: a server that keeps less than it did is still the same.
 */
enum finding trust_compare(
    const struct matrix *known, const struct matrix *answer, int64_t first, int64_t last);

/** Learns what was found of signal I. */
void trust_learn(struct trusts *t, int i, enum finding finding);

/** What is remembered of signal I was all told by this server, since the last reset. */
void trust_own(struct trusts *t, int i);

/** Whether what is remembered of signal I is this server's. */
enum trust trust_of(const struct trusts *t, int i);

/** Whether signal I, whose past is constant, is proved if others are. */
bool trust_waits(const struct trusts *t, int i);

#endif
