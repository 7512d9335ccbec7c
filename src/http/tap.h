/**
 * What stands beside the network, or in place of it: a recording that is made, or that is played.
 * It is one for all clients of the program, as a recording is of all that was asked.
 */
#ifndef RAGTOP_HTTP_TAP_H
#define RAGTOP_HTTP_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/client.h"

/** A request that was sent, as far as it holds nothing that says who asks. */
struct tap_request {
    const char *place; /**< whom: "host:port/prefix", and " tenant" where there is one */
    const char *path, *query;
    bool changes; /**< it is an order */
};

/** What it came to. */
struct tap_reply {
    enum http_outcome outcome;
    long status;
    const char *type; /**< of the content; NULL: not given */
    const char *why;  /**< as in struct http_reply */
    const char *body;
    size_t body_len;
    int64_t server_ms; /**< as in struct http_reply */
};

struct tap {
    /** Sets *OUT to what REQUEST comes to; its texts stay until the next call. NULL: the network
     * is asked. */
    void (*play)(const struct tap_request *request, struct tap_reply *out);
    /** Is shown each request with what it came to; orders are not among them. NULL: nobody is. */
    void (*record)(const struct tap_request *request, const struct tap_reply *reply);
};

/** From now on all clients have TAP, which outlives them; NULL: none. */
void http_use_tap(const struct tap *tap);

/** Whether what is asked is recorded. */
bool tap_records(void);

struct job;

/** Whether JOB of C is played: its reply is then ready to be ended. Private to http/. */
bool tap_play(const struct http_client *c, struct job *job);

/** Shows JOB of C, which has ended, to whoever records. Private to http/. */
void tap_record(const struct http_client *c, const struct job *job);

#endif
