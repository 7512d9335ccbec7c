#include <math.h>

#include "base/clock.h"
#include "series/dist.h"
#include "view/cell.h"
#include "view/moment.h"

// A number alone: without the interval it has now, nor how long it lasts.
static void set(struct reading *r, double now)
{
    r->now = now;
    r->low = r->high = NAN;
    r->beyond = false;
    r->state = isnan(now) ? STATE_NO_DATA : STATE_OK;
    r->ratio = now / r->usual.centre;
    r->score = NAN;
    r->severity = isnan(now) || isnan(r->usual.centre) ? SEVERITY_UNKNOWN : SEVERITY_OK;
}

static void judge(struct reading *r, double warning, double critical)
{
    r->severity = r->now >= critical  ? SEVERITY_CRITICAL
                  : r->now >= warning ? SEVERITY_WARNING
                                      : r->severity;
}

static bool is_beyond(const struct view_input *in, int stage, int64_t slot)
{
    const struct stage *s = &in->words.plan->stages[stage];
    struct dist d;
    return dist_read(&d, &in->words.store->signals[s->latency_signal].live, slot) &&
           dist_quantile(&d, 0.95).beyond;
}

static void set_errors(struct reading *r, double now)
{
    const struct thresholds *t = &thresholds_default;
    double usual = r->usual.centre;
    set(r, now);
    judge(r, usual + t->errors_floor, usual + t->errors_critical);
}

struct stage_diagnosis moment_of_stage(const struct view_input *in, int stage)
{
    const struct thresholds *t = &thresholds_default;
    struct stage_diagnosis d = in->words.diagnosis->stages[stage];
    if (in->state->cursor_ms == 0) {
        return d;
    }
    int64_t slot = moment_slot(in, in->state->cursor_ms);
    double usual = d.latency.usual.centre;
    set(&d.latency, moment_read(in, MEASURE_LATENCY, stage, slot));
    d.latency.score = (d.latency.now - usual) / d.latency.spread;
    judge(&d.latency, fmax(t->ratio_warning * usual, usual + t->score_warning * d.latency.spread),
        t->ratio_critical * usual);
    d.latency.beyond = d.statistic == STATISTIC_P95 && is_beyond(in, stage, slot);
    set_errors(&d.errors, moment_read(in, MEASURE_ERRORS, stage, slot));
    set(&d.traffic, moment_read(in, MEASURE_REQUESTS, stage, slot));
    d.requests = d.traffic.now * (double)in->words.plan->window_ms / 1000;
    if (d.pool_signal >= 0) {
        d.pool_used = moment_read(in, MEASURE_USED, d.pool_signal, slot);
        d.pool_limit = moment_read(in, MEASURE_LIMIT, d.pool_signal, slot);
        set(&d.pool, d.pool_used / d.pool_limit);
        judge(&d.pool, t->pool_full, INFINITY);
    }
    return d;
}

static double questions_at(const struct view_input *in, int64_t slot)
{
    double most = NAN;
    for (size_t i = 0; i < in->words.plan->stages_count; i++) {
        if (in->words.plan->stages[i].parent < 0) {
            most = fmax(most, moment_read(in, MEASURE_REQUESTS, (int)i, slot));
        }
    }
    return most;
}

struct tool_diagnosis moment_of_tool(const struct view_input *in, int tool)
{
    const struct thresholds *t = &thresholds_default;
    struct tool_diagnosis d = in->words.diagnosis->tools[tool];
    if (in->state->cursor_ms == 0) {
        return d;
    }
    int64_t slot = moment_slot(in, in->state->cursor_ms);
    set(&d.calls, moment_read(in, MEASURE_TOOL_CALLS, tool, slot));
    double usual = d.per_request_usual;
    d.requests = questions_at(in, slot);
    d.per_request = d.calls.now / d.requests;
    d.calls.ratio = d.per_request / usual;
    d.count = d.calls.now * (double)in->words.plan->window_ms / 1000;
    bool more = d.per_request >= usual + t->calls_floor && d.count >= t->requests_least;
    d.calls.severity = !more                                              ? d.calls.severity
                       : d.per_request >= t->calls_ratio_critical * usual ? SEVERITY_CRITICAL
                       : d.per_request >= t->calls_ratio_warning * usual  ? SEVERITY_WARNING
                                                                          : d.calls.severity;
    if (d.errors.state != STATE_NO_DATA) {
        set_errors(&d.errors, moment_read(in, MEASURE_TOOL_FAILING, tool, slot));
    }
    return d;
}

struct reading moment_of_tool_errors(const struct view_input *in)
{
    struct reading r = in->words.diagnosis->tool_errors;
    if (in->state->cursor_ms > 0) {
        set_errors(
            &r, moment_read(in, MEASURE_TOOL_FAILING, -1, moment_slot(in, in->state->cursor_ms)));
    }
    return r;
}

int64_t moment_shown(const struct view_input *in)
{
    return in->state->cursor_ms > 0 ? in->state->cursor_ms : in->words.plan->at_ms;
}

static const char *clock_of(struct arena *a, int64_t at_ms, const char *format)
{
    struct str s;
    str_init(&s);
    clock_add_local(&s, at_ms, format);
    return cell_settle(a, &s);
}

const char *moment_heading(struct arena *a, const struct view_input *in, const char *otherwise)
{
    int64_t at_ms = moment_shown(in);
    return at_ms > 0 ? clock_of(a, at_ms, "%H:%M") : otherwise;
}

const char *moment_verdict_heading(struct arena *a, const struct view_input *in)
{
    int64_t at_ms = in->words.plan->at_ms;
    return in->state->cursor_ms == 0 ? "verdict"
           : at_ms > 0               ? clock_of(a, at_ms, "verdict %H:%M")
                                     : "verdict now";
}
