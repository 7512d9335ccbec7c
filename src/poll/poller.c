#include "poll/poller.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "http/client.h"
#include "plan/discover.h"
#include "poll/agenda.h"
#include "prom/decode.h"
#include "prom/request.h"

enum {
    CONNECTIONS = 6,
    BODY_MAX = 64 * 1024 * 1024,
    ASKS_MAX = 64, // questions handed to the client at a time; the rest waits in the agenda
    RETRY_FIRST_MS = 1000,
    RETRY_LONGEST_MS = 30 * 1000,
    REDISCOVER_MS = 60 * 1000,
    SKEW_LEAST_MS = 5000,
};

/** Where the poller is on the way from a bare configuration to polling. */
enum phase { PHASE_LABELS, PHASE_NAMES, PHASE_TYPES, PHASE_POLLING };

struct poller {
    const struct config *config;
    struct plan *plan;
    struct store *store;
    struct http_client *http;
    struct agenda agenda;
    struct ask asks[ASKS_MAX]; /**< what is in flight; the tag of a request is its index */
    bool ask_used[ASKS_MAX];
    enum phase phase;
    bool names_known, interval_known; /**< of this discovery */
    int64_t scrape_ms;
    int64_t discover_ms; /**< when to discover next */
    int64_t retry_delay_ms;
    bool paused;
    void (*trace)(void *context, const char *line); /**< NULL: none */
    void *trace_context;
};

static struct http_client *open_client(const struct source_config *s, struct str *why)
{
    struct str tenant;
    str_init(&tenant);
    const char **headers = mem_zalloc(s->headers_count + 1, sizeof *headers);
    size_t count = 0;
    for (; count < s->headers_count; count++) {
        headers[count] = s->headers[count];
    }
    if (s->tenant) {
        str_setf(&tenant, "X-Scope-OrgID: %s", s->tenant);
        headers[count++] = tenant.text;
    }
    struct http_options options = {.url = s->url,
        .user = s->user,
        .bearer_token_file = s->bearer_token_file,
        .headers = headers,
        .headers_count = count,
        .ca_file = s->ca_file,
        .cert_file = s->cert_file,
        .key_file = s->key_file,
        .proxy = s->proxy,
        .insecure = s->insecure,
        .timeout_ms = s->timeout_ms,
        .connections = CONNECTIONS,
        .body_max = BODY_MAX,
        .user_agent = "ragtop"};
    struct http_client *http = http_create(&options, why);
    free(headers);
    str_finish(&tenant);
    return http;
}

static void start_store(struct poller *p)
{
    agenda_finish(&p->agenda);
    struct source_state source = p->store->source;
    store_finish(p->store);
    store_init(p->store, p->plan->signals_count, p->plan->step_ms, p->plan->slots);
    p->store->source = source;
    agenda_init(&p->agenda, p->plan, p->store);
}

struct poller *poller_create(
    const struct config *config, struct plan *plan, struct store *store, struct str *why)
{
    *plan = (struct plan){0};
    *store = (struct store){0};
    struct http_client *http = open_client(&config->source, why);
    if (!http) {
        return NULL;
    }
    struct poller *p = mem_zalloc(1, sizeof *p);
    p->config = config;
    p->plan = plan;
    p->store = store;
    p->http = http;
    p->phase = config->by_label.latency ? PHASE_LABELS : PHASE_NAMES;
    plan_init(plan, config, NULL, 0);
    start_store(p);
    return p;
}

void poller_destroy(struct poller *p)
{
    if (p) {
        http_destroy(p->http);
        agenda_finish(&p->agenda);
        free(p);
    }
}

void poller_trace(struct poller *p, void (*line)(void *context, const char *text), void *context)
{
    p->trace = line;
    p->trace_context = context;
}

static void trace(const struct poller *p, const struct ask *ask, const struct http_reply *r)
{
    static const char *const purposes[] = {[ASK_LABELS] = "labels",
        [ASK_NAMES] = "names",
        [ASK_INTERVAL] = "interval",
        [ASK_TYPE] = "type",
        [ASK_NOW] = "now",
        [ASK_SPAN] = "span",
        [ASK_DAY] = "day",
        [ASK_RECENT] = "recent"};
    if (!p->trace) {
        return;
    }
    const char *expr = ask->purpose >= ASK_NOW ? p->plan->signals[ask->index].expr : NULL;
    struct str s;
    str_init(&s);
    str_addf(&s, "%-8s %3ld %6.1f ms %8zu bytes %s%s", purposes[ask->purpose], r->status,
        r->seconds * 1000, r->body_len, r->outcome == HTTP_ANSWERED ? "" : r->why,
        expr ? expr : "");
    p->trace(p->trace_context, s.text);
    str_finish(&s);
}

