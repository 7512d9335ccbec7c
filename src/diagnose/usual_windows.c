#include "diagnose/usual_windows.h"

#include "base/clock.h"

const double USUAL_ALARM_RATIO = 1.3;

enum { SPAN_WINDOWS = 3 }; // of rates, that do not overlap

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
    default: return of_history(store_day(data, window.day));
    }
}

bool window_is_near(struct usual_window window, int64_t at_ms, int64_t near_ms, enum half *half)
{
    *half = window.day < 0 || at_ms <= near_ms ? BEFORE : AFTER;
    return window.day < 0 || (at_ms > near_ms - STORE_NEAR_MS && at_ms <= near_ms + STORE_NEAR_MS);
}

bool window_allows(const struct usual_rules *rules, enum usual_kind kind)
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

struct stretch window_next_day(const struct signal_data *data, const struct usual_rules *rules,
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

int64_t window_time_on(const struct usual_rules *rules, struct usual_window window)
{
    int days = window.day + 1;
    return rules->clock == USUAL_CLOCK_STEADY ? rules->tick_ms - days * (int64_t)CLOCK_DAY_MS
                                              : zone_days_before(rules->zone, rules->tick_ms, days);
}

bool window_clocks_differ(const struct usual_rules *rules)
{
    struct usual_rules steady = *rules;
    steady.clock = USUAL_CLOCK_STEADY;
    bool differ = false;
    for (int day = 0; day < rules->days && !differ && rules->clock == USUAL_CLOCK_EITHER; day++) {
        struct usual_window window = {.day = day};
        differ = window_time_on(rules, window) != window_time_on(&steady, window);
    }
    return differ;
}

void usual_settle_clock(struct usual_rules *rules)
{
    if (rules->clock == USUAL_CLOCK_EITHER && !window_clocks_differ(rules)) {
        rules->clock = USUAL_CLOCK_WALL;
    }
}

// A file begins and ends at one time of day, so there may be two parts.
bool window_saved_part(
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

bool window_is_long_enough(const struct usual_rules *rules, int points, int64_t oldest_ms)
{
    int64_t known_ms = rules->tick_ms - rules->window_ms - oldest_ms;
    return points >= STORE_POINTS_LEAST && known_ms >= SPAN_WINDOWS * rules->window_ms;
}

int64_t usual_span_needed_ms(int64_t window_ms, int64_t step_ms)
{
    int64_t windows = SPAN_WINDOWS * window_ms, points = STORE_POINTS_LEAST * step_ms;
    return window_ms + (windows > points ? windows : points);
}

struct stretch window_start_of(struct stretch s, const struct usual_rules *rules)
{
    int64_t half = (s.last - s.first) / 2, windows = SPAN_WINDOWS * rules->window_ms / s.step_ms;
    int64_t slots = half > windows ? half : windows;
    int64_t end = s.first + (slots > STORE_POINTS_LEAST ? slots : STORE_POINTS_LEAST);
    s.last = s.last < end ? s.last : end;
    return s;
}
