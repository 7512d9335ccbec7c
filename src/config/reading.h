/**
 * The values of one YAML file, taken one by one; what cannot be used is reported with its place.
 *
 * Every reading_*() that takes a TEXT leaves its output alone when TEXT is NULL: not said in the
 * file. On failure it returns false with the whole message in the reading's WHY.
 */
#ifndef RAGTOP_CONFIG_READING_H
#define RAGTOP_CONFIG_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "config/config.h"
#include "config/locate.h"
#include "config/value.h"

struct reading {
    struct locate *at;
    struct str path;   /**< of the mapping that is being read, as locate_fail() takes it */
    struct str reason; /**< what value.h says of a value */
    struct str *why;
};

/** Goes down to the value at FORMAT below the current path; returns what reading_leave() needs. */
size_t reading_enter(struct reading *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Goes back up to where MARK was. */
void reading_leave(struct reading *r, size_t mark);

/** Reports a sentence about KEY of the current mapping ("" for the mapping); returns false. */
bool reading_fail(struct reading *r, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Reports that TEXT, the value of KEY, is what REASON says; returns false. */
bool reading_reject(struct reading *r, const char *key, const char *text);

/** A duration within RANGE, a share, a unit of time, a flag: see value.h. */
bool reading_duration(struct reading *r, const char *key, const char *text,
    const struct value_range *range, int64_t *out_ms);
bool reading_ratio(struct reading *r, const char *key, const char *text, double *out);
bool reading_unit(struct reading *r, const char *key, const char *text, double *out_to_seconds);
bool reading_bool(struct reading *r, const char *key, const char *text, bool *out);

/** A name for the reader, without control characters, at most LIMIT_NAME_BYTES long. */
bool reading_name(struct reading *r, const char *key, const char *text, char **out);

/** A label name; replaces *OUT. */
bool reading_label(struct reading *r, const char *key, const char *text, char **out);

/** The metric TEXT of KEY or the expression EXPR of `expr: {KEY}`, not both. */
bool reading_metric(struct reading *r, const char *key, const char *text, const char *expr,
    struct metric_config *out);

/** Refuses a metric with the suffix of a histogram's series: its base name is wanted. */
bool reading_check_base(struct reading *r, const char *key, const char *metric);

#endif
