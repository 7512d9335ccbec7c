#include "diagnose/fault.h"

#include <math.h>
#include <string.h>

#include "diagnose/declared.h"
#include "diagnose/judged.h"
#include "diagnose/notable.h"
#include "diagnose/tool_latency.h"

enum {
    FOLLOWS_MS = 15 * 60 * 1000,
    TOOL_ERRORS_RANK = 4, // see judged_rank()
};

static const double RISE_SHARED = 0.3;   // of the parent's rise: less is no cause
static const double ABOUT_AS_MUCH = 0.8; // of the largest rise among children: they are alike
static const double ERRORS_SHARED = 0.6; // of the parent's errors beyond usual
static const double ERRORS_PART = 0.2;   // of the same: a child with less explains none of them

bool fault_is_within(const struct plan *plan, int stage, int ancestor)
{
    while (stage >= 0 && stage != ancestor) {
        stage = plan->stages[stage].parent;
    }
    return stage >= 0;
}

// Stages that deviate by SIGNAL and whose parent does not: the faults begin here.
static bool is_top(
    const struct diagnosis *d, const struct plan *plan, int stage, enum signal_class signal)
{
    int parent = plan->stages[stage].parent;
    while (parent >= 0 && !deviates(judged_reading(&d->stages[parent], signal))) {
        parent = plan->stages[parent].parent;
    }
    return parent < 0 && deviates(judged_reading(&d->stages[stage], signal));
}

void fault_add(struct faults *out, struct fault f)
{
    if (out->count < FAULTS_MAX) {
        out->items[out->count++] = f;
    } else {
        out->more++;
    }
}

static enum severity more_severe(enum severity a, enum severity b)
{
    return a > b ? a : b;
}

// --- latency

static double rise_of(const struct stage_diagnosis *s)
{
    double by = s->seconds_now - s->seconds_usual;
    return isnan(by) ? s->latency.now - s->latency.usual.centre : by;
}

// Without sums, as of gauges and expressions, the rises themselves are compared.
double fault_share(const struct diagnosis *d, const struct plan *plan, int stage)
{
    const struct stage_diagnosis *s = &d->stages[stage];
    int parent = plan->stages[stage].parent;
    if (!isnan(s->blame) || parent < 0) {
        return s->blame;
    }
    const struct stage_diagnosis *p = &d->stages[parent];
    double rise = s->latency.now - s->latency.usual.centre;
    double whole = p->latency.now - p->latency.usual.centre;
    return deviates(&s->latency) && whole > 0 ? rise / whole : NAN;
}

// A child counts that deviates, by itself or by its calls, or whose mean alone rises and explains
// most: where its buckets have changed, its P95 cannot be compared, but means still add up.
static bool is_candidate(const struct stage_diagnosis *s, const struct thresholds *t)
{
    bool by_mean = s->mean > s->mean_usual && s->blame >= t->blame_culprit;
    return deviates(&s->latency) || notable_called_more(s) || by_mean;
}

// Of children that explain about as much, the one that is worse by itself tells more.
static bool stands_out(const struct stage_diagnosis *s, const struct stage_diagnosis *other)
{
    const struct reading *its = &s->latency, *theirs = &other->latency;
    return its->severity != theirs->severity ? its->severity > theirs->severity
                                             : its->score > theirs->score;
}

static bool may_explain(
    const struct diagnosis *d, const struct context *c, int parent, int child, double least)
{
    return c->plan->stages[child].parent == parent && is_candidate(&d->stages[child], c->limits) &&
           fault_share(d, c->plan, child) >= least;
}

static int biggest_child(const struct diagnosis *d, const struct context *c, int parent, int except)
{
    double most = 0;
    int best = -1;
    for (int i = 0; i < (int)d->stages_count; i++) {
        bool may = i != except && may_explain(d, c, parent, i, RISE_SHARED);
        most = may ? fmax(most, fault_share(d, c->plan, i)) : most;
    }
    double least = fmax(RISE_SHARED, ABOUT_AS_MUCH * most);
    for (int i = 0; i < (int)d->stages_count; i++) {
        bool may = i != except && may_explain(d, c, parent, i, least);
        best = may && (best < 0 || stands_out(&d->stages[i], &d->stages[best])) ? i : best;
    }
    return best;
}