// --- asking

static int free_ask(const struct poller *p)
{
    for (int i = 0; i < ASKS_MAX; i++) {
        if (!p->ask_used[i]) {
            return i;
        }
    }
    return -1;
}

static bool in_flight(const struct poller *p, enum purpose purpose)
{
    for (int i = 0; i < ASKS_MAX; i++) {
        if (p->ask_used[i] && p->asks[i].purpose == purpose) {
            return true;
        }
    }
    return false;
}

static void write_request(const struct poller *p, const struct ask *ask, struct prom_request *r)
{
    int64_t timeout = p->config->source.timeout_ms;
    int64_t from = ask->tick_ms - p->config->span_ms;
    struct str s;
    str_init(&s);
    switch (ask->purpose) {
    case ASK_LABELS:
        discover_add_label_selector(&s, p->config);
        prom_request_label_values(r, p->config->by_label.label, s.text, from, ask->tick_ms);
        break;
    case ASK_NAMES:
        discover_add_selector(&s, p->plan);
        prom_request_label_values(r, "__name__", s.text, from, ask->tick_ms);
        break;
    case ASK_INTERVAL:
        discover_add_interval_query(&s, p->plan);
        prom_request_instant(r, s.text, ask->tick_ms, timeout);
        break;
    case ASK_TYPE: prom_request_metadata(r, p->plan->stages[ask->index].metric); break;
    case ASK_NOW:
        prom_request_instant(r, p->plan->signals[ask->index].expr, ask->tick_ms, timeout);
        break;
    case ASK_SPAN: {
        int64_t step = p->plan->step_ms;
        prom_request_range(r, p->plan->signals[ask->index].expr, ask->first * step,
            ask->last * step, step, timeout);
        break;
    }
    case ASK_DAY:
    case ASK_RECENT: {
        int64_t step = STORE_HISTORY_STEP_MS;
        prom_request_range(r, p->plan->signals[ask->index].expr, ask->first * step,
            ask->last * step, step, timeout);
        break;
    }
    }
    str_finish(&s);
}

static void send(struct poller *p, struct ask ask, int64_t now_ms)
{
    int i = free_ask(p);
    check(i >= 0);
    ask.sent_ms = now_ms;
    p->asks[i] = ask;
    p->ask_used[i] = true;
    struct prom_request r;
    prom_request_init(&r);
    write_request(p, &ask, &r);
    bool form = ask.purpose == ASK_INTERVAL || ask.purpose >= ASK_NOW;
    http_start(p->http, &(struct http_request){.path = r.path.text,
                            .query = r.query.text,
                            .post = form,
                            .gzip = ask.purpose >= ASK_SPAN,
                            .tag = (uint64_t)i});
    prom_request_finish(&r);
}

static int64_t tick_at(const struct poller *p, int64_t now_ms)
{
    if (p->config->has_at) {
        return p->config->at_ms;
    }
    int64_t refresh = p->plan->refresh_ms;
    return (now_ms + p->store->source.skew_ms) / refresh * refresh;
}

static void ask_types(struct poller *p, int64_t now_ms)
{
    for (size_t i = 0; i < p->plan->stages_count; i++) {
        const struct stage *s = &p->plan->stages[i];
        if (s->latency && s->kind == LATENCY_UNKNOWN && free_ask(p) >= 0) {
            send(p, (struct ask){.purpose = ASK_TYPE, .index = (int)i}, now_ms);
        }
    }
}

static void ask_what_exists(struct poller *p, int64_t now_ms)
{
    int64_t tick = p->agenda.tick_ms;
    p->discover_ms = now_ms + REDISCOVER_MS;
    p->names_known = false;
    send(p, (struct ask){.purpose = ASK_NAMES, .tick_ms = tick}, now_ms);
    if (!p->interval_known && (!p->config->refresh_ms || !p->config->window_ms)) {
        send(p, (struct ask){.purpose = ASK_INTERVAL, .tick_ms = tick}, now_ms);
    } else {
        p->interval_known = true;
    }
}

