/**
 * What says who asks: put on every request, with secrets that live in files read afresh each time.
 */
#ifndef RAGTOP_HTTP_CREDENTIALS_H
#define RAGTOP_HTTP_CREDENTIALS_H

#include <curl/curl.h>
#include <stdbool.h>

#include "base/str.h"
#include "http/client.h"
#include "http/target.h"

/** A copy of the part of the options that says who asks. All texts are owned; NULL: not given. */
struct credentials {
    char *user_name, *password, *user_name_file, *password_file;
    char *token_type, *token, *token_file;
    char *netrc_file;
    char *sigv4, *session_token, *aws_file, *aws_profile;
    char **headers; /**< "Name: value" */
    size_t headers_count;
    struct http_header_file *header_files; /**< its texts are owned, too */
    size_t header_files_count;
};

/**
 * Takes what OPTIONS and the URL of TARGET say. False with a sentence in *WHY, which shows no
 * secret, when that cannot be used or a file cannot be read; *OUT is then still to be finished.
 */
bool credentials_init(struct credentials *out, const struct http_options *options,
    const struct target *target, struct str *why);

/** Sends HEADER, "Name: value", too. */
void credentials_add_header(struct credentials *c, const char *header);

/** Overwrites the secrets and frees; a zeroed struct is accepted. */
void credentials_finish(struct credentials *c);

/**
 * Puts them on the next request of EASY. *HEADERS holds its header lines and is freed with
 * curl_slist_free_all(); what it held is freed here. C NULL: a request that says nothing of who
 * asks. False with a clause in *WHY when a file cannot be used now.
 */
bool credentials_apply(
    const struct credentials *c, CURL *easy, struct curl_slist **headers, struct str *why);

#endif
