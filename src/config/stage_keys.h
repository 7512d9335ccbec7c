/**
 * What describes metrics, in a profile and in a configuration file alike: stages, stages_by_label,
 * tools, pod_label.
 */
#ifndef RAGTOP_CONFIG_STAGE_KEYS_H
#define RAGTOP_CONFIG_STAGE_KEYS_H

#include <stdbool.h>

#include "config/config.h"
#include "yaml/reader.h"

/** These keys; NULL ends them. */
extern const char *const stage_keys_top[];

/**
 * Puts what MAPPING, the whole file, says of metrics over those of C; nothing else of C is touched.
 * False with R's WHY set; C may be half filled then.
 */
bool stage_keys_apply(const struct reader *r, const yaml_node_t *mapping, struct config *c);

#endif
