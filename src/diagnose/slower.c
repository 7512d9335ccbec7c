#include "diagnose/slower.h"

#include <math.h>

#include "diagnose/stat.h"

static const double SHIFT_LEAST = 0.05, SHIFT_RATIO = 2;

struct bound_context {
    struct stage_context stage;
    double bound;
};

static bool past_slower(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    const struct bound_context *c = context;
    struct dist d;
    if (!stage_dist_at(&d, c->stage.context, c->stage.stage, window, slot)) {
        return false;
    }
    double most = dist_share_slower(&d, c->bound).most;
    *n = d.count * STORE_HISTORY_STEP_MS / 1000;
    *k = *n * most;
    return !isnan(*k);
}

static struct usual_share usual_slower(
    struct slower *s, const struct slower_question *q, double bound)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->bounds[i] >= bound && s->bounds[i] <= bound) {
            return s->shares[i];
        }
    }
    const struct context *c = q->stage.context;
    const struct bound_context self = {.stage = q->stage, .bound = bound};
    int signal = c->plan->stages[q->stage.stage].latency_signal;
    struct usual_share usual =
        usual_share_of(&c->store->signals[signal], &c->rules, past_slower, &self);
    usual.together = 1; // slow times come together, and the spread of their statistic tells
    if (s->count < DIST_BUCKETS_MAX) {
        s->bounds[s->count] = bound;
        s->shares[s->count++] = usual;
    }
    return usual;
}

static size_t first_bound(const struct slower_question *q, const struct dist *d)
{
    size_t first = 0;
    while (!q->all && first + 1 < d->buckets && d->le[first + 1] <= q->usual_p95) {
        first++;
    }
    return first;
}

// Nobody or everybody, then as now, tells nothing.
static bool tells(double now, double usual)
{
    const double nearly_all = 0.999;
    return (now > 1 - nearly_all || usual > 1 - nearly_all) &&
           (now < nearly_all || usual < nearly_all);
}

// The usual share beyond BOUND if all took STRETCH times as long. It is interpolated between two
// bounds, which in a tail that gets thinner is too high rather than too low.
static struct usual_share stretched(
    struct slower *s, const struct slower_question *q, const struct dist *d, double bound)
{
    double unstretched = bound / q->stretch, low = 0;
    size_t i = 0;
    while (i + 1 < d->buckets && d->le[i] < unstretched) {
        low = d->le[i++];
    }
    struct usual_share beyond = usual_slower(s, q, d->le[i]);
    double part = (d->le[i] - unstretched) / (d->le[i] - low);
    if (part > 0) {
        beyond.share += part * (usual_slower(s, q, low).share - beyond.share);
    }
    return beyond;
}

bool slower_is_noise(struct slower *s, const struct slower_question *q, const struct dist *d,
    double n, const struct thresholds *t)
{
    if (d->buckets == 0 || isnan(n)) {
        return false;
    }
    bool any = false, known = false;
    double highest = dist_quantile(d, 0.95).high;
    for (size_t i = first_bound(q, d); i + 1 < d->buckets && d->le[i] <= highest; i++) {
        struct usual_share usual = stretched(s, q, d, d->le[i]);
        double share = dist_share_slower(d, d->le[i]).least;
        known = known || !isnan(usual.share);
        if (isnan(usual.share) || !tells(share, usual.share)) {
            continue;
        }
        any = true;
        if (!context_is_chance(n * share, n, usual, t)) {
            return false;
        }
    }
    if (!known) {
        double share = dist_share_slower(d, q->usual_p95 * q->stretch).least;
        return stat_binomial_tail(n * share, n, 0.05) > t->chance;
    }
    return any;
}

struct shift slower_shift(struct slower *s, const struct slower_question *q, const struct dist *d,
    double n, const struct thresholds *t)
{
    struct shift best = {.bound = NAN, .now = NAN, .usual = NAN};
    double most = 0;
    for (size_t i = 0; i + 1 < d->buckets; i++) {
        double share = dist_share_slower(d, d->le[i]).least;
        if (!(share >= SHIFT_LEAST + most)) {
            continue; // nor can those above
        }
        struct usual_share usual = usual_slower(s, q, d->le[i]);
        double excess = share - usual.share;
        if (excess >= SHIFT_LEAST && excess > most && share >= SHIFT_RATIO * usual.share &&
            !context_is_chance(n * share, n, usual, t)) {
            most = excess;
            best = (struct shift){.bound = d->le[i],
                .now = share,
                .usual = usual.share,
                .interval = stat_wilson(n * share, n)};
        }
    }
    return best;
}
