#include <math.h>

#include "diagnose/context.h"

static const double PART_LEAST = 0.02; // of all work: smaller parts are noise
static const double ALIKE = 2;         // parts that rise alike differ by no more than that

static bool deviates(const struct reading *r)
{
    return r->severity >= SEVERITY_WARNING;
}

void verdict_add(struct verdict *v, struct evidence e)
{
    if (v->evidence_count < DIAGNOSIS_EVIDENCE_MAX) {
        v->evidence[v->evidence_count++] = e;
    }
}

static double rise_of(const struct stage_diagnosis *s)
{
    double by = s->seconds_now - s->seconds_usual;
    return isnan(by) ? s->latency.now - s->latency.usual.centre : by;
}

// The slow stage that no slow parent contains and that got slower by the most.
static int slowest_top(const struct diagnosis *d, const struct plan *plan, int except)
{
    int best = -1;
    for (int i = 0; i < (int)d->stages_count; i++) {
        int parent = plan->stages[i].parent;
        bool top = parent < 0 || !deviates(&d->stages[parent].latency);
        if (i == except || !top || !deviates(&d->stages[i].latency)) {
            continue;
        }
        if (best < 0 || rise_of(&d->stages[i]) > rise_of(&d->stages[best])) {
            best = i;
        }
    }
    return best;
}

// A child counts that deviates, or whose mean alone explains most: where its buckets have changed,
// its P95 cannot be compared, but means still add up.
static bool is_candidate(const struct stage_diagnosis *s, const struct thresholds *t)
{
    return deviates(&s->latency) || s->blame >= t->blame_culprit;
}

static int biggest_child(const struct diagnosis *d, const struct context *c, int parent, int except)
{
    int best = -1;
    for (int i = 0; i < (int)d->stages_count; i++) {
        bool child = c->plan->stages[i].parent == parent && i != except;
        if (child && !isnan(d->stages[i].blame) && is_candidate(&d->stages[i], c->limits) &&
            (best < 0 || d->stages[i].blame > d->stages[best].blame)) {
            best = i;
        }
    }
    return best;
}

// From the symptom down the tree for as long as one child carries the blame.
static int descend(const struct diagnosis *d, const struct context *c, int stage, int *second)
{
    for (;;) {
        int child = biggest_child(d, c, stage, -1);
        if (child < 0 || d->stages[child].blame < c->limits->blame_shared) {
            return stage;
        }
        int other = biggest_child(d, c, stage, child);
        if (other >= 0 && d->stages[other].blame >= c->limits->blame_shared) {
            *second = other;
            return child;
        }
        if (d->stages[child].blame < c->limits->blame_culprit) {
            return stage;
        }
        stage = child;
    }
}

