#include <math.h>

#include "diagnose/context.h"

static const double ONE = 1, HALF = 0.5; // requests, or things that wait

// Whether something about STAGE is odd, or hidden by a query that fails or counters that lie.
static bool is_odd(const struct stage_diagnosis *s)
{
    enum state state = s->latency.state;
    bool hidden = state == STATE_ERROR || state == STATE_STALE || state == STATE_UNRELIABLE ||
                  s->errors.state == STATE_ERROR;
    return hidden || s->latency.odd || s->errors.odd;
}

// Where nothing completes, a single request that waits is enough.
static bool any_waits(const struct context *c, int stage)
{
    for (int i = -1; (i = work_next(c->plan, stage, i)) >= 0;) {
        if (c->plan->signals[i].kind == SIGNAL_RUNNING) {
            continue; // one is under way, and none waits
        }
        struct work w = work_read(c, i);
        if (w.now > (isnan(w.usual) ? 0 : w.usual) + HALF) {
            return true;
        }
    }
    return false;
}

static bool any_waits_or_fails(const struct diagnosis *d, const struct context *c)
{
    for (int i = 0; i < (int)d->stages_count; i++) {
        if (d->stages[i].errors.now > 0 || any_waits(c, i)) {
            return true;
        }
    }
    return d->tool_errors.now > 0;
}

/** The requests in the window, of all roots together. */
struct traffic {
    bool known, usual; /**< of one root; of none they are fewer than chance explains */
    bool idle;         /**< there are none */
    bool none_is_usual;
};

static struct traffic read_roots(const struct diagnosis *d, const struct context *c)
{
    struct traffic all = {.usual = true, .idle = true, .none_is_usual = true};
    for (size_t i = 0; i < d->stages_count; i++) {
        const struct reading *r = &d->stages[i].traffic;
        enum state state = d->stages[i].latency.state;
        bool never_there = state == STATE_NO_DATA || state == STATE_ABSENT;
        if (c->plan->stages[i].parent >= 0 || never_there) {
            continue;
        }
        // where a quiet time begins or ends, as few as in the quiet half hour are usual
        double count = r->now * c->window_s, usual = r->usual.lower * c->window_s;
        all.known = true;
        all.usual = all.usual && count >= 0 && usual >= 0 &&
                    silence_is_chance(round(count), usual, c->limits);
        all.idle = all.idle && count < HALF;
        all.none_is_usual = all.none_is_usual && usual < ONE;
    }
    return all;
}

bool quiet_is_usual(const struct diagnosis *d, const struct context *c)
{
    for (int i = 0; i < (int)d->stages_count; i++) {
        if (is_odd(&d->stages[i]) || work_any_piles_up(c, i)) {
            return false;
        }
    }
    struct traffic t = read_roots(d, c);
    if (!t.known || !t.usual || d->tool_errors.odd || d->tool_errors.state == STATE_ERROR) {
        return false;
    }
    return !t.idle || (t.none_is_usual && !any_waits_or_fails(d, c));
}
