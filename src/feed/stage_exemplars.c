// The exemplars of a stage over the span.
#include "series/exemplar.h"

#include "base/mem.h"
#include "feed/feed.h"
#include "plan/depth.h"
#include "prom/exemplars.h"

// Only histograms have any.
static bool missing(const struct feed_env *env, int stage, int part, struct gap *out)
{
    struct grid grid = scope_grid(env->scope, env->plan);
    int64_t last = env->tick_ms / grid.step_ms;
    struct str selector;
    (void)part;
    str_init(&selector);
    depth_add_exemplars(&selector, env->plan, &env->plan->stages[stage]);
    bool any = selector.len > 0;
    str_finish(&selector);
    *out = (struct gap){.first = last - (int64_t)grid.slots + 1, .last = last};
    return any;
}

static void write(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    int64_t step = feed_span_step(env);
    struct str s;
    str_init(&s);
    depth_add_exemplars(&s, env->plan, &env->plan->stages[ask->index]);
    prom_request_exemplars(r, s.text, ask->first * step, ask->last * step);
    str_finish(&s);
}

static void finish(void *data)
{
    exemplars_finish(data);
}

static enum prom_status decode(
    long status, const char *body, size_t len, struct filling *out, struct str *why)
{
    struct exemplars *list = mem_zalloc(1, sizeof *list);
    *out = (struct filling){list, finish};
    return prom_decode_exemplars(status, body, len, list, why);
}

const struct feed_type feed_exemplars = {
    .kind = FEED_EXEMPLARS,
    .name = "exemplars",
    .rank = RANK_SCREEN,
    .form = true,
    .each_tick = true,
    .lacks = LACKS_EXEMPLARS,
    .write = write,
    .missing = missing,
    .decode = decode,
};
