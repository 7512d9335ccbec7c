/**
 * From numbers to a verdict: what every stage and tool is like now, what is usual, and whose fault
 * the difference is. Numbers and enumerations only; words/words.h makes sentences of them.
 *
 * The method and its reasons: percentiles are compared with the median of the same time of earlier
 * days; blame is computed from means, because only means add up over the stage tree.
 */
#ifndef RAGTOP_DIAGNOSE_DIAGNOSIS_H
#define RAGTOP_DIAGNOSE_DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/limits.h"
#include "diagnose/strain.h"
#include "diagnose/usual.h"
#include "diagnose/usual_cache.h"
#include "plan/plan.h"
#include "plan/scope.h"
#include "series/dist.h"
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
    STATE_STALE,       /**< the numbers are from before: no sample has come for a while */
    STATE_ERROR,       /**< the query was refused */
    STATE_UNRELIABLE,  /**< nothing that is computed of it can be believed: see enum distrust */
    STATE_MISTYPED,    /**< its metric is a gauge that is taken for a counter, or the reverse */
    STATE_ABSENT,      /**< its metric is known to nobody; of errors: or that of the requests */
    STATE_COUNT,
};

/** Why the latency of a stage, and what is computed from its counters, cannot be believed. */
enum distrust {
    DISTRUST_NONE,
    DISTRUST_RESETS,  /**< its counters go back again and again: they are several processes' */
    DISTRUST_COUNTER, /**< it is a counter, and no latency */
    DISTRUST_UNTIMED, /**< it counts requests, and has neither buckets nor a usable sum */
    DISTRUST_NAN,     /**< a gauge whose samples arrive, and are no numbers */
    DISTRUST_LAPSED,  /**< it counts requests, which were timed before and are no more */
    DISTRUST_ZERO,    /**< a value of 0: nothing takes no time */
    DISTRUST_COUNTS,  /**< what it counts is NaN, infinite or negative */
};

/** Whether WHY is a matter of the latency alone: requests may well be counted right. */
bool distrust_spares_counts(enum distrust why);

/** Why a gauge that comes is none that can be meant. */
enum odd {
    ODD_NONE,
    ODD_NAN,      /**< it is NaN */
    ODD_NEGATIVE, /**< it is below 0, which nothing is that waits or is in use */
    ODD_UNFIT,    /**< it is no number that can be shown: see `why` of its signal_data */
    ODD_LIMIT,    /**< its limit is 0 or less, or NaN */
    ODD_PERCENT,  /**< a share far above 1, which its unit is said to be */
    ODD_SHARE,    /**< a share by its name, and no limit is given: a queue it is not */
};

struct oddity {
    enum odd why;
    double value; /**< of it, or of its limit */
};

/** Which number of a latency is judged. */
enum statistic {
    STATISTIC_P95,
    STATISTIC_MEAN,  /**< no quantile can be known, or the mean is what rose */
    STATISTIC_VALUE, /**< a gauge or an expression, as it stands */
    STATISTIC_SHARE, /**< the P95 is shown, and how many take longer than a bound is judged */
};

/** One number beside what is usual. NaN is "not known". */
struct reading {
    enum state state;
    enum severity severity;
    double now, low, high; /**< LOW and HIGH: the 95 % interval, or the bucket; seconds or ratio */
    struct usual usual;
    double spread;      /**< the usual spread with its floors */
    double ratio;       /**< now / usual */
    double score;       /**< (now - usual) / spread, capped at +-99 */
    struct drift drift; /**< of what is usual, where NOW goes on with it */
    bool beyond;        /**< above the last bucket: NOW is a lower bound */
    bool odd;           /**< for STATE_TOO_FEW: even those few are beyond chance, or an slo */
    bool perhaps;       /**< for STATE_OK: no alarm only because so few may be that bad by chance,
                           though that is improbable */
};

