#include "base/check.h"
#include "plan/depth.h"
#include "plan/discover.h"
#include "poll/answer.h"
#include "poll/reach.h"
#include "poll/state.h"
#include "prom/request.h"

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

bool asking_recall(struct poller *p, size_t i)
{
    if (!http_recall(p->http, i)) {
        return false;
    }
    proof_end(p, &p->asks[i]);
    memory_drop(&p->asks[i]);
    p->asks[i] = (struct ask){0};
    p->ask_used[i] = false;
    return true;
}

bool asking_in_flight(const struct poller *p, enum purpose purpose)
{
    for (int i = 0; i < ASKS_MAX; i++) {
        if (p->ask_used[i] && p->asks[i].purpose == purpose) {
            return true;
        }
    }
    return false;
}

/** The values of LABEL among the series of SELECTOR, by a query where there is no other way. */
static void add_values(const struct poller *p, const struct ask *ask, struct prom_request *r,
    const char *label, const char *selector)
{
    if (!ask->by_query) {
        int64_t from = ask->tick_ms - p->scope->span_ms;
        prom_request_label_values(r, label, selector, from, ask->tick_ms);
        return;
    }
    struct str s;
    str_init(&s);
    str_addf(&s, "count by (%s) (%s)", label, selector);
    prom_request_instant(r, s.text, ask->tick_ms, p->config->source.timeout_ms);
    str_finish(&s);
}

