/**
 * How a request ended, in a word for the program and a clause for the reader.
 */
#ifndef RAGTOP_HTTP_FAULT_WORDS_H
#define RAGTOP_HTTP_FAULT_WORDS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "http/client.h"

/** What is known about a transfer that ended without an answer. */
struct fault {
    CURL *easy;         /**< with its transfer information still there */
    CURLcode code;      /**< not CURLE_OK */
    const char *detail; /**< curl's error buffer; may be empty */
    const char *place;  /**< "host:port" of the URL asked */
    const char *proxy;  /**< "host:port" of the proxy; NULL: none, or one of the environment */
    int64_t timeout_ms, connect_ms;
    size_t body_len, body_max;
    bool ca_given; /**< the certificate is checked with the endpoint's authorities */
    bool body_too_large, headers_too_large; /**< why the client itself ended it */
};

/** Appends what happened to *WHY as a clause and returns it as an outcome. */
enum http_outcome fault_explain(const struct fault *f, struct str *why);

/**
 * Appends the clause for an answer: `host:9090 answered 503 Service Unavailable`. REDIRECTED_BY is
 * the "host:port" that redirects to PLACE, or NULL.
 */
void fault_add_status(struct str *why, const char *place, const char *redirected_by, long status);

/** The same of PROXY, which answered itself. */
void fault_add_proxy_status(struct str *why, const char *proxy, long status);

#endif
