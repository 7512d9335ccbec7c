/**
 * Keys of AWS as its tools keep them in a file
 * (https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html).
 */
#ifndef RAGTOP_ENDPOINT_AWS_H
#define RAGTOP_ENDPOINT_AWS_H

#include <stdbool.h>

#include "base/str.h"

/** All owned; session_token NULL: none. */
struct aws_keys {
    char *id, *secret, *session_token;
};

/**
 * Reads the keys under [PROFILE] of the file PATH; PROFILE NULL is "default". False with a clause
 * in *WHY, which shows no key, when they are not there; *OUT is untouched.
 */
bool aws_read_keys(struct aws_keys *out, const char *path, const char *profile, struct str *why);

/** Overwrites and frees; a zeroed struct is accepted. */
void aws_keys_finish(struct aws_keys *k);

/**
 * Appends QUERY with its parameters in the order and spelling that a signature is made over
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html, canonical query).
 */
void aws_add_canonical(struct str *out, const char *query);

#endif
