/**
 * One request on its way to a reply, and lines of them.
 */
#ifndef RAGTOP_HTTP_JOB_H
#define RAGTOP_HTTP_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "http/client.h"

/** A request from http_start() until its reply is no longer shown. All texts are owned. */
struct job {
    struct job *next;
    char *path, *query;
    char *order; /**< NULL: it only asks; see struct http_request */
    bool post, gzip;
    char *content_type;
    char *redirect, *place; /**< where the server sent us, or NULL */
    int redirects;
    bool away; /**< to another server than the one asked */
    bool sent_post;
    bool post_barred; /**< as a POST it was refused by what is not the server */
    int64_t spent_us; /**< by the tries before this one */
    size_t headers_len;
    bool body_too_large, headers_too_large;
    struct str body, why, log;
    struct http_reply reply;
};

/** First in, first out; zeroed means empty. */
struct jobs {
    struct job *first, *last;
};

/** A job for REQUEST that has not been sent yet. */
struct job *job_create(const struct http_request *request);

/** NULL is accepted. */
void job_free(struct job *job);

/** Appends JOB, which must be in no other line. */
void job_push(struct jobs *line, struct job *job);

/** Puts JOB, which must be in no other line, before all others. */
void job_push_first(struct jobs *line, struct job *job);

/** Takes the first one out; NULL when there is none. */
struct job *job_pop(struct jobs *line);

/** Frees those of LINE that are of TAG; returns how many there were. */
size_t job_drop(struct jobs *line, uint64_t tag);

/** Frees all that wait in LINE. */
void job_free_all(struct jobs *line);

#endif
