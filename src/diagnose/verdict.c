#include <math.h>

#include "diagnose/context.h"
#include "diagnose/declared.h"
#include "diagnose/fault.h"
#include "diagnose/notable.h"

static const double PART_LEAST = 0.02; // of all work: smaller parts are noise
static const double ALIKE = 2;         // parts that rise alike differ by no more than that
static const double OPEN = 0.5;        // what is known, and may always have been so

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
           !notable_faster(&s->latency) && errors && !deviates(&s->traffic) &&
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
            bool part = fault_is_within(plan, k, i);
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

// What no child of STAGE explains: its own time, per request of the root.
static void own_seconds(
    const struct diagnosis *d, const struct plan *plan, int stage, double *now, double *usual)
{
    *now = d->stages[stage].seconds_now;
    *usual = d->stages[stage].seconds_usual;
    for (int i = 0; i < (int)d->stages_count; i++) {
        if (plan->stages[i].parent == stage && plan_is_timed(&plan->stages[i])) {
            *now -= d->stages[i].seconds_now;
            *usual -= d->stages[i].seconds_usual;
        }
    }
}

// Whether every part of the work takes longer, and about as much: then no part of it is the cause.
// Returns by how much at least; 0: not so.
static double shared_ratio(const struct diagnosis *d, const struct context *c)
{
    double least = INFINITY, most = 0, whole = 0, shown = INFINITY;
    int slow_roots = 0;
    for (size_t i = 0; i < d->stages_count; i++) {
        if (c->plan->stages[i].parent < 0) {
            whole += d->stages[i].seconds_usual; // NaN: what is not known may be as ever
            slow_roots += deviates(&d->stages[i].latency);
        }
    }
    for (size_t i = 0; i < d->stages_count; i++) {
        const struct stage_diagnosis *s = &d->stages[i];
        double now, usual;
        own_seconds(d, c->plan, (int)i, &now, &usual);
        bool calm = c->plan->stages[i].parent < 0 && s->seconds_usual >= PART_LEAST * whole &&
                    !deviates(&s->latency);
        if (calm || (isnan(now - usual) && plan_is_timed(&c->plan->stages[i]))) {
            return 0;
        }
        shown = deviates(&s->latency) ? fmin(shown, s->latency.ratio) : shown;
        if (usual >= PART_LEAST * whole) {
            least = fmin(least, now / usual);
            most = fmax(most, now / usual);
        }
    }
    bool shared = slow_roots >= 2 && least >= c->limits->ratio_warning && most <= ALIKE * least;
    return shared ? fmin(least, shown) : 0; // no row may show less
}

// Several stages of one component are one thing. The one that all slow stages are of; NULL: they
// are of several, or it is not known.
static const struct component *sole_component(const struct diagnosis *d, const struct plan *plan)
{
    const struct component *sole = NULL;
    for (int i = 0; i < (int)d->stages_count; i++) {
        const struct component *of = plan_component(plan, i);
        if (deviates(&d->stages[i].latency) && (!of || (sole && of != sole))) {
            return NULL;
        }
        sole = deviates(&d->stages[i].latency) ? of : sole;
    }
    return sole;
}

// Half at three spreads above usual, and never certain. That an SLO is broken is a fact, whatever
// is usual, and even where nothing is; whether it is new remains open.
static double confidence_of(const struct reading *r, double slo)
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
    return confidence_of(&either, 0);
}

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

// Another fault, unless the first one says it already.
static void add_also(
    struct verdict *v, const struct fault *f, const struct diagnosis *d, const struct context *c)
{
    const struct stage_diagnosis *s = &d->stages[f->stage < 0 ? 0 : f->stage];
    bool own_pool = f->signal == CLASS_SATURATION &&
                    (f->stage == v->stage || (v->signal == CLASS_LATENCY && v->stage >= 0 &&
                                                 f->stage == cause_pool_stage(c->plan, v->stage)));
    bool waits = v->signal == CLASS_TRAFFIC && f->signal == CLASS_SATURATION &&
                 fault_is_within(c->plan, v->stage, f->stage);
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
    return confidence_of(&d->stages[slow].latency, c->plan->stages[slow].slo_p95_s);
}

