/**
 * A client from the inside, and what becomes of its requests, one by one. Private to http/.
 */
#ifndef RAGTOP_HTTP_TRANSFER_H
#define RAGTOP_HTTP_TRANSFER_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/client.h"
#include "http/credentials.h"
#include "http/job.h"
#include "http/loop.h"
#include "http/slot.h"
#include "http/target.h"

struct http_client {
    struct target target;
    struct endpoint endpoint; /**< with what the URL says of it */
    struct curl_slist *connect_to;
    CURL *model; /**< of the handles that go to other servers */
    char *proxy, *prefix;
    struct intake intake;
    struct http_loop *loop;
    struct slot *slots;
    size_t slots_count, in_flight_most;
    struct jobs queue, done;
    struct job *shown; /**< the one behind the last http_next() */
    size_t pending;
    bool get_only; /**< as it was asked for, or the server refused a POST */
};

/** Sends what is queued for as long as there are free slots. */
void transfer_send_queued(struct http_client *c);

/** The request in SLOT ended with CODE: it is asked again elsewhere, or its reply is ready. */
void transfer_finish(struct http_client *c, struct slot *slot, CURLcode code);

#endif
