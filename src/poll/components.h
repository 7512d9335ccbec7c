/**
 * Looking for components on the server before anything is planned: which there are, which of their
 * metrics there are, and the stages that come of it; where none is known, what looks like a
 * latency. It is looked again now and then. Private to poll/.
 */
#ifndef RAGTOP_POLL_COMPONENTS_H
#define RAGTOP_POLL_COMPONENTS_H

#include <stdbool.h>

#include "base/str.h"
#include "feed/feed.h"
#include "http/client.h"
#include "prom/envelope.h"

struct poller;

/** Sets the phase that P begins with, and the configuration that it works with. */
void components_begin(struct poller *p);

/** Frees. */
void components_finish(struct poller *p);

/** What is to be asked now, even while PROBING whether the source is back; NULL: nothing. */
const struct feed_type *components_due(struct poller *p, bool probing, int64_t now_ms);

/** Whether ASK is one of those. */
bool components_are_asked(const struct ask *ask);

/** Takes in the answer R to ASK; *WHY is a clause where the status is not PROM_OK. */
enum prom_status components_take(
    struct poller *p, const struct ask *ask, const struct http_reply *r, struct str *why);

/** Whether BODY, an exposition, has a metric by which a component is recognised. */
bool components_are_in(const struct poller *p, const char *body);

/** Takes what SAMPLES, of a target that is scraped, show. */
void components_scraped(struct poller *p, const struct batch *samples, int64_t now_ms);

#endif
