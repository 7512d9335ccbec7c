/**
 * Options, checked and turned into curl handles from which every connection's are copied.
 */
#ifndef RAGTOP_HTTP_SETUP_H
#define RAGTOP_HTTP_SETUP_H

#include <curl/curl.h>
#include <stdbool.h>

#include "base/str.h"
#include "http/client.h"

/**
 * A new handle with everything that is the same for all requests, and nothing that says who asks.
 * NULL with a sentence in *WHY, which shows no secret, when OPTIONS cannot be used.
 */
CURL *setup_handle(const struct http_options *options, struct str *why);

/** A copy of MODEL for requests to servers that others send us to. */
CURL *setup_copy(CURL *model);

/**
 * A copy of MODEL for requests to the server of ENDPOINT alone: with its client certificate, and
 * CONNECT_TO, which may be NULL and outlives it.
 */
CURL *setup_own_handle(CURL *model, const struct endpoint *endpoint, struct curl_slist *connect_to);

/** Milliseconds that connecting may take, at most those of the whole request. */
int64_t setup_connect_ms(int64_t timeout_ms);

#endif