/** Since when something deviates; both 0: it does not, or that is not known. */
struct onset {
    int64_t since_ms;  /**< its first moment */
    int64_t before_ms; /**< where that is not in the span: the oldest moment known, when it did */
};

/** Who of those that serve a stage is missing, or has stopped. Names point into the store; NULL:
 * none is. */
struct stage_gone {
    const char *job;      /**< the job with the most targets that do not answer */
    double down, listed;  /**< how many of its targets those are, of how many */
    bool all;             /**< no target of any job that serves the stage answers */
    double left, before;  /**< the targets of the job that was scaled down the most, and how many
                               it had an hour or a day before; 0: none was */
    bool unlisted;        /**< there is none any more, while other jobs have some */
    const char *workload; /**< a Deployment or StatefulSet that has too few replicas */
    double available, desired;
    const char *replica;    /**< of those that answer: the busiest that completes nothing */
    double running;         /**< requests that it has */
    double stuck, replicas; /**< how many complete nothing, of how many */
    struct onset lack;      /**< since when JOB lacks targets, or else the workload replicas */
    struct onset onset;     /**< the same, or since when REPLICA completes nothing */
};

/** How what is declared of a stage is. */
struct declared_diagnosis {
    int signal; /**< its index in the plan */
    enum statistic statistic;
    struct reading reading; /**< in the unit of its kind */
    struct oddity odd;
    struct onset onset;
};

/** How a stage fares. */
struct stage_diagnosis {
    struct reading latency; /**< seconds: P95, or the mean where no quantile can be known */
    struct reading errors;  /**< errors per request */
    struct reading traffic; /**< completed per second; alarms only while work waits or runs */
    struct reading pool;    /**< the fullest saturation signal: used / limit, of the fullest pod */
    int pool_signal;        /**< its signal index, or -1 */
    double pool_used, pool_limit; /**< of all together; NaN: not known, or some have no limit */
    struct onset pool_onset;      /**< since when it is full */
    int blind_signal; /**< the first saturation signal of which nothing is known now, or -1 */
    enum state blind; /**< why: absent, refused (error), odd (unreliable), or no data where there
                         was  some; it is POOL's state as well where no other is known */
    int blind_more;   /**< how many more there are */
    struct oddity odd[LIMIT_SATURATION]; /**< of each saturation signal */
    enum statistic statistic;            /**< what LATENCY is */
    struct reading share;                /**< for STATISTIC_SHARE: of requests beyond SHARE_BOUND */
    double share_bound;                  /**< seconds */
    struct reading calls; /**< per question, of a root per second; alarms when they halve, or
                             explain a rise; of what is part of another they are ok only then */
    struct reading fast;  /**< seconds, mean or P95: alarms when far below usual; see fast.c */
    enum statistic fast_statistic;
    struct onset fast_onset;
    bool sum_broken; /**< the latency's _sum cannot be right */
    bool coarser;    /**< the latency has more buckets than are read */
    enum distrust distrust;
    double resets, samples; /**< for DISTRUST_RESETS: how often, in how many scrapes */
    bool mixed;             /**< and no restarts explain them: they are of several processes */
    bool errors_mixed;      /**< the same of the counter of errors */
    double bound;       /**< seconds: the last bucket's, where the unit is a guess; NaN: not so */
    double bound_first; /**< the same of the first bucket */
    double mean, mean_usual,
        mean_lower;                    /**< seconds; NaN: not known; see `lower` of struct usual */
    double requests;                   /**< in the window; NaN: not known */
    double seconds_now, seconds_usual; /**< per request of its root: these add up */
    bool usual_at_most; /**< SECONDS_USUAL is the most that its parent usually had left for it */
    double inner_rise;  /**< of its rise, in such seconds, that of siblings which it contains */
    double blame;     /**< share of the parent's rise (of all rises for a root), 0-1; NaN where not
                         known, of a root that is not slow, and where none of its parts is either */
    double own_blame; /**< share of its own rise that no child explains; NaN for a leaf, and where a
                         child's time is not known, or its usual one */
    double calls_now, calls_usual; /**< per request of its root */
    double
        of_parent;      /**< share of its calls that its parent's requests account for, by what is
                           usual;   less than 1: others call it too, and SECONDS_NOW is without those */
    double more_calls;  /**< share of its rise that comes of more calls, not of slower ones, 0-1 */
    double busy;        /**< calls under way at once: their rate times their mean duration */
    int64_t last_ms;    /**< when there was last a sample; 0: not since KNOWN_MS */
    bool last_about;    /**< LAST_MS is before the span, and known to five minutes only */
    int64_t known_ms;   /**< the oldest moment of which is known whether there was one */
    struct onset onset; /**< of the latency */
    struct onset errors_onset;
    double errors_requests; /**< per second, of which the errors are a share; NaN: not known */
    struct onset stopped;   /**< since when next to nothing completes */
    bool busy_parts; /**< of a root that completes nothing: all its parts are called as ever */
    struct reading targets; /**< that answer, of those listed; or replicas that are available */
    struct stage_gone gone;
    int64_t sampled_ms;                        /**< the newest sample itself; 0: not known */
    const struct declared_diagnosis *declared; /**< its own, of the diagnosis */
    size_t declared_count;
};

