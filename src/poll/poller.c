#include "poll/poller.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "poll/answer.h"
#include "poll/components.h"
#include "poll/poller_state.h"

struct poller *poller_create(const struct config *config, const struct scope *scope,
    struct plan *plan, struct store *store, struct str *why)
{
    *plan = (struct plan){0};
    *store = (struct store){0};
    struct http_client *http = connect_source(&config->source, why);
    if (!http) {
        return NULL;
    }
    struct poller *p = mem_zalloc(1, sizeof *p);
    p->config = config;
    p->scope = scope;
    p->plan = p->draft = plan;
    p->store = store;
    p->http = http;
    components_begin(p);
    plan_init(plan, config, NULL, 0);
    poller_start_store(p);
    return p;
}

void poller_destroy(struct poller *p)
{
    if (p) {
        answer_drop(p);
        for (int i = 0; i < ASKS_MAX; i++) {
            memory_drop(&p->asks[i]);
        }
        proof_finish(p);
        history_stop(p);
        query_drop(p);
        words_drop(p);
        router_finish(p);
        lookup_drop(p);
        scraped_finish(&p->scraping.data);
        components_finish(p);
        http_destroy(p->http);
        schedule_finish(&p->schedule);
        holdings_finish(&p->holdings);
        wants_finish(&p->wants);
        free(p);
    }
}

void poller_join(struct poller *p, const struct poller *other)
{
    http_join(p->http, other->http);
}

void poller_trace(struct poller *p, void (*line)(void *context, const char *text), void *context)
{
    p->trace = line;
    p->trace_context = context;
}

void poller_say(const struct poller *p, const char *text)
{
    if (p->trace) {
        p->trace(p->trace_context, text);
    }
}

void poller_use_saved(struct poller *p, const struct poller_saved *saved)
{
    p->saved = *saved;
    poller_lend_saved(p);
}

enum { LEFT_TICKS = 10 };

// What is on its way about another subject is not waited for.
static void begin_object(struct poller *p, const struct feed_type *feed, int subject)
{
    for (size_t i = 0; i < ASKS_MAX; i++) {
        if (p->ask_used[i] && p->asks[i].feed == feed && !p->asks[i].orphaned) {
            p->asks[i].orphaned = true;
            asking_recall(p, i);
        }
    }
    store_begin_slot(p->store, (int)feed->kind, subject);
    schedule_begin_object(&p->schedule, feed);
}

// The tick, also where the moment that is looked at stands still.
static int64_t clock_ms(const struct poller *p)
{
    return p->schedule.env.tick_ms + p->schedule.env.ahead_ms;
}

// Whether there is none of it may only be known once something else is.
static void find_absent(struct poller *p)
{
    const struct source_state *source = &p->store->source;
    for (size_t kind = 0; kind < FEED_KINDS; kind++) {
        const struct feed_type *feed = feeds[kind];
        struct slot *slot = &p->store->slots[kind];
        int subject = p->schedule.env.objects[kind];
        struct gap gap;
        if (!feed->decode || subject < 0 || slot->subject != subject) {
            continue;
        }
        bool none = (source->lacks & feed->lacks) || p->scraping.on ||
                    !feed->missing(&p->schedule.env, subject, 0, &gap);
        bool again = !none && slot->condition == CONDITION_ABSENT;
        slot->condition = none ? CONDITION_ABSENT : again ? CONDITION_ASKING : slot->condition;
    }
}

// Who comes back soon finds what was there.
static void drop_left_objects(struct poller *p)
{
    int64_t oldest_ms = clock_ms(p) - LEFT_TICKS * p->plan->refresh_ms;
    for (size_t kind = 0; kind < FEED_KINDS; kind++) {
        const struct slot *slot = &p->store->slots[kind];
        if (slot->subject >= 0 && slot->left_ms > 0 && slot->left_ms <= oldest_ms) {
            begin_object(p, feeds[kind], -1);
        }
    }
}

bool poller_finds_nothing(const struct poller *p)
{
    return *p->store->unmet && p->plan->stages_count == 0;
}

bool poller_turn(struct poller *p, int64_t now_ms)
{
    bool added = false, changed = false;
    for (size_t left = POLLER_TURN_BYTES; left > 0 && answer_read(p, &left);) {
        p->only_added = false;
        answer_take(p, now_ms);
        added = added || p->only_added;
        changed = changed || !p->only_added;
    }
    changed = width_run(p, now_ms) || changed;
    find_absent(p);
    changed = asking_run(p, now_ms) || changed;
    drop_left_objects(p);
    changed = query_run(p, now_ms) || changed;
    changed = words_run(p, now_ms) || changed;
    changed = router_run(p, now_ms) || changed;
    changed = lookup_run(p, now_ms) || changed;
    p->wants_more = false;
    bool polling = p->phase == PHASE_POLLING;
    p->store->complete = (polling || poller_finds_nothing(p)) && !width_is_open(p) &&
                         schedule_complete(&p->schedule) && !lookup_busy(p) && !router_is_open(p) &&
                         !asking_in_flight(p, &feed_server);
    p->store->history_complete = p->store->complete && schedule_history_complete(&p->schedule);
    p->store->history_seen = p->store->history_seen || p->store->history_complete;
    if (changed) {
        p->store->version++;
    } else if (added) {
        store_note_added(p->store);
    }
    return changed || added;
}

void poller_plan_only(struct poller *p)
{
    p->plan_only = p->schedule.rests = true;
}

bool poller_scrapes(const struct poller *p)
{
    return p->scraping.on;
}

