/**
 * From numbers to a verdict: what every stage and tool is like now, what is usual, and whose fault
 * the difference is. Numbers and enumerations only; view/words.h makes sentences of them.
 *
 * The method and its reasons: percentiles are compared with the median of the same time of earlier
 * days; blame is computed from means, because only means add up over the stage tree.
 */
#ifndef RAGTOP_DIAGNOSE_DIAGNOSIS_H
#define RAGTOP_DIAGNOSE_DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnose/usual.h"
#include "plan/plan.h"
#include "series/store.h"

enum severity { SEVERITY_OK, SEVERITY_UNKNOWN, SEVERITY_WARNING, SEVERITY_CRITICAL };

/** Why a number is or is not known. */
enum state {
    STATE_OK,
    STATE_ASKING,      /**< no answer yet */
    STATE_NO_TRAFFIC,  /**< the series are there, and nobody asks */
    STATE_NO_DATA,     /**< no such series, or none any more */
    STATE_TOO_FEW,     /**< too few requests to judge */
    STATE_NO_BASELINE, /**< nothing to compare with */
    STATE_ERROR,       /**< the query was refused */
};

/** One number beside what is usual. NaN is "not known". */
struct reading {
    enum state state;
    enum severity severity;
    double now, low, high; /**< LOW and HIGH: the 95 % interval, or the bucket; seconds or ratio */
    struct usual usual;
    double spread; /**< the usual spread with its floors */
    double ratio;  /**< now / usual */
    double score;  /**< (now - usual) / spread, capped at +-99 */
    bool beyond;   /**< above the last bucket: NOW is a lower bound */
};

/** How a stage fares. */
struct stage_diagnosis {
    struct reading latency; /**< seconds: P95, or the mean where no quantile can be known */
    struct reading errors;  /**< errors per request */
    struct reading traffic; /**< requests per second; never alarms by itself */
    struct reading pool;    /**< the fullest saturation signal: used / limit */
    int pool_signal;        /**< its signal index, or -1 */
    double pool_used, pool_limit;
    bool is_mean;                      /**< LATENCY is the mean, not P95 */
    double requests;                   /**< in the window; NaN: not known */
    double seconds_now, seconds_usual; /**< per request of its root: these add up */
    double blame;     /**< share of the parent's rise (of all rises for a root), 0-1; NaN */
    double own_blame; /**< share of its own rise that no child explains; NaN for a leaf, and where a
                         child's usual is not known */
    int64_t last_ms;  /**< when there was last a sample; 0: not in the span */
    int64_t
        since_ms; /**< since when the latency deviates; 0: it does not, or from before the span */
};

enum { DIAGNOSIS_TOOLS_MAX = 64, DIAGNOSIS_EVIDENCE_MAX = 8 };

/** How a tool fares. */
struct tool_diagnosis {
    const char *name;     /**< points into the store */
    struct reading calls; /**< per second; judged per request */
    double per_request, per_request_usual;
    double count; /**< calls in the window */
};

enum signal_class { CLASS_NONE, CLASS_LATENCY, CLASS_ERRORS, CLASS_CALLS, CLASS_SATURATION };

enum verdict_condition {
    VERDICT_ASKING,
    VERDICT_OK,
    VERDICT_INCIDENT,
    VERDICT_NO_TRAFFIC,
    VERDICT_NO_DATA,
    VERDICT_NO_BASELINE,
    VERDICT_UNREACHABLE,
};

/** What speaks for the verdict. */
enum evidence_kind {
    EVIDENCE_DEVIATION, /**< STAGE's latency: A now, B usual */
    EVIDENCE_SHARE,     /**< STAGE explains the share A of its parent's rise */
    EVIDENCE_OWN_TIME,  /**< the share A of STAGE's rise is its own, not its children's */
    EVIDENCE_POOL,      /**< STAGE's pool: A used of B */
    EVIDENCE_ERRORS,    /**< STAGE's error ratio: A now, B usual; stage -1: the tools */
    EVIDENCE_CALLS,     /**< tool STAGE: A calls per request, B usual */
    EVIDENCE_NORMAL,    /**< STAGE is as usual, judged from A requests */
};

struct evidence {
    enum evidence_kind kind;
    int stage;
    double a, b;
};

/**
 * When the source is unreachable, SIGNAL and what follows are about the newest numbers there are.
 */
struct verdict {
    enum verdict_condition condition;
    enum severity severity;
    enum signal_class signal;
    int stage;         /**< the culprit, or -1 */
    int second;        /**< a second stage with a large share, or -1 */
    int tool;          /**< the culprit tool, or -1 */
    bool tools;        /**< the tools together are the culprit (their errors) */
    double confidence; /**< 0-1 */
    struct evidence evidence[DIAGNOSIS_EVIDENCE_MAX];
    size_t evidence_count;
};

struct diagnosis {
    struct stage_diagnosis *stages; /**< in the plan's order; owned */
    size_t stages_count;
    struct tool_diagnosis tools[DIAGNOSIS_TOOLS_MAX];
    size_t tools_count;
    struct reading tool_errors; /**< failed calls per call */
    struct usual usual;         /**< what "usual" is made of: of the best known latency */
    struct verdict verdict;
    int64_t tick_ms; /**< the moment judged */
};

/** When a difference is trouble. */
struct thresholds {
    double score_warning; /**< in spreads */
    double ratio_warning, ratio_critical;
    double noise;           /**< standard deviations of the counting noise to exceed */
    double latency_floor_s; /**< smaller rises are never trouble */
    double errors_floor, errors_critical; /**< rises of the error ratio */
    double calls_ratio_warning, calls_ratio_critical;
    double pool_full; /**< used / limit */
    double blame_culprit, blame_shared;
    double errors_least;   /**< fewer errors happen */
    double chance;         /**< less likely than that is no chance */
    double requests_least; /**< fewer cannot be judged */
};

/** The thresholds that ragtop uses. */
extern const struct thresholds thresholds_default;

/** Room for the stages of PLAN. */
void diagnosis_init(struct diagnosis *d, const struct plan *plan);

/** Frees; a zeroed diagnosis is accepted. */
void diagnosis_finish(struct diagnosis *d);

/** Judges the moment TICK_MS of STORE. Allocates nothing; *D keeps nothing of an earlier run. */
void diagnosis_run(struct diagnosis *d, const struct plan *plan, const struct store *store,
    const struct thresholds *thresholds, int64_t tick_ms);

#endif
