#include <math.h>

#include "diagnose/context.h"
#include "diagnose/declared.h"
#include "diagnose/descend.h"
#include "diagnose/fault.h"
#include "diagnose/notable.h"
#include "diagnose/shared.h"
#include "diagnose/verdict_part.h"

static const double OPEN = 0.5; // what is known, and may always have been so

void verdict_add(struct verdict *v, struct evidence e)
{
    if (v->evidence_count < DIAGNOSIS_EVIDENCE_MAX) {
        v->evidence[v->evidence_count++] = e;
    } else {
        v->evidence_more++;
    }
}

static bool deviates_declared(const struct stage_diagnosis *s)
{
    bool any = false;
    for (size_t i = 0; i < s->declared_count; i++) {
        any = any || deviates(&s->declared[i].reading);
    }
    return any;
}

// All that is known of STAGE is as usual, and nothing that could deny it is unknown.
static bool is_normal(const struct stage_diagnosis *s, const struct stage *stage)
{
    bool errors = stage->errors_signal < 0 || s->errors.severity == SEVERITY_OK;
    bool stopped = s->stopped.since_ms + s->stopped.before_ms > 0; // or nearly so
    return !stopped && s->latency.state == STATE_OK && s->latency.severity == SEVERITY_OK &&
           !notable_faster(&s->latency) && !notable_perhaps(&s->latency) &&
           !notable_perhaps(&s->errors) && errors && !deviates(&s->traffic) &&
           !deviates(&s->pool) && !deviates(&s->fast) && !deviates(&s->calls) &&
           !deviates(&s->targets) && !deviates_declared(s);
}

// The roots that the fault is not in, with all that they consist of.
static void add_normal_siblings(
    struct verdict *v, const struct diagnosis *d, const struct plan *plan)
{
    for (int i = 0; i < (int)d->stages_count; i++) {
        bool normal = plan->stages[i].parent < 0;
        for (int k = i; k < (int)d->stages_count && normal; k++) {
            bool part = descend_is_within(plan, k, i);
            bool open =
                k == v->stage || k == v->second ||
                (k == i ? !is_normal(&d->stages[k], &plan->stages[k])
                        : deviates(&d->stages[k].latency) || deviates(&d->stages[k].errors) ||
                              deviates(&d->stages[k].traffic) || deviates(&d->stages[k].fast) ||
                              deviates(&d->stages[k].calls));
            normal = !(part && open);
        }
        if (normal) {
            v->normal++;
            verdict_add(v,
                (struct evidence){.kind = EVIDENCE_NORMAL, .stage = i, .a = d->stages[i].requests});
        }
    }
}

// Half at three spreads above usual, and never certain. That an SLO is broken is a fact, whatever
// is usual, and even where nothing is; whether it is new remains open.
double verdict_confidence(const struct reading *r, double slo)
{
    double score = fmax(0, r->score); // fmax ignores NaN
    double most = r->usual.kind == USUAL_SPAN ? OPEN : 0.99;
    bool little = r->usual.kind == USUAL_NONE || r->usual.kind == USUAL_SPAN;
    bool broken = (slo > 0 && (isnan(r->low) ? r->now : r->low) > slo) ||
                  (little && r->severity == SEVERITY_CRITICAL); // which takes no usual
    return fmax(broken ? OPEN : 0, fmin(most, score / (score + 3)));
}

static double confidence_of_declared(const struct reading *r)
{
    struct reading either = *r;
    either.score = fabs(r->score);     // some are bad when they fall
    if (r->usual.kind == USUAL_NONE) { // a state is a fact
        either.severity = SEVERITY_CRITICAL;
    }
    return verdict_confidence(&either, 0);
}

// Another fault, unless the first one says it already.
static void add_also(
    struct verdict *v, const struct fault *f, const struct diagnosis *d, const struct context *c)
{
    const struct stage_diagnosis *s = &d->stages[f->stage < 0 ? 0 : f->stage];
    bool own_pool = f->signal == CLASS_SATURATION &&
                    (f->stage == v->stage || (v->signal == CLASS_LATENCY && v->stage >= 0 &&
                                                 f->stage == cause_pool_stage(c->plan, v->stage)));
    bool waits = v->signal == CLASS_TRAFFIC && f->signal == CLASS_SATURATION &&
                 descend_is_within(c->plan, v->stage, f->stage);
    if (own_pool || waits) {
        return;
    }
    if (v->also_count < DIAGNOSIS_ALSO_MAX) {
        v->also[v->also_count] = *f;
        if (f->signal == CLASS_LATENCY && f->stage >= 0 && notable_called_more(s) &&
            calls_explain(s)) {
            v->also[v->also_count].signal = CLASS_CALLS;
        }
        v->also_count++;
    } else {
        v->also_more++;
    }
}

