#include <math.h>

#include "diagnose/context.h"
#include "diagnose/descend.h"
#include "diagnose/pods.h"

enum { NAMED_MOST = 2, BEFORE_ONSET_MS = 15 * 60 * 1000 };

static const double REMAINS = 0.25;     // of the rise, without the pod at fault
static const double FEW_COMPLETE = 0.5; // of the usual rate
static const double HOLDERS = 50; // times as many as calls hold: what is used is held by others
static const double POOL_MOST =
    10000; // larger pools are of bytes, not of what calls take and return

static bool answered(const struct context *c, int signal)
{
    return signal >= 0 && c->store->signals[signal].condition == CONDITION_ANSWERED;
}

// --- one pod

static double value_of(const struct pod *p, enum signal_class signal)
{
    return signal == CLASS_ERRORS ? p->errors : p->latency;
}

// Without this one the stage would be as usual, and it is far worse than the others are.
static bool is_apart(const struct pod *pod, const struct pod *others, const struct reading *r,
    const struct verdict *v, const struct context *c)
{
    double least = c->limits->requests_least / c->window_s;
    double its = value_of(pod, v->signal), theirs = value_of(others, v->signal);
    double usual = isnan(r->usual.centre) ? 0 : r->usual.centre;
    return pod->rate >= least && others->rate >= least && its >= c->limits->apart * theirs &&
           theirs - usual <= REMAINS * (r->now - usual);
}

static void find_pod(
    struct verdict *v, const struct pods *pods, const struct reading *r, const struct context *c)
{
    struct evidence found = {.kind = EVIDENCE_POD, .stage = v->stage};
    double middle = v->signal == CLASS_ERRORS ? pods->errors : pods->latency;
    int apart = 0;
    for (size_t i = 0; i < pods->count && pods->count > 1 && apart < 2; i++) {
        const struct pod *pod = &pods->items[i];
        if (!(value_of(pod, v->signal) >= c->limits->apart * middle)) {
            continue; // the others need not be added up
        }
        struct pod others = pods_read_others(c->plan, c->store, v->stage, pod->name);
        if (is_apart(pod, &others, r, v, c)) {
            found.name = pod->name;
            found.a = value_of(pod, v->signal);
            found.b = value_of(&others, v->signal);
            apart++;
        }
    }
    if (apart == 1) {
        v->pod = found.name;
        verdict_add(v, found);
    }
}

// Whether more than usual waits for STAGE, or for what it is a part of.
static bool waits(const struct diagnosis *d, const struct context *c, int stage)
{
    bool any = work_any_piles_up(c, stage);
    for (int at = stage; at >= 0 && !any; at = c->plan->stages[at].parent) {
        const struct stage_diagnosis *s = &d->stages[at];
        for (size_t i = 0; i < s->declared_count && !any; i++) {
            any = c->plan->signals[s->declared[i].signal].kind == SIGNAL_WAITING &&
                  deviates(&s->declared[i].reading);
        }
    }
    return any;
}

// What completes nothing has no latency that would tell.
static void add_stalled(
    struct verdict *v, const struct pods *pods, const struct diagnosis *d, const struct context *c)
{
    struct evidence e = {.kind = EVIDENCE_STALLED, .stage = v->stage, .b = (double)pods->count};
    for (size_t i = 0; i < pods->count && !pods->truncated; i++) {
        const struct pod *pod = &pods->items[i];
        if (pods_judge(pods, pod, NAN, c->window_s, c->limits).silent) {
            e.name = e.a > 0 ? NULL : pod->name;
            e.a++;
        }
    }
    if (e.a > 0 && waits(d, c, v->stage)) {
        verdict_add(v, e);
    }
}

// --- load

// Whether more requests could be the reason: something that gets them is slow, fails or is full.
static bool is_strained(const struct verdict *v, const struct diagnosis *d, const struct context *c)
{
    bool strained = v->signal == CLASS_SATURATION;
    for (int i = 0; i < (int)d->stages_count; i++) {
        const struct stage_diagnosis *s = &d->stages[i];
        bool part = plan_root(c->plan, i) == plan_root(c->plan, v->stage);
        strained = strained || (part && (deviates(&s->latency) || deviates(&s->errors)));
    }
    bool fewer = v->signal == CLASS_TRAFFIC || // that is the fault itself
                 (v->signal == CLASS_CALLS && d->stages[v->stage].calls.ratio < 1);
    return strained && !fewer;
}

// Which share of those that serve a stage is left.
static double left_of(const struct stage_gone *gone)
{
    double answer = gone->job ? (gone->listed - gone->down) / gone->listed : 1;
    double available = gone->workload ? gone->available / gone->desired : 1;
    double kept = gone->before > 0 ? gone->left / gone->before : 1;
    return fmin(kept, fmin(answer, available));
}

