/**
 * One of the requests in flight, and what comes in for it.
 */
#ifndef RAGTOP_HTTP_SLOT_H
#define RAGTOP_HTTP_SLOT_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include "http/job.h"

/** How much all slots together may take in. */
struct intake {
    size_t body_max;  /**< bytes of one body, after decompression */
    size_t turn_left; /**< bytes of all bodies in this turn */
};

struct http_client;

/** Its handles are kept for the next request, so that the connections are. */
struct slot {
    struct http_client *client; /**< that it is of */
    struct intake *intake;
    CURL *own;      /**< for the server asked; NULL: not needed yet */
    CURL *stranger; /**< likewise for others that it sends us to: knows no credentials */
    CURL *easy;     /**< the one of them that is in use */
    struct curl_slist *headers; /**< of its request */
    struct job *job;            /**< NULL: free */
    bool paused;                /**< there is more, and this turn took enough */
    bool waits;                 /**< there is more, and no room for it; see loop_has_room() */
    char error[CURL_ERROR_SIZE];
};

/** Has the bodies and headers that arrive at EASY go to SLOT's job, as far as its intake allows. */
void slot_receive(struct slot *slot, CURL *easy);

/** Frees what it holds. */
void slot_finish(struct slot *slot);

/** Has the COUNT SLOTS that were paused take in again, as their intake allows. */
void slot_resume(struct slot *slots, size_t count);

/** Whether there is more than one turn may take in: the next should come at once. */
bool slot_any_paused(const struct slot *slots, size_t count);

#endif
