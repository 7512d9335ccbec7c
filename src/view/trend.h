/**
 * The numbers behind sparklines and charts, over the range of time that is shown.
 */
#ifndef RAGTOP_VIEW_TREND_H
#define RAGTOP_VIEW_TREND_H

#include "base/arena.h"
#include "view/moment.h"
#include "view/view.h"

/** The slots of the live span that are shown. */
struct trend_grid {
    int64_t first; /**< slot */
    size_t count;
    int64_t first_ms, last_ms;
};

/**
 * Latencies of stages and pods as they were found for an earlier frame, so that a key that changes
 * no number costs next to nothing. Zeroed means empty.
 */
struct trend_cache {
    struct trend_kept {
        double *values; /**< owned; NULL: nothing kept */
        uint64_t version;
        int64_t first;
        size_t count;
        enum statistic statistic;
    } * stages; /**< owned */
    size_t count;
    struct trend_pod {
        uint64_t id; /**< of its stage and name */
        struct trend_kept kept;
    } * pods; /**< owned */
    size_t pods_count, pods_cap;
};

/** Frees and empties; a zeroed one is accepted. */
void trend_memo_finish(struct trend_cache *m);

/** The slots of the range that the state asks for. */
struct trend_grid trend_grid(const struct view_input *in);

/** The moments that charts show. */
struct view_moments trend_moments(const struct view_input *in);

/** A stage's latency, in seconds: P95, or what can be known. */
struct view_trend trend_of_stage(struct arena *a, const struct view_input *in, int stage);

/** The same of the pod called NAME, beside what is usual of the stage, for as long as the stage's
 * pods are looked into. */
struct view_trend trend_of_pod(
    struct arena *a, const struct view_input *in, int stage, const char *name);

/** A tool's calls per second. */
struct view_trend trend_of_tool(struct arena *a, const struct view_input *in, int tool);

/** A stage's errors per request. */
struct view_trend trend_of_errors(struct arena *a, const struct view_input *in, int stage);

/** How long its calls take, on average. */
struct view_trend trend_of_tool_latency(struct arena *a, const struct view_input *in, int tool);

/** Failed calls of TOOL per call; -1: of all tools. */
struct view_trend trend_of_tool_errors(struct arena *a, const struct view_input *in, int tool);

/** A stage's requests per second. */
struct view_trend trend_of_requests(struct arena *a, const struct view_input *in, int stage);

/** What is used of the resource of SIGNAL. */
struct view_trend trend_of_pool(struct arena *a, const struct view_input *in, int signal);

/** WHAT of INDEX at the same times of the other day; NULL: nothing of it is known. */
const double *trend_then(
    struct arena *a, const struct view_input *in, enum measure what, int index);

/**
 * The Q-quantiles of a stage's latency over time, in seconds, into COUNT arrays OUT. All NaN where
 * the metric has no such quantile. *BEYOND tells of each whether its newest value lies above the
 * last bucket.
 */
void trend_quantiles(struct arena *a, const struct view_input *in, int stage, const double *q,
    size_t count, double **out, bool *beyond);

/**
 * How what the buckets of M count spreads over them, moment by moment of G; FORMAT writes a bound,
 * multiplied with UNIT. No rows where there are no buckets.
 */
struct view_heat trend_heat_of(struct arena *a, const struct view_input *in, const struct matrix *m,
    const struct trend_grid *g, double unit, void (*format)(struct str *, double));

/** How the requests of a stage spread over its buckets, moment by moment. */
struct view_heat trend_heat(struct arena *a, const struct view_input *in, int stage);

#endif
