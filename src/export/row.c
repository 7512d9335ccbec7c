#include "export/row.h"

#include <math.h>

#include "diagnose/judged.h"
#include "plan/parts.h"
#include "plan/replicas.h"

enum { FIXED = 5 /* rows before those of what is declared */ };

static const char *const statistics[] = {[STATISTIC_P95] = "p95",
    [STATISTIC_MEAN] = "mean",
    [STATISTIC_VALUE] = "value",
    [STATISTIC_SHARE] = "share"};

static const char *metric_of(const struct signal *signal)
{
    return signal->source.metric ? signal->source.metric : signal->source.expr;
}

static void name_as_kind(struct report_row *r, enum signal_kind kind)
{
    r->signal = signal_types[kind].name;
    r->unit = signal_unit_name(signal_types[kind].unit);
}

static void name_as(struct report_row *r, enum signal_class signal)
{
    name_as_kind(r, judged_kind(signal));
}

static void make_latency(struct report_row *r, const struct words *w, int stage)
{
    const struct stage *s = &w->plan->stages[stage];
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    name_as(r, CLASS_LATENCY);
    r->statistic = statistics[d->statistic];
    r->metric = s->metric;
    r->reading = &d->latency;
    r->promql = words_promql(w, s->latency_signal);
    r->asks = s->latency_signal;
    r->blame = d->blame;
    r->onset = d->onset;
    int64_t last_ms = d->sampled_ms > 0 ? d->sampled_ms : d->last_ms;
    r->age = last_ms > 0 ? (double)(w->diagnosis->tick_ms - last_ms) / 1000 : NAN;
    if (d->statistic == STATISTIC_SHARE) {
        r->unit = signal_unit_name(SIGNAL_UNIT_RATIO);
        r->reading = &d->share;
    } else if (d->fast.severity >= SEVERITY_WARNING) { // the number that alarms
        r->reading = &d->fast;
        r->statistic = statistics[d->fast_statistic];
        r->onset = d->fast_onset;
    }
}

/** A ratio that SIGNAL is asked for. */
static void make_ratio(
    struct report_row *r, const struct words *w, int signal, const struct reading *reading)
{
    name_as_kind(r, w->plan->signals[signal].kind);
    r->statistic = "mean";
    r->metric = metric_of(&w->plan->signals[signal]);
    r->reading = reading;
    r->promql = w->plan->signals[signal].shown;
    r->asks = signal;
}

static void make_traffic(struct report_row *r, const struct words *w, int stage)
{
    const struct stage *s = &w->plan->stages[stage];
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    name_as(r, CLASS_TRAFFIC);
    r->statistic = "mean";
    r->metric = s->metric;
    r->reading = &d->traffic;
    r->promql = s->requests;
    r->onset = d->stopped;
}

static void make_targets(struct report_row *r, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    bool stuck = d->gone.replica != NULL;
    int first = stuck ? w->plan->replicas : w->plan->targets;
    int asks = part_of(w->plan, first, (size_t)stage);
    name_as(r, CLASS_TARGETS);
    r->statistic = "value";
    r->metric = stuck         ? w->plan->signals[replicas_signal(w->plan, stage)].source.metric
                : d->gone.job ? "up"
                              : "kube-state-metrics";
    r->reading = &d->targets;
    r->promql = d->gone.job || stuck ? w->plan->signals[asks].shown : NULL;
    r->onset = d->gone.onset;
    r->requests = NAN;
    r->job = d->gone.job;
    r->workload = d->gone.job ? NULL : d->gone.workload;
    r->replica = d->gone.replica;
}

static void make_declared(
    struct report_row *r, const struct words *w, const struct declared_diagnosis *d)
{
    const struct signal *signal = &w->plan->signals[d->signal];
    name_as_kind(r, signal->kind);
    r->statistic = statistics[d->statistic];
    r->metric = signal->declared->source.metric;
    r->reading = &d->reading;
    r->promql = signal->shown;
    r->asks = d->signal;
    r->onset = d->onset;
}

