// A signal over the hours before this one.
#include "base/clock.h"
#include "base/text.h"
#include "feed/feed.h"

// To the hour but for what may still come late: the span goes on from there.
enum { FROM_MS = 6 * CLOCK_HOUR_MS, TO_MS = 15 * CLOCK_MINUTE_MS };

// Looked at again only when it may have changed: this is called at every turn, for every signal.
static const struct feed_cache *look_at_days(const struct feed_env *env, int i)
{
    const struct signal_data *data = &env->store->signals[i];
    struct feed_cache *cache = &env->caches[i];
    uint64_t version = 0;
    for (int day = 0; day < STORE_WEEK_DAYS; day++) {
        version += store_day(data, day)->version;
    }
    if (cache->days_seen.tick_ms != env->tick_ms || cache->days_seen.version != version) {
        cache->days_seen.tick_ms = env->tick_ms;
        cache->days_seen.version = version;
        cache->days_seen.enough =
            store_days_suffice(data, env->scope->zone, STORE_WEEK_DAYS, env->tick_ms);
        cache->days_seen.hopeless = days_with_hope(env, i) < STORE_DAYS_LEAST;
    }
    return cache;
}

static bool days_suffice(const struct feed_env *env, int i)
{
    return look_at_days(env, i)->days_seen.enough;
}

static bool at_once(const struct feed_env *env, int i)
{
    return look_at_days(env, i)->days_seen.hopeless;
}

// When it ended is in the hours before, where its days are known.
static bool has_ended(const struct feed_env *env, int i)
{
    const struct signal_data *data = &env->store->signals[i];
    const struct matrix *live = &data->live;
    bool empty =
        live->count == 0 && live->asked_last - live->asked_first + 1 >= (int64_t)live->slots;
    bool ended = false;
    for (int day = 0; empty && !ended && day < STORE_WEEK_DAYS; day++) {
        ended = days_has_samples(store_day(data, day));
    }
    return ended;
}

static bool missing(const struct feed_env *env, int i, int part, struct gap *out)
{
    const struct history *h = &env->store->signals[i].recent;
    int64_t hour_ms = feed_hour_ms(env);
    enum baseline_kind kind = env->scope->baseline;
    (void)part;
    if (!feed_has_past(env, i)) {
        return false;
    }
    bool wanted = kind == BASELINE_RECENT || (kind == BASELINE_AUTO && !days_suffice(env, i));
    *out = (struct gap){.first = (hour_ms - FROM_MS) / STORE_HISTORY_STEP_MS,
        .last = (hour_ms - TO_MS) / STORE_HISTORY_STEP_MS};
    out->key = out->first;
    return (wanted || has_ended(env, i)) && (!h->answered || h->first != out->first || h->doubted);
}

static struct history *history_of(struct signal_data *data, const struct ask *ask)
{
    (void)ask;
    return &data->recent;
}

const struct feed_type feed_recent = {
    .kind = FEED_RECENT,
    .name = "recent",
    .rank = RANK_HISTORY,
    .slot = SLOT_RECENT,
    .parts = 1,
    .samples = true,
    .form = true,
    .past = true,
    .remembered = true,
    .unavailable = N_("history is unavailable: %s"),
    .after = &feed_days,
    .at_once = at_once,
    .add_query = feed_add_history,
    .step_ms = feed_history_step,
    .missing = missing,
    .history = history_of,
};
