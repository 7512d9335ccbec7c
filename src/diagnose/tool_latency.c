#include "diagnose/tool_latency.h"

#include <math.h>
#include <string.h>

static const double SPREAD_LEAST = 0.05; // of what is usual

/** A tool whose calls are timed, and what is usual of them. */
struct timed_case {
    const struct context *context;
    const struct series *calls;
    struct usual usual;
};

static double mean_at(const struct timed_case *tool, const struct matrix *m, int64_t slot)
{
    const struct series *s = m ? matrix_find(m, &tool->calls->labels) : NULL;
    return s ? ring_get(&s->ring, slot) : NAN;
}

static double past_mean(const void *context, struct usual_window window, int64_t slot)
{
    const struct timed_case *tool = context;
    const struct context *c = tool->context;
    return mean_at(tool, context_history(c, c->plan->tool_latency, window), slot);
}

static double bound_of(const struct reading *r, const struct thresholds *t)
{
    const struct usual *u = &r->usual;
    double ratio = u->kind == USUAL_SPAN ? t->ratio_critical : t->ratio_warning;
    double by = fmax(t->score_warning * r->spread, t->latency_floor_s);
    return fmax(fmax(u->centre + by, u->centre * ratio), u->high); // which ignores NaN
}

static enum mark judge_moment(struct reading *r, const struct timed_case *tool, int64_t slot)
{
    const struct context *c = tool->context;
    const struct signal_data *signals = c->store->signals;
    double calls = ring_get(&tool->calls->ring, slot) * c->window_s;
    r->now = mean_at(tool, &signals[c->plan->tool_latency].live, slot);
    r->usual = tool->usual;
    r->spread = fmax(r->usual.spread, SPREAD_LEAST * r->usual.centre);
    reading_compare(r);
    r->state = isnan(r->now)                           ? STATE_NO_DATA
               : !(calls >= c->limits->requests_least) ? STATE_TOO_FEW
               : r->usual.kind == USUAL_NONE           ? STATE_NO_BASELINE
                                                       : STATE_OK;
    if (r->state != STATE_OK) {
        return MARK_UNKNOWN;
    }
    double usual = r->usual.centre, bound = bound_of(r, c->limits);
    r->severity = r->now >= bound ? SEVERITY_WARNING : SEVERITY_OK;
    return r->now >= bound                                            ? MARK_BEYOND
           : r->now < usual + c->limits->hysteresis * (bound - usual) ? MARK_BELOW
                                                                      : MARK_BETWEEN;
}

static enum mark mark_moment(void *context, int64_t slot)
{
    struct reading r = reading_none(STATE_OK);
    return judge_moment(&r, context, slot);
}

void tool_latency_judge(
    struct tool_diagnosis *t, const struct context *c, const struct series *calls, int tool)
{
    int signal = c->plan->tool_latency;
    struct reading *r = &t->latency;
    struct timed_case timed = {.context = c, .calls = calls};
    *r = reading_none(STATE_NO_DATA);
    if (signal < 0) {
        return;
    }
    r->state = context_state(c, signal);
    r->state = t->calls.state == STATE_UNRELIABLE ? STATE_UNRELIABLE : r->state;
    if (r->state != STATE_OK) {
        return;
    }
    timed.usual = context_usual(
        c, (struct usual_at){USUAL_OF_MAIN, signal, tool, calls->hash}, past_mean, &timed);
    judge_moment(r, &timed, context_slot(c, signal));
    if (r->state == STATE_OK) {
        struct onset onset = context_hysteresis(c, signal, r, mark_moment, &timed);
        const struct earlier earlier = {past_mean, &timed, r->usual.centre, bound_of(r, c->limits)};
        t->latency_onset = onset_earlier(c, signal, onset, &earlier);
    }
}

// ---- what comes of it

void tool_latency_add_faults(struct faults *out, const struct diagnosis *d)
{
    for (int i = 0; i < (int)d->tools_count; i++) {
        if (deviates(&d->tools[i].latency)) {
            fault_add(out, (struct fault){.signal = CLASS_LATENCY,
                               .severity = d->tools[i].latency.severity,
                               .stage = -1,
                               .second = -1,
                               .tool = i});
        }
    }
}

// How many seconds of each question its calls take more than usual.
static double rise_of(const struct tool_diagnosis *t)
{
    return t->per_request * t->latency.now - t->per_request_usual * t->latency.usual.centre;
}

void tool_latency_lift(struct faults *out, const struct diagnosis *d, const struct context *c)
{
    struct fault first = out->count > 0 ? out->items[0] : (struct fault){.stage = -1};
    bool slow = first.signal == CLASS_LATENCY && first.stage >= 0 && first.second < 0;
    if (!slow || plan_root(c->plan, first.stage) != d->questions) {
        return;
    }
    const struct stage_diagnosis *s = &d->stages[first.stage];
    double most = c->limits->blame_culprit * (s->seconds_now - s->seconds_usual);
    size_t best = 0;
    for (size_t i = 1; i < out->count && most > 0; i++) {
        const struct fault *f = &out->items[i];
        bool more =
            f->signal == CLASS_LATENCY && f->tool >= 0 && rise_of(&d->tools[f->tool]) >= most;
        best = more ? i : best;
        most = more ? rise_of(&d->tools[f->tool]) : most;
    }
    if (best > 0) {
        struct fault tool = out->items[best];
        tool.severity = first.severity > tool.severity ? first.severity : tool.severity;
        memmove(&out->items[1], &out->items[0], best * sizeof *out->items);
        out->items[0] = tool;
    }
}
