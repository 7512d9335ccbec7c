#include "poll/agenda.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "poll/beside.h"

enum { DOUBLINGS_MAX = 12, SPAN = -1 /* the window of the span, which moves on */ };

enum { RECENT_FROM_MS = 6 * CLOCK_HOUR_MS, RECENT_TO_MS = CLOCK_HOUR_MS };

void agenda_init(struct agenda *a, const struct plan *plan, const struct store *store)
{
    *a = (struct agenda){
        .plan = plan, .store = store, .count = plan->signals_count, .opened = -1, .exemplars = -1};
    a->signals = mem_zalloc(a->count, sizeof *a->signals);
    a->hour = mem_zalloc(1, sizeof *a->hour);
}

void agenda_finish(struct agenda *a)
{
    free(a->signals);
    free(a->hour);
    *a = (struct agenda){0};
}

static bool is_looked_into(const struct agenda *a, int stage)
{
    if (!a->stages || stage >= 0) {
        return a->stages && a->stages[stage];
    }
    for (size_t i = 0; i < a->plan->stages_count; i++) {
        if (a->stages[i]) {
            return true;
        }
    }
    return false;
}

bool agenda_asks(const struct agenda *a, int i)
{
    const struct signal *s = &a->plan->signals[i];
    return s->expr && (!s->deep || is_looked_into(a, s->stage));
}

int64_t agenda_clock_ms(const struct agenda *a)
{
    return a->tick_ms + a->ahead_ms;
}

// A moment that stands still is asked for until it is known, and then no more.
static bool now_due(const struct agenda *a, int i)
{
    const struct progress *p = &a->signals[i].now;
    const struct signal_data *data = &a->store->signals[i];
    bool known = data->condition == CONDITION_ANSWERED && data->now_ms == a->tick_ms;
    return !p->busy && p->tick_ms < agenda_clock_ms(a) && (p->tick_ms == 0 || !known);
}

static void start(struct agenda *a, struct progress *p, struct ask *ask)
{
    p->busy = true;
    p->tick_ms = agenda_clock_ms(a);
    ask->tick_ms = a->tick_ms;
    if (ask->purpose >= ASK_DAY) {
        a->history_busy++;
        a->signals[ask->index].history_busy++;
    }
    ask->recorded = ask->purpose >= ASK_DAY && a->plan->signals[ask->index].recorded && !p->raw;
}

static int64_t patience_ms(const struct agenda *a, const struct progress *p)
{
    int doublings = p->tries - 1 < DOUBLINGS_MAX ? p->tries - 1 : DOUBLINGS_MAX;
    int64_t ms = a->plan->refresh_ms << doublings;
    return ms < CLOCK_HOUR_MS ? ms : CLOCK_HOUR_MS;
}

// What WINDOW of the past was like does not change: who was refused it asks more and more rarely.
bool agenda_past_due(const struct agenda *a, const struct progress *p, int64_t window)
{
    return !p->busy && (p->tries == 0 || p->window != window ||
                           p->tick_ms + patience_ms(a, p) <= agenda_clock_ms(a));
}

static bool past_settled(const struct agenda *a, const struct progress *p, int64_t window)
{
    return !p->busy && (a->past_fails || !agenda_past_due(a, p, window));
}

void agenda_start_past(struct agenda *a, struct progress *p, int64_t window, struct ask *ask)
{
    p->tries = p->window == window ? p->tries + 1 : 1;
    p->window = window;
    start(a, p, ask);
}

static void start_now(struct agenda *a, int i, struct ask *out)
{
    struct signal_progress *s = &a->signals[i];
    const struct signal_data *data = &a->store->signals[i];
    const struct matrix *live = &data->live;
    int64_t slot = matrix_slot(live, a->tick_ms);
    bool gap = live->asked_first <= live->asked_last && live->asked_last < slot - 1;
    bool failed = s->by_range && data->now_ms < s->now.tick_ms; // what it hides is asked for later
    *out =
        (struct ask){.purpose = ASK_NOW, .index = i, .first = slot, .last = slot, .present = true};
    s->by_range = gap && !failed && plan_has_past(a->plan, i);
    if (s->by_range) { // after sleep or an outage one answers for what was missed and for now
        int64_t oldest = slot - (int64_t)live->slots + 1;
        out->purpose = ASK_SPAN;
        out->first = live->asked_last + 1 > oldest ? live->asked_last + 1 : oldest;
    }
    start(a, &s->now, out);
}

