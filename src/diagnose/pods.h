/**
 * The instances behind a stage, each by itself. They are known only while the stage is looked into
 * (see plan/depth.h).
 */
#ifndef RAGTOP_DIAGNOSE_PODS_H
#define RAGTOP_DIAGNOSE_PODS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnose/diagnosis.h"
#include "plan/plan.h"
#include "series/store.h"

enum { PODS_MAX = 200 };

/** One instance now. NaN is "not known". */
struct pod {
    const char *name;   /**< the pod, else the instance; points into the store */
    double latency;     /**< seconds: P95, or the mean where no quantile can be known */
    double mean;        /**< seconds */
    double rate;        /**< requests per second */
    double errors;      /**< errors per request */
    int64_t started_ms; /**< when its process started; 0: not known */
    int64_t came_ms;    /**< its first moment, where others had data before; else 0 */
    int64_t gone_ms;    /**< of one that has no data any more: its last moment; else 0 */
};

struct pods {
    struct pod items[PODS_MAX]; /**< by name */
    size_t count;
    bool truncated;         /**< there are more */
    double latency, errors; /**< of the one in the middle; of two, the lower */
    size_t gone;            /**< how many of the last ones have no data any more */
};

/** Reads the instances behind STAGE; *OUT is empty when nothing is known of them. */
void pods_read(struct pods *out, const struct plan *plan, const struct store *store, int stage);

/**
 * The same as they were at AT_MS; 0: now. Of before the stage was looked into only the latencies
 * are known, and these only while its page is open.
 */
void pods_read_at(
    struct pods *out, const struct plan *plan, const struct store *store, int stage, int64_t at_ms);

/**
 * Appends to OUT, as read at AT_MS, those that had data earlier in the span and have none then, by
 * name, and sets when the others came. They are known only while the stage's page is open.
 */
void pods_add_gone(
    struct pods *out, const struct plan *plan, const struct store *store, int stage, int64_t at_ms);

/** The same for all of them but POD, together: its name and start are not set. */
struct pod pods_read_others(
    const struct plan *plan, const struct store *store, int stage, const char *pod);

/** How one instance stands beside the others. */
struct pod_verdict {
    bool slow, fails; /**< far more than the one in the middle */
    bool silent;      /**< completes nothing, where chance does not explain it by what others do */
    enum severity severity;
};

/**
 * Judges POD among PODS, of which USUAL seconds are usual (NaN: not known), over a window of
 * WINDOW_S. That it is the culprit of the incident is for the caller to say.
 */
struct pod_verdict pods_judge(const struct pods *pods, const struct pod *pod, double usual,
    double window_s, const struct thresholds *t);

#endif
