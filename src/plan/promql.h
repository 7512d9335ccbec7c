/**
 * The text of PromQL expressions.
 */
#ifndef RAGTOP_PLAN_PROMQL_H
#define RAGTOP_PLAN_PROMQL_H

#include <stdint.h>

#include "base/str.h"
#include "plan/plan.h"

/**
 * Appends the selector of METRIC, see promql/name.h, with SUFFIX added to its name and the matchers
 * EXTRA (may be NULL) to its own: `name_sum{a="b",ns="rag"}`. One that is not classic is
 * `{__name__="a.name_sum",...}`, which every server takes.
 */
void promql_add_selector(struct str *s, const char *metric, const char *suffix, const char *extra);

/** The label that says which of several joined expressions a series answers, from "0" on. */
#define PROMQL_ARM "ragtop_arm"

/** Appends one expression for all COUNT of EXPRS; see PROMQL_ARM. One alone stays as it is. */
void promql_add_joined(struct str *s, const char *const *exprs, size_t count);

/** How long a query may be: some servers refuse them from 16 KiB. */
enum { PROMQL_BYTES_MOST = 15 * 1024 };

/**
 * Appends ARM with an " or " before it, unless S then had no room left for an end of REST bytes.
 * Returns whether it had.
 */
bool promql_add_arm(struct str *s, const struct str *arm, size_t rest);

/** Appends the name of METRIC without its matchers. */
void promql_add_name(struct str *s, const char *metric);

/** Appends `{__name__=~"NAME..."`, which is open, where SUFFIXES is a regular expression. */
void promql_add_matching_name(struct str *s, const char *name, const char *suffixes);

/**
 * Appends the selector, with the matchers EXTRA (may be NULL), of the series of METRIC that have
 * all labels that its matchers want, but for those that only failures have, `error_type!=""`.
 * False: it has no matchers.
 */
bool promql_add_labelled(struct str *s, const char *metric, const char *extra);

/**
 * Appends the query for the latency of STAGE in the shape that series/dist.h reads, summed over
 * everything but the distribution itself and the labels BY ("pod, instance"; NULL: none).
 */
void promql_add_latency(
    struct str *s, const struct stage *stage, const char *by, const char *extra, int64_t window_ms);

/**
 * Appends the query for the one number that is shown of the latency of STAGE, by the labels BY
 * (NULL: over all): its P95, or its mean where no quantile can be known.
 */
void promql_add_statistic(
    struct str *s, const struct stage *stage, const char *by, const char *extra, int64_t window_ms);

/**
 * Appends, of a classic histogram, the end of the highest bucket with requests in it; nothing of
 * any other. Where the last one, up to +Inf, has more than a twentieth of them, the P95 is the same
 * number, and only then.
 */
void promql_add_highest(
    struct str *s, const struct stage *stage, const char *by, const char *extra, int64_t window_ms);

/** The same as promql_add_statistic() of its mean, whatever else is known. Appends nothing where
 * there is none. */
void promql_add_mean(
    struct str *s, const struct stage *stage, const char *by, const char *extra, int64_t window_ms);

/** Appends `sum by (LABEL) (rate(METRIC[WINDOW]))`; LABEL may be several, or NULL. */
void promql_add_rate(
    struct str *s, const char *metric, const char *label, const char *extra, int64_t window_ms);

/**
 * Appends the selector of what counts the requests of STAGE, or of its value where nothing does:
 * the series of each target that serves it.
 */
void promql_add_served(struct str *s, const struct stage *stage, const char *extra);

/** Appends the requests per second that the latency of STAGE counts, by the labels BY (NULL: all
 * together); nothing for a value. */
void promql_add_requests(
    struct str *s, const struct stage *stage, const char *by, const char *extra, int64_t window_ms);

#endif
