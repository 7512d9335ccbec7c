#include "diagnose/latency_moment.h"

#include <math.h>

#include "diagnose/at_cursor.h"
#include "diagnose/habit.h"
#include "diagnose/notable.h"
#include "diagnose/stat.h"

static const double FAR_MORE = 1.5; // times as much as the P95 has the mean risen
static const double BARE_MEAN = 1.5;
static const double HABIT = 1.15; // spikes differ in height by so much
static const double OPEN = 1.5;   // times the little that is known: that may be worse, or its way
static const double RELATIVE_MOST = 0.35; // what wavers more still alarms at four times usual

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

static struct reading read_value(const struct latency_case *l, double now,
    const struct usual *usual, const struct latency_moment *m)
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
static bool is_resolved(const struct latency_moment *m, const struct latency_case *l)
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
static void find_rise(struct latency_moment *m, const struct latency_case *l)
{
    const struct thresholds *t = l->stage.context->limits;
    bool mean_up = is_up(&m->mean, t);
    bool p95_up = (is_up(&m->main, t) && is_resolved(m, l)) || (is_far(&m->main, t) && mean_up);
    m->by_mean = !p95_up && (m->same_bucket || m->main.beyond) && mean_up;
    m->rose = p95_up || m->by_mean;
}

// How much slower all are by the mean, as long as it is no more than how that wavers; else 1.
static double small_slowdown(const struct latency_moment *m, const struct thresholds *t)
{
    return m->mean.ratio > 1 && !is_up(&m->mean, t) ? m->mean.ratio : 1;
}

static bool is_noise_by(struct latency_moment *m, struct latency_case *l, double chance)
{
    struct thresholds t = *l->stage.context->limits;
    t.chance = chance;
    const struct slower_question q = {.stage = l->stage,
        .usual_p95 = l->usual.centre / l->s->to_seconds,
        .all = m->by_mean,
        .stretch = small_slowdown(m, &t)};
    return slower_is_noise(&l->slower, &q, &m->d, m->n, &t);
}

static bool is_noise(struct latency_moment *m, struct latency_case *l)
{
    const struct thresholds *t = l->stage.context->limits;
    return is_noise_by(m, l, m->n < t->requests_least ? t->chance_odd : t->chance);
}

static double value_at(void *context, int64_t slot)
{
    const struct latency_case *l = context;
    const struct context *c = l->stage.context;
    struct dist d;
    bool known = dist_read(&d, &c->store->signals[l->s->latency_signal].live, slot);
    return known ? statistic_of(l->s, &d, l->statistic) : NAN;
}

bool latency_moment_read(struct latency_moment *m, struct latency_case *l, int64_t slot)
{
    const struct context *c = l->stage.context;
    *m = (struct latency_moment){.rose = false};
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
    if (l->statistic == STATISTIC_VALUE) {
        habit_end(&m->main.usual, &c->store->signals[l->s->latency_signal].live, slot, value_at, l);
    }
    return true;
}

// Of what lies beyond the last bucket only the mean tells how far.
static double ratio_of(const struct latency_moment *m)
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
static bool is_open(struct latency_moment *m, struct latency_case *l)
{
    return m->main.usual.kind == USUAL_SPAN && is_far(&m->main, l->stage.context->limits) &&
           m->main.ratio >= OPEN && !m->same_bucket && is_above_habit(&m->main, l) &&
           !is_noise(m, l);
}

static enum severity calm_severity(struct latency_moment *m, struct latency_case *l)
{
    if (m->main.usual.kind != USUAL_NONE) {
        return is_open(m, l) ? SEVERITY_UNKNOWN : SEVERITY_OK;
    }
    // what is promised holds whatever is usual
    return notable_slo(&m->main, l->s->slo_p95_s) == SLO_WITHIN ? SEVERITY_OK : SEVERITY_UNKNOWN;
}

static void judge_number(struct latency_moment *m, struct latency_case *l)
{
    const struct thresholds *t = l->stage.context->limits;
    struct reading *r = &m->main;
    double slo = l->s->slo_p95_s;
    bool breach = slo > 0 && (isnan(r->low) ? r->now : r->low) > slo;
    bool has_usual = r->usual.kind != USUAL_NONE;
    find_rise(m, l);
    bool weak = r->usual.kind == USUAL_SPAN;
    m->rose = m->rose && has_usual && !(weak && ratio_of(m) < t->ratio_critical) &&
              is_above_habit(&m->main, l);
    bool noise = m->rose && is_noise(m, l);
    r->perhaps = noise && !m->by_mean && !is_noise_by(m, l, t->chance_odd);
    m->rose = m->rose && !noise;
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
static void judge_shift(struct latency_moment *m, struct latency_case *l)
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

void latency_moment_judge(struct latency_moment *m, struct latency_case *l)
{
    judge_number(m, l);
    judge_shift(m, l);
}

bool latency_moment_is_low(const struct reading *r, const struct thresholds *t)
{
    double u = r->usual.centre;
    return !(r->now >= u + t->hysteresis * (bounds_of_latency(r, t).warning - u));
}