// The stage, STAGE or what it is a part of, that so few are left to serve that each gets far more,
// when all of them together get RATIO times the usual; -1: none is.
static int crowded(const struct diagnosis *d, const struct context *c, int stage, double ratio)
{
    int found = -1;
    for (int at = stage; at >= 0; at = c->plan->stages[at].parent) {
        double left = left_of(&d->stages[at].gone);
        found = found < 0 && left < 1 && ratio >= c->limits->load_ratio * left ? at : found;
    }
    return found;
}

// That targets do not answer is evidence of its own; those that are wanted no more are not missing.
static void add_scaled_down(struct verdict *v, const struct diagnosis *d, int stage, double ratio)
{
    const struct stage_gone *gone = &d->stages[stage].gone;
    if (gone->before > 0) {
        verdict_add(v, (struct evidence){.kind = EVIDENCE_FEWER,
                           .stage = stage,
                           .a = gone->left,
                           .b = gone->before,
                           .times = ratio * gone->before / gone->left});
    }
}

// Requests that fail may be counted by their failures alone: they are load all the same. Of far
// fewer than usual nobody asks whether they are load.
static void add_traffic(struct verdict *v, const struct diagnosis *d, const struct context *c)
{
    int root = plan_root(c->plan, v->stage);
    struct reading r = d->stages[root].traffic;
    r.now = fmax(r.now, d->stages[root].errors_requests);
    reading_compare(&r);
    if (is_strained(v, d, c) && r.ratio >= FEW_COMPLETE && r.state == STATE_OK &&
        r.usual.kind != USUAL_NONE) {
        bool more = r.ratio >= c->limits->load_ratio && r.score >= c->limits->score_warning;
        int few = crowded(d, c, v->stage, r.ratio);
        if (few >= 0) {
            add_scaled_down(v, d, few, r.ratio);
        }
        if (more || few < 0) {
            verdict_add(v, (struct evidence){.kind = more ? EVIDENCE_LOAD : EVIDENCE_NO_LOAD,
                               .stage = root,
                               .a = r.now,
                               .b = r.usual.centre});
        }
    }
}

// Whether it is calls that hold what the pool has: not a heap, nor a disk.
static bool is_held_by_calls(const struct stage_diagnosis *s)
{
    double calls = fmax(1, s->traffic.usual.centre * s->mean_usual);
    double used = s->pool.usual.centre * s->pool_limit;
    return s->pool_limit <= POOL_MOST && !(used > HOLDERS * calls); // so where that is not known
}

// By Little's law the calls under way at once are their rate times their mean duration (Little, A
// proof for the queuing formula L = lambda W, 1961).
static void add_pool(struct verdict *v, const struct stage_diagnosis *s, const struct context *c)
{
    if (!pool_is_full(s, c->limits)) {
        return;
    }
    verdict_add(
        v, (struct evidence){
               .kind = EVIDENCE_POOL, .stage = v->stage, .a = s->pool_used, .b = s->pool_limit});
    bool share = c->plan->signals[s->pool_signal].full > 0; // of how many, nobody knows
    // calls that do not end hold what they have, and are in no rate
    bool hang = v->signal == CLASS_TRAFFIC || s->traffic.ratio < FEW_COMPLETE;
    if (share || hang || !is_held_by_calls(s) ||
        s->pool_used < c->limits->pool_full * s->pool_limit) {
        return; // one pod's is full, and what its calls need is not known
    }
    struct evidence need = {.stage = v->stage, .a = s->busy, .b = s->pool_limit};
    if (s->busy < c->limits->leak * s->pool_used) {
        need.kind = EVIDENCE_LEAK;
        verdict_add(v, need);
    } else if (s->busy >= c->limits->small * s->pool_limit) {
        need.kind = EVIDENCE_TOO_SMALL;
        verdict_add(v, need);
    }
}

int cause_pool_stage(const struct plan *plan, int stage)
{
    int parent = plan->stages[stage].parent;
    const struct component *own = plan_component(plan, stage);
    bool inner = own && parent >= 0 && plan_component(plan, parent) == own &&
                 !plan->stages[stage].linked && plan->stages[stage].saturation_count == 0;
    return inner ? parent : stage;
}

// A part without a pool waits for that of its server, of which its own calls say nothing.
static void add_pool_around(struct verdict *v, const struct diagnosis *d, const struct context *c)
{
    int around = cause_pool_stage(c->plan, v->stage);
    const struct stage_diagnosis *s = &d->stages[around];
    if (around != v->stage && deviates(&s->pool)) {
        verdict_add(
            v, (struct evidence){
                   .kind = EVIDENCE_POOL, .stage = around, .a = s->pool_used, .b = s->pool_limit});
    }
}