// Whether more of the rise of STAGE is its own than its child's, or nothing is known of its own.
static bool is_its_own(const struct diagnosis *d, const struct context *c, int stage, int child)
{
    double share = fault_share(d, c->plan, child);
    bool by_means = !isnan(d->stages[child].blame);
    return by_means && share < c->limits->blame_culprit && !(d->stages[stage].own_blame < share);
}

static int sole_cause(const struct diagnosis *d, const struct context *c, int stage);

// From the symptom down the tree for as long as children carry the blame; where two share it, down
// from each.
static int descend_latency(
    const struct diagnosis *d, const struct context *c, int stage, int *second)
{
    for (;;) {
        int child = biggest_child(d, c, stage, -1);
        if (child < 0) {
            return stage;
        }
        int other = biggest_child(d, c, stage, child);
        if (other >= 0 && !isnan(d->stages[child].blame)) { // rises without sums do not add up
            *second = sole_cause(d, c, other);
            return sole_cause(d, c, child);
        }
        if (is_its_own(d, c, stage, child)) {
            return stage;
        }
        stage = child;
    }
}

// What is at fault of one of two: a sentence names no third.
static int sole_cause(const struct diagnosis *d, const struct context *c, int stage)
{
    int second = -1;
    int cause = descend_latency(d, c, stage, &second);
    return second < 0 ? cause : stage;
}

static void add_latency(struct faults *out, const struct diagnosis *d, const struct context *c)
{
    int first = -1;
    for (int i = 0; i < (int)d->stages_count; i++) {
        bool top = is_top(d, c->plan, i, CLASS_LATENCY);
        if (top && (first < 0 || rise_of(&d->stages[i]) > rise_of(&d->stages[first]))) {
            first = i;
        }
    }
    if (first < 0) {
        return;
    }
    struct fault f = {.signal = CLASS_LATENCY, .second = -1, .tool = -1};
    f.stage = descend_latency(d, c, first, &f.second);
    size_t at = out->count;
    fault_add(out, f);
    for (int i = 0; i < (int)d->stages_count; i++) {
        if (i == first || !is_top(d, c->plan, i, CLASS_LATENCY)) {
            continue;
        }
        struct fault other = {.signal = CLASS_LATENCY, .second = -1, .tool = -1};
        other.stage = descend_latency(d, c, i, &other.second);
        struct fault *main = &out->items[at];
        if (main->second < 0 && d->stages[i].blame >= c->limits->blame_shared) {
            main->second = other.stage;
        } else {
            other.severity =
                more_severe(d->stages[i].latency.severity, d->stages[other.stage].latency.severity);
            fault_add(out, other);
        }
    }
    for (size_t i = 0; i < d->stages_count; i++) { // whoever is at fault, it is as bad as the worst
        struct fault *main = &out->items[at];
        main->severity = more_severe(main->severity, d->stages[i].latency.severity);
    }
}

// --- errors

// Errors per second beyond what is usual of so many requests.
static double excess_of(const struct stage_diagnosis *s)
{
    double usual = s->errors.usual.centre;
    return (s->errors.now - (isnan(usual) ? 0 : usual)) * s->errors_requests;
}

// The erring child of STAGE with the most errors; -1: none, or its children do not explain most of
// STAGE's. Two that fail for reasons of their own explain it together: the other is named beside.
static int erring_child(const struct diagnosis *d, const struct context *c, int stage)
{
    double whole = excess_of(&d->stages[stage]), together = 0;
    int best = -1;
    for (int i = 0; i < (int)d->stages_count; i++) {
        double excess = excess_of(&d->stages[i]);
        bool child = c->plan->stages[i].parent == stage && deviates(&d->stages[i].errors);
        if (!child || !(excess >= ERRORS_PART * whole)) {
            continue;
        }
        together += excess;
        best = best < 0 || excess > excess_of(&d->stages[best]) ? i : best;
    }
    return together >= ERRORS_SHARED * whole ? best : -1;
}

static int descend_errors(const struct diagnosis *d, const struct context *c, int stage)
{
    for (int child; (child = erring_child(d, c, stage)) >= 0;) {
        stage = child;
    }
    return stage;
}

// Whichever of them is named, the fault is as bad as the worst of STAGE and its parts.
static enum severity worst_within(const struct diagnosis *d, const struct plan *plan, int stage)
{
    enum severity worst = SEVERITY_OK;
    for (int i = 0; i < (int)d->stages_count; i++) {
        enum severity its = d->stages[i].errors.severity;
        worst = its > worst && fault_is_within(plan, i, stage) ? its : worst;
    }
    return worst;
}

