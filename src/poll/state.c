#include "poll/state.h"

void poller_lend_saved(struct poller *p)
{
    p->store->saved_name = p->saved.name;
    p->store->saved_ms = p->saved.at_ms;
    for (size_t i = 0; p->saved.find && i < p->store->count; i++) {
        struct labels name = {0};
        plan_name_signal(p->plan, (int)i, &name);
        p->store->signals[i].saved = p->saved.find(p->saved.context, &name);
        labels_finish(&name);
    }
}

void poller_start_store(struct poller *p)
{
    int64_t tick_ms = p->agenda.tick_ms;
    agenda_finish(&p->agenda);
    struct source_state source = p->store->source;
    store_finish(p->store);
    store_init(p->store, p->plan->signals_count, p->plan->step_ms, p->plan->slots);
    p->store->source = source;
    agenda_init(&p->agenda, p->plan, p->store);
    p->agenda.tick_ms = tick_ms;
    p->agenda.stages = p->inspected;
    p->plan->baseline = p->baseline; // the plan may be a new one
    p->plan->pin_ms = p->pin_ms;
    p->plan->pin_reach_ms = p->pin_reach_ms;
    poller_lend_saved(p);
}
