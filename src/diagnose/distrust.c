#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "diagnose/context.h"
#include "plan/parts.h"

enum {
    MIXED_LEAST = 2,
    SAMPLES_LEAST = 8,
    CHANGES_LEAST = 10,
    STANDS_LEAST = 20,
    COPIES_MOST = 1000
};

static const double RESETS_MOST = 0.25; // of all scrapes: more are no restarts
static const double MIXED_SHARE = 0.12; // of its highest value, which a restart falls below
static const double COPIES_LEAST = 1.8;
static const double FALLS_MOST = 0.05; // of all changes: a gauge falls as often as it rises

// What the answers to the parts from FIRST on say by LABEL of SIGNAL; NaN: nothing.
static double told_by(const struct context *c, int first, const char *label, int signal)
{
    for (int part = first; part >= 0; part = part_after(c->plan, part)) {
        const struct signal_data *data = &c->store->signals[part];
        int64_t slot = context_slot(c, part);
        for (size_t i = 0; data->condition == CONDITION_ANSWERED && i < data->live.count; i++) {
            const char *its = labels_get(&data->live.series[i].labels, label);
            if (its && strtol(its, NULL, 10) == signal) {
                return ring_get(&data->live.series[i].ring, slot);
            }
        }
    }
    return NAN;
}

static double told(const struct context *c, const char *label, int signal)
{
    return told_by(c, c->plan->conduct, label, signal);
}

// Whether a counter falls again and again to where no restart would leave it.
static bool is_mixed(const struct context *c, int signal, double resets)
{
    return resets >= MIXED_LEAST &&
           told_by(c, c->plan->mixed, "mixed", signal) >= MIXED_SHARE * resets;
}

static bool mixes(const struct context *c, int signal)
{
    return signal >= 0 && is_mixed(c, signal, told(c, "resets", signal));
}

bool distrust_resets(const struct context *c, int signal, double *resets, double *samples)
{
    *samples = signal >= 0 ? told(c, "samples", signal) : NAN;
    // of a gauge, which falls as it pleases, nothing counts samples
    *resets = isnan(*samples) ? NAN : told(c, "resets", signal);
    bool mixed = signal >= 0 && is_mixed(c, signal, *resets);
    return *samples >= SAMPLES_LEAST && (mixed || *resets >= RESETS_MOST * *samples);
}

bool distrust_counts_nothing(const struct context *c, int signal)
{
    double most = signal >= 0 ? told(c, "most", signal) : NAN;
    return most > 0 && most < 1;
}

void distrust_copies(struct diagnosis *d, const struct context *c)
{
    const struct signal_data *data = &c->store->signals[c->plan->conduct];
    d->copies_label[0] = '\0';
    d->copies = 1;
    for (size_t i = 0; data->condition == CONDITION_ANSWERED && i < data->live.count; i++) {
        const struct series *s = &data->live.series[i];
        const char *label = labels_get(&s->labels, "copies");
        double copies = ring_get(&s->ring, context_slot(c, c->plan->conduct));
        // series of pods that are new or gone may have none
        if (label && copies >= COPIES_LEAST && round(copies) > d->copies) {
            snprintf(d->copies_label, sizeof d->copies_label, "%s", label);
            d->copies = (int)fmin(round(copies), COPIES_MOST);
        }
    }
}

/** What a number did from moment to moment, as far as it is known. */
struct steps {
    int all, changes, falls;
};

static void count_steps(const struct history *h, bool latency, struct steps *out)
{
    double before = NAN;
    for (int64_t slot = h->first; h->answered && slot <= h->last; slot++) {
        double value =
            latency ? matrix_part(&h->matrix, PART_VALUE, slot) : matrix_sum(&h->matrix, slot);
        out->all += !isnan(value);
        out->changes += fabs(value - before) > 0;
        out->falls += value < before;
        before = isnan(value) ? before : value;
    }
}

