#include "diagnose/usual.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "diagnose/stat.h"
#include "diagnose/usual_windows.h"

enum {
    POINTS_MAX = 512,
    FEW_POINTS = 3,
    ALARM_POINTS = 3,
};

static const double ALARM_SPREADS = 4;

struct points {
    double values[POINTS_MAX];
    double peaks[POINTS_MAX]; /**< how high each got since the one before */
    enum half halves[POINTS_MAX];
    int parts[POINTS_MAX]; /**< of which stretch each is, in order of time there */
    int count, days;
    int64_t oldest_ms;
};

static struct usual_window at_peak(struct usual_window window)
{
    window.peak = true;
    return window;
}

static void collect(struct points *p, struct stretch s, struct usual_window window, int64_t near_ms,
    usual_value *value, const void *context)
{
    int before = p->count;
    bool peaks = matrix_has_part(s.matrix, PART_PEAK);
    for (int64_t slot = s.first; slot <= s.last && p->count < POINTS_MAX; slot++) {
        int64_t at_ms = slot * s.step_ms;
        enum half half;
        double v =
            window_is_near(window, at_ms, near_ms, &half) ? value(context, window, slot) : NAN;
        if (!isnan(v)) {
            p->parts[p->count] = p->days;
            p->halves[p->count] = half;
            p->peaks[p->count] = peaks ? fmax(v, value(context, at_peak(window), slot)) : v;
            p->values[p->count++] = v;
            p->oldest_ms = at_ms < p->oldest_ms ? at_ms : p->oldest_ms;
        }
    }
    p->days += p->count > before;
}

// The points of a half; none where it has less than a quarter of them.
static size_t points_of(const struct points *p, enum half half, double *values)
{
    size_t n = 0;
    for (int i = 0; i < p->count; i++) {
        if (half == BOTH || p->halves[i] == half) {
            values[n++] = p->values[i];
        }
    }
    return 4 * n >= (size_t)p->count ? n : 0;
}

double usual_alarm(const struct usual *u)
{
    return fmax(USUAL_ALARM_RATIO * u->centre, u->centre + ALARM_SPREADS * u->spread);
}

// How many points from FROM on were beyond what is usual, one after the other.
static int run_beyond(const struct points *p, const struct usual *u, int from)
{
    double bound = usual_alarm(u);
    int count = 0;
    while (from + count < p->count && p->parts[from + count] == p->parts[from] &&
           p->values[from + count] > bound) {
        count++;
    }
    return count;
}

// Points beyond the bound for a quarter of an hour were an alarm, and do not make a habit.
static double high_of(const struct points *p, const struct usual *u)
{
    double values[POINTS_MAX];
    size_t n = 0;
    for (int i = 0; i < p->count;) {
        int run = run_beyond(p, u, i);
        int end = i + (run > 0 ? run : 1);
        for (; i < end; i++) {
            values[n] = p->peaks[i];
            n += run < ALARM_POINTS;
        }
    }
    return stat_percentile(values, n, 0.98); // of fewer than fifty the highest
}

// What is usual in either half counts, and how it wavers: where a busy hour begins or ends, both
// are.
static struct usual conclude(
    const struct points *p, enum usual_kind kind, enum baseline_kind baseline)
{
    struct usual u = {.kind = kind, .points = p->count, .days = p->days, .oldest_ms = p->oldest_ms};
    double values[POINTS_MAX];
    u.low = stat_percentile(values, points_of(p, BOTH, values), 0.02);
    u.centre = u.spread = u.lower = NAN;
    for (int half = 0; half < HALVES; half++) {
        size_t n = points_of(p, half, values);
        double centre = baseline == BASELINE_MEAN ? stat_mean(values, n) : stat_median(values, n);
        u.centre = fmax(u.centre, centre); // fmax ignores NaN
        u.lower = fmin(u.lower, centre);
    }
    for (int half = 0; half < HALVES; half++) {
        size_t n = points_of(p, half, values);
        u.spread = fmax(u.spread, stat_spread(values, n, u.centre));
    }
    u.high = high_of(p, &u);
    return u;
}

static bool has_enough(int points, int days)
{
    return points >= STORE_POINTS_LEAST && days >= STORE_DAYS_LEAST;
}

static const struct usual unknown = {
    .kind = USUAL_NONE, .centre = NAN, .spread = NAN, .lower = NAN};

