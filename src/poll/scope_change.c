#include "poll/poller_state.h"

// What is on its way was asked for another moment, or another grid: what waits to be sent is not.
void poller_disown_asks(struct poller *p)
{
    for (size_t i = 0; i < ASKS_MAX; i++) {
        struct ask *ask = &p->asks[i];
        if (p->ask_used[i] && feed_is_scheduled(ask->feed) && !ask->orphaned) {
            ask->orphaned = true;
            asking_recall(p, i);
        }
    }
}

// To the moment and span of the scope, which was BEFORE.
static void move(struct poller *p, const struct scope *before, int64_t now_ms)
{
    bool stays = p->scope->at_ms == before->at_ms;
    bool zooms = stays && p->scope->span_ms != before->span_ms;
    if (p->paused_ms && p->scope->at_ms <= 0 && !zooms) {
        p->paused_ms = now_ms; // the present that is wanted is that of now
    }
    if (!stays) {
        width_forget(p);
    }
    poller_query_again(p);
    if (p->phase != PHASE_POLLING) {
        return;
    }
    scraping_keep(p);
    int64_t tick = asking_tick_ms(p, now_ms);
    struct grid grid = scope_grid(p->scope, p->plan);
    poller_disown_asks(p);
    poller_start_schedule(p, tick);
    proof_resume(p);
    for (size_t i = 0; i < p->store->count; i++) {
        struct signal_data *data = &p->store->signals[i];
        matrix_move(&data->live, grid.step_ms, tick / grid.step_ms, grid.slots);
        matrix_finish(&data->each);
        store_drop_then(data); // a ring forgets nothing in favour of what is older
        data->now_ms = 0;
        data->condition = data->condition == CONDITION_ABSENT ? CONDITION_ABSENT : CONDITION_ASKING;
    }
    p->store->complete = p->store->history_complete = p->store->history_seen = false;
    p->store->version++;
    p->wants_more = true;
}

bool poller_forget(struct poller *p, int64_t now_ms)
{
    if (p->scraping.on || p->phase != PHASE_POLLING || p->store->source.health != HEALTH_OK) {
        return false;
    }
    poller_disown_asks(p);
    if (p->history.used) {
        history_tell_forget(p, false);
    }
    poller_start_schedule(p, p->schedule.env.tick_ms);
    for (size_t i = 0; i < p->store->count; i++) {
        poller_forget_signal(p, (int)i);
    }
    proof_start(p);
    poller_refetch(p, now_ms);
    p->wants_more = true;
    return true;
}

static void move_back(int64_t *at_ms, int64_t back_ms)
{
    if (*at_ms > 0) {
        *at_ms -= back_ms;
    }
}

void poller_set_back(struct poller *p, int64_t back_ms)
{
    struct source_state *s = &p->store->source;
    move_back(&s->since_ms, back_ms);
    move_back(&s->answered_ms, back_ms);
    move_back(&s->retry_ms, back_ms);
    move_back(&p->regained_ms, back_ms);
    move_back(&p->discover_ms, back_ms);
    move_back(&p->server_ms, back_ms);
    move_back(&p->paused_ms, back_ms);
    move_back(&p->own.retry_ms, back_ms);
    move_back(&p->history_backoff.retry_ms, back_ms);
    move_back(&p->pace.next_ms, back_ms);
    move_back(&p->pace.told_ms, back_ms);
    move_back(&p->apart_ms, back_ms);
    move_back(&p->lookups.types_ms, back_ms);
    move_back(&p->lookups.expressions_ms, back_ms);
    for (size_t i = 0; i < ASKS_MAX; i++) {
        move_back(&p->asks[i].sent_ms, back_ms);
        p->asks[i].skew_ms += back_ms;
    }
    if (p->scraping.on) { // what was seen bears the times of a clock that was wrong
        scraped_finish(&p->scraping.data);
        p->scraping.tick_ms = 0;
    } else {
        s->skew_ms += back_ms;
    }
}

static void take_window(struct poller *p)
{
    width_forget(p);
    if (p->phase != PHASE_POLLING) {
        return;
    }
    plan_set_times(p->draft, p->config, p->scope, p->scrape_ms);
    plan_resolve(p->draft);
    poller_disown_asks(p);
    poller_start_store(p);
    poller_settle_conditions(p);
    scraping_keep(p);
    p->wants_more = true;
}

static void take_baseline(struct poller *p)
{
    schedule_rebase(&p->schedule);
    p->wants_more = true;
    p->store->history_seen = false; // what is usual now may have to be asked for first
    p->store->version++;
}

void poller_scope_changed(struct poller *p, const struct scope *before, int64_t now_ms)
{
    const struct scope *s = p->scope;
    bool window = s->window_ms != before->window_ms || s->keeps_window != before->keeps_window;
    bool baseline = s->baseline != before->baseline || s->pin_ms != before->pin_ms ||
                    s->pin_reach_ms != before->pin_reach_ms;
    bool moved = s->at_ms != before->at_ms || s->span_ms != before->span_ms;
    if (window) {
        take_window(p);
    }
    if (baseline) {
        take_baseline(p);
    }
    if (moved || (!window && !baseline)) {
        move(p, before, now_ms);
    }
}
