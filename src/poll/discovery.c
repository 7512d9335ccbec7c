#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "plan/discover.h"
#include "plan/interval.h"
#include "poll/answer.h"
#include "poll/components.h"
#include "poll/health.h"
#include "poll/lookup_note.h"
#include "poll/poller_state.h"
#include "prom/server_kind.h"

enum { REDISCOVER_MS = 60 * 1000, SOON_MS = 5 * 1000, TRIES = 2 };

static void finish(struct poller *p, int64_t now_ms)
{
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        char *untold = discover_untold(p->plan, i);
        free(untold);
        if (untold) {
            if (!asking_in_flight(p, &feed_metric_type)) {
                p->phase = p->phase == PHASE_NAMES ? PHASE_TYPES : p->phase;
                asking_send_types(p, now_ms);
            }
            return;
        }
    }
    bool first = p->phase != PHASE_POLLING;
    if (first) {
        plan_set_times(p->draft, p->config, p->scope, p->scrape_ms);
    }
    plan_resolve(p->draft);
    if (first) {
        poller_start_store(p);
    }
    poller_settle_conditions(p);
    p->phase = PHASE_POLLING;
}

void discovery_settle(struct poller *p, int64_t now_ms)
{
    if (p->names_known && p->interval_known && p->phase > PHASE_LABELS) {
        finish(p, now_ms);
    }
}

// Not every kind of server tells, so whatever it answers is fine.
void discovery_take_server(struct poller *p, const struct http_reply *r, int64_t now_ms)
{
    struct source_state *s = &p->store->source;
    struct server_kind kind;
    if (r->outcome == HTTP_ANSWERED &&
        server_kind_tell(&kind, p->config->source.url, r->status, r->body, r->body_len)) {
        const char *prefix = p->prefix ? server_kind_prefix(p->prefix - 1) : NULL;
        snprintf(s->server, sizeof s->server, prefix ? _("%s at %s") : "%s", kind.name, prefix);
        s->lacks = kind.lacks;
        if (kind.limits) {
            store_add_note(p->store, kind.limits);
        }
    } else if (s->answered_ms == 0) { // the API may be elsewhere
        p->server_ms = 0;
    } else if (health_is_passing(r)) {
        p->server_ms = now_ms + REDISCOVER_MS;
    }
}

/**
 * The values of LABEL in R, however they were asked for. *UNLABELLED says that there are series,
 * but none that has LABEL, which only a query can tell.
 */
static enum prom_status decode_values(const struct ask *ask, const struct http_reply *r,
    const char *label, struct prom_names *out, bool *unlabelled, struct str *why)
{
    *unlabelled = false;
    if (!ask->by_query) {
        return prom_decode_names(r->status, r->body, r->body_len, out, why);
    }
    struct batch b = {0};
    enum prom_status status = prom_decode_samples(r->status, r->body, r->body_len, &b, why);
    *unlabelled = b.count > 0;
    for (size_t i = 0; i < b.count; i++) {
        const char *value = labels_get(&b.series[i].labels, label);
        *unlabelled = *unlabelled && !value;
        if (value) {
            mem_grow(&out->items, out->count, &out->cap);
            out->items[out->count++] = mem_strdup(value);
        }
    }
    batch_finish(&b);
    return status;
}

static void turn_to_queries(struct poller *p)
{
    p->labels_closed = true;
    p->discover_ms = 0;
}

static enum prom_status take_labels(
    struct poller *p, const struct ask *ask, const struct http_reply *r, struct str *why)
{
    struct prom_names values = {0};
    bool unlabelled;
    enum prom_status status =
        decode_values(ask, r, p->config->by_label.label, &values, &unlabelled, why);
    if (status == PROM_OK && values.count == 0 && !ask->by_query) {
        turn_to_queries(p); // an API of labels that is closed may be empty as well
    } else if (status == PROM_OK && values.count == 0) {
        p->labels_closed = false;
        lookup_stages(p, unlabelled);
        if (p->plan->stages_count > 0) { // the others are judged all the same
            p->phase = PHASE_NAMES;
            p->discover_ms = 0;
        }
    } else if (status == PROM_OK) {
        lookup_drop(p);
        p->store->unmet[0] = '\0';
        plan_renew(p->draft, p->config, (const char *const *)values.items, values.count);
        poller_start_store(p);
        p->phase = PHASE_NAMES;
        p->discover_ms = 0;
    }
    prom_names_finish(&values);
    return status;
}

// Where nothing is there yet, the service may just be starting.
static void ask_soon_again(struct poller *p, int64_t sent_ms)
{
    if (!lookup_all_absent(p->plan)) {
        p->soon_ms = 0;
        return;
    }
    p->soon_ms = p->soon_ms == 0 ? SOON_MS : 2 * p->soon_ms;
    p->soon_ms = p->soon_ms < REDISCOVER_MS ? p->soon_ms : REDISCOVER_MS;
    p->discover_ms = sent_ms + p->soon_ms;
}

static void learn_names(struct poller *p, char *const *names, size_t count, int64_t sent_ms)
{
    discover_learn_names(p->draft, names, count);
    lookup_learn(p);
    ask_soon_again(p, sent_ms);
    p->names_known = true;
    p->type_tries = 0;
}

