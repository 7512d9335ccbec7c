#include <string.h>

#include "base/check.h"
#include "plan/discover.h"
#include "poll/answer.h"
#include "poll/components.h"
#include "poll/health.h"
#include "poll/join.h"
#include "poll/poller_state.h"

enum { REDISCOVER_MS = 60 * 1000, BACK_TICKS = 2 };

static const int64_t NEVER_MS = INT64_MAX;

int asking_free(const struct poller *p)
{
    for (int i = 0; i < ASKS_MAX; i++) {
        if (!p->ask_used[i]) {
            return i;
        }
    }
    return -1;
}

int asking_free_paced(const struct poller *p, int64_t now_ms)
{
    return pace_allows(&p->pace, now_ms) ? asking_free(p) : -1;
}

/** Whether another question may be sent, beside COUNT that are yet to be sent. */
static bool asking_free_beside(const struct poller *p, size_t count, int64_t now_ms)
{
    size_t free = 0;
    for (size_t i = 0; i < ASKS_MAX; i++) {
        free += !p->ask_used[i];
    }
    return free > count && pace_allows(&p->pace, now_ms);
}

bool asking_recall(struct poller *p, size_t i)
{
    if (!http_recall(p->http, i)) {
        return false;
    }
    proof_end(p, &p->asks[i]);
    for (int k = 1; k <= p->asks[i].joined_count && !p->asks[i].orphaned; k++) {
        schedule_done(&p->schedule, join_arm(&p->asks[i], k));
        schedule_return(&p->schedule, join_arm(&p->asks[i], k));
    }
    memory_drop(&p->asks[i]);
    p->asks[i] = (struct ask){0};
    p->ask_used[i] = false;
    return true;
}

bool asking_in_flight(const struct poller *p, const struct feed_type *feed)
{
    for (int i = 0; i < ASKS_MAX; i++) {
        if (p->ask_used[i] && p->asks[i].feed == feed) {
            return true;
        }
    }
    return false;
}

// What comes with all its buckets is worth compressing.
static bool is_large(const struct plan *plan, const struct ask *ask)
{
    const struct signal *s = &plan->signals[ask->index];
    return s->kind == SIGNAL_PODS ||
           (ask->feed->rank > RANK_PRESENT && join_has_buckets(plan, ask));
}

static void send(struct poller *p, struct ask ask, int64_t now_ms)
{
    int i = asking_free(p);
    check(i >= 0);
    pace_sent(&p->pace, now_ms);
    ask.sent_ms = now_ms;
    ask.skew_ms = p->store->source.skew_ms;
    ask.prefix = p->prefix;
    ask.by_query = p->labels_closed;
    health_mark(p, &ask);
    p->asks[i] = ask;
    p->ask_used[i] = true;
    struct prom_request r;
    prom_request_init(&r);
    r.bare = p->store->source.lacks & LACKS_QUOTES;
    feed_write(&r, &p->schedule.env, &ask);
    bool large = ask.feed == &feed_parts;
    for (int k = 0; k <= ask.joined_count && feed_is_of_signal(ask.feed); k++) {
        large = large || is_large(p->plan, join_arm(&ask, k));
    }
    http_start(p->http, &(struct http_request){.path = r.path.text,
                            .query = r.query.text,
                            .post = ask.feed->form,
                            .gzip = large,
                            .urgent = ask.joined_count > 0 && ask.present, // the rest hangs on them
                            .tag = (uint64_t)i});
    prom_request_finish(&r);
}

static int64_t present_ms(const struct poller *p, int64_t now_ms)
{
    now_ms = p->paused_ms ? p->paused_ms : p->held_ms ? p->held_ms : now_ms;
    return now_ms + p->store->source.skew_ms - p->delay_ms;
}

static int64_t present_tick_ms(const struct poller *p, int64_t now_ms)
{
    return present_ms(p, now_ms) / p->plan->refresh_ms * p->plan->refresh_ms;
}

int64_t asking_tick_ms(const struct poller *p, int64_t now_ms)
{
    return p->scope->at_ms > 0 ? p->scope->at_ms : present_tick_ms(p, now_ms);
}

void asking_send_scrape(struct poller *p, const char *path, int64_t now_ms)
{
    int i = asking_free(p);
    check(i >= 0);
    p->asks[i] = (struct ask){.feed = &feed_scrape, .sent_ms = now_ms};
    p->ask_used[i] = true;
    http_start(p->http, &(struct http_request){.path = path, .gzip = true, .tag = (uint64_t)i});
}

// Whether a signal before I is of METRIC, too.
static bool is_asked_before(const struct plan *plan, size_t i, const char *metric)
{
    bool before = false;
    for (size_t k = 0; k < i && !before; k++) {
        char *untold = discover_untold(plan, k);
        before = untold && strcmp(untold, metric) == 0;
        free(untold);
    }
    return before;
}

