#include "emit/row.h"

#include <math.h>

static const char *const statistics[] = {
    [STATISTIC_P95] = "p95", [STATISTIC_MEAN] = "mean", [STATISTIC_VALUE] = "value"};

static void make_latency(struct report_row *r, const struct words *w, int stage)
{
    const struct stage *s = &w->plan->stages[stage];
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    r->signal = "latency";
    r->statistic = statistics[d->statistic];
    r->unit = "seconds";
    r->metric = s->metric;
    r->reading = &d->latency;
    r->promql = w->plan->signals[s->latency_signal].shown;
    r->blame = d->blame;
}

static void make_errors(struct report_row *r, const struct words *w, int stage)
{
    const struct signal *signal = &w->plan->signals[w->plan->stages[stage].errors_signal];
    r->signal = "errors";
    r->statistic = "mean";
    r->unit = "ratio";
    r->metric = signal->source.metric ? signal->source.metric : signal->source.expr;
    r->reading = &w->diagnosis->stages[stage].errors;
    r->promql = signal->shown;
}

static void make_saturation(struct report_row *r, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    const struct signal *signal = &w->plan->signals[d->pool_signal];
    r->signal = "saturation";
    r->statistic = "mean";
    r->unit = "ratio";
    r->metric = signal->source.metric ? signal->source.metric : signal->source.expr;
    r->reading = &d->pool;
    r->promql = signal->shown;
}

static void make_traffic(struct report_row *r, const struct words *w, int stage)
{
    const struct stage *s = &w->plan->stages[stage];
    int at = s->requests_signal >= 0 ? s->requests_signal : s->latency_signal;
    r->signal = "traffic";
    r->statistic = "mean";
    r->unit = "per_second";
    r->metric = s->metric;
    r->reading = &w->diagnosis->stages[stage].traffic;
    r->promql = s->requests_signal >= 0 ? w->plan->signals[at].shown : NULL;
}

bool row_make(struct report_row *out, const struct words *w, int stage, int i)
{
    *out = (struct report_row){.stage = stage, .blame = NAN};
    if (i == 0) {
        make_latency(out, w, stage);
        return true;
    }
    if (i == 1 && w->plan->stages[stage].errors_signal >= 0) {
        make_errors(out, w, stage);
        return true;
    }
    if (i == 2 && w->diagnosis->stages[stage].pool_signal >= 0) {
        make_saturation(out, w, stage);
        return true;
    }
    if (i == 3 && w->plan->stages[stage].kind != LATENCY_VALUE) {
        make_traffic(out, w, stage);
        return true;
    }
    return false;
}

const char *row_severity(enum severity severity)
{
    switch (severity) {
    case SEVERITY_OK: return "ok";
    case SEVERITY_WARNING: return "warning";
    case SEVERITY_CRITICAL: return "critical";
    case SEVERITY_UNKNOWN: break;
    }
    return "unknown";
}

const char *row_state(const struct words *w, enum state state)
{
    switch (state) {
    case STATE_OK:
    case STATE_NO_BASELINE: return w->store->source.reach == REACH_LOST ? "stale" : "ok";
    case STATE_NO_TRAFFIC: return "no_traffic";
    case STATE_TOO_FEW: return "too_few";
    case STATE_STALE: return "stale";
    case STATE_ERROR: return "error";
    case STATE_NO_DATA:
    case STATE_ASKING: break;
    }
    return "no_data";
}
