// Each pod of a stage over the span, at a coarser step.
#include "base/text.h"
#include "feed/feed.h"

static int64_t step_ms(const struct feed_env *env)
{
    return scope_grid(env->scope, env->plan).each_ms;
}

size_t each_pod_slots(const struct grid *grid)
{
    return (size_t)((int64_t)grid->slots * grid->step_ms / grid->each_ms) + 2;
}

// Up to where the pods are known from being looked at; of a hole the whole span is asked again.
static bool missing(const struct feed_env *env, int i, int part, struct gap *out)
{
    const struct signal *s = &env->plan->signals[i];
    const struct signal_data *data = &env->store->signals[i];
    (void)part;
    if (s->kind != SIGNAL_PODS || !feed_wants(env, FEED_EACH_POD, s->stage) || !s->shown ||
        data->now_ms < env->tick_ms) {
        return false;
    }
    struct grid grid = scope_grid(env->scope, env->plan);
    int64_t step = grid.each_ms;
    int64_t from_ms = env->tick_ms - ((int64_t)grid.slots - 1) * grid.step_ms;
    int64_t first = (from_ms + step - 1) / step;
    int64_t last = data->live.asked_first * data->live.step_ms / step;
    bool known = data->each.step_ms == step && data->each.asked_first <= first &&
                 data->each.asked_last >= last;
    *out = (struct gap){.first = first, .last = last, .key = last};
    return !known && first < last;
}

static void add_query(struct str *s, const struct plan *plan, const struct ask *ask)
{
    feed_add(s, plan->signals[ask->index].shown);
}

static struct matrix *each_of(
    const struct feed_env *env, struct signal_data *data, const struct ask *ask)
{
    struct grid grid = scope_grid(env->scope, env->plan);
    size_t slots = each_pod_slots(&grid);
    (void)ask;
    if (data->each.step_ms != grid.each_ms || data->each.slots != slots) {
        matrix_finish(&data->each);
        matrix_init(&data->each, grid.each_ms, slots);
    }
    return &data->each;
}

const struct feed_type feed_each_pod = {
    .kind = FEED_EACH_POD,
    .name = "each_pod",
    .rank = RANK_SCREEN,
    .slot = SLOT_EACH_POD,
    .parts = 1,
    .samples = true,
    .form = true,
    .past = true,
    .unavailable = N_("the trend of each pod is unavailable: %s"),
    .add_query = add_query,
    .step_ms = step_ms,
    .missing = missing,
    .matrix = each_of,
};
