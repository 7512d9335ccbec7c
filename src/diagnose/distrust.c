#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "diagnose/context.h"

enum { MIXED_LEAST = 2, SAMPLES_LEAST = 8, CHANGES_LEAST = 10, COPIES_MOST = 1000 };

static const double RESETS_MOST = 0.25; // of all scrapes: more are no restarts
static const double MIXED_SHARE = 0.12; // of its highest value, which a restart falls below
static const double COPIES_LEAST = 1.8;
static const double FALLS_MOST = 0.05; // of all changes: a gauge falls as often as it rises

// What the answer to QUERY says by LABEL of SIGNAL; NaN: nothing.
static double told_by(const struct context *c, int query, const char *label, int signal)
{
    const struct signal_data *data = &c->store->signals[query];
    int64_t slot = context_slot(c, query);
    for (size_t i = 0; data->condition == CONDITION_ANSWERED && i < data->live.count; i++) {
        const char *its = labels_get(&data->live.series[i].labels, label);
        if (its && strtol(its, NULL, 10) == signal) {
            return ring_get(&data->live.series[i].ring, slot);
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

static void count_changes(const struct history *h, int *changes, int *falls)
{
    double before = NAN;
    for (int64_t slot = h->first; h->answered && slot <= h->last; slot++) {
        double value = matrix_part(&h->matrix, PART_VALUE, slot);
        *changes += fabs(value - before) > 0;
        *falls += value < before;
        before = isnan(value) ? before : value;
    }
}

// Whether it falls as often as a gauge does in the hours before and on earlier days.
static bool fell_before(const struct context *c, int signal)
{
    const struct signal_data *data = &c->store->signals[signal];
    int changes = 0, falls = 0;
    count_changes(&data->recent, &changes, &falls);
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        count_changes(&data->days[day], &changes, &falls);
    }
    return changes >= CHANGES_LEAST && falls > FALLS_MOST * changes;
}

// A gauge that changes and never falls adds something up, unless it only rises just now.
static bool only_grows(const struct context *c, int signal)
{
    double changes = told(c, "changes", signal);
    return changes >= CHANGES_LEAST && told(c, "resets", signal) <= FALLS_MOST * changes &&
           !fell_before(c, signal);
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
        any = was_positive(&data->days[day]);
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

static enum distrust find_distrust(struct stage_diagnosis *out, const struct context *c, int stage)
{
    const struct stage *s = &c->plan->stages[stage];
    bool grows = s->kind == LATENCY_VALUE && s->latency && only_grows(c, s->latency_signal);
    if (s->kind == LATENCY_COUNTER || grows) {
        return DISTRUST_COUNTER;
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
    case DISTRUST_COUNTER: break;
    }
    return false;
}

static void drop(struct reading *r)
{
    *r = reading_none(STATE_UNRELIABLE);
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
    if (errors >= 0 && (shared || out->distrust == DISTRUST_RESETS)) {
        drop(&out->errors);
        out->errors_onset = (struct onset){0};
        out->errors_requests = NAN;
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
