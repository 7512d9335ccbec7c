#include "watch/memory.h"

#include "endpoint/identity.h"

static bool recall(void *context, const char *expr, int64_t first, int64_t last, int64_t now_ms,
    struct matrix *out)
{
    return cache_read(context, expr, first, last, now_ms, out);
}

static bool sample(void *context, const char *expr, int64_t after, int64_t now_ms, int64_t *first,
    int64_t *last, struct matrix *out)
{
    return cache_sample(context, expr, after, now_ms, first, last, out);
}

static void remember(void *context, const char *expr, int64_t first, int64_t last,
    const struct batch *b, int64_t serves_ms, int64_t now_ms)
{
    cache_write(context, expr, first, last, b, serves_ms, now_ms);
}

static void drop(void *context, const char *expr)
{
    cache_drop(context, expr);
}

static void forget(void *context, const char *const *keep, size_t keep_count)
{
    cache_forget(context, keep, keep_count);
}

struct cache *memory_start(struct poller *poller, const struct config *config, int64_t now_ms)
{
    if (!config->cache_directory) {
        return NULL;
    }
    struct str source, why;
    str_init(&source);
    str_init(&why);
    identity_add(&source, &config->source);
    struct cache *cache = cache_open(config->cache_directory, source.text, now_ms, &why);
    identity_wipe(&source);
    if (cache) {
        poller_use_memory(poller, &(struct poller_memory){.context = cache,
                                      .recall = recall,
                                      .sample = sample,
                                      .remember = remember,
                                      .drop = drop,
                                      .forget = forget});
    } else {
        str_setf(&source, "no cache of history in %s: %s", config->cache_directory, why.text);
        poller_say(poller, source.text);
    }
    str_finish(&source);
    str_finish(&why);
    return cache;
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
        str_add(why, "; comparing with the server's history instead");
        scope->baseline = scope->baseline == BASELINE_FILE ? BASELINE_AUTO : scope->baseline;
        return true;
    }
    poller_use_saved(
        poller, &(struct poller_saved){
                    .name = saved->name, .at_ms = saved->at_ms, .context = saved, .find = find});
    return true;
}