static void blame_latency(struct verdict *v, const struct diagnosis *d, const struct context *c)
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
    double shared = shared_ratio(d, c);
    if (shared > 0) {
        const struct component *sole = sole_component(d, c->plan);
        v->shared = true;
        verdict_add(v, (struct evidence){.kind = EVIDENCE_SHARED,
                           .stage = v->stage,
                           .a = shared,
                           .name = sole ? sole->title : NULL});
    } else if (notable_called_more(s) && calls_explain(s)) {
        v->signal = CLASS_CALLS;
    }
    double explained = 0.5 + 0.5 * share;
    v->confidence = fmin(0.99, confidence_of_slow(d, c, v->stage) * explained + (full ? 0.05 : 0));
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

static void blame_errors(struct verdict *v, const struct diagnosis *d, const struct plan *plan)
{
    int stage = v->stage;
    if (v->tool >= 0) {
        const struct reading *its = &d->tools[v->tool].errors;
        v->confidence = confidence_of(its, 0);
        verdict_add(v,
            (struct evidence){
                .kind = EVIDENCE_FAILING, .stage = v->tool, .a = its->now, .b = its->usual.centre});
        return;
    }
    const struct reading *r = stage >= 0 ? &d->stages[stage].errors : &d->tool_errors;
    v->tools = stage < 0;
    v->confidence = confidence_of(r, stage >= 0 ? plan->stages[stage].slo_errors : 0);
    verdict_add(v, (struct evidence){
                       .kind = EVIDENCE_ERRORS, .stage = stage, .a = r->now, .b = r->usual.centre});
    if (v->tools) {
        add_failing(v, d);
    }
}

static void blame_tool(struct verdict *v, const struct diagnosis *d)
{
    const struct tool_diagnosis *t = &d->tools[v->tool];
    v->confidence = confidence_of(&t->calls, 0);
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
    v->confidence = confidence_of(r, 0);
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
            blame_latency(v, d, c);
        }
        break;
    case CLASS_ERRORS: blame_errors(v, d, c->plan); break;
    case CLASS_CALLS:
        if (v->tool >= 0) {
            blame_tool(v, d);
        } else {
            blame_silence(v, d);
        }
        break;
    case CLASS_SATURATION: v->confidence = confidence_of(&d->stages[v->stage].pool, 0); break;
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
                               .name = gone->job        ? gone->job
                                       : gone->workload ? gone->workload
                                                        : gone->replica});
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

// Before every stage knows its usual, the wrong one would be accused, and quiet would be a guess.
static bool is_early(const struct diagnosis *d, const struct context *c)
{
    bool unknown = false;
    for (size_t i = 0; i < d->stages_count; i++) {
        enum state state = d->stages[i].latency.state;
        unknown = unknown || state == STATE_ASKING || state == STATE_NO_BASELINE;
    }
    return unknown && !c->store->history_seen;
}

// Where nobody says how many may fail, hardly any may.
static bool fails_little(
    const struct stage_diagnosis *s, const struct stage *of, const struct thresholds *t)
{
    double most = of->slo_errors > 0 ? of->slo_errors : t->errors_floor;
    return !(s->errors.now > most) && s->errors.state != STATE_ERROR;
}

// All that is promised of the service is kept, whatever is usual.
static bool keeps_slos(
    const struct diagnosis *d, const struct plan *plan, const struct thresholds *t)
{
    bool keeps = true;
    for (size_t i = 0; i < d->stages_count; i++) {
        const struct reading *r = &d->stages[i].latency;
        bool root = plan->stages[i].parent < 0;
        keeps = keeps && fails_little(&d->stages[i], &plan->stages[i], t) &&
                (!root || notable_slo(r, plan->stages[i].slo_p95_s) == SLO_WITHIN);
    }
    return keeps;
}

