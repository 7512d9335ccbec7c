#include "diagnose/fault.h"

#include <math.h>
#include <string.h>

#include "diagnose/declared.h"
#include "diagnose/descend.h"
#include "diagnose/fault_order.h"
#include "diagnose/judged.h"
#include "diagnose/notable.h"
#include "diagnose/tool_latency.h"

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

static void add_latency(struct faults *out, const struct diagnosis *d, const struct context *c)
{
    int first = -1;
    for (int i = 0; i < (int)d->stages_count; i++) {
        bool top = is_top(d, c->plan, i, CLASS_LATENCY);
        if (top && (first < 0 || descend_rise(&d->stages[i]) > descend_rise(&d->stages[first]))) {
            first = i;
        }
    }
    if (first < 0) {
        return;
    }
    struct fault f = {.signal = CLASS_LATENCY, .second = -1, .tool = -1};
    f.stage = descend_by_latency(d, c, first, &f.second);
    size_t at = out->count;
    fault_add(out, f);
    for (int i = 0; i < (int)d->stages_count; i++) {
        if (i == first || !is_top(d, c->plan, i, CLASS_LATENCY)) {
            continue;
        }
        struct fault other = {.signal = CLASS_LATENCY, .second = -1, .tool = -1};
        other.stage = descend_by_latency(d, c, i, &other.second);
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

// Whichever of them is named, the fault is as bad as the worst of STAGE and its parts.
static enum severity worst_within(const struct diagnosis *d, const struct plan *plan, int stage)
{
    enum severity worst = SEVERITY_OK;
    for (int i = 0; i < (int)d->stages_count; i++) {
        enum severity its = d->stages[i].errors.severity;
        worst = its > worst && descend_is_within(plan, i, stage) ? its : worst;
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
        f.stage = descend_by_errors(d, c, stage);
        f.severity = worst_within(d, c->plan, stage);
    } else if (signal == CLASS_LATENCY) {
        f.stage = descend_by_latency(d, c, stage, &f.second);
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
            deepest =
                k == i || !deviates(&d->stages[k].traffic) || !descend_is_within(c->plan, k, i);
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
        bool around =
            f->stage >= 0 && f->stage != stage && descend_is_within(plan, stage, f->stage);
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
            deepest = k == i || !deviates(&d->stages[k].fast) || !descend_is_within(c->plan, k, i);
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

// Whether STAGE, as far as it is slow, is so for siblings that it contains, and AT is of these.
static bool is_around(const struct diagnosis *d, const struct context *c, int stage, int at)
{
    const struct stage_diagnosis *s = &d->stages[stage];
    return s->inner_rise > 0 && s->blame < c->limits->blame_shared &&
           descend_is_within(c->plan, at, c->plan->stages[stage].parent);
}

// A part of what is at fault is named with it only as far as its share is known; the failures of
// one are its own, and too few to explain what is at fault.
static bool is_on_line(
    const struct diagnosis *d, const struct context *c, int stage, const struct fault *f, int at)
{
    const struct plan *plan = c->plan;
    bool part = stage != at && at >= 0 && descend_is_within(plan, stage, at);
    bool open = f->signal == CLASS_ERRORS || isnan(d->stages[stage].blame);
    bool around = at >= 0 && f->signal == CLASS_LATENCY && is_around(d, c, stage, at);
    return around || (at >= 0 && (part ? !open : descend_is_within(plan, at, stage)));
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
    return its != theirs ? its > theirs
                         : descend_rise(&d->stages[stage]) > descend_rise(&d->stages[other]);
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
    faults_order(out, d, c);
    tool_latency_lift(out, d, c);
}
