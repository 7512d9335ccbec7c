/**
 * The http_headers of an http_config: for each name `values`, `secrets` and `files`, all lists.
 */
#ifndef RAGTOP_CONFIG_HTTP_HEADERS_H
#define RAGTOP_CONFIG_HTTP_HEADERS_H

#include <stdbool.h>

#include "endpoint/endpoint.h"
#include "yaml/reader.h"

/**
 * Has E send the headers of the mapping NODE, in place of those with the same names. False with R's
 * WHY set; *E may be half changed then.
 */
bool http_headers_apply(const struct reader *r, const yaml_node_t *node, struct endpoint *e);

#endif
