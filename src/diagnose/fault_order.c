#include "diagnose/fault_order.h"

#include <math.h>
#include <string.h>

#include "diagnose/descend.h"
#include "diagnose/judged.h"

enum {
    FOLLOWS_MS = 15 * 60 * 1000,
    TOOL_ERRORS_RANK = 4, // see judged_rank()
};

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
        !descend_is_within(c->plan, l->stage, e->stage)) {
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
    return f->signal == CLASS_LATENCY ? descend_slowed_by(d, c->plan, f->stage)
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
               ? descend_stands_out(&d->stages[a->stage], &d->stages[b->stage])
               : its > others;
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
                           descend_is_within(c->plan, i, f->stage));
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

void faults_order(struct faults *out, const struct diagnosis *d, const struct context *c)
{
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
}
