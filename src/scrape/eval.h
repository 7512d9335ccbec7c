/**
 * As much PromQL as ragtop itself writes, over samples that it scraped itself: selectors with
 * matchers, rate, increase, resets, changes, count_over_time, sum, min, max, avg and count with
 * `by`, `or`, arithmetic between vectors of the same labels and numbers, comparisons of a vector
 * with a number, timestamp, and label_replace that sets or copies a label.
 */
#ifndef RAGTOP_SCRAPE_EVAL_H
#define RAGTOP_SCRAPE_EVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "scrape/scraped.h"

/**
 * Evaluates EXPR at the moment T_MS and adds its series to *OUT, each with one sample of that
 * moment. False with a clause in *WHY when it is more than is known here; *OUT is unchanged then,
 * and *PLACE, unless that is NULL, the byte of EXPR that was too much, from 1 on; 0: its end.
 */
bool eval_instant(const struct scraped *data, const char *expr, int64_t t_ms, struct batch *out,
    struct str *why, size_t *place);

/** The same from START_MS to END_MS, every STEP_MS. */
bool eval_range(const struct scraped *data, const char *expr, int64_t start_ms, int64_t end_ms,
    int64_t step_ms, struct batch *out, struct str *why, size_t *place);

#endif