// --- all of them

// What deviates by SIGNAL from STAGE down.
static struct fault fault_below(
    const struct diagnosis *d, const struct context *c, enum signal_class signal, int stage)
{
    struct fault f = {.signal = signal, .stage = stage, .second = -1, .tool = -1};
    f.severity = judged_reading(&d->stages[stage], signal)->severity;
    if (signal == CLASS_ERRORS) {
        f.stage = descend_errors(d, c, stage);
        f.severity = worst_within(d, c->plan, stage);
    } else if (signal == CLASS_LATENCY) {
        f.stage = descend_latency(d, c, stage, &f.second);
        f.severity = more_severe(f.severity, d->stages[f.stage].latency.severity);
    }
    return f;
}

static void add_by_stage(struct faults *out, const struct diagnosis *d, const struct context *c,
    enum signal_class signal)
{
    for (int i = 0; i < (int)d->stages_count; i++) {
        if (is_top(d, c->plan, i, signal)) {
            fault_add(out, fault_below(d, c, signal, i));
        }
    }
}

// The deepest of those that complete nothing: the others wait for it.
static void add_silence(struct faults *out, const struct diagnosis *d, const struct context *c)
{
    for (int i = 0; i < (int)d->stages_count; i++) {
        bool deepest = deviates(&d->stages[i].traffic);
        for (int k = 0; k < (int)d->stages_count && deepest; k++) {
            deepest = k == i || !deviates(&d->stages[k].traffic) || !fault_is_within(c->plan, k, i);
        }
        if (deepest) {
            fault_add(out, (struct fault){.signal = CLASS_TRAFFIC,
                               .severity = d->stages[i].traffic.severity,
                               .stage = i,
                               .second = -1,
                               .tool = -1});
        }
    }
}

// Where questions fail before they get to a root, fewer calls are no fault of their own; of a part
// those are taken off already.
static void add_fallen(struct faults *out, const struct diagnosis *d, const struct context *c)
{
    bool fails = false, silent = false;
    for (size_t i = 0; i < out->count; i++) {
        fails = fails || out->items[i].signal == CLASS_ERRORS;
        silent = silent || out->items[i].signal == CLASS_TRAFFIC;
    }
    for (int i = 0; i < (int)d->stages_count && !silent; i++) {
        bool fewer = d->stages[i].calls.ratio < 1 && (c->plan->stages[i].parent >= 0 || !fails);
        if (fewer && is_top(d, c->plan, i, CLASS_CALLS)) {
            fault_add(out, fault_below(d, c, CLASS_CALLS, i));
        }
    }
}

// Whether anything fails or hangs that STAGE may skip its work for: not what it is a part of, which
// may fail for what comes back empty.
static bool is_excused(const struct faults *out, const struct plan *plan, int stage)
{
    bool excused = false;
    for (size_t i = 0; i < out->count; i++) {
        const struct fault *f = &out->items[i];
        bool around = f->stage >= 0 && f->stage != stage && fault_is_within(plan, stage, f->stage);
        excused = excused || (!around && (f->signal == CLASS_ERRORS || f->signal == CLASS_TRAFFIC));
    }
    return excused;
}

// The deepest of those that answer too fast: the others wait the less for it.
static void add_fast(struct faults *out, const struct diagnosis *d, const struct context *c)
{
    for (int i = 0; i < (int)d->stages_count; i++) {
        bool deepest = deviates(&d->stages[i].fast) && !is_excused(out, c->plan, i);
        for (int k = 0; k < (int)d->stages_count && deepest; k++) {
            deepest = k == i || !deviates(&d->stages[k].fast) || !fault_is_within(c->plan, k, i);
        }
        if (deepest) {
            fault_add(out, (struct fault){.signal = CLASS_FAST,
                               .severity = d->stages[i].fast.severity,
                               .stage = i,
                               .second = -1,
                               .tool = -1});
        }
    }
}

