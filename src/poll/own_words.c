#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "plan/promql.h"
#include "poll/own_query.h"
#include "poll/poller_state.h"
#include "prom/request.h"

enum { RETRY_MS = 10 * 1000, LASTS_MS = 10 * 60 * 1000, AT_ONCE = 2 };

void words_drop(struct poller *p)
{
    for (size_t i = 0; i < WORDS_LISTS; i++) {
        vocabulary_finish(&p->words[i]);
    }
}

// The place of a list that is not waited for, and was looked at the longest ago.
static struct vocabulary *make_room(struct poller *p)
{
    struct vocabulary *oldest = NULL;
    for (size_t i = 0; i < WORDS_LISTS; i++) {
        struct vocabulary *v = &p->words[i];
        if (v->state != VOCABULARY_ASKED && (!oldest || v->used < oldest->used)) {
            oldest = v;
        }
    }
    check(oldest); // only a few are asked for at a time
    vocabulary_finish(oldest);
    return oldest;
}

const struct vocabulary *poller_words(
    struct poller *p, enum vocabulary_kind kind, const char *metric, const char *label)
{
    struct vocabulary *found = NULL;
    for (size_t i = 0; i < WORDS_LISTS && !found; i++) {
        found = vocabulary_is(&p->words[i], kind, metric, label) ? &p->words[i] : NULL;
    }
    if (!found) {
        found = make_room(p);
        found->kind = kind;
        found->metric = mem_strdup(metric);
        found->label = mem_strdup(label);
        p->wants_more = true;
    }
    found->used = ++p->words_used;
    found->looked_at = true;
    return found;
}

static void write_request(
    struct prom_request *r, const struct poller *p, const struct vocabulary *v, int64_t tick_ms)
{
    const char *extra = p->config->selector;
    int64_t from_ms = tick_ms - p->scope->span_ms;
    struct str s;
    str_init(&s);
    if (*v->metric) {
        promql_add_selector(&s, v->metric, "", extra);
    } else if (extra && *extra) {
        str_addf(&s, "{%s}", extra);
    }
    const char *selector = s.len > 0 ? s.text : NULL; // without one the server looks at no series
    if (v->kind == VOCABULARY_LABELS) {
        prom_request_labels(r, selector, from_ms, tick_ms);
    } else {
        const char *label = v->kind == VOCABULARY_METRICS ? "__name__" : v->label;
        prom_request_label_values(r, label, selector, from_ms, tick_ms);
    }
    prom_request_add_limit(r, VOCABULARY_WORDS_MAX + 1); // one more tells that there are more
    str_finish(&s);
}

// ---- without a server -------------------------------------------------------------------------

static void collect(const struct poller *p, struct vocabulary *v)
{
    const struct scraped *data = &p->scraping.data;
    for (size_t i = 0; i < data->count; i++) {
        const struct labels *l = &data->series[i].labels;
        const char *name = labels_get(l, "__name__");
        if (*v->metric && (!name || strcmp(name, v->metric) != 0)) {
            continue;
        }
        for (size_t k = 0; v->kind == VOCABULARY_LABELS && k < l->count; k++) {
            vocabulary_add(v, l->items[k].name, PROM_TEXT_MAX);
        }
        const char *value = v->kind == VOCABULARY_METRICS ? name : labels_get(l, v->label);
        if (v->kind != VOCABULARY_LABELS && value) {
            vocabulary_add(v, value, PROM_TEXT_MAX);
        }
        if (v->count > VOCABULARY_WORDS_MAX / 2) { // most of them are many times the same
            vocabulary_sort(v);
        }
    }
    vocabulary_sort(v);
    v->state = VOCABULARY_KNOWN;
}

// ---- asking -----------------------------------------------------------------------------------

static bool is_due(const struct vocabulary *v, int64_t now_ms)
{
    int64_t age_ms = now_ms - v->asked_ms;
    return v->state == VOCABULARY_WANTED || (v->state == VOCABULARY_FAILED && age_ms >= RETRY_MS) ||
           (v->state == VOCABULARY_KNOWN && age_ms >= LASTS_MS);
}

static void send(struct poller *p, struct vocabulary *v, int i, int64_t now_ms)
{
    struct prom_request r;
    prom_request_init(&r);
    r.bare = p->store->source.lacks & LACKS_QUOTES;
    write_request(&r, p, v, asking_tick_ms(p, now_ms));
    p->asks[i] = (struct ask){
        .feed = &feed_words, .index = (int)(v - p->words), .sent_ms = now_ms, .prefix = p->prefix};
    p->ask_used[i] = true;
    v->state = VOCABULARY_ASKED;
    v->asked_ms = now_ms;
    http_start(p->http, &(struct http_request){.path = r.path.text,
                            .query = r.query.text,
                            .gzip = true,
                            .urgent = true,
                            .tag = (uint64_t)i});
    prom_request_finish(&r);
}

bool words_run(struct poller *p, int64_t now_ms)
{
    bool changed = false;
    int room = AT_ONCE;
    for (size_t i = 0; i < WORDS_LISTS; i++) {
        room -= p->words[i].metric && p->words[i].state == VOCABULARY_ASKED;
    }
    for (size_t i = 0; i < WORDS_LISTS; i++) {
        struct vocabulary *v = &p->words[i];
        bool looked_at = v->looked_at;
        v->looked_at = false;
        if (!looked_at || !is_due(v, now_ms)) {
            continue;
        }
        if (p->store->source.health == HEALTH_LOST) {
            v->looked_at = true; // it is left alone
            continue;
        }
        if (p->scraping.on) {
            struct vocabulary fresh = {.kind = v->kind,
                .metric = mem_strdup(v->metric),
                .label = mem_strdup(v->label),
                .asked_ms = now_ms,
                .used = v->used};
            vocabulary_finish(v);
            *v = fresh;
            collect(p, v);
            changed = true;
        } else if (room > 0 && asking_free(p) >= 0) {
            send(p, v, asking_free(p), now_ms);
            room--;
        } else {
            v->looked_at = true; // and waits for its turn
        }
    }
    return changed;
}

void words_take(struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms)
{
    (void)now_ms;
    struct vocabulary *v = &p->words[ask->index];
    struct prom_names names = {0};
    struct str why;
    str_init(&why);
    if (v->state != VOCABULARY_ASKED) {
        return; // its place was taken
    }
    v->state = VOCABULARY_FAILED;
    if (r->outcome == HTTP_ANSWERED &&
        prom_decode_names(r->status, r->body, r->body_len, &names, &why) == PROM_OK) {
        struct vocabulary fresh = {.kind = v->kind,
            .metric = mem_strdup(v->metric),
            .label = mem_strdup(v->label),
            .state = VOCABULARY_KNOWN,
            .asked_ms = v->asked_ms,
            .used = v->used};
        vocabulary_finish(v);
        *v = fresh;
        for (size_t i = 0; i < names.count; i++) {
            vocabulary_add(v, names.items[i], PROM_TEXT_MAX);
        }
        vocabulary_sort(v);
    }
    prom_names_finish(&names);
    str_finish(&why);
}
