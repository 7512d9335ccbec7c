/**
 * What a stage has under `signals:`, the numbers that are declared beside latency, errors and
 * requests: which may be is in the table of signals, signal.def.
 */
#ifndef RAGTOP_CONFIG_SIGNAL_KEYS_H
#define RAGTOP_CONFIG_SIGNAL_KEYS_H

#include "config/config.h"
#include "yaml/reader.h"

/** Reads `signals` of STAGE into OUT. See yaml/reader.h for failures; OUT may be half filled then.
 */
bool signal_keys_read(const struct reader *r, const yaml_node_t *stage, struct stage_config *out);

/** Reads `latency` of TOOLS, which is there, into OUT, whose source and limit are owned. */
bool signal_keys_read_tools(
    const struct reader *r, const yaml_node_t *tools, struct declared_config *out);

/** The key of FORM in YAML, and in *SECOND that of its second metric; NULL: it has none. */
const char *signal_form_key(enum signal_form form, const char **second);

/** Whether a sample of FORM is a moment and no window; whether it is a resource that can run out;
 * whether its metric is named by the base name of a histogram or a Summary. */
bool signal_is_gauge(enum signal_form form);
bool signal_is_pool(enum signal_form form);
bool signal_has_base(enum signal_form form);

/** The name of OVER in YAML. */
const char *signal_over_name(enum signal_over over);

/** The count of the histogram or Summary METRIC, which is there when that is; to be freed. */
char *signal_count_of(const char *metric);

/**
 * The unit of the time M in seconds, as configured, or else by the name of its metric; 0: neither
 * says.
 */
double signal_unit_of(const struct metric_config *m);

/** The same; a second where nothing says it. */
double signal_factor_of(const struct metric_config *m);

#endif
