#include "poll/beside.h"

#include "base/clock.h"
#include "plan/depth.h"
#include "poll/due.h"

// What came after the span that day is known already, so it is asked along.
static int64_t slots_ahead(const struct scope *scope, const struct grid *grid)
{
    return scope->at_ms > 0 ? 0 : (int64_t)(grid->slots / 4);
}

size_t beside_slots_then(const struct grid *grid)
{
    return grid->slots + grid->slots / 4 + 1;
}

static bool then_wanted(const struct agenda *a, int i, int64_t *first, int64_t *last)
{
    const struct signal_data *data = &a->store->signals[i];
    const struct matrix *m = &data->then;
    struct grid grid = scope_grid(a->scope, a->plan);
    int64_t step = grid.step_ms, span_ms = ((int64_t)grid.slots - 1) * step;
    *first = clock_days_before(a->tick_ms / step * step - span_ms, a->then_days) / step;
    *last = clock_days_before(a->tick_ms, a->then_days) / step;
    bool same = data->then_days == a->then_days && m->step_ms == step &&
                m->slots == beside_slots_then(&grid) && m->asked_first <= *first;
    if (same && m->asked_last >= *last) {
        return false;
    }
    *first = same && m->asked_last >= *first ? m->asked_last + 1 : *first;
    *last += slots_ahead(a->scope, &grid);
    return true;
}

bool beside_next_then(struct agenda *a, int i, struct ask *out)
{
    int64_t first, last;
    struct progress *p = &a->signals[i].then;
    if (a->then_days == 0 || !a->signals[i].then_wanted || !plan_has_past(a->plan, i) ||
        a->store->signals[i].now_ms == 0 || !then_wanted(a, i, &first, &last)) {
        return false;
    }
    // one that fails asks for another moment at every tick, and yet for the same
    int64_t known = a->store->signals[i].then_days == a->then_days
                        ? a->store->signals[i].then.asked_last
                        : -1 - a->then_days;
    if (!due_past(a, p, known)) {
        return false;
    }
    *out = (struct ask){
        .purpose = ASK_THEN, .index = i, .day = a->then_days, .first = first, .last = last};
    due_start_past(a, p, known, out);
    return true;
}

// --- the pods of the stage whose page is open

bool beside_has_span(const struct agenda *a, int i)
{
    const struct signal *s = &a->plan->signals[i];
    return s->deep && s->expr && s->stage == a->opened && depth_has_span(s);
}

size_t beside_slots_each(const struct grid *grid)
{
    return (size_t)((int64_t)grid->slots * grid->step_ms / grid->each_ms) + 2;
}

// Up to where the pods are known from being looked at; of a hole the whole span is asked again.
static bool each_wanted(const struct agenda *a, int i, int64_t *first, int64_t *last)
{
    const struct signal_data *data = &a->store->signals[i];
    struct grid grid = scope_grid(a->scope, a->plan);
    int64_t step = grid.each_ms;
    int64_t from_ms = a->tick_ms - ((int64_t)grid.slots - 1) * grid.step_ms;
    int64_t seen_ms = data->live.asked_first * data->live.step_ms;
    *first = (from_ms + step - 1) / step;
    *last = seen_ms / step;
    bool known = data->each.step_ms == step && data->each.asked_first <= *first &&
                 data->each.asked_last >= *last;
    return !known && *first < *last;
}

bool beside_next_each(struct agenda *a, int i, struct ask *out)
{
    const struct signal *s = &a->plan->signals[i];
    struct progress *p = &a->signals[i].each;
    int64_t first, last;
    if (s->kind != SIGNAL_PODS || s->stage != a->opened || !s->shown ||
        a->store->signals[i].now_ms < a->tick_ms || !each_wanted(a, i, &first, &last) ||
        !due_past(a, p, last)) {
        return false;
    }
    *out = (struct ask){.purpose = ASK_EACH, .index = i, .first = first, .last = last};
    due_start_past(a, p, last, out);
    return true;
}

// --- exemplars

bool beside_next_exemplars(struct agenda *a, int i, struct ask *out)
{
    const struct signal *s = &a->plan->signals[i];
    const struct exemplars_data *known = &a->store->exemplars;
    struct progress *p = &a->signals[i].exemplars;
    if (a->exemplars < 0 || s->kind != SIGNAL_LATENCY || s->stage != a->exemplars ||
        known->stage != s->stage || known->condition == CONDITION_ABSENT || p->busy ||
        p->tick_ms >= due_clock_ms(a)) {
        return false;
    }
    if (a->ahead_ms > 0 && p->tick_ms > 0 && known->condition == CONDITION_ANSWERED) {
        return false; // of a moment that stands still
    }
    // who refused is asked ever more rarely
    if (known->condition == CONDITION_REFUSED && !due_past(a, p, s->stage)) {
        return false;
    }
    p->tries = known->condition == CONDITION_ANSWERED ? 0 : p->tries;
    struct grid grid = scope_grid(a->scope, a->plan);
    int64_t last = a->tick_ms / grid.step_ms;
    *out = (struct ask){.purpose = ASK_EXEMPLARS,
        .index = i,
        .first = last - (int64_t)grid.slots + 1,
        .last = last};
    due_start_past(a, p, s->stage, out);
    return true;
}
