#include <math.h>

#include "diagnose/at_cursor.h"
#include "diagnose/context.h"
#include "diagnose/stat.h"

static const double SPREAD_LEAST = 0.001;
static const double MOST = 0.5; // of requests that fail: bad enough where little is known of usual

/** A stage whose moments are judged, and what is usual of it. */
struct errors_case {
    struct stage_context stage;
    struct usual usual;
    struct usual_share share;
};

static double past_errors(const void *context, struct usual_window window, int64_t slot)
{
    const struct stage_context *c = context;
    const struct matrix *m =
        context_history(c->context, c->context->plan->stages[c->stage].errors_signal, window);
    double errors = m ? matrix_sum(m, slot) : NAN;
    double requests = errors_requests(stage_rate_at(c->context, c->stage, window, slot), errors);
    if (!m || !(requests > 0)) {
        return NAN;
    }
    return isnan(errors) ? 0 : errors / requests; // a counter that never fired is absent
}

static bool past_count(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    const struct stage_context *c = context;
    const struct matrix *m =
        context_history(c->context, c->context->plan->stages[c->stage].errors_signal, window);
    double counted = stage_rate_at(c->context, c->stage, window, slot);
    *n = errors_requests(counted, m ? matrix_sum(m, slot) : NAN) * STORE_HISTORY_STEP_MS / 1000;
    *k = *n * past_errors(context, window, slot);
    return !isnan(*k);
}

static enum severity severity_of(
    const struct reading *r, bool noise, double slo, const struct thresholds *t)
{
    // a weak one alarms from three times on and only warns, unless what did work fails by and large
    bool weak = r->usual.kind == USUAL_SPAN;
    bool little = r->usual.kind == USUAL_NONE || (weak && r->usual.centre < MOST / 2);
    bool most = little && r->low > MOST;
    bool breach = most || (slo > 0 && r->low > slo);
    if (r->usual.kind == USUAL_NONE && !breach) {
        return SEVERITY_UNKNOWN;
    }
    struct bounds b = bounds_of_errors(r, t);
    bool above = !noise && r->now >= b.warning && !(weak && r->ratio < t->ratio_critical);
    if (breach || (above && !weak && r->now >= b.critical)) {
        return SEVERITY_CRITICAL;
    }
    return above ? SEVERITY_WARNING : SEVERITY_OK;
}

// So few cannot alarm; but where they do not fail as usual, nobody may say that they do.
static bool is_odd(const struct reading *r, double k, double n, struct usual_share usual,
    double slo, const struct thresholds *t)
{
    struct thresholds few = *t;
    few.chance = t->chance_odd;
    bool most = k > t->errors_least - 0.5 && r->now > MOST && !(usual.share >= MOST / 2);
    return (slo > 0 && r->low > slo) || most ||
           (r->now > usual.share && !context_is_chance(k, n, usual, &few));
}

void errors_judge_share(struct reading *r, double k, double n, struct usual_share usual, double slo,
    const struct thresholds *t)
{
    struct interval interval = stat_wilson(k, n);
    r->low = interval.low;
    r->high = interval.high;
    if (isnan(usual.share)) { // the centre is all that is known: as well as now is
        usual = (struct usual_share){.share = r->usual.centre, .n = n};
    }
    r->usual.centre = usual.share;
    r->spread = fmax(r->usual.spread, SPREAD_LEAST);
    reading_compare(r);
    if (n < t->requests_least) {
        r->state = STATE_TOO_FEW;
        r->odd = is_odd(r, k, n, usual, slo, t);
        return;
    }
    struct thresholds few = *t;
    few.chance = t->chance_odd;
    bool chance = context_is_chance(k, n, usual, t);
    r->severity = severity_of(r, chance, slo, t);
    r->perhaps = chance && r->severity == SEVERITY_OK && !context_is_chance(k, n, usual, &few) &&
                 severity_of(r, false, slo, t) != SEVERITY_OK;
    r->state = r->severity == SEVERITY_UNKNOWN ? STATE_NO_BASELINE : STATE_OK;
}

