// The containers, nodes and GPUs that the stages run on.
#include "base/mem.h"
#include "base/text.h"
#include "feed/feed.h"
#include "plan/infra_query.h"
#include "plan/parts.h"
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
    (void)subject, (void)part;
    bool asked = env->plan->signals[env->plan->places].expr != NULL;
    *out = (struct gap){.waits = parts_wait(env->plan, env->store, env->plan->places)};
    if (!asked || out->waits) {
        return out->waits;
    }
    return infra_is_known(env->plan, env->store);
}

static void write(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    bool wanted[PLAN_STAGES_MAX];
    struct str s;
    str_init(&s);
    find_wanted(env, wanted);
    infra_add_query(&s, env->plan, env->store, wanted);
    prom_request_instant(r, s.text, ask->tick_ms, env->config->source.timeout_ms);
    str_finish(&s);
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
    .beside = true,
    .unavailable = N_("the containers, nodes and GPUs are not checked: %s"),
    .write = write,
    .missing = missing,
    .decode = decode,
};
