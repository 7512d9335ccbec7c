#include "app/memory.h"

#include <string.h>

#include "base/ascii.h"

static bool recall(void *context, const char *expr, int64_t first, int64_t last, int64_t now_ms,
    struct matrix *out)
{
    return cache_read(context, expr, first, last, now_ms, out);
}

static void remember(void *context, const char *expr, int64_t first, int64_t last,
    const struct batch *b, bool lasting, int64_t now_ms)
{
    cache_write(context, expr, first, last, b, lasting, now_ms);
}

static void forget(void *context)
{
    cache_forget(context);
}

// Such a header says who asks, not which data is asked for; and its value has no place in a file.
static bool is_secret(const char *header)
{
    static const char *const words[] = {"auth", "token", "key", "cookie", "secret", "pass"};
    size_t len = strcspn(header, ":");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i]);
        for (size_t at = 0; at + n <= len; at++) {
            if (ascii_same_n(header + at, words[i], n)) {
                return true;
            }
        }
    }
    return false;
}

static void add_source(struct str *s, const struct source_config *source)
{
    str_addf(s, "%s\n%s\n", source->url, source->tenant ? source->tenant : "");
    if (source->params) { // they may choose a part of the data, and only a hash of them is kept
        str_addf(s, "?%s\n", source->params);
    }
    if (source->sigv4) { // its user is a key, and may be a new one every hour
        str_addf(s, "%s %s", source->sigv4, source->aws_profile ? source->aws_profile : "");
    } else if (source->user) {
        str_append(s, source->user, strcspn(source->user, ":"));
    }
    for (size_t i = 0; i < source->headers_count; i++) {
        const char *header = source->headers[i];
        str_addc(s, '\n');
        str_append(s, header, is_secret(header) ? strcspn(header, ":") : strlen(header));
    }
}

struct cache *memory_start(struct poller *poller, const struct config *config, int64_t now_ms)
{
    if (!config->cache_directory) {
        return NULL;
    }
    struct str source, why;
    str_init(&source);
    str_init(&why);
    add_source(&source, &config->source);
    struct cache *cache = cache_open(config->cache_directory, source.text, now_ms, &why);
    if (cache) {
        poller_use_memory(poller,
            &(struct poller_memory){
                .context = cache, .recall = recall, .remember = remember, .forget = forget});
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

bool memory_load(
    struct saved *saved, struct poller *poller, const struct config *config, struct str *why)
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
        str_add(why, "; compared with the history of the server instead");
        if (config->baseline == BASELINE_FILE) {
            poller_set_baseline(poller, BASELINE_AUTO, 0, 0);
        }
        return true;
    }
    poller_use_saved(
        poller, &(struct poller_saved){
                    .name = saved->name, .at_ms = saved->at_ms, .context = saved, .find = find});
    return true;
}
