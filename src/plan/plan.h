/**
 * What to ask: the stage tree and the signals that tell how it fares, each with its PromQL.
 *
 * A plan is made from the configuration before anything is known of the server; what the server
 * has (histograms or summaries, stages by label) is learned, and then the expressions are written.
 * Only the poller does that; everything else gets the plan const. Which moment of it is looked at,
 * and how, is up to the scope: see plan/scope.h.
 */
#ifndef RAGTOP_PLAN_PLAN_H
#define RAGTOP_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "config/config.h"
#include "config/signal.h"
#include "config/stages.h"
#include "plan/scope.h"
#include "series/labels.h"

enum {
    PLAN_STAGES_MAX = 200,
    SIGNAL_RULES_MAX = 4,
    SIGNAL_WINDOW_MAX = 12,
    PLAN_ENOUGH_REQUESTS = 20, /**< fewer in a window cannot be judged */
};

/** Whether the server knows a metric that is configured. */
enum presence {
    PRESENCE_OPEN,       /**< not learned yet, or an expression */
    PRESENCE_SERIES,     /**< it has series */
    PRESENCE_MISSING,    /**< it has none; whether it is declared is not known yet */
    PRESENCE_DECLARED,   /**< none yet, but a target declares it: a counter that never fired */
    PRESENCE_UNLABELLED, /**< it has series, but none with a label that its matchers want */
    PRESENCE_MISTYPED, /**< it has series, of a gauge that is taken for a counter or the reverse */
    PRESENCE_ABSENT,   /**< nobody knows it */
};

/** What "lately" is of restarts and rollouts. */
enum { PLAN_LATELY_MS = 30 * 60 * 1000 };

/** For so long a target has to be down to count, and a change of a workload is a rollout. */
enum { PLAN_DOWN_MS = 3 * 60 * 1000, PLAN_ROLLOUT_MS = 15 * 60 * 1000 };

/** What sort of metric a latency is. */
enum latency_kind {
    LATENCY_UNKNOWN,   /**< not learned yet */
    LATENCY_CLASSIC,   /**< x_bucket, x_sum, x_count */
    LATENCY_NATIVE,    /**< native histogram */
    LATENCY_QUANTILES, /**< summary with quantiles */
    LATENCY_MEAN,      /**< summary without: only the mean can be known */
    LATENCY_PAIR,      /**< a counter of time and one of requests: the mean as well */
    LATENCY_VALUE,     /**< a gauge or an expression: a value as it stands */
    LATENCY_COUNTER,   /**< one counter by itself, which is no latency */
    LATENCY_ABSENT,    /**< no such series */
    LATENCY_NONE,      /**< none is configured: the stage is judged by what else is known of it */
};

/** A metric that an expression names. */
struct signal_name {
    char *name; /**< owned */
    enum presence presence;
};

/** What the query of a signal is about that shares stages or signals with others of its kind. */
struct query_part {
    size_t first, end; /**< of them */
    size_t left_out;   /**< among these, those for which no query has room */
};

struct signal {
    enum signal_kind kind;
    int stage;                   /**< index of its stage; -1: the tools */
    const char *what;            /**< for saturation: what is counted ("connections") */
    struct metric_config source; /**< points into the config */
    struct metric_config limit;  /**< for saturation */
    double full;                 /**< for saturation that is a share: what all of it is; else 0 */
    double scale;                /**< of a declared latency's older name, as in struct stage */
    const struct declared_config *declared; /**< of what is declared; else NULL */
    enum latency_kind shape;       /**< what sort of metric it is, of all but a stage's latency */
    enum latency_kind limit_shape; /**< the same of the limit */
    /** PromQL, owned; NULL until the plan is resolved, or while its metric is absent. */
    char *scoped[2]; /**< the expressions of SOURCE and LIMIT with the selector's matchers; owned */
    const char *said;          /**< the expression of SOURCE as it is configured; NULL: a metric */
    struct signal_name *names; /**< in the expressions of SOURCE and LIMIT; owned */
    size_t names_count;
    bool alternatives; /**< they have an `or`, and so need not all be there */
    char *expr;        /**< that is asked */
    char *shown;       /**< of the number that is shown, to be pasted elsewhere */
    char *mean;        /**< of a latency's mean, the same way; NULL: there is none */
    char *past;        /**< EXPR and, where that is not there yet, what it was called before, see
                          older.h; NULL: EXPR */
    char *history;  /**< the query for history: PAST and, for a gauge, its peaks between points, see
                       peak.h; NULL: PAST */
    char *recorded; /**< as HISTORY, by a recording rule; NULL: there is none */
    char rules[SIGNAL_RULES_MAX][SIGNAL_WINDOW_MAX]; /**< windows of the rules that exist */
    size_t rules_count;
    struct query_part part; /**< see plan/parts.h */
    bool deep; /**< asked only while its stage is looked into, and never over history */
    enum presence presence, limit_presence; /**< of the metrics that are named */
};

