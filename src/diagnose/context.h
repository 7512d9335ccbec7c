/**
 * The parts of a diagnosis, each in a file of its name, and what they share while it runs. Private
 * to diagnose/.
 */
#ifndef RAGTOP_DIAGNOSE_CONTEXT_H
#define RAGTOP_DIAGNOSE_CONTEXT_H

#include "diagnose/diagnosis.h"
#include "diagnose/hysteresis.h"
#include "diagnose/usual_cache.h"
#include "series/dist.h"

struct context {
    const struct plan *plan;
    const struct scope *scope;
    const struct store *store;
    const struct thresholds *limits;
    struct usual_cache *cache;
    struct usual_rules rules; /**< which past counts */
    double window_s;          /**< over which rates are taken */
    int64_t late_ms;          /**< how old the newest samples are, where that is too old; else 0 */
    int questions;            /**< the root whose requests are the questions; -1: not known yet */
};

/** A stage in its context: what functions over history and over the live span are given. */
struct stage_context {
    const struct context *context;
    int stage;
};

/** A reading of which nothing is known yet. */
struct reading reading_none(enum state state);

/** Sets the ratio and score of R from NOW, USUAL and SPREAD. */
void reading_compare(struct reading *r);

/** What the asking for SIGNAL makes of its readings; STATE_OK when it was answered. */
enum state context_state(const struct context *c, int signal);

/** The slot to judge SIGNAL at: of the newest answer, or of the newest samples when they are late.
 */
int64_t context_slot(const struct context *c, int signal);

/** The matrix of a signal's WINDOW of history, or NULL. */
const struct matrix *context_history(
    const struct context *c, int signal, struct usual_window window);

/** What is usual AT, by VALUE over the history of its signal; see usual_cache.h. */
struct usual context_usual(
    const struct context *c, struct usual_at at, usual_value *value, const void *context);
struct usual_share context_share(
    const struct context *c, struct usual_at at, usual_count *count, const void *context);

/** The highest share that is likely, after what USUAL is known from; 1 where that is nothing. */
double context_likely_share(struct usual_share usual);

/**
 * Whether K of N is no more than chance makes of the USUAL share, which is taken as high as the
 * number that it is known from leaves open. What usually comes together counts once. Fewer than
 * `errors_least` always are chance, and so is everything while no share is usual.
 */
bool context_is_chance(double k, double n, struct usual_share usual, const struct thresholds *t);

/**
 * Whether R, whose single moment was judged, is an alarm: by itself where the thresholds ask for no
 * persistence or too little of the live span of SIGNAL is known, else by the moments before, see
 * hysteresis.h. Sets the severity of R accordingly; returns since when.
 */
struct onset context_hysteresis(
    const struct context *c, int signal, struct reading *r, hysteresis_mark *mark, void *context);

/** A number over the hours before the span, with what is usual, and where it begins to alarm. */
struct earlier {
    usual_value *value;
    const void *context;
    double usual, bound;
};

/** VALUE in CONTEXT, whose usual is USUAL and which alarms from WARNING on, or beyond SLO; 0: none.
 */
struct earlier earlier_of(
    usual_value *value, const void *context, double usual, double warning, double slo);

/**
 * Where O is that of an alarm as old as the span of SIGNAL: its onset as E has it in the hours
 * before, or how far back it is known to reach. Else O.
 */
struct onset onset_earlier(
    const struct context *c, int signal, struct onset o, const struct earlier *e);

/** Makes every onset of D that is not after the first scrape of a target, which is no server's, one
 * of which nobody knows when it was. */
void onset_bound(struct diagnosis *d, const struct context *c);

/** A number at SLOT of the live span, as it is judged; NaN: not known, or of too few. */
typedef double live_value(void *context, int64_t slot);

/** What is usual of it, and from where on it alarms: above that, or below. */
struct rise {
    live_value *value;
    void *context;
    double usual, bound;
};

/**
 * Where O is the first moment that alarms by SIGNAL: since when the number went up or down to it,
 * a rate over a window taking its time. That is the first of the moments before which, from one to
 * the next, lead up to it, and which are well on the way from usual to an alarm. Else O.
 */
struct onset onset_rise(const struct context *c, int signal, struct onset o, const struct rise *r);

/** Reads the latency of STAGE at SLOT of a WINDOW of history; false where there is no sample. */
bool stage_dist_at(
    struct dist *out, const struct context *c, int stage, struct usual_window window, int64_t slot);

/** Requests per second of STAGE at SLOT of a WINDOW of history; NaN when not known. */
double stage_rate_at(const struct context *c, int stage, struct usual_window window, int64_t slot);

/** Requests per second of STAGE at SLOT of the live span, of the newest where SLOT is newer. */
double stage_rate_live(const struct context *c, int stage, int64_t slot);

