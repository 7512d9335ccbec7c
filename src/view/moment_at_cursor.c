#include <math.h>

#include "base/text.h"

#include "diagnose/at_cursor.h"
#include "diagnose/lead.h"
#include "series/dist.h"
#include "view/cell.h"
#include "view/moment.h"

static bool is_beyond(const struct view_input *in, int stage, int64_t slot)
{
    const struct stage *s = &in->words.plan->stages[stage];
    struct dist d;
    return dist_read(&d, &in->words.store->signals[s->latency_signal].live, slot) &&
           dist_quantile(&d, 0.95).beyond;
}

// Whether it answered far too fast.
static void judge_fast(
    struct stage_diagnosis *d, const struct view_input *in, int stage, int64_t slot)
{
    const struct thresholds *t = &thresholds_default;
    const struct stage *s = &in->words.plan->stages[stage];
    double window_s = (double)in->words.plan->window_ms / 1000, now = NAN;
    struct dist dist;
    if (!d->distrust && dist_read(&dist, &in->words.store->signals[s->latency_signal].live, slot)) {
        now = statistic_of(s, &dist, d->fast_statistic);
    }
    at_cursor_number(&d->fast, now);
    bool calm = d->latency.severity < SEVERITY_WARNING && d->errors.severity < SEVERITY_WARNING;
    if (calm && fast_is_alarm(&d->fast, d->fast_statistic, d->traffic.now, d->traffic.usual.centre,
                    window_s, t)) {
        d->fast.severity = SEVERITY_WARNING;
    }
}

struct stage_diagnosis moment_of_stage(const struct view_input *in, int stage)
{
    const struct thresholds *t = &thresholds_default;
    struct stage_diagnosis d = in->words.diagnosis->stages[stage];
    if (in->state->cursor_ms == 0) {
        return d;
    }
    int64_t slot = moment_slot(in, in->state->cursor_ms);
    if (in->words.plan->stages[stage].kind != LATENCY_NONE) {
        at_cursor_latency(&d.latency, moment_read(in, MEASURE_LATENCY, stage, slot), t);
    }
    d.latency.beyond = d.statistic == STATISTIC_P95 && is_beyond(in, stage, slot);
    at_cursor_errors(&d.errors, moment_read(in, MEASURE_ERRORS, stage, slot), t);
    at_cursor_number(&d.traffic, moment_read(in, MEASURE_REQUESTS, stage, slot));
    d.requests = d.traffic.now * (double)in->words.plan->window_ms / 1000;
    if (d.pool_signal >= 0) {
        d.pool_used = moment_read(in, MEASURE_USED, d.pool_signal, slot);
        d.pool_limit = moment_read(in, MEASURE_LIMIT, d.pool_signal, slot);
        at_cursor_pool(&d.pool, moment_read(in, MEASURE_FULL, d.pool_signal, slot), t);
    }
    judge_fast(&d, in, stage, slot);
    return d;
}

double moment_rate(const struct view_input *in, int stage, const struct stage_diagnosis *d)
{
    bool counted = in->words.plan->stages[stage].kind == LATENCY_NONE && in->state->cursor_ms == 0;
    return counted ? d->errors_requests : d->traffic.now;
}

struct reading moment_of_row(
    const struct view_input *in, int stage, const struct stage_diagnosis *d)
{
    const struct words *w = &in->words;
    int lead = lead_signal(w->plan, &w->plan->stages[stage], &w->diagnosis->stages[stage]);
    struct reading r = *lead_reading(d, lead);
    if (lead >= 0 && in->state->cursor_ms > 0) {
        int64_t slot = moment_slot(in, in->state->cursor_ms);
        at_cursor_number(&r, moment_read(in, MEASURE_LATENCY, stage, slot));
    }
    return r;
}

static double questions_at(const struct view_input *in, int64_t slot)
{
    int root = in->words.diagnosis->questions;
    return root >= 0 ? moment_read(in, MEASURE_REQUESTS, root, slot) : NAN;
}

struct tool_diagnosis moment_of_tool(const struct view_input *in, int tool)
{
    const struct thresholds *t = &thresholds_default;
    struct tool_diagnosis d = in->words.diagnosis->tools[tool];
    if (in->state->cursor_ms == 0) {
        return d;
    }
    int64_t slot = moment_slot(in, in->state->cursor_ms);
    at_cursor_calls(&d, moment_read(in, MEASURE_TOOL_CALLS, tool, slot), questions_at(in, slot),
        (double)in->words.plan->window_ms / 1000, t);
    if (d.errors.state != STATE_NO_DATA) {
        at_cursor_errors(&d.errors, moment_read(in, MEASURE_TOOL_FAILING, tool, slot), t);
    }
    at_cursor_latency(&d.latency, moment_read(in, MEASURE_TOOL_LATENCY, tool, slot), t);
    return d;
}

struct reading moment_of_tool_errors(const struct view_input *in)
{
    struct reading r = in->words.diagnosis->tool_errors;
    if (in->state->cursor_ms > 0) {
        int64_t slot = moment_slot(in, in->state->cursor_ms);
        at_cursor_errors(&r, moment_read(in, MEASURE_TOOL_FAILING, -1, slot), &thresholds_default);
    }
    return r;
}

int64_t moment_shown(const struct view_input *in)
{
    return in->state->cursor_ms > 0 ? in->state->cursor_ms : in->words.scope->at_ms;
}

const char *moment_heading(struct arena *a, const struct view_input *in, const char *otherwise)
{
    int64_t at_ms = moment_shown(in);
    return at_ms > 0 ? cell_time(a, at_ms, "%H:%M") : otherwise;
}

const char *moment_verdict_heading(struct arena *a, const struct view_input *in)
{
    int64_t at_ms = in->words.scope->at_ms;
    return in->state->cursor_ms == 0 ? _("verdict")
           : at_ms > 0               ? cell_time(a, at_ms, _("verdict %H:%M"))
                                     : _("verdict now");
}
