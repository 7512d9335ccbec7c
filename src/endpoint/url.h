/**
 * The address of a server as people type it, checked and freed of credentials.
 */
#ifndef RAGTOP_ENDPOINT_URL_H
#define RAGTOP_ENDPOINT_URL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/**
 * Splits TEXT (`http://host:port/prefix`, `host:port`) into *URL, with a scheme and without
 * credentials or slashes at the end, *USER, the decoded "name:password" of `name:password@` or
 * NULL, and *PARAMS, what follows a `?`, or NULL. The caller frees all.
 *
 * False with *WHY worded to follow "TEXT is"; the outputs are untouched then.
 */
bool url_split(const char *text, char **url, char **user, char **params, struct str *why);

/** Whether TEXT holds credentials. */
bool url_has_user(const char *text);

/** Whether two results of url_split() name the same scheme, host and port. */
bool url_same_origin(const char *a, const char *b);

/** Whether a word can be an address: it has a `.`, `:` or `/`. */
bool url_looks_like(const char *word);

/** Whether a result of url_split() has a path, however short. */
bool url_has_path(const char *url);

/** Appends TEXT, cleaned and without its credentials, however malformed it is. */
void url_add_shown(struct str *s, const char *text);

/** TEXT like that as an argument of a sentence; valid as long as what is in A. */
const char *url_shown(struct arena *a, const char *text);

/** Overwrites the credentials in TEXT with `*`, in place. */
void url_wipe(char *text);

#endif