int row_stage_signals(const struct words *w, int stage)
{
    return FIXED + (int)w->diagnosis->stages[stage].declared_count;
}

bool row_of_stage(struct report_row *out, const struct words *w, int stage, int i)
{
    const struct stage *s = &w->plan->stages[stage];
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    *out = (struct report_row){.index = stage,
        .parent = s->parent >= 0 ? w->plan->stages[s->parent].name : NULL,
        .asks = -1,
        .requests = round(d->requests),
        .age = NAN,
        .blame = NAN};
    if (i == 0 && s->kind != LATENCY_NONE) {
        make_latency(out, w, stage);
    } else if (i == 1 && s->errors_signal >= 0) {
        make_ratio(out, w, s->errors_signal, &d->errors);
        out->requests = round(d->errors_requests * (double)w->plan->window_ms / 1000);
        out->onset = d->errors_onset;
    } else if (i == 2 && (d->pool_signal >= 0 || d->blind_signal >= 0)) {
        make_ratio(out, w, d->pool_signal >= 0 ? d->pool_signal : d->blind_signal, &d->pool);
        out->statistic = statistics[STATISTIC_VALUE];
        out->onset = d->pool_onset;
    } else if (i == 3 && s->requests) {
        make_traffic(out, w, stage);
    } else if (i == 4 && (d->gone.job || d->gone.workload || d->gone.replica)) {
        make_targets(out, w, stage);
    } else if (i >= FIXED && i < row_stage_signals(w, stage)) {
        make_declared(out, w, &d->declared[i - FIXED]);
    } else {
        return false;
    }
    out->baseline = out->reading->usual.centre;
    return true;
}

static bool of_all_tools(struct report_row *r, const struct words *w, int i)
{
    const struct diagnosis *d = w->diagnosis;
    if (i != 1 || w->plan->tool_errors < 0) {
        return false;
    }
    make_ratio(r, w, w->plan->tool_errors, &d->tool_errors);
    for (size_t k = 0; k < d->tools_count; k++) {
        double count = round(d->tools[k].count);
        r->requests = isnan(r->requests) ? count : r->requests + (isnan(count) ? 0 : count);
    }
    r->baseline = r->reading->usual.centre;
    return true;
}

bool row_of_tool(struct report_row *out, const struct words *w, int tool, int i)
{
    *out = (struct report_row){
        .is_tool = true, .index = tool, .asks = -1, .requests = NAN, .age = NAN, .blame = NAN};
    if (tool == ROW_ALL_TOOLS) {
        return of_all_tools(out, w, i);
    }
    const struct tool_diagnosis *t = &w->diagnosis->tools[tool];
    out->requests = round(t->count);
    if (i == 0) {
        const struct signal *signal = &w->plan->signals[w->plan->tool_calls];
        name_as(out, CLASS_CALLS);
        out->statistic = "mean";
        out->metric = metric_of(signal);
        out->promql = signal->shown;
        out->reading = &t->calls;
        out->baseline = t->per_request_usual * t->requests;
        return true;
    }
    if (i == 1 && w->plan->tool_errors >= 0 && t->errors.state != STATE_NO_DATA) {
        make_ratio(out, w, w->plan->tool_errors, &t->errors);
        out->baseline = t->errors.usual.centre;
        return true;
    }
    if (i == 2 && w->plan->tool_latency >= 0) {
        const struct signal *signal = &w->plan->signals[w->plan->tool_latency];
        name_as_kind(out, signal->kind);
        out->statistic = statistics[STATISTIC_MEAN];
        out->metric = signal->declared->source.metric;
        out->promql = signal->shown;
        out->asks = w->plan->tool_latency;
        out->reading = &t->latency;
        out->baseline = t->latency.usual.centre;
        out->onset = t->latency_onset;
        return true;
    }
    return false;
}

