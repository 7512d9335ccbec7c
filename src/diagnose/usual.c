#include "diagnose/usual.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "diagnose/stat.h"

enum {
    POINTS_MAX = 512,
    NEAR_MS = STORE_NEAR_MS,
    FEW_POINTS = 3,
    PERCENTILE_POINTS = 50,
    ALARM_POINTS = 3,
    SPAN_WINDOWS = 3, /**< of rates, that do not overlap */
    PART_SLOTS = 10,  /**< of a part of a window, the fewest */
    PARTS_MOST = 6,
};

static const double ALARM_RATIO = 1.3, ALARM_SPREADS = 4;

/** The half hours before and after the moment, and both. */
enum half { BEFORE, AFTER, BOTH, HALVES };

struct points {
    double values[POINTS_MAX];
    double peaks[POINTS_MAX]; /**< how high each got since the one before */
    enum half halves[POINTS_MAX];
    int parts[POINTS_MAX]; /**< of which stretch each is, in order of time there */
    int count, days;
    int64_t oldest_ms;
};

static struct stretch of_history(const struct history *h)
{
    bool known = h && h->answered;
    return (struct stretch){.matrix = known ? &h->matrix : NULL,
        .first = known ? h->first : 0,
        .last = known ? h->last : -1,
        .step_ms = STORE_HISTORY_STEP_MS};
}

// Not the last one: what is wrong now may have been wrong then.
static struct stretch of_hours_before(const struct history *h)
{
    struct stretch s = of_history(h);
    int64_t last = s.first + 5 * CLOCK_HOUR_MS / STORE_HISTORY_STEP_MS;
    s.last = s.last < last ? s.last : last;
    return s;
}

// Of the span what no rate of now looks at.
static struct stretch of_live(const struct signal_data *data, const struct usual_rules *rules)
{
    const struct matrix *live = &data->live;
    if (live->step_ms <= 0) {
        return (struct stretch){.last = -1};
    }
    int64_t last = (rules->tick_ms - rules->window_ms) / live->step_ms;
    return (struct stretch){.matrix = live,
        .first = live->asked_first,
        .last = last < live->asked_last ? last : live->asked_last,
        .step_ms = live->step_ms};
}

struct stretch usual_stretch(
    const struct signal_data *data, const struct usual_rules *rules, struct usual_window window)
{
    switch (window.day) {
    case USUAL_WINDOW_RECENT: return of_hours_before(&data->recent);
    case USUAL_WINDOW_SAVED: return of_history(data->saved);
    case USUAL_WINDOW_PINNED: return of_history(&data->pinned);
    case USUAL_WINDOW_SPAN: return of_live(data, rules);
    default: return of_history(&data->days[window.day]);
    }
}

// The whole of a window that is no day counts, as one half.
static bool is_near(struct usual_window window, int64_t at_ms, int64_t near_ms, enum half *half)
{
    *half = window.day < 0 || at_ms <= near_ms ? BEFORE : AFTER;
    return window.day < 0 || (at_ms > near_ms - NEAR_MS && at_ms <= near_ms + NEAR_MS);
}

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
        double v = is_near(window, at_ms, near_ms, &half) ? value(context, window, slot) : NAN;
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

static double bound_of(const struct usual *u)
{
    return fmax(ALARM_RATIO * u->centre, u->centre + ALARM_SPREADS * u->spread);
}