bool poller_knows_present(const struct poller *p)
{
    return p->phase == PHASE_POLLING && p->store->source.health == HEALTH_OK &&
           schedule_knows(&p->schedule);
}

bool poller_needs_time(const struct poller *p)
{
    bool told = p->schedule.history_rests && !p->schedule.history_fails && p->history_backoff.told;
    return p->scraping.on || told || p->pace.gap_ms > 0 || p->store->source.health == HEALTH_LOST ||
           !poller_expects(p);
}

void poller_pause(struct poller *p, bool paused, int64_t now_ms)
{
    p->paused_ms = !paused ? 0 : p->paused_ms ? p->paused_ms : now_ms;
}

void poller_refetch(struct poller *p, int64_t now_ms)
{
    p->paused_ms = p->paused_ms ? now_ms : 0;
    p->store->source.retry_ms = 0;
    p->discover_ms = p->scraping.tick_ms = p->components.again_ms = 0;
    p->history_backoff = (struct history_backoff){0};
    p->pace.next_ms = p->router.next_ms = 0;
    schedule_again(&p->schedule);
    poller_query_again(p);
}

// What is on its way for what nobody looks at any more need not be sent.
static void recall_unwanted(struct poller *p)
{
    for (size_t i = 0; i < ASKS_MAX; i++) {
        struct ask ask = p->asks[i];
        bool left = p->ask_used[i] && feed_is_of_signal(ask.feed) && !ask.orphaned &&
                    !feed_asks(&p->schedule.env, ask.index);
        if (left && asking_recall(p, i)) {
            schedule_done(&p->schedule, &ask);
            schedule_unask(&p->schedule, &ask);
        }
    }
}

static void want_objects(struct poller *p)
{
    int64_t tick_ms = clock_ms(p);
    for (size_t kind = 0; kind < FEED_KINDS; kind++) {
        const struct feed_type *feed = feeds[kind];
        struct slot *slot = &p->store->slots[kind];
        int subject = p->schedule.env.objects[kind];
        if (!feed->decode) {
            continue;
        }
        bool bare = subject < 0 && slot->condition == CONDITION_ASKING; // there is nothing to keep
        if (slot->subject != subject && (subject >= 0 || bare)) {
            begin_object(p, feed, subject);
        }
        slot->left_ms = subject >= 0 ? 0 : slot->left_ms ? slot->left_ms : tick_ms;
    }
    find_absent(p);
}

// A target that is scraped has no past but what was seen.
static bool can_give(const struct poller *p, const struct want *want)
{
    bool past = want->kind == FEED_SPAN || want->kind == FEED_EACH_POD;
    bool of_stage = want->kind != FEED_COMPARE;
    return feeds[want->kind]->of_server ||
           (!(p->scraping.on && past) &&
               (size_t)want->subject < (of_stage ? p->plan->stages_count : p->plan->signals_count));
}

void poller_want(struct poller *p, const struct wants *wants)
{
    struct wants before = p->wants;
    p->wants = (struct wants){0};
    for (size_t i = 0; i < wants->count; i++) {
        const struct want *w = &wants->items[i];
        if (can_give(p, w)) {
            wants_add(&p->wants, *w);
            p->wants_more = p->wants_more || !wants_has(&before, w);
        }
    }
    wants_finish(&before);
    schedule_want(&p->schedule, &p->wants, p->store);
    recall_unwanted(p);
    want_objects(p);
}

int poller_due_ms(const struct poller *p, int64_t now_ms)
{
    int64_t refresh = p->plan->refresh_ms;
    int64_t due =
        p->wants_more ? 0 : refresh - (now_ms + p->store->source.skew_ms - p->delay_ms) % refresh;
    // then an answer or a key wakes it
    bool waits = asking_rests(p) || http_pending(p->http) > 0;
    if (p->store->source.health == HEALTH_LOST && !waits) {
        int64_t retry = p->store->source.retry_ms - now_ms;
        due = retry > 0 ? retry : 0;
    } else if (p->phase != PHASE_POLLING && p->discover_ms > now_ms &&
               p->discover_ms - now_ms < due) {
        due = p->discover_ms - now_ms;
    }
    int64_t past = p->history_backoff.retry_ms - now_ms; // until the past may be asked for again
    if (p->history_backoff.told && !p->store->history_complete && past > 0 && past < due) {
        due = past;
    }
    int64_t routed = router_due_ms(p, now_ms);
    due = routed < due ? routed : due;
    int64_t rest = p->pace.next_ms - now_ms; // until the next question may be sent
    if (!p->store->complete && rest > 0 && rest < due) {
        due = rest;
    }
    return (int)(due < 1 ? 1 : due > CLOCK_HOUR_MS - 1000 ? CLOCK_HOUR_MS - 1000 : due);
}

void poller_hold(struct poller *p, int64_t now_ms)
{
    p->held_ms = now_ms;
}

void poller_delay(struct poller *p, int64_t delay_ms)
{
    p->delay_ms = delay_ms;
}

bool poller_expects(const struct poller *p)
{
    return p->has_reply || http_pending(p->http) > 0 || router_is_open(p);
}

bool poller_page_complete(const struct poller *p)
{
    return schedule_page_complete(&p->schedule);
}

bool poller_reads(const struct poller *p)
{
    return p->has_reply;
}

unsigned poller_wait(struct poller *p, const int *fds, size_t count, int timeout_ms)
{
    return http_wait(p->http, fds, count, p->has_reply ? 0 : timeout_ms);
}
