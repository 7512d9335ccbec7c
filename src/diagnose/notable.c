#include "diagnose/notable.h"

#include <math.h>

#include "diagnose/stat.h"

static const double FASTER = 0.7;
static const double LESS = 0.5, MORE = 2; // times the usual traffic
static const double TAKES_LEAST = 0.3;    // of what its whole has risen by
static const double FULLER = 0.1;
static const double RESTARTS = 3;   // of one process in half an hour: more than a rollout makes
static const double HOURS_S = 3600; // few requests take that long
static const double LONG_S = 30;    // some do, but so do many of 30 ms
static const double COARSE_S = 1;   // few buckets of seconds begin there, while
static const double WIDE_S = 100;   // those of milliseconds reach that far

int notable_child(
    const struct diagnosis *d, const struct plan *plan, int stage, const struct thresholds *t)
{
    int best = -1;
    for (int i = 0; i < (int)d->stages_count; i++) {
        double blame = d->stages[i].blame;
        bool heavy = plan->stages[i].parent == stage && blame >= t->blame_shared;
        if (heavy && (best < 0 || blame > d->stages[best].blame)) {
            best = i;
        }
    }
    return best;
}

bool notable_own_time(const struct stage_diagnosis *s, const struct thresholds *t)
{
    return s->own_blame >= t->blame_shared;
}

bool notable_faster(const struct reading *latency)
{
    return latency->ratio < FASTER;
}

bool notable_called_more(const struct stage_diagnosis *s)
{
    return s->calls.severity >= SEVERITY_WARNING && s->calls.ratio > 1;
}

bool notable_called_less(const struct stage_diagnosis *s, const struct stage *of)
{
    return of->parent >= 0 && s->calls.state == STATE_OK && s->calls.ratio < 1;
}

bool notable_new_part(const struct stage_diagnosis *s, const struct stage_diagnosis *whole)
{
    double rise = whole->seconds_now - whole->seconds_usual;
    return s->latency.state == STATE_NO_BASELINE && rise > 0 &&
           s->seconds_now >= TAKES_LEAST * rise;
}

bool notable_traffic(const struct stage_diagnosis *s, double window_s, const struct thresholds *t)
{
    const struct reading *r = &s->traffic;
    double due = r->usual.centre * window_s, count = round(r->now * window_s);
    if (r->state != STATE_OK || !(due > 0) || !(fabs(r->score) >= t->score_warning)) {
        return false;
    }
    double chance =
        r->ratio > 1 ? stat_poisson_tail(count, due) : 1 - stat_poisson_tail(count + 1, due);
    return (r->ratio <= LESS || r->ratio >= MORE) && chance <= t->chance;
}

bool notable_fails_less(const struct reading *errors, const struct thresholds *t)
{
    double usual = errors->usual.centre;
    return errors->state == STATE_OK && errors->high < usual && errors->now < LESS * usual &&
           usual - errors->now >= t->errors_floor;
}

bool notable_always_fails(const struct reading *errors, const struct thresholds *t)
{
    return errors->state == STATE_OK && errors->severity == SEVERITY_OK &&
           errors->now >= t->errors_critical && errors->usual.centre >= t->errors_critical;
}

bool notable_always_full(const struct stage_diagnosis *s, const struct thresholds *t)
{
    return s->pool_signal >= 0 && s->pool.now >= t->pool_full &&
           s->pool.severity < SEVERITY_WARNING && s->pool.usual.kind != USUAL_NONE;
}

bool notable_restarts(const struct stage_diagnosis *s)
{
    return s->distrust == DISTRUST_NONE && s->resets >= RESTARTS;
}

bool notable_tool_called_less(
    const struct tool_diagnosis *tool, double window_s, const struct thresholds *t)
{
    double due = tool->per_request_usual * tool->requests * window_s, count = round(tool->count);
    return tool->calls.state == STATE_OK && tool->per_request <= LESS * tool->per_request_usual &&
           1 - stat_poisson_tail(count + 1, due) <= t->chance;
}

bool notable_tool_new(const struct tool_diagnosis *tool, const struct thresholds *t)
{
    return tool->calls.state == STATE_NO_BASELINE && tool->calls.usual.kind != USUAL_NONE &&
           !(tool->per_request_usual > 0) && tool->count >= t->requests_least;
}

bool notable_one_pod(const struct stage_diagnosis *s)
{
    return isnan(s->pool_limit) || s->pool.now >= s->pool_used / s->pool_limit + FULLER;
}

enum unit_doubt notable_unit(const struct stage_diagnosis *s, const struct stage *of)
{
    bool known = s->latency.state == STATE_OK || s->latency.state == STATE_NO_BASELINE;
    bool is_long = known && (s->latency.now >= LONG_S || s->latency.usual.centre >= LONG_S);
    if (!of->unit_guessed) {
        return UNIT_FINE;
    }
    if (s->bound > HOURS_S || (s->bound_first >= COARSE_S && s->bound >= WIDE_S)) {
        return UNIT_OF_BUCKETS;
    }
    return is_long ? UNIT_OF_VALUE : UNIT_FINE;
}

enum slo_standing notable_slo(const struct reading *r, double slo)
{
    bool known = r->state == STATE_OK || r->state == STATE_NO_BASELINE;
    if (!known || !(slo > 0) || isnan(r->now)) {
        return SLO_UNKNOWN;
    }
    if (r->now <= slo) {
        return r->beyond ? SLO_UNKNOWN : SLO_WITHIN;
    }
    return r->low <= slo ? SLO_ABOUT : SLO_ABOVE; // a NaN: there is no interval
}

bool notable_open(const struct reading *r)
{
    return r->state == STATE_OK && r->severity == SEVERITY_UNKNOWN && r->usual.kind == USUAL_SPAN;
}

bool notable_perhaps(const struct reading *r)
{
    return r->state == STATE_OK && r->severity == SEVERITY_OK && r->perhaps;
}

bool notable_slo_alone(const struct reading *r, double slo, const struct thresholds *t)
{
    double least = isnan(r->low) ? r->now : r->low;
    return slo > 0 && least > slo && r->severity >= SEVERITY_WARNING &&
           r->now < t->ratio_warning * r->usual.centre; // not so where that is NaN
}
