#include "view/trend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diagnose/at_cursor.h"
#include "diagnose/lead.h"
#include "series/dist.h"
#include "view/moment.h"

enum { PODS_KEPT = 400 };

struct trend_grid trend_grid(const struct view_input *in)
{
    const struct grid grid = scope_grid(in->words.scope, in->words.plan);
    const struct view_range *range = &in->state->range;
    int64_t step = grid.step_ms;
    bool live = range->last_ms <= range->first_ms;
    int64_t last = (live ? in->words.diagnosis->tick_ms : range->last_ms) / step;
    int64_t first = live ? last - (int64_t)grid.slots + 1 : range->first_ms / step;
    return (struct trend_grid){first, (size_t)(last - first + 1), first * step, last * step};
}

struct view_moments trend_moments(const struct view_input *in)
{
    const struct view_state *s = in->state;
    return (struct view_moments){.cursor_ms = s->cursor_ms,
        .marks_ms = s->marks_ms,
        .marks_count = s->marks_count,
        .events = in->events,
        .events_count = in->events_count};
}

static const struct matrix *live_of(const struct view_input *in, int signal)
{
    return signal >= 0 ? &in->words.store->signals[signal].live : NULL;
}

static struct view_trend empty_trend(struct arena *a, const struct trend_grid *g, double **values)
{
    *values = arena_alloc(a, g->count, sizeof **values);
    return (struct view_trend){
        .values = *values, .count = g->count, .usual = NAN, .warning = NAN, .critical = NAN};
}

// WHAT over the slots of G.
static struct view_trend trend_of(struct arena *a, const struct view_input *in,
    const struct trend_grid *g, enum measure what, int index)
{
    double *values;
    struct view_trend t = empty_trend(a, g, &values);
    for (size_t i = 0; i < g->count; i++) {
        values[i] = moment_read(in, what, index, g->first + (int64_t)i);
    }
    return t;
}

void trend_memo_finish(struct trend_cache *m)
{
    for (size_t i = 0; i < m->count; i++) {
        free(m->stages[i].values);
    }
    free(m->stages);
    for (size_t i = 0; i < m->pods_count; i++) {
        free(m->pods[i].kept.values);
    }
    free(m->pods);
    *m = (struct trend_cache){0};
}

static struct trend_kept *kept_of(const struct view_input *in, int stage)
{
    struct trend_cache *m = in->cache;
    size_t count = in->words.plan->stages_count;
    if (m && m->count != count) {
        trend_memo_finish(m);
        m->stages = mem_zalloc(count, sizeof *m->stages);
        m->count = count;
    }
    return m ? &m->stages[stage] : NULL;
}

static bool is_still(const struct trend_kept *kept, const struct view_input *in,
    const struct trend_grid *g, enum statistic statistic)
{
    return kept->values && kept->version == in->words.store->version && kept->first == g->first &&
           kept->count == g->count && kept->statistic == statistic;
}

static void keep(struct trend_kept *kept, const struct view_input *in, const struct trend_grid *g,
    const double *values, enum statistic statistic)
{
    if (!kept) {
        return;
    }
    *kept = (struct trend_kept){
        .values = mem_resize(kept->values, g->count ? g->count : 1, sizeof *values),
        .version = in->words.store->version,
        .first = g->first,
        .count = g->count,
        .statistic = statistic};
    memcpy(kept->values, values, g->count * sizeof *values);
}

static void set_bounds(struct view_trend *t, struct bounds b)
{
    t->usual = b.usual;
    t->warning = b.warning;
    t->critical = b.critical;
}

static void set_latency_bounds(struct view_trend *t, const struct stage_diagnosis *d)
{
    set_bounds(t, bounds_of_latency(&d->latency, &thresholds_default));
}