static struct steps steps_before(const struct context *c, int signal, bool latency)
{
    const struct signal_data *data = &c->store->signals[signal];
    struct steps steps = {0};
    count_steps(&data->recent, latency, &steps);
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        count_steps(store_day(data, day), latency, &steps);
    }
    return steps;
}

// What changes and never falls adds something up, unless it only rises just now: in the hours
// before and on earlier days a gauge falls. Failures and requests may have been as many all the
// time, or were so few that just now says nothing.
static bool only_grows(const struct context *c, int signal)
{
    double changes = signal >= 0 ? told(c, "changes", signal) : NAN;
    if (isnan(changes) || !(told(c, "resets", signal) <= FALLS_MOST * changes)) {
        return false;
    }
    bool latency = c->plan->signals[signal].kind == SIGNAL_LATENCY;
    struct steps before = steps_before(c, signal, latency);
    if (before.changes >= CHANGES_LEAST) {
        bool fell = before.falls > FALLS_MOST * before.changes;
        return !fell && (!latency || changes >= CHANGES_LEAST);
    }
    return changes >= CHANGES_LEAST && (latency || before.all < STANDS_LEAST);
}

static bool was_positive(const struct history *h)
{
    bool any = false;
    for (int64_t slot = h->first; h->answered && slot <= h->last && !any; slot++) {
        any = matrix_part(&h->matrix, PART_VALUE, slot) > 0;
    }
    return any;
}

// Gauges of what was measured lately are 0 at hours at which nothing is: usual then, not ever.
static bool is_idle(const struct context *c, int signal, const struct usual *usual)
{
    const struct signal_data *data = &c->store->signals[signal];
    bool any = was_positive(&data->recent);
    for (int day = 0; day < STORE_DAYS_MAX && !any; day++) {
        any = was_positive(store_day(data, day));
    }
    return any && usual->centre <= 0;
}

static enum distrust distrust_of_value(
    const struct stage_diagnosis *d, const struct context *c, int stage)
{
    const struct stage *s = &c->plan->stages[stage];
    double now = matrix_part(
        &c->store->signals[s->latency_signal].live, PART_VALUE, context_slot(c, s->latency_signal));
    if (context_state(c, s->latency_signal) != STATE_OK) {
        return DISTRUST_NONE;
    }
    if (isnan(now)) {
        return s->latency && stale_is_fresh(c, stage) ? DISTRUST_NAN : DISTRUST_NONE;
    }
    return now > 0 || is_idle(c, s->latency_signal, &d->latency.usual) ? DISTRUST_NONE
                                                                       : DISTRUST_ZERO;
}

// Whether the counts themselves are none: such a rate is NaN, or below 0.
static bool miscounts(const struct context *c, const struct stage *s)
{
    const struct signal_data *data = &c->store->signals[s->latency_signal];
    unsigned counts = 1U << PART_BUCKET | 1U << PART_COUNT;
    bool counted = s->latency && s->kind != LATENCY_VALUE && data->condition == CONDITION_ANSWERED;
    return counted && ((data->nans & counts) != 0 ||
                          dist_count(&data->live, context_slot(c, s->latency_signal)) < 0);
}

static enum distrust find_distrust(struct stage_diagnosis *out, const struct context *c, int stage)
{
    const struct stage *s = &c->plan->stages[stage];
    bool grows = s->kind == LATENCY_VALUE && only_grows(c, s->latency_signal);
    if (s->kind == LATENCY_COUNTER || grows) {
        return DISTRUST_COUNTER;
    }
    if (miscounts(c, s)) {
        return DISTRUST_COUNTS;
    }
    double resets, samples;
    bool often = distrust_resets(c, s->latency_signal, &out->resets, &out->samples);
    bool others = distrust_resets(c, s->requests_signal, &resets, &samples);
    if (!often && (others || isnan(out->resets))) {
        out->resets = resets;
        out->samples = samples;
    }
    if (often || others) {
        out->mixed = mixes(c, s->latency_signal) || mixes(c, s->requests_signal);
        return DISTRUST_RESETS;
    }
    if (s->kind == LATENCY_VALUE) {
        return distrust_of_value(out, c, stage);
    }
    double scrapes = told(c, "samples", s->latency_signal);
    double fallen = told_by(c, c->plan->mixed, "falls", s->latency_signal);
    bool falls = scrapes >= SAMPLES_LEAST && fallen >= RESETS_MOST * scrapes;
    bool untimed = out->latency.state == STATE_NO_TRAFFIC && out->requests > 0;
    bool was_timed = out->latency.usual.kind != USUAL_NONE;
    return falls || (untimed && !was_timed) ? DISTRUST_UNTIMED
           : untimed                        ? DISTRUST_LAPSED
                                            : DISTRUST_NONE;
}

