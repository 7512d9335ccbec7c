/**
 * A profile: a YAML file that describes the metrics of one component, and nothing else. It may come
 * from anybody, so it has no say in where requests go, how they get there, or what credentials they
 * carry.
 */
#ifndef RAGTOP_CONFIG_PROFILE_H
#define RAGTOP_CONFIG_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/embedded.h"
#include "base/str.h"
#include "config/config.h"

/** The profiles of the folder profiles/; a NULL name ends them. */
extern const struct embedded_file embedded_profiles[];

/**
 * Puts what the LEN bytes of TEXT, called NAME in messages, say of metrics over what C holds. False
 * with *WHY = `NAME:line:column: sentence`; a setting is refused with a word on where it
 * belongs. C may be half filled then.
 */
bool profile_apply(
    const char *name, const char *text, size_t len, struct config *c, struct str *why);

#endif