// Stages that are served by the same have it in common: the first of them, a root, is named.
static bool is_gone_already(const struct faults *out, const struct diagnosis *d, int stage)
{
    const struct stage_gone *gone = &d->stages[stage].gone;
    for (size_t i = 0; i < out->count; i++) {
        const struct stage_gone *other = &d->stages[out->items[i].stage].gone;
        if (out->items[i].signal == CLASS_TARGETS && !gone->replica && gone->job == other->job &&
            (gone->job || gone->workload == other->workload)) {
            return true;
        }
    }
    return false;
}

static void add_gone(struct faults *out, const struct diagnosis *d)
{
    for (int i = 0; i < (int)d->stages_count; i++) {
        if (deviates(&d->stages[i].targets) && !is_gone_already(out, d, i)) {
            fault_add(out, (struct fault){.signal = CLASS_TARGETS,
                               .severity = d->stages[i].targets.severity,
                               .stage = i,
                               .second = -1,
                               .tool = -1});
        }
    }
}

// Whether only one tool fails more than usual, which is why all together do: then it is named.
static bool is_one_tool(const struct diagnosis *d)
{
    int deviating = 0;
    for (size_t i = 0; i < d->tools_count; i++) {
        deviating += deviates(&d->tools[i].errors);
    }
    return d->failing_count == 1 && deviating == 1 &&
           d->tools[d->failing[0]].errors.severity >= d->tool_errors.severity;
}

static void add_tools(struct faults *out, const struct diagnosis *d)
{
    for (int i = 0; i < (int)d->tools_count; i++) {
        if (deviates(&d->tools[i].calls)) {
            fault_add(out, (struct fault){.signal = CLASS_CALLS,
                               .severity = d->tools[i].calls.severity,
                               .stage = -1,
                               .second = -1,
                               .tool = i});
        }
    }
    if (deviates(&d->tool_errors) && !is_one_tool(d)) {
        fault_add(out, (struct fault){.signal = CLASS_ERRORS,
                           .severity = d->tool_errors.severity,
                           .stage = -1,
                           .second = -1,
                           .tool = -1});
        return;
    }
    for (int i = 0; i < (int)d->tools_count; i++) {
        if (deviates(&d->tools[i].errors)) {
            fault_add(out, (struct fault){.signal = CLASS_ERRORS,
                               .severity = d->tools[i].errors.severity,
                               .stage = -1,
                               .second = -1,
                               .tool = i});
        }
    }
}

// Since when F, the fault of a stage, is there; both 0: not known.
static struct onset onset_of(const struct diagnosis *d, const struct fault *f)
{
    if (f->signal == CLASS_DECLARED) {
        return d->declared[f->declared].onset;
    }
    return judged_onset(&d->stages[f->stage], f->signal);
}

static int64_t half_window_ms(const struct context *c)
{
    return (int64_t)(c->window_s * 1000 / 2);
}

// Whether fault E, errors or that nothing completes, comes of time-outs of what fault L names, or
// of a part of it.
static bool are_timeouts(const struct diagnosis *d, const struct context *c, const struct fault *e,
    const struct fault *l)
{
    if ((e->signal != CLASS_ERRORS && e->signal != CLASS_TRAFFIC) || e->stage < 0 ||
        l->signal != CLASS_LATENCY || e->stage == l->stage || l->severity < e->severity ||
        !fault_is_within(c->plan, l->stage, e->stage)) {
        return false;
    }
    int64_t begins = onset_of(d, e).since_ms, slow = d->stages[l->stage].onset.since_ms;
    bool no_later = slow == 0 || begins == 0 || slow <= begins + half_window_ms(c);
    return d->stages[l->stage].latency.severity == SEVERITY_CRITICAL && no_later;
}

// Slow tools and their errors come after what is wrong with a stage.
static int order_of(const struct fault *f)
{
    bool of_tools = (f->signal == CLASS_ERRORS || f->signal == CLASS_LATENCY) && f->stage < 0;
    return of_tools ? TOOL_ERRORS_RANK : judged_rank(f->signal);
}

// How much slower STAGE is: of parts whose rises do not add up, and are about as large as the
// largest, as much as that.
static double slowed_by(const struct diagnosis *d, const struct plan *plan, int stage)
{
    double own = rise_of(&d->stages[stage]), largest = own;
    for (int i = 0; i < (int)d->stages_count && isnan(d->stages[stage].blame); i++) {
        bool alike = plan->stages[i].parent == plan->stages[stage].parent &&
                     deviates(&d->stages[i].latency) && isnan(d->stages[i].blame);
        largest = alike ? fmax(largest, rise_of(&d->stages[i])) : largest;
    }
    return own >= ABOUT_AS_MUCH * largest ? largest : own;
}

