#include "poll/scraping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/clock_in.h"
#include "base/mem.h"
#include "base/text.h"
#include "endpoint/url.h"
#include "plan/discover.h"
#include "poll/answer.h"
#include "poll/components.h"
#include "poll/health.h"
#include "poll/lookup_metric.h"
#include "poll/poller_state.h"
#include "promql/name.h"
#include "scrape/eval.h"

enum { INTERVAL_MS = 5000 };

/** Where the metrics are below the address: itself, when it has a path. */
static const char *path_of(const struct poller *p)
{
    return url_has_path(p->config->source.url) ? "" : "/metrics";
}

static int64_t newest(const struct scraped *data)
{
    return data->scrapes_count ? data->scrapes[data->scrapes_count - 1] : 0;
}

bool scraping_look(struct poller *p, int64_t now_ms)
{
    if (p->scraping.looked || p->store->source.answered_ms > 0 || p->config->has_at) {
        return false;
    }
    p->scraping.looked = true;
    http_set_prefix(p->http, "");
    asking_send_scrape(p, path_of(p), now_ms);
    return true;
}

/** Whether any stage's latency is among the metrics in BODY. */
static bool serves_any(const struct poller *p, const char *body)
{
    for (size_t i = 0; i < p->plan->stages_count; i++) {
        const struct stage *s = &p->plan->stages[i];
        if (s->latency && strstr(body, s->metric)) {
            return true;
        }
    }
    if (components_are_in(p, body)) {
        return true;
    }
    const char *by_label = p->config->by_label.latency;
    char *name = by_label ? mem_strndup(by_label, name_length(by_label)) : NULL;
    bool is = name && strstr(body, name);
    free(name);
    return is;
}

void scraping_recognise(struct poller *p, const struct http_reply *r)
{
    if (p->scraping.on || p->store->source.answered_ms > 0 || r->status != 200 ||
        p->config->has_at || !exposition_is(r->content_type, r->body, r->body_len)) {
        return;
    }
    // everything has a /metrics of its own, Grafana as well: a path that was not given has to fit
    if (!url_has_path(p->config->source.url) && !serves_any(p, r->body)) {
        return;
    }
    http_set_prefix(p->http, "");
    poller_disown_asks(p); // what went to a server that is not there
    history_stop(p);       // what was kept came from a server, which has to prove it
    poller_start_store(p);
    p->scraping.on = true;
    p->scraping.path = path_of(p);
    scraping_keep(p);
    p->scrape_ms = INTERVAL_MS;
    plan_set_times(p->draft, p->config, p->scope, p->scrape_ms);
}

void scraping_keep(struct poller *p)
{
    int64_t needed_ms = p->scope->span_ms + p->plan->window_ms;
    struct scraped *data = &p->scraping.data;
    data->keep_ms = needed_ms > data->keep_ms ? needed_ms : data->keep_ms;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/** The values of the label that makes stages, each once and in order; the caller frees. */
static const char **label_values(const struct poller *p, size_t *count)
{
    const struct stages_by_label_config *c = &p->config->by_label;
    const char **values = mem_zalloc(p->scraping.data.count + 1, sizeof *values);
    size_t all = 0, len = name_length(c->latency);
    for (size_t i = 0; i < p->scraping.data.count; i++) {
        const struct labels *labels = &p->scraping.data.series[i].labels;
        const char *name = labels_get(labels, "__name__"), *value = labels_get(labels, c->label);
        if (value && strncmp(name, c->latency, len) == 0) {
            values[all++] = value;
        }
    }
    if (all > 1) {
        qsort(values, all, sizeof *values, by_text);
    }
    *count = 0;
    for (size_t i = 0; i < all; i++) {
        if (*count == 0 || strcmp(values[*count - 1], values[i]) != 0) {
            values[(*count)++] = values[i];
        }
    }
    return values;
}

static void learn_labels(struct poller *p)
{
    size_t count;
    const char **values = label_values(p, &count);
    if (!count) {
        lookup_stages(p, false);
        p->phase = p->plan->stages_count > 0 ? PHASE_NAMES : p->phase;
    } else {
        lookup_drop(p);
        plan_renew(p->draft, p->config, values, count);
        plan_set_times(p->draft, p->config, p->scope, p->scrape_ms);
        p->phase = PHASE_NAMES;
    }
    free(values);
}

/** What has no series yet may still be declared. */
static void learn_declared(
    struct poller *p, const struct exposition *e, const struct prom_names *names)
{
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        struct signal *s = &p->draft->signals[i];
        if (s->presence == PRESENCE_MISSING && s->kind != SIGNAL_LATENCY) {
            struct str name;
            str_init(&name);
            str_append(&name, s->source.metric, name_length(s->source.metric));
            bool declared = *exposition_type_of(e, name.text);
            str_add(&name, "_total"); // else it is the family of a counter that is there
            s->presence =
                declared && !lookup_has_text(names, name.text) ? PRESENCE_DECLARED : s->presence;
            str_finish(&name);
        }
    }
}

