/**
 * HTTP without waiting: requests go out from a queue over a few kept-alive connections, replies
 * come back whole. It knows bytes, status codes and faults, and has never heard of metrics.
 *
 * One turn: http_start() what is wanted, http_wait() once (the program's only blocking call), then
 * take finished replies with http_next() until it returns false.
 */
#ifndef RAGTOP_HTTP_CLIENT_H
#define RAGTOP_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "endpoint/endpoint.h"

struct http_client;

/** Whom to ask, and how. */
struct http_options {
    struct endpoint endpoint; /**< with a url and a time-out over 0; http_create() copies it */
    int connections; /**< requests in flight at most, at least 1; the rest wait in the queue; see
                        http_set_in_flight() */
    size_t body_max; /**< bytes of a body after decompression; more is HTTP_TOO_LARGE; over 0. Of
                        large bodies few are held at a time: see http/loop.h */
    const char *user_agent; /**< outlives the client */
};

/** How a request ended. */
enum http_outcome {
    HTTP_ANSWERED, /**< a status and a body, whatever they say */
    HTTP_REFUSED,  /**< nobody listens there */
    HTTP_NO_HOST,  /**< the name cannot be resolved */
    HTTP_NO_ROUTE, /**< no way leads there */
    HTTP_CONNECT_TIMEOUT,
    HTTP_TIMEOUT,    /**< connected, but no whole answer in time */
    HTTP_UNTRUSTED,  /**< the certificate of a stranger */
    HTTP_EXPIRED,    /**< a certificate of another time */
    HTTP_WRONG_NAME, /**< a certificate of another host */
    HTTP_UNWANTED,   /**< the server wants another client certificate than it got */
    HTTP_NOT_TLS,    /**< it answers, but not TLS */
    HTTP_TLS,        /**< anything else about certificates and handshakes */
    HTTP_NOT_HTTP,   /**< it answers, but not HTTP */
    HTTP_BROKEN,     /**< reset or cut */
    HTTP_TOO_LARGE,  /**< the body passed body_max */
    HTTP_FAILED,     /**< anything else: see `why` */
};

struct http_request {
    const char *path;  /**< below the base: "/api/v1/query"; copied */
    const char *query; /**< "a=b&c=d", already escaped, or NULL; copied */
    bool post;         /**< QUERY is sent as a form; falls back to GET for good on 405 or 501,
                            or a firewall's page, if GET fares better */
    const char *order; /**< "POST" or "DELETE" of a request that changes the server: QUERY is then
                            JSON, or NULL. It is sent once, over a connection of its own: never
                            again, nor anywhere else. NULL: it only asks */
    bool gzip;         /**< ask for compression: worth it for large replies only */
    bool urgent;       /**< goes before what waits already */
    uint64_t tag;      /**< returned with the reply */
};

/** Nobody is waited for longer, whatever the server says: it may be wrong, by a century. */
enum { HTTP_RETRY_MAX_S = 5 * 60 };

struct http_reply {
    uint64_t tag;
    enum http_outcome outcome;
    long status;      /**< 0 unless HTTP_ANSWERED */
    const char *body; /**< NUL-terminated; valid until the next http_next() */
    size_t body_len;
    const char *why;           /**< what happened, as one clause without a full stop; never NULL */
    const char *log;           /**< the same in English, for a log */
    const char *place;         /**< "host:port" of whoever answered or failed; never NULL */
    const char *redirected_by; /**< "host:port" that was asked and redirects to PLACE; or NULL */
    bool stranger;             /**< PLACE is not who was asked: it got nothing that says who asks */
    const char *content_type;  /**< NULL: not given */
    int64_t retry_after_s;     /**< from Retry-After, at most HTTP_RETRY_MAX_S; -1: not given */
    int64_t server_ms;         /**< the Date header, Unix ms; -1: not given */
    double seconds;            /**< from sent to answered */
    double wait_s; /**< of the last try, from sent to the first byte of its answer; 0: none came */
};

/** Bits of what http_wait() saw on the extra descriptors: bit i for fds[i]. */
typedef unsigned http_ready;

/**
 * NULL with a sentence in *WHY when OPTIONS cannot be used (bad URL, unreadable file, two ways to
 * say who asks); it shows no credentials. A URL without a scheme is http; parameters in it go with
 * every request, as those of the endpoint do. Files with secrets are read again for every request:
 * what is in them rotates. Readies and releases libcurl by itself, so it may be called any number
 * of times.
 *
 * Redirects are followed, to another host without anything that says who asks. One that cannot be
 * followed (too many, or from https down to http) is an answer with its status.
 */
struct http_client *http_create(const struct http_options *options, struct str *why);

/**
 * From now on C, which has not been asked for anything yet, is waited for together with OTHER: one
 * http_wait() for either serves both, and all others that were joined. Nothing else is shared: each
 * has its own connections, time-outs and queue.
 */
void http_join(struct http_client *c, struct http_client *other);

/** Ends what is in flight and frees; NULL is accepted. */
void http_destroy(struct http_client *c);

/** From now on, requests go below PREFIX ("/prometheus" or "") of the base as well; copied. */
void http_set_prefix(struct http_client *c, const char *prefix);

/** From now on, no more than MOST requests are in flight; at least 1, and up to `connections`. */
void http_set_in_flight(struct http_client *c, int most);

/** Queues a request; it is sent as soon as a connection is free. */
void http_start(struct http_client *c, const struct http_request *request);

/** Ends what is queued or in flight with TAG: there will be no reply. The server may notice. */
void http_cancel(struct http_client *c, uint64_t tag);

/** Ends what is still queued with TAG, of which the server knows nothing. False: it was sent. */
bool http_recall(struct http_client *c, uint64_t tag);

/** Requests that are queued or in flight. */
size_t http_pending(const struct http_client *c);

/**
 * Waits until something happened on the network or one of FDS (COUNT, at most 8) is readable, or
 * TIMEOUT_MS passed; 0 never blocks, and so does a reply that is ready to be taken, of C or of a
 * client that it was joined with. Drives the transfers of all of them. Returns the readable ones of
 * FDS, hung-up ones among them. May return early.
 */
http_ready http_wait(struct http_client *c, const int *fds, size_t count, int timeout_ms);

/** Frees what http_next() gave last, if anything: its memory is wanted for the next. */
void http_release(struct http_client *c);

/** The next finished request; false when there is none. *OUT is valid until the next call. */
bool http_next(struct http_client *c, struct http_reply *out);

/** Appends which libraries of the network this program runs with: " libcurl/8.14.1 OpenSSL/3.5.7
 * zlib/1.3.1". */
void http_add_versions(struct str *out);

#endif
