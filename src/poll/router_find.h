/**
 * Which Alertmanager is asked: the configured one, else those that the server names, else what
 * kube-prometheus has beside it. Private to poll/, for router.c.
 */
#ifndef RAGTOP_POLL_ROUTER_FIND_H
#define RAGTOP_POLL_ROUTER_FIND_H

#include <stdbool.h>

#include "poll/router.h"

/**
 * Connects with the next candidate. False: it cannot be asked, or, with none of them tried, there
 * are no more and it is the turn of the first again.
 */
bool router_find(struct poller *p);

/** Ends the connection; nothing is out then. */
void router_let_go(struct router *r);

/** Makes OUT the text WHY, cut where it is too long. */
void router_say(char out[ROUTING_WHY_MAX], const char *why);

/** Notes for the reader whom R asks. */
void router_note_url(struct router *r);

#endif
