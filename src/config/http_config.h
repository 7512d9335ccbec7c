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
#include "config/reading.h"
#include "config/schema.h"

/**
 * Puts what Y, the mapping that R is at, says over *S. Files are named relative to the folder that
 * R's own file is in. Credentials replace those that were there.
 *
 * False with the message in R's WHY; *S may be half changed then.
 */
bool http_config_apply(
    struct reading *r, const struct yaml_http_config *y, struct source_config *s);

/**
 * Reads the file PATH and applies it. False with *WHY = `PATH:line:column: sentence`, or a sentence
 * that names PATH.
 */
bool http_config_read(struct source_config *s, const char *path, struct str *why);

#endif
