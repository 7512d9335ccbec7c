/**
 * What describes metrics, in a profile and in a configuration file alike: stages, stages_by_label,
 * tools, pod_label.
 */
#ifndef RAGTOP_CONFIG_STAGE_KEYS_H
#define RAGTOP_CONFIG_STAGE_KEYS_H

#include <stdbool.h>

#include "config/config.h"
#include "config/stages.h"
#include "yaml/reader.h"

/** These keys; NULL ends them. */
extern const char *const stage_keys_top[];

/**
 * Puts what MAPPING, the whole file, says of metrics over those of C; nothing else of C is touched.
 * False with R's WHY set; C may be half filled then.
 */
bool stage_keys_apply(const struct reader *r, const yaml_node_t *mapping, struct config *c);

/**
 * Reads the stages of the list under KEY of MAPPING. Templates may say their role, by which label
 * there are several, and when they are meant.
 */
bool stage_keys_read(const struct reader *r, const yaml_node_t *mapping, const char *key,
    bool template, struct stage_list *out);

/** Reads `tools` of MAPPING over what OUT holds. */
bool stage_keys_read_tools(
    const struct reader *r, const yaml_node_t *mapping, struct tools_config *out);

/** Reads `role` of MAPPING. */
bool stage_keys_read_role(const struct reader *r, const yaml_node_t *mapping, enum stage_role *out);

#endif
