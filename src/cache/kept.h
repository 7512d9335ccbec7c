/**
 * Small files in the user's directory of state: what a run leaves to the next one.
 */
#ifndef RAGTOP_CACHE_KEPT_H
#define RAGTOP_CACHE_KEPT_H

#include <stdbool.h>

#include "base/str.h"
#include "cache/folder.h"

/**
 * Opens DIRECTORY, made with its parents as far as `~/.local/state` if need be, readable for nobody
 * else. False with a clause in *WHY; NULL is no directory.
 */
bool kept_open(struct folder *f, const char *directory, struct str *why);

/**
 * Appends the first line of the file NAME of DIRECTORY; false where there is none. Makes nothing.
 * DIRECTORY may be NULL.
 */
bool kept_read(const char *directory, const char *name, struct str *out);

/** Makes LINE the file NAME of DIRECTORY. False with a clause in *WHY. */
bool kept_write(const char *directory, const char *name, const char *line, struct str *why);

#endif
