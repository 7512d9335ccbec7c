/**
 * Looking for components on the server before anything is planned: which there are, which of their
 * metrics there are, and the stages that come of it. Private to poll/.
 */
#ifndef RAGTOP_POLL_COMPONENTS_H
#define RAGTOP_POLL_COMPONENTS_H

#include <stdbool.h>

#include "base/str.h"
#include "feed/feed.h"
#include "http/client.h"
#include "prom/envelope.h"

struct poller;

/** Sets the phase that P begins with. */
void components_begin(struct poller *p);

/** Frees. */
void components_finish(struct poller *p);

/** What is asked first: where nothing has to be recognised, the parts at once. */
const struct feed_type *components_feed(const struct poller *p);

/** Whether ASK looks for components or for their parts. */
bool components_are_asked(const struct ask *ask);

/** Takes in the answer R to ASK; *WHY is a clause where the status is not PROM_OK. */
enum prom_status components_take(
    struct poller *p, const struct ask *ask, const struct http_reply *r, struct str *why);

#endif
