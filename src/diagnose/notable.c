#include "diagnose/notable.h"

static const double FASTER = 0.7;
static const double FULLER = 0.1;
static const double PERCENT_FROM = 1.5; // a share may be a little above 1
static const double LONG_S = 3600;      // few requests take hours

int notable_child(
    const struct diagnosis *d, const struct plan *plan, int stage, const struct thresholds *t)
{
    int best = -1;
    for (int i = 0; i < (int)d->stages_count; i++) {
        double blame = d->stages[i].blame;
        bool heavy = plan->stages[i].parent == stage && blame >= t->blame_shared;
        if (heavy && (best < 0 || blame > d->stages[best].blame)) {
            best = i;
        }
    }
    return best;
}

bool notable_own_time(const struct stage_diagnosis *s, const struct thresholds *t)
{
    return s->own_blame >= t->blame_shared;
}

bool notable_faster(const struct reading *latency)
{
    return latency->ratio < FASTER;
}

bool notable_one_pod(const struct stage_diagnosis *s)
{
    return s->pool.now >= s->pool_used / s->pool_limit + FULLER;
}

bool notable_unit(const struct stage_diagnosis *s)
{
    return s->bound > LONG_S;
}

bool notable_percent(const struct stage_diagnosis *s, const struct plan *plan)
{
    double full = s->pool_signal >= 0 ? plan->signals[s->pool_signal].full : 0;
    return full > 0 && full <= 1 && s->pool_used >= PERCENT_FROM;
}
