#include <math.h>

#include "diagnose/at_cursor.h"
#include "diagnose/context.h"
#include "diagnose/notable.h"
#include "diagnose/slower.h"
#include "diagnose/stat.h"

static const double FAR_MORE = 1.5; // times as much as the P95 has the mean risen
static const double BARE_MEAN = 1.5;
static const double HABIT = 1.15;      // spikes differ in height by so much
static const double MEANS_LEAST = 0.9; // of the usual points: where more lack a mean, it is useless
static const double OPEN = 1.5; // times the little that is known: that may be worse, or its way
static const double RELATIVE_MOST = 0.35; // what wavers more still alarms at four times usual

/** A stage whose moments are judged, and what is usual of it, in seconds. */
struct latency_case {
    struct stage_context stage;
    const struct stage *s;
    enum statistic statistic;
    struct usual usual, usual_mean; /**< of that; of the mean */
    double usual_requests;          /**< in a window; NaN: not known */
    struct slower slower;
};

/** One moment of it. */
struct moment {
    struct dist d;
    double n; /**< requests in the window; NaN: not known */
    struct reading main, mean;
    bool same_bucket;   /**< the present P95 lies in the bucket of the usual one */
    bool by_mean;       /**< the mean rose, and the P95 could not tell */
    struct shift shift; /**< where neither did: more requests than usual beyond a bound */
    bool rose;
};

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

static double relative(const struct usual *u)
{
    return u->centre > 0 ? u->spread / u->centre : NAN;
}

// Times vary by factors: the spread is one of the logarithm, widened so that a linear score reaches
// the alarm where the logarithmic one would. A P95 wavers no less than the mean, also where a wide
// bucket hides it; a few very slow requests move a mean by more than its median deviation tells,
// and without buckets beside it nobody sees them. Of fewer requests than usual either wavers more,
// as the root of their number.
static double spread_of(const struct usual *u, const struct latency_case *l, double n, bool bare)
{
    const struct thresholds *t = l->stage.context->limits;
    double fewer = l->usual_requests > n && n > 0 ? sqrt(l->usual_requests / n) : 1;
    double by = fewer * (bare ? BARE_MEAN : 1);
    double wavers = fmin(RELATIVE_MOST, fmax(relative(u), relative(&l->usual_mean)) * by);
    double wide = u->centre * expm1(t->score_warning * wavers) / t->score_warning;
    return fmax(wide, fmax(0.05 * u->centre, t->latency_floor_s));
}

static struct reading read_value(
    const struct latency_case *l, double now, const struct usual *usual, const struct moment *m)
{
    struct reading r = reading_none(STATE_OK);
    r.now = now;
    r.usual = *usual;
    r.spread = spread_of(usual, l, m->n, l->statistic == STATISTIC_MEAN);
    reading_compare(&r);
    return r;
}

// The quantile's own uncertainty: the ranks that n requests leave open, read off the same buckets.
static void set_interval(struct reading *r, const struct dist *d, double n, double to_seconds)
{
    struct dist_quantile p95 = dist_quantile(d, 0.95);
    r->beyond = p95.beyond;
    if (isnan(p95.low)) {
        return;
    }
    double rank_error = n > 0 ? STAT_Z95 * sqrt(0.95 * 0.05 / n) : 0;
    double low = dist_quantile(d, fmax(0, 0.95 - rank_error)).value;
    struct dist_quantile high = dist_quantile(d, fmin(1, 0.95 + rank_error));
    r->low = fmin(low, p95.value) * to_seconds;
    r->high = p95.beyond || high.beyond ? NAN : fmax(high.value, p95.value) * to_seconds;
}

static bool is_far(const struct reading *r, const struct thresholds *t)
{
    return r->ratio >= t->ratio_warning && r->now - r->usual.centre >= t->latency_floor_s;
}

static bool is_up(const struct reading *r, const struct thresholds *t)
{
    return is_far(r, t) && r->score >= t->score_warning;
}

static double bucket_end(const struct dist *d, double value)
{
    size_t i = 0;
    while (i < d->buckets && d->le[i] < value) {
        i++;
    }
    return i < d->buckets ? d->le[i] : NAN;
}

// Whether buckets alone cannot have made the rise: the lower bound of the present P95's bucket is
// far above the end of the usual one's, or a bucket lies between them and the mean is halfway up,
// too. From one bucket to the next is a small step that a wide one makes look large.
static bool is_resolved(const struct moment *m, const struct latency_case *l)
{
    const struct thresholds *t = l->stage.context->limits;
    double to_seconds = l->s->to_seconds, usual = m->main.usual.centre;
    bool useless_sum = m->d.by_sum && l->usual_mean.kind == USUAL_NONE;
    double low = m->d.mixed && !useless_sum ? 0 : dist_quantile(&m->d, 0.95).low * to_seconds;
    double end = bucket_end(&m->d, usual / to_seconds) * to_seconds;
    if (isnan(low)) {
        return true; // there are no buckets
    }
    bool moved = !(m->mean.ratio < 1 + (t->ratio_warning - 1) / 2);
    return low >= t->ratio_warning * end || (low > end && low >= t->ratio_warning * usual && moved);
}