// A resource without a limit is a queue. Of what completes nothing, one more that waits counts.
void cause_add_queues(struct verdict *v, const struct context *c, int stage)
{
    const struct stage *s = &c->plan->stages[stage];
    for (int i = s->saturation_first; i < s->saturation_first + s->saturation_count; i++) {
        const struct signal_data *data = &c->store->signals[i];
        bool queue = isnan(matrix_part(&data->live, PART_LIMIT, context_slot(c, i)));
        struct work work = work_read(c, i);
        bool stuck = v->signal == CLASS_TRAFFIC && v->stage == stage;
        bool waits = work_piles_up(work, c->limits) || (stuck && work_waits(work));
        if (queue && waits) {
            verdict_add(v, (struct evidence){.kind = EVIDENCE_QUEUE,
                               .stage = stage,
                               .a = work.now,
                               .b = work.usual,
                               .name = c->plan->signals[i].what});
        }
    }
}

// --- what changed

// Whether STAGE has no samples from before AT_MS: it is new, and that it started explains nothing.
static bool begins_after(
    const struct context *c, const struct diagnosis *d, int stage, int64_t at_ms)
{
    const struct matrix *live = &c->store->signals[c->plan->stages[stage].latency_signal].live;
    enum usual_kind usual = d->stages[stage].latency.usual.kind;
    bool any = usual != USUAL_NONE && usual != USUAL_SPAN;
    for (int64_t slot = live->asked_first; slot * live->step_ms < at_ms && !any; slot++) {
        any = matrix_has_sample(live, slot);
    }
    return !any;
}

static void add_starts(
    struct verdict *v, const struct pods *pods, const struct diagnosis *d, const struct context *c)
{
    int64_t since = d->stages[v->stage].onset.since_ms;
    int64_t from = since > 0 ? since - BEFORE_ONSET_MS : d->tick_ms - PLAN_LATELY_MS;
    struct evidence e = {.kind = EVIDENCE_STARTS, .stage = v->stage, .b = (double)pods->count};
    for (size_t i = 0; i < pods->count; i++) {
        const struct pod *pod = &pods->items[i];
        if (pod->started_ms >= from && pod->started_ms <= d->tick_ms) {
            e.name = e.a > 0 ? NULL : pod->name;
            e.at_ms = e.a > 0 && e.at_ms < pod->started_ms ? e.at_ms : pod->started_ms;
            e.a++;
        }
    }
    if (e.a > 0 && !begins_after(c, d, v->stage, e.at_ms)) {
        verdict_add(v, e);
    }
}

// The changes that SIGNAL counts, each a series of its own.
static void add_changes(
    struct verdict *v, const struct context *c, int signal, enum evidence_kind kind)
{
    const struct matrix *m = answered(c, signal) ? &c->store->signals[signal].live : NULL;
    int named = 0;
    for (size_t i = 0; m && i < m->count && named < NAMED_MOST; i++) {
        double times = round(ring_get(&m->series[i].ring, context_slot(c, signal)));
        const char *name = labels_workload(&m->series[i].labels);
        if (name && times >= 1) {
            verdict_add(
                v, (struct evidence){.kind = kind, .stage = v->stage, .a = times, .name = name});
            named++;
        }
    }
}

void cause_explain(struct diagnosis *d, const struct context *c)
{
    struct verdict *v = &d->verdict;
    if (v->stage < 0) {
        return;
    }
    const struct stage *stage = &c->plan->stages[v->stage];
    const struct stage_diagnosis *s = &d->stages[v->stage];
    struct pods pods;
    pods_read(&pods, c->plan, c->store, v->stage);
    if (v->signal == CLASS_ERRORS || v->signal == CLASS_LATENCY) {
        find_pod(v, &pods, v->signal == CLASS_ERRORS ? &s->errors : &s->latency, c);
    }
    add_pool(v, s, c);
    if (v->signal == CLASS_LATENCY) {
        add_pool_around(v, d, c);
    }
    cause_add_queues(v, c, v->stage);
    for (int i = 0; v->signal == CLASS_TRAFFIC && i < (int)d->stages_count; i++) {
        if (i != v->stage && descend_is_within(c->plan, i, v->stage)) {
            cause_add_queues(v, c, i);
        }
    }
    add_stalled(v, &pods, d, c);
    strain_explain(d, c, &pods);
    add_starts(v, &pods, d, c);
    add_changes(v, c, stage->restarts_signal, EVIDENCE_RESTARTS);
    add_changes(v, c, stage->rollouts_signal, EVIDENCE_ROLLOUT);
    add_traffic(v, d, c);
}
