#include <math.h>

#include "diagnose/context.h"
#include "diagnose/stat.h"

static const double HALF = 0.5, NEAR_HALF = 0.6;
static const double STOPPED = 0.15; // of what is usual: where values of a label are the stages
static const double OFTEN = 1.5;    // times as many calls as usual: fewer matter only where alone

/** A stage whose calls per question are judged, and what is usual of them. */
struct calls_case {
    struct stage_context stage;
    struct usual_share usual;
    double answered; /**< the share of the questions that do not fail more than usual */
    double rate;     /**< of a root: its usual requests per second; else NaN */
    double least;    /**< the same in the quietest time around this hour */
};

// What the calls of STAGE are held against: the requests of its root, and of a root, which nothing
// calls for each question, those of the other roots.
static double questions_at(
    const struct context *c, int stage, struct usual_window window, int64_t slot)
{
    int root = plan_root(c->plan, stage);
    return root == stage ? context_others_at(c, stage, window, slot)
                         : stage_rate_at(c, root, window, slot);
}

static double questions_live(const struct context *c, int stage, int64_t slot)
{
    int root = plan_root(c->plan, stage);
    return root == stage ? context_others_live(c, stage, slot) : stage_rate_live(c, root, slot);
}

static bool past_count(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    const struct stage_context *c = context;
    *n = questions_at(c->context, c->stage, window, slot) * STORE_HISTORY_STEP_MS / 1000;
    *k = stage_rate_at(c->context, c->stage, window, slot) * STORE_HISTORY_STEP_MS / 1000;
    return *n > 0 && !isnan(*k);
}

// Whether chance makes K of N calls or fewer, where as few are usual as the number that it is known
// from leaves open.
static bool is_chance(double k, double n, struct usual_share u, const struct thresholds *t)
{
    if (u.share > 1) { // each of those usual is one that may be missing
        n *= u.share;
        u.share = 1;
    }
    double share = u.share;
    double likely = stat_wilson(share * u.n, u.n).low;
    return !(1 - stat_binomial_tail(floor(k) + 1, n, likely) <= t->chance);
}

static double per_question(const struct calls_case *l, int64_t slot, double *questions)
{
    const struct context *c = l->stage.context;
    *questions = questions_live(c, l->stage.stage, slot) * c->window_s;
    return stage_rate_live(c, l->stage.stage, slot) * c->window_s / *questions;
}

static bool fell(const struct calls_case *l, double now, double questions)
{
    const struct thresholds *t = l->stage.context->limits;
    struct usual_share usual = l->usual; // what fails before it gets there is no fault of its own
    usual.share *= l->answered;
    return questions >= t->requests_least && now < HALF * usual.share &&
           !is_chance(now * questions, questions, usual, t);
}

// Whether a root handles less than half, and not just less than others that have become busier.
// Values of a label need have nothing to do with each other: they have to stop.
static bool is_less(const struct calls_case *l, int64_t slot)
{
    const struct context *c = l->stage.context;
    double rate = stage_rate_live(c, l->stage.stage, slot);
    double most = c->plan->stages[l->stage.stage].by_label ? STOPPED : NEAR_HALF;
    return isnan(l->rate) || (rate < most * l->rate && !silence_is_chance(round(rate * c->window_s),
                                                           l->least * c->window_s, c->limits));
}

