/**
 * `links:` of a configuration file: which component calls which, where the user knows better.
 */
#ifndef RAGTOP_CONFIG_LINK_KEYS_H
#define RAGTOP_CONFIG_LINK_KEYS_H

#include <stdbool.h>

#include "config/config.h"
#include "yaml/reader.h"

/**
 * Puts the links of ROOT, the whole file, in place of those of C, which has its stages and profiles
 * by then: where nothing is looked for, a warning says that links change nothing. False with R's
 * WHY set where one is wrong, has its stage called by two, or closes a circle.
 */
bool link_keys_apply(const struct reader *r, const yaml_node_t *root, struct config *c);

/** Frees those of C. */
void link_keys_finish(struct config *c);

#endif
