/**
 * Setting options of curl's handles. Those set here exist and have the right type, so where curl
 * refuses one it is a bug, or there is no memory; base/check.h has a door for each.
 */
#ifndef RAGTOP_HTTP_HANDLE_H
#define RAGTOP_HTTP_HANDLE_H

#include <curl/curl.h>

/** Sets OPTION of the handle EASY. */
#define set(easy, option, value) handle_expect(curl_easy_setopt(easy, option, value))

/** Ends the program unless CODE is CURLE_OK. */
void handle_expect(CURLcode code);

/** Ends the program unless CODE is CURLM_OK. */
void handle_expect_multi(CURLMcode code);

#endif