static void judge_moment(struct reading *r, const struct errors_case *e, int64_t slot)
{
    const struct context *c = e->stage.context;
    const struct stage *s = &c->plan->stages[e->stage.stage];
    double errors = matrix_sum(&c->store->signals[s->errors_signal].live, slot);
    double requests = errors_requests(stage_rate_live(c, e->stage.stage, slot), errors);
    r->usual = e->usual;
    if (isnan(requests) || requests <= 0) {
        r->state = isnan(requests) ? STATE_NO_DATA : STATE_NO_TRAFFIC;
        return;
    }
    errors = isnan(errors) ? 0 : errors;
    r->now = errors / requests;
    errors_judge_share(
        r, errors * c->window_s, requests * c->window_s, e->share, s->slo_errors, c->limits);
}

enum mark errors_mark(const struct reading *r, const struct thresholds *t)
{
    if (r->state != STATE_OK) {
        return MARK_UNKNOWN;
    }
    double u = r->usual.centre;
    return r->severity >= SEVERITY_WARNING                                     ? MARK_BEYOND
           : r->now < u + t->hysteresis * (bounds_of_errors(r, t).warning - u) ? MARK_BELOW
                                                                               : MARK_BETWEEN;
}

static enum mark mark_moment(void *context, int64_t slot)
{
    const struct errors_case *e = context;
    struct reading r = reading_none(STATE_OK);
    judge_moment(&r, e, slot);
    return errors_mark(&r, e->stage.context->limits);
}

static double live_errors(void *context, int64_t slot)
{
    const struct errors_case *e = context;
    struct reading r = reading_none(STATE_OK);
    judge_moment(&r, e, slot);
    return r.state == STATE_OK ? r.now : NAN;
}

// A counter that never fired is declared; of what nobody knows, nobody knows that it did not.
bool errors_are_absent(const struct context *c, int signal)
{
    const struct signal *s = &c->plan->signals[signal];
    bool unknown = s->presence == PRESENCE_ABSENT || s->presence == PRESENCE_UNLABELLED;
    bool named = false; // by an expression; that of others may have a value without any, `or 0`
    for (size_t i = 0; i < s->names_count; i++) {
        named = named || s->names[i].presence != PRESENCE_ABSENT;
    }
    bool constant = s->names_count > 0 && !named;
    unknown = unknown || plan_names_nothing(s);
    return constant || (unknown && c->store->signals[signal].live.count == 0);
}

void errors_judge(struct stage_diagnosis *out, const struct context *c, int stage)
{
    int signal = c->plan->stages[stage].errors_signal;
    struct reading *r = &out->errors;
    *r = reading_none(STATE_NO_DATA);
    if (signal < 0) {
        return;
    }
    struct errors_case e = {.stage = {.context = c, .stage = stage}};
    const struct usual_at at = {USUAL_OF_MAIN, signal, 0, 0};
    e.usual = context_usual(c, at, past_errors, &e.stage);
    e.share = context_share(c, at, past_count, &e.stage);
    r->state = context_state(c, signal);
    r->usual = e.usual;
    if (errors_are_absent(c, signal)) {
        *r = reading_none(STATE_ABSENT);
        return;
    }
    if (r->state == STATE_OK && plan_lacks_requests(&c->plan->stages[stage])) {
        *r = reading_none(STATE_ABSENT);
    }
    if (r->state != STATE_OK) {
        return;
    }
    double errors = matrix_sum(&c->store->signals[signal].live, context_slot(c, signal));
    out->errors_requests = errors_requests(stage_rate_now(c, stage), errors);
    judge_moment(r, &e, context_slot(c, signal));
    if (r->state == STATE_OK) {
        const struct rise rise = {
            live_errors, &e, r->usual.centre, bounds_of_errors(r, c->limits).warning};
        struct onset onset = context_hysteresis(c, signal, r, mark_moment, &e);
        onset = onset_rise(c, signal, onset, &rise);
        const struct earlier earlier = earlier_of(past_errors, &e.stage, r->usual.centre,
            bounds_of_errors(r, c->limits).warning, c->plan->stages[stage].slo_errors);
        out->errors_onset = onset_earlier(c, signal, onset, &earlier);
        double least = c->limits->errors_floor;
        double few = c->limits->errors_least / (out->errors_requests * c->window_s);
        drift_read(r, e.usual.drift, least, fmax(least, few));
    }
}
