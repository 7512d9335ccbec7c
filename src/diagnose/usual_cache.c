#include "diagnose/usual_cache.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct cached_usual {
    uint64_t key; // 0: nothing is kept
    struct usual usual;
};

struct cached_share {
    uint64_t key;
    struct usual_share share;
};

static void make_room(struct usual_cache *m, size_t places)
{
    size_t more = places - m->places;
    m->usuals = mem_resize(m->usuals, places * USUAL_OF_WHATS, sizeof *m->usuals);
    m->shares = mem_resize(m->shares, places, sizeof *m->shares);
    memset(&m->usuals[m->places * USUAL_OF_WHATS], 0, more * USUAL_OF_WHATS * sizeof *m->usuals);
    memset(&m->shares[m->places], 0, more * sizeof *m->shares);
    m->places = places;
}

void usual_cache_init(struct usual_cache *m, const struct plan *plan)
{
    *m = (struct usual_cache){.signals = plan->signals_count};
    make_room(m, m->signals);
    m->keys = mem_zalloc(plan->signals_count, sizeof *m->keys);
    m->own = mem_zalloc(plan->signals_count, sizeof *m->own);
}

void usual_cache_expect_tools(struct usual_cache *m, size_t tools)
{
    size_t places = m->signals + tools * USUAL_TOOL_WHATS;
    if (places > m->places) {
        make_room(m, places);
    }
}

void usual_cache_finish(struct usual_cache *m)
{
    free(m->usuals);
    free(m->shares);
    free(m->keys);
    free(m->own);
    *m = (struct usual_cache){0};
}

// FNV-1a, a word at a time.
static void mix(uint64_t *hash, uint64_t with)
{
    *hash = (*hash ^ with) * 0x100000001b3u;
    *hash ^= *hash >> 32;
}

static void mix_history(uint64_t *hash, const struct history *h)
{
    mix(hash, h && h->answered ? h->version + 1 : 0);
    mix(hash, h && h->answered ? (uint64_t)h->first : 0);
}

static uint64_t key_of_signal(const struct signal_data *data)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        mix_history(&hash, store_day(data, day));
    }
    mix_history(&hash, &data->recent);
    mix_history(&hash, &data->pinned);
    mix_history(&hash, data->saved);
    return hash;
}

// Which points lie near the moment changes every five minutes.
static uint64_t key_of_rules(const struct usual_rules *rules)
{
    uint64_t hash = (uint64_t)rules->baseline;
    mix(&hash, (uint64_t)rules->days);
    mix(&hash, (uint64_t)rules->window_ms);
    mix(&hash, (uint64_t)(rules->tick_ms / STORE_HISTORY_STEP_MS));
    return hash;
}

static void mix_stage(uint64_t *hash, const struct plan *plan, const uint64_t *own, int stage)
{
    const struct stage *s = &plan->stages[stage];
    mix(hash, (uint64_t)s->kind);
    mix(hash, own[s->latency_signal]);
    mix(hash, s->requests_signal >= 0 ? own[s->requests_signal] : 0);
}

void usual_cache_begin(struct usual_cache *m, const struct plan *plan, const struct store *store,
    const struct usual_rules *rules)
{
    uint64_t all = key_of_rules(rules);
    uint64_t *own = m->own;
    for (size_t i = 0; i < m->signals; i++) {
        own[i] = key_of_signal(&store->signals[i]);
        mix(&all, own[i]);
    }
    for (size_t i = 0; i < m->signals; i++) {
        uint64_t hash = key_of_rules(rules);
        int stage = plan->signals[i].stage;
        mix(&hash, own[i]);
        if (stage >= 0) {
            mix_stage(&hash, plan, own, stage);
            mix_stage(&hash, plan, own, plan_root(plan, stage));
        } else {
            mix(&hash, all);
        }
        m->keys[i] = hash;
    }
}

static size_t place_of(const struct usual_cache *m, struct usual_at at)
{
    return at.tool > 0 ? m->signals + (size_t)at.tool - 1 : (size_t)at.signal;
}

static uint64_t key_of(const struct usual_cache *m, struct usual_at at)
{
    uint64_t key = m->keys[at.signal];
    mix(&key, at.id);
    return key ? key : 1;
}

struct usual usual_cache_of(struct usual_cache *m, struct usual_at at,
    const struct signal_data *data, const struct usual_rules *rules, usual_value *value,
    const void *context)
{
    struct cached_usual *kept = &m->usuals[place_of(m, at) * USUAL_OF_WHATS + at.what];
    // the span changes with every answer
    bool of_span = kept->usual.kind == USUAL_SPAN || kept->usual.kind == USUAL_NONE;
    if (kept->key != key_of(m, at) || of_span) {
        kept->usual = usual_of(data, rules, value, context);
        kept->key = key_of(m, at);
    }
    return kept->usual;
}

struct usual_share usual_cache_share(struct usual_cache *m, struct usual_at at,
    const struct signal_data *data, const struct usual_rules *rules, usual_count *count,
    const void *context)
{
    struct cached_share *kept = &m->shares[place_of(m, at)];
    bool of_span = kept->share.passing || isnan(kept->share.share);
    if (kept->key != key_of(m, at) || of_span) {
        kept->share = usual_share_of(data, rules, count, context);
        kept->key = key_of(m, at);
    }
    return kept->share;
}