static void write_request(const struct poller *p, const struct ask *ask, struct prom_request *r)
{
    int64_t timeout = p->config->source.timeout_ms;
    struct str s;
    str_init(&s);
    switch (ask->purpose) {
    case ASK_SERVER: prom_request_buildinfo(r); break;
    case ASK_SCRAPE: break; // see asking_send_scrape()
    case ASK_LABELS:
        discover_add_label_selector(&s, p->plan);
        add_values(p, ask, r, p->config->by_label.label, s.text);
        break;
    case ASK_NAMES:
        discover_add_selector(&s, p->plan);
        add_values(p, ask, r, "__name__", s.text);
        break;
    case ASK_INTERVAL:
        discover_add_interval_query(&s, p->plan);
        prom_request_instant(r, s.text, ask->tick_ms, timeout);
        break;
    case ASK_LOOKUP: // see lookup.c
    case ASK_QUERY:  // see query.c
    case ASK_WORDS:  // see words.c
    case ASK_WIDTH:  // see width.c
        break;
    case ASK_TYPE: prom_request_metadata(r, p->plan->stages[ask->index].metric); break;
    case ASK_NOW:
        prom_request_instant(r, p->plan->signals[ask->index].expr, ask->tick_ms, timeout);
        break;
    case ASK_SPAN:
    case ASK_THEN: {
        int64_t step = scope_grid(p->scope, p->plan).step_ms;
        prom_request_range(r, p->plan->signals[ask->index].expr, ask->first * step,
            ask->last * step, step, timeout);
        break;
    }
    case ASK_EACH: {
        int64_t step = scope_grid(p->scope, p->plan).each_ms;
        prom_request_range(r, p->plan->signals[ask->index].shown, ask->first * step,
            ask->last * step, step, timeout);
        break;
    }
    case ASK_EXEMPLARS: {
        int64_t step = scope_grid(p->scope, p->plan).step_ms;
        depth_add_exemplars(&s, p->plan, &p->plan->stages[p->plan->signals[ask->index].stage]);
        prom_request_exemplars(r, s.text, ask->first * step, ask->last * step);
        break;
    }
    case ASK_PROOF: {
        int64_t step = STORE_HISTORY_STEP_MS;
        proof_add_query(p, ask, &s);
        prom_request_range(r, s.text, ask->first * step, ask->last * step, step, timeout);
        break;
    }
    case ASK_DAY:
    case ASK_RECENT:
    case ASK_PINNED: {
        int64_t step = STORE_HISTORY_STEP_MS;
        const struct signal *signal = &p->plan->signals[ask->index];
        prom_request_range(r, ask->recorded ? signal->recorded : plan_history(signal),
            ask->first * step, ask->last * step, step, timeout);
        break;
    }
    }
    str_finish(&s);
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
    reach_mark(p, &ask);
    p->asks[i] = ask;
    p->ask_used[i] = true;
    struct prom_request r;
    prom_request_init(&r);
    write_request(p, &ask, &r);
    enum signal_kind kind = ask.purpose >= ASK_NOW ? p->plan->signals[ask.index].kind : SIGNAL_LAST;
    bool large = kind == SIGNAL_PODS || (ask.purpose >= ASK_SPAN && kind == SIGNAL_LATENCY);
    bool form = ask.purpose == ASK_INTERVAL || ask.purpose >= ASK_NOW;
    http_start(p->http, &(struct http_request){.path = r.path.text,
                            .query = r.query.text,
                            .post = form,
                            .gzip = large,
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
    p->asks[i] = (struct ask){.purpose = ASK_SCRAPE, .sent_ms = now_ms};
    p->ask_used[i] = true;
    http_start(p->http, &(struct http_request){.path = path, .gzip = true, .tag = (uint64_t)i});
}

void asking_send_types(struct poller *p, int64_t now_ms)
{
    p->type_tries++;
    for (size_t i = 0; i < p->plan->stages_count; i++) {
        const struct stage *s = &p->plan->stages[i];
        if (s->latency && s->kind == LATENCY_UNKNOWN && asking_free(p) >= 0) {
            send(p, (struct ask){.purpose = ASK_TYPE, .index = (int)i}, now_ms);
        }
    }
}

static void ask_what_exists(struct poller *p, int64_t now_ms)
{
    struct str s;
    str_init(&s);
    int64_t tick = p->agenda.tick_ms;
    int64_t newest = p->scope->at_ms > 0 ? tick : present_ms(p, now_ms); // a target may be that new
    p->discover_ms = now_ms + REDISCOVER_MS;
    p->names_known = !discover_add_selector(&s, p->plan); // expressions need no discovery
    if (!p->names_known) {
        send(p, (struct ask){.purpose = ASK_NAMES, .tick_ms = newest}, now_ms);
    }
    bool wanted = !p->config->refresh_ms || !p->config->window_ms;
    p->interval_known = p->interval_known || p->names_known || !wanted;
    if (!p->interval_known && !asking_in_flight(p, ASK_INTERVAL)) {
        p->interval_tries++;
        send(p, (struct ask){.purpose = ASK_INTERVAL, .tick_ms = tick}, now_ms);
    }
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

// A server whose clock was set back begins anew: what it said of the time to come is void.
static void follow_clock(struct poller *p, int64_t now_ms)
{
    int64_t tick = asking_tick_ms(p, now_ms);
    bool back = tick + BACK_TICKS * p->plan->refresh_ms < p->agenda.tick_ms;
    if (back && p->scope->at_ms == 0 && p->phase == PHASE_POLLING) {
        poller_scope_changed(p, p->scope, now_ms);
    }
    p->agenda.tick_ms = tick;
    p->agenda.ahead_ms = p->scope->at_ms > 0 ? present_tick_ms(p, now_ms) - tick : 0;
}

bool asking_rests(const struct poller *p)
{
    return p->paused_ms && p->phase == PHASE_POLLING && agenda_knows(&p->agenda);
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
    if (agenda_probe(&p->agenda, &ask)) {
        send(p, ask, now_ms);
    } else {
        ask_what_exists(p, now_ms);
    }
}

/** Sends all that is due. Returns whether the memory answered. */
static bool ask_signals(struct poller *p, int64_t now_ms)
{
    struct ask ask;
    bool changed = false;
    bool spares = reach_spares_past(p, now_ms);
    p->agenda.past_rests = spares || width_is_open(p);
    bool hopeless = p->sparing.rests > 0 && (!p->sparing.told || p->sparing.long_told);
    p->agenda.past_fails = spares && hopeless;
    p->agenda.past_given_up = hopeless && (!spares || p->sparing.rests > 1);
    do {
        while (asking_free_paced(p, now_ms) >= 0 && agenda_next(&p->agenda, &ask)) {
            if (memory_answer(p, &ask, now_ms)) {
                changed = true;
            } else {
                send(p, ask, now_ms);
            }
        }
        while (asking_free_paced(p, now_ms) >= 0 && proof_next(p, now_ms, &ask)) {
            send(p, ask, now_ms);
        }
    } while (proof_released(p)); // of those there was nothing to prove
    return changed;
}

bool asking_run(struct poller *p, int64_t now_ms)
{
    if (p->scraping.on) {
        return scraping_run(p, now_ms);
    }
    follow_clock(p, now_ms);
    bool probing = p->store->source.reach == REACH_LOST;
    if (probing &&
        (asking_rests(p) || now_ms < p->store->source.retry_ms || http_pending(p->http))) {
        return false;
    }
    if (p->phase == PHASE_LABELS) {
        if (!asking_in_flight(p, ASK_LABELS) && (probing || is_time(p, p->discover_ms, now_ms))) {
            p->discover_ms = now_ms + p->plan->refresh_ms;
            send(p, (struct ask){.purpose = ASK_LABELS, .tick_ms = p->agenda.tick_ms}, now_ms);
        }
        return false;
    }
    if (probing && p->phase == PHASE_POLLING) {
        probe(p, now_ms);
        return false;
    }
    bool at_once = p->discover_ms == 0; // names alone may have to be asked for again
    bool discovering = asking_in_flight(p, ASK_NAMES) || asking_in_flight(p, ASK_SCRAPE) ||
                       (!at_once && asking_in_flight(p, ASK_INTERVAL));
    bool first = p->phase == PHASE_NAMES;
    bool again = p->phase == PHASE_POLLING && anything_unsettled(p->plan) &&
                 is_time(p, p->discover_ms, now_ms);
    if ((first || again) && !discovering && now_ms >= p->discover_ms) {
        ask_what_exists(p, now_ms);
    }
    if (is_time(p, p->server_ms, now_ms) && p->store->source.reach == REACH_OK &&
        asking_free(p) >= 0) {
        p->server_ms = NEVER_MS;
        send(p, (struct ask){.purpose = ASK_SERVER}, now_ms);
    }
    if (p->phase == PHASE_TYPES && !asking_in_flight(p, ASK_TYPE)) {
        asking_send_types(p, now_ms);
    }
    return p->phase == PHASE_POLLING && ask_signals(p, now_ms);
}
