/**
 * Where and how to ask, filled from several places: credentials stay with the server that they
 * were given for.
 */
#ifndef RAGTOP_CONFIG_SOURCE_H
#define RAGTOP_CONFIG_SOURCE_H

#include <stdbool.h>

#include "base/str.h"
#include "config/config.h"

/**
 * Takes the address TEXT and the credentials in it. When it leads to another server than the
 * address before, the credentials and headers that were set with that one are dropped.
 *
 * False with *WHY worded to follow "TEXT is"; *S is untouched then.
 */
bool source_set_url(struct source_config *s, const char *text, struct str *why);

/** Authenticates by USER ("name:password") or TOKEN_FILE, the other being NULL, and no other way.
 * Both NULL: nothing changes. */
void source_set_auth(struct source_config *s, const char *user, const char *token_file);

/** Sends HEADER, `Name: value`, in place of one with the same name. */
void source_add_header(struct source_config *s, const char *header);

/** Replaces *FIELD by a copy of TEXT; NULL: nothing changes. */
void source_set_text(char **field, const char *text);

/** Frees it all and zeroes it. */
void source_finish(struct source_config *s);

/** Whether USER is "name:password" without control characters. */
bool source_is_user(const char *user);

#endif