static void add_failing(struct verdict *v, const struct diagnosis *d)
{
    for (size_t i = 0; i < d->failing_count; i++) {
        const struct reading *r = &d->tools[d->failing[i]].errors;
        verdict_add(v, (struct evidence){.kind = EVIDENCE_FAILING,
                           .stage = d->failing[i],
                           .a = r->now,
                           .b = r->usual.centre});
    }
}

void verdict_share(
    struct verdict *v, const struct diagnosis *d, const struct context *c, double least)
{
    const struct component *sole = shared_component(d, c->plan, v->signal);
    v->shared = true;
    verdict_add(v, (struct evidence){.kind = EVIDENCE_SHARED,
                       .stage = v->stage,
                       .a = least,
                       .name = sole ? sole->title : NULL});
}

static void blame_errors(struct verdict *v, const struct diagnosis *d, const struct context *c)
{
    int stage = v->stage;
    const struct plan *plan = c->plan;
    if (v->tool >= 0) {
        const struct reading *its = &d->tools[v->tool].errors;
        v->confidence = verdict_confidence(its, 0);
        verdict_add(v,
            (struct evidence){
                .kind = EVIDENCE_FAILING, .stage = v->tool, .a = its->now, .b = its->usual.centre});
        return;
    }
    const struct reading *r = stage >= 0 ? &d->stages[stage].errors : &d->tool_errors;
    v->tools = stage < 0;
    v->confidence = verdict_confidence(r, stage >= 0 ? plan->stages[stage].slo_errors : 0);
    verdict_add(v, (struct evidence){
                       .kind = EVIDENCE_ERRORS, .stage = stage, .a = r->now, .b = r->usual.centre});
    if (v->tools) {
        add_failing(v, d);
        return;
    }
    double shared = shared_errors(d, c);
    if (shared > 0) {
        verdict_share(v, d, c, shared);
    }
}

static void blame_tool(struct verdict *v, const struct diagnosis *d)
{
    const struct tool_diagnosis *t = &d->tools[v->tool];
    v->confidence = verdict_confidence(&t->calls, 0);
    verdict_add(v, (struct evidence){.kind = EVIDENCE_CALLS,
                       .stage = v->tool,
                       .a = t->per_request,
                       .b = t->per_request_usual});
    if (deviates(&d->tool_errors)) {
        verdict_add(v, (struct evidence){.kind = EVIDENCE_ERRORS,
                           .stage = -1,
                           .a = d->tool_errors.now,
                           .b = d->tool_errors.usual.centre});
        add_failing(v, d);
    }
}

static void blame_slow_tool(struct verdict *v, const struct diagnosis *d)
{
    const struct reading *r = &d->tools[v->tool].latency;
    v->confidence = verdict_confidence(r, 0);
    verdict_add(
        v, (struct evidence){
               .kind = EVIDENCE_SLOW_TOOL, .stage = v->tool, .a = r->now, .b = r->usual.centre});
}

static void blame_fast(struct verdict *v, const struct diagnosis *d)
{
    const struct reading *r = &d->stages[v->stage].fast;
    v->confidence = 0.5; // nobody can be sure that it is no improvement
    verdict_add(
        v, (struct evidence){
               .kind = EVIDENCE_FAST, .stage = v->stage, .a = r->now, .b = r->usual.centre});
}

// How improbable it is that so little completes, as far as the usual rate tells; where nothing
// waits, it may as well be that less is asked of it.
static void blame_silence(struct verdict *v, const struct diagnosis *d)
{
    const struct stage_diagnosis *s = &d->stages[v->stage];
    v->confidence = v->signal == CLASS_TRAFFIC ? 0.9 : 0.6;
    verdict_add(v, (struct evidence){.kind = EVIDENCE_SILENCE,
                       .stage = v->stage,
                       .a = s->traffic.now,
                       .b = s->traffic.usual.centre,
                       .at_ms = s->stopped.since_ms});
}

