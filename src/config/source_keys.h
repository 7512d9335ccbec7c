/**
 * `source:` and an entry of `sources:` of a configuration file: how a server is reached.
 */
#ifndef RAGTOP_CONFIG_SOURCE_KEYS_H
#define RAGTOP_CONFIG_SOURCE_KEYS_H

#include <stdbool.h>

#include "config/config.h"
#include "yaml/reader.h"

/** Puts what the mapping NODE says over *E. False with R's WHY set; *E may be half changed then. */
bool source_keys_apply(const struct reader *r, const yaml_node_t *node, struct endpoint *e);

/** Has C watch the sources of the list NODE in place of those it had. False as above. */
bool source_keys_apply_list(const struct reader *r, const yaml_node_t *node, struct config *c);

#endif