/**
 * Questions per second: the requests of the root that is usually busiest, at SLOT of the live span
 * or of a WINDOW of history. Calls of tools are judged per question, so that more traffic is not a
 * storm. NaN where they are not known.
 */
double context_questions_live(const struct context *c, int64_t slot);
double context_questions_at(const struct context *c, struct usual_window window, int64_t slot);

/** Requests per second of all roots but STAGE, in the same way; NaN where none are known. */
double context_others_live(const struct context *c, int stage, int64_t slot);
double context_others_at(
    const struct context *c, int stage, struct usual_window window, int64_t slot);

/** Requests per second of STAGE now; NaN when not known. */
double stage_rate_now(const struct context *c, int stage);

/** What the latency of S tells while there are requests; two counters never more than a mean. */
enum statistic statistic_of_stage(const struct stage *s);

/** Whether R is an alarm. */
static inline bool deviates(const struct reading *r)
{
    return r->severity >= SEVERITY_WARNING;
}

/** Fills everything of STAGE but its blame. */
void stage_judge(struct stage_diagnosis *out, const struct context *c, int stage);

/**
 * Of a stage S that nothing times, sets the state of the latency to what is known of the rest, so
 * that its row is as calm, or as unknown, as that is. The number stays unknown.
 */
void stage_settle_untimed(struct stage_diagnosis *out, const struct stage *s);

/**
 * Of a stage that completes nothing while requests fail, too few to judge: sets the state of the
 * latency to that. Nobody asks is not what it is.
 */
void stage_settle_failing(struct stage_diagnosis *out);

/** Fills the latency of a stage whose traffic is known, its interval and since when it deviates. */
void latency_judge(struct stage_diagnosis *out, const struct context *c, int stage);

/** Fills the errors of a stage. */
void errors_judge(struct stage_diagnosis *out, const struct context *c, int stage);

/**
 * Marks the readings of STAGE as stale when its last sample is too old, or it has none any more:
 * a rate over the window lives on for a while after its target is gone.
 */
void stale_mark(struct stage_diagnosis *out, const struct context *c, int stage);

/**
 * How old the newest sample of all stages is, where that is clearly more than a scrape but no more
 * than the window, as when a remote write is behind; else 0.
 */
int64_t stale_late_ms(const struct context *c);

/** Whether samples of STAGE, which are those of a metric, arrive, whatever they say. */
bool stale_is_fresh(const struct context *c, int stage);

/** When STAGE had its last sample, by the sample itself; 0: that is not known. */
int64_t stale_end_ms(const struct context *c, int stage);

/**
 * Takes back what was computed of STAGE from counters that belong to several processes, or from one
 * that is no latency.
 */
void distrust_judge(struct stage_diagnosis *out, const struct context *c, int stage);

/** Whether SIGNAL never reaches 1, and so is no count. */
bool distrust_counts_nothing(const struct context *c, int signal);

/** Whether the counters of SIGNAL go back again and again; sets how often, in how many scrapes. */
bool distrust_resets(const struct context *c, int signal, double *resets, double *samples);

/** Whether those of a root do: then nobody knows how many questions there are. */
bool distrust_any_root(const struct diagnosis *d, const struct context *c);

/** Takes back what was computed per question, where nobody knows how many there are. */
void distrust_questions(struct diagnosis *d, const struct context *c);

/** Sets how many copies of each series there are: an HA pair without deduplication has two. */
void distrust_copies(struct diagnosis *d, const struct context *c);

/**
 * Judges the error ratio of R: K errors of N, where USUAL is. Sets its interval, usual, spread,
 * ratio, score, state and severity; NOW is set by the caller. SLO 0 is none.
 */
void errors_judge_share(struct reading *r, double k, double n, struct usual_share usual, double slo,
    const struct thresholds *t);

/** Whether nobody knows what SIGNAL counts errors by. */
bool errors_are_absent(const struct context *c, int signal);

/** Where an error ratio that was judged lies. */
enum mark errors_mark(const struct reading *r, const struct thresholds *t);

/**
 * Makes the traffic of STAGE an alarm when far fewer requests complete than chance makes of the
 * usual rate, while more than usual wait or run: it hangs. Where none completes at all, one that
 * waits is enough, or that requests are under way all the time, or that those there are fail, more
 * of them than in any other window.
 */
void silence_judge(struct stage_diagnosis *out, const struct context *c, int stage);

/**
 * The same of ROOT, once all stages are judged, where nothing of it completes while all its parts
 * are called as ever: it has work, and does not finish it.
 */
void silence_judge_root(struct diagnosis *d, const struct context *c, int root);

/**
 * The signal of STAGE after SIGNAL (-1: the first) that tells of work: what can run out, and of
 * what is declared requests that wait or run. -1: there is no other.
 */
int work_next(const struct plan *plan, int stage, int signal);