static struct usual of_days(const struct signal_data *data, const struct usual_rules *rules,
    usual_value *value, const void *context)
{
    struct points p = {.oldest_ms = INT64_MAX};
    struct drift_days days = {.count = 0};
    struct usual_window window = {.day = -1};
    struct stretch h;
    while ((h = window_next_day(data, rules, USUAL_DAY, &window)).matrix) {
        int before = p.count;
        collect(&p, h, window, window_time_on(rules, window), value, context);
        drift_add(
            &days, window.day + 1, p.values + before, (size_t)(p.count - before), p.oldest_ms);
    }
    if (!has_enough(p.count, p.days)) {
        return unknown;
    }
    struct usual u = conclude(&p, USUAL_DAY, rules->baseline);
    u.drift = drift_of(&days);
    return u;
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
    struct stretch h;
    int count = 0, points = 0;
    while ((h = window_next_day(data, rules, USUAL_WEEK, &window)).matrix) {
        struct points p = {.oldest_ms = INT64_MAX};
        collect(&p, h, window, window_time_on(rules, window), value, context);
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

_Static_assert(STORE_PIN_LEAST_MS >= FEW_POINTS * STORE_HISTORY_STEP_MS, "a pin finds its points");

static struct usual of_recent(const struct signal_data *data, const struct usual_rules *rules,
    usual_value *value, const void *context)
{
    bool pinned = rules->baseline == BASELINE_PINNED;
    struct usual_window window = {.day = pinned ? USUAL_WINDOW_PINNED : USUAL_WINDOW_RECENT};
    struct stretch h = usual_stretch(data, rules, window);
    struct points p = {.oldest_ms = INT64_MAX};
    if (h.matrix) {
        collect(&p, h, window, 0, value, context);
    }
    if (p.count < (pinned ? FEW_POINTS : STORE_POINTS_LEAST)) {
        return unknown;
    }
    return conclude(&p, pinned ? USUAL_PINNED : USUAL_RECENT, rules->baseline);
}

static struct usual of_file(const struct signal_data *data, const struct usual_rules *rules,
    usual_value *value, const void *context)
{
    struct usual_window window = {.day = USUAL_WINDOW_SAVED};
    struct stretch h = usual_stretch(data, rules, window);
    for (int64_t reach_ms = STORE_NEAR_MS; h.matrix && reach_ms <= CLOCK_DAY_MS / 2;
         reach_ms += STORE_NEAR_MS) {
        struct points p = {.oldest_ms = INT64_MAX};
        struct stretch part;
        for (int k = 0; window_saved_part(h, rules, reach_ms, k, &part); k++) {
            collect(&p, part, window, 0, value, context);
        }
        if (p.count >= FEW_POINTS) {
            struct usual u = conclude(&p, USUAL_FILE, rules->baseline);
            u.elsewhen = reach_ms > STORE_NEAR_MS;
            return u;
        }
    }
    return unknown;
}

// A service that is new: what it was like since then, if that is long enough. Where most of it is
// beyond how it began, an incident lasts for longer than the calm before it.
static struct usual of_span(const struct signal_data *data, const struct usual_rules *rules,
    usual_value *value, const void *context)
{
    struct usual_window window = {.day = USUAL_WINDOW_SPAN};
    struct stretch h = usual_stretch(data, rules, window);
    struct points p = {.oldest_ms = INT64_MAX}, start = p;
    if (h.matrix) {
        collect(&p, h, window, 0, value, context);
    }
    if (!window_is_long_enough(rules, p.count, p.oldest_ms)) {
        return unknown;
    }
    struct usual all = conclude(&p, USUAL_SPAN, rules->baseline);
    h.first = p.oldest_ms / h.step_ms;
    h = window_start_of(h, rules);
    collect(&start, h, window, 0, value, context);
    struct usual began = conclude(&start, USUAL_SPAN, rules->baseline);
    if (start.count < STORE_POINTS_LEAST || !(all.centre > usual_alarm(&began))) {
        return all;
    }
    began.start_ms = (h.last - h.first) * h.step_ms;
    return began;
}

// Either of the two is usual, and wavers as the one does that wavers more.
static struct usual either(struct usual a, struct usual b)
{
    if (a.kind == USUAL_NONE || b.kind == USUAL_NONE) {
        return a.kind == USUAL_NONE ? b : a;
    }
    struct usual higher = b.centre > a.centre ? b : a;
    higher.spread = fmax(a.spread, b.spread); // a week's own hour wavers less than days do
    higher.high = fmax(a.high, b.high);
    higher.low = fmin(a.low, b.low);
    higher.lower = fmin(a.lower, b.lower);
    higher.drift = a.drift.since_ms > 0 ? a.drift : b.drift;
    return higher;
}

// Of earlier weeks and of the last days.
static struct usual of_calendar(const struct signal_data *data, const struct usual_rules *rules,
    usual_value *value, const void *context)
{
    struct usual week = unknown, day = unknown;
    if (window_allows(rules, USUAL_WEEK)) {
        week = of_weeks(data, rules, value, context);
    }
    if (window_allows(rules, USUAL_DAY)) {
        day = of_days(data, rules, value, context);
    }
    return either(week, day);
}

struct usual usual_of(const struct signal_data *data, const struct usual_rules *rules,
    usual_value *value, const void *context)
{
    struct usual u = of_calendar(data, rules, value, context);
    if (window_clocks_differ(rules)) {
        struct usual_rules steady = *rules;
        steady.clock = USUAL_CLOCK_STEADY;
        u = either(u, of_calendar(data, &steady, value, context));
    }
    if (u.kind != USUAL_NONE) {
        return u;
    }
    if (window_allows(rules, USUAL_RECENT) || window_allows(rules, USUAL_PINNED)) {
        u = of_recent(data, rules, value, context);
    }
    if (u.kind == USUAL_NONE && window_allows(rules, USUAL_FILE)) {
        u = of_file(data, rules, value, context);
    }
    bool span = u.kind == USUAL_NONE && window_allows(rules, USUAL_SPAN);
    return span ? of_span(data, rules, value, context) : u;
}
