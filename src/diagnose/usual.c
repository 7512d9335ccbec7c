#include "diagnose/usual.h"

#include <math.h>
#include <stdlib.h>

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

static bool is_week(enum usual_kind kind, int day)
{
    return kind == USUAL_WEEK ? store_day_is_weekly(day) : day < STORE_WEEK_DAYS;
}

// The next day of KIND after DAY whose history is there; NULL when there is none.
static const struct history *next_day(const struct signal_data *data,
    const struct usual_rules *rules, enum usual_kind kind, struct usual_window *window)
{
    while (++window->day < rules->days && window->day < STORE_DAYS_MAX) {
        const struct history *h = usual_history(data, *window);
        if (h && is_week(kind, window->day)) {
            return h;
        }
    }
    return NULL;
}

static bool has_enough(int points, int days)
{
    return points >= STORE_POINTS_LEAST && days >= STORE_DAYS_LEAST;
}

static const struct usual unknown = {.kind = USUAL_NONE, .centre = NAN, .spread = NAN};

static struct usual of_days(const struct signal_data *data, const struct usual_rules *rules,
    usual_value *value, const void *context)
{
    struct points p = {.oldest_ms = INT64_MAX};
    struct usual_window window = {.day = -1};
    const struct history *h;
    while ((h = next_day(data, rules, USUAL_DAY, &window))) {
        int64_t near_ms = clock_days_before(rules->tick_ms, window.day + 1);
        collect(&p, h, window, near_ms, value, context);
    }
    return has_enough(p.count, p.days) ? conclude(&p, USUAL_DAY, rules->baseline) : unknown;
}

static int ascending(const void *a, const void *b)
{
    double x = ((const struct usual *)a)->centre, y = ((const struct usual *)b)->centre;
    return (x > y) - (x < y);
}

static struct usual of_weeks(const struct signal_data *data, const struct usual_rules *rules,
    usual_value *value, const void *context)
{
    struct usual weeks[STORE_DAYS_MAX / STORE_WEEK_DAYS], u = unknown;
    struct usual_window window = {.day = -1};
    const struct history *h;
    int count = 0, points = 0;
    while ((h = next_day(data, rules, USUAL_WEEK, &window))) {
        struct points p = {.oldest_ms = INT64_MAX};
        collect(&p, h, window, clock_days_before(rules->tick_ms, window.day + 1), value, context);
        if (p.count > 0) {
            points += p.count;
            weeks[count++] = conclude(&p, USUAL_WEEK, rules->baseline);
        }
    }
    if (has_enough(points, count)) {
        int64_t oldest_ms = weeks[count - 1].oldest_ms;
        qsort(weeks, (size_t)count, sizeof *weeks, ascending);
        u = weeks[(count - 1) / 2];
        u.points = points;
        u.days = count;
        u.oldest_ms = oldest_ms;
    }
    return u;
}

static struct usual of_recent(const struct signal_data *data, const struct usual_rules *rules,
    usual_value *value, const void *context)
{
    struct usual_window window = {.day = -1};
    const struct history *h = usual_history(data, window);
    struct points p = {.oldest_ms = INT64_MAX};
    if (h) {
        collect(&p, h, window, 0, value, context);
    }
    return p.count >= STORE_POINTS_LEAST ? conclude(&p, USUAL_RECENT, rules->baseline) : unknown;
}

struct usual usual_of(const struct signal_data *data, const struct usual_rules *rules,
    usual_value *value, const void *context)
{
    struct usual week = unknown, day = unknown;
    if (allows(rules, USUAL_WEEK)) {
        week = of_weeks(data, rules, value, context);
    }
    if (allows(rules, USUAL_DAY)) {
        day = of_days(data, rules, value, context);
    }
    if (week.kind != USUAL_NONE && day.kind != USUAL_NONE) {
        struct usual higher = day.centre > week.centre ? day : week;
        higher.spread = fmax(day.spread, week.spread); // a week's own hour wavers less than days do
        return higher;
    }
    if (week.kind != USUAL_NONE || day.kind != USUAL_NONE) {
        return week.kind != USUAL_NONE ? week : day;
    }
    return allows(rules, USUAL_RECENT) ? of_recent(data, rules, value, context) : unknown;
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

static struct usual_share share_of(enum usual_kind kind, const struct signal_data *data,
    const struct usual_rules *rules, usual_count *count, const void *context)
{
    double shares[STORE_DAYS_MAX], n = 0;
    size_t days = 0;
    struct usual_window window = {.day = -1};
    const struct history *h;
    while (allows(rules, kind) && (h = next_day(data, rules, kind, &window))) {
        int64_t near_ms = clock_days_before(rules->tick_ms, window.day + 1);
        struct usual_share one = pool(h, window, near_ms, count, context);
        if (one.n > 0) {
            shares[days++] = one.share;
            n += one.n;
        }
    }
    if (days < STORE_DAYS_LEAST) {
        return (struct usual_share){.share = NAN};
    }
    double median = stat_median(shares, days); // which sorts them
    return (struct usual_share){
        .share = kind == USUAL_WEEK ? shares[(days - 1) / 2] : median, .n = n};
}

struct usual_share usual_share_of(const struct signal_data *data, const struct usual_rules *rules,
    usual_count *count, const void *context)
{
    struct usual_share week = share_of(USUAL_WEEK, data, rules, count, context);
    struct usual_share day = share_of(USUAL_DAY, data, rules, count, context);
    if (!isnan(week.share) || !isnan(day.share)) {
        return isnan(day.share) || week.share > day.share ? week : day;
    }
    struct usual_window window = {.day = -1};
    const struct history *recent = usual_history(data, window);
    if (allows(rules, USUAL_RECENT) && recent) {
        return pool(recent, window, 0, count, context);
    }
    return (struct usual_share){.share = NAN};
}