static bool next_now(struct agenda *a, int i, struct ask *out)
{
    if (!agenda_asks(a, i) || !now_due(a, i)) {
        return false;
    }
    start_now(a, i, out);
    return true;
}

// Each time another: one may be all that the source does not answer.
bool agenda_probe(struct agenda *a, struct ask *out)
{
    for (size_t i = 1; i <= a->count; i++) {
        size_t at = (a->probe + i) % a->count;
        if (agenda_asks(a, (int)at) && !a->signals[at].now.busy) {
            a->probe = at;
            start_now(a, (int)at, out);
            return true;
        }
    }
    return false;
}

void agenda_look(struct agenda *a, struct store *store)
{
    for (size_t i = 0; i < a->count; i++) {
        struct signal_progress *s = &a->signals[i];
        struct signal_data *data = &store->signals[i];
        bool asked = agenda_asks(a, (int)i), anew = asked && !s->looked_at;
        s->looked_at = asked;
        if (!a->plan->signals[i].deep || !a->plan->signals[i].expr) {
            continue;
        }
        if (!asked) {
            data->condition = CONDITION_ASKING; // what was known of it grows old
        } else if (anew && data->now_ms > 0 && data->now_ms >= a->tick_ms) {
            data->condition = CONDITION_ANSWERED;
        } else if (anew && !s->now.busy) {
            s->now.tick_ms = 0;
        }
    }
}

static bool span_wanted(const struct agenda *a, int i, int64_t *first)
{
    const struct matrix *live = &a->store->signals[i].live;
    *first = matrix_slot(live, a->tick_ms) - (int64_t)live->slots + 1;
    return live->asked_first <= live->asked_last && live->asked_first > *first;
}

static bool next_span(struct agenda *a, int i, struct ask *out)
{
    int64_t first;
    // the span ends where the newest answer begins, so that one has to be there
    if (!(plan_has_past(a->plan, i) || beside_has_span(a, i)) ||
        !agenda_past_due(a, &a->signals[i].span, SPAN) || !span_wanted(a, i, &first)) {
        return false;
    }
    *out = (struct ask){.purpose = ASK_SPAN,
        .index = i,
        .first = first,
        .last = a->store->signals[i].live.asked_first - 1};
    agenda_start_past(a, &a->signals[i].span, SPAN, out);
    return true;
}

static int64_t hour_of(const struct agenda *a)
{
    return a->tick_ms / CLOCK_HOUR_MS * CLOCK_HOUR_MS;
}

// Half an hour around every moment of this hour, so that the window serves until the hour ends.
static void day_window(const struct agenda *a, int day, int64_t *first, int64_t *last)
{
    if (a->hour->hour_ms != hour_of(a)) {
        a->hour->hour_ms = hour_of(a);
        for (int i = 0; i < STORE_DAYS_MAX; i++) {
            a->hour->before_ms[i] = clock_days_before(hour_of(a), i + 1);
        }
    }
    int64_t hour = a->hour->before_ms[day];
    *first = (hour - CLOCK_HOUR_MS / 2) / STORE_HISTORY_STEP_MS;
    *last = (hour + 3 * CLOCK_HOUR_MS / 2) / STORE_HISTORY_STEP_MS;
}

