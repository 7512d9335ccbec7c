/**
 * Several sources: their names, and which of them are watched. Each is a source of its own, with
 * its own credentials.
 */
#ifndef RAGTOP_CONFIG_FLEET_H
#define RAGTOP_CONFIG_FLEET_H

#include <stdbool.h>

#include "base/str.h"
#include "config/config.h"
#include "config/options.h"

/** Whether NAME can name a source; false with *WHY worded to follow "NAME is". */
bool fleet_check_name(const char *name, struct str *why);

/** Adds a source called NAME, which knows no address yet; valid until the next one is added. */
struct named_source *fleet_add(struct config *c, const char *name);

/** The source of C called NAME, or NULL. */
struct named_source *fleet_find(const struct config *c, const char *name);

/**
 * Leaves in C the sources that the options name, in their order: `NAME=URL`, on top of what the
 * file says of NAME, or else of a single source; or `NAME` alone, as the file says. False with a
 * sentence in *WHY.
 */
bool fleet_choose(struct config *c, const struct options *o, struct str *why);

/** Whether the address of source I was typed as an option. */
bool fleet_is_typed(const struct config *c, size_t i, const struct options *o);

/** Whether all sources of C are one server. */
bool fleet_is_one_server(const struct config *c);

/** Puts the matchers for all sources before those of each. */
void fleet_settle(struct config *c);

/** Frees the sources. */
void fleet_finish(struct config *c);

#endif
