/**
 * What clients that are waited for together share: one wait, and connections that are kept. Each
 * has its own slots, so that requests that hang in one never keep those of another from being sent.
 * Private to http/.
 */
#ifndef RAGTOP_HTTP_LOOP_H
#define RAGTOP_HTTP_LOOP_H

#include <curl/curl.h>
#include <stddef.h>

struct http_client;

struct http_loop {
    CURLM *multi;
    struct http_client **clients; /**< owned list of clients that are not */
    size_t count;
};

/** A loop without clients. */
struct http_loop *loop_create(void);

/** Has C waited for in LOOP; it is in no other. */
void loop_add(struct http_loop *loop, struct http_client *c);

/** C, which has nothing in flight, leaves its loop, which goes with the last one. */
void loop_remove(struct http_client *c);

#endif
