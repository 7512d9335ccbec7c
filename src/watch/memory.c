#include "watch/memory.h"

#include "base/arena.h"
#include "base/text.h"
#include "endpoint/identity.h"

enum {
    GIVEN_AT_A_TIME = 128, // windows of a signal: keys are looked at between two turns
    LOCKED_WAIT_MS = 10,
};

void memory_start(struct memory *m, struct poller *poller, const struct config *config)
{
    *m = (struct memory){.config = config->cache_directory ? config : NULL};
    if (m->config) {
        poller_use_history(poller);
    }
}

void memory_finish(struct memory *m)
{
    cache_close(m->cache);
    *m = (struct memory){0};
}

int memory_due_ms(const struct memory *m, int most)
{
    return m->locked_ms && most > LOCKED_WAIT_MS ? LOCKED_WAIT_MS : most;
}

static enum cache_result open_cache(struct memory *m, int64_t now_ms, struct str *why)
{
    struct str source;
    str_init(&source);
    identity_add(&source, &m->config->source);
    enum cache_result result =
        cache_open(&m->cache, m->config->cache_directory, source.text, now_ms, why);
    identity_wipe(&source);
    str_finish(&source);
    return result;
}

static void learn(struct cache *c, const struct history_news *n)
{
    switch (n->kind) {
    case HISTORY_ANSWER:
        cache_write(c, n->expr, n->first, n->last, &n->answer, n->serves_ms, n->now_ms);
        break;
    case HISTORY_DROP: cache_drop(c, n->expr); break;
    case HISTORY_FORGET: cache_forget(c, (const char *const *)n->keep, n->keep_count); break;
    }
}

static enum cache_result learn_all(
    struct memory *m, struct poller *poller, int64_t now_ms, struct str *why)
{
    size_t count;
    const struct history_news *news = poller_news(poller, &count);
    if (count == 0) {
        return CACHE_DONE;
    }
    cache_set_day(m->cache, now_ms);
    cache_begin(m->cache, true);
    for (size_t i = 0; i < count; i++) {
        learn(m->cache, &news[i]);
    }
    enum cache_result result = cache_end(m->cache, why);
    if (result == CACHE_DONE) {
        poller_drop_news(poller);
    }
    return result;
}

static bool look_up(struct cache *c, const struct history_want *w, struct matrix *out)
{
    return w->sample ? cache_sample(c, w->expr, w->after, out)
                     : cache_read(c, w->expr, w->first, w->last, w->now_ms, out);
}

static enum cache_result give(
    struct memory *m, struct poller *poller, int64_t now_ms, bool *gave, struct str *why)
{
    struct history_want want;
    if (!poller_next_want(poller, now_ms, &want)) {
        return CACHE_DONE;
    }
    cache_begin(m->cache, false);
    for (int i = 0; i < GIVEN_AT_A_TIME && poller_next_want(poller, now_ms, &want); i++) {
        struct matrix values = {0};
        bool known = look_up(m->cache, &want, &values);
        if (!cache_is_sound(m->cache)) { // that nothing is known is not to be believed
            matrix_finish(&values);
            break;
        }
        poller_give(poller, &want, known ? &values : NULL);
        *gave = true;
    }
    return cache_end(m->cache, why);
}

static bool give_nothing(struct poller *poller, int64_t now_ms)
{
    struct history_want want;
    bool gave = false;
    while (poller_next_want(poller, now_ms, &want)) {
        poller_give(poller, &want, NULL);
        gave = true;
    }
    poller_drop_news(poller);
    return gave;
}

static void give_up(struct memory *m, const struct poller *poller, const char *why)
{
    struct str line;
    str_init(&line);
    str_addf(&line, "no cache of history in %s: %s", m->config->cache_directory, why);
    poller_say(poller, line.text);
    str_finish(&line);
    cache_close(m->cache);
    m->cache = NULL;
    m->over = true;
    m->locked_ms = 0;
}

static void settle(struct memory *m, const struct poller *poller, enum cache_result result,
    int64_t now_ms, const char *why)
{
    bool set_back = now_ms < m->locked_ms;
    switch (result) {
    case CACHE_DONE: m->locked_ms = 0; break;
    case CACHE_LOCKED:
        m->locked_ms = m->locked_ms && !set_back ? m->locked_ms : now_ms;
        if (now_ms - m->locked_ms >= MEMORY_LOCKED_MS) {
            give_up(m, poller, why);
        }
        break;
    case CACHE_LOST: give_up(m, poller, why); break;
    }
}

bool memory_turn(struct memory *m, struct poller *poller, int64_t now_ms)
{
    size_t count;
    struct history_want want;
    bool gave = false;
    poller_news(poller, &count);
    if (!m->config || (count == 0 && !poller_next_want(poller, now_ms, &want))) {
        return false;
    }
    if (!m->over) {
        struct str why;
        str_init(&why);
        enum cache_result result = m->cache ? CACHE_DONE : open_cache(m, now_ms, &why);
        result = result == CACHE_DONE ? learn_all(m, poller, now_ms, &why) : result;
        result = result == CACHE_DONE ? give(m, poller, now_ms, &gave, &why) : result;
        settle(m, poller, result, now_ms, why.text);
        str_finish(&why);
    }
    return (m->over && give_nothing(poller, now_ms)) || gave;
}

static const struct history *find(const void *context, const struct labels *name)
{
    return saved_find(context, name);
}

bool memory_load(struct saved *saved, struct poller *poller, const struct config *config,
    struct scope *scope, struct str *why)
{
    *saved = (struct saved){0};
    if (!config->baseline_file) {
        return true;
    }
    bool unsound;
    if (!saved_read(saved, config->baseline_file, &unsound, why)) {
        saved_finish(saved);
        if (!unsound) {
            return false;
        }
        struct arena a = {0};
        const char *what = arena_take(&a, why);
        str_addf(why, _("%s; comparing with the server's history instead"), what);
        arena_finish(&a);
        scope->baseline = scope->baseline == BASELINE_FILE ? BASELINE_AUTO : scope->baseline;
        return true;
    }
    poller_use_saved(
        poller, &(struct poller_saved){
                    .name = saved->name, .at_ms = saved->at_ms, .context = saved, .find = find});
    return true;
}