void row_add_name(struct str *s, const struct words *w, const struct report_row *r)
{
    if (!r->is_tool) {
        str_add(s, w->plan->stages[r->index].name);
    } else if (r->index == ROW_ALL_TOOLS) {
        str_add(s, "tool_call");
    } else {
        str_addf(s, "tool:%s", w->diagnosis->tools[r->index].name);
    }
}

static const char *tools_reason(const struct words *w, const struct reading *r)
{
    if (r->severity >= SEVERITY_WARNING) {
        return w->diagnosis->verdict.tools ? "CULPRIT: more calls fail than usual"
                                           : "more calls fail than usual";
    }
    switch (r->state) {
    case STATE_OK: return "normal";
    case STATE_ASKING:
    case STATE_NO_DATA: return "no data";
    case STATE_NO_BASELINE: return "no baseline";
    case STATE_NO_TRAFFIC: return "no traffic";
    case STATE_TOO_FEW: return "too few calls";
    case STATE_STALE: return "stale";
    case STATE_ERROR: return "query error";
    case STATE_UNRELIABLE: return "unreliable";
    case STATE_MISTYPED: return "not a counter";
    case STATE_ABSENT: return "no such metric";
    case STATE_COUNT: break;
    }
    return "";
}

void row_add_reason(struct str *s, const struct words *w, const struct report_row *r)
{
    if (!r->is_tool) {
        words_add_reason(s, w, r->index);
    } else if (r->index == ROW_ALL_TOOLS) {
        str_add(s, tools_reason(w, r->reading));
    } else {
        words_add_tool_reason(s, w, r->index);
    }
}

static void add_where(struct str *s, const struct words *w, int stage, int tool)
{
    if (tool >= 0) {
        str_addf(s, "tool:%s", w->diagnosis->tools[tool].name);
    } else {
        str_add(s, stage >= 0 ? w->plan->stages[stage].name : "tool_call");
    }
}

void row_add_culprit(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    if (v->tool >= 0 || v->stage >= 0 || v->tools) {
        add_where(s, w, v->stage, v->tool);
    }
}

void row_add_fault(struct str *s, const struct words *w, const struct fault *f)
{
    add_where(s, w, f->stage, f->tool);
}

const char *row_signal(const struct words *w, enum signal_class signal, int declared)
{
    if (signal == CLASS_DECLARED) {
        int index = w->diagnosis->declared[declared].signal;
        return signal_types[w->plan->signals[index].kind].name;
    }
    return signal == CLASS_NONE ? NULL : signal_types[judged_kind(signal)].name;
}

// Where the severity is not known it is not ok: too little to judge by, or to compare with.
static const char *why_unknown(const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    bool judged = d->verdict.condition == VERDICT_NO_BASELINE, few = false;
    for (size_t i = 0; i < d->stages_count; i++) {
        judged = judged || d->stages[i].latency.state == STATE_OK;
        few = few || d->stages[i].latency.state == STATE_TOO_FEW;
    }
    return judged ? "no_data" : few ? "too_few" : "no_traffic";
}

const char *row_condition(const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    switch (v->condition) {
    case VERDICT_INCIDENT: return "incident";
    case VERDICT_NO_TRAFFIC: return "no_traffic";
    case VERDICT_UNREACHABLE: return "unreachable";
    case VERDICT_NO_DATA:
    case VERDICT_ASKING: return "no_data";
    case VERDICT_OK:
    case VERDICT_NO_BASELINE: break;
    }
    return v->severity == SEVERITY_OK ? "ok" : why_unknown(w);
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
    case STATE_NO_BASELINE: return w->store->source.health == HEALTH_LOST ? "stale" : "ok";
    case STATE_NO_TRAFFIC: return "no_traffic";
    case STATE_TOO_FEW: return "too_few";
    case STATE_STALE: return "stale";
    case STATE_ERROR: return "error";
    case STATE_UNRELIABLE:
    case STATE_MISTYPED: return "unreliable";
    case STATE_ABSENT: return "absent";
    case STATE_COUNT:
    case STATE_NO_DATA:
    case STATE_ASKING: break;
    }
    return "no_data";
}
