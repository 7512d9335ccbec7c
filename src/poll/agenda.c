#include "poll/agenda.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "poll/beside.h"
#include "poll/due.h"
#include "poll/past.h"

enum { SPAN = -1 /* the window of the span, which moves on */, CONDUCT_LASTS_MS = 60 * 1000 };

void agenda_init(
    struct agenda *a, const struct plan *plan, const struct scope *scope, const struct store *store)
{
    *a = (struct agenda){.plan = plan,
        .scope = scope,
        .store = store,
        .count = plan->signals_count,
        .opened = -1,
        .exemplars = -1};
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

// Whether targets or replicas are missing: then it matters since when.
static bool lacks_targets(const struct agenda *a, int i)
{
    const struct matrix *live = &a->store->signals[i].live;
    bool any = false;
    for (size_t k = 0; k < live->count && !any && a->plan->signals[i].kind == SIGNAL_TARGETS; k++) {
        const char *part = labels_get(&live->series[k].labels, "part");
        bool lack = part && (strcmp(part, "down") == 0 || strcmp(part, "desired") == 0);
        any = lack && ring_get(&live->series[k].ring, live->asked_last) > 0;
    }
    return any;
}

static bool has_span(const struct agenda *a, int i)
{
    return plan_has_past(a->plan, i) || lacks_targets(a, i);
}

// How series behave changes slowly: while time goes on, once a minute is enough.
static bool is_known_long(const struct agenda *a, int i)
{
    const struct signal_data *data = &a->store->signals[i];
    enum signal_kind kind = a->plan->signals[i].kind;
    bool slow = kind == SIGNAL_CONDUCT || (kind == SIGNAL_TARGETS && !lacks_targets(a, i));
    return slow && a->scope->at_ms == 0 && data->condition == CONDITION_ANSWERED &&
           data->now_ms > a->tick_ms - CONDUCT_LASTS_MS;
}

// A moment that stands still is asked for until it is known, and then no more.
static bool now_due(const struct agenda *a, int i)
{
    const struct progress *p = &a->signals[i].now;
    const struct signal_data *data = &a->store->signals[i];
    bool known = data->condition == CONDITION_ANSWERED && data->now_ms == a->tick_ms;
    return !p->busy && p->tick_ms < due_clock_ms(a) && (p->tick_ms == 0 || !known) &&
           !is_known_long(a, i);
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
    due_start(a, &s->now, out);
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
        if (anew) { // what came of them while nobody looked was dropped
            s->span.tries = s->each.tries = 0;
        }
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
    if (!(has_span(a, i) || beside_has_span(a, i)) || !due_past(a, &a->signals[i].span, SPAN) ||
        !span_wanted(a, i, &first)) {
        return false;
    }
    *out = (struct ask){.purpose = ASK_SPAN,
        .index = i,
        .first = first,
        .last = a->store->signals[i].live.asked_first - 1};
    due_start_past(a, &a->signals[i].span, SPAN, out);
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
    return !a->past_rests && past_next(a, out);
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
    case ASK_PROOF: return &s->proof;
    case ASK_SPAN: return ask->present ? &s->now : &s->span;
    case ASK_NOW:
    case ASK_SERVER:
    case ASK_SCRAPE:
    case ASK_LABELS:
    case ASK_NAMES:
    case ASK_INTERVAL:
    case ASK_TYPE:
    case ASK_LOOKUP:
    case ASK_QUERY:
    case ASK_WORDS:
    case ASK_WIDTH: break;
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

void agenda_doubt(struct agenda *a, const struct ask *ask)
{
    due_put_off(progress_of(a, ask));
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

void agenda_forget_exemplars(struct agenda *a)
{
    for (size_t i = 0; i < a->count; i++) {
        a->signals[i].exemplars.tick_ms = a->signals[i].exemplars.tries = 0;
    }
}

void agenda_rebase(struct agenda *a)
{
    for (size_t i = 0; i < a->count; i++) {
        a->signals[i].pinned.tries = 0;
        a->signals[i].days_end = 0; // other days may be wanted now
    }
}

void agenda_begin(struct agenda *a, int i)
{
    struct signal_progress *s = &a->signals[i];
    s->now.tick_ms = s->exemplars.tick_ms = 0;
    s->span.tries = s->then.tries = s->each.tries = s->exemplars.tries = s->recent.tries =
        s->pinned.tries = 0;
    s->days_end = 0;
    for (size_t day = 0; day < STORE_DAYS_MAX; day++) {
        s->days[day].tries = 0;
    }
}

void agenda_again(struct agenda *a)
{
    for (size_t i = 0; i < a->count; i++) {
        agenda_begin(a, (int)i);
    }
}

bool agenda_knows(const struct agenda *a)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct signal_data *data = &a->store->signals[i];
        if (agenda_asks(a, (int)i) && data->now_ms < a->tick_ms &&
            data->condition != CONDITION_REFUSED && !is_known_long(a, (int)i)) {
            return false;
        }
    }
    return true;
}

static bool settled(const struct agenda *a, const struct progress *p)
{
    return !p->busy && p->tick_ms >= due_clock_ms(a);
}

bool agenda_complete(const struct agenda *a)
{
    for (size_t i = 0; i < a->count; i++) {
        int64_t first;
        const struct signal_progress *s = &a->signals[i];
        if (!agenda_asks(a, (int)i)) {
            continue;
        }
        bool known = a->store->signals[i].now_ms >= a->tick_ms || settled(a, &s->now) ||
                     is_known_long(a, (int)i);
        bool span = has_span(a, (int)i) && span_wanted(a, (int)i, &first);
        if (!known || s->now.busy || (span && !due_past_settled(a, &s->span, SPAN))) {
            return false;
        }
    }
    return true;
}

bool agenda_history_complete(const struct agenda *a)
{
    for (size_t i = 0; i < a->count; i++) {
        if (!past_settled(a, (int)i)) {
            return false;
        }
    }
    return true;
}
