// A signal around this time on the days before.
#include "base/clock.h"
#include "base/text.h"
#include "feed/feed.h"

// Half an hour around every moment of this hour, so that the window serves until the hour ends.
// Where clocks were changed since, both hours that may be meant by it: see enum usual_clock.
static void window_of(const struct feed_env *env, int day, int64_t *first, int64_t *last)
{
    int64_t hour_ms = feed_hour_ms(env);
    if (env->hour->hour_ms != hour_ms) {
        env->hour->hour_ms = hour_ms;
        for (int i = 0; i < STORE_DAYS_MAX; i++) {
            env->hour->before_ms[i] = zone_days_before(env->scope->zone, hour_ms, i + 1);
        }
    }
    int64_t wall = env->hour->before_ms[day];
    int64_t steady = hour_ms - (day + 1) * (int64_t)CLOCK_DAY_MS;
    int64_t from = wall < steady ? wall : steady, to = wall > steady ? wall : steady;
    *first = (from - CLOCK_HOUR_MS / 2) / STORE_HISTORY_STEP_MS;
    *last = (to + 3 * CLOCK_HOUR_MS / 2) / STORE_HISTORY_STEP_MS;
}

// The last week day by day, and before that the same weekday.
static bool is_wanted(const struct feed_env *env, int day)
{
    int64_t range = env->scope->baseline_range_ms / CLOCK_DAY_MS;
    if (day >= (range > 1 ? range : 1)) {
        return false;
    }
    switch (env->scope->baseline) {
    case BASELINE_AUTO:
    case BASELINE_SEASONAL: return day < STORE_WEEK_DAYS || store_day_is_weekly(day);
    case BASELINE_WEEK: return store_day_is_weekly(day);
    case BASELINE_DAY:
    case BASELINE_MEAN: return day < STORE_WEEK_DAYS;
    case BASELINE_RECENT:
    case BASELINE_FILE:
    case BASELINE_PINNED: break;
    }
    return false;
}

bool days_window(const struct feed_env *env, int day, int64_t *first, int64_t *last)
{
    bool wanted = is_wanted(env, day);
    if (wanted) {
        window_of(env, day, first, last);
    }
    return wanted;
}

// Beyond the server's memory there was nothing a while ago, and there still is not.
static bool is_beyond(const struct feed_env *env, int i, int day)
{
    const struct feed_cache *cache = &env->caches[i];
    int64_t age = env->tick_ms - cache->end_ms;
    return cache->days_end > 0 && day >= cache->days_end && age >= 0 && age < CLOCK_DAY_MS;
}

static bool is_unknown(const struct feed_env *env, int i, int day, int64_t first)
{
    const struct history *h = store_day(&env->store->signals[i], day);
    return (!h->answered || h->first != first) && !is_beyond(env, i, day);
}

static bool missing(const struct feed_env *env, int i, int day, struct gap *out)
{
    *out = (struct gap){0};
    if (!feed_has_past(env, i) || !days_window(env, day, &out->first, &out->last)) {
        return false;
    }
    out->key = out->first;
    bool doubted = store_day(&env->store->signals[i], day)->doubted && !is_beyond(env, i, day);
    return is_unknown(env, i, day, out->first) || doubted;
}

bool days_has_samples(const struct history *h)
{
    for (int64_t slot = h->first; h->answered && slot <= h->last; slot++) {
        if (matrix_has_sample(&h->matrix, slot)) {
            return true;
        }
    }
    return false;
}

int days_with_hope(const struct feed_env *env, int i)
{
    int count = 0;
    for (int day = 0; day < STORE_WEEK_DAYS; day++) {
        int64_t first, last;
        count += days_window(env, day, &first, &last) &&
                 (is_unknown(env, i, day, first) ||
                     days_has_samples(store_day(&env->store->signals[i], day)));
    }
    return count;
}

void days_learn(const struct feed_env *env, int i)
{
    struct feed_cache *cache = &env->caches[i];
    int end = 0, asked = 0;
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        int64_t first, last;
        if (!is_beyond(env, i, day) && days_window(env, day, &first, &last)) {
            if (is_unknown(env, i, day, first)) {
                return; // it failed, so nothing is known of it
            }
            end = days_has_samples(store_day(&env->store->signals[i], day)) ? day + 1 : end;
            asked = day + 1;
        }
    }
    if (end > 0 && end < asked) {
        cache->days_end = end;
        cache->end_ms = env->tick_ms;
    }
}

void days_forget(const struct feed_env *env, int i)
{
    env->caches[i].days_end = 0;
}

void days_doubt(struct signal_data *data, bool parts[STORE_DAYS_MAX])
{
    bool older = false;
    for (int day = STORE_DAYS_MAX - 1; day >= 0; day--) {
        const struct history *h = store_day(data, day);
        bool samples = days_has_samples(h);
        parts[day] = h->answered && older && !samples;
        if (parts[day]) {
            store_own_day(data, day)->doubted = true;
        }
        older = older || samples;
    }
}

static struct history *history_of(struct signal_data *data, const struct ask *ask)
{
    return store_own_day(data, ask->part);
}

const struct feed_type feed_days = {
    .kind = FEED_DAYS,
    .name = "day",
    .rank = RANK_HISTORY,
    .slot = SLOT_DAYS,
    .parts = STORE_DAYS_MAX,
    .samples = true,
    .form = true,
    .past = true,
    .remembered = true,
    .unavailable = N_("history is unavailable: %s"),
    .add_query = feed_add_history,
    .step_ms = feed_history_step,
    .missing = missing,
    .history = history_of,
};