bool distrust_spares_counts(enum distrust why)
{
    switch (why) {
    case DISTRUST_UNTIMED:
    case DISTRUST_NAN:
    case DISTRUST_LAPSED:
    case DISTRUST_ZERO: return true;
    case DISTRUST_NONE:
    case DISTRUST_RESETS:
    case DISTRUST_COUNTS:
    case DISTRUST_COUNTER: break;
    }
    return false;
}

static void drop(struct reading *r)
{
    *r = reading_none(STATE_UNRELIABLE);
}

// A total is no number of requests per second, nor is any share of it one of requests.
static void drop_requests(struct stage_diagnosis *out)
{
    out->traffic = out->calls = reading_none(STATE_MISTYPED);
    out->requests = NAN;
    out->stopped = (struct onset){0};
    if (out->errors.state != STATE_MISTYPED) {
        out->errors = reading_none(STATE_ABSENT);
        out->errors_onset = (struct onset){0};
        out->errors_requests = NAN;
    }
}

void distrust_judge(struct stage_diagnosis *out, const struct context *c, int stage)
{
    double resets, samples;
    int errors = c->plan->stages[stage].errors_signal;
    out->distrust = find_distrust(out, c, stage);
    if (out->distrust != DISTRUST_NONE) {
        drop(&out->fast);
        out->fast_onset = (struct onset){0};
    }
    if (distrust_spares_counts(out->distrust)) {
        drop(&out->latency);
        out->onset = (struct onset){0};
    } else if (out->distrust != DISTRUST_NONE) {
        drop(&out->latency);
        drop(&out->traffic);
        out->mean = out->mean_usual = out->requests = out->bound = out->bound_first = NAN;
        out->share = out->calls = reading_none(STATE_UNRELIABLE);
        out->statistic = statistic_of_stage(&c->plan->stages[stage]);
        out->onset = out->stopped = (struct onset){0};
        out->sum_broken = false;
    }
    bool shared = distrust_resets(c, errors, &resets, &samples);
    bool share = distrust_counts_nothing(c, errors) || only_grows(c, errors);
    if (errors >= 0 && (share || shared || out->distrust == DISTRUST_RESETS)) {
        out->errors = reading_none(share ? STATE_MISTYPED : STATE_UNRELIABLE);
        out->errors_mixed = !share && (shared ? mixes(c, errors) : out->mixed);
        out->errors_onset = (struct onset){0};
        out->errors_requests = NAN;
    }
    if (only_grows(c, c->plan->stages[stage].requests_signal)) {
        drop_requests(out);
    }
}

bool distrust_any_root(const struct diagnosis *d, const struct context *c)
{
    bool any = false;
    for (size_t i = 0; i < d->stages_count && !any; i++) {
        any = c->plan->stages[i].parent < 0 && d->stages[i].distrust == DISTRUST_RESETS;
    }
    return any;
}

void distrust_questions(struct diagnosis *d, const struct context *c)
{
    bool any = distrust_any_root(d, c);
    for (size_t i = 0; i < d->stages_count && any; i++) {
        d->stages[i].calls = reading_none(STATE_UNRELIABLE);
    }
}
