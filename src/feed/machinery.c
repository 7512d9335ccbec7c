// The containers, nodes and GPUs that the stages run on.
#include "base/mem.h"
#include "feed/feed.h"
#include "plan/infra_query.h"
#include "plan/places.h"
#include "prom/decode.h"
#include "series/infra.h"

static void find_wanted(const struct feed_env *env, bool *wanted)
{
    for (int i = 0; i < (int)env->plan->stages_count; i++) {
        wanted[i] = feed_wants(env, FEED_NOW, i);
    }
}

// It is asked by the names of pods, which are asked for first.
static bool missing(const struct feed_env *env, int subject, int part, struct gap *out)
{
    const struct signal_data *places = &env->store->signals[env->plan->places];
    bool wanted[PLAN_STAGES_MAX];
    struct str matchers;
    (void)subject, (void)part;
    bool asked = env->plan->signals[env->plan->places].expr != NULL;
    *out = (struct gap){.waits = asked && places->condition == CONDITION_ASKING};
    if (!asked || out->waits) {
        return out->waits;
    }
    str_init(&matchers);
    find_wanted(env, wanted);
    infra_add_matchers(&matchers, env->plan, env->store, wanted, "");
    bool any = matchers.len > 0;
    str_finish(&matchers);
    return any;
}

static void write(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    bool wanted[PLAN_STAGES_MAX];
    struct str own, exported, s;
    str_init(&own);
    str_init(&exported);
    str_init(&s);
    find_wanted(env, wanted);
    infra_add_matchers(&own, env->plan, env->store, wanted, "");
    infra_add_matchers(&exported, env->plan, env->store, wanted, "exported_");
    infra_add_query(&s, own.text, exported.text);
    prom_request_instant(r, s.text, ask->tick_ms, env->config->source.timeout_ms);
    str_finish(&s);
    str_finish(&exported);
    str_finish(&own);
}

static enum prom_status decode(
    long status, const char *body, size_t len, struct filling *out, struct str *why)
{
    struct infra *infra = mem_zalloc(1, sizeof *infra);
    struct batch b = {0};
    *out = (struct filling){infra, infra_finish};
    enum prom_status result = prom_decode_samples(status, body, len, &b, why);
    infra_take(infra, &b);
    batch_finish(&b);
    return result;
}

const struct feed_type feed_infra = {
    .kind = FEED_INFRA,
    .name = "infra",
    .rank = RANK_SCREEN,
    .form = true,
    .each_tick = true,
    .write = write,
    .missing = missing,
    .decode = decode,
};
