// Which of the metrics that alerting rules ask for have series. Asked once the rules are known.
#include "base/mem.h"
#include "feed/feed.h"
#include "plan/ruled.h"
#include "prom/decode.h"

enum { LASTS_MS = 60 * 1000 };

static void names_of(const struct feed_env *env, struct name_list *out)
{
    const struct slot *rules = &env->store->slots[FEED_RULES];
    if (rules->condition == CONDITION_ANSWERED && rules->data) {
        ruled_names(out, rules->data);
    }
}

static bool missing(const struct feed_env *env, int subject, int part, struct gap *out)
{
    const struct slot *rules = &env->store->slots[FEED_RULES];
    struct name_list names = {0};
    (void)subject, (void)part;
    *out = (struct gap){.waits = rules->subject >= 0 && rules->condition == CONDITION_ASKING};
    names_of(env, &names);
    bool any = names.count > 0;
    names_finish(&names);
    return out->waits || any;
}

static void write(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    struct name_list names = {0};
    struct str s;
    str_init(&s);
    names_of(env, &names);
    ruled_add_query(&s, &names);
    prom_request_instant(r, s.text, ask->tick_ms, env->config->source.timeout_ms);
    str_finish(&s);
    names_finish(&names);
}

static void finish(void *data)
{
    batch_finish(data);
}

static enum prom_status decode(
    long status, const char *body, size_t len, struct filling *out, struct str *why)
{
    struct batch *b = mem_zalloc(1, sizeof *b);
    *out = (struct filling){b, finish};
    return prom_decode_samples(status, body, len, b, why);
}

const struct feed_type feed_ruled = {
    .kind = FEED_RULED,
    .name = "ruled",
    .rank = RANK_SCREEN,
    .form = true,
    .each_tick = true,
    .of_server = true,
    .lasts_ms = LASTS_MS,
    .write = write,
    .missing = missing,
    .decode = decode,
};
