#include "poll/lookup.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "poll/health.h"
#include "poll/lookup_ask.h"
#include "poll/lookup_expr.h"
#include "poll/lookup_match.h"
#include "poll/lookup_metric.h"
#include "poll/lookup_note.h"
#include "poll/lookup_step.h"
#include "poll/poller_state.h"
#include "prom/decode.h"
#include "prom/request.h"

enum { AT_ONCE = 4, RETRY_MS = 60 * 1000 };

static void finish(struct lookup *l)
{
    free(l->nearest);
    free(l->label);
    free(l->ended);
    *l = (struct lookup){.step = LOOKUP_DONE};
}

void lookup_drop(struct poller *p)
{
    for (size_t i = 0; i < ASKS_MAX; i++) {
        p->asks[i].orphaned = p->asks[i].orphaned || p->asks[i].feed == &feed_lookup;
    }
    for (size_t i = 0; i < p->lookups.count; i++) {
        finish(&p->lookups.items[i]);
    }
    free(p->lookups.items);
    p->lookups = (struct lookups){0};
}

// ---- what to look up --------------------------------------------------------------------------

/** The lookup of the name of METRIC, or, unless it is MISSING, of METRIC as it stands. */
static struct lookup *find(struct poller *p, const char *metric, bool missing)
{
    for (size_t i = 0; i < p->lookups.count; i++) {
        struct lookup *l = &p->lookups.items[i];
        if (l->metric && l->missing == missing &&
            (missing ? lookup_same_name(l->metric, metric) : strcmp(l->metric, metric) == 0)) {
            return l;
        }
    }
    return NULL;
}

static struct lookup *free_place(struct lookups *all)
{
    for (size_t i = 0; i < all->count; i++) {
        if (!all->items[i].metric) {
            return &all->items[i];
        }
    }
    mem_grow(&all->items, all->count, &all->cap);
    return &all->items[all->count++];
}

void lookup_open(struct poller *p, struct lookup l)
{
    if (find(p, l.metric, l.missing)) {
        free(l.label);
    } else {
        *free_place(&p->lookups) = l;
    }
}

// What was missing and has come needs no note any more.
static void let_go(struct poller *p, struct lookup *l)
{
    struct arena a = {0};
    store_drop_topic(p->store, lookup_topic(&a, l));
    arena_finish(&a);
    finish(l);
}

void lookup_learn_of(struct poller *p, int signal, const char *metric, enum presence presence)
{
    struct lookup *known = metric ? find(p, metric, true) : NULL;
    if (presence == PRESENCE_MISSING && !known) {
        // only what counts failures may have no series because nothing ever failed
        bool errors = lookup_counts_errors(&p->plan->signals[signal]);
        lookup_open(p, (struct lookup){.step = errors ? LOOKUP_TYPE : LOOKUP_NEAR,
                           .signal = signal,
                           .metric = metric,
                           .missing = true});
    } else if (presence == PRESENCE_MISSING && known->step == LOOKUP_DONE) {
        lookup_settle(p, known, PRESENCE_ABSENT);
    } else if (known && presence <= PRESENCE_SERIES && known->step == LOOKUP_DONE) {
        let_go(p, known);
    }
}

void lookup_learn(struct poller *p)
{
    if (!lookup_all_absent(p->plan)) {
        p->store->unmet[0] = '\0';
    }
    p->lookups.checking = false;
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        struct signal *s = &p->draft->signals[i];
        for (int k = 0; k < 2 && !s->deep; k++) {
            lookup_learn_of(p, (int)i, lookup_metric(s, k), *lookup_presence(s, k));
        }
    }
}

void lookup_stages(struct poller *p, bool exists)
{
    const struct stages_by_label_config *c = &p->config->by_label;
    lookup_open(p, (struct lookup){.step = LOOKUP_LABELS,
                       .signal = -1,
                       .metric = c->latency,
                       .exists = exists,
                       .label = mem_strdup(c->label)});
}

// ---- on a server ------------------------------------------------------------------------------