void asking_send_types(struct poller *p, int64_t now_ms)
{
    p->type_tries++;
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        char *untold = discover_untold(p->plan, i);
        if (untold && !is_asked_before(p->plan, i, untold) && asking_free(p) >= 0) {
            send(p, (struct ask){.feed = &feed_metric_type, .index = (int)i}, now_ms);
        }
        free(untold);
    }
}

static void ask_interval(struct poller *p, int64_t now_ms)
{
    bool wanted = !p->config->refresh_ms || !p->config->window_ms;
    bool counted = feed_counts_samples(&p->schedule.env);
    p->interval_known = p->interval_known || !wanted || (!counted && p->phase != PHASE_COMPONENTS);
    if (!p->interval_known && counted && !asking_in_flight(p, &feed_interval)) {
        p->interval_tries++;
        send(p, (struct ask){.feed = &feed_interval, .tick_ms = p->schedule.env.tick_ms}, now_ms);
    }
}

static void ask_what_exists(struct poller *p, int64_t now_ms)
{
    struct str s;
    str_init(&s);
    int64_t tick = p->schedule.env.tick_ms;
    int64_t newest = p->scope->at_ms > 0 ? tick : present_ms(p, now_ms); // a target may be that new
    p->discover_ms = now_ms + REDISCOVER_MS;
    bool told = p->phase == PHASE_NAMES && p->names_known; // with the parts of components
    bool named = discover_add_selector(&s, p->plan);       // expressions need no discovery
    p->names_known = told || !named;
    if (!p->names_known) {
        send(p, (struct ask){.feed = &feed_names, .tick_ms = newest}, now_ms);
    }
    ask_interval(p, now_ms);
    discovery_settle(p, now_ms);
    str_finish(&s);
}

static bool anything_unsettled(const struct plan *plan)
{
    for (size_t i = 0; i < plan->stages_count; i++) {
        const struct stage *s = &plan->stages[i];
        if (s->kind == LATENCY_ABSENT || (s->latency && s->kind == LATENCY_UNKNOWN)) {
            return true;
        }
    }
    for (size_t i = 0; i < plan->signals_count; i++) {
        if (plan->signals[i].presence == PRESENCE_ABSENT ||
            plan->signals[i].limit_presence == PRESENCE_ABSENT) {
            return true;
        }
    }
    return false;
}

// A server whose clock was set back starts over: what it said of the time to come is void.
static void follow_clock(struct poller *p, int64_t now_ms)
{
    int64_t tick = asking_tick_ms(p, now_ms);
    bool back = tick + BACK_TICKS * p->plan->refresh_ms < p->schedule.env.tick_ms;
    if (back && p->scope->at_ms == 0 && p->phase == PHASE_POLLING) {
        poller_scope_changed(p, p->scope, now_ms);
    }
    p->schedule.env.tick_ms = tick;
    p->schedule.env.ahead_ms = p->scope->at_ms > 0 ? present_tick_ms(p, now_ms) - tick : 0;
}

bool asking_rests(const struct poller *p)
{
    return p->paused_ms && p->phase == PHASE_POLLING && schedule_knows(&p->schedule);
}

/** Whether what was first asked for at DUE_MS is to be asked for again: paused, once is enough. */
static bool is_time(const struct poller *p, int64_t due_ms, int64_t now_ms)
{
    return now_ms >= due_ms && (!p->paused_ms || due_ms == 0);
}

/** Sends one question, to see whether the source is back. */
static void probe(struct poller *p, int64_t now_ms)
{
    struct ask ask;
    p->doubted = false; // nobody else answered
    if (schedule_probe(&p->schedule, &ask)) {
        send(p, ask, now_ms);
    } else {
        ask_what_exists(p, now_ms);
    }
}

/** Sends the questions of the schedule that are due. Returns whether the memory answered any. */
static bool ask_what_is_due(struct poller *p, int64_t now_ms)
{
    struct joins joins = {.count = 0};
    struct ask ask;
    bool changed = false, join = join_may(p, now_ms);
    while (asking_free_beside(p, joins.count, now_ms) && schedule_next(&p->schedule, &ask)) {
        enum memory_says says = memory_answer(p, &ask, now_ms);
        if (says != MEMORY_NOTHING) {
            changed = changed || says == MEMORY_ANSWERS;
            continue;
        }
        enum holdings_say held = holdings_answer(p, &ask, now_ms);
        if (held != HOLDINGS_ASK) {
            changed = changed || held == HOLDINGS_EMPTY;
            memory_drop(&ask);
        } else if (!join || !join_add(&joins, p->plan, &ask)) {
            send(p, ask, now_ms);
        }
    }
    for (size_t i = 0; i < joins.count; i++) {
        send(p, joins.groups[i], now_ms);
    }
    return changed;
}

