#include "poll/beside.h"

#include "base/clock.h"

// What came after the span that day is known already, so it is asked along.
static int64_t slots_ahead(const struct plan *plan)
{
    return plan->at_ms > 0 ? 0 : (int64_t)(plan->slots / 4);
}

size_t beside_slots_then(const struct plan *plan)
{
    return plan->slots + plan->slots / 4 + 1;
}

static bool then_wanted(const struct agenda *a, int i, int64_t *first, int64_t *last)
{
    const struct signal_data *data = &a->store->signals[i];
    const struct matrix *m = &data->then;
    int64_t step = a->plan->step_ms, span_ms = ((int64_t)a->plan->slots - 1) * step;
    *first = clock_days_before(a->tick_ms / step * step - span_ms, a->then_days) / step;
    *last = clock_days_before(a->tick_ms, a->then_days) / step;
    bool same = data->then_days == a->then_days && m->step_ms == step &&
                m->slots == beside_slots_then(a->plan) && m->asked_first <= *first;
    if (same && m->asked_last >= *last) {
        return false;
    }
    *first = same && m->asked_last >= *first ? m->asked_last + 1 : *first;
    *last += slots_ahead(a->plan);
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
    if (!agenda_past_due(a, p, known)) {
        return false;
    }
    *out = (struct ask){
        .purpose = ASK_THEN, .index = i, .day = a->then_days, .first = first, .last = last};
    agenda_start_past(a, p, known, out);
    return true;
}
