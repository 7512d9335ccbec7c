/**
 * How many requests are in flight at a time: a few, and more where the server is far away, as each
 * of them spends its time on the wire there. Private to poll/.
 */
#ifndef RAGTOP_POLL_FLIGHT_H
#define RAGTOP_POLL_FLIGHT_H

#include "http/client.h"

enum { FLIGHT_NEAR = 6, FLIGHT_FAR = 16 };

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

/** Whether a round trip takes so long that few requests are better than many. */
bool flight_is_far(const struct flight *f);

/** How many requests may be in flight, and how many of those may ask for history. */
int flight_most(const struct flight *f);
int flight_history(const struct flight *f);

#endif