// A rise of the P95 counts when buckets alone cannot have made it, or the mean, which knows no
// buckets, is up as well. Where the two P95 lie in one bucket, the mean alone tells.
static void find_rise(struct moment *m, const struct latency_case *l)
{
    const struct thresholds *t = l->stage.context->limits;
    bool mean_up = is_up(&m->mean, t);
    bool p95_up = (is_up(&m->main, t) && is_resolved(m, l)) || (is_far(&m->main, t) && mean_up);
    m->by_mean = !p95_up && (m->same_bucket || m->main.beyond) && mean_up;
    m->rose = p95_up || m->by_mean;
}

// How much slower all are by the mean, as long as it is no more than how that wavers; else 1.
static double small_slowdown(const struct moment *m, const struct thresholds *t)
{
    return m->mean.ratio > 1 && !is_up(&m->mean, t) ? m->mean.ratio : 1;
}

static bool is_noise(struct moment *m, struct latency_case *l)
{
    struct thresholds t = *l->stage.context->limits;
    t.chance = m->n < t.requests_least ? t.chance_odd : t.chance; // what is odd is no alarm
    const struct slower_question q = {.stage = l->stage,
        .usual_p95 = l->usual.centre / l->s->to_seconds,
        .all = m->by_mean,
        .stretch = small_slowdown(m, &t)};
    return slower_is_noise(&l->slower, &q, &m->d, m->n, &t);
}

// False when there is no sample.
static bool read_moment(struct moment *m, const struct latency_case *l, int64_t slot)
{
    const struct context *c = l->stage.context;
    *m = (struct moment){.rose = false};
    if (!dist_read(&m->d, &c->store->signals[l->s->latency_signal].live, slot)) {
        return false;
    }
    m->n = stage_rate_live(c, l->stage.stage, slot) * c->window_s;
    m->main = read_value(l, statistic_of(l->s, &m->d, l->statistic), &l->usual, m);
    m->mean = read_value(l, dist_mean(&m->d) * l->s->to_seconds, &l->usual_mean, m);
    struct dist_quantile p95 = dist_quantile(&m->d, 0.95);
    m->same_bucket = l->usual.centre >= p95.low * l->s->to_seconds &&
                     l->usual.centre <= p95.high * l->s->to_seconds;
    set_interval(&m->main, &m->d, m->n, l->s->to_seconds);
    return true;
}

// Of what lies beyond the last bucket only the mean tells how far.
static double ratio_of(const struct moment *m)
{
    return m->by_mean       ? m->mean.ratio
           : m->main.beyond ? fmax(m->main.ratio, m->mean.ratio)
                            : m->main.ratio;
}

// A number without counts behind it may jump as it pleases: it has to be beyond what it was before.
static bool is_above_habit(const struct reading *r, const struct latency_case *l)
{
    const struct thresholds *t = l->stage.context->limits;
    struct reading habit = *r;
    habit.now = r->usual.high;
    reading_compare(&habit);
    double least = r->usual.high * (is_up(&habit, t) ? HABIT : 1);
    return l->statistic != STATISTIC_VALUE || !(r->now <= least);
}

// Far above the little that is known, and by more than chance makes, though no alarm yet.
static bool is_open(struct moment *m, struct latency_case *l)
{
    return m->main.usual.kind == USUAL_SPAN && is_far(&m->main, l->stage.context->limits) &&
           m->main.ratio >= OPEN && !m->same_bucket && is_above_habit(&m->main, l) &&
           !is_noise(m, l);
}

static enum severity calm_severity(struct moment *m, struct latency_case *l)
{
    if (m->main.usual.kind != USUAL_NONE) {
        return is_open(m, l) ? SEVERITY_UNKNOWN : SEVERITY_OK;
    }
    // what is promised holds whatever is usual
    return notable_slo(&m->main, l->s->slo_p95_s) == SLO_WITHIN ? SEVERITY_OK : SEVERITY_UNKNOWN;
}

