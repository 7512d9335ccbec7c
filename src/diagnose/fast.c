#include <math.h>

#include "diagnose/at_cursor.h"
#include "diagnose/context.h"

static const double NEAR = 2; // times the bound: an alarm ends above that

/** A stage whose moments are judged. */
struct fast_case {
    struct stage_context stage;
    struct reading usual; /**< with what is usual and its spread; NOW is not used */
    double usual_rate;
    enum statistic statistic;
};

// The mean knows no buckets: the first of them may be wider than all that is left of the latency.
static double latency_at(const struct fast_case *l, int64_t slot)
{
    const struct context *c = l->stage.context;
    const struct stage *s = &c->plan->stages[l->stage.stage];
    struct dist d;
    if (!dist_read(&d, &c->store->signals[s->latency_signal].live, slot)) {
        return NAN;
    }
    return statistic_of(s, &d, l->statistic);
}

bool fast_is_alarm(const struct reading *r, enum statistic statistic, double rate,
    double usual_rate, double window_s, const struct thresholds *t)
{
    // where a slow hour begins or ends, or clocks were changed, the faster of the two is usual, too
    double usual = fmin(r->usual.centre, r->usual.lower);
    double ratio = r->now / usual;
    bool enough = rate * window_s >= t->requests_least && rate >= t->fast_traffic * usual_rate;
    bool far = usual - r->now >= t->latency_floor_s && ratio <= t->fast;
    // a gauge may jump as it pleases: it has to be below what it was before
    bool habit = statistic == STATISTIC_VALUE && r->now >= r->usual.low;
    // how far it wavers is known as a share of usual, and no fall is more than all of it
    return enough && far && !habit &&
           -log(ratio) >= t->score_warning * r->usual.spread / r->usual.centre;
}

static enum mark mark_moment(void *context, int64_t slot)
{
    const struct fast_case *l = context;
    const struct context *c = l->stage.context;
    const struct thresholds *t = c->limits;
    double rate = stage_rate_live(c, l->stage.stage, slot);
    struct reading r = l->usual;
    r.now = latency_at(l, slot);
    reading_compare(&r);
    if (isnan(r.ratio) || !(rate * c->window_s >= t->requests_least)) {
        return MARK_UNKNOWN;
    }
    bool asked = rate >= t->fast_traffic * l->usual_rate;
    return fast_is_alarm(&r, l->statistic, rate, l->usual_rate, c->window_s, t) ? MARK_BEYOND
           : asked && r.ratio < NEAR * t->fast                                  ? MARK_BETWEEN
                                                                                : MARK_BELOW;
}

static double live_latency(void *context, int64_t slot)
{
    return latency_at(context, slot);
}

// An alarm is far below usual: the way down begins as near to it as that up to a slow one.
static struct onset since(struct fast_case *l, struct onset o)
{
    const struct context *c = l->stage.context;
    double usual = l->usual.usual.centre;
    double slow = bounds_of_latency(&l->usual, c->limits).warning;
    const struct rise fall = {.value = live_latency,
        .context = l,
        .usual = usual,
        .bound = fmax(usual - (slow - usual), c->limits->fast * usual)};
    return onset_rise(c, c->plan->stages[l->stage.stage].latency_signal, o, &fall);
}

void fast_judge(struct stage_diagnosis *out, const struct context *c, int stage)
{
    const struct stage *s = &c->plan->stages[stage];
    bool by_mean = out->mean_usual > 0 && out->mean > 0 && !out->sum_broken;
    struct fast_case l = {.stage = {.context = c, .stage = stage},
        .usual = reading_none(STATE_OK),
        .usual_rate = out->traffic.usual.centre,
        .statistic = by_mean ? STATISTIC_MEAN : out->statistic};
    out->fast = reading_none(STATE_NO_DATA);
    enum usual_kind kind = out->latency.usual.kind;
    bool judged = out->latency.state == STATE_OK && out->latency.severity == SEVERITY_OK;
    if (kind == USUAL_NONE || kind == USUAL_SPAN ||
        !(by_mean || out->statistic == STATISTIC_P95 || out->statistic == STATISTIC_VALUE)) {
        return;
    }
    l.usual.usual = out->latency.usual;
    if (by_mean) { // it wavers about as much, relatively
        l.usual.usual.spread *= out->mean_usual / l.usual.usual.centre;
        l.usual.usual.centre = out->mean_usual;
        l.usual.usual.lower = out->mean_lower;
    }
    l.usual.spread = fmax(l.usual.usual.spread, c->limits->latency_floor_s);
    out->fast_statistic = l.statistic;
    if (!judged) { // what is usual is for other moments than this one
        out->fast.usual = l.usual.usual;
        return;
    }
    int64_t slot = context_slot(c, s->latency_signal);
    out->fast = l.usual;
    out->fast.now = latency_at(&l, slot);
    reading_compare(&out->fast);
    bool fails = out->errors.severity >= SEVERITY_WARNING; // then it fails fast
    out->fast.severity =
        !fails && mark_moment(&l, slot) == MARK_BEYOND ? SEVERITY_WARNING : SEVERITY_OK;
    if (!fails) {
        struct onset onset = context_hysteresis(c, s->latency_signal, &out->fast, mark_moment, &l);
        out->fast_onset = since(&l, onset);
    }
}