enum {
    DIAGNOSIS_TOOLS_MAX = 64,
    DIAGNOSIS_FAILING_MAX = 3,
    DIAGNOSIS_EVIDENCE_MAX = 24,
    DIAGNOSIS_ALSO_MAX = 8
};

/** How a tool fares. */
struct tool_diagnosis {
    const char *name;     /**< points into the store */
    struct reading calls; /**< per second; judged per request */
    double per_request, per_request_usual;
    double requests;       /**< of the pipeline per second; NaN: not known */
    double count;          /**< calls in the window */
    struct onset onset;    /**< of the calls */
    struct reading errors; /**< failed calls per call, where the metric tells whose; else no data */
    struct onset errors_onset;
    struct reading latency; /**< seconds, the mean of its calls; else no data */
    struct onset latency_onset;
};

/** What can be wrong: the signals that are judged, see config/signal.def. */
enum signal_class {
    CLASS_NONE,
#define SIGNAL(id, ...) CLASS_##id,
#include "config/signal.def"
    CLASS_DECLARED, /**< one that is declared: which is said beside it */
};

/** Something that is wrong, and what it comes of. */
struct fault {
    enum signal_class signal;
    enum severity severity;
    int stage;    /**< the stage at fault; -1: tools */
    int second;   /**< a second stage with a large share, or -1 */
    int tool;     /**< the tool that is called too often, or alone fails; -1: none, or the failed
                       calls of all */
    int declared; /**< for CLASS_DECLARED: its index in the diagnosis */
};

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
    EVIDENCE_MEAN,      /**< of STAGE, whose P95 is beyond the last bucket: A now, B usual */
    EVIDENCE_SILENCE,   /**< STAGE completes A requests per second, usually B, since AT_MS */
    EVIDENCE_SHARE,     /**< STAGE explains the share A of its parent's rise */
    EVIDENCE_OWN_TIME,  /**< the share A of STAGE's rise is its own, not its children's */
    EVIDENCE_POOL,      /**< STAGE's pool: A used of B */
    EVIDENCE_ERRORS,    /**< STAGE's error ratio: A now, B usual; stage -1: the tools */
    EVIDENCE_CALLS,     /**< tool STAGE: A calls per request, B usual */
    EVIDENCE_FAILING,   /**< tool STAGE: the share A of its calls fails, usually B */
    EVIDENCE_SLOW_TOOL, /**< tool STAGE: the mean A of its calls, usually B */
    EVIDENCE_NO_DATA,   /**< STAGE, of which there was data, has none since AT_MS (0: long ago) */
    EVIDENCE_NORMAL,    /**< STAGE is as usual, judged from A requests */
    EVIDENCE_SHARED,    /**< everything is slow, each part A times usual at least, or fails, a share
                             of A at least; NAME: the component that all of it is of */
    EVIDENCE_POD,       /**< pod NAME alone: A, the others together B; seconds, or a ratio */
    EVIDENCE_STALLED,   /**< A of B pods of STAGE complete nothing, the others do; NAME: of one */
    EVIDENCE_FAST,      /**< STAGE answers in A seconds, usually B: too fast */
    EVIDENCE_FEWER,     /**< A targets serve STAGE, B did: each gets TIMES the usual requests */
    EVIDENCE_TARGETS,   /**< A of B targets or replicas that serve STAGE are missing */
    EVIDENCE_CALLED,    /**< STAGE is called A times per request, usually B */
    EVIDENCE_LEAK,      /**< the calls of STAGE need A connections, of B there are: more are used */
    EVIDENCE_TOO_SMALL, /**< the calls of STAGE need A connections, of B there are */
    EVIDENCE_QUEUE,     /**< A wait in queue NAME of STAGE, usually B */
    EVIDENCE_LOAD,      /**< STAGE gets A requests per second, usually B: more */
    EVIDENCE_NO_LOAD,   /**< the same, and not more */
    EVIDENCE_STARTS,    /**< A of B pods started since AT_MS; NAME: of one pod alone */
    EVIDENCE_RESTARTS,  /**< containers of pod NAME were restarted A times */
    EVIDENCE_ROLLOUT,   /**< deployment NAME, or the like, was changed */
    EVIDENCE_STRAIN,    /**< PODS of OF pods of STAGE, the SLOW ones or all, have that STRAIN: A is
                             its worst value; NAME: the pod of that, or the node; PART: the GPU, or
                             why a container waits */
    EVIDENCE_NODE,      /**< all A stages with pods on node NAME are slow, and no other is */
    EVIDENCE_DECLARED,  /**< what is DECLARED of STAGE: A now, B usual, in its unit */
    EVIDENCE_DRIFT,     /**< SIGNAL of STAGE grows by the share A a day since AT_MS */
};

