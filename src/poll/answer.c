#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plan/discover.h"
#include "poll/beside.h"
#include "poll/hint.h"
#include "poll/state.h"
#include "prom/decode.h"
#include "prom/exemplars.h"
#include "prom/flavour.h"

enum { REDISCOVER_MS = 60 * 1000, DISCOVERY_TRIES = 2 };

static void trace(const struct poller *p, const struct ask *ask, const struct http_reply *r)
{
    static const char *const purposes[] = {[ASK_SERVER] = "server",
        [ASK_SCRAPE] = "scrape",
        [ASK_LABELS] = "labels",
        [ASK_NAMES] = "names",
        [ASK_INTERVAL] = "interval",
        [ASK_TYPE] = "type",
        [ASK_QUERY] = "query",
        [ASK_WORDS] = "words",
        [ASK_NOW] = "now",
        [ASK_SPAN] = "span",
        [ASK_THEN] = "then",
        [ASK_EACH] = "each",
        [ASK_EXEMPLARS] = "exemplars",
        [ASK_DAY] = "day",
        [ASK_RECENT] = "recent",
        [ASK_PINNED] = "pinned"};
    if (!p->trace) {
        return;
    }
    const char *expr = ask->purpose == ASK_QUERY && !ask->stray ? p->own.result.expr
                       : ask->purpose < ASK_NOW                 ? NULL
                       : ask->recorded            ? p->plan->signals[ask->index].recorded
                       : ask->purpose == ASK_EACH ? p->plan->signals[ask->index].shown
                                                  : p->plan->signals[ask->index].expr;
    struct str s;
    str_init(&s);
    str_addf(&s, "%-8s %3ld %6.1f ms %8zu bytes %s%s", purposes[ask->purpose], r->status,
        r->seconds * 1000, r->body_len, r->outcome == HTTP_ANSWERED ? "" : r->why,
        expr ? expr : "");
    p->trace(p->trace_context, s.text);
    str_finish(&s);
}

/** How a note begins that says of the past what is missing. */
static const char *missing_past(const struct ask *ask)
{
    return ask->purpose == ASK_SPAN   ? "the trend is not to be had: "
           : ask->purpose == ASK_THEN ? "the other day is not to be had: "
           : ask->purpose == ASK_EACH ? "the trend of each pod is not to be had: "
                                      : "history is not to be had: ";
}

// Without its history or span a signal is still known now.
static void set_refused(struct poller *p, const struct ask *ask, const char *why)
{
    struct signal_data *data = &p->store->signals[ask->index];
    if (!agenda_asks(&p->agenda, ask->index)) { // nobody looks there any more
        return;
    }
    if (ask->purpose == ASK_EXEMPLARS) {
        struct exemplars_data *exemplars = &p->store->exemplars;
        if (exemplars->stage == p->plan->signals[ask->index].stage) {
            exemplars->condition = CONDITION_REFUSED;
            snprintf(exemplars->why, sizeof exemplars->why, "%s", why);
        }
        return;
    }
    if (ask->present) {
        data->condition = CONDITION_REFUSED;
        snprintf(data->why, sizeof data->why, "%s", why);
        return;
    }
    struct str note;
    str_init(&note);
    str_addf(&note, "%s%s", missing_past(ask), why);
    store_add_note(p->store, note.text);
    str_finish(&note);
    agenda_note(&p->agenda, ask, true);
}

static void set_had(struct poller *p, const struct ask *ask)
{
    reach_regain_past(p);
    agenda_note(&p->agenda, ask, false);
    if (p->store->notes_count > 0 && !agenda_any_failed(&p->agenda, ask)) {
        store_drop_notes(p->store, missing_past(ask));
    }
}

static void keep_notes(struct poller *p, const struct batch *b)
{
    for (size_t i = 0; i < b->notes_count; i++) {
        store_add_note(p->store, b->notes[i]);
    }
}

struct history *history_of(struct store *s, const struct ask *ask)
{
    struct signal_data *data = &s->signals[ask->index];
    if (ask->purpose == ASK_DAY) {
        return &data->days[ask->day];
    }
    return ask->purpose == ASK_PINNED ? &data->pinned : &data->recent;
}

