/**
 * What the headers of an answer say.
 */
#ifndef RAGTOP_HTTP_ANSWER_HEADERS_H
#define RAGTOP_HTTP_ANSWER_HEADERS_H

#include <curl/curl.h>

#include "http/client.h"

/** Fills server_ms and retry_after_s of REPLY from the answer that EASY has just received. */
void answer_read_moments(CURL *easy, struct http_reply *reply);

#endif
