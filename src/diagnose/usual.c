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

static void collect(struct points *p, const struct history *h, struct usual_window window,
    int64_t near_ms, usual_value *value, const void *context)
{
    int before = p->count;
    for (int64_t slot = h->first; slot <= h->last && p->count < POINTS_MAX; slot++) {
        int64_t at_ms = slot * STORE_HISTORY_STEP_MS;
        bool near = window.day < 0 || (at_ms >= near_ms - NEAR_MS && at_ms <= near_ms + NEAR_MS);
        double v = near ? value(context, window, slot) : NAN;
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

struct usual usual_of(const struct signal_data *data, const struct usual_rules *rules,
    usual_value *value, const void *context)
{
    struct points p = {.oldest_ms = INT64_MAX};
    for (int day = 0; rules->baseline != BASELINE_RECENT && day < rules->days; day++) {
        struct usual_window window = {.day = day};
        const struct history *h = usual_history(data, window);
        if (h) {
            int64_t near = rules->tick_ms - (day + 1) * (int64_t)CLOCK_DAY_MS;
            collect(&p, h, window, near, value, context);
        }
    }
    bool enough = p.count >= STORE_POINTS_LEAST && p.days >= STORE_DAYS_LEAST;
    if (enough) {
        return conclude(&p, USUAL_DAY, rules->baseline);
    }
    const struct history *recent = usual_history(data, (struct usual_window){.day = -1});
    bool may_be_recent = rules->baseline == BASELINE_AUTO || rules->baseline == BASELINE_RECENT;
    p = (struct points){.oldest_ms = INT64_MAX};
    if (may_be_recent && recent) {
        collect(&p, recent, (struct usual_window){.day = -1}, 0, value, context);
        if (p.count >= STORE_POINTS_LEAST) {
            return conclude(&p, USUAL_RECENT, rules->baseline);
        }
    }
    return (struct usual){.kind = USUAL_NONE, .centre = NAN, .spread = NAN};
}
