/**
 * How many requests are in flight at a time: a few, and more where the server is far away, as each
 * of them spends its time on the wire there. Private to poll/.
 */
#ifndef RAGTOP_POLL_FLIGHT_H
#define RAGTOP_POLL_FLIGHT_H

#include <stdbool.h>

#include "http/client.h"

/** In flight at most, and how many of those may ask for history. */
enum { FLIGHT_NEAR = 6, FLIGHT_FAR = 16, FLIGHT_NEAR_HISTORY = 5, FLIGHT_FAR_HISTORY = 14 };

/** Zeroed: nothing has answered yet, and the server counts as near. */
struct flight {
    double shortest_s; /**< from a request sent to the first byte of its answer; 0: not known */
};

/**
 * Takes in how long REPLY was waited for. No round trip is longer than the shortest of these waits.
 * Where a server gave no answer it counts as near again until the next one: whoever is slow gets no
 * more to do at a time.
 */
void flight_note(struct flight *f, const struct http_reply *reply);

/** Whether the round trip may be long enough for FLIGHT_FAR. */
bool flight_is_far(const struct flight *f);

#endif