static bool anything_absent(const struct plan *plan)
{
    for (size_t i = 0; i < plan->stages_count; i++) {
        if (plan->stages[i].kind == LATENCY_ABSENT) {
            return true;
        }
    }
    return false;
}

static void ask_what_is_due(struct poller *p, int64_t now_ms)
{
    p->agenda.tick_ms = tick_at(p, now_ms);
    bool probing = p->store->source.reach == REACH_LOST;
    if (p->paused || (probing && (now_ms < p->store->source.retry_ms || http_pending(p->http)))) {
        return;
    }
    if (p->phase == PHASE_LABELS) {
        if (!in_flight(p, ASK_LABELS) && now_ms >= p->discover_ms) {
            p->discover_ms = now_ms + p->plan->refresh_ms;
            send(p, (struct ask){.purpose = ASK_LABELS, .tick_ms = p->agenda.tick_ms}, now_ms);
        }
        return;
    }
    bool discovering = in_flight(p, ASK_NAMES) || in_flight(p, ASK_INTERVAL);
    bool first = p->phase == PHASE_NAMES;
    bool again = p->phase == PHASE_POLLING && anything_absent(p->plan);
    if ((first || again) && !discovering && now_ms >= p->discover_ms) {
        ask_what_exists(p, now_ms);
    }
    if (p->phase == PHASE_TYPES && !in_flight(p, ASK_TYPE)) {
        ask_types(p, now_ms);
    }
    struct ask ask;
    int room = probing ? 1 : ASKS_MAX;
    while (p->phase == PHASE_POLLING && room-- > 0 && free_ask(p) >= 0 &&
           agenda_next(&p->agenda, &ask)) {
        send(p, ask, now_ms);
    }
}

// --- when the server cannot be asked

static void set_lost(struct poller *p, const char *why, int64_t retry_after_s, int64_t now_ms)
{
    struct source_state *s = &p->store->source;
    if (s->reach != REACH_LOST) {
        s->since_ms = now_ms;
        p->retry_delay_ms = 0;
    }
    if (s->reach != REACH_LOST || now_ms >= s->retry_ms) {
        p->retry_delay_ms = p->retry_delay_ms ? p->retry_delay_ms * 2 : RETRY_FIRST_MS;
        if (p->retry_delay_ms > RETRY_LONGEST_MS) {
            p->retry_delay_ms = RETRY_LONGEST_MS;
        }
        int64_t asked = retry_after_s > 0 ? retry_after_s * 1000 : 0;
        s->retry_ms = now_ms + (asked > p->retry_delay_ms ? asked : p->retry_delay_ms);
    }
    s->reach = REACH_LOST;
    p->discover_ms = s->retry_ms;
    struct str text;
    str_init(&text);
    utf8_add_clean(&text, why, STORE_WHY_MAX - 1);
    snprintf(s->why, sizeof s->why, "%s", text.text);
    str_finish(&text);
}

static void set_answered(struct poller *p, const struct http_reply *reply, int64_t now_ms)
{
    struct source_state *s = &p->store->source;
    bool was_lost = s->reach == REACH_LOST;
    s->reach = REACH_OK;
    s->answered_ms = now_ms;
    s->why[0] = '\0';
    if (reply->server_ms >= 0) {
        int64_t skew = reply->server_ms - now_ms;
        s->skew_ms = skew > SKEW_LEAST_MS || skew < -SKEW_LEAST_MS ? skew : 0;
    }
    if (was_lost) {
        agenda_again(&p->agenda); // what failed at this tick is asked again at once
    }
}

static void set_refused(struct poller *p, const struct ask *ask, const char *why)
{
    struct signal_data *data = &p->store->signals[ask->index];
    data->condition = CONDITION_REFUSED;
    snprintf(data->why, sizeof data->why, "%s", why);
}

// --- answers

static void keep_notes(struct poller *p, const struct batch *b)
{
    for (size_t i = 0; i < b->notes_count; i++) {
        store_add_note(p->store, b->notes[i]);
    }
}

static void keep_history(struct history *h, const struct ask *ask, const struct batch *b)
{
    matrix_finish(&h->matrix);
    matrix_init(&h->matrix, STORE_HISTORY_STEP_MS, (size_t)(ask->last - ask->first + 1));
    matrix_merge(&h->matrix, b, ask->first, ask->last);
    h->first = ask->first;
    h->last = ask->last;
    h->answered = true;
}

