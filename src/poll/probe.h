/**
 * Which of several addresses a Prometheus answers at.
 */
#ifndef RAGTOP_POLL_PROBE_H
#define RAGTOP_POLL_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

/**
 * Asks all candidates of S at once, each for at most three seconds, and sets *BEST to the first in
 * order that answers as a Prometheus does, else to the first that wants other credentials, else to
 * the first that is there but cannot be reached, which says most about why. Returns whether one
 * answered. The only function beside poller_wait() that blocks.
 */
bool probe_candidates(const struct endpoint *s, size_t *best);

#endif