struct evidence {
    enum evidence_kind kind;
    int stage;
    enum signal_class signal; /**< for EVIDENCE_DRIFT: latency, errors or saturation */
    int declared;             /**< for EVIDENCE_DECLARED: its index in the diagnosis */
    double a, b, times;
    const char *name; /**< points into the store or the plan; NULL: none */
    int64_t at_ms;
    enum strain_kind strain; /**< for EVIDENCE_STRAIN, as what follows */
    const char *part;        /**< points into the store */
    int pods, of;
    bool slow;
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
    int declared;      /**< for CLASS_DECLARED: its index in the diagnosis */
    bool tools;        /**< the tools together are the culprit (their errors) */
    bool shared;       /**< everything is slow or fails alike: STAGE is only the worst */
    const char *pod;   /**< the one instance of STAGE at fault; NULL: none, or not known */
    double confidence; /**< 0-1: how far beyond usual it is, half at least where an SLO is broken,
                          and how much of the rise it explains; an order, no probability */
    struct fault also[DIAGNOSIS_ALSO_MAX]; /**< what else is wrong, the worst first */
    size_t also_count, also_more;          /**< and how many there was no room for */
    struct evidence evidence[DIAGNOSIS_EVIDENCE_MAX];
    size_t evidence_count, evidence_more; /**< and for how much there was no room */
    size_t normal; /**< stages that are as usual beside a fault, in the evidence or not */
};

