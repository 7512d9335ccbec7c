/**
 * What says who asks: put on every request, with secrets that live in files read afresh each time.
 */
#ifndef RAGTOP_HTTP_CREDENTIALS_H
#define RAGTOP_HTTP_CREDENTIALS_H

#include <curl/curl.h>
#include <stdbool.h>

#include "base/str.h"
#include "endpoint/endpoint.h"

/**
 * Whether E, called PLACE in messages, says who asks in one way, and everything that takes can be
 * read. False with a sentence in *WHY, which shows no secret.
 */
bool credentials_check(const struct endpoint *e, const char *place, struct str *why);

/**
 * Puts them on the next request of EASY. *HEADERS holds its header lines and is freed with
 * curl_slist_free_all(); what it held is freed here. E NULL: a request that says nothing of who
 * asks. False with a clause in *WHY when a file cannot be used now.
 */
bool credentials_apply(
    const struct endpoint *e, CURL *easy, struct curl_slist **headers, struct str *why);

#endif
