#include <math.h>

#include "diagnose/context.h"
#include "diagnose/stat.h"

static const double FEW = 0.5;  // of the usual requests: more than that is traffic
static const double HALF = 0.5; // of what is usually under way
static const double BUSY = 0.8; // of the usual calls of a part: it is called as ever

struct work_context {
    const struct context *context;
    int signal;
};

// Of requests that are declared no limit is known, and all of their series count.
static double work_at(const struct signal *s, const struct matrix *m, int64_t slot)
{
    return s->declared ? matrix_sum(m, slot) : matrix_part(m, PART_USED, slot);
}

static double past_used(const void *context, struct usual_window window, int64_t slot)
{
    const struct work_context *c = context;
    const struct matrix *m = context_history(c->context, c->signal, window);
    return m ? work_at(&c->context->plan->signals[c->signal], m, slot) : NAN;
}

struct work work_read(const struct context *c, int signal)
{
    const struct signal_data *data = &c->store->signals[signal];
    const struct signal *s = &c->plan->signals[signal];
    struct work w = {NAN, NAN, NAN};
    if (data->condition == CONDITION_ANSWERED && !odd_is_share(s)) {
        w.now = work_at(s, &data->live, context_slot(c, signal));
        const struct work_context self = {.context = c, .signal = signal};
        struct usual usual = usual_of(data, &c->rules, past_used, &self);
        w.usual = usual.centre;
        w.high = usual.high;
    }
    return w;
}

static bool counts_requests(const struct signal *s)
{
    enum signal_form form = s->declared->form;
    return (s->kind == SIGNAL_WAITING || s->kind == SIGNAL_RUNNING) &&
           (form == SIGNAL_FORM_QUEUE || form == SIGNAL_FORM_GAUGE);
}

int work_next(const struct plan *plan, int stage, int signal)
{
    const struct stage *s = &plan->stages[stage];
    int first = s->saturation_first, end = first + s->saturation_count;
    if (signal < 0 && s->saturation_count > 0) {
        return first;
    }
    if (signal >= first && signal + 1 < end) {
        return signal + 1;
    }
    bool past = signal >= s->declared_first && signal < s->declared_first + s->declared_count;
    int next = past ? signal + 1 : s->declared_first;
    while (next < s->declared_first + s->declared_count && !counts_requests(&plan->signals[next])) {
        next++;
    }
    return next < s->declared_first + s->declared_count ? next : -1;
}

bool work_piles_up(struct work w, const struct thresholds *t)
{
    return w.now >= t->load_ratio * fmax(0, w.usual) + t->queue_least; // fmax ignores NaN
}

bool work_waits(struct work w)
{
    return w.now >= w.high + 1;
}

bool work_any_piles_up(const struct context *c, int stage)
{
    for (int i = -1; (i = work_next(c->plan, stage, i)) >= 0;) {
        if (work_piles_up(work_read(c, i), c->limits)) {
            return true;
        }
    }
    return false;
}

// By Little's law the requests under way at once are their rate times their mean duration (Little,
// A proof for the queuing formula L = lambda W, 1961). What is counted beyond that is usually none
// of them, as a scrape is that counts itself. Those that were under way when completions stopped
// are so still, for the whole window.
static bool is_held(const struct stage_diagnosis *s, const struct context *c, int signal)
{
    const struct matrix *live = &c->store->signals[signal].live;
    const struct signal *of = &c->plan->signals[signal];
    double under_way = s->traffic.usual.centre * s->mean_usual;
    double others = fmax(0, work_read(c, signal).usual - under_way);
    double least = others + fmax(1, HALF * under_way);
    int64_t slot = context_slot(c, signal),
            first = slot - (int64_t)(c->window_s * 1000) / live->step_ms;
    bool held = of->declared && !isnan(under_way);
    for (; held && slot > first; slot--) {
        held = work_at(of, live, slot) >= least; // not so where it is not known
    }
    return held;
}

bool work_is_stuck(const struct stage_diagnosis *s, const struct context *c, int signal)
{
    return work_waits(work_read(c, signal)) || is_held(s, c, signal);
}