static void learn_names(struct poller *p, const struct exposition *e, int64_t now_ms)
{
    struct prom_names names = {0};
    for (size_t i = 0; i < e->samples.count; i++) {
        const char *name = labels_get(&e->samples.series[i].labels, "__name__");
        if (names.count == 0 || strcmp(names.items[names.count - 1], name) != 0) {
            mem_grow(&names.items, names.count, &names.cap);
            names.items[names.count++] = mem_strdup(name);
        }
    }
    discover_learn_names(p->draft, names.items, names.count);
    learn_declared(p, e, &names);
    prom_names_finish(&names);
    lookup_learn(p);
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        char *untold;
        while ((untold = discover_untold(p->plan, i))) { // first itself, then its limit
            discover_learn_type(p->draft, untold, exposition_type_of(e, untold));
            free(untold);
        }
    }
    p->names_known = p->interval_known = true;
    discovery_settle(p, now_ms);
}

/** What is known of the target in place of a server's answers. Whether anything was asked. */
static bool answer_own(struct poller *p, int64_t now_ms)
{
    int64_t refresh = p->plan->refresh_ms, at = p->scope->at_ms;
    int64_t last = newest(&p->scraping.data), t_ms = at > 0 ? at : last;
    struct ask ask;
    struct str why;
    bool any = false;
    if (p->phase != PHASE_POLLING || p->scraping.data.scrapes_count < 2) {
        return false; // there are no rates yet
    }
    p->schedule.env.tick_ms = at > 0 ? at : last / refresh * refresh;
    p->schedule.env.ahead_ms = at > 0 ? last / refresh * refresh - at : 0;
    str_init(&why);
    while (schedule_next(&p->schedule, &ask)) {
        const char *expr = p->plan->signals[ask.index].expr;
        int64_t step = ask.feed->step_ms(&p->schedule.env);
        struct batch b = {0};
        enum signal_kind kind = p->plan->signals[ask.index].kind;
        bool foreign = kind == SIGNAL_TARGETS || kind == SIGNAL_REPLICAS ||
                       kind == SIGNAL_PLACES; // there is this one alone
        bool good = foreign ? true
                    : ask.feed->instant
                        ? eval_instant(&p->scraping.data, expr, t_ms, &b, &why, NULL)
                        : eval_range(&p->scraping.data, expr, ask.first * step, ask.last * step,
                              step, &b, &why, NULL);
        ask.sent_ms = now_ms;
        answer_take_own(p, &ask, good ? &b : NULL, why.text, now_ms);
        batch_finish(&b);
        any = true;
    }
    str_finish(&why);
    return any;
}

static const char *say_left_out(
    struct arena *a, const struct scraped *data, const struct exposition *e)
{
    size_t all = e->samples.count + e->samples.left_out;
    double out = (double)data->left_out;
    if (e->wanted_left > 0) {
        return arena_printf(a,
            text_count("the target has %zu series: %zu is left out, and stages need the metrics of "
                       "%zu of them",
                "the target has %zu series: %zu are left out, and stages need the metrics of %zu "
                "of them",
                out),
            all, data->left_out, e->wanted_left);
    }
    return arena_printf(a,
        text_count("the target has %zu series: %zu that no stage needs is left out",
            "the target has %zu series: %zu that no stage needs are left out", out),
        all, data->left_out);
}

/** Says so where the target has more than is kept of it. */
static void say_what_is_cut(struct poller *p, const struct exposition *e)
{
    static const char topic[] = "cut";
    const struct scraped *data = &p->scraping.data;
    struct arena a = {0};
    store_drop_topic(p->store, topic);
    p->store->source.series_cut = e->wanted_left > 0;
    if (data->left_out > 0) {
        store_add_topic(p->store, topic, say_left_out(&a, data, e));
    }
    if (data->gone_ms > 0) {
        store_add_topic(p->store, topic,
            arena_printf(&a,
                _("the target has so many new series that ended ones are dropped after %s"),
                clock_age_in(&a, data->gone_ms)));
    }
    if (data->shortened) {
        store_add_topic(p->store, topic,
            arena_printf(&a, _("the target has so many series that only the last %s are kept"),
                clock_age_in(&a, newest(data) - data->scrapes[0])));
    }
    arena_finish(&a);
}

