#include <math.h>

#include "diagnose/at_cursor.h"
#include "diagnose/context.h"
#include "diagnose/latency_moment.h"

static const double MEANS_LEAST = 0.9; // of the usual points: where more lack a mean, it is useless

double statistic_of(const struct stage *s, const struct dist *d, enum statistic statistic)
{
    double v = NAN;
    switch (statistic) {
    case STATISTIC_P95: v = dist_quantile(d, 0.95).value; break;
    case STATISTIC_MEAN: v = dist_mean(d); break;
    case STATISTIC_VALUE: v = d->value; break;
    case STATISTIC_SHARE: v = dist_quantile(d, 0.95).value; break;
    }
    return v * s->to_seconds;
}

enum statistic statistic_of_stage(const struct stage *s)
{
    bool mean = s->kind == LATENCY_MEAN || s->kind == LATENCY_PAIR || s->count;
    return s->kind == LATENCY_VALUE ? STATISTIC_VALUE : mean ? STATISTIC_MEAN : STATISTIC_P95;
}

// The P95 where it can be known, else the mean: without buckets, quantiles, or the bucket +Inf.
static enum statistic best_statistic(const struct stage *s, const struct dist *d)
{
    enum statistic best = statistic_of_stage(s);
    bool bare = best == STATISTIC_P95 && isnan(dist_quantile(d, 0.95).value);
    return bare && !isnan(dist_mean(d)) ? STATISTIC_MEAN : best;
}

static double past_peak(const struct stage_context *c, struct usual_window window, int64_t slot)
{
    const struct stage *s = &c->context->plan->stages[c->stage];
    const struct matrix *m = context_history(c->context, s->latency_signal, window);
    return m ? matrix_part(m, PART_PEAK, slot) * s->to_seconds : NAN;
}

static double past_value(const void *context, struct usual_window window, int64_t slot)
{
    const struct stage_context *c = context;
    struct dist d;
    if (window.peak) {
        return past_peak(c, window, slot);
    }
    return stage_dist_at(&d, c->context, c->stage, window, slot)
               ? statistic_of(&c->context->plan->stages[c->stage], &d,
                     statistic_of_stage(&c->context->plan->stages[c->stage]))
               : NAN;
}

static double past_mean(const void *context, struct usual_window window, int64_t slot)
{
    const struct stage_context *c = context;
    struct dist d;
    return stage_dist_at(&d, c->context, c->stage, window, slot)
               ? dist_mean(&d) * c->context->plan->stages[c->stage].to_seconds
               : NAN;
}

static enum mark mark_moment(void *context, int64_t slot)
{
    struct latency_case *l = context;
    const struct thresholds *t = l->stage.context->limits;
    struct latency_moment m;
    if (!latency_moment_read(&m, l, slot) || isnan(m.main.now) || m.n < t->requests_least) {
        return MARK_UNKNOWN;
    }
    latency_moment_judge(&m, l);
    if (m.main.severity >= SEVERITY_WARNING) {
        return MARK_BEYOND;
    }
    return latency_moment_is_low(&m.main, t) &&
                   (!m.same_bucket || latency_moment_is_low(&m.mean, t))
               ? MARK_BELOW
               : MARK_BETWEEN;
}

static double live_number(struct latency_case *l, int64_t slot, bool mean)
{
    struct latency_moment m;
    bool known =
        latency_moment_read(&m, l, slot) && !(m.n < l->stage.context->limits->requests_least);
    return !known ? NAN : mean ? m.mean.now : m.main.now;
}

static double live_main(void *context, int64_t slot)
{
    return live_number(context, slot, false);
}

static double live_mean(void *context, int64_t slot)
{
    return live_number(context, slot, true);
}

static struct onset since(struct latency_case *l, const struct latency_moment *m, struct onset o)
{
    const struct context *c = l->stage.context;
    const struct reading *r = m->by_mean ? &m->mean : &m->main;
    const struct rise rise = {.value = m->by_mean ? live_mean : live_main,
        .context = l,
        .usual = r->usual.centre,
        .bound = bounds_of_latency(r, c->limits).warning};
    return onset_rise(c, l->s->latency_signal, o, &rise);
}