static void send(struct poller *p, size_t index, int i, int64_t now_ms)
{
    struct lookup *l = &p->lookups.items[index];
    struct prom_request r;
    prom_request_init(&r);
    r.bare = p->store->source.lacks & LACKS_QUOTES;
    lookup_write(&r, p, l, p->schedule.env.tick_ms, now_ms + p->store->source.skew_ms);
    p->asks[i] = (struct ask){.feed = &feed_lookup,
        .index = (int)index,
        .sent_ms = now_ms,
        .skew_ms = p->store->source.skew_ms,
        .prefix = p->prefix};
    p->ask_used[i] = true;
    l->asked = true;
    pace_sent(&p->pace, now_ms);
    http_start(
        p->http, &(struct http_request){
                     .path = r.path.text, .query = r.query.text, .gzip = true, .tag = (uint64_t)i});
    prom_request_finish(&r);
}

static bool asks_type(const struct lookup *l)
{
    return l->step == LOOKUP_TYPE || l->step == LOOKUP_FAMILY;
}

// Not every server has metadata: then a name without series is one that nobody knows. Until the
// server has time to answer, nothing is known of it.
static void take_type(
    struct poller *p, struct lookup *l, const struct http_reply *r, int64_t now_ms)
{
    struct str why, name, type;
    str_init(&why);
    str_init(&name);
    str_init(&type);
    lookup_add_family(&name, l);
    if (health_is_passing(r)) {
        p->lookups.types_ms = now_ms + RETRY_MS;
        lookup_settle(p, l, PRESENCE_ABSENT);
    } else {
        bool known =
            prom_decode_type(r->status, r->body, r->body_len, name.text, &type, &why) == PROM_OK;
        p->lookups.types = known ? TYPES_KNOWN : TYPES_REFUSED;
        p->lookups.types_ms = 0;
        lookup_take_type(p, l, known ? type.text : "");
    }
    str_finish(&why);
    str_finish(&name);
    str_finish(&type);
}

static void take_names(struct poller *p, struct lookup *l, const struct http_reply *r)
{
    struct prom_names names = {0};
    struct str why;
    str_init(&why);
    bool known = r->outcome == HTTP_ANSWERED &&
                 prom_decode_names(r->status, r->body, r->body_len, &names, &why) == PROM_OK;
    bool missing =
        (l->step >= LOOKUP_NEAR && l->step <= LOOKUP_ANYWHERE) || l->signal < 0 || l->beyond;
    if (known || missing) {
        lookup_take_names(p, l, &names); // what is missing is known without the others
    } else {
        l->step = LOOKUP_DONE;
    }
    prom_names_finish(&names);
    str_finish(&why);
}

// The answer is one number, a moment in seconds; without it, nobody knows when it was.
static void take_ended(struct poller *p, struct lookup *l, const struct http_reply *r)
{
    struct batch b = {0};
    struct str why;
    str_init(&why);
    bool known = r->outcome == HTTP_ANSWERED &&
                 prom_decode_samples(r->status, r->body, r->body_len, &b, &why) == PROM_OK &&
                 b.count == 1 && b.series[0].count == 1;
    double at_s = known ? b.series[0].samples[0].value : NAN;
    double latest_s = (double)p->schedule.env.tick_ms / 1000;
    lookup_take_ended(p, l, at_s > 0 && at_s <= latest_s ? (int64_t)(at_s * 1000) : 0);
    batch_finish(&b);
    str_finish(&why);
}

void lookup_take(
    struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms)
{
    struct lookup *l = &p->lookups.items[ask->index];
    l->asked = false;
    if (health_mistook_time(p, ask)) {
        return; // it is asked again
    }
    if (l->step == LOOKUP_EXPRESSIONS) {
        lookup_expressions_asked(p, now_ms);
    }
    if (asks_type(l)) {
        take_type(p, l, r, now_ms);
    } else if (l->step == LOOKUP_ENDED) {
        take_ended(p, l, r);
    } else {
        take_names(p, l, r);
    }
}

// ---- without a server -------------------------------------------------------------------------

static void collect(const struct poller *p, const struct lookup *l, struct prom_names *out)
{
    const struct scraped *data = &p->scraping.data;
    size_t len = lookup_name_length(l->metric);
    for (size_t i = 0; i < data->count; i++) {
        const struct labels *labels = &data->series[i].labels;
        const char *name = labels_get(labels, "__name__");
        bool names =
            l->step == LOOKUP_NEAR || l->step == LOOKUP_ANYWHERE || l->step == LOOKUP_EXPRESSIONS;
        bool its = names || (name && strncmp(name, l->metric, len) == 0);
        for (size_t k = 0; its && k < labels->count; k++) {
            const struct label *label = &labels->items[k];
            const char *text = l->step == LOOKUP_LABELS ? label->name : label->value;
            bool wanted = names                      ? strcmp(label->name, "__name__") == 0
                          : l->step == LOOKUP_VALUES ? strcmp(label->name, l->label) == 0
                                                     : true;
            if (wanted && !lookup_has_text(out, text)) {
                mem_grow(&out->items, out->count, &out->cap);
                out->items[out->count++] = mem_strdup(text);
            }
        }
    }
}

