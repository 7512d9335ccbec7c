#include "poll/state.h"

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
}
