#include "poll/past.h"

#include "base/clock.h"
#include "poll/due.h"

// To the hour but for what may still come late: the span goes on from there.
enum { RECENT_FROM_MS = 6 * CLOCK_HOUR_MS, RECENT_TO_MS = 15 * CLOCK_MINUTE_MS };

static int64_t hour_of(const struct agenda *a)
{
    return a->tick_ms / CLOCK_HOUR_MS * CLOCK_HOUR_MS;
}

// Half an hour around every moment of this hour, so that the window serves until the hour ends.
// Where clocks were changed since, both hours that may be meant by it: see enum usual_clock.
static void day_window(const struct agenda *a, int day, int64_t *first, int64_t *last)
{
    if (a->hour->hour_ms != hour_of(a)) {
        a->hour->hour_ms = hour_of(a);
        for (int i = 0; i < STORE_DAYS_MAX; i++) {
            a->hour->before_ms[i] = zone_days_before(a->scope->zone, hour_of(a), i + 1);
        }
    }
    int64_t wall = a->hour->before_ms[day];
    int64_t steady = hour_of(a) - (day + 1) * (int64_t)CLOCK_DAY_MS;
    int64_t from = wall < steady ? wall : steady, to = wall > steady ? wall : steady;
    *first = (from - CLOCK_HOUR_MS / 2) / STORE_HISTORY_STEP_MS;
    *last = (to + 3 * CLOCK_HOUR_MS / 2) / STORE_HISTORY_STEP_MS;
}

// The last week day by day, and before that the same weekday.
static bool day_wanted(const struct agenda *a, int day)
{
    int64_t range = a->scope->baseline_range_ms / CLOCK_DAY_MS;
    if (day >= (range > 1 ? range : 1)) {
        return false;
    }
    switch (a->scope->baseline) {
    case BASELINE_AUTO:
    case BASELINE_SEASONAL: return day < STORE_WEEK_DAYS || store_day_is_weekly(day);
    case BASELINE_WEEK: return store_day_is_weekly(day);
    case BASELINE_DAY:
    case BASELINE_MEAN: return day < STORE_WEEK_DAYS;
    case BASELINE_RECENT:
    case BASELINE_FILE:
    case BASELINE_PINNED: break;
    }
    return false;
}

// Beyond the server's memory there was nothing a while ago, and there still is not.
static bool is_beyond(const struct agenda *a, int i, int day)
{
    const struct signal_progress *s = &a->signals[i];
    int64_t age = a->tick_ms - s->end_ms;
    return s->days_end > 0 && day >= s->days_end && age >= 0 && age < CLOCK_DAY_MS;
}

static bool day_unknown(const struct agenda *a, int i, int day, int64_t *first, int64_t *last)
{
    const struct history *h = &a->store->signals[i].days[day];
    day_window(a, day, first, last);
    return (!h->answered || h->first != *first) && !is_beyond(a, i, day);
}

static bool day_missing(const struct agenda *a, int i, int day, int64_t *first, int64_t *last)
{
    bool doubted = a->store->signals[i].days[day].doubted && !is_beyond(a, i, day);
    return day_unknown(a, i, day, first, last) || doubted;
}

// History waits for the present: a server that refuses the one need not be asked for the other.
static bool is_answered(const struct agenda *a, int i)
{
    return a->store->signals[i].now_ms > 0;
}

// A server that is slow to remember one signal is not to hold up the present, nor the others.
static bool has_room(const struct agenda *a, int i)
{
    return !(a->held && a->held[i]) &&
           (a->history_most == 0 || a->history_busy < a->history_most) &&
           (a->history_each == 0 || a->signals[i].history_busy < a->history_each);
}

// Day by day over all signals: two days of each are worth more than seven of one.
static bool next_of_day(struct agenda *a, int day, struct ask *out)
{
    for (size_t i = 0; i < a->count; i++) {
        int64_t first, last;
        struct progress *p = &a->signals[i].days[day];
        if (plan_has_past(a->plan, (int)i) && is_answered(a, (int)i) && has_room(a, (int)i) &&
            day_missing(a, (int)i, day, &first, &last) && due_past(a, p, first)) {
            *out = (struct ask){
                .purpose = ASK_DAY, .index = (int)i, .day = day, .first = first, .last = last};
            due_start_past(a, p, first, out);
            return true;
        }
    }
    return false;
}

bool past_days_settled(const struct agenda *a, int i)
{
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        int64_t first, last;
        const struct progress *p = &a->signals[i].days[day];
        if (day_wanted(a, day) && day_missing(a, i, day, &first, &last) &&
            !due_past_settled(a, p, first)) {
            return false;
        }
    }
    return true;
}

static bool has_samples(const struct history *h)
{
    for (int64_t slot = h->first; h->answered && slot <= h->last; slot++) {
        if (matrix_has_sample(&h->matrix, slot)) {
            return true;
        }
    }
    return false;
}

void past_doubt(struct agenda *a, struct store *store, int i)
{
    struct history *days = store->signals[i].days;
    bool older = false, settled = past_days_settled(a, i);
    for (int day = STORE_DAYS_MAX - 1; settled && day >= 0; day--) {
        bool samples = has_samples(&days[day]);
        if (days[day].answered && older && !samples) {
            days[day].doubted = true;
            due_put_off(&a->signals[i].days[day]);
        }
        older = older || samples;
    }
}