static void keep_history(struct poller *p, struct ask *ask, const struct batch *b, int64_t now_ms)
{
    struct matrix m = memory_complete(p, ask, b);
    history_take(history_of(p->store, ask), &m, m.asked_first, m.asked_last);
    memory_learn(p, ask, b, now_ms);
    agenda_learn(&p->agenda, ask->index);
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

static void keep_samples(struct poller *p, struct ask *ask, struct batch *b, int64_t now_ms)
{
    struct signal_data *data = &p->store->signals[ask->index];
    keep_notes(p, b);
    if (ask->recorded && b->count == 0) {
        agenda_ask_raw(&p->agenda, ask); // the rule may be younger than what it records
        return;
    }
    if (ask->purpose >= ASK_DAY) {
        keep_history(p, ask, b, now_ms);
        return;
    }
    if (ask->purpose == ASK_THEN) {
        store_begin_then(data, ask->day, p->plan->step_ms, beside_slots_then(p->plan));
        matrix_merge(&data->then, b, ask->first, ask->last);
        return;
    }
    if (ask->purpose == ASK_EACH) {
        size_t slots = beside_slots_each(p->plan);
        if (data->each.step_ms != p->plan->each_ms || data->each.slots != slots) {
            matrix_finish(&data->each);
            matrix_init(&data->each, p->plan->each_ms, slots);
        }
        matrix_merge(&data->each, b, ask->first, ask->last);
        return;
    }
    if (ask->purpose == ASK_NOW) {
        move_to_slot(b, ask, p->plan->step_ms);
    }
    unsigned dropped = data->live.dropped;
    matrix_merge(&data->live, b, ask->first, ask->last);
    p->only_added = data->live.dropped == dropped;
    if (ask->last >= matrix_slot(&data->live, ask->tick_ms)) {
        data->now_ms = ask->tick_ms;
        data->condition = CONDITION_ANSWERED;
    }
}

static void finish_discovery(struct poller *p, int64_t now_ms)
{
    for (size_t i = 0; i < p->plan->stages_count; i++) {
        if (p->plan->stages[i].latency && p->plan->stages[i].kind == LATENCY_UNKNOWN) {
            if (!asking_in_flight(p, ASK_TYPE)) {
                p->phase = p->phase == PHASE_NAMES ? PHASE_TYPES : p->phase;
                asking_send_types(p, now_ms);
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
        poller_start_store(p);
    }
    poller_settle_conditions(p);
    p->phase = PHASE_POLLING;
}

void answer_settle(struct poller *p, int64_t now_ms)
{
    if (p->names_known && p->interval_known && p->phase != PHASE_LABELS) {
        finish_discovery(p, now_ms);
    }
}

// Not every flavour tells, so whatever it answers is fine.
static void take_server(struct poller *p, const struct http_reply *r, int64_t now_ms)
{
    struct source_state *s = &p->store->source;
    struct flavour flavour;
    if (r->outcome == HTTP_ANSWERED &&
        flavour_tell(&flavour, p->config->source.url, r->status, r->body, r->body_len)) {
        const char *prefix = p->prefix ? flavour_prefix(p->prefix - 1) : NULL;
        snprintf(s->server, sizeof s->server, prefix ? "%s at %s" : "%s", flavour.name, prefix);
        s->lacks = flavour.lacks;
        if (flavour.limits) {
            store_add_note(p->store, flavour.limits);
        }
    } else if (r->outcome != HTTP_ANSWERED || r->status == 429 || r->status >= 500) {
        p->server_ms = now_ms + REDISCOVER_MS;
    }
}

static enum prom_status take_labels(struct poller *p, const struct http_reply *r, struct str *why)
{
    struct prom_names values = {0};
    enum prom_status status = prom_decode_names(r->status, r->body, r->body_len, &values, why);
    if (status == PROM_OK && values.count > 0) {
        plan_finish(p->plan);
        plan_init(p->plan, p->config, (const char *const *)values.items, values.count);
        poller_start_store(p);
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
        p->type_tries = 0;
    }
    prom_names_finish(&names);
    return status;
}

enum prom_status answer_end_samples(struct poller *p, struct batch *b, struct str *why)
{
    struct samples *s = p->samples;
    p->samples = NULL;
    return prom_samples_end(s, b, why);
}

static enum prom_status take_interval(struct poller *p, struct str *why)
{
    struct batch b = {0};
    enum prom_status status = answer_end_samples(p, &b, why);
    if (status == PROM_OK || status == PROM_REFUSED) { // without it the usual interval will do
        bool any = b.count > 0 && b.series[0].count > 0;
        p->scrape_ms = discover_round_interval(any ? b.series[0].samples[0].value : NAN);
        p->interval_known = true;
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
    // not every flavour has metadata, nor may everybody read it: then the values will tell
    bool none = status == PROM_REFUSED || status == PROM_FOREIGN || status == PROM_UNAUTHORIZED;
    if (none || status == PROM_OK) {
        discover_learn_type(stage, none ? "" : type.text);
    }
    str_finish(&type);
    return none ? PROM_OK : status;
}

static enum prom_status take_samples(
    struct poller *p, struct ask *ask, int64_t now_ms, struct str *why)
{
    struct batch b = {0};
    enum prom_status status = answer_end_samples(p, &b, why);
    if (status == PROM_OK && !ask->present) {
        set_had(p, ask);
    }
    if (status == PROM_OK && agenda_asks(&p->agenda, ask->index)) {
        keep_samples(p, ask, &b, now_ms);
    }
    batch_finish(&b);
    return status;
}

// Whatever goes wrong with these alone says nothing of the server.
static void take_exemplars(struct poller *p, const struct ask *ask, const struct http_reply *r)
{
    struct exemplars_data *data = &p->store->exemplars;
    struct exemplars list = {0};
    struct str why;
    str_init(&why);
    enum prom_status status = prom_decode_exemplars(r->status, r->body, r->body_len, &list, &why);
    if (status != PROM_OK) {
        set_refused(p, ask, why.text);
    } else if (data->stage == p->plan->signals[ask->index].stage) {
        exemplars_finish(&data->list);
        data->list = list;
        data->condition = CONDITION_ANSWERED;
        list = (struct exemplars){0};
    }
    exemplars_finish(&list);
    str_finish(&why);
}

static enum prom_status take(
    struct poller *p, struct ask *ask, const struct http_reply *r, int64_t now_ms, struct str *why)
{
    switch (ask->purpose) {
    case ASK_SERVER:
    case ASK_SCRAPE: return PROM_OK;
    case ASK_LABELS: return take_labels(p, r, why);
    case ASK_NAMES: return take_names(p, r, why);
    case ASK_INTERVAL: return take_interval(p, why);
    case ASK_TYPE: return take_type(p, ask, r, why);
    case ASK_QUERY:
    case ASK_WORDS: return PROM_OK; // see answer_take()
    case ASK_NOW:
    case ASK_SPAN:
    case ASK_THEN:
    case ASK_EACH:
    case ASK_EXEMPLARS:
    case ASK_DAY:
    case ASK_RECENT:
    case ASK_PINNED: break;
    }
    return take_samples(p, ask, now_ms, why);
}

// What was asked twice for nothing, while other questions are answered, is done without.
static bool settle_without(struct poller *p, const struct ask *ask, const struct http_reply *r)
{
    if (p->phase == PHASE_POLLING || p->answers == 0 || reach_is_gone(r)) {
        return false;
    }
    if (ask->purpose == ASK_INTERVAL && p->interval_tries >= DISCOVERY_TRIES) {
        p->scrape_ms = discover_round_interval(NAN);
        p->interval_known = true;
        return true;
    }
    if (ask->purpose == ASK_TYPE && p->type_tries >= DISCOVERY_TRIES) {
        discover_learn_type(&p->plan->stages[ask->index], "");
        return true;
    }
    return false;
}

// Where the rest lives on, WHY is said of what ASK is about.
static void fail(struct poller *p, enum reach_loss loss, const struct ask *ask,
    const struct http_reply *r, const char *why, const char *in_full, int64_t now_ms)
{
    if (settle_without(p, ask, r)) {
        answer_settle(p, now_ms);
        return;
    }
    bool of_source = reach_fail(p, loss, ask, r, in_full, now_ms) == FAULT_OF_SOURCE;
    if (!of_source && ask->purpose >= ASK_NOW) {
        set_refused(p, ask, why);
    }
}

static void fail_refused(struct poller *p, const struct ask *ask, const struct http_reply *r,
    const char *why, int64_t now_ms)
{
    struct str text;
    str_init(&text);
    str_addf(&text, "the server answers with an error: %s", why);
    fail(p, LOSS_ANSWERED, ask, r, why, text.text, now_ms);
    str_finish(&text);
}

static void fail_silent(
    struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms)
{
    struct str text;
    str_init(&text);
    str_add(&text, r->why);
    hint_add(&text, p->config->source.url, r->outcome);
    fail(p, LOSS_SILENT, ask, r, r->why, text.text, now_ms);
    str_finish(&text);
}

static bool has_path(const char *url)
{
    const char *host = strstr(url, "://");
    return host && strchr(host + 3, '/');
}

/** Where an address without a path answers 404, the API may be where it often is. */
static bool try_prefix(struct poller *p, const struct ask *ask, const struct http_reply *r)
{
    if (r->status != 404 || p->store->source.answered_ms > 0 || has_path(p->config->source.url)) {
        return false;
    }
    if (ask->prefix == p->prefix) { // else another answer was first, and the next is tried already
        const char *prefix = flavour_prefix(p->prefix);
        p->prefix = prefix ? p->prefix + 1 : 0;
        http_set_prefix(p->http, prefix ? prefix : "");
    }
    p->discover_ms = 0;
    return p->prefix > 0;
}

// A log-in page of another host is told by where it is.
static void fail_answered(struct poller *p, const struct ask *ask, const struct http_reply *r,
    const char *why, int64_t now_ms)
{
    struct str text;
    str_init(&text);
    if (r->moved_to) {
        str_addf(
            &text, "a redirect leads to %s, which does not get your credentials: ", r->moved_to);
    }
    str_add(&text, why);
    fail(p, LOSS_ANSWERED, ask, r, why, text.text, now_ms);
    str_finish(&text);
}

static void take_scrape(
    struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms)
{
    struct str why;
    struct batch unused = {0};
    str_init(&why);
    bool target = p->scraping.on && r->status == 200;
    if (target ? !scraping_take(p, r, now_ms, &why)
               : prom_decode_samples(r->status, r->body, r->body_len, &unused, &why) != PROM_OK) {
        fail_answered(p, ask, r, why.text, now_ms);
        p->scraping.looked = false;
    }
    batch_finish(&unused);
    str_finish(&why);
}

void answer_take_own(
    struct poller *p, struct ask *ask, struct batch *b, const char *why, int64_t now_ms)
{
    agenda_done(&p->agenda, ask);
    if (b) {
        keep_samples(p, ask, b, now_ms);
    } else {
        set_refused(p, ask, why);
    }
}

static void take_reply(
    struct poller *p, struct ask *ask, const struct http_reply *r, int64_t now_ms)
{
    if (ask->purpose == ASK_SERVER) {
        take_server(p, r, now_ms);
        return;
    }
    scraping_recognise(p, r);
    if (p->scraping.on && ask->purpose != ASK_SCRAPE) {
        return; // it was for a server; a scrape is next
    }
    if (try_prefix(p, ask, r)) {
        return;
    }
    if (r->outcome != HTTP_ANSWERED) {
        fail_silent(p, ask, r, now_ms);
        return;
    }
    if (ask->purpose == ASK_EXEMPLARS) {
        take_exemplars(p, ask, r);
        return;
    }
    if (r->status >= 300 && r->status < 400) { // a redirect that may not be followed
        fail_answered(p, ask, r, r->why, now_ms);
        return;
    }
    struct str why;
    str_init(&why);
    if (ask->purpose == ASK_SCRAPE) {
        take_scrape(p, ask, r, now_ms);
        str_finish(&why);
        return;
    }
    switch (take(p, ask, r, now_ms, &why)) {
    case PROM_OK: reach_regain(p, ask, r, now_ms); break;
    case PROM_REFUSED:
    case PROM_FAILED:
        if (ask->purpose == ASK_INTERVAL && p->interval_known) {
            break;
        }
        if (ask->purpose >= ASK_NOW) {
            reach_regain(p, ask, r, now_ms);
            set_refused(p, ask, why.text);
            break;
        }
        fail_refused(p, ask, r, why.text, now_ms);
        break;
    case PROM_FOREIGN:
        if (scraping_look(p, now_ms)) {
            break;
        }
        fail_answered(p, ask, r, why.text, now_ms);
        break;
    case PROM_UNAUTHORIZED:
    case PROM_BUSY: fail_answered(p, ask, r, why.text, now_ms); break;
    }
    str_finish(&why);
    if (ask->purpose < ASK_NOW) {
        answer_settle(p, now_ms);
    }
}

void answer_take(struct poller *p, int64_t now_ms)
{
    const struct http_reply *r = &p->reply;
    struct ask ask = p->asks[r->tag]; // its place may be taken by a new one meanwhile
    p->asks[r->tag] = (struct ask){0};
    p->ask_used[r->tag] = false;
    trace(p, &ask, r);
    if (ask.purpose >= ASK_NOW && !ask.stray) {
        agenda_done(&p->agenda, &ask);
    }
    if (ask.stray) {
        ; // nobody waits for it
    } else if (ask.purpose == ASK_QUERY) {
        query_take(p, &ask, r);
    } else if (ask.purpose == ASK_WORDS) {
        words_take(p, &ask, r);
    } else {
        take_reply(p, &ask, r, now_ms);
    }
    memory_drop(p, &ask);
    answer_drop(p);
}
