#include <math.h>

#include "diagnose/context.h"
#include "diagnose/stat.h"

static const double HALF = 0.5, NEAR_HALF = 0.6;

/** A root whose calls per question are judged, and what is usual of them. */
struct calls_case {
    struct stage_context stage;
    struct usual_share usual;
};

static bool past_count(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    const struct stage_context *c = context;
    *n = context_questions_at(c->context, window, slot) * STORE_HISTORY_STEP_MS / 1000;
    *k = stage_rate_at(c->context, c->stage, window, slot) * STORE_HISTORY_STEP_MS / 1000;
    return *n > 0 && !isnan(*k);
}

// Whether chance makes K of N calls or fewer, where as few are usual as the number that it is known
// from leaves open.
static bool is_chance(double k, double n, struct usual_share u, const struct thresholds *t)
{
    double share = fmin(1, u.share);
    double likely = stat_wilson(share * u.n, u.n).low;
    return !(1 - stat_binomial_tail(floor(k) + 1, n, likely) <= t->chance);
}

static double per_question(const struct calls_case *l, int64_t slot, double *questions)
{
    const struct context *c = l->stage.context;
    *questions = context_questions_live(c, slot) * c->window_s;
    return stage_rate_live(c, l->stage.stage, slot) * c->window_s / *questions;
}

static bool fell(const struct calls_case *l, double now, double questions)
{
    const struct thresholds *t = l->stage.context->limits;
    return questions >= t->requests_least && now < HALF * l->usual.share &&
           !is_chance(now * questions, questions, l->usual, t);
}

static enum mark mark_moment(void *context, int64_t slot)
{
    const struct calls_case *l = context;
    double questions, now = per_question(l, slot, &questions);
    return isnan(now)                         ? MARK_UNKNOWN
           : fell(l, now, questions)          ? MARK_BEYOND
           : now > NEAR_HALF * l->usual.share ? MARK_BELOW
                                              : MARK_BETWEEN;
}

// After a recent change of clocks the two hours differ; the one with fewer calls is usual.
static struct usual_share usual_calls(const struct calls_case *l, const struct signal_data *data)
{
    struct usual_rules wall = l->stage.context->rules, steady = wall;
    wall.clock = USUAL_CLOCK_WALL;
    steady.clock = USUAL_CLOCK_STEADY;
    struct usual_share a = usual_share_of(data, &wall, past_count, &l->stage);
    if (l->stage.context->rules.clock == USUAL_CLOCK_WALL) {
        return a; // the same by both
    }
    struct usual_share b = usual_share_of(data, &steady, past_count, &l->stage);
    return b.share < a.share ? b : a;
}

void calls_judge(struct stage_diagnosis *out, const struct context *c, int stage)
{
    const struct stage *s = &c->plan->stages[stage];
    int signal = s->requests_signal >= 0 ? s->requests_signal : s->latency_signal;
    struct calls_case l = {.stage = {.context = c, .stage = stage}};
    double questions, now = per_question(&l, context_slot(c, signal), &questions);
    out->calls = reading_none(STATE_NO_DATA);
    out->calls.now = now;
    // of most moments the traffic alone tells that nothing has halved
    if (s->parent >= 0 || out->traffic.state != STATE_OK || !(now < NEAR_HALF) ||
        context_state(c, signal) != STATE_OK) {
        return;
    }
    l.usual = usual_calls(&l, &c->store->signals[signal]);
    struct reading *r = &out->calls;
    r->usual = out->traffic.usual;
    r->usual.centre = l.usual.share;
    r->usual.spread = NAN;
    r->ratio = now / l.usual.share;
    r->state = isnan(l.usual.share) ? STATE_NO_BASELINE : STATE_OK;
    if (r->state == STATE_OK) {
        r->severity = fell(&l, now, questions) ? SEVERITY_WARNING : SEVERITY_OK;
        context_hold(c, signal, r, mark_moment, &l);
    }
}