// An instant answer is about its tick even where the step of the span is coarser.
static void move_to_slot(struct batch *b, const struct ask *ask, int64_t step_ms)
{
    for (size_t i = 0; i < b->count; i++) {
        for (size_t k = 0; k < b->series[i].count; k++) {
            b->series[i].samples[k].t_ms = ask->last * step_ms;
        }
    }
}

static void keep_samples(struct poller *p, const struct ask *ask, struct batch *b)
{
    struct signal_data *data = &p->store->signals[ask->index];
    keep_notes(p, b);
    if (ask->purpose == ASK_DAY) {
        keep_history(&data->days[ask->day], ask, b);
        return;
    }
    if (ask->purpose == ASK_RECENT) {
        keep_history(&data->recent, ask, b);
        return;
    }
    if (ask->purpose == ASK_NOW) {
        move_to_slot(b, ask, p->plan->step_ms);
    }
    matrix_merge(&data->live, b, ask->first, ask->last);
    if (ask->last >= matrix_slot(&data->live, ask->tick_ms)) {
        data->now_ms = ask->tick_ms;
        data->condition = CONDITION_ANSWERED;
    }
}

static void finish_discovery(struct poller *p, int64_t now_ms)
{
    for (size_t i = 0; i < p->plan->stages_count; i++) {
        if (p->plan->stages[i].latency && p->plan->stages[i].kind == LATENCY_UNKNOWN) {
            if (!in_flight(p, ASK_TYPE)) {
                p->phase = p->phase == PHASE_NAMES ? PHASE_TYPES : p->phase;
                ask_types(p, now_ms);
            }
            return;
        }
    }
    bool first = p->phase != PHASE_POLLING;
    if (first) {
        plan_set_times(p->plan, p->scrape_ms);
    }
    plan_resolve(p->plan);
    if (first) {
        start_store(p);
    }
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        struct signal_data *data = &p->store->signals[i];
        if (!p->plan->signals[i].expr) {
            data->condition = CONDITION_ABSENT;
        } else if (data->condition == CONDITION_ABSENT) {
            data->condition = CONDITION_ASKING;
        }
    }
    p->phase = PHASE_POLLING;
}

static enum prom_status take_labels(struct poller *p, const struct http_reply *r, struct str *why)
{
    struct prom_names values = {0};
    enum prom_status status = prom_decode_names(r->status, r->body, r->body_len, &values, why);
    if (status == PROM_OK && values.count > 0) {
        plan_finish(p->plan);
        plan_init(p->plan, p->config, (const char *const *)values.items, values.count);
        start_store(p);
        p->phase = PHASE_NAMES;
        p->discover_ms = 0;
    }
    prom_names_finish(&values);
    return status;
}

static enum prom_status take_names(struct poller *p, const struct http_reply *r, struct str *why)
{
    struct prom_names names = {0};
    enum prom_status status = prom_decode_names(r->status, r->body, r->body_len, &names, why);
    if (status == PROM_OK) {
        discover_learn_names(p->plan, names.items, names.count);
        p->names_known = true;
    }
    prom_names_finish(&names);
    return status;
}

static enum prom_status take_interval(struct poller *p, const struct http_reply *r, struct str *why)
{
    struct batch b = {0};
    enum prom_status status = prom_decode_samples(r->status, r->body, r->body_len, &b, why);
    if (status == PROM_OK || status == PROM_REFUSED) { // without it the usual interval will do
        bool any = b.count > 0 && b.series[0].count > 0;
        p->scrape_ms = discover_round_interval(any ? b.series[0].samples[0].value : NAN);
        p->interval_known = true;
        status = PROM_OK;
    }
    batch_finish(&b);
    return status;
}

static enum prom_status take_type(
    struct poller *p, const struct ask *ask, const struct http_reply *r, struct str *why)
{
    struct stage *stage = &p->plan->stages[ask->index];
    struct str type;
    str_init(&type);
    enum prom_status status =
        prom_decode_type(r->status, r->body, r->body_len, stage->metric, &type, why);
    // not every flavour has metadata: then the values themselves will tell
    discover_learn_type(stage, status == PROM_OK ? type.text : "");
    str_finish(&type);
    return status == PROM_REFUSED || status == PROM_FOREIGN ? PROM_OK : status;
}

