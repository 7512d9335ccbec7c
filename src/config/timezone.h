/**
 * The time zone of the configuration, by its name in the time zone database.
 */
#ifndef RAGTOP_CONFIG_TIMEZONE_H
#define RAGTOP_CONFIG_TIMEZONE_H

#include <stdbool.h>

#include "base/str.h"
#include "base/zone.h"

/** Where systems keep the database; ends with NULL. */
extern const char *const timezone_directories[];

/**
 * Reads the zone NAME ("Europe/Berlin") from the first of DIRECTORIES that has it; UTC needs none.
 * On failure returns false with *WHY worded to follow "NAME is", as in value.h.
 */
bool timezone_read(
    struct zone *out, const char *name, const char *const *directories, struct str *why);

/**
 * Whether TZ, the value of that variable, can be meant: a path, a rule such as "CET-1CEST", or a
 * name that one of DIRECTORIES has. Anything else the C library takes for UTC without a word. On
 * failure as timezone_read().
 */
bool timezone_check(const char *tz, const char *const *directories, struct str *why);

#endif