static int64_t last_in(const struct matrix *m, int64_t first, int64_t last)
{
    struct dist d;
    for (int64_t slot = last; slot >= first; slot--) {
        if (dist_read(&d, m, slot)) {
            return slot * m->step_ms;
        }
    }
    return 0;
}

static int64_t known_from_ms(const struct context *c, const struct stage *s)
{
    const struct signal_data *data = &c->store->signals[s->latency_signal];
    return data->recent.answered ? data->recent.first * STORE_HISTORY_STEP_MS
                                 : data->live.asked_first * data->live.step_ms;
}

static int64_t last_sample_ms(const struct context *c, const struct stage *s, bool *about)
{
    const struct signal_data *data = &c->store->signals[s->latency_signal];
    const struct history *recent = &data->recent;
    int64_t newest = matrix_slot(&data->live, data->now_ms);
    int64_t last_ms = last_in(&data->live, data->live.asked_first, data->live.asked_last);
    *about = last_ms == 0;
    if (last_ms == 0 && recent->answered) {
        last_ms = last_in(&recent->matrix, recent->first, recent->last);
    }
    if (last_ms == 0 && data->ended_ms <= c->rules.tick_ms) {
        return data->ended_ms;
    }
    bool ended = last_ms > 0 && last_ms < newest * data->live.step_ms;
    int64_t end_ms = ended ? stale_end_ms(c, (int)(s - c->plan->stages)) : 0;
    return end_ms > 0 ? end_ms : ended ? last_ms - plan_outlives_ms(c->plan, s) : last_ms;
}

// What is shown beside an alarm is what alarms.
static void show_mean(struct stage_diagnosis *out, const struct latency_moment *m, bool mean)
{
    if (mean) {
        enum severity severity = out->latency.severity;
        out->latency = m->mean;
        out->latency.severity = severity;
        out->statistic = STATISTIC_MEAN;
    }
}

// Of the two one may be that of weeks and the other that of days, which have other numbers of
// points.
static bool lacks_means(const struct usual *mean, const struct usual *p95)
{
    bool alike = mean->kind == p95->kind || mean->days == 0 || p95->days == 0;
    double expected = alike ? p95->points : (double)p95->points * mean->days / p95->days;
    return mean->points < MEANS_LEAST * expected;
}

static double past_low_sum(const void *context, struct usual_window window, int64_t slot)
{
    const struct stage_context *c = context;
    struct dist d;
    bool known = stage_dist_at(&d, c->context, c->stage, window, slot) && d.count > 0;
    return known ? d.by_sum : NAN;
}

// Where buckets of two layouts are added up, that passes; a sum that is always too low counts
// something else, such as the seconds since the last scrape.
static bool sum_was_low(const struct latency_case *l)
{
    const struct context *c = l->stage.context;
    const struct signal_data *data = &c->store->signals[l->s->latency_signal];
    return usual_of(data, &c->rules, past_low_sum, &l->stage).centre > 0.5;
}

// By the newest sample; where there is none, or no requests, by what there usually is. False when
// there is none.
static bool choose_statistic(struct latency_case *l)
{
    const struct context *c = l->stage.context;
    const struct matrix *live = &c->store->signals[l->s->latency_signal].live;
    struct dist d;
    bool known = dist_read(&d, live, context_slot(c, l->s->latency_signal));
    const struct usual_at at = {USUAL_OF_MAIN, l->s->latency_signal, 0, 0};
    l->usual = context_usual(c, at, past_value, &l->stage);
    l->statistic = known ? best_statistic(l->s, &d) : statistic_of_stage(l->s);
    bool idle = !known || !(d.count > 0);
    if (idle && l->usual.kind == USUAL_NONE && l->usual_mean.kind != USUAL_NONE) {
        l->statistic = STATISTIC_MEAN;
    }
    l->usual = l->statistic == STATISTIC_MEAN ? l->usual_mean : l->usual;
    if (lacks_means(&l->usual_mean, &l->usual) || (known && d.by_sum && sum_was_low(l))) {
        l->usual_mean = reading_none(STATE_OK).usual; // the sum often could not be right
    }
    return known;
}

