#include "diagnose/context.h"
#include "diagnose/notable.h"
#include "diagnose/verdict_part.h"

// Before every stage knows its usual, the wrong one would be accused, and quiet would be a guess.
bool verdict_is_early(const struct diagnosis *d, const struct context *c)
{
    bool unknown = false;
    for (size_t i = 0; i < d->stages_count; i++) {
        enum state state = d->stages[i].latency.state;
        unknown = unknown || state == STATE_ASKING || state == STATE_NO_BASELINE;
    }
    return unknown && !c->store->history_seen;
}

// Where nobody says how many may fail, hardly any may.
static bool fails_little(
    const struct stage_diagnosis *s, const struct stage *of, const struct thresholds *t)
{
    double most = of->slo_errors > 0 ? of->slo_errors : t->errors_floor;
    return !(s->errors.now > most) && s->errors.state != STATE_ERROR;
}

// All that is promised of the service is kept, whatever is usual.
static bool keeps_slos(
    const struct diagnosis *d, const struct plan *plan, const struct thresholds *t)
{
    bool keeps = true;
    for (size_t i = 0; i < d->stages_count; i++) {
        const struct reading *r = &d->stages[i].latency;
        bool root = plan->stages[i].parent < 0;
        keeps = keeps && fails_little(&d->stages[i], &plan->stages[i], t) &&
                (!root || notable_slo(r, plan->stages[i].slo_p95_s) == SLO_WITHIN);
    }
    return keeps;
}

static bool any_root_is_open(const struct diagnosis *d, const struct plan *plan)
{
    bool any = false;
    for (size_t i = 0; i < d->stages_count; i++) {
        any = any || (plan->stages[i].parent < 0 && notable_open(&d->stages[i].latency));
    }
    return any;
}

void verdict_conclude_quiet(struct verdict *v, const struct diagnosis *d, const struct context *c)
{
    int counts[STATE_COUNT] = {0};
    int gone = 0;
    bool blind = false, asking = false, stopped = false;
    for (size_t i = 0; i < d->stages_count; i++) {
        stopped = stopped || (c->plan->stages[i].parent < 0 && d->stages[i].traffic.now == 0 &&
                                 notable_traffic(&d->stages[i], c->window_s, c->limits));
        counts[d->stages[i].latency.state]++;
        asking = asking || d->stages[i].errors.state == STATE_ASKING;
        blind = blind || d->stages[i].errors.state == STATE_ERROR;
        // a root stage that was there and is no more leaves the verdict open
        bool was_there = d->stages[i].last_ms > 0 || d->stages[i].latency.usual.points > 0;
        enum state state = d->stages[i].latency.state;
        bool unknown = state == STATE_NO_DATA && was_there;
        gone +=
            c->plan->stages[i].parent < 0 &&
            (unknown || state == STATE_STALE || state == STATE_ERROR || state == STATE_UNRELIABLE);
    }
    int alive = counts[STATE_OK] + counts[STATE_TOO_FEW] + counts[STATE_NO_BASELINE];
    v->severity = SEVERITY_UNKNOWN;
    if (counts[STATE_ASKING] > 0 || asking || (counts[STATE_OK] > 0 && verdict_is_early(d, c))) {
        v->condition = VERDICT_ASKING;
    } else if (gone > 0 || counts[STATE_NO_DATA] + counts[STATE_ERROR] + counts[STATE_UNRELIABLE] ==
                               (int)d->stages_count) {
        v->condition = VERDICT_NO_DATA;
    } else if (counts[STATE_NO_TRAFFIC] > 0 && alive == 0 && !quiet_is_usual(d, c)) {
        v->condition = VERDICT_NO_TRAFFIC;
    } else if (counts[STATE_OK] > 0) {
        v->condition = VERDICT_OK;
        // errors not known are not none, and nobody knows why a root gets no requests
        bool open = any_root_is_open(d, c->plan) && !keeps_slos(d, c->plan, c->limits);
        v->severity = blind || stopped || open ? SEVERITY_UNKNOWN : SEVERITY_OK;
        v->confidence = (double)counts[STATE_OK] / (double)d->stages_count;
    } else if (!c->store->history_complete) {
        v->condition = VERDICT_ASKING;
    } else {
        v->condition = counts[STATE_NO_BASELINE] > 0 ? VERDICT_NO_BASELINE : VERDICT_OK;
        bool good = v->condition == VERDICT_OK ? quiet_is_usual(d, c)
                                               : !blind && keeps_slos(d, c->plan, c->limits);
        v->severity = good ? SEVERITY_OK : SEVERITY_UNKNOWN;
    }
}
