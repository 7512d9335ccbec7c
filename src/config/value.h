/**
 * The texts that options and YAML values consist of, turned into numbers and choices.
 *
 * Every value_*() returns false with *WHY set to what TEXT is instead, worded to follow "TEXT is":
 * "not a duration; use 90s, 5m or 1h". Outputs are untouched then. Callers say where it stands.
 */
#ifndef RAGTOP_CONFIG_VALUE_H
#define RAGTOP_CONFIG_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "config/config.h"

/** The shortest and longest duration that makes sense for something. */
struct value_range {
    int64_t min_ms, max_ms;
};

extern const struct value_range value_window_range, value_refresh_range, value_span_range,
    value_baseline_range, value_timeout_range, value_wall_range, value_slo_range;

/** A duration within RANGE. */
bool value_duration(
    const char *text, const struct value_range *range, int64_t *out_ms, struct str *why);

/** Whether TEXT is meant as a file and not as a word: it has a slash or a dot. */
bool value_is_file(const char *text);

/** What --baseline and --color take, but for a file. */
bool value_baseline(const char *text, enum baseline_kind *out, struct str *why);
bool value_color(const char *text, enum color_depth *out, struct str *why);

/** A format of the screenshot, or else of the report. */
bool value_format(const char *text, bool screenshot, enum output_format *out, struct str *why);

/** `true`, `yes`, `on` and their opposites. */
bool value_bool(const char *text, bool *out, struct str *why);

/** `1%` or `0.01`, more than 0 and at most 1. */
bool value_ratio(const char *text, double *out, struct str *why);

/** The factor to seconds of `seconds`, `milliseconds`, `microseconds`, `s`, `ms` or `us`. */
bool value_unit(const char *text, double *out_to_seconds, struct str *why);

/** `120x40`: columns and rows. */
bool value_size(const char *text, int *columns, int *rows, struct str *why);

/** A number of columns or rows as a screenshot may have. */
bool value_cells(const char *text, int *out);

/** `Name: value` on one line. */
bool value_header(const char *text, struct str *why);

#endif