/** Says where the numbers come from, and so how far back "usual" can reach. */
static void say_so(struct poller *p)
{
    static const char topic[] = "scraped";
    struct source_state *s = &p->store->source;
    int64_t since_ms = p->scraping.data.scrapes[0];
    if (p->scraping.since_ms != since_ms) {
        struct arena a = {0};
        p->scraping.since_ms = since_ms;
        store_drop_topic(p->store, topic);
        store_add_topic(p->store, topic,
            arena_printf(&a,
                _("ragtop scrapes this target itself: usual is only what it has seen since %s"),
                clock_local_in(&a, since_ms, "%H:%M:%S")));
        arena_finish(&a);
    }
    snprintf(s->server, sizeof s->server, "%s", _("scraped by ragtop itself"));
    s->scraped = true;
    s->scraped_since_ms = since_ms;
    s->lacks = LACKS_METADATA | LACKS_RULES | LACKS_EXEMPLARS | LACKS_TARGETS;
}

static void add_wanted(struct str *s, const struct metric_config *m)
{
    const char *const texts[] = {m->metric, m->expr, m->count};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i]) {
            str_addf(s, "%s\n", texts[i]);
        }
    }
}

/** All that the plan asks for, and what makes its stages. */
static void add_all_wanted(struct str *s, const struct poller *p)
{
    for (size_t i = 0; i < p->plan->stages_count; i++) {
        str_addf(s, "%s\n", p->plan->stages[i].latency ? p->plan->stages[i].latency : "");
    }
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        add_wanted(s, &p->plan->signals[i].source);
        add_wanted(s, &p->plan->signals[i].limit);
    }
    if (p->config->by_label.latency) {
        str_add(s, p->config->by_label.latency);
    }
}

bool scraping_take(struct poller *p, const struct http_reply *r, int64_t now_ms, struct str *why)
{
    struct exposition e = {0};
    struct scraped *data = &p->scraping.data;
    const char *lack = exposition_lack(r->body, r->body_len);
    if (lack) {
        str_setf(why, "%s", lack);
        return false;
    }
    struct str wanted;
    str_init(&wanted);
    add_all_wanted(&wanted, p);
    e.wanted = wanted.text;
    bool good = exposition_decode(&e, r->body, r->body_len, why);
    e.wanted = NULL;
    str_finish(&wanted);
    if (!good) {
        exposition_finish(&e);
        return false;
    }
    int64_t last = newest(data);
    int64_t t = now_ms > last ? now_ms : last + 1;
    scraped_add(data, &e.samples, t);
    health_regain(p, &(struct ask){.probe = true}, r, now_ms);
    p->store->source.skew_ms = 0; // the moments are ours
    if (p->phase == PHASE_COMPONENTS) {
        components_scraped(p, &e.samples, now_ms);
    } else if (p->phase == PHASE_LABELS) {
        learn_labels(p);
    }
    if (p->phase > PHASE_LABELS) {
        learn_names(p, &e, now_ms);
    }
    say_so(p);
    say_what_is_cut(p, &e);
    exposition_finish(&e);
    return true;
}

bool scraping_run(struct poller *p, int64_t now_ms)
{
    bool changed = answer_own(p, now_ms);
    int64_t clock_ms = p->paused_ms ? p->paused_ms : now_ms;
    int64_t tick = clock_ms / p->plan->refresh_ms * p->plan->refresh_ms;
    bool lost = p->store->source.health == HEALTH_LOST;
    p->schedule.env.tick_ms =
        p->scope->at_ms > 0 ? p->scope->at_ms : tick; // until that scrape is there
    // a rate between two scrapes close together would be chance
    // and what is said of a tick is not said of a moment before the first scrape
    bool soon = now_ms - newest(&p->scraping.data) < p->plan->refresh_ms / 2 ||
                (p->scraping.data.scrapes_count == 1 && tick < p->scraping.data.scrapes[0]);
    if (soon || asking_in_flight(p, &feed_scrape) ||
        (lost ? asking_rests(p) || now_ms < p->store->source.retry_ms
              : p->scraping.tick_ms == tick)) {
        return changed;
    }
    p->scraping.tick_ms = tick;
    asking_send_scrape(p, p->scraping.path, now_ms);
    return changed;
}
