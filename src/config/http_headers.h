/**
 * The http_headers of an http_config: for each name `values`, `secrets` and `files`, all lists.
 */
#ifndef RAGTOP_CONFIG_HTTP_HEADERS_H
#define RAGTOP_CONFIG_HTTP_HEADERS_H

#include <stdbool.h>

#include "base/str.h"
#include "config/config.h"
#include "config/locate.h"

/**
 * Has S send the headers of the value NODE of L, in place of those with the same names. False with
 * *WHY = `file:line:column: sentence`; *S may be half changed then.
 */
bool http_headers_apply(
    struct source_config *s, struct locate *l, yaml_node_t *node, struct str *why);

#endif
