/**
 * How to connect, as Prometheus' own tools have it written: the http_config of its documentation
 * (https://prometheus.io/docs/prometheus/latest/configuration/promtool/), in a file of its own or
 * under `source:`.
 */
#ifndef RAGTOP_CONFIG_HTTP_CONFIG_H
#define RAGTOP_CONFIG_HTTP_CONFIG_H

#include <stdbool.h>

#include "base/str.h"
#include "endpoint/endpoint.h"
#include "yaml/reader.h"

/**
 * Puts what the mapping NODE, called LABEL in messages, says over *E. Files are named relative to
 * the folder that the document is in. Credentials replace those that were there.
 *
 * False with R's WHY set; *E may be half changed then.
 */
bool http_config_apply(
    const struct reader *r, const yaml_node_t *node, const char *label, struct endpoint *e);

/**
 * Reads the file PATH and applies it. False with *WHY = `PATH:line:column: sentence`, or a sentence
 * that names PATH.
 */
bool http_config_read(struct endpoint *e, const char *path, struct str *why);

#endif