// How bad the number is in its own kind, for faults that are alike.
static double size_of(const struct diagnosis *d, const struct context *c, const struct fault *f)
{
    if (f->tool >= 0 && f->signal == CLASS_ERRORS) {
        return d->tools[f->tool].errors.now;
    }
    if (f->tool >= 0 && f->signal == CLASS_LATENCY) {
        return d->tools[f->tool].latency.ratio;
    }
    if (f->tool >= 0) {
        return d->tools[f->tool].per_request - d->tools[f->tool].per_request_usual;
    }
    if (f->stage < 0) {
        return d->tool_errors.now;
    }
    if (f->signal == CLASS_DECLARED) {
        return fabs(d->declared[f->declared].reading.score);
    }
    const struct stage_diagnosis *s = &d->stages[f->stage];
    if (f->signal == CLASS_CALLS && s->calls.ratio < 1) {
        return -s->calls.ratio;
    }
    return f->signal == CLASS_LATENCY ? slowed_by(d, c->plan, f->stage)
                                      : judged_reading(s, f->signal)->now;
}

static bool goes_before(const struct diagnosis *d, const struct context *c, const struct fault *a,
    const struct fault *b)
{
    if (are_timeouts(d, c, b, a)) {
        return true;
    }
    if (are_timeouts(d, c, a, b)) {
        return false;
    }
    if (a->severity != b->severity) {
        return a->severity > b->severity;
    }
    if (order_of(a) != order_of(b)) {
        return order_of(a) < order_of(b);
    }
    double its = size_of(d, c, a), others = size_of(d, c, b);
    return its == others && a->signal == CLASS_LATENCY && a->stage >= 0 && b->stage >= 0
               ? stands_out(&d->stages[a->stage], &d->stages[b->stage])
               : its > others;
}

// Whether STAGE, as far as it is slow, is so for siblings that it contains, and AT is of these.
static bool is_around(const struct diagnosis *d, const struct context *c, int stage, int at)
{
    const struct stage_diagnosis *s = &d->stages[stage];
    return s->inner_rise > 0 && s->blame < c->limits->blame_shared &&
           fault_is_within(c->plan, at, c->plan->stages[stage].parent);
}

// A part of what is at fault is named with it only as far as its share is known.
static bool is_on_line(
    const struct diagnosis *d, const struct context *c, int stage, const struct fault *f, int at)
{
    const struct plan *plan = c->plan;
    bool part = stage != at && at >= 0 && fault_is_within(plan, stage, at);
    bool open = f->signal == CLASS_LATENCY && isnan(d->stages[stage].blame);
    bool around = at >= 0 && f->signal == CLASS_LATENCY && is_around(d, c, stage, at);
    return around || (at >= 0 && (part ? !open : fault_is_within(plan, at, stage)));
}

// The stage from which what deviates of STAGE by SIGNAL was looked for: the topmost that does.
static int top_of(
    const struct diagnosis *d, const struct plan *plan, int stage, enum signal_class signal)
{
    while (!is_top(d, plan, stage, signal)) {
        stage = plan->stages[stage].parent;
    }
    return stage;
}

// Whether STAGE is on the line down from its top, which is counted even if there was no room for
// it.
static bool is_counted(
    const struct diagnosis *d, const struct context *c, enum signal_class signal, int stage)
{
    struct fault f = fault_below(d, c, signal, top_of(d, c->plan, stage, signal));
    return is_on_line(d, c, stage, &f, f.stage) || is_on_line(d, c, stage, &f, f.second);
}

// Stages that deviate on their own, beside the line from a symptom down to its cause.
static void add_beside(struct faults *out, const struct diagnosis *d, const struct context *c,
    enum signal_class signal)
{
    for (int i = 0; i < (int)d->stages_count; i++) {
        bool named =
            !deviates(judged_reading(&d->stages[i], signal)) || is_counted(d, c, signal, i);
        for (size_t k = 0; k < out->count && !named; k++) {
            const struct fault *f = &out->items[k];
            named = f->signal == signal &&
                    (is_on_line(d, c, i, f, f->stage) || is_on_line(d, c, i, f, f->second));
        }
        if (!named) {
            fault_add(out, fault_below(d, c, signal, i));
        }
    }
}