struct view_trend trend_of_stage(struct arena *a, const struct view_input *in, int stage)
{
    const struct stage_diagnosis *d = &in->words.diagnosis->stages[stage];
    const struct trend_grid g = trend_grid(in);
    struct trend_kept *kept = kept_of(in, stage);
    struct view_trend t = {.count = g.count};
    if (kept && is_still(kept, in, &g, d->statistic)) {
        t.values = kept->values;
    } else {
        t = trend_of(a, in, &g, MEASURE_LATENCY, stage);
        keep(kept, in, &g, t.values, d->statistic);
    }
    int lead = lead_signal(in->words.plan, &in->words.plan->stages[stage], d);
    if (lead >= 0) {
        t.usual = lead_reading(d, lead)->usual.centre;
        t.warning = t.critical = NAN;
    } else {
        set_latency_bounds(&t, d);
    }
    return t;
}

// What was asked for once, of before the pods were looked at.
static const struct series *each_of(
    const struct view_input *in, const struct stage *s, const char *name)
{
    const struct matrix *each =
        s->pods_signal >= 0 ? &in->words.store->signals[s->pods_signal].each : NULL;
    for (size_t i = 0; each && i < each->count; i++) {
        if (each->series[i].instance && strcmp(each->series[i].instance, name) == 0) {
            return &each->series[i];
        }
    }
    return NULL;
}

static double each_at(const struct view_input *in, const struct series *each, int64_t slot)
{
    const struct grid grid = scope_grid(in->words.scope, in->words.plan);
    return each ? ring_get(&each->ring, slot * grid.step_ms / grid.each_ms) : NAN;
}

static uint64_t id_of_pod(int stage, const char *name)
{
    uint64_t id = 0xcbf29ce484222325u + (uint64_t)stage; // FNV-1a
    for (; *name; name++) {
        id = (id ^ (unsigned char)*name) * 0x100000001b3u;
    }
    return id;
}

static struct trend_kept *kept_of_pod(const struct view_input *in, int stage, const char *name)
{
    struct trend_cache *m = in->cache;
    uint64_t id = id_of_pod(stage, name);
    for (size_t i = 0; m && i < m->pods_count; i++) {
        if (m->pods[i].id == id) {
            return &m->pods[i].kept;
        }
    }
    if (!m || m->pods_count >= PODS_KEPT) { // pods come and go
        return NULL;
    }
    mem_grow(&m->pods, m->pods_count, &m->pods_cap);
    m->pods[m->pods_count] = (struct trend_pod){.id = id};
    return &m->pods[m->pods_count++].kept;
}

struct view_trend trend_of_pod(
    struct arena *a, const struct view_input *in, int stage, const char *name)
{
    const struct trend_grid grid = trend_grid(in);
    struct trend_kept *kept = kept_of_pod(in, stage, name);
    if (kept && is_still(kept, in, &grid, false)) {
        struct view_trend same = {.values = kept->values, .count = grid.count};
        set_latency_bounds(&same, &in->words.diagnosis->stages[stage]);
        return same;
    }
    const struct stage *s = &in->words.plan->stages[stage];
    const struct matrix *live = live_of(in, s->pods_signal);
    const struct trend_grid g = trend_grid(in);
    size_t series[DIST_BUCKETS_MAX + DIST_QUANTILES_MAX], count = 0;
    double *values;
    struct view_trend t = empty_trend(a, &g, &values);
    const struct series *each = each_of(in, s, name);
    for (size_t i = 0; live && i < live->count && count < sizeof series / sizeof *series; i++) {
        const char *its = live->series[i].instance;
        if (its && strcmp(its, name) == 0) {
            series[count++] = i;
        }
    }
    for (size_t i = 0; i < g.count; i++) {
        struct dist d;
        bool known = live && dist_read_series(&d, live, g.first + (int64_t)i, series, count);
        double p95 = known ? dist_quantile(&d, 0.95).value : NAN;
        double v = known && isnan(p95) ? dist_mean(&d) : p95;
        values[i] = (known ? v : each_at(in, each, g.first + (int64_t)i)) * s->to_seconds;
    }
    keep(kept, in, &g, values, false);
    set_latency_bounds(&t, &in->words.diagnosis->stages[stage]);
    return t;
}

