/**
 * How to connect, as Prometheus' own tools have it written: the http_config of its documentation
 * (https://prometheus.io/docs/prometheus/latest/configuration/promtool/), in a file of its own or
 * under `source:`.
 */
#ifndef RAGTOP_CONFIG_HTTP_CONFIG_H
#define RAGTOP_CONFIG_HTTP_CONFIG_H

#include <stdbool.h>

#include "base/str.h"
#include "config/config.h"
#include "config/locate.h"

/**
 * Puts what the mapping NODE of L says over *S. Files are named relative to the folder that L's
 * own file is in. Credentials replace those that were there.
 *
 * False with *WHY = `file:line:column: sentence`; *S may be half changed then.
 */
bool http_config_apply(
    struct source_config *s, struct locate *l, yaml_node_t *node, struct str *why);

/** Reads the file PATH and applies it. False with *WHY as above, or naming PATH. */
bool http_config_read(struct source_config *s, const char *path, struct str *why);

#endif