// Whose buckets were not seen may have lost the only one that was looked for.
static bool lacks_buckets(const struct plan *plan)
{
    bool lacks = false;
    for (size_t i = 0; i < plan->stages_count; i++) {
        lacks = lacks || plan->stages[i].kind == LATENCY_MEAN;
    }
    for (size_t i = 0; i < plan->signals_count; i++) {
        lacks = lacks || plan->signals[i].shape == LATENCY_MEAN;
    }
    return lacks;
}

void discovery_know_names(struct poller *p, const struct name_list *names, int64_t now_ms)
{
    if (discover_finds_any(p->plan, names->items, names->count)) {
        discover_learn_names(p->draft, names->items, names->count);
        if (!lacks_buckets(p->plan)) {
            learn_names(p, names->items, names->count, now_ms);
        }
    }
}

static enum prom_status take_names(
    struct poller *p, const struct ask *ask, const struct http_reply *r, struct str *why)
{
    struct prom_names names = {0};
    bool unlabelled;
    enum prom_status status = decode_values(ask, r, "__name__", &names, &unlabelled, why);
    bool any = status == PROM_OK && discover_finds_any(p->plan, names.items, names.count);
    if (status == PROM_OK && !any && !ask->by_query) {
        turn_to_queries(p); // that there is nothing at all takes two to say
    } else if (status == PROM_OK) {
        p->labels_closed = p->labels_closed && any;
        learn_names(p, names.items, names.count, ask->sent_ms);
    }
    prom_names_finish(&names);
    return status;
}

static enum prom_status take_interval(struct poller *p, struct str *why)
{
    struct batch b = {0};
    enum prom_status status = answer_end_samples(p, &b, why);
    if (status == PROM_OK || status == PROM_REFUSED) { // without it the usual interval will do
        bool any = b.count > 0 && b.series[0].count > 0;
        p->scrape_ms = interval_round(any ? b.series[0].samples[0].value : NAN);
        p->interval_known = any || p->phase != PHASE_COMPONENTS; // the stages may know more
    }
    batch_finish(&b);
    return status;
}

static enum prom_status take_type(
    struct poller *p, const struct ask *ask, const struct http_reply *r, struct str *why)
{
    char *metric = discover_untold(p->plan, (size_t)ask->index);
    struct str type;
    str_init(&type);
    enum prom_status status =
        prom_decode_type(r->status, r->body, r->body_len, metric ? metric : "", &type, why);
    // not every kind of server has metadata, nor may everybody read it: then the values will tell
    bool none = status == PROM_REFUSED || status == PROM_FOREIGN || status == PROM_UNAUTHORIZED;
    if (metric && (none || status == PROM_OK)) {
        discover_learn_type(p->draft, metric, none ? "" : type.text);
    }
    free(metric);
    str_finish(&type);
    return none ? PROM_OK : status;
}

enum prom_status discovery_take(
    struct poller *p, const struct ask *ask, const struct http_reply *r, struct str *why)
{
    return components_are_asked(ask)     ? components_take(p, ask, r, why)
           : ask->feed == &feed_labels   ? take_labels(p, ask, r, why)
           : ask->feed == &feed_names    ? take_names(p, ask, r, why)
           : ask->feed == &feed_interval ? take_interval(p, why)
                                         : take_type(p, ask, r, why);
}

bool discovery_is_about(const struct ask *ask)
{
    return ask->feed == &feed_labels || ask->feed == &feed_names || ask->feed == &feed_interval ||
           components_are_asked(ask);
}

// Whether queries may be answered where R was all that came of ASK. One that hangs is done without
// when others were answered meanwhile; names are asked for together with others.
static bool may_be_closed(const struct poller *p, const struct ask *ask, const struct http_reply *r)
{
    if (r->outcome != HTTP_ANSWERED) {
        return !health_is_gone(r) && (p->answers > 0 || ask->feed == &feed_labels);
    }
    bool wait = r->status == 429 || r->retry_after_s > 0;
    return (r->status >= 400 && r->status != 407 && !wait) ||
           r->status == 200; // some refuse with a page and 200
}

bool discovery_turns_to_queries(struct poller *p, const struct ask *ask, const struct http_reply *r)
{
    if (ask->feed != &feed_labels && ask->feed != &feed_names) {
        return false;
    }
    p->labels_closed = false; // where queries fail as well, it is not the API
    if (!ask->by_query && may_be_closed(p, ask, r)) {
        turn_to_queries(p);
    }
    return p->labels_closed;
}

// What was asked twice for nothing, while other questions are answered, is done without.
bool discovery_does_without(struct poller *p, const struct ask *ask, const struct http_reply *r)
{
    if (p->phase == PHASE_POLLING || p->answers == 0 || health_is_gone(r)) {
        return false;
    }
    if (ask->feed == &feed_interval && p->interval_tries >= TRIES) {
        p->scrape_ms = interval_round(NAN);
        p->interval_known = true;
        return true;
    }
    if (ask->feed == &feed_metric_type && p->type_tries >= TRIES) {
        char *untold = discover_untold(p->plan, (size_t)ask->index);
        discover_learn_type(p->draft, untold ? untold : "", "");
        free(untold);
        return true;
    }
    return false;
}