void past_learn(struct agenda *a, int i)
{
    struct signal_progress *s = &a->signals[i];
    if (!past_days_settled(a, i)) {
        return;
    }
    int end = 0, asked = 0;
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        int64_t first, last;
        if (day_wanted(a, day) && !is_beyond(a, i, day)) {
            if (day_unknown(a, i, day, &first, &last)) {
                return; // it failed, so nothing is known of it
            }
            end = has_samples(&a->store->signals[i].days[day]) ? day + 1 : end;
            asked = day + 1;
        }
    }
    if (end > 0 && end < asked) {
        s->days_end = end;
        s->end_ms = a->tick_ms;
    }
}

// Looked at anew only when it may have changed: this is asked at every turn, of every signal.
static bool days_suffice(const struct agenda *a, int i)
{
    const struct signal_data *data = &a->store->signals[i];
    struct signal_progress *s = &a->signals[i];
    uint64_t version = 0;
    for (int day = 0; day < STORE_WEEK_DAYS; day++) {
        version += data->days[day].version;
    }
    if (s->days_seen.tick_ms != a->tick_ms || s->days_seen.version != version) {
        s->days_seen.tick_ms = a->tick_ms;
        s->days_seen.version = version;
        s->days_seen.enough = store_days_suffice(data, a->scope->zone, STORE_WEEK_DAYS, a->tick_ms);
    }
    return s->days_seen.enough;
}

// When it ended is in the hours before, where its days are known.
static bool has_ended(const struct agenda *a, int i)
{
    const struct signal_data *data = &a->store->signals[i];
    const struct matrix *live = &data->live;
    bool empty =
        live->count == 0 && live->asked_last - live->asked_first + 1 >= (int64_t)live->slots;
    bool ended = false;
    for (int day = 0; empty && !ended && day < STORE_WEEK_DAYS; day++) {
        ended = has_samples(&data->days[day]);
    }
    return ended;
}

static bool recent_missing(const struct agenda *a, int i, int64_t *first, int64_t *last)
{
    const struct history *h = &a->store->signals[i].recent;
    *first = (hour_of(a) - RECENT_FROM_MS) / STORE_HISTORY_STEP_MS;
    *last = (hour_of(a) - RECENT_TO_MS) / STORE_HISTORY_STEP_MS;
    enum baseline_kind kind = a->scope->baseline;
    bool wanted = kind == BASELINE_RECENT || (kind == BASELINE_AUTO && !days_suffice(a, i));
    return (wanted || has_ended(a, i)) && (!h->answered || h->first != *first || h->doubted);
}

static bool next_recent(struct agenda *a, int i, struct ask *out)
{
    int64_t first, last;
    if (!plan_has_past(a->plan, i) || !is_answered(a, i) || !has_room(a, i) ||
        !past_days_settled(a, i) || !recent_missing(a, i, &first, &last) ||
        !due_past(a, &a->signals[i].recent, first)) {
        return false;
    }
    *out = (struct ask){.purpose = ASK_RECENT, .index = i, .first = first, .last = last};
    due_start_past(a, &a->signals[i].recent, first, out);
    return true;
}

static bool pinned_missing(const struct agenda *a, int i, int64_t *first, int64_t *last)
{
    const struct history *h = &a->store->signals[i].pinned;
    *first = (a->scope->pin_ms - a->scope->pin_reach_ms) / STORE_HISTORY_STEP_MS;
    *last = a->scope->pin_ms / STORE_HISTORY_STEP_MS;
    return a->scope->baseline == BASELINE_PINNED &&
           (!h->answered || h->first != *first || h->last != *last || h->doubted);
}

static bool next_pinned(struct agenda *a, int i, struct ask *out)
{
    int64_t first, last;
    if (!plan_has_past(a->plan, i) || !is_answered(a, i) || !has_room(a, i) ||
        !pinned_missing(a, i, &first, &last) || !due_past(a, &a->signals[i].pinned, first)) {
        return false;
    }
    *out = (struct ask){.purpose = ASK_PINNED, .index = i, .first = first, .last = last};
    due_start_past(a, &a->signals[i].pinned, first, out);
    return true;
}

bool past_next(struct agenda *a, struct ask *out)
{
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        if (day_wanted(a, day) && next_of_day(a, day, out)) {
            return true;
        }
    }
    for (size_t i = 0; i < a->count; i++) {
        if (next_recent(a, (int)i, out)) {
            return true;
        }
    }
    for (size_t i = 0; i < a->count; i++) {
        if (next_pinned(a, (int)i, out)) {
            return true;
        }
    }
    return false;
}

bool past_settled(const struct agenda *a, int i)
{
    int64_t first, last;
    const struct signal_progress *s = &a->signals[i];
    if (!plan_has_past(a->plan, i) || !is_answered(a, i)) {
        return true;
    }
    return past_days_settled(a, i) &&
           (!recent_missing(a, i, &first, &last) || due_past_settled(a, &s->recent, first)) &&
           (!pinned_missing(a, i, &first, &last) || due_past_settled(a, &s->pinned, first));
}