// How many points from FROM on were beyond what is usual, one after the other.
static int run_beyond(const struct points *p, const struct usual *u, int from)
{
    double bound = bound_of(u);
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
    return n >= PERCENTILE_POINTS ? stat_percentile(values, n, 0.98)
                                  : stat_percentile(values, n, 1);
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

static bool allows(const struct usual_rules *rules, enum usual_kind kind)
{
    enum baseline_kind b = rules->baseline;
    bool seasonal = b == BASELINE_AUTO || b == BASELINE_SEASONAL;
    switch (kind) {
    case USUAL_WEEK: return seasonal || b == BASELINE_WEEK;
    case USUAL_DAY: return seasonal || b == BASELINE_DAY || b == BASELINE_MEAN;
    case USUAL_RECENT: return b == BASELINE_AUTO || b == BASELINE_RECENT;
    case USUAL_FILE: return b == BASELINE_AUTO || b == BASELINE_FILE;
    case USUAL_PINNED: return b == BASELINE_PINNED;
    case USUAL_SPAN: return b == BASELINE_AUTO;
    case USUAL_NONE: break;
    }
    return false;
}

static bool is_week(enum usual_kind kind, int day)
{
    return kind == USUAL_WEEK ? store_day_is_weekly(day) : day < STORE_WEEK_DAYS;
}

// The next day of KIND after WINDOW whose history is there; without a matrix when there is none.
static struct stretch next_day(const struct signal_data *data, const struct usual_rules *rules,
    enum usual_kind kind, struct usual_window *window)
{
    while (++window->day < rules->days && window->day < STORE_DAYS_MAX) {
        struct stretch s = usual_stretch(data, rules, *window);
        if (s.matrix && is_week(kind, window->day)) {
            return s;
        }
    }
    return (struct stretch){.matrix = NULL};
}

// The same time on the day of WINDOW.
static int64_t time_on(const struct usual_rules *rules, struct usual_window window)
{
    int days = window.day + 1;
    return rules->clock == USUAL_CLOCK_STEADY ? rules->tick_ms - days * (int64_t)CLOCK_DAY_MS
                                              : zone_days_before(rules->zone, rules->tick_ms, days);
}

// Whether the two clocks differ on any day that counts.
static bool clocks_differ(const struct usual_rules *rules)
{
    struct usual_rules steady = *rules;
    steady.clock = USUAL_CLOCK_STEADY;
    bool differ = false;
    for (int day = 0; day < rules->days && !differ && rules->clock == USUAL_CLOCK_EITHER; day++) {
        struct usual_window window = {.day = day};
        differ = time_on(rules, window) != time_on(&steady, window);
    }
    return differ;
}

void usual_settle_clock(struct usual_rules *rules)
{
    if (rules->clock == USUAL_CLOCK_EITHER && !clocks_differ(rules)) {
        rules->clock = USUAL_CLOCK_WALL;
    }
}

static bool has_enough(int points, int days)
{
    return points >= STORE_POINTS_LEAST && days >= STORE_DAYS_LEAST;
}

// Part K of the saved history H: what lies within REACH_MS of the time of day of TICK_MS. The file
// begins and ends at one time of day, so there may be two parts.
static bool saved_part(
    struct stretch h, const struct usual_rules *rules, int64_t reach_ms, int k, struct stretch *out)
{
    const struct zone *zone = rules->zone;
    int64_t tick_ms = rules->tick_ms;
    int64_t first_ms = h.first * STORE_HISTORY_STEP_MS, last_ms = h.last * STORE_HISTORY_STEP_MS;
    int64_t before = (tick_ms - last_ms) / CLOCK_DAY_MS - 1; // days, negative for a newer file
    for (int64_t days = before; days <= before + 3; days++) {
        int64_t at_ms = zone_days_before(zone, tick_ms, (int)days);
        int64_t from_ms = at_ms - reach_ms, to_ms = at_ms + reach_ms;
        if (to_ms >= first_ms && from_ms <= last_ms && k-- == 0) {
            *out = h;
            int64_t from = (from_ms + STORE_HISTORY_STEP_MS - 1) / STORE_HISTORY_STEP_MS;
            int64_t to = to_ms / STORE_HISTORY_STEP_MS;
            out->first = from > h.first ? from : h.first;
            out->last = to < h.last ? to : h.last;
            return true;
        }
    }
    return false;
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
    while ((h = next_day(data, rules, USUAL_DAY, &window)).matrix) {
        int before = p.count;
        collect(&p, h, window, time_on(rules, window), value, context);
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
    while ((h = next_day(data, rules, USUAL_WEEK, &window)).matrix) {
        struct points p = {.oldest_ms = INT64_MAX};
        collect(&p, h, window, time_on(rules, window), value, context);
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
    for (int64_t reach_ms = NEAR_MS; h.matrix && reach_ms <= CLOCK_DAY_MS / 2;
         reach_ms += NEAR_MS) {
        struct points p = {.oldest_ms = INT64_MAX};
        struct stretch part;
        for (int k = 0; saved_part(h, rules, reach_ms, k, &part); k++) {
            collect(&p, part, window, 0, value, context);
        }
        if (p.count >= FEW_POINTS) {
            struct usual u = conclude(&p, USUAL_FILE, rules->baseline);
            u.elsewhen = reach_ms > NEAR_MS;
            return u;
        }
    }
    return unknown;
}

// Whether a span that is known since OLDEST_MS tells what is usual.
static bool is_long_enough(const struct usual_rules *rules, int points, int64_t oldest_ms)
{
    int64_t known_ms = rules->tick_ms - rules->window_ms - oldest_ms;
    return points >= STORE_POINTS_LEAST && known_ms >= SPAN_WINDOWS * rules->window_ms;
}

int64_t usual_span_needed_ms(int64_t window_ms, int64_t step_ms)
{
    int64_t windows = SPAN_WINDOWS * window_ms, points = STORE_POINTS_LEAST * step_ms;
    return window_ms + (windows > points ? windows : points);
}

// How a span began: half of it, or as much as tells what is usual.
static struct stretch start_of(struct stretch s, const struct usual_rules *rules)
{
    int64_t half = (s.last - s.first) / 2, windows = SPAN_WINDOWS * rules->window_ms / s.step_ms;
    int64_t slots = half > windows ? half : windows;
    int64_t end = s.first + (slots > STORE_POINTS_LEAST ? slots : STORE_POINTS_LEAST);
    s.last = s.last < end ? s.last : end;
    return s;
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
    if (!is_long_enough(rules, p.count, p.oldest_ms)) {
        return unknown;
    }
    struct usual all = conclude(&p, USUAL_SPAN, rules->baseline);
    h.first = p.oldest_ms / h.step_ms;
    h = start_of(h, rules);
    collect(&start, h, window, 0, value, context);
    struct usual began = conclude(&start, USUAL_SPAN, rules->baseline);
    if (start.count < STORE_POINTS_LEAST || !(all.centre > bound_of(&began))) {
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
    if (allows(rules, USUAL_WEEK)) {
        week = of_weeks(data, rules, value, context);
    }
    if (allows(rules, USUAL_DAY)) {
        day = of_days(data, rules, value, context);
    }
    return either(week, day);
}

struct usual usual_of(const struct signal_data *data, const struct usual_rules *rules,
    usual_value *value, const void *context)
{
    struct usual u = of_calendar(data, rules, value, context);
    if (clocks_differ(rules)) {
        struct usual_rules steady = *rules;
        steady.clock = USUAL_CLOCK_STEADY;
        u = either(u, of_calendar(data, &steady, value, context));
    }
    if (u.kind != USUAL_NONE) {
        return u;
    }
    if (allows(rules, USUAL_RECENT) || allows(rules, USUAL_PINNED)) {
        u = of_recent(data, rules, value, context);
    }
    if (u.kind == USUAL_NONE && allows(rules, USUAL_FILE)) {
        u = of_file(data, rules, value, context);
    }
    bool span = u.kind == USUAL_NONE && allows(rules, USUAL_SPAN);
    return span ? of_span(data, rules, value, context) : u;
}

/** The counts of one window by half, and both together. */
struct pooled {
    double k[HALVES], n[HALVES];
    double together;
    int slots;
    int64_t oldest_ms;
};

static struct pooled pool(struct stretch h, struct usual_window window, int64_t near_ms,
    usual_count *count, const void *context)
{
    struct pooled p = {.together = 1, .oldest_ms = INT64_MAX};
    double squares = 0;
    for (int64_t slot = h.first; slot <= h.last; slot++) {
        double k, n;
        enum half half;
        if (is_near(window, slot * h.step_ms, near_ms, &half) &&
            count(context, window, slot, &k, &n)) {
            p.k[half] += k;
            p.n[half] += n;
            squares += k * k;
            p.oldest_ms = p.slots++ > 0 ? p.oldest_ms : slot * h.step_ms;
        }
    }
    p.k[BOTH] = p.k[BEFORE] + p.k[AFTER];
    p.n[BOTH] = p.n[BEFORE] + p.n[AFTER];
    if (p.k[BOTH] > 0) { // of single ones it is 1
        p.together = fmax(1, squares / p.k[BOTH] - p.k[BOTH] / p.slots);
    }
    return p;
}

// The median of days; of weeks what half of them reach.
static double middle(double *shares, size_t count, enum usual_kind kind)
{
    double median = stat_median(shares, count); // which sorts them
    return count < STORE_DAYS_LEAST ? NAN : kind == USUAL_WEEK ? shares[(count - 1) / 2] : median;
}

static struct usual_share share_of(enum usual_kind kind, const struct signal_data *data,
    const struct usual_rules *rules, usual_count *count, const void *context)
{
    double shares[HALVES][STORE_DAYS_MAX], together[STORE_DAYS_MAX], n = 0;
    size_t days = 0, known[HALVES] = {0};
    struct usual_window window = {.day = -1};
    struct stretch h;
    while (allows(rules, kind) && (h = next_day(data, rules, kind, &window)).matrix) {
        struct pooled one = pool(h, window, time_on(rules, window), count, context);
        for (int half = 0; half < HALVES; half++) {
            if (one.n[half] > 0) {
                shares[half][known[half]++] = one.k[half] / one.n[half];
            }
        }
        if (one.n[BOTH] > 0) {
            together[days++] = one.together;
            n += one.n[BOTH];
        }
    }
    struct usual_share u = {.share = NAN, .n = n, .together = stat_median(together, days)};
    for (int half = 0; half < HALVES; half++) {
        u.share = fmax(u.share, middle(shares[half], known[half], kind));
    }
    return u;
}

// The part of S from the first slot on that COUNT knows.
static struct stretch known_part(
    struct stretch s, struct usual_window window, usual_count *count, const void *context)
{
    double k, n;
    while (s.first <= s.last && !count(context, window, s.first, &k, &n)) {
        s.first++;
    }
    return s;
}

// Cut into parts, whose median counts, as that of days does: a step or an outage within the window
// is no habit, and what fails then did not come at once by itself.
static struct usual_share share_of_parts(struct stretch all, struct usual_window window,
    const struct usual_rules *rules, usual_count *count, const void *context)
{
    struct usual_share u = {.share = NAN};
    double shares[PARTS_MOST], together[PARTS_MOST];
    int64_t slots = all.last - all.first + 1, oldest_ms = INT64_MAX;
    int64_t parts = slots < 2 * PART_SLOTS            ? 1
                    : slots < PARTS_MOST * PART_SLOTS ? slots / PART_SLOTS
                                                      : PARTS_MOST;
    size_t known = 0;
    int points = 0;
    for (int64_t i = 0; i < parts; i++) {
        struct stretch part = all;
        part.first = all.first + slots * i / parts;
        part.last = all.first + slots * (i + 1) / parts - 1;
        struct pooled p = pool(part, window, 0, count, context);
        points += p.slots;
        oldest_ms = p.oldest_ms < oldest_ms ? p.oldest_ms : oldest_ms;
        if (p.n[BOTH] > 0) {
            shares[known] = p.k[BOTH] / p.n[BOTH];
            together[known++] = p.together;
            u.n += p.n[BOTH] * (double)all.step_ms / STORE_HISTORY_STEP_MS;
        }
    }
    if (window.day == USUAL_WINDOW_SPAN && !is_long_enough(rules, points, oldest_ms)) {
        return (struct usual_share){.share = NAN};
    }
    u.share = stat_median(shares, known);
    u.together = stat_median(together, known);
    return u;
}

static struct usual_share share_of_window(const struct signal_data *data,
    const struct usual_rules *rules, int which, usual_count *count, const void *context)
{
    struct usual_window window = {.day = which};
    struct stretch all = usual_stretch(data, rules, window);
    struct usual_share u = {.share = NAN};
    if (!all.matrix) {
        return u;
    }
    all = known_part(all, window, count, context);
    u = share_of_parts(all, window, rules, count, context);
    if (which != USUAL_WINDOW_SPAN) {
        return u;
    }
    struct usual_share began = share_of_parts(start_of(all, rules), window, rules, count, context);
    u = u.share > ALARM_RATIO * began.share ? began : u;
    u.passing = true;
    return u;
}

static struct usual_share share_of_file(const struct signal_data *data,
    const struct usual_rules *rules, usual_count *count, const void *context)
{
    struct usual_window window = {.day = USUAL_WINDOW_SAVED};
    struct stretch h = usual_stretch(data, rules, window);
    for (int64_t reach_ms = NEAR_MS; h.matrix && reach_ms <= CLOCK_DAY_MS / 2;
         reach_ms += NEAR_MS) {
        struct usual_share u = {.share = 0, .together = 1};
        struct stretch part;
        for (int k = 0; saved_part(h, rules, reach_ms, k, &part); k++) {
            struct pooled one = pool(part, window, 0, count, context);
            u.share += one.k[BOTH];
            u.n += one.n[BOTH];
            u.together = fmax(u.together, one.together);
        }
        if (u.n > 0) {
            u.share /= u.n;
            return u;
        }
    }
    return (struct usual_share){.share = NAN};
}

static struct usual_share higher_share(struct usual_share a, struct usual_share b)
{
    return isnan(b.share) || a.share > b.share ? a : b;
}

static struct usual_share share_of_calendar(const struct signal_data *data,
    const struct usual_rules *rules, usual_count *count, const void *context)
{
    return higher_share(share_of(USUAL_WEEK, data, rules, count, context),
        share_of(USUAL_DAY, data, rules, count, context));
}

struct usual_share usual_share_of(const struct signal_data *data, const struct usual_rules *rules,
    usual_count *count, const void *context)
{
    struct usual_share share = share_of_calendar(data, rules, count, context);
    if (clocks_differ(rules)) {
        struct usual_rules steady = *rules;
        steady.clock = USUAL_CLOCK_STEADY;
        share = higher_share(share, share_of_calendar(data, &steady, count, context));
    }
    if (!isnan(share.share)) {
        return share;
    }
    if (allows(rules, USUAL_RECENT) || allows(rules, USUAL_PINNED)) {
        bool pinned = rules->baseline == BASELINE_PINNED;
        share = share_of_window(
            data, rules, pinned ? USUAL_WINDOW_PINNED : USUAL_WINDOW_RECENT, count, context);
    }
    if (isnan(share.share) && allows(rules, USUAL_FILE)) {
        share = share_of_file(data, rules, count, context);
    }
    bool span = isnan(share.share) && allows(rules, USUAL_SPAN);
    return span ? share_of_window(data, rules, USUAL_WINDOW_SPAN, count, context) : share;
}
