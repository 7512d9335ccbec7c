/**
 * Where a number comes from, in YAML: the name of a metric, an expression under `expr:`, and the
 * longer forms of a latency.
 */
#ifndef RAGTOP_CONFIG_METRIC_KEY_H
#define RAGTOP_CONFIG_METRIC_KEY_H

#include <stdbool.h>

#include "config/config.h"
#include "yaml/reader.h"

/**
 * Reads the metric that KEY of MAPPING names, or the expression that KEY of EXPR is, not both, into
 * *OUT. EXPR is the mapping under `expr:`, or NULL. A metric is a name, `{metric: NAME, bad:
 * MATCHERS, was: NAME}`, or a list of these, of which the first that has series is meant:
 * OUT->other is the next. See yaml/reader.h for failures.
 */
bool metric_key_read(const struct reader *r, const yaml_node_t *mapping, const yaml_node_t *expr,
    const char *key, struct metric_config *out);

/** Reads `limit`, which may be a plain number as well: OUT->number, more than 0. */
bool metric_key_read_limit(const struct reader *r, const yaml_node_t *mapping,
    const yaml_node_t *expr, struct metric_config *out);

/** Whether NODE is a plain number, whatever its sign and size. */
bool metric_key_is_number(const yaml_node_t *node);

/** Adds MATCHERS, `a="b",c=~"d"` (NULL: none), to those of *METRIC, which is owned. */
void metric_key_narrow(char **metric, const char *matchers);

/** The same of a number per second: an expression that divides is refused, as it is a share. */
bool metric_key_read_rate(const struct reader *r, const yaml_node_t *mapping,
    const yaml_node_t *expr, const char *key, struct metric_config *out);

/** The same of KEY, which names the metric of a latency by its base name. */
bool metric_key_read_base(const struct reader *r, const yaml_node_t *mapping,
    const yaml_node_t *expr, const char *key, struct metric_config *out);

/**
 * Reads `latency` of STAGE: a name, `{metric: NAME, unit: ms, type: gauge}`, or, where a component
 * has a counter of seconds and one of requests, `{sum: NAME, count: NAME, unit: s}`. The unit may
 * stand there or in STAGE; *TO_SECONDS is then its factor. *OUT stays empty where there is neither
 * a latency nor an expression in EXPR. A list of these is one of aliases, as above.
 */
bool metric_key_read_latency(const struct reader *r, const yaml_node_t *stage,
    const yaml_node_t *expr, struct metric_config *out, double *to_seconds);

/** The same of KEY of MAPPING, where no stage is about it. */
bool metric_key_read_time(
    const struct reader *r, const yaml_node_t *mapping, const char *key, struct metric_config *out);

/** The unit of the chain OLDER, of names that a metric had, is TO_SECONDS where none is said. */
void metric_key_say_unit(struct metric_config *older, double to_seconds);

/** How many seconds one unit of NAME is, by its suffix; 0: it has none that says so. */
double metric_key_unit_of(const char *name);

/** Whether METRIC, with matchers or without, is a share by the end of its name: `kv_usage_ratio`.
 */
bool metric_key_is_share(const char *metric);

#endif