struct diagnosis {
    struct stage_diagnosis *stages; /**< in the plan's order; owned */
    size_t stages_count;
    struct declared_diagnosis *declared; /**< in the plan's order; owned */
    size_t declared_count;
    struct tool_diagnosis *tools; /**< owned */
    size_t tools_count, tools_room;
    int questions;              /**< the root whose requests tools are called for; -1: not known */
    size_t tools_more;          /**< less busy ones, for which there was no room */
    struct reading tool_errors; /**< failed calls per call */
    struct onset tool_errors_onset;
    double tool_resets; /**< of the counter of calls, where they are too many to trust it; else 0 */
    double tool_samples;                /**< with them: in how many scrapes */
    int failing[DIAGNOSIS_FAILING_MAX]; /**< the tools that most failures beyond usual are of */
    size_t failing_count;               /**< 0: none alarm, or nobody knows whose they are */
    size_t machines_left_out; /**< workloads that the query about machines has no room for */
    int copies; /**< of each series, that differ in COPIES_LABEL alone; 1: it is unique */
    char copies_label[32]; /**< of replicas that are not deduplicated; "": there are none */
    struct usual usual;    /**< what "usual" is made of: of the best known latency */
    struct verdict verdict;
    int64_t tick_ms; /**< the moment judged */
    int64_t late_ms; /**< the samples are that late: it is judged as of so long before; 0: not */
    struct usual_cache cache; /**< what was found usual: only to spare finding it again */
};

/** When a difference is trouble. */
struct thresholds {
    double score_warning; /**< in spreads */
    double ratio_warning, ratio_critical;
    double latency_floor_s; /**< smaller rises are never trouble */
    double fast;            /**< now / usual latency: below it a stage answers without working */
    double fast_traffic;    /**< now / usual traffic: with less, a cache in front explains it */
    double errors_floor, errors_critical; /**< rises of the error ratio */
    double calls_ratio_warning, calls_ratio_critical;
    double calls_floor; /**< smaller rises of the calls per question are never trouble */
    double pool_full;   /**< used / limit */
    double blame_culprit, blame_shared;
    double errors_least;   /**< fewer errors happen */
    double chance;         /**< less likely than that is no chance */
    double chance_odd;     /**< the same of too few requests to alarm: they are not as usual */
    double chance_waiting; /**< the same of no completions, where work piles up besides */
    double requests_least; /**< fewer cannot be judged */
    double load_ratio;     /**< traffic is up by that */
    double apart;          /**< one pod at fault is that many times as bad as the others */
    double queue_least;    /**< fewer that wait are no queue */
    double leak, small; /**< share of a full pool that calls need: below the one, above the other */
    bool persists;      /**< alarms go on and off with several moments, not one: see hysteresis.h */
    double hysteresis;  /**< how far above usual, of the way to the alarm, one goes off */
};

/** The thresholds that ragtop uses. */
extern const struct thresholds thresholds_default;

/** The latency that STATISTIC makes of D, in seconds; NaN where D does not tell. */
double statistic_of(const struct stage *s, const struct dist *d, enum statistic statistic);

/**
 * Whether a stage that answers in R's `now` seconds, where its `usual` is, answers far too fast:
 * while it completes RATE per second, usually USUAL_RATE, judged over WINDOW_S seconds.
 */
bool fast_is_alarm(const struct reading *r, enum statistic statistic, double rate,
    double usual_rate, double window_s, const struct thresholds *t);

/** Room for the stages of PLAN. */
void diagnosis_init(struct diagnosis *d, const struct plan *plan);

/**
 * Sets in STAGES, one per stage of the plan, which of them have to be looked into (see
 * plan/depth.h) to say more. Returns whether any.
 */
bool diagnosis_wants(const struct diagnosis *d, bool *stages);

/** Frees; a zeroed diagnosis is accepted. */
void diagnosis_finish(struct diagnosis *d);

/**
 * Judges the moment TICK_MS of STORE as SCOPE looks at it. Allocates only where there are more
 * tools than ever before; *D keeps nothing of an earlier run that would change what comes out.
 */
void diagnosis_run(struct diagnosis *d, const struct plan *plan, const struct scope *scope,
    const struct store *store, const struct thresholds *thresholds, int64_t tick_ms);

#endif
