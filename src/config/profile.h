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

/**
 * Appends the built-in profile E to the components that C looks for, of which only what it is
 * recognised by is read: most are on no server. False with a sentence in *WHY where that is wrong.
 */
bool profile_look_for(const struct embedded_file *e, struct config *c, struct str *why);

/** Reads what comes of P where it is there: edges, stages and tools; nothing is left to do the next
 * time. Of a profile that a file holds all of it is read already. */
void profile_complete(struct profile *p);

/** What C has of its own becomes a component to look for where its names have aliases. */
void profile_settle_aliases(struct config *c);

/** Whether nothing of these COUNT stages has to be looked for: they have one name for each metric.
 */
bool profile_stages_are_plain(const struct stage_config *stages, size_t count);

/** Frees what *P holds. */
void profile_finish(struct profile *p);

#endif