static enum mark mark_moment(void *context, int64_t slot)
{
    const struct calls_case *l = context;
    double questions, now = per_question(l, slot, &questions);
    bool less = is_less(l, slot);
    return isnan(now)                                                ? MARK_UNKNOWN
           : less && fell(l, now, questions)                         ? MARK_BEYOND
           : !less || now > NEAR_HALF * l->answered * l->usual.share ? MARK_BELOW
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
    const struct usual *usual = &out->traffic.usual;
    struct reading *r = &out->calls;
    *r = reading_none(STATE_NO_DATA);
    // of most moments the traffic alone tells that nothing has halved
    if (s->parent >= 0 || out->traffic.state != STATE_OK || !(out->traffic.ratio < NEAR_HALF) ||
        context_state(c, signal) != STATE_OK) {
        return;
    }
    struct calls_case l = {.stage = {.context = c, .stage = stage},
        .answered = 1,
        .rate = usual->centre,
        .least = fmin(usual->centre, usual->lower)}; // fmin ignores NaN
    int64_t slot = context_slot(c, signal);
    double questions, now = per_question(&l, slot, &questions);
    if (isnan(now)) { // there is no other root
        return;
    }
    l.usual = usual_calls(&l, &c->store->signals[signal]);
    r->now = out->traffic.now;
    r->usual = *usual;
    r->ratio = out->traffic.ratio;
    r->state = isnan(l.usual.share) ? STATE_NO_BASELINE : STATE_OK;
    if (r->state == STATE_OK) {
        bool alarms = is_less(&l, slot) && fell(&l, now, questions);
        r->severity = alarms ? SEVERITY_WARNING : SEVERITY_OK;
        context_hysteresis(c, signal, r, mark_moment, &l);
    }
}

// Whether STAGE is called so much more often that its parent is slow for it: because of that alone,
// or because it is slow besides. With OFTEN times the calls a third of any rise comes of them.
static bool rose(const struct diagnosis *d, const struct context *c, int stage)
{
    const struct stage_diagnosis *s = &d->stages[stage];
    bool often = s->calls_now >= OFTEN * s->calls_usual;
    return deviates(&d->stages[c->plan->stages[stage].parent].latency) &&
           (calls_explain(s) || (often && deviates(&s->latency))) &&
           s->blame >= (often ? c->limits->blame_shared : c->limits->blame_culprit);
}

bool calls_explain(const struct stage_diagnosis *s)
{
    return s->more_calls >= HALF;
}

void calls_judge_part(struct diagnosis *d, const struct context *c, int stage)
{
    const struct stage *plan = &c->plan->stages[stage];
    struct stage_diagnosis *s = &d->stages[stage];
    struct reading *r = &s->calls;
    if (plan->parent < 0 || !(s->calls_usual > 0) || s->of_parent < 1) {
        return;
    }
    r->now = s->calls_now;
    r->usual = s->traffic.usual;
    r->usual.centre = s->calls_usual;
    r->usual.spread = NAN;
    r->ratio = r->now / s->calls_usual;
    const struct stage_diagnosis *parent = &d->stages[plan->parent];
    // those that nobody times are calls, too; then there are more than twice as many
    const struct stage_diagnosis *root = &d->stages[plan_root(c->plan, stage)];
    double all = s->errors_requests /
                 fmax(stage_rate_now(c, plan_root(c->plan, stage)), root->errors_requests);
    if (all > 2 * r->now && isfinite(all)) {
        r->now = all;
        r->ratio = all / s->calls_usual;
        if (r->ratio >= HALF && r->ratio <= 1) {
            return;
        }
    }
    if (rose(d, c, stage)) {
        r->state = STATE_OK;
        r->severity = parent->latency.severity;
        return;
    }
    int signal = plan->requests_signal >= 0 ? plan->requests_signal : plan->latency_signal;
    if (!(r->ratio < NEAR_HALF) || s->traffic.state != STATE_OK ||
        context_state(c, signal) != STATE_OK) {
        return;
    }
    const struct reading *errors = &d->stages[plan_root(c->plan, stage)].errors;
    double failing = errors->state == STATE_OK ? errors->now - errors->usual.centre : 0;
    struct calls_case l = {.stage = {.context = c, .stage = stage},
        .answered = 1 - fmax(0, failing),
        .rate = NAN,
        .least = NAN};
    double questions;
    per_question(&l, context_slot(c, signal), &questions);
    l.usual = usual_calls(&l, &c->store->signals[signal]);
    r->severity = fell(&l, r->now, questions) ? SEVERITY_WARNING : SEVERITY_OK;
    context_hysteresis(c, signal, r, mark_moment, &l);
    r->state = deviates(r) ? STATE_OK : STATE_NO_DATA;
    bool worse = deviates(&parent->latency) || deviates(&parent->errors);
    r->severity = !deviates(r) ? SEVERITY_UNKNOWN : worse ? SEVERITY_WARNING : SEVERITY_OK;
}