struct view_trend trend_of_tool(struct arena *a, const struct view_input *in, int tool)
{
    const struct tool_diagnosis *d = &in->words.diagnosis->tools[tool];
    const struct trend_grid g = trend_grid(in);
    struct view_trend t = trend_of(a, in, &g, MEASURE_TOOL_CALLS, tool);
    // what is judged is calls per request; as a rate that holds for the traffic of now
    double scale = d->per_request > 0 ? d->calls.now / d->per_request : NAN;
    set_bounds(&t, bounds_of_calls(d->per_request_usual * scale, &thresholds_default));
    return t;
}

struct view_trend trend_of_errors(struct arena *a, const struct view_input *in, int stage)
{
    const struct trend_grid g = trend_grid(in);
    struct view_trend t = trend_of(a, in, &g, MEASURE_ERRORS, stage);
    set_bounds(
        &t, bounds_of_errors(&in->words.diagnosis->stages[stage].errors, &thresholds_default));
    return t;
}

struct view_trend trend_of_tool_errors(struct arena *a, const struct view_input *in, int tool)
{
    const struct diagnosis *d = in->words.diagnosis;
    const struct trend_grid g = trend_grid(in);
    struct view_trend t = trend_of(a, in, &g, MEASURE_TOOL_FAILING, tool);
    const struct reading *r = tool >= 0 ? &d->tools[tool].errors : &d->tool_errors;
    set_bounds(&t, bounds_of_errors(r, &thresholds_default));
    return t;
}

struct view_trend trend_of_tool_latency(struct arena *a, const struct view_input *in, int tool)
{
    const struct trend_grid g = trend_grid(in);
    struct view_trend t = trend_of(a, in, &g, MEASURE_TOOL_LATENCY, tool);
    set_bounds(
        &t, bounds_of_latency(&in->words.diagnosis->tools[tool].latency, &thresholds_default));
    return t;
}

struct view_trend trend_of_requests(struct arena *a, const struct view_input *in, int stage)
{
    const struct trend_grid g = trend_grid(in);
    struct view_trend t = trend_of(a, in, &g, MEASURE_REQUESTS, stage);
    t.usual = in->words.diagnosis->stages[stage].traffic.usual.centre;
    return t;
}

struct view_trend trend_of_pool(struct arena *a, const struct view_input *in, int signal)
{
    const struct trend_grid g = trend_grid(in);
    struct view_trend t = trend_of(a, in, &g, MEASURE_USED, signal);
    double limit = NAN;
    for (size_t i = 0; i < g.count; i++) {
        double of = moment_read(in, MEASURE_LIMIT, signal, g.first + (int64_t)i);
        limit = isnan(of) ? limit : of;
    }
    set_bounds(&t, bounds_of_pool(limit, &thresholds_default));
    return t;
}

const double *trend_then(struct arena *a, const struct view_input *in, enum measure what, int index)
{
    const struct trend_grid g = trend_grid(in);
    double *values = arena_alloc(a, g.count, sizeof *values);
    bool any = false;
    for (size_t i = 0; i < g.count; i++) {
        values[i] = moment_read_then(in, what, index, g.first + (int64_t)i);
        any = any || !isnan(values[i]);
    }
    return any ? values : NULL;
}

void trend_quantiles(struct arena *a, const struct view_input *in, int stage, const double *q,
    size_t count, double **out, bool *beyond)
{
    const struct stage *s = &in->words.plan->stages[stage];
    const struct matrix *live = live_of(in, s->latency_signal);
    const struct trend_grid g = trend_grid(in);
    for (size_t k = 0; k < count; k++) {
        out[k] = arena_alloc(a, g.count, sizeof *out[k]);
        beyond[k] = false;
    }
    for (size_t i = 0; i < g.count; i++) {
        struct dist d;
        bool known = dist_read(&d, live, g.first + (int64_t)i);
        for (size_t k = 0; k < count; k++) {
            struct dist_quantile v = {.value = NAN};
            if (known) {
                v = dist_quantile(&d, q[k]);
            }
            out[k][i] = v.value * s->to_seconds;
            beyond[k] = isnan(v.value) ? beyond[k] : v.beyond;
        }
    }
}