// How bad it is that STAGE makes others slow: where it is as fast as ever, as bad as it is of
// those.
static enum severity severity_of(const struct diagnosis *d, const struct plan *plan, int stage)
{
    const struct stage_diagnosis *s = &d->stages[stage];
    enum severity its = notable_called_more(s) ? more_severe(s->latency.severity, s->calls.severity)
                                               : s->latency.severity;
    for (int i = stage; its < SEVERITY_WARNING && i >= 0; i = plan->stages[i].parent) {
        its = d->stages[i].latency.severity;
    }
    return its;
}

static bool is_worse(const struct diagnosis *d, const struct plan *plan, int stage, int other)
{
    enum severity its = severity_of(d, plan, stage), theirs = severity_of(d, plan, other);
    return its != theirs ? its > theirs : rise_of(&d->stages[stage]) > rise_of(&d->stages[other]);
}

// Of two that share a rise the worse one is named first, and each is a fault of its own.
static void part_pairs(struct faults *out, const struct diagnosis *d, const struct context *c)
{
    size_t count = out->count;
    for (size_t i = 0; i < count; i++) {
        struct fault *f = &out->items[i], other = *f;
        if (f->second < 0) {
            continue;
        }
        if (is_worse(d, c->plan, f->second, f->stage)) {
            f->stage = other.second;
            f->second = other.stage;
        }
        other.stage = f->second;
        other.second = -1;
        other.severity = severity_of(d, c->plan, other.stage);
        fault_add(out, other);
    }
}

// Whether fault F began when the targets of GONE went down, and not long after or before.
static bool began_with(const struct onset *gone, struct onset f, const struct context *c)
{
    if (f.since_ms == 0 || gone->since_ms == 0) { // before the span, both of them, or not known
        return (f.since_ms == 0) == (gone->since_ms == 0) || f.since_ms + f.before_ms == 0;
    }
    return gone->since_ms <= f.since_ms + half_window_ms(c) &&
           f.since_ms <= gone->since_ms + FOLLOWS_MS;
}

// Whether fault F is of a stage whose part does not answer any more, for want of the targets of
// GONE, and began with that.
static bool takes_down(const struct diagnosis *d, const struct context *c, const struct fault *gone,
    const struct fault *f)
{
    const struct stage_gone *its = &d->stages[gone->stage].gone;
    bool part = false;
    for (int i = 0; i < (int)d->stages_count && gone->signal == CLASS_TARGETS && f->stage >= 0;
         i++) {
        const struct stage_gone *other = &d->stages[i].gone;
        part = part || (other->all && other->job == its->job && i != f->stage &&
                           fault_is_within(c->plan, i, f->stage));
    }
    return part && f->signal != CLASS_TARGETS && began_with(&its->onset, onset_of(d, f), c);
}

// Parts without a single target that answers go before the first of what they take down.
static void lift_gone(struct faults *out, const struct diagnosis *d, const struct context *c)
{
    for (size_t i = 1; i < out->count; i++) {
        struct fault gone = out->items[i];
        size_t to = 0;
        while (to < i && !takes_down(d, c, &gone, &out->items[to])) {
            to++;
        }
        memmove(&out->items[to + 1], &out->items[to], (i - to) * sizeof *out->items);
        out->items[to] = gone;
    }
}

void faults_find(struct faults *out, const struct diagnosis *d, const struct context *c)
{
    out->count = out->more = 0;
    add_silence(out, d, c);
    add_latency(out, d, c);
    add_beside(out, d, c, CLASS_LATENCY);
    add_by_stage(out, d, c, CLASS_ERRORS);
    add_beside(out, d, c, CLASS_ERRORS);
    add_fallen(out, d, c);
    add_tools(out, d);
    tool_latency_add_faults(out, d);
    add_fast(out, d, c);
    add_by_stage(out, d, c, CLASS_SATURATION);
    add_gone(out, d);
    declared_add_faults(out, d, c);
    part_pairs(out, d, c);
    for (size_t i = 1; i < out->count; i++) {
        struct fault f = out->items[i];
        size_t at = i;
        while (at > 0 && goes_before(d, c, &f, &out->items[at - 1])) {
            out->items[at] = out->items[at - 1];
            at--;
        }
        out->items[at] = f;
    }
    lift_gone(out, d, c);
    tool_latency_lift(out, d, c);
}
