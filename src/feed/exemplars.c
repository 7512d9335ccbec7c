// The exemplars of a stage over the span.
#include "feed/feed.h"
#include "plan/depth.h"

static bool missing(const struct feed_env *env, int i, int part, struct gap *out)
{
    const struct signal *s = &env->plan->signals[i];
    const struct exemplars_data *data = &env->store->exemplars;
    (void)part;
    if (s->kind != SIGNAL_LATENCY || !feed_wants(env, FEED_EXEMPLARS, s->stage) ||
        data->stage != s->stage || data->condition == CONDITION_ABSENT) {
        return false;
    }
    struct grid grid = scope_grid(env->scope, env->plan);
    int64_t last = env->tick_ms / grid.step_ms;
    bool still = env->ahead_ms > 0 && data->condition == CONDITION_ANSWERED;
    *out = (struct gap){
        .first = last - (int64_t)grid.slots + 1, .last = last, .key = s->stage, .known = still};
    out->refused = data->condition == CONDITION_REFUSED;
    return true;
}

static void add_query(struct str *s, const struct plan *plan, const struct ask *ask)
{
    depth_add_exemplars(s, plan, &plan->stages[plan->signals[ask->index].stage]);
}

static void write(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    int64_t step = feed_span_step(env);
    struct str s;
    str_init(&s);
    add_query(&s, env->plan, ask);
    prom_request_exemplars(r, s.text, ask->first * step, ask->last * step);
    str_finish(&s);
}

const struct feed_type feed_exemplars = {
    .kind = FEED_EXEMPLARS,
    .name = "exemplars",
    .rank = RANK_SCREEN,
    .slot = SLOT_EXEMPLARS,
    .parts = 1,
    .form = true,
    .each_tick = true,
    .add_query = add_query,
    .write = write,
    .missing = missing,
};
