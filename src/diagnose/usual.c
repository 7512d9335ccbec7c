#include "diagnose/usual.h"

#include <math.h>

#include "base/clock.h"
#include "diagnose/stat.h"

enum { POINTS_MAX = 512, NEAR_MS = CLOCK_HOUR_MS / 2 };

struct points {
    double values[POINTS_MAX];
    int count, days;
    int64_t oldest_ms;
};

const struct history *usual_history(const struct signal_data *data, struct usual_window window)
{
    const struct history *h = window.day < 0 ? &data->recent : &data->days[window.day];
    return h->answered ? h : NULL;
}

static bool is_near(struct usual_window window, int64_t slot, int64_t near_ms)
{
    int64_t at_ms = slot * STORE_HISTORY_STEP_MS;
    return window.day < 0 || (at_ms >= near_ms - NEAR_MS && at_ms <= near_ms + NEAR_MS);
}

static void collect(struct points *p, const struct history *h, struct usual_window window,
    int64_t near_ms, usual_value *value, const void *context)
{
    int before = p->count;
    for (int64_t slot = h->first; slot <= h->last && p->count < POINTS_MAX; slot++) {
        int64_t at_ms = slot * STORE_HISTORY_STEP_MS;
        double v = is_near(window, slot, near_ms) ? value(context, window, slot) : NAN;
        if (!isnan(v)) {
            p->values[p->count++] = v;
            p->oldest_ms = at_ms < p->oldest_ms ? at_ms : p->oldest_ms;
        }
    }
    p->days += p->count > before;
}

static struct usual conclude(struct points *p, enum usual_kind kind, enum baseline_kind baseline)
{
    struct usual u = {.kind = kind, .points = p->count, .days = p->days, .oldest_ms = p->oldest_ms};
    size_t n = (size_t)p->count;
    u.centre = baseline == BASELINE_MEAN ? stat_mean(p->values, n) : stat_median(p->values, n);
    u.spread = stat_spread(p->values, n, u.centre);
    return u;
}

static void collect_days(struct points *p, const struct signal_data *data,
    const struct usual_rules *rules, bool weekly, usual_value *value, const void *context)
{
    *p = (struct points){.oldest_ms = INT64_MAX};
    for (int day = 0; day < rules->days && day < STORE_DAYS_MAX; day++) {
        struct usual_window window = {.day = day};
        const struct history *h = usual_history(data, window);
        bool counts = weekly ? store_day_is_weekly(day) : day < STORE_WEEK_DAYS;
        if (h && counts) {
            int64_t near = clock_days_before(rules->tick_ms, day + 1);
            collect(p, h, window, near, value, context);
        }
    }
}

static bool allows(const struct usual_rules *rules, enum usual_kind kind)
{
    enum baseline_kind b = rules->baseline;
    bool seasonal = b == BASELINE_AUTO || b == BASELINE_SEASONAL;
    switch (kind) {
    case USUAL_WEEK: return seasonal || b == BASELINE_WEEK;
    case USUAL_DAY: return seasonal || b == BASELINE_DAY || b == BASELINE_MEAN;
    case USUAL_RECENT: return b == BASELINE_AUTO || b == BASELINE_RECENT;
    case USUAL_NONE: break;
    }
    return false;
}

struct usual usual_of(const struct signal_data *data, const struct usual_rules *rules,
    usual_value *value, const void *context)
{
    struct points p;
    for (enum usual_kind kind = USUAL_WEEK; kind <= USUAL_DAY; kind++) {
        if (allows(rules, kind)) {
            collect_days(&p, data, rules, kind == USUAL_WEEK, value, context);
            if (p.count >= STORE_POINTS_LEAST && p.days >= STORE_DAYS_LEAST) {
                return conclude(&p, kind, rules->baseline);
            }
        }
    }
    struct usual_window window = {.day = -1};
    const struct history *recent = usual_history(data, window);
    if (allows(rules, USUAL_RECENT) && recent) {
        p = (struct points){.oldest_ms = INT64_MAX};
        collect(&p, recent, window, 0, value, context);
        if (p.count >= STORE_POINTS_LEAST) {
            return conclude(&p, USUAL_RECENT, rules->baseline);
        }
    }
    return (struct usual){.kind = USUAL_NONE, .centre = NAN, .spread = NAN};
}

// The share of one window; N is 0 where nothing is known.
static struct usual_share pool(const struct history *h, struct usual_window window, int64_t near_ms,
    usual_count *count, const void *context)
{
    double ks = 0, ns = 0;
    for (int64_t slot = h->first; slot <= h->last; slot++) {
        double k, n;
        if (is_near(window, slot, near_ms) && count(context, window, slot, &k, &n)) {
            ks += k;
            ns += n;
        }
    }
    return (struct usual_share){.share = ks / ns, .n = ns};
}

static struct usual_share share_of_days(const struct signal_data *data,
    const struct usual_rules *rules, bool weekly, usual_count *count, const void *context)
{
    double shares[STORE_DAYS_MAX];
    size_t days = 0;
    double n = 0;
    for (int day = 0; day < rules->days && day < STORE_DAYS_MAX; day++) {
        struct usual_window window = {.day = day};
        const struct history *h = usual_history(data, window);
        if (h && (weekly ? store_day_is_weekly(day) : day < STORE_WEEK_DAYS)) {
            int64_t near = clock_days_before(rules->tick_ms, day + 1);
            struct usual_share one = pool(h, window, near, count, context);
            if (one.n > 0) {
                shares[days++] = one.share;
                n += one.n;
            }
        }
    }
    bool enough = days >= STORE_DAYS_LEAST;
    return (struct usual_share){.share = enough ? stat_median(shares, days) : NAN, .n = n};
}

struct usual_share usual_share_of(const struct signal_data *data, const struct usual_rules *rules,
    usual_count *count, const void *context)
{
    for (enum usual_kind kind = USUAL_WEEK; kind <= USUAL_DAY; kind++) {
        if (allows(rules, kind)) {
            struct usual_share u = share_of_days(data, rules, kind == USUAL_WEEK, count, context);
            if (!isnan(u.share)) {
                return u;
            }
        }
    }
    struct usual_window window = {.day = -1};
    const struct history *recent = usual_history(data, window);
    if (allows(rules, USUAL_RECENT) && recent) {
        return pool(recent, window, 0, count, context);
    }
    return (struct usual_share){.share = NAN};
}