static void show_shift(
    struct stage_diagnosis *out, const struct latency_moment *m, const struct stage *s)
{
    if (isnan(m->shift.bound) || out->latency.severity < SEVERITY_WARNING) {
        return;
    }
    out->share_bound = m->shift.bound * s->to_seconds;
    out->share = reading_none(STATE_OK);
    out->share.severity = out->latency.severity;
    out->share.now = m->shift.now;
    out->share.low = m->shift.interval.low;
    out->share.high = m->shift.interval.high;
    out->share.usual = m->main.usual;
    out->share.usual.centre = m->shift.usual;
    out->share.usual.spread = NAN;
    reading_compare(&out->share);
    out->statistic = STATISTIC_SHARE;
}

// Wide buckets may hide a trend from the P95; the mean shows it.
static void drift_of_mean(
    struct reading *r, const struct latency_moment *m, const struct thresholds *t)
{
    struct reading mean = m->mean;
    if (r->drift.since_ms == 0) {
        drift_read(&mean, mean.usual.drift, t->latency_floor_s, t->latency_floor_s);
        r->drift = mean.drift;
    }
}

void latency_judge(struct stage_diagnosis *out, const struct context *c, int stage)
{
    const struct stage *s = &c->plan->stages[stage];
    struct latency_case l = {.stage = {.context = c, .stage = stage}, .s = s};
    struct reading *r = &out->latency;
    *r = reading_none(context_state(c, s->latency_signal));
    out->last_ms = last_sample_ms(c, s, &out->last_about);
    out->known_ms = known_from_ms(c, s);
    l.usual_mean = context_usual(
        c, (struct usual_at){USUAL_OF_MEAN, s->latency_signal, 0, 0}, past_mean, &l.stage);
    l.usual_requests = out->traffic.usual.centre * c->window_s;
    struct latency_moment m;
    bool known = choose_statistic(&l);
    r->usual = l.usual;
    out->statistic = l.statistic;
    if (r->state != STATE_OK) {
        return;
    }
    if (!known || !latency_moment_read(&m, &l, context_slot(c, s->latency_signal))) {
        // a quantile of no requests is no number: where they are counted apart, that is known
        bool idle = s->requests_signal >= 0 && stage_rate_now(c, stage) <= 0;
        out->requests = idle ? 0 : NAN;
        r->state = idle ? STATE_NO_TRAFFIC : STATE_NO_DATA;
        return;
    }
    out->requests = m.n;
    bool no_sum = c->store->signals[s->latency_signal].nans >> PART_SUM & 1U;
    out->sum_broken = m.d.broken || (no_sum && m.n > 0);
    out->coarser = m.d.coarser;
    bool guessed = s->unit_guessed && m.d.buckets > 1;
    out->bound = guessed ? m.d.le[m.d.buckets - 2] : NAN;
    out->bound_first = guessed ? m.d.le[0] : NAN;
    out->mean = m.mean.now;
    out->mean_usual = m.mean.usual.centre;
    out->mean_lower = m.mean.usual.lower;
    if (m.n <= 0 || (isnan(m.main.now) && s->kind != LATENCY_VALUE)) {
        r->now = m.main.now;
        r->state = STATE_NO_TRAFFIC;
        return;
    }
    latency_moment_judge(&m, &l);
    *r = m.main;
    if (r->state == STATE_OK) {
        struct onset onset = context_hysteresis(c, s->latency_signal, r, mark_moment, &l);
        onset = since(&l, &m, onset);
        const struct earlier earlier =
            earlier_of(l.statistic == STATISTIC_MEAN ? past_mean : past_value, &l.stage,
                r->usual.centre, bounds_of_latency(r, c->limits).warning, s->slo_p95_s);
        out->onset = onset_earlier(c, s->latency_signal, onset, &earlier);
        double least = c->limits->latency_floor_s;
        drift_read(r, m.main.usual.drift, least, least);
        bool held = r->severity >= SEVERITY_WARNING && m.main.severity < SEVERITY_WARNING;
        bool mean_holds = held && m.same_bucket && !latency_moment_is_low(&m.mean, c->limits);
        show_mean(out, &m, m.by_mean || mean_holds);
        drift_of_mean(r, &m, c->limits);
        show_shift(out, &m, s);
    }
}
