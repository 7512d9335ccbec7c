/**
 * Credentials that lie about where other programs keep theirs: netrc, keys of AWS. And what to warn
 * of about those in files.
 */
#ifndef RAGTOP_CONFIG_KEYS_FIND_H
#define RAGTOP_CONFIG_KEYS_FIND_H

#include <stdbool.h>

#include "base/str.h"
#include "config/config.h"

/**
 * Whether TEXT, a region ("eu-west-1") or "aws:amz:REGION:SERVICE", says how requests are signed.
 * *OUT is set to the long form; the caller frees. False with *WHY worded to follow "TEXT is".
 */
bool keys_sigv4(const char *text, char **out, struct str *why);

/** How requests to URL are signed when it is Amazon's, by https; NULL elsewhere. To be freed. */
char *keys_sigv4_of(const char *url);

/**
 * Has requests signed as SIGV4 (a result of keys_sigv4()) says, with the user of S if it has one,
 * else the keys of the environment, else those in a file. False with a sentence in *WHY.
 */
bool keys_find_aws(
    struct endpoint *s, const struct config_input *input, const char *sigv4, struct str *why);

/** Has the user looked up in the netrc file of the one who runs this. False as above. */
bool keys_find_netrc(struct endpoint *s, const struct config_input *input, struct str *why);

/** Adds to C's warnings each file with secrets of S that everybody may read, and TLS unverified. */
void keys_warn(struct config *c, const struct endpoint *s);

#endif
