// A signal before the moment that is pinned.
#include "base/text.h"
#include "feed/feed.h"

static bool missing(const struct feed_env *env, int i, int part, struct gap *out)
{
    const struct history *h = &env->store->signals[i].pinned;
    const struct scope *scope = env->scope;
    (void)part;
    if (scope->baseline != BASELINE_PINNED || !feed_has_past(env, i)) {
        return false;
    }
    *out = (struct gap){.first = (scope->pin_ms - scope->pin_reach_ms) / STORE_HISTORY_STEP_MS,
        .last = scope->pin_ms / STORE_HISTORY_STEP_MS};
    out->key = out->first;
    return !h->answered || h->first != out->first || h->last != out->last || h->doubted;
}

static struct history *history_of(struct signal_data *data, const struct ask *ask)
{
    (void)ask;
    return &data->pinned;
}

const struct feed_type feed_pinned = {
    .kind = FEED_PINNED,
    .name = "pinned",
    .rank = RANK_HISTORY,
    .slot = SLOT_PINNED,
    .parts = 1,
    .samples = true,
    .form = true,
    .past = true,
    .unavailable = N_("history is unavailable: %s"),
    .add_query = feed_add_history,
    .step_ms = feed_history_step,
    .missing = missing,
    .history = history_of,
};