static bool any_root_is_open(const struct diagnosis *d, const struct plan *plan)
{
    bool any = false;
    for (size_t i = 0; i < d->stages_count; i++) {
        any = any || (plan->stages[i].parent < 0 && notable_open(&d->stages[i].latency));
    }
    return any;
}

static void conclude_quiet(struct verdict *v, const struct diagnosis *d, const struct context *c)
{
    int counts[STATE_COUNT] = {0};
    int gone = 0;
    bool blind = false, asking = false, stopped = false;
    for (size_t i = 0; i < d->stages_count; i++) {
        stopped = stopped || (c->plan->stages[i].parent < 0 && d->stages[i].traffic.now == 0 &&
                                 notable_traffic(&d->stages[i], c->window_s, c->limits));
        counts[d->stages[i].latency.state]++;
        asking = asking || d->stages[i].errors.state == STATE_ASKING;
        blind = blind || d->stages[i].errors.state == STATE_ERROR;
        // a root stage that was there and is no more leaves the verdict open
        bool was_there = d->stages[i].last_ms > 0 || d->stages[i].latency.usual.points > 0;
        enum state state = d->stages[i].latency.state;
        bool unknown = state == STATE_NO_DATA && was_there;
        gone +=
            c->plan->stages[i].parent < 0 &&
            (unknown || state == STATE_STALE || state == STATE_ERROR || state == STATE_UNRELIABLE);
    }
    int alive = counts[STATE_OK] + counts[STATE_TOO_FEW] + counts[STATE_NO_BASELINE];
    v->severity = SEVERITY_UNKNOWN;
    if (counts[STATE_ASKING] > 0 || asking || (counts[STATE_OK] > 0 && is_early(d, c))) {
        v->condition = VERDICT_ASKING;
    } else if (gone > 0 || counts[STATE_NO_DATA] + counts[STATE_ERROR] + counts[STATE_UNRELIABLE] ==
                               (int)d->stages_count) {
        v->condition = VERDICT_NO_DATA;
    } else if (counts[STATE_NO_TRAFFIC] > 0 && alive == 0 && !quiet_is_usual(d, c)) {
        v->condition = VERDICT_NO_TRAFFIC;
    } else if (counts[STATE_OK] > 0) {
        v->condition = VERDICT_OK;
        // errors not known are not none, and nobody knows why a root gets no requests
        bool open = any_root_is_open(d, c->plan) && !keeps_slos(d, c->plan, c->limits);
        v->severity = blind || stopped || open ? SEVERITY_UNKNOWN : SEVERITY_OK;
        v->confidence = (double)counts[STATE_OK] / (double)d->stages_count;
    } else if (!c->store->history_complete) {
        v->condition = VERDICT_ASKING;
    } else {
        v->condition = counts[STATE_NO_BASELINE] > 0 ? VERDICT_NO_BASELINE : VERDICT_OK;
        bool good = v->condition == VERDICT_OK ? quiet_is_usual(d, c)
                                               : !blind && keeps_slos(d, c->plan, c->limits);
        v->severity = good ? SEVERITY_OK : SEVERITY_UNKNOWN;
    }
}

void verdict_reach(struct diagnosis *d, const struct context *c)
{
    struct verdict *v = &d->verdict;
    *v = (struct verdict){.stage = -1, .second = -1, .tool = -1, .severity = SEVERITY_UNKNOWN};
    bool incident = !is_early(d, c) && find_incident(d, c);
    if (c->store->source.health == HEALTH_LOST) {
        v->condition = VERDICT_UNREACHABLE; // what was found before stays beside it
        v->severity = SEVERITY_UNKNOWN;
    } else if (!incident) {
        conclude_quiet(v, d, c);
        bool doubted = v->condition == VERDICT_OK && v->severity != SEVERITY_OK;
        for (int i = 0; (doubted || v->condition == VERDICT_NO_TRAFFIC) && i < (int)d->stages_count;
             i++) {
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
