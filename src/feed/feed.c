#include "feed/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "plan/promql.h"

const struct feed_type *const feeds[FEED_KINDS] = {
#define FEED(NAME, name, parts) [FEED_##NAME] = &feed_##name,
#include "feed/feeds.def"
#undef FEED
};

_Static_assert((int)FEED_KINDS <= STORE_SLOTS, "a slot for each kind");

bool wants_has(const struct wants *w, const struct want *want)
{
    bool has = false;
    for (size_t i = 0; i < w->count && !has; i++) {
        const struct want *its = &w->items[i];
        has = its->kind == want->kind && its->subject == want->subject && its->days == want->days;
    }
    return has;
}

void wants_add(struct wants *w, struct want want)
{
    if (want.subject >= 0) {
        mem_grow(&w->items, w->count, &w->cap);
        w->items[w->count++] = want;
    }
}

void wants_finish(struct wants *w)
{
    free(w->items);
    *w = (struct wants){0};
}

void feed_env_init(struct feed_env *env, const struct config *config, const struct plan *plan,
    const struct scope *scope, const struct store *store)
{
    size_t signals = plan->signals_count, stages = plan->stages_count;
    *env = (struct feed_env){.config = config,
        .plan = plan,
        .scope = scope,
        .store = store,
        .subjects = 1 + (signals > stages ? signals : stages)};
    feed_env_want(env, &(struct wants){0});
    env->caches = mem_zalloc(signals, sizeof *env->caches);
    env->hour = mem_zalloc(1, sizeof *env->hour);
}

void feed_env_finish(struct feed_env *env)
{
    for (size_t kind = 0; kind < FEED_KINDS; kind++) {
        free(env->wanted[kind]);
    }
    free(env->caches);
    free(env->hour);
    *env = (struct feed_env){0};
}

void feed_env_want(struct feed_env *env, const struct wants *wants)
{
    for (size_t kind = 0; kind < FEED_KINDS; kind++) {
        if (env->wanted[kind]) {
            memset(env->wanted[kind], 0, env->subjects * sizeof *env->wanted[kind]);
        }
    }
    env->compare_days = 0;
    for (size_t kind = 0; kind < FEED_KINDS; kind++) {
        env->objects[kind] = -1;
    }
    for (size_t i = 0; i < wants->count; i++) {
        const struct want *w = &wants->items[i];
        if ((size_t)w->subject >= env->subjects) {
            continue; // of a plan that is no more
        }
        if (!env->wanted[w->kind]) {
            env->wanted[w->kind] = mem_zalloc(env->subjects, sizeof *env->wanted[w->kind]);
        }
        env->wanted[w->kind][w->subject] = true;
        env->objects[w->kind] = feeds[w->kind]->decode ? w->subject : -1;
        env->compare_days = w->kind == FEED_COMPARE ? w->days : env->compare_days;
    }
}

bool feed_wants(const struct feed_env *env, enum feed_kind kind, int subject)
{
    const bool *wanted = env->wanted[kind];
    return wanted && subject >= 0 && (size_t)subject < env->subjects && wanted[subject];
}

// What explains no stage alone explains any.
static bool is_looked_into(const struct feed_env *env, int stage)
{
    bool any = feed_wants(env, FEED_NOW, stage) || (stage < 0 && feed_wants(env, FEED_CHANGES, 0));
    for (size_t i = 0; stage < 0 && i < env->plan->stages_count && !any; i++) {
        any = feed_wants(env, FEED_NOW, (int)i);
    }
    return any;
}

bool feed_asks(const struct feed_env *env, int i)
{
    const struct signal *s = &env->plan->signals[i];
    return s->expr && (!s->deep || is_looked_into(env, s->stage));
}

bool feed_is_of_signal(const struct feed_type *feed)
{
    return feed->parts > 0;
}

bool feed_is_scheduled(const struct feed_type *feed)
{
    return feed_is_of_signal(feed) || feed->decode;
}

// History waits for the present: a server that refuses the one need not be asked for the other.
bool feed_has_past(const struct feed_env *env, int i)
{
    return plan_has_past(env->plan, i) && env->store->signals[i].now_ms > 0;
}

void feed_add_query(struct str *s, const struct plan *plan, const struct ask *ask)
{
    struct str exprs[ASK_JOINED_EVER];
    const char *texts[ASK_JOINED_EVER] = {NULL};
    size_t count = 1 + (size_t)ask->joined_count;
    for (size_t k = 0; k < count; k++) {
        const struct ask *arm = k == 0 ? ask : &ask->joined[k - 1];
        str_init(&exprs[k]);
        arm->feed->add_query(&exprs[k], plan, arm);
        texts[k] = exprs[k].text;
    }
    promql_add_joined(s, texts, count);
    for (size_t k = 0; k < count; k++) {
        str_finish(&exprs[k]);
    }
}

void feed_write(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    const struct feed_type *feed = ask->feed;
    int64_t timeout_ms = env->config->source.timeout_ms;
    if (feed->write) {
        feed->write(r, env, ask);
        return;
    }
    struct str s;
    str_init(&s);
    feed_add_query(&s, env->plan, ask);
    if (feed->instant) {
        prom_request_instant(r, s.text, ask->tick_ms, timeout_ms);
    } else {
        int64_t step = feed->step_ms(env);
        prom_request_range(r, s.text, ask->first * step, ask->last * step, step, timeout_ms);
    }
    str_finish(&s);
}

void feed_add(struct str *s, const char *text)
{
    str_add(s, text ? text : "");
}

void feed_add_history(struct str *s, const struct plan *plan, const struct ask *ask)
{
    const struct signal *signal = &plan->signals[ask->index];
    feed_add(s, ask->recorded ? signal->recorded : plan_history(signal));
}

int64_t feed_history_step(const struct feed_env *env)
{
    (void)env;
    return STORE_HISTORY_STEP_MS;
}

int64_t feed_span_step(const struct feed_env *env)
{
    return scope_grid(env->scope, env->plan).step_ms;
}

int64_t feed_hour_ms(const struct feed_env *env)
{
    return env->tick_ms / CLOCK_HOUR_MS * CLOCK_HOUR_MS;
}
