/**
 * How fast a server that rejects requests with 429 is asked: with a gap between requests, which
 * doubles each time it rejects more, and halves once it has stopped for a while. Private to poll/.
 */
#ifndef RAGTOP_POLL_PACE_H
#define RAGTOP_POLL_PACE_H

#include <stdbool.h>
#include <stdint.h>

/** Zeroed: no limit. */
struct pace {
    int64_t gap_ms;  /**< between two requests; 0: none */
    int64_t next_ms; /**< when the next one may be sent */
    int64_t told_ms; /**< when the server last rejected some */
};

/** The server rejected a request, and wants none for ASKED_MS; 0: it did not say how long. */
void pace_slow(struct pace *p, int64_t asked_ms, int64_t now_ms);

/** Whether a request may be sent now. */
bool pace_allows(const struct pace *p, int64_t now_ms);

/** A request was sent. */
void pace_sent(struct pace *p, int64_t now_ms);

#endif
