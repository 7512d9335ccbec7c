#include "poll/poller_state.h"

#include <string.h>

#include "base/names.h"
#include "base/text.h"

enum { UNKNOWN_NAMED = 3 }; // in a note that has to fit a line

static void note_unknown(struct poller *p, struct arena *a, const char *names)
{
    store_add_note(
        p->store, arena_printf(a, _("%s was saved from something else and has no data for %s"),
                      p->saved.name, names));
}

// As the file names it: "llm latency".
static const char *name_in(struct arena *a, const struct labels *name)
{
    const char *stage = labels_get(name, "stage"), *what = labels_get(name, "what");
    return arena_printf(a, "%s%s%s", stage ? stage : "", stage ? " " : "",
        what ? what : labels_get(name, "signal"));
}

void poller_lend_saved(struct poller *p)
{
    struct arena a = {0};
    const char *names[UNKNOWN_NAMED + 1] = {NULL};
    size_t unknown = 0;
    if (plan_is_wide(p->plan)) {
        return; // the file holds rates over the usual window
    }
    p->store->saved_name = p->saved.name;
    p->store->saved_ms = p->saved.at_ms;
    for (size_t i = 0; p->saved.find && i < p->store->count; i++) {
        struct labels name = {0};
        plan_name_signal(p->plan, (int)i, &name);
        const struct history *h = p->saved.find(p->saved.context, &name);
        p->store->signals[i].saved = h;
        if (!h && plan_has_past(p->plan, (int)i) && unknown++ < UNKNOWN_NAMED) {
            names[unknown - 1] = name_in(&a, &name);
        }
        labels_finish(&name);
    }
    if (unknown > 0) {
        size_t more = unknown > UNKNOWN_NAMED ? unknown - UNKNOWN_NAMED : 0;
        note_unknown(p, &a, names_some(&a, names, NAMES_COMMA, more));
    }
    arena_finish(&a);
}

void poller_settle_conditions(struct poller *p)
{
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        struct signal_data *data = &p->store->signals[i];
        if (!p->plan->signals[i].expr) {
            data->condition = CONDITION_ABSENT;
        } else if (data->condition == CONDITION_ABSENT) {
            data->condition = CONDITION_ASKING;
        }
    }
}

void poller_forget_signal(struct poller *p, int i)
{
    store_forget(&p->store->signals[i]);
    schedule_begin(&p->schedule, i);
    holdings_forget(&p->holdings, i);
    p->store->complete = p->store->history_complete = p->store->history_seen = false;
    p->store->version++;
}

void poller_start_schedule(struct poller *p, int64_t tick_ms)
{
    schedule_finish(&p->schedule);
    schedule_init(&p->schedule, p->config, p->plan, p->scope, p->store);
    p->schedule.env.seen = &p->components.seen;
    p->schedule.rests = p->plan_only;
    p->schedule.env.tick_ms = tick_ms;
    feed_env_want(&p->schedule.env, &p->wants);
    p->schedule.held = p->proofs.held;
    holdings_finish(&p->holdings);
}

void poller_start_store(struct poller *p)
{
    int64_t tick_ms = p->schedule.env.tick_ms;
    schedule_finish(&p->schedule);
    struct source_state source = p->store->source;
    uint64_t version = p->store->version;
    char unmet[STORE_WHY_MAX]; // its lookups are not asked again
    memcpy(unmet, p->store->unmet, sizeof unmet);
    struct arena a = {0};
    const char *notes[STORE_NOTES_MAX], *topics[STORE_NOTES_MAX];
    int places[STORE_NOTES_MAX];
    size_t notes_count = p->store->notes_count;
    for (size_t i = 0; i < notes_count; i++) {
        notes[i] = arena_strdup(&a, p->store->notes[i]);
        topics[i] = arena_strdup(&a, p->store->topics[i]);
        places[i] = p->store->places[i];
    }
    struct routing_state *routing = p->store->routing; // of another server
    p->store->routing = NULL;
    store_finish(p->store);
    struct grid grid = scope_grid(p->scope, p->plan);
    store_init(p->store, p->plan->signals_count, grid.step_ms, grid.slots);
    p->store->source = source;
    p->store->routing = routing;
    p->store->version = version + 1;
    memcpy(p->store->unmet, unmet, sizeof unmet);
    for (size_t i = 0; i < notes_count; i++) {
        store_add_placed(p->store, topics[i], places[i], notes[i]);
    }
    arena_finish(&a);
    poller_start_schedule(p, tick_ms);
    proof_start(p);
    poller_query_again(p); // its grid may be another
    poller_lend_saved(p);
}