struct stage {
    char *name;        /**< owned */
    int parent;        /**< index; -1: a root */
    int depth;         /**< 0 for a root */
    char *metric;      /**< the latency's name for the reader, without matchers; owned */
    char *latency;     /**< the latency's selector `name{matchers}`; NULL: an expression; owned */
    const char *count; /**< of LATENCY_PAIR: the selector of what counts requests; else NULL */
    char *requests;    /**< PromQL of its requests per second; owned; NULL: they are not counted */
    const char *pod_label; /**< tells its pods apart, where series have it; NULL: the plan's */
    char *instances;       /**< the labels to group by for one series a pod; owned */
    const char *place;     /**< the namespace that it, a root, was found in; NULL: not known */
    bool linked;           /**< its parent follows from its role alone: see struct stage_config */
    bool separate;         /**< others may call it too: see struct stage_config */
    bool by_label;         /**< a label value of the configured metric for all stages */
    enum latency_kind kind;
    double to_seconds; /**< factor from the metric's unit */
    double scale;      /**< of an older name: how many of this unit one of that is; 0: the same */
    bool unit_guessed; /**< nobody said it: seconds were assumed */
    double slo_p95_s, slo_errors;           /**< 0: none */
    int latency_signal;                     /**< index */
    int last_signal;                        /**< asks when it last had a sample; index or -1 */
    int errors_signal;                      /**< index or -1 */
    int requests_signal;                    /**< index or -1: use the latency's count */
    int requests_named;                     /**< the one configured, index or -1, there or not */
    int saturation_first, saturation_count; /**< indices of its saturation signals */
    int declared_first, declared_count;     /**< indices of what is declared */
    int pods_signal, pod_errors_signal;     /**< indices or -1: these and what follows are deep */
    int starts_signal, restarts_signal, rollouts_signal; /**< indices or -1 */
};

struct plan {
    struct stage_list labelled;       /**< the stages that a label makes; owned */
    struct pipeline pipeline;         /**< what of the configuration it was made of is its own */
    struct stage *stages;             /**< parents before their children; owned */
    size_t stages_count, stages_more; /**< and label values for which there was no room */
    struct signal *signals;           /**< owned */
    size_t signals_count;
    int tool_calls, tool_errors, tool_latency;           /**< signal indices or -1 */
    int last, conduct, mixed, targets, replicas, places; /**< the first of each: see plan/parts.h */
    const char *tool_label;
    const char *selector;      /**< label matchers for every selector; NULL: none */
    const char *pod_label;     /**< tells pods apart; NULL: see labels_instance() */
    const char *stages_metric; /**< each value of its label STAGES_LABEL is a stage; NULL: none */
    const char *stages_label;
    int64_t window_ms;      /**< of the rates in the expressions */
    int64_t base_window_ms; /**< what it is where there are enough requests */
    int64_t refresh_ms;     /**< between polls */
    int64_t stale_ms;       /**< a last sample older than that is stale */
    int64_t late_ms;        /**< where the newest of all is older than that, all of them are late */
    bool resolved;          /**< kinds and expressions are known */
};

/**
 * Makes the plan of CONFIG, which outlives it, not yet resolved. With stages by label, the stages
 * are the LABEL_VALUES (COUNT, else ignored).
 */
void plan_init(
    struct plan *p, const struct config *config, const char *const *label_values, size_t count);

/** Replaces P by the plan of CONFIG, which may point into P's own pipeline; that stays. */
void plan_renew(
    struct plan *p, const struct config *config, const char *const *label_values, size_t count);

/** Frees; a zeroed plan is accepted. */
void plan_finish(struct plan *p);

/**
 * Settles the times: window = that of SCOPE, or max(5m, 4 x scrape interval), and refresh = scrape
 * interval unless configured. SCRAPE_MS 0: not known, 15 s is assumed.
 */
void plan_set_times(
    struct plan *p, const struct config *config, const struct scope *scope, int64_t scrape_ms);

/** Writes every signal's expression from what is known of the kinds; sets `resolved`. */
void plan_resolve(struct plan *p);

/** Frees the expressions that plan_resolve() writes for S: it has none then. */
void plan_unwrite(struct signal *s);

/** Resolves P again with rates over WINDOW_MS: the base window, or a longer one. */
void plan_widen(struct plan *p, int64_t window_ms);

/** Whether rates are over a longer window than the base one, because there are few requests. */
bool plan_is_wide(const struct plan *p);

/** How long the query for the latency of S has a value after its last sample. */
int64_t plan_outlives_ms(const struct plan *p, const struct stage *s);

/** How far back SIGNAL_CONDUCT looks. */
enum { PLAN_CONDUCT_MS = 30 * 60 * 1000 };

/** Whether the latency of S has series by which it can be asked. */
bool plan_is_served(const struct stage *s);

/**
 * Whether the expressions of S name metrics that nobody knows, so that they have no value, or one
 * that they would have without any metric.
 */
bool plan_names_nothing(const struct signal *s);

/** Whether the time that S takes is configured, and known to somebody. */
bool plan_is_timed(const struct stage *s);

/** Whether the latency of stage I is known to nobody, be it a metric or an expression. */
bool plan_is_absent(const struct plan *p, size_t i);

/** Whether nothing counts the requests of S, as its latency does not: of resolved plans. */
bool plan_lacks_requests(const struct stage *s);

/** The query for SIGNAL over a stretch of time; NULL: none. */
const char *plan_past(const struct signal *signal);

/** The query for the history of SIGNAL where no recording rule is used; NULL: none. */
const char *plan_history(const struct signal *signal);

/** Whether signal I is asked about the past as well: some only describe the present. */
bool plan_has_past(const struct plan *p, int i);

/**
 * Sets the labels by which signal I is found again in another run: what it measures, of which
 * stage, and by which metric; not by which matchers or over which window. *OUT is to be empty.
 */
void plan_name_signal(const struct plan *p, int i, struct labels *out);

/** The stage called NAME, or -1. */
int plan_find_stage(const struct plan *p, const char *name);

/** The component that STAGE, or what it is a part of, came of; NULL: it is configured, or guessed.
 */
const struct component *plan_component(const struct plan *p, int stage);

/** The root that STAGE is, directly or not, a part of; STAGE itself if it is one. */
int plan_root(const struct plan *p, int stage);

#endif
