/**
 * Options, checked and turned into a curl handle from which every connection's handle is copied.
 */
#ifndef RAGTOP_HTTP_SETUP_H
#define RAGTOP_HTTP_SETUP_H

#include <curl/curl.h>
#include <stdbool.h>

#include "base/str.h"
#include "http/client.h"
#include "http/target.h"

/**
 * A new handle with everything that is the same for all requests to TARGET. *HEADERS must outlive
 * it and its copies and is freed with curl_slist_free_all(). NULL with a sentence in *WHY, which
 * shows no secret, when OPTIONS cannot be used; *HEADERS is then untouched.
 */
CURL *setup_handle(const struct http_options *options, const struct target *target,
    struct curl_slist **headers, struct str *why);

/** Milliseconds that connecting may take, at most those of the whole request. */
int64_t setup_connect_ms(int64_t timeout_ms);

/**
 * Replaces *TOKEN by the content of the file PATH without the white space around it. False with a
 * clause in *WHY when it cannot be read, is empty or is not one line of text.
 */
bool setup_read_token(const char *path, struct str *token, struct str *why);

#endif
