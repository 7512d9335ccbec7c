#include <math.h>

#include "diagnose/context.h"

static const double AS_LONG = 0.9;   // of the whole: a part that may contain the others
static const double TOO_LONG = 1.05; // of the whole: parts that take longer overlap
// Times as many calls, and time in them, as its parent accounts for: less is noise.
static const double OTHERS = 1.5;

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

/** What the other parts of its parent, as far as they are known, usually leave for STAGE. */
static double left_for(const struct diagnosis *d, const struct plan *plan, int stage)
{
    int parent = plan->stages[stage].parent;
    double left = d->stages[parent].seconds_usual;
    for (int i = 0; i < (int)d->stages_count; i++) {
        const struct stage_diagnosis *s = &d->stages[i];
        bool part = i != stage && plan->stages[i].parent == parent && !s->usual_at_most;
        left -= part && !isnan(s->seconds_usual) ? s->seconds_usual : 0;
    }
    return left;
}

// A part that is new, or has another name since, has no past. But where it is known who calls it,
// it usually took no more than that had left, and has risen by what it takes beyond. Where that is
// more than the whole has risen by, or nothing is left, parts overlap: then it took no more than
// the whole.
static void bound_new(struct diagnosis *d, const struct context *c, int stage)
{
    struct stage_diagnosis *s = &d->stages[stage];
    int parent = c->plan->stages[stage].parent;
    if (parent < 0 || c->plan->stages[stage].linked || !isnan(s->seconds_usual)) {
        return;
    }
    const struct stage_diagnosis *p = &d->stages[parent];
    double whole = TOO_LONG * (p->seconds_now - p->seconds_usual);
    double left = left_for(d, c->plan, stage);
    bool overlap = left < 0 || s->seconds_now - left > whole;
    double most = overlap ? p->seconds_usual : left, by = s->seconds_now - most;
    if (by > 0 && by >= c->limits->blame_culprit * whole && by <= whole) { // else it may be so
        s->seconds_usual = most;
        s->usual_at_most = true;
    }
}

static double rise(const struct stage_diagnosis *s)
{
    double by = s->seconds_now - s->seconds_usual;
    return by > 0 ? by : 0; // NaN too: what is not known explains nothing
}

// The part of PARENT, of those whose place follows from their role alone, that usually takes the
// least time of those that take longer than AFTER does (-1: of all); -1: there is none.
static int next_longer(const struct diagnosis *d, const struct plan *plan, int parent, int after)
{
    double least = after < 0 ? -INFINITY : d->stages[after].seconds_usual;
    int best = -1;
    for (int i = 0; i < (int)d->stages_count; i++) {
        double its = d->stages[i].seconds_usual;
        bool longer = its > least || (i > after && !(its < least)); // NaN: neither
        if (plan->stages[i].parent == parent && plan->stages[i].linked && !isnan(its) && longer &&
            (best < 0 || its < d->stages[best].seconds_usual)) {
            best = i;
        }
    }
    return best;
}

// Parts that nothing measured puts side by side may contain each other: one that takes as long as
// the whole leaves no time for the others. What these rise by is not its own.
static void find_inner(struct diagnosis *d, const struct plan *plan, int parent)
{
    double whole = d->stages[parent].seconds_usual, parts = 0, rises = 0;
    for (int i = -1; (i = next_longer(d, plan, parent, i)) >= 0;) {
        struct stage_diagnosis *s = &d->stages[i];
        bool as_long = s->seconds_usual >= AS_LONG * whole && s->seconds_usual <= TOO_LONG * whole;
        bool contains = as_long && s->seconds_usual + parts > TOO_LONG * whole;
        s->inner_rise = contains ? fmin(rises, rise(s)) : 0;
        parts += contains ? 0 : s->seconds_usual;
        rises += rise(s) - s->inner_rise;
    }
}

