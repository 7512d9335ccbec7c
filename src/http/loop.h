/**
 * What clients that are waited for together share: one wait, and connections that are kept. Each
 * has its own slots, so that requests that hang in one never keep those of another from being sent.
 * Private to http/.
 */
#ifndef RAGTOP_HTTP_LOOP_H
#define RAGTOP_HTTP_LOOP_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

struct http_client;
struct slot;

enum {
    LOOP_HELD_BYTES = 16 * 1024 * 1024, /**< of bodies at a time, in all clients */
    LOOP_SEND_BYTES = 8 * 1024 * 1024,  /**< that a client holds when it asks for no more */
    LOOP_SMALL_BYTES = 128 * 1024,      /**< of one body: it never waits */
};

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

/**
 * Whether LEN more bytes of a body may be taken in at SLOT. Small answers always may; large ones as
 * long as all that are held together are not too much, and beyond that one at a time, the one that
 * is nearest to its end: so all that are under way end, one after the other.
 */
bool loop_has_room(const struct slot *slot, size_t len);

/** Whether C may be sent more, or has large answers to be taken first. */
bool loop_may_send(const struct http_client *c);

#endif