/** Sends all that is due, proofs as well. Returns whether the memory answered any. */
static bool ask_signals(struct poller *p, int64_t now_ms)
{
    struct ask ask;
    bool changed = false;
    join_set_limits(p, now_ms);
    bool spares = health_spares_history(p, now_ms);
    p->schedule.history_rests = spares || width_is_open(p);
    bool hopeless =
        p->history_backoff.rests > 0 && (!p->history_backoff.told || p->history_backoff.long_told);
    p->schedule.history_fails = spares && hopeless;
    p->schedule.history_given_up = hopeless && (!spares || p->history_backoff.rests > 1);
    do {
        holdings_run(p, now_ms);
        changed = ask_what_is_due(p, now_ms) || changed;
        while (asking_free_paced(p, now_ms) >= 0 && proof_next(p, &ask)) {
            send(p, ask, now_ms);
        }
        // of those there was nothing to prove, or others wait for what is found out now
    } while (proof_released(p) || holdings_are_waited_for(p, now_ms));
    return changed;
}

static void ask_server(struct poller *p, int64_t now_ms)
{
    if (is_time(p, p->server_ms, now_ms) && asking_free(p) >= 0) {
        p->server_ms = NEVER_MS;
        send(p, (struct ask){.feed = &feed_server}, now_ms);
    }
}

/** While there is no stage: what the server tells of itself, such as alerts and targets. */
static bool ask_lists(struct poller *p, int64_t now_ms)
{
    if (!poller_finds_nothing(p) || p->store->source.health != HEALTH_OK) {
        return false; // finding stages drops the answers to anything asked before
    }
    ask_server(p, now_ms);
    return ask_signals(p, now_ms);
}

// How labels with dots are written depends on the server.
static bool waits_for_server(struct poller *p, int64_t now_ms)
{
    const char *selector = p->config->selector;
    bool quoted = selector && (*selector == '"' || strstr(selector, ",\""));
    if (p->phase == PHASE_POLLING || !(quoted || p->store->source.has_dots)) {
        return false;
    }
    ask_server(p, now_ms);
    return asking_in_flight(p, &feed_server);
}

bool asking_run(struct poller *p, int64_t now_ms)
{
    if (p->scraping.on) {
        return scraping_run(p, now_ms);
    }
    follow_clock(p, now_ms);
    bool probing = p->store->source.health == HEALTH_LOST;
    if (probing &&
        (asking_rests(p) || now_ms < p->store->source.retry_ms || http_pending(p->http))) {
        return false;
    }
    if (waits_for_server(p, now_ms)) {
        return false;
    }
    const struct feed_type *feed = components_due(p, probing, now_ms);
    if (feed) {
        send(p, (struct ask){.feed = feed, .tick_ms = p->schedule.env.tick_ms}, now_ms);
    }
    if (feed && p->store->source.health == REACH_ASKING) {
        ask_server(p, now_ms); // opens another connection, while the first is waited for
    }
    if (feed == &feed_parts && p->phase == PHASE_COMPONENTS && p->components.seen.count > 0) {
        ask_interval(p, now_ms); // which has both at work
    }
    if (p->phase == PHASE_COMPONENTS || p->phase == PHASE_LABELS) {
        if (p->phase == PHASE_LABELS && !asking_in_flight(p, &feed_labels) &&
            (probing || is_time(p, p->discover_ms, now_ms))) {
            p->discover_ms = now_ms + p->plan->refresh_ms;
            send(p, (struct ask){.feed = &feed_labels, .tick_ms = p->schedule.env.tick_ms}, now_ms);
        }
        return ask_lists(p, now_ms);
    }
    if (probing && p->phase == PHASE_POLLING) {
        probe(p, now_ms);
        return false;
    }
    bool at_once = p->discover_ms == 0; // names alone may have to be asked for again
    bool discovering = asking_in_flight(p, &feed_names) || asking_in_flight(p, &feed_scrape) ||
                       (!at_once && asking_in_flight(p, &feed_interval));
    bool first = p->phase == PHASE_NAMES;
    bool again = p->phase == PHASE_POLLING && anything_unsettled(p->plan) &&
                 is_time(p, p->discover_ms, now_ms);
    if ((first || again) && !discovering && now_ms >= p->discover_ms) {
        ask_what_exists(p, now_ms);
    } else if (first && p->names_known && !discovering) { // its answer was of another moment
        ask_interval(p, now_ms);
        discovery_settle(p, now_ms);
    }
    if (p->store->source.health == HEALTH_OK) {
        ask_server(p, now_ms);
    }
    if (p->phase == PHASE_TYPES && !asking_in_flight(p, &feed_metric_type)) {
        asking_send_types(p, now_ms);
    }
    return p->phase == PHASE_POLLING && ask_signals(p, now_ms);
}
