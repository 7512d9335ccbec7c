#include <math.h>

#include "diagnose/context.h"
#include "diagnose/notable.h"
#include "diagnose/shared.h"
#include "diagnose/verdict_part.h"

static void add_part(struct verdict *v, const struct diagnosis *d, int stage)
{
    verdict_add(
        v, (struct evidence){.kind = EVIDENCE_SHARE, .stage = stage, .a = d->stages[stage].blame});
}

static bool explains_parent(const struct diagnosis *d, const struct context *c, int stage)
{
    int parent = c->plan->stages[stage].parent;
    return parent >= 0 && deviates(&d->stages[parent].latency) &&
           d->stages[stage].blame >= c->limits->blame_shared;
}

static void add_own_time(
    struct verdict *v, const struct diagnosis *d, const struct context *c, int stage)
{
    double own = d->stages[stage].own_blame;
    bool told = false;
    for (size_t i = 0; i < v->evidence_count; i++) {
        const struct evidence *e = &v->evidence[i];
        told = told || (e->kind == EVIDENCE_OWN_TIME && e->stage == stage);
    }
    if (!told && own < 1 && own >= c->limits->blame_shared) {
        verdict_add(v, (struct evidence){.kind = EVIDENCE_OWN_TIME, .stage = stage, .a = own});
    }
}

// Other parts that have a share of the rise that STAGE has one of.
static void add_siblings(
    struct verdict *v, const struct diagnosis *d, const struct context *c, int stage)
{
    for (int i = 0; i < (int)d->stages_count; i++) {
        bool sibling = i != v->stage && i != v->second &&
                       c->plan->stages[i].parent == c->plan->stages[stage].parent;
        if (sibling && d->stages[i].blame >= c->limits->blame_shared) {
            add_part(v, d, i);
        }
    }
}

// The own times of STAGE and of all that it is a part of, as far up as it has a share of the rise.
static void add_own_times(
    struct verdict *v, const struct diagnosis *d, const struct context *c, int stage)
{
    add_own_time(v, d, c, stage);
    for (int i = stage; explains_parent(d, c, i); i = c->plan->stages[i].parent) {
        add_own_time(v, d, c, c->plan->stages[i].parent);
    }
}

// Says what share of the rise the culprits have, where it is worth a word. Returns that of STAGE;
// 1: not known.
static double add_share(
    struct verdict *v, const struct diagnosis *d, const struct context *c, int stage)
{
    const struct stage_diagnosis *s = &d->stages[stage];
    if (explains_parent(d, c, stage)) {
        add_part(v, d, stage);
        return s->blame;
    }
    add_own_time(v, d, c, stage);
    return isnan(s->own_blame) ? 1 : s->own_blame;
}

// What speaks for STAGE as a reason why others are slow. Returns its share of the rise; 1: not
// known.
static double add_slow(
    struct verdict *v, const struct diagnosis *d, const struct context *c, int stage)
{
    const struct stage_diagnosis *s = &d->stages[stage];
    // what is called too often may be as fast as ever
    if (deviates(&s->latency) || !notable_called_more(s)) {
        verdict_add(v, (struct evidence){.kind = EVIDENCE_DEVIATION,
                           .stage = stage,
                           .a = s->latency.now,
                           .b = s->latency.usual.centre});
    }
    if (s->latency.beyond && s->mean > s->mean_usual) {
        verdict_add(
            v, (struct evidence){
                   .kind = EVIDENCE_MEAN, .stage = stage, .a = s->mean, .b = s->mean_usual});
    }
    double share = add_share(v, d, c, stage);
    if (notable_called_more(s)) {
        verdict_add(v, (struct evidence){.kind = EVIDENCE_CALLED,
                           .stage = stage,
                           .a = s->calls.now,
                           .b = s->calls.usual.centre});
    }
    return share;
}

// How far beyond usual it is: of what is as fast as ever its caller.
static double confidence_of_slow(const struct diagnosis *d, const struct context *c, int stage)
{
    int parent = c->plan->stages[stage].parent;
    bool called = notable_called_more(&d->stages[stage]);
    bool calm = called && parent >= 0 && !deviates(&d->stages[stage].latency);
    int slow = calm ? parent : stage;
    return verdict_confidence(&d->stages[slow].latency, c->plan->stages[slow].slo_p95_s);
}

void verdict_blame_latency(struct verdict *v, const struct diagnosis *d, const struct context *c)
{
    const struct stage_diagnosis *s = &d->stages[v->stage];
    double share = add_slow(v, d, c, v->stage);
    if (v->second >= 0) {
        bool together = explains_parent(d, c, v->stage) && explains_parent(d, c, v->second) &&
                        c->plan->stages[v->stage].parent == c->plan->stages[v->second].parent;
        double other = add_slow(v, d, c, v->second);
        share = together ? fmin(1, share + other) : share;
    }
    if (explains_parent(d, c, v->stage)) {
        add_siblings(v, d, c, v->stage);
    }
    add_own_times(v, d, c, v->stage);
    if (v->second >= 0) {
        add_own_times(v, d, c, v->second);
    }
    bool full = pool_is_full(s, c->limits);
    double shared = shared_latency(d, c);
    if (shared > 0) {
        verdict_share(v, d, c, shared);
    } else if (notable_called_more(s) && calls_explain(s)) {
        v->signal = CLASS_CALLS;
    }
    double explained = 0.5 + 0.5 * share;
    v->confidence = fmin(0.99, confidence_of_slow(d, c, v->stage) * explained + (full ? 0.05 : 0));
}
