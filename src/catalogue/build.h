/**
 * The stages that come of the components that were found: templates filled in with what the server
 * has, named apart, and linked into a tree.
 */
#ifndef RAGTOP_CATALOGUE_BUILD_H
#define RAGTOP_CATALOGUE_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "config/component.h"
#include "config/config.h"
#include "config/stages.h"
#include "series/batch.h"

/**
 * Appends the query for which of the names of PROFILES there are within SELECTOR, and where; with
 * those that have dots where the server has such metrics and so is DOTTED. It also asks for the
 * names, see pick_query_end(): RULES is the regular expression of those of recording rules.
 */
bool build_add_query(struct str *s, const struct profile *profiles, size_t count,
    const char *selector, const char *rules, bool dotted);

/**
 * Sets *OUT to what the profiles and links of C make of ROWS, the answer, whose labels are
 * restored. The caller calls pipeline_finish(). False: no stage has anything that is judged. Notes
 * what became of each component in SEEN, which find_take() filled.
 */
bool build_take(
    const struct config *c, struct batch *rows, struct component_list *seen, struct pipeline *out);

#endif