// Less than that is too small to share out: noise would decide.
static double least_rise(const struct stage_diagnosis *s, const struct thresholds *t)
{
    return fmax(t->latency_floor_s / 2, 0.05 * s->seconds_usual);
}

static bool rises(const struct stage_diagnosis *s, const struct thresholds *t)
{
    return rise(s) >= least_rise(s, t);
}

// What a call takes that does not complete is in no sum.
static bool is_known(const struct stage_diagnosis *s)
{
    bool stopped = s->stopped.since_ms > 0 || s->stopped.before_ms > 0;
    return !stopped && !isnan(s->seconds_now - s->seconds_usual);
}

/** What the others that the parent of STAGE calls leave of its rise; not below 0. */
static double left_by_siblings(const struct diagnosis *d, const struct context *c, int stage)
{
    int parent = c->plan->stages[stage].parent;
    double left = rise(&d->stages[parent]);
    for (int i = 0; i < (int)d->stages_count; i++) {
        left -= i != stage && c->plan->stages[i].parent == parent ? rise(&d->stages[i]) : 0;
    }
    return fmax(0, left);
}

// More calls that take clearly longer than the parent has become slower are not the parent's.
static double share_of_parent(const struct diagnosis *d, const struct context *c, int stage)
{
    const struct stage *plan = &c->plan->stages[stage];
    const struct stage_diagnosis *s = &d->stages[stage];
    if (!plan->separate || plan->parent < 0 || !(s->requests >= c->limits->requests_least)) {
        return 1;
    }
    const struct stage_diagnosis *parent = &d->stages[plan->parent];
    double expected = s->calls_usual * parent->calls_now / parent->calls_usual;
    double room = OTHERS * left_by_siblings(d, c, stage) + least_rise(parent, c->limits);
    bool others =
        is_known(parent) && s->calls_now >= OTHERS * expected && rise(s) * parent->of_parent > room;
    return others ? expected / s->calls_now : 1;
}

// What others call as well is to blame by the mean of a call, and so is what it contains.
static void leave_out_others(struct diagnosis *d, const struct context *c, int stage)
{
    struct stage_diagnosis *s = &d->stages[stage];
    int parent = c->plan->stages[stage].parent;
    double own = share_of_parent(d, c, stage);
    s->of_parent = own * (parent < 0 ? 1 : d->stages[parent].of_parent);
    if (s->of_parent < 1) {
        s->seconds_now *= s->of_parent;
        s->more_calls = 0;
    }
}

static void share_among(struct diagnosis *d, const struct context *c, int parent)
{
    double total = 0;
    int children = 0;
    bool known = true;
    for (size_t i = 0; i < d->stages_count; i++) {
        const struct stage *s = &c->plan->stages[i];
        bool child = s->parent == parent && s->kind != LATENCY_NONE;
        total += child ? rise(&d->stages[i]) - d->stages[i].inner_rise : 0;
        children += child;
        known = known && !(child && (!is_known(&d->stages[i]) || d->stages[i].usual_at_most));
    }
    double whole = parent < 0 ? total : fmax(rise(&d->stages[parent]), total);
    if (parent >= 0 ? !rises(&d->stages[parent], c->limits) : whole < c->limits->latency_floor_s) {
        return;
    }
    for (size_t i = 0; i < d->stages_count; i++) {
        if (c->plan->stages[i].parent == parent && !isnan(d->stages[i].seconds_now)) {
            d->stages[i].blame = (rise(&d->stages[i]) - d->stages[i].inner_rise) / whole;
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
    for (size_t i = 0; i < d->stages_count; i++) {
        bound_new(d, c, (int)i); // a parent stands before its parts
    }
    for (size_t i = 0; i < d->stages_count; i++) {
        leave_out_others(d, c, (int)i);
    }
    share_among(d, c, -1);
    for (size_t i = 0; i < d->stages_count; i++) {
        find_inner(d, c->plan, (int)i);
        share_among(d, c, (int)i);
    }
    acquit_calm(d, c);
}
