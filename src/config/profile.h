/**
 * A profile: a YAML file that describes the metrics of one component, and nothing else. It may come
 * from anybody, so it has no say in where requests go, how they get there, or what credentials they
 * carry.
 *
 * One with `detect` is a template: which stages come of it depends on what the server has; see
 * catalogue/build.h. One without names its stages as a configuration file does.
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
 * Puts what the LEN bytes of TEXT, called NAME in messages, say of metrics over what C holds, or
 * appends it to the components that C looks for. What needs no looking for is put over C as well;
 * where C SEARCHES for whatever there is it is looked for all the same, and what says no `detect`
 * is checked and left alone. False with *WHY = `NAME:line:column: sentence`; a
 * setting is refused with a word on where it belongs. C may be half filled then.
 */
bool profile_apply(const char *name, const char *text, size_t len, bool searches, struct config *c,
    struct str *why);

/** What C has of its own becomes a component to look for where its names have aliases. */
void profile_settle_aliases(struct config *c);

/** Whether nothing of these COUNT stages has to be looked for: they have one name for each metric.
 */
bool profile_stages_are_plain(const struct stage_config *stages, size_t count);

/** Frees what *P holds. */
void profile_finish(struct profile *p);

#endif
