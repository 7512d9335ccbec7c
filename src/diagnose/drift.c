#include "diagnose/drift.h"

#include <math.h>
#include <string.h>

#include "diagnose/context.h"
#include "diagnose/judged.h"
#include "diagnose/stat.h"

enum {
    POINTS_LEAST = 3,
    POINTS_MOST = 64,
    DAYS_LEAST = 3,
    LATE_LEAST = 4,   // of what was level before
    OUTLIER_FROM = 5, // with this many days, one may be off
    PAIRS_MAX = STORE_WEEK_DAYS * (STORE_WEEK_DAYS - 1) / 2,
    REPORTED_MOST = 3,
};

static const double PER_DAY_LEAST = 0.05, WHOLE_LEAST = 1.3, AGREE_LEAST = 0.85, OFF_MOST = 0.6;
static const double AHEAD_MOST = 2; // days; what is further is new today, and no trend

void drift_add(
    struct drift_days *d, int before, const double *values, size_t count, int64_t oldest_ms)
{
    double logs[POINTS_MOST];
    count = count < POINTS_MOST ? count : POINTS_MOST;
    if (count < POINTS_LEAST || d->count == STORE_WEEK_DAYS) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        logs[i] = log(fmax(values[i], 0)); // log(0) is minus infinity, which a median can handle
    }
    double centre = stat_median(logs, count);
    d->days[d->count++] = (struct drift_day){.before = before,
        .log_centre = isfinite(centre) ? centre : NAN,
        .log_spread = isfinite(centre) ? stat_spread(logs, count, centre) : NAN,
        .oldest_ms = oldest_ms};
}

// Sets *AGREE to the share of the pairs of days that go the way of the slope.
static double slope_of(const struct drift_days *d, double *agree)
{
    double slopes[PAIRS_MAX];
    size_t pairs = 0, along = 0;
    for (size_t i = 0; i < d->count; i++) {
        for (size_t k = i + 1; k < d->count; k++) {
            const struct drift_day *newer = &d->days[i], *older = &d->days[k];
            slopes[pairs++] =
                (newer->log_centre - older->log_centre) / (older->before - newer->before);
        }
    }
    double slope = stat_median(slopes, pairs);
    for (size_t i = 0; i < pairs; i++) {
        along += slopes[i] * slope > 0;
    }
    *agree = pairs > 0 ? (double)along / (double)pairs : 0;
    return slope;
}

// How far the days are off the line; with many days the worst one does not count. Sets *TODAY to
// where the line is now.
static double off_line(const struct drift_days *d, double slope, double *today)
{
    double rest[STORE_WEEK_DAYS];
    for (size_t i = 0; i < d->count; i++) {
        rest[i] = d->days[i].log_centre + slope * d->days[i].before;
    }
    *today = stat_median(rest, d->count); // which sorts them
    for (size_t i = 0; i < d->count; i++) {
        rest[i] = fabs(rest[i] - *today);
    }
    double counted = (double)(d->count - (d->count >= OUTLIER_FROM)) / (double)d->count;
    return stat_percentile(rest, d->count, counted);
}

static double spread_within_days(const struct drift_days *d)
{
    double spreads[STORE_WEEK_DAYS];
    for (size_t i = 0; i < d->count; i++) {
        spreads[i] = d->days[i].log_spread;
    }
    return stat_median(spreads, d->count);
}

static bool all_known(const struct drift_days *d)
{
    bool known = true;
    for (size_t i = 0; i < d->count; i++) {
        known = known && !isnan(d->days[i].log_centre) && isfinite(d->days[i].log_spread);
    }
    return known;
}

static struct drift trend_of(const struct drift_days *d)
{
    const struct drift none = {0};
    if (d->count < DAYS_LEAST || !all_known(d)) {
        return none;
    }
    const struct drift_day *first = &d->days[d->count - 1], *last = &d->days[0];
    double agree, today, slope = slope_of(d, &agree), step = fabs(slope);
    bool large =
        step >= log1p(PER_DAY_LEAST) && step * (first->before - last->before) >= log(WHOLE_LEAST);
    bool steady = agree >= AGREE_LEAST && off_line(d, slope, &today) <= OFF_MOST * step &&
                  spread_within_days(d) <= step;
    return large && steady
               ? (struct drift){.per_day = expm1(slope),
                     .since_ms = first->oldest_ms,
                     .rise = exp(today - slope * last->before) - exp(today - slope * first->before),
                     .today = exp(today)}
               : none;
}

struct drift drift_of(const struct drift_days *d)
{
    struct drift_days newest = *d;
    struct drift drift = trend_of(&newest);
    while (drift.since_ms == 0 && newest.count > LATE_LEAST) {
        newest.count--;
        drift = trend_of(&newest);
    }
    return drift;
}

// --- what is reported of it

void drift_read(struct reading *r, struct drift drift, double least, double rise_least)
{
    double way = drift.per_day > 0 ? 1 : -1;
    double beyond = way * (r->now - r->usual.centre), rise = way * drift.rise;
    double ahead = log(r->now / drift.today) / log1p(drift.per_day); // in days
    bool goes_on = beyond >= least && rise >= rise_least && ahead <= AHEAD_MOST;
    r->drift = r->state == STATE_OK && drift.since_ms > 0 && goes_on ? drift : (struct drift){0};
}

// Whether STAGE has risen for days by OF, of which more is bad.
static bool rises(const struct diagnosis *d, int stage, enum signal_class of)
{
    const struct reading *r = judged_reading(&d->stages[stage], of);
    bool bad = signal_types[judged_kind(of)].bad == SIGNAL_BAD_UP;
    return bad && r->state == STATE_OK && r->drift.per_day > 0;
}

// A slower child makes its parent slower too; the trend is reported where it starts.
static bool begins_below(
    const struct diagnosis *d, const struct context *c, int stage, enum signal_class of)
{
    bool any = false;
    for (int i = stage + 1; i < (int)d->stages_count && !any && of != CLASS_SATURATION; i++) {
        int above = c->plan->stages[i].parent;
        while (above >= 0 && above != stage) {
            above = c->plan->stages[above].parent;
        }
        any = above == stage && rises(d, i, of);
    }
    return any;
}

// The COUNT steepest so far, with E among them.
static size_t insert(struct evidence *steepest, size_t count, struct evidence e)
{
    size_t at = count;
    while (at > 0 && steepest[at - 1].a < e.a) {
        at--;
    }
    if (at == REPORTED_MOST) {
        return count;
    }
    size_t moved = (count < REPORTED_MOST ? count : REPORTED_MOST - 1) - at;
    memmove(steepest + at + 1, steepest + at, moved * sizeof *steepest);
    steepest[at] = e;
    return count < REPORTED_MOST ? count + 1 : count;
}

void drift_report(struct diagnosis *d, const struct context *c)
{
    static const enum signal_class signals[] = {
#define SIGNAL(id, ...) CLASS_##id,
#include "config/signal.def"
    };
    struct evidence steepest[REPORTED_MOST];
    size_t count = 0;
    for (size_t k = 0; k < sizeof signals / sizeof *signals; k++) {
        for (int i = 0; i < (int)d->stages_count; i++) {
            if (rises(d, i, signals[k]) && !begins_below(d, c, i, signals[k])) {
                struct drift drift = judged_reading(&d->stages[i], signals[k])->drift;
                count = insert(steepest, count,
                    (struct evidence){.kind = EVIDENCE_DRIFT,
                        .stage = i,
                        .signal = signals[k],
                        .a = drift.per_day,
                        .at_ms = drift.since_ms});
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        verdict_add(&d->verdict, steepest[i]);
    }
}
