#include <math.h>

#include "diagnose/context.h"

// Seconds per request of the root: sum over the stage's calls, shared out over the root's requests.
static double seconds(const struct context *c, int stage, const struct dist *d, double root_rate)
{
    const struct stage *s = &c->plan->stages[stage];
    return root_rate > 0 ? d->sum * s->to_seconds / root_rate : NAN;
}

static double seconds_now(const struct context *c, int stage)
{
    int signal = c->plan->stages[stage].latency_signal;
    struct dist d;
    if (context_state(c, signal) != STATE_OK ||
        !dist_read(&d, &c->store->signals[signal].live, context_slot(c, signal))) {
        return NAN;
    }
    return seconds(c, stage, &d, stage_rate_now(c, plan_root(c->plan, stage)));
}

static double past_seconds(const void *context, struct usual_window window, int64_t slot)
{
    const struct stage_context *c = context;
    struct dist d;
    if (!stage_dist_at(&d, c->context, c->stage, window, slot)) {
        return NAN;
    }
    int root = plan_root(c->context->plan, c->stage);
    return seconds(c->context, c->stage, &d, stage_rate_at(c->context, root, window, slot));
}

static double past_calls(const void *context, struct usual_window window, int64_t slot)
{
    const struct stage_context *c = context;
    int root = plan_root(c->context->plan, c->stage);
    double requests = stage_rate_at(c->context, root, window, slot);
    return requests > 0 ? stage_rate_at(c->context, c->stage, window, slot) / requests : NAN;
}

// dS = (calls now - usual) x usual latency + calls now x (latency now - usual): the first part.
static void split_rise(struct stage_diagnosis *s, const struct context *c, int stage)
{
    const struct stage_context self = {.context = c, .stage = stage};
    int signal = c->plan->stages[stage].latency_signal;
    double root_rate = stage_rate_now(c, plan_root(c->plan, stage));
    double rise = s->seconds_now - s->seconds_usual;
    s->calls_now = root_rate > 0 ? stage_rate_now(c, stage) / root_rate : NAN;
    s->calls_usual =
        context_usual(c, (struct usual_at){USUAL_OF_CALLS, signal, 0, 0}, past_calls, &self).centre;
    s->busy = s->seconds_now * root_rate;
    if (rise > 0 && s->calls_usual > 0 && !isnan(s->calls_now)) {
        double of_calls = (s->calls_now - s->calls_usual) * s->seconds_usual / s->calls_usual;
        s->more_calls = fmax(0, fmin(1, of_calls / rise));
    }
}

static double rise(const struct stage_diagnosis *s)
{
    double by = s->seconds_now - s->seconds_usual;
    return by > 0 ? by : 0; // NaN too: what is not known explains nothing
}

// A rise too small to share out: noise would decide.
static bool rises(const struct stage_diagnosis *s, const struct thresholds *t)
{
    return rise(s) >= fmax(t->latency_floor_s / 2, 0.05 * s->seconds_usual);
}

// What a call takes that does not complete is in no sum.
static bool is_known(const struct stage_diagnosis *s)
{
    bool stopped = s->stopped.since_ms > 0 || s->stopped.before_ms > 0;
    return !stopped && !isnan(s->seconds_now - s->seconds_usual);
}

static void share_among(struct diagnosis *d, const struct context *c, int parent)
{
    double total = 0;
    int children = 0;
    bool known = true;
    for (size_t i = 0; i < d->stages_count; i++) {
        const struct stage *s = &c->plan->stages[i];
        bool child = s->parent == parent && s->kind != LATENCY_NONE;
        total += child ? rise(&d->stages[i]) : 0;
        children += child;
        known = known && !(child && !is_known(&d->stages[i]));
    }
    double whole = parent < 0 ? total : fmax(rise(&d->stages[parent]), total);
    if (parent >= 0 ? !rises(&d->stages[parent], c->limits) : whole < c->limits->latency_floor_s) {
        return;
    }
    for (size_t i = 0; i < d->stages_count; i++) {
        if (c->plan->stages[i].parent == parent && !isnan(d->stages[i].seconds_now)) {
            d->stages[i].blame = rise(&d->stages[i]) / whole;
        }
    }
    if (parent >= 0 && children > 0 && known) {
        d->stages[parent].own_blame = 1 - total / whole;
    }
}

// Where nothing is slow nobody is to blame, however little any of it has risen.
static void acquit_calm(struct diagnosis *d, const struct context *c)
{
    for (int i = 0; i < (int)d->stages_count; i++) {
        int root = plan_root(c->plan, i);
        bool slow = false;
        for (int k = 0; k < (int)d->stages_count && !slow; k++) {
            slow = plan_root(c->plan, k) == root && deviates(&d->stages[k].latency);
        }
        if (!slow || (i == root && !deviates(&d->stages[i].latency))) {
            d->stages[i].blame = NAN;
        }
        if (!slow) {
            d->stages[i].own_blame = NAN;
        }
    }
}

void blame_attribute(struct diagnosis *d, const struct context *c)
{
    for (size_t i = 0; i < d->stages_count; i++) {
        const struct stage_context self = {.context = c, .stage = (int)i};
        int signal = c->plan->stages[i].latency_signal;
        if (d->stages[i].distrust || d->stages[plan_root(c->plan, (int)i)].distrust) {
            continue; // per request of a root that nobody can count
        }
        struct usual usual = context_usual(
            c, (struct usual_at){USUAL_OF_SECONDS, signal, 0, 0}, past_seconds, &self);
        d->stages[i].seconds_now = seconds_now(c, (int)i);
        d->stages[i].seconds_usual = usual.centre;
        split_rise(&d->stages[i], c, (int)i);
    }
    share_among(d, c, -1);
    for (size_t i = 0; i < d->stages_count; i++) {
        share_among(d, c, (int)i);
    }
    acquit_calm(d, c);
}