// The fault to name first, and the others beside it.
static bool find_incident(struct diagnosis *d, const struct context *c)
{
    struct verdict *v = &d->verdict;
    struct faults faults;
    faults_find(&faults, d, c);
    if (faults.count == 0) {
        return false;
    }
    const struct fault *f = &faults.items[0];
    v->condition = VERDICT_INCIDENT;
    v->signal = f->signal;
    v->severity = f->severity;
    v->stage = f->stage;
    v->second = f->second;
    v->tool = f->tool;
    v->declared = f->declared;
    switch (f->signal) {
    case CLASS_TRAFFIC: blame_silence(v, d); break;
    case CLASS_LATENCY:
        if (v->tool >= 0) {
            blame_slow_tool(v, d);
        } else {
            verdict_blame_latency(v, d, c);
        }
        break;
    case CLASS_ERRORS: blame_errors(v, d, c); break;
    case CLASS_CALLS:
        if (v->tool >= 0) {
            blame_tool(v, d);
        } else {
            blame_silence(v, d);
        }
        break;
    case CLASS_SATURATION: v->confidence = verdict_confidence(&d->stages[v->stage].pool, 0); break;
    case CLASS_FAST: blame_fast(v, d); break;
    case CLASS_TARGETS: v->confidence = 0.9; break; // they were counted
    case CLASS_DECLARED:
        v->confidence = confidence_of_declared(&d->declared[f->declared].reading);
        break;
    case CLASS_NONE: break;
    }
    for (size_t i = 1; i < faults.count; i++) {
        add_also(v, &faults.items[i], d, c);
    }
    v->also_more += faults.more;
    declared_explain(d, c);
    cause_explain(d, c);
    add_normal_siblings(v, d, c->plan);
    return true;
}

// Once for all stages that have it in common.
static void add_targets(struct verdict *v, const struct diagnosis *d)
{
    for (int i = 0; i < (int)d->stages_count; i++) {
        const struct stage_gone *gone = &d->stages[i].gone;
        bool known = !gone->job && !gone->workload && !gone->replica;
        for (int k = 0; k < i && !known && !gone->replica; k++) {
            const struct stage_gone *other = &d->stages[k].gone;
            known = gone->job == other->job && (gone->job || gone->workload == other->workload);
        }
        if (!known) {
            verdict_add(v, (struct evidence){.kind = EVIDENCE_TARGETS,
                               .stage = i,
                               .a = d->stages[i].targets.usual.centre - d->stages[i].targets.now,
                               .b = d->stages[i].targets.usual.centre,
                               .name = gone->replica ? gone->replica
                                       : gone->job   ? gone->job
                                                     : gone->workload});
        }
    }
}

// Parts that are called less: of a warm cache, or because the work does not get there.
static void add_called_less(struct verdict *v, const struct diagnosis *d, const struct plan *plan)
{
    for (int i = 0; i < (int)d->stages_count; i++) {
        const struct reading *r = &d->stages[i].calls;
        bool named = plan->stages[i].parent < 0 || (v->stage == i && v->signal == CLASS_CALLS);
        if (r->state == STATE_OK && r->ratio < 1 && !named) {
            verdict_add(
                v, (struct evidence){
                       .kind = EVIDENCE_CALLED, .stage = i, .a = r->now, .b = r->usual.centre});
        }
    }
}

// Stages of which there was data, and is none now.
static void add_gone(struct verdict *v, const struct diagnosis *d)
{
    for (int i = 0; i < (int)d->stages_count; i++) {
        const struct stage_diagnosis *s = &d->stages[i];
        bool was_there = s->last_ms > 0 || s->latency.usual.points > 0;
        enum state state = s->latency.state;
        if ((state == STATE_NO_DATA || state == STATE_STALE) && was_there) {
            verdict_add(
                v, (struct evidence){.kind = EVIDENCE_NO_DATA, .stage = i, .at_ms = s->last_ms});
        }
    }
}

void verdict_reach(struct diagnosis *d, const struct context *c)
{
    struct verdict *v = &d->verdict;
    *v = (struct verdict){.stage = -1, .second = -1, .tool = -1, .severity = SEVERITY_UNKNOWN};
    bool incident = !verdict_is_early(d, c) && find_incident(d, c);
    if (c->store->source.health == HEALTH_LOST) {
        v->condition = VERDICT_UNREACHABLE; // what was found before stays beside it
        v->severity = SEVERITY_UNKNOWN;
    } else if (!incident) {
        verdict_conclude_quiet(v, d, c);
        bool calm = v->condition == VERDICT_OK || v->condition == VERDICT_NO_TRAFFIC;
        for (int i = 0; calm && i < (int)d->stages_count; i++) {
            cause_add_queues(v, c, i);
        }
        if (v->condition == VERDICT_OK || v->condition == VERDICT_NO_DATA) {
            add_normal_siblings(v, d, c->plan);
        }
    }
    if (v->condition != VERDICT_ASKING) {
        add_called_less(v, d, c->plan);
        add_targets(v, d);
        drift_report(d, c);
        add_gone(v, d);
    }
}
