#include "poll/state.h"

// What is on its way was asked for another moment, or another grid.
static void disown_asks(struct poller *p)
{
    for (size_t i = 0; i < ASKS_MAX; i++) {
        p->asks[i].stray = p->asks[i].stray || (p->ask_used[i] && p->asks[i].purpose >= ASK_NOW);
    }
}

void poller_move(struct poller *p, int64_t at_ms, int64_t span_ms, int64_t now_ms)
{
    p->plan->at_ms = p->at_ms = at_ms;
    p->span_ms = span_ms;
    plan_set_span(p->plan, span_ms);
    if (p->phase != PHASE_POLLING) {
        return;
    }
    int64_t tick = asking_tick_ms(p, now_ms), step = p->plan->step_ms;
    disown_asks(p);
    poller_start_agenda(p, tick);
    p->trust = p->trust == TRUST_PROVING ? TRUST_UNKNOWN : p->trust;
    for (size_t i = 0; i < p->store->count; i++) {
        struct signal_data *data = &p->store->signals[i];
        matrix_move(&data->live, step, tick / step, p->plan->slots);
        data->now_ms = 0;
        data->condition = data->condition == CONDITION_ABSENT ? CONDITION_ABSENT : CONDITION_ASKING;
    }
    p->store->complete = p->store->history_complete = p->store->history_seen = false;
    p->store->version++;
    p->looks_anew = true;
}