static bool any_is_stuck(const struct stage_diagnosis *s, const struct context *c, int stage)
{
    for (int i = -1; (i = work_next(c->plan, stage, i)) >= 0;) {
        if (work_is_stuck(s, c, i)) {
            return true;
        }
    }
    return false;
}

// Where nothing completes, all that there is fails: too few to alarm by themselves, and yet more
// than fail in any such window.
static bool fails(const struct stage_diagnosis *s, const struct context *c)
{
    const struct reading *r = &s->errors;
    double failed = r->now * s->errors_requests * c->window_s;
    double usual = r->usual.centre * s->traffic.usual.centre * c->window_s;
    bool as_usual = stat_poisson_tail(failed, usual) > c->limits->chance_odd; // not so if NaN
    return r->state == STATE_TOO_FEW && r->odd && !as_usual;
}

bool silence_is_chance(double count, double expected, const struct thresholds *t)
{
    return !(1 - stat_poisson_tail(floor(count) + 1, expected) <= t->chance);
}

static double past_rate(const void *context, struct usual_window window, int64_t slot)
{
    const struct stage_context *c = context;
    return stage_rate_at(c->context, c->stage, window, slot);
}

// A rate over a window is halfway down half a window after requests have stopped.
static struct onset stopped(const struct context *c, int stage, double usual)
{
    const struct stage *s = &c->plan->stages[stage];
    int signal = s->requests_signal >= 0 ? s->requests_signal : s->latency_signal;
    const struct matrix *live = &c->store->signals[signal].live;
    int64_t slot = context_slot(c, signal), first = 0;
    while (matrix_asked(live, slot) && stage_rate_live(c, stage, slot) < FEW * usual) {
        first = slot--;
    }
    int64_t first_ms = first * live->step_ms;
    struct onset onset = {.before_ms = first_ms};
    if (matrix_asked(live, slot)) {
        onset = (struct onset){.since_ms = first_ms - c->plan->window_ms / 2};
    }
    const struct stage_context self = {.context = c, .stage = stage};
    const struct earlier earlier = {past_rate, &self, usual, FEW * usual};
    return onset_earlier(c, signal, onset, &earlier);
}

void silence_judge(struct stage_diagnosis *out, const struct context *c, int stage)
{
    struct reading *r = &out->traffic;
    struct thresholds waiting = *c->limits;
    double usual = r->usual.centre, count = r->now * c->window_s, due = usual * c->window_s;
    waiting.chance = waiting.chance_waiting;
    if (r->state != STATE_OK || !(r->now < FEW * usual) ||
        silence_is_chance(count, due, &waiting)) {
        return;
    }
    // where work piles up as well, less has to speak for it
    bool stuck = count <= 0 && (any_is_stuck(out, c, stage) || fails(out, c));
    bool piles_up = stuck || work_any_piles_up(c, stage);
    if (!piles_up && silence_is_chance(count, due, c->limits)) {
        return;
    }
    out->stopped = stopped(c, stage, usual);
    r->severity = piles_up ? SEVERITY_CRITICAL : r->severity;
}

// Whether each part of ROOT, as far as known, is called and answers as ever, and there is one.
static bool parts_are_busy(const struct diagnosis *d, const struct context *c, int root)
{
    bool any = false, all = true;
    for (int i = 0; i < (int)d->stages_count; i++) {
        const struct reading *r = &d->stages[i].traffic;
        if (c->plan->stages[i].parent == root && r->state == STATE_OK && r->usual.centre > 0) {
            any = true;
            all = all && r->ratio >= BUSY && !deviates(&d->stages[i].latency) &&
                  !deviates(&d->stages[i].errors);
        }
    }
    return any && all;
}

void silence_judge_root(struct diagnosis *d, const struct context *c, int root)
{
    struct stage_diagnosis *s = &d->stages[root];
    bool stopped = s->stopped.since_ms + s->stopped.before_ms > 0;
    s->busy_parts = c->plan->stages[root].parent < 0 && stopped && s->traffic.now <= 0 &&
                    parts_are_busy(d, c, root);
    if (s->busy_parts) {
        s->traffic.severity = SEVERITY_CRITICAL;
    }
}
