/**
 * The stages that come of the components that were found: templates filled in with what the server
 * has, named apart, and linked into a tree.
 */
#ifndef RAGTOP_CATALOGUE_BUILD_H
#define RAGTOP_CATALOGUE_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "series/batch.h"

/** What is watched; zeroed means nothing. */
struct pipeline {
    struct stage_config *stages;
    size_t stages_count;
    struct tools_config tools;
    char *pod_label; /**< NULL: see labels_instance() */
};

/** Appends the query for which of the names of PROFILES there are, and where. */
bool build_add_query(struct str *s, const struct profile *profiles, size_t count);

/**
 * Sets *OUT to what PROFILES make of ROWS, the answer. The caller calls pipeline_finish(). False:
 * no stage has anything that is judged.
 */
bool build_take(
    const struct profile *profiles, size_t count, const struct batch *rows, struct pipeline *out);

/** Frees what *P holds; a zeroed one is accepted. */
void pipeline_finish(struct pipeline *p);

#endif