// What is found may open others, and move all of them.
static void answer_own(struct poller *p, size_t index)
{
    while (p->lookups.items[index].step != LOOKUP_DONE) {
        struct lookup *l = &p->lookups.items[index];
        struct prom_names names = {0};
        if (asks_type(l)) {
            lookup_take_type(p, l, ""); // what the target declares is known already
        } else if (l->step == LOOKUP_EARLIER || l->step == LOOKUP_LATER) {
            lookup_take_names(p, l, &names); // a target has no past
        } else {
            collect(p, l, &names);
            lookup_take_names(p, l, &names);
        }
        prom_names_finish(&names);
    }
}

// ---- at each turn -----------------------------------------------------------------------------

// Until the first of them is answered, which shows whether the server has metadata at all, there is
// one question about types at a time.
static bool may_ask_type(const struct lookups *all, int64_t now_ms)
{
    bool may = now_ms >= all->types_ms;
    for (size_t i = 0; may && all->types != TYPES_KNOWN && i < all->count; i++) {
        may = !(all->items[i].asked && asks_type(&all->items[i]));
    }
    return may;
}

// What the stages are comes first; the rest only explains, and waits until the numbers are there.
static bool is_due(const struct poller *p, const struct lookup *l, int64_t now_ms)
{
    bool open = l->step != LOOKUP_DONE && !l->asked;
    return open && (l->signal < 0 || schedule_complete(&p->schedule)) &&
           (!asks_type(l) || may_ask_type(&p->lookups, now_ms));
}

/** Asks for, or finds in what was scraped, what L is about. Returns whether more is known. */
static bool run(struct poller *p, size_t index, int64_t now_ms, int *room)
{
    struct lookup *l = &p->lookups.items[index];
    if (p->scraping.on) {
        bool open = l->step != LOOKUP_DONE;
        if (l->step == LOOKUP_EXPRESSIONS) {
            lookup_expressions_asked(p, now_ms);
        }
        answer_own(p, index);
        return open;
    }
    if (!is_due(p, l, now_ms)) {
        return false;
    }
    if (asks_type(l) && p->lookups.types == TYPES_REFUSED) {
        l->step = LOOKUP_NEAR;
    }
    int free = *room > 0 ? asking_free_paced(p, now_ms) : -1;
    if (free >= 0) {
        send(p, index, free, now_ms);
        (*room)--;
    }
    return false;
}

bool lookup_run(struct poller *p, int64_t now_ms)
{
    bool changed = false;
    int room = AT_ONCE;
    if (p->store->source.health == HEALTH_LOST) {
        return false;
    }
    if (p->phase == PHASE_POLLING && !p->lookups.matchers_seen && schedule_complete(&p->schedule)) {
        p->lookups.matchers_seen = true;
        if (!p->schedule.rests) { // else nothing has answered that could say
            lookup_look_at_matchers(p);
            lookup_look_at_expressions(p);
        }
    }
    lookup_renew_expressions(p, now_ms);
    for (size_t i = 0; i < p->lookups.count; i++) {
        room -= p->lookups.items[i].asked;
    }
    for (size_t i = 0; i < p->lookups.count; i++) {
        if (lookup_is_matched(p, &p->lookups.items[i])) {
            let_go(p, &p->lookups.items[i]);
            changed = true;
        }
        changed = run(p, i, now_ms, &room) || changed;
    }
    return changed;
}

bool lookup_busy(const struct poller *p)
{
    if (p->store->source.health == HEALTH_LOST) {
        return false;
    }
    bool busy = p->lookups.checking || (p->phase == PHASE_POLLING && !p->lookups.matchers_seen);
    for (size_t i = 0; i < p->lookups.count; i++) {
        const struct lookup *l = &p->lookups.items[i];
        bool waits = asks_type(l) && !l->asked && p->lookups.types_ms > 0;
        bool again = l->step == LOOKUP_EXPRESSIONS && p->lookups.expressions_ms > 0;
        busy = busy || (l->step != LOOKUP_DONE && !waits && !again);
    }
    return busy;
}