// The last week day by day, and before that the same weekday.
static bool day_wanted(const struct agenda *a, int day)
{
    int64_t range = a->plan->config->baseline_range_ms / CLOCK_DAY_MS;
    if (day >= (range > 1 ? range : 1)) {
        return false;
    }
    switch (a->plan->baseline) {
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

static bool day_missing(const struct agenda *a, int i, int day, int64_t *first, int64_t *last)
{
    const struct history *h = &a->store->signals[i].days[day];
    day_window(a, day, first, last);
    return (!h->answered || h->first != *first) && !is_beyond(a, i, day);
}

// History waits for the present: a server that refuses the one need not be asked for the other.
static bool is_answered(const struct agenda *a, int i)
{
    return a->store->signals[i].now_ms > 0;
}

// A server that is slow to remember one signal is not to hold up the present, nor the others.
static bool has_room(const struct agenda *a, int i)
{
    return (a->history_most == 0 || a->history_busy < a->history_most) &&
           (a->history_each == 0 || a->signals[i].history_busy < a->history_each);
}

// Day by day over all signals: two days of each are worth more than seven of one.
static bool next_day(struct agenda *a, int day, struct ask *out)
{
    for (size_t i = 0; i < a->count; i++) {
        int64_t first, last;
        struct progress *p = &a->signals[i].days[day];
        if (plan_has_past(a->plan, (int)i) && is_answered(a, (int)i) && has_room(a, (int)i) &&
            day_missing(a, (int)i, day, &first, &last) && agenda_past_due(a, p, first)) {
            *out = (struct ask){
                .purpose = ASK_DAY, .index = (int)i, .day = day, .first = first, .last = last};
            agenda_start_past(a, p, first, out);
            return true;
        }
    }
    return false;
}

bool agenda_days_settled(const struct agenda *a, int i)
{
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        int64_t first, last;
        const struct progress *p = &a->signals[i].days[day];
        if (day_wanted(a, day) && day_missing(a, i, day, &first, &last) &&
            !past_settled(a, p, first)) {
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

void agenda_learn(struct agenda *a, int i)
{
    struct signal_progress *s = &a->signals[i];
    if (!agenda_days_settled(a, i)) {
        return;
    }
    int end = 0, asked = 0;
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        int64_t first, last;
        if (day_wanted(a, day) && !is_beyond(a, i, day)) {
            if (day_missing(a, i, day, &first, &last)) {
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
        s->days_seen.enough = store_days_suffice(data, STORE_WEEK_DAYS, a->tick_ms);
    }
    return s->days_seen.enough;
}

static bool recent_missing(const struct agenda *a, int i, int64_t *first, int64_t *last)
{
    const struct history *h = &a->store->signals[i].recent;
    *first = (hour_of(a) - RECENT_FROM_MS) / STORE_HISTORY_STEP_MS;
    *last = (hour_of(a) - RECENT_TO_MS) / STORE_HISTORY_STEP_MS;
    enum baseline_kind kind = a->plan->baseline;
    bool wanted = kind == BASELINE_RECENT || (kind == BASELINE_AUTO && !days_suffice(a, i));
    return wanted && (!h->answered || h->first != *first);
}

static bool next_recent(struct agenda *a, int i, struct ask *out)
{
    int64_t first, last;
    if (!plan_has_past(a->plan, i) || !is_answered(a, i) || !has_room(a, i) ||
        !agenda_days_settled(a, i) || !recent_missing(a, i, &first, &last) ||
        !agenda_past_due(a, &a->signals[i].recent, first)) {
        return false;
    }
    *out = (struct ask){.purpose = ASK_RECENT, .index = i, .first = first, .last = last};
    agenda_start_past(a, &a->signals[i].recent, first, out);
    return true;
}

static bool pinned_missing(const struct agenda *a, int i, int64_t *first, int64_t *last)
{
    const struct history *h = &a->store->signals[i].pinned;
    *first = (a->plan->pin_ms - a->plan->pin_reach_ms) / STORE_HISTORY_STEP_MS;
    *last = a->plan->pin_ms / STORE_HISTORY_STEP_MS;
    return a->plan->baseline == BASELINE_PINNED &&
           (!h->answered || h->first != *first || h->last != *last);
}

static bool next_pinned(struct agenda *a, int i, struct ask *out)
{
    int64_t first, last;
    if (!plan_has_past(a->plan, i) || !is_answered(a, i) || !has_room(a, i) ||
        !pinned_missing(a, i, &first, &last) || !agenda_past_due(a, &a->signals[i].pinned, first)) {
        return false;
    }
    *out = (struct ask){.purpose = ASK_PINNED, .index = i, .first = first, .last = last};
    agenda_start_past(a, &a->signals[i].pinned, first, out);
    return true;
}

static bool next_signal(
    struct agenda *a, bool (*next)(struct agenda *, int, struct ask *), struct ask *out)
{
    for (size_t i = 0; i < a->count; i++) {
        if (next(a, (int)i, out)) {
            return true;
        }
    }
    return false;
}

static bool next_beside(struct agenda *a, struct ask *out)
{
    return next_signal(a, next_span, out) || next_signal(a, beside_next_then, out) ||
           next_signal(a, beside_next_each, out);
}

bool agenda_next(struct agenda *a, struct ask *out)
{
    if (next_signal(a, next_now, out) || (!a->past_rests && next_beside(a, out)) ||
        next_signal(a, beside_next_exemplars, out)) {
        return true;
    }
    if (a->history_held || a->past_rests) {
        return false;
    }
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        if (day_wanted(a, day) && next_day(a, day, out)) {
            return true;
        }
    }
    return next_signal(a, next_recent, out) || next_signal(a, next_pinned, out);
}

static struct progress *progress_of(const struct agenda *a, const struct ask *ask)
{
    struct signal_progress *s = &a->signals[ask->index];
    switch (ask->purpose) {
    case ASK_DAY: return &s->days[ask->day];
    case ASK_THEN: return &s->then;
    case ASK_EACH: return &s->each;
    case ASK_EXEMPLARS: return &s->exemplars;
    case ASK_RECENT: return &s->recent;
    case ASK_PINNED: return &s->pinned;
    case ASK_SPAN: return ask->present ? &s->now : &s->span;
    case ASK_NOW:
    case ASK_SERVER:
    case ASK_SCRAPE:
    case ASK_LABELS:
    case ASK_NAMES:
    case ASK_INTERVAL:
    case ASK_TYPE:
    case ASK_QUERY:
    case ASK_WORDS: break;
    }
    return &s->now;
}

void agenda_done(struct agenda *a, const struct ask *ask)
{
    progress_of(a, ask)->busy = false;
    if (ask->purpose >= ASK_DAY) {
        a->history_busy--;
        a->signals[ask->index].history_busy--;
    }
}

void agenda_unask(struct agenda *a, const struct ask *ask)
{
    progress_of(a, ask)->tries = 0;
}

void agenda_note(struct agenda *a, const struct ask *ask, bool failed)
{
    progress_of(a, ask)->failed = failed;
}

bool agenda_any_failed(const struct agenda *a, const struct ask *ask)
{
    for (size_t i = 0; i < a->count; i++) {
        struct signal_progress *s = &a->signals[i];
        bool any = ask->purpose < ASK_DAY &&
                   progress_of(a, &(struct ask){.purpose = ask->purpose, .index = (int)i})->failed;
        any = any || (ask->purpose >= ASK_DAY && (s->recent.failed || s->pinned.failed));
        for (int day = 0; ask->purpose >= ASK_DAY && day < STORE_DAYS_MAX; day++) {
            any = any || s->days[day].failed;
        }
        if (any) {
            return true;
        }
    }
    return false;
}

void agenda_ask_raw(struct agenda *a, const struct ask *ask)
{
    struct progress *p = progress_of(a, ask);
    p->raw = true;
    p->tick_ms = 0;
}

void agenda_rebase(struct agenda *a)
{
    for (size_t i = 0; i < a->count; i++) {
        a->signals[i].pinned.tries = 0;
        a->signals[i].days_end = 0; // other days may be wanted now
    }
}

void agenda_again(struct agenda *a)
{
    for (size_t i = 0; i < a->count; i++) {
        struct signal_progress *s = &a->signals[i];
        s->now.tick_ms = s->exemplars.tick_ms = 0;
        s->span.tries = s->then.tries = s->each.tries = s->exemplars.tries = s->recent.tries =
            s->pinned.tries = 0;
        s->days_end = 0;
        for (size_t day = 0; day < STORE_DAYS_MAX; day++) {
            s->days[day].tries = 0;
        }
    }
}

static bool settled(const struct agenda *a, const struct progress *p)
{
    return !p->busy && p->tick_ms >= agenda_clock_ms(a);
}

bool agenda_complete(const struct agenda *a)
{
    for (size_t i = 0; i < a->count; i++) {
        int64_t first;
        const struct signal_progress *s = &a->signals[i];
        if (!agenda_asks(a, (int)i)) {
            continue;
        }
        bool known = a->store->signals[i].now_ms >= a->tick_ms || settled(a, &s->now);
        bool span = plan_has_past(a->plan, (int)i) && span_wanted(a, (int)i, &first);
        if (!known || s->now.busy || (span && !past_settled(a, &s->span, SPAN))) {
            return false;
        }
    }
    return true;
}

static bool history_settled(const struct agenda *a, int i)
{
    int64_t first, last;
    const struct signal_progress *s = &a->signals[i];
    return agenda_days_settled(a, i) &&
           (!recent_missing(a, i, &first, &last) || past_settled(a, &s->recent, first)) &&
           (!pinned_missing(a, i, &first, &last) || past_settled(a, &s->pinned, first));
}

bool agenda_history_complete(const struct agenda *a)
{
    for (size_t i = 0; i < a->count; i++) {
        if (plan_has_past(a->plan, (int)i) && is_answered(a, (int)i) &&
            !history_settled(a, (int)i)) {
            return false;
        }
    }
    return true;
}