static enum prom_status take_samples(
    struct poller *p, const struct ask *ask, const struct http_reply *r, struct str *why)
{
    struct batch b = {0};
    enum prom_status status = prom_decode_samples(r->status, r->body, r->body_len, &b, why);
    if (status == PROM_OK) {
        keep_samples(p, ask, &b);
    }
    batch_finish(&b);
    return status;
}

static enum prom_status take(
    struct poller *p, const struct ask *ask, const struct http_reply *r, struct str *why)
{
    switch (ask->purpose) {
    case ASK_LABELS: return take_labels(p, r, why);
    case ASK_NAMES: return take_names(p, r, why);
    case ASK_INTERVAL: return take_interval(p, r, why);
    case ASK_TYPE: return take_type(p, ask, r, why);
    case ASK_NOW:
    case ASK_SPAN:
    case ASK_DAY:
    case ASK_RECENT: break;
    }
    return take_samples(p, ask, r, why);
}

static bool only_this_query(
    const struct poller *p, const struct ask *ask, const struct http_reply *r)
{
    if (ask->purpose < ASK_NOW) {
        return false;
    }
    bool others_answered = p->store->source.answered_ms > ask->sent_ms;
    return r->outcome == HTTP_TOO_LARGE || (r->outcome == HTTP_TIMEOUT && others_answered);
}

static void handle(struct poller *p, const struct http_reply *r, int64_t now_ms)
{
    struct ask ask = p->asks[r->tag];
    p->ask_used[r->tag] = false;
    trace(p, &ask, r);
    if (ask.purpose >= ASK_NOW) {
        agenda_done(&p->agenda, &ask);
    }
    if (r->outcome != HTTP_ANSWERED) {
        if (only_this_query(p, &ask, r)) {
            set_refused(p, &ask, r->why);
        } else {
            set_lost(p, r->why, r->retry_after_s, now_ms);
        }
        return;
    }
    struct str why;
    str_init(&why);
    switch (take(p, &ask, r, &why)) {
    case PROM_OK: set_answered(p, r, now_ms); break;
    case PROM_REFUSED:
    case PROM_FAILED:
        if (ask.purpose >= ASK_NOW) {
            set_answered(p, r, now_ms);
            set_refused(p, &ask, why.text);
            break;
        }
        set_lost(p, why.text, r->retry_after_s, now_ms);
        break;
    case PROM_UNAUTHORIZED:
    case PROM_BUSY:
    case PROM_FOREIGN: set_lost(p, why.text, r->retry_after_s, now_ms); break;
    }
    str_finish(&why);
    bool discovery =
        ask.purpose == ASK_NAMES || ask.purpose == ASK_INTERVAL || ask.purpose == ASK_TYPE;
    if (discovery && p->names_known && p->interval_known) {
        finish_discovery(p, now_ms);
    }
}

bool poller_turn(struct poller *p, int64_t now_ms)
{
    bool changed = false;
    struct http_reply reply;
    while (http_next(p->http, &reply)) {
        handle(p, &reply, now_ms);
        changed = true;
    }
    ask_what_is_due(p, now_ms);
    bool polling = p->phase == PHASE_POLLING;
    p->store->complete = polling && agenda_complete(&p->agenda);
    p->store->history_complete = polling && agenda_history_complete(&p->agenda);
    p->store->version += changed;
    return changed;
}

void poller_pause(struct poller *p, bool paused)
{
    p->paused = paused;
}

void poller_refetch(struct poller *p)
{
    p->store->source.retry_ms = 0;
    p->discover_ms = 0;
    agenda_again(&p->agenda);
}

int poller_due_ms(const struct poller *p, int64_t now_ms)
{
    int64_t refresh = p->plan->refresh_ms;
    int64_t due = refresh - (now_ms + p->store->source.skew_ms) % refresh;
    if (p->store->source.reach == REACH_LOST) {
        int64_t retry = p->store->source.retry_ms - now_ms;
        due = retry > 0 ? retry : 0;
    } else if (p->phase != PHASE_POLLING && p->discover_ms > now_ms &&
               p->discover_ms - now_ms < due) {
        due = p->discover_ms - now_ms;
    }
    return (int)(due < 1 ? 1 : due > CLOCK_HOUR_MS - 1000 ? CLOCK_HOUR_MS - 1000 : due);
}

unsigned poller_wait(struct poller *p, const int *fds, size_t count, int timeout_ms)
{
    return http_wait(p->http, fds, count, timeout_ms);
}