/** How many are under way or wait by such a SIGNAL now, usually, and at most usually. */
struct work {
    double now, usual, high;
};
struct work work_read(const struct context *c, int signal);

/** Whether W is far more than usual. */
bool work_piles_up(struct work w, const struct thresholds *t);

/** Whether W is more than it gets usually, by one at least. */
bool work_waits(struct work w);

/**
 * Whether, of a stage S that completes nothing, work by SIGNAL is stuck: more waits than usually,
 * or as many requests as are usually under way have been so for the whole window.
 */
bool work_is_stuck(const struct stage_diagnosis *s, const struct context *c, int signal);

/** Whether any work of STAGE is far more than usual. */
bool work_any_piles_up(const struct context *c, int stage);

/** Whether chance explains no more than COUNT where EXPECTED are due: Poisson distribution. */
bool silence_is_chance(double count, double expected, const struct thresholds *t);

/**
 * Whether so few requests are usual at this hour, and nothing about them is odd or unknown. No
 * request at all is usual where less than one per window is, and nothing waits or fails.
 */
bool quiet_is_usual(const struct diagnosis *d, const struct context *c);

/** What is odd of SIGNAL now, which is a resource, or declared. */
struct oddity odd_now(const struct context *c, int signal);

/** Whether S, a resource, is a share by its name, and no limit is given. */
bool odd_is_share(const struct signal *s);

/** Fills the fullest pool of STAGE. */
void pool_judge(struct stage_diagnosis *out, const struct context *c, int stage);

/** How full a pool is at SLOT of M, where it is fullest; NaN: not known. */
double pool_fullness(const struct matrix *m, int64_t slot);

/** Whether the fullest pool of S is as good as full. */
bool pool_is_full(const struct stage_diagnosis *s, const struct thresholds *t);

/**
 * Makes the calls of root STAGE an alarm when its requests are less than half of what is usual,
 * both by themselves and next to those of the other roots, by more than chance makes. The reading
 * has them per second, as the traffic does.
 */
void calls_judge(struct stage_diagnosis *out, const struct context *c, int stage);

/**
 * Judges the calls of STAGE, a part of another, per question of its root, once blame is known. That
 * they halve by more than chance makes is worth a mention (state ok), and an alarm where its parent
 * is slower or fails more: a warm cache halves calls too. That there are more of them is an alarm
 * where these explain why its parent is slow.
 */
void calls_judge_part(struct diagnosis *d, const struct context *c, int stage);

/** Whether more calls, and not slower ones, are most of the rise of S. */
bool calls_explain(const struct stage_diagnosis *s);

/** Fills the tools and their errors. */
void tools_judge(struct diagnosis *d, const struct context *c);

/** Fills seconds per request and blame of every stage. */
void blame_attribute(struct diagnosis *d, const struct context *c);

/**
 * Makes the latency of STAGE an alarm, as FAST, when it is below a tenth of usual while traffic is
 * as usual and nothing fails: an index that is empty has nothing to search.
 */
void fast_judge(struct stage_diagnosis *out, const struct context *c, int stage);

/**
 * Sets the drift of R, whose value and usual are set, to DRIFT if that makes RISE_LEAST or more
 * over its days and the present value continues it: it is beyond usual in the same direction, by
 * LEAST or more, and no further than the trend would be in two days. A step of today is no trend.
 */
void drift_read(struct reading *r, struct drift drift, double least, double rise_least);

/** Adds the rising trends to the verdict's evidence, steepest first, each at the stage it starts
 * from. */
void drift_report(struct diagnosis *d, const struct context *c);

/**
 * Makes it a warning when some of the targets that serve a stage do not answer, or when a workload
 * of it has too few replicas; critical when no target answers. Where nothing at all is known of any
 * stage or tool, how the service fares is not known, and these are why. Goes by all other readings.
 */
void gone_judge(struct diagnosis *d, const struct context *c);

/** Adds E to the evidence of V, if there is room. */
void verdict_add(struct verdict *v, struct evidence e);

/** Adds to the verdict on a stage what goes along with it: its pods, its load, what changed. */
void cause_explain(struct diagnosis *d, const struct context *c);

struct pods;

/** Adds what is wrong with the machinery that the stage at fault, which has PODS, runs on. */
void strain_explain(struct diagnosis *d, const struct context *c, const struct pods *pods);

/**
 * The stage whose pool the requests of STAGE wait for: of a part of a component, which has none of
 * its own, what it is a part of; else STAGE.
 */
int cause_pool_stage(const struct plan *plan, int stage);

/** Adds to the evidence each queue of STAGE in which far more than usual waits. */
void cause_add_queues(struct verdict *v, const struct context *c, int stage);

/** Fills the verdict from all of the above. */
void verdict_reach(struct diagnosis *d, const struct context *c);

#endif
