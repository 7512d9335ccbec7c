/**
 * The types of ragtop's own settings; see base/value.h. What each is read into stands behind it.
 */
#ifndef RAGTOP_CONFIG_TYPES_H
#define RAGTOP_CONFIG_TYPES_H

#include <stdbool.h>

#include "base/value.h"

extern const struct value_type type_window, type_refresh, type_span, type_baseline_range,
    type_timeout, type_wall, type_slo; /**< int64_t: milliseconds */

extern const struct value_type type_baseline; /**< enum baseline_kind; the name of a file is none */
extern const struct value_type type_color;    /**< enum color_depth */
extern const struct value_type type_charts;   /**< enum charts_glyphs */
extern const struct value_type type_notify;   /**< enum notify_how */
extern const struct value_type type_report_format; /**< enum output_format */
extern const struct value_type type_rules_format;  /**< enum output_format, of rules */
extern const struct value_type type_found_format;  /**< enum output_format, of what is found */
extern const struct value_type type_doctor_format; /**< enum output_format, of findings */
extern const struct value_type type_frame_format;  /**< enum output_format, of a screenshot */
extern const struct value_type type_role;          /**< enum stage_role */
extern const struct value_type type_metric_type;   /**< enum metric_type */
extern const struct value_type type_tls_version;   /**< int: 10 to 13 for TLS 1.0 to 1.3 */
extern const struct value_type type_unit;          /**< double: the factor to seconds */
extern const struct value_type type_speed;         /**< double: how many times as fast */
extern const struct value_type type_size;          /**< struct frame_size: `120x40` */
extern const struct value_type type_cells;         /**< int: columns or rows of a screenshot */

extern const struct value_type type_name;         /**< char *, owned: of a stage */
extern const struct value_type type_profile_name; /**< char *, owned */
extern const struct value_type type_web_url;      /**< char *, owned: http:// or https:// */
extern const struct value_type type_label;        /**< char *, owned: the name of a label */
extern const struct value_type type_selector; /**< char *, owned: matchers; NULL: there are none */
extern const struct value_type type_zone;     /**< struct zone *, owned */
extern const struct value_type type_pem_file; /**< struct pem: its file */
extern const struct value_type type_pem_text; /**< char *, owned */

/** What says who asks: each is read into a struct endpoint, as it replaces whoever was there. */
extern const struct value_type type_url, type_user, type_bearer_token_file, type_sigv4;
extern const struct value_type type_header; /**< struct endpoint: sent too, once for each name */

/** Whether TEXT is meant as a file and not as a word: it has a slash or a dot. */
bool type_is_file(const char *text);

#endif