static void add_normal_siblings(
    struct verdict *v, const struct diagnosis *d, const struct plan *plan)
{
    for (int i = 0; i < (int)d->stages_count; i++) {
        const struct stage_diagnosis *s = &d->stages[i];
        bool at_fault = i == v->stage || i == v->second;
        if (!at_fault && plan->stages[i].parent < 0 && s->latency.state == STATE_OK &&
            s->latency.severity == SEVERITY_OK) {
            verdict_add(
                v, (struct evidence){.kind = EVIDENCE_NORMAL, .stage = i, .a = s->requests});
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
        if (plan->stages[i].parent == stage && plan->stages[i].kind != LATENCY_ABSENT) {
            *now -= d->stages[i].seconds_now;
            *usual -= d->stages[i].seconds_usual;
        }
    }
}

// Whether every part of the work takes longer, and about as much: then no part of it is the cause.
// Returns by how much at least; 0: not so.
static double shared_ratio(const struct diagnosis *d, const struct context *c)
{
    double least = INFINITY, most = 0, whole = 0;
    int slow_roots = 0;
    for (size_t i = 0; i < d->stages_count; i++) {
        if (c->plan->stages[i].parent < 0) {
            whole += d->stages[i].seconds_usual; // NaN: what is not known may be as ever
            slow_roots += deviates(&d->stages[i].latency);
        }
    }
    for (size_t i = 0; i < d->stages_count; i++) {
        double now, usual;
        own_seconds(d, c->plan, (int)i, &now, &usual);
        if (isnan(now - usual) && c->plan->stages[i].kind != LATENCY_ABSENT) {
            return 0;
        }
        if (usual >= PART_LEAST * whole) {
            least = fmin(least, now / usual);
            most = fmax(most, now / usual);
        }
    }
    bool shared = slow_roots >= 2 && least >= c->limits->ratio_warning && most <= ALIKE * least;
    return shared ? least : 0;
}

// Half at three spreads above usual, and never certain.
static double confidence_of(const struct reading *r)
{
    double score = fmax(0, r->score);
    return fmin(0.99, score / (score + 3));
}

static void blame_latency(struct verdict *v, const struct diagnosis *d, const struct context *c)
{
    int top = slowest_top(d, c->plan, -1);
    v->signal = CLASS_LATENCY;
    v->stage = descend(d, c, top, &v->second);
    int other = slowest_top(d, c->plan, top);
    if (v->second < 0 && other >= 0 && d->stages[other].blame >= c->limits->blame_shared) {
        int ignored = -1;
        v->second = descend(d, c, other, &ignored);
    }
    const struct stage_diagnosis *s = &d->stages[v->stage];
    for (size_t i = 0; i < d->stages_count; i++) { // whoever is at fault, it is as bad as the worst
        enum severity severity = d->stages[i].latency.severity;
        v->severity = severity > v->severity ? severity : v->severity;
    }
    verdict_add(v, (struct evidence){.kind = EVIDENCE_DEVIATION,
                       .stage = v->stage,
                       .a = s->latency.now,
                       .b = s->latency.usual.centre});
    double share = 1;
    if (c->plan->stages[v->stage].parent >= 0 && !isnan(s->blame)) {
        share = s->blame;
        verdict_add(v, (struct evidence){.kind = EVIDENCE_SHARE, .stage = v->stage, .a = share});
    } else if (!isnan(s->own_blame) && s->own_blame < 1) {
        share = s->own_blame;
        verdict_add(v, (struct evidence){.kind = EVIDENCE_OWN_TIME, .stage = v->stage, .a = share});
    }
    bool full = pool_is_full(s, c->limits);
    double shared = shared_ratio(d, c);
    if (shared > 0) {
        v->shared = true;
        verdict_add(v, (struct evidence){.kind = EVIDENCE_SHARED, .stage = v->stage, .a = shared});
    } else if (s->more_calls >= 0.5) {
        v->signal = CLASS_CALLS;
    }
    double explained = 0.5 + 0.5 * share;
    v->confidence = fmin(0.99, confidence_of(&s->latency) * explained + (full ? 0.05 : 0));
}

// The worst in kind, and among those the worst in number.
static bool is_worse(const struct reading *a, const struct reading *b)
{
    return a->severity != b->severity ? a->severity > b->severity : a->now > b->now;
}

static int worst_errors(const struct diagnosis *d)
{
    int best = -1;
    for (int i = 0; i < (int)d->stages_count; i++) {
        const struct reading *r = &d->stages[i].errors;
        if (deviates(r) && (best < 0 || is_worse(r, &d->stages[best].errors))) {
            best = i;
        }
    }
    return best;
}

static int worst_tool(const struct diagnosis *d)
{
    int best = -1;
    for (int i = 0; i < (int)d->tools_count; i++) {
        const struct tool_diagnosis *t = &d->tools[i];
        double extra = (t->per_request - t->per_request_usual);
        if (deviates(&t->calls) &&
            (best < 0 || extra > d->tools[best].per_request - d->tools[best].per_request_usual)) {
            best = i;
        }
    }
    return best;
}

static int worst_pool(const struct diagnosis *d)
{
    int best = -1;
    for (int i = 0; i < (int)d->stages_count; i++) {
        if (deviates(&d->stages[i].pool) &&
            (best < 0 || d->stages[i].pool.now > d->stages[best].pool.now)) {
            best = i;
        }
    }
    return best;
}

static void blame_errors(struct verdict *v, const struct diagnosis *d, int stage)
{
    const struct reading *r = stage >= 0 ? &d->stages[stage].errors : &d->tool_errors;
    v->signal = CLASS_ERRORS;
    v->severity = r->severity;
    v->stage = stage;
    v->tools = stage < 0;
    v->confidence = confidence_of(r);
    verdict_add(v, (struct evidence){
                       .kind = EVIDENCE_ERRORS, .stage = stage, .a = r->now, .b = r->usual.centre});
}

static void blame_tool(struct verdict *v, const struct diagnosis *d, int tool)
{
    const struct tool_diagnosis *t = &d->tools[tool];
    v->signal = CLASS_CALLS;
    v->severity = t->calls.severity;
    v->tool = tool;
    v->confidence = confidence_of(&t->calls);
    verdict_add(v,
        (struct evidence){
            .kind = EVIDENCE_CALLS, .stage = tool, .a = t->per_request, .b = t->per_request_usual});
    if (deviates(&d->tool_errors)) {
        verdict_add(v, (struct evidence){.kind = EVIDENCE_ERRORS,
                           .stage = -1,
                           .a = d->tool_errors.now,
                           .b = d->tool_errors.usual.centre});
    }
}

static void blame_pool(struct verdict *v, const struct diagnosis *d, int stage)
{
    const struct stage_diagnosis *s = &d->stages[stage];
    v->signal = CLASS_SATURATION;
    v->severity = s->pool.severity;
    v->stage = stage;
    v->confidence = confidence_of(&s->pool);
}

// Failing fast: a stage that errs while its latency is not up is at fault by its errors.
static bool find_incident(struct diagnosis *d, const struct context *c)
{
    struct verdict *v = &d->verdict;
    int slow = slowest_top(d, c->plan, -1);
    int erring = worst_errors(d);
    int tool = worst_tool(d);
    int pool = worst_pool(d);
    enum severity slow_is = slow >= 0 ? d->stages[slow].latency.severity : SEVERITY_OK;
    enum severity erring_is = erring >= 0 ? d->stages[erring].errors.severity : SEVERITY_OK;
    enum severity tool_is = tool >= 0 ? d->tools[tool].calls.severity : SEVERITY_OK;
    if (slow >= 0 && slow_is >= erring_is && slow_is >= tool_is) {
        blame_latency(v, d, c);
    } else if (erring >= 0 && erring_is >= tool_is) {
        blame_errors(v, d, erring);
    } else if (tool >= 0) {
        blame_tool(v, d, tool);
    } else if (deviates(&d->tool_errors)) {
        blame_errors(v, d, -1);
    } else if (pool >= 0) {
        blame_pool(v, d, pool);
    } else {
        return false;
    }
    v->condition = VERDICT_INCIDENT;
    cause_explain(d, c);
    add_normal_siblings(v, d, c->plan);
    return true;
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

static void conclude_quiet(struct verdict *v, const struct diagnosis *d, const struct context *c)
{
    int counts[STATE_ERROR + 1] = {0};
    int gone = 0;
    bool blind = false, asking = false;
    for (size_t i = 0; i < d->stages_count; i++) {
        counts[d->stages[i].latency.state]++;
        asking = asking || d->stages[i].errors.state == STATE_ASKING;
        blind = blind || d->stages[i].errors.state == STATE_ERROR;
        // a root stage that was there and is no more leaves the verdict open
        bool was_there = d->stages[i].last_ms > 0 || d->stages[i].latency.usual.points > 0;
        enum state state = d->stages[i].latency.state;
        bool unknown = state == STATE_NO_DATA && was_there;
        gone += c->plan->stages[i].parent < 0 &&
                (unknown || state == STATE_STALE || state == STATE_ERROR);
    }
    int alive = counts[STATE_OK] + counts[STATE_TOO_FEW] + counts[STATE_NO_BASELINE];
    v->severity = SEVERITY_UNKNOWN;
    if (counts[STATE_ASKING] > 0 || asking || (counts[STATE_OK] > 0 && is_early(d, c))) {
        v->condition = VERDICT_ASKING;
    } else if (gone > 0 || counts[STATE_NO_DATA] + counts[STATE_ERROR] == (int)d->stages_count) {
        v->condition = VERDICT_NO_DATA;
    } else if (counts[STATE_NO_TRAFFIC] > 0 && alive == 0) {
        v->condition = VERDICT_NO_TRAFFIC;
    } else if (counts[STATE_OK] > 0) {
        v->condition = VERDICT_OK;
        v->severity = blind ? SEVERITY_UNKNOWN : SEVERITY_OK; // errors not known are not none
        v->confidence = (double)counts[STATE_OK] / (double)d->stages_count;
    } else if (!c->store->history_complete) {
        v->condition = VERDICT_ASKING;
    } else {
        v->condition = counts[STATE_TOO_FEW] > 0 ? VERDICT_OK : VERDICT_NO_BASELINE;
    }
}

void verdict_reach(struct diagnosis *d, const struct context *c)
{
    struct verdict *v = &d->verdict;
    *v = (struct verdict){.stage = -1, .second = -1, .tool = -1, .severity = SEVERITY_UNKNOWN};
    bool incident = !is_early(d, c) && find_incident(d, c);
    if (c->store->source.reach == REACH_LOST) {
        v->condition = VERDICT_UNREACHABLE; // what was found before stays beside it
        v->severity = SEVERITY_UNKNOWN;
    } else if (!incident) {
        conclude_quiet(v, d, c);
        if (v->condition == VERDICT_OK) {
            add_normal_siblings(v, d, c->plan);
        }
    }
}
