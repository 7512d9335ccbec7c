/**
 * The Alertmanager beside the server: which one it is, what it makes of alerts, and the silences
 * that the user has it make. Asked while FEED_ROUTING is wanted, twice a minute at most but
 * after an order. It gets no credentials but its own. Private to poll/.
 */
#ifndef RAGTOP_POLL_ROUTER_H
#define RAGTOP_POLL_ROUTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/client.h"
#include "series/routing.h"

struct poller;

struct router {
    struct http_client *http;    /**< NULL: nobody is asked */
    char *url;                   /**< whom; owned */
    size_t tried;                /**< candidates that gave no answer since one did */
    int failures;                /**< answers that did not come, one after the other */
    unsigned out;                /**< questions that are out: bits */
    bool heard;                  /**< all that was asked first is answered */
    bool groups_asked;           /**< for groups, since they are wanted */
    bool asked_since;            /**< for silences, after the order was over */
    int64_t next_ms;             /**< when to ask next */
    char *order_id;              /**< that the order is about; NULL: a new silence; owned */
    struct routing_state *state; /**< the store's; NULL: nobody asked yet */
};

/** Takes in what was answered and asks what is due. Returns whether its state changed. */
bool router_run(struct poller *p, int64_t now_ms);

/** Whether first answers are waited for. */
bool router_is_open(const struct poller *p);

/** Milliseconds until something is to be asked; more than an hour: nothing is. */
int64_t router_due_ms(const struct poller *p, int64_t now_ms);

void router_finish(struct poller *p);

#endif
