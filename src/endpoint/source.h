/**
 * Where and how to ask, filled from several places: credentials stay with the server that they
 * were given for.
 */
#ifndef RAGTOP_ENDPOINT_SOURCE_H
#define RAGTOP_ENDPOINT_SOURCE_H

#include <stdbool.h>

#include "base/str.h"
#include "endpoint/endpoint.h"

/**
 * Takes the address TEXT and the credentials in it. When it leads to another server than the
 * address before, what was set for that one alone is dropped: credentials, headers, the client's
 * certificate, the name in the server's, and that this is not verified.
 *
 * False with *WHY worded to follow "TEXT is"; *S is untouched then.
 */
bool source_set_url(struct source_config *s, const char *text, struct str *why);

/**
 * Authenticates by USER ("name:password") or TOKEN_FILE, the other being NULL, and no other way.
 * Both NULL: nothing changes.
 */
void source_set_auth(struct source_config *s, const char *user, const char *token_file);

/** Whether anything says who asks. */
bool source_has_auth(const struct source_config *s);

/** Forgets every way to say who asks, but not the headers. */
void source_drop_auth(struct source_config *s);

/** Has S say who asks as FROM does, which no longer does. */
void source_take_auth(struct source_config *s, struct source_config *from);

/** Sends HEADER, `Name: value`, in place of the first with the same name. */
void source_add_header(struct source_config *s, const char *header);

/** Sends HEADER, `Name: value`, beside others. */
void source_append_header(struct source_config *s, const char *header);

/** Sends a header called NAME with what is in FILE, beside others. */
void source_append_header_file(struct source_config *s, const char *name, const char *file);

/** No longer sends headers called NAME. */
void source_drop_header(struct source_config *s, const char *name);

/** Replaces *FIELD by a copy of TEXT; NULL: nothing changes. */
void source_set_text(char **field, const char *text);

/** A time-out that nobody named. */
enum { SOURCE_TIMEOUT_MS = 5 * 1000 };

/** Makes *OUT a copy of S, but for its candidates. */
void source_copy(struct source_config *out, const struct source_config *s);

/** Frees it all and zeroes it. */
void source_finish(struct source_config *s);

/** Whether USER is "name:password" without control characters. */
bool source_is_user(const char *user);

/** Remembers that the file NAME itself holds secrets. */
void source_note_secrets(struct source_config *s, const char *name);

#endif
