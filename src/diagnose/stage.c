#include <math.h>

#include "diagnose/context.h"

static double past_rate(const void *context, struct usual_window window, int64_t slot)
{
    const struct stage_context *c = context;
    return stage_rate_at(c->context, c->stage, window, slot);
}

static void read_traffic(struct stage_diagnosis *out, const struct context *c, int stage)
{
    const struct stage_context self = {.context = c, .stage = stage};
    int signal = c->plan->stages[stage].latency_signal;
    struct reading *r = &out->traffic;
    *r = reading_none(context_state(c, signal));
    r->usual = context_usual(c, (struct usual_at){USUAL_OF_RATE, signal, 0, 0}, past_rate, &self);
    if (r->state == STATE_OK) {
        r->now = stage_rate_now(c, stage);
        r->state = isnan(r->now) ? STATE_NO_DATA : STATE_OK;
        r->severity = isnan(r->now) ? SEVERITY_UNKNOWN : SEVERITY_OK;
        r->spread = fmax(r->usual.spread, 0.05 * r->usual.centre);
        reading_compare(r);
    }
}

// Which of two states tells more of a stage: the more certain one.
static int certainty(enum state state)
{
    static const int ranks[STATE_COUNT] = {[STATE_OK] = 9,
        [STATE_NO_BASELINE] = 8,
        [STATE_TOO_FEW] = 7,
        [STATE_STALE] = 6,
        [STATE_UNRELIABLE] = 5,
        [STATE_MISTYPED] = 5,
        [STATE_ERROR] = 4,
        [STATE_ASKING] = 3,
        [STATE_NO_TRAFFIC] = 2,
        [STATE_NO_DATA] = 1};
    return ranks[state];
}

static void take_state(struct reading *out, const struct reading *other)
{
    bool more = other->usual.points > out->usual.points;
    out->state = certainty(other->state) > certainty(out->state) ? other->state : out->state;
    if (more) { // what is usual of it is known from so many moments; no number of its own is
        out->usual.kind = other->usual.kind;
        out->usual.points = other->usual.points;
        out->usual.days = other->usual.days;
    }
}

void stage_settle_untimed(struct stage_diagnosis *out, const struct stage *s)
{
    struct reading *r = &out->latency;
    if (s->kind != LATENCY_NONE) {
        return;
    }
    *r = reading_none(STATE_ABSENT);
    take_state(r, &out->errors);
    take_state(r, &out->traffic);
    take_state(r, &out->pool);
    for (size_t i = 0; i < out->declared_count; i++) {
        take_state(r, &out->declared[i].reading);
    }
    r->state = r->state == STATE_ABSENT ? STATE_NO_DATA : r->state;
    r->severity = r->state == STATE_OK ? SEVERITY_OK : SEVERITY_UNKNOWN;
}

void stage_settle_failing(struct stage_diagnosis *out)
{
    if (out->latency.state == STATE_NO_TRAFFIC && out->errors.state == STATE_TOO_FEW) {
        out->latency.state = STATE_TOO_FEW;
    }
}

void stage_judge(struct stage_diagnosis *out, const struct context *c, int stage)
{
    *out = (struct stage_diagnosis){.requests = NAN,
        .statistic = statistic_of_stage(&c->plan->stages[stage]),
        .bound = NAN,
        .bound_first = NAN,
        .resets = NAN,
        .samples = NAN,
        .mean = NAN,
        .mean_usual = NAN,
        .mean_lower = NAN,
        .seconds_now = NAN,
        .seconds_usual = NAN,
        .blame = NAN,
        .own_blame = NAN,
        .of_parent = 1,
        .calls_now = NAN,
        .calls_usual = NAN,
        .more_calls = NAN,
        .busy = NAN,
        .errors_requests = NAN};
    read_traffic(out, c, stage);
    latency_judge(out, c, stage);
    errors_judge(out, c, stage);
    pool_judge(out, c, stage);
    silence_judge(out, c, stage);
    calls_judge(out, c, stage);
    fast_judge(out, c, stage);
}