static void judge_moment(struct moment *m, struct latency_case *l)
{
    const struct thresholds *t = l->stage.context->limits;
    struct reading *r = &m->main;
    double slo = l->s->slo_p95_s;
    bool breach = slo > 0 && (isnan(r->low) ? r->now : r->low) > slo;
    bool has_usual = r->usual.kind != USUAL_NONE;
    find_rise(m, l);
    bool weak = r->usual.kind == USUAL_SPAN;
    m->rose = m->rose && has_usual && !(weak && ratio_of(m) < t->ratio_critical) &&
              is_above_habit(&m->main, l) && !is_noise(m, l);
    m->by_mean = m->by_mean && m->rose && !breach;
    double ratio = ratio_of(m);
    if (m->n < t->requests_least) {
        r->state = STATE_TOO_FEW;
        r->odd = breach || m->rose;
    } else if (breach || (m->rose && ratio >= t->ratio_critical && !weak)) {
        r->severity = SEVERITY_CRITICAL;
    } else if (m->rose) {
        r->severity = SEVERITY_WARNING;
    } else {
        r->state = has_usual ? STATE_OK : STATE_NO_BASELINE;
        r->severity = calm_severity(m, l);
    }
}

// The slowest twentieth may be as ever, or little worse, while the rest is not: a cache that
// collapses, a canary.
static void judge_shift(struct moment *m, struct latency_case *l)
{
    const struct thresholds *t = l->stage.context->limits;
    const struct slower_question q = {.stage = l->stage, .all = true, .stretch = 1};
    m->shift.bound = NAN;
    bool worse = m->mean.ratio >= t->ratio_critical;
    bool follows = !worse || m->by_mean || m->mean.ratio < FAR_MORE * m->main.ratio;
    bool judged =
        m->main.severity == SEVERITY_CRITICAL || (m->main.severity == SEVERITY_WARNING && follows);
    if (m->main.state != STATE_OK || judged || l->statistic != STATISTIC_P95 ||
        l->usual.kind == USUAL_SPAN ||
        !(m->mean.score >= t->score_warning)) { // days differ by more than counts tell
        return;
    }
    m->shift = slower_shift(&l->slower, &q, &m->d, m->n, t);
    if (!isnan(m->shift.bound)) {
        m->main.severity = worse ? SEVERITY_CRITICAL : SEVERITY_WARNING;
    }
}

static bool is_low(const struct reading *r, const struct thresholds *t)
{
    double u = r->usual.centre;
    return !(r->now >= u + t->hysteresis * (bounds_of_latency(r, t).warning - u));
}

static enum mark mark_moment(void *context, int64_t slot)
{
    struct latency_case *l = context;
    const struct thresholds *t = l->stage.context->limits;
    struct moment m;
    if (!read_moment(&m, l, slot) || isnan(m.main.now) || m.n < t->requests_least) {
        return MARK_UNKNOWN;
    }
    judge_moment(&m, l);
    judge_shift(&m, l);
    if (m.main.severity >= SEVERITY_WARNING) {
        return MARK_BEYOND;
    }
    return is_low(&m.main, t) && (!m.same_bucket || is_low(&m.mean, t)) ? MARK_BELOW : MARK_BETWEEN;
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
static void show_mean(struct stage_diagnosis *out, const struct moment *m, bool mean)
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
    if (lacks_means(&l->usual_mean, &l->usual)) {
        l->usual_mean = reading_none(STATE_OK).usual; // the sum often could not be right
    }
    return known;
}

static void show_shift(struct stage_diagnosis *out, const struct moment *m, const struct stage *s)
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
static void drift_of_mean(struct reading *r, const struct moment *m, const struct thresholds *t)
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
    struct moment m;
    bool known = choose_statistic(&l);
    r->usual = l.usual;
    out->statistic = l.statistic;
    if (r->state != STATE_OK) {
        return;
    }
    if (!known || !read_moment(&m, &l, context_slot(c, s->latency_signal))) {
        // a quantile of no requests is no number: where they are counted apart, that is known
        bool idle = s->requests_signal >= 0 && stage_rate_now(c, stage) <= 0;
        out->requests = idle ? 0 : NAN;
        r->state = idle ? STATE_NO_TRAFFIC : STATE_NO_DATA;
        return;
    }
    out->requests = m.n;
    out->sum_broken = m.d.broken;
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
    judge_moment(&m, &l);
    judge_shift(&m, &l);
    *r = m.main;
    if (r->state == STATE_OK) {
        struct onset onset = context_hysteresis(c, s->latency_signal, r, mark_moment, &l);
        const struct earlier earlier =
            earlier_of(l.statistic == STATISTIC_MEAN ? past_mean : past_value, &l.stage,
                r->usual.centre, bounds_of_latency(r, c->limits).warning, s->slo_p95_s);
        out->onset = onset_earlier(c, s->latency_signal, onset, &earlier);
        double least = c->limits->latency_floor_s;
        drift_read(r, m.main.usual.drift, least, least);
        bool held = r->severity >= SEVERITY_WARNING && m.main.severity < SEVERITY_WARNING;
        bool mean_holds = held && m.same_bucket && !is_low(&m.mean, c->limits);
        show_mean(out, &m, m.by_mean || mean_holds);
        drift_of_mean(r, &m, c->limits);
        show_shift(out, &m, s);
    }
}
