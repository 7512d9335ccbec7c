// The span as it was days before, at the same time by the local calendar.
#include "base/clock.h"
#include "base/text.h"
#include "feed/feed.h"

// What came after the span that day is known already, so it is asked along.
static int64_t slots_ahead(const struct scope *scope, const struct grid *grid)
{
    return scope->at_ms > 0 ? 0 : (int64_t)(grid->slots / 4);
}

size_t compare_slots(const struct grid *grid)
{
    return grid->slots + grid->slots / 4 + 1;
}

static bool missing(const struct feed_env *env, int i, int part, struct gap *out)
{
    const struct signal_data *data = &env->store->signals[i];
    const struct matrix *m = &data->then;
    int days = env->compare_days;
    (void)part;
    if (days == 0 || !feed_wants(env, FEED_COMPARE, i) || !feed_has_past(env, i)) {
        return false;
    }
    struct grid grid = scope_grid(env->scope, env->plan);
    int64_t step = grid.step_ms, span_ms = ((int64_t)grid.slots - 1) * step;
    int64_t first = clock_days_before(env->tick_ms / step * step - span_ms, days) / step;
    int64_t last = clock_days_before(env->tick_ms, days) / step;
    bool same = data->then_days == days && m->step_ms == step && m->slots == compare_slots(&grid) &&
                m->asked_first <= first;
    // one that fails asks for another moment at every tick, and yet for the same
    *out = (struct gap){.first = same && m->asked_last >= first ? m->asked_last + 1 : first,
        .last = last + slots_ahead(env->scope, &grid),
        .key = data->then_days == days ? m->asked_last : -1 - days};
    return !same || m->asked_last < last;
}

static void add_query(struct str *s, const struct plan *plan, const struct ask *ask)
{
    feed_add(s, plan_past(&plan->signals[ask->index]));
}

static struct matrix *then_of(
    const struct feed_env *env, struct signal_data *data, const struct ask *ask)
{
    struct grid grid = scope_grid(env->scope, env->plan);
    store_begin_then(data, ask->days, grid.step_ms, compare_slots(&grid));
    return &data->then;
}

const struct feed_type feed_compare = {
    .kind = FEED_COMPARE,
    .name = "compare",
    .rank = RANK_SCREEN,
    .slot = SLOT_COMPARE,
    .parts = 1,
    .samples = true,
    .form = true,
    .past = true,
    .unavailable = N_("the overlay is unavailable: %s"),
    .add_query = add_query,
    .step_ms = feed_span_step,
    .missing = missing,
    .matrix = then_of,
};
