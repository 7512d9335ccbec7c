#include "view/trend.h"

#include <math.h>

#include "series/dist.h"

static double latency_at(const struct stage *s, bool is_mean, const struct matrix *m, int64_t slot)
{
    struct dist d;
    if (!dist_read(&d, m, slot)) {
        return NAN;
    }
    double v = s->kind == LATENCY_VALUE ? d.value
               : is_mean                ? dist_mean(&d)
                                        : dist_quantile(&d, 0.95).value;
    return v * s->to_seconds;
}

static int64_t first_slot(const struct words *w, const struct matrix *live)
{
    return matrix_slot(live, w->diagnosis->tick_ms) - (int64_t)live->slots + 1;
}

struct view_trend trend_of_stage(struct arena *a, const struct words *w, int stage)
{
    const struct stage *s = &w->plan->stages[stage];
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    const struct matrix *live = &w->store->signals[s->latency_signal].live;
    double *values = arena_alloc(a, live->slots, sizeof *values);
    for (size_t i = 0; i < live->slots; i++) {
        values[i] = latency_at(s, d->is_mean, live, first_slot(w, live) + (int64_t)i);
    }
    double usual = d->latency.usual.centre;
    const struct thresholds *t = &thresholds_default;
    return (struct view_trend){.values = values,
        .count = live->slots,
        .usual = usual,
        .warning = fmax(t->ratio_warning * usual, usual + t->score_warning * d->latency.spread),
        .critical = t->ratio_critical * usual};
}

struct view_trend trend_of_tool(struct arena *a, const struct words *w, int tool)
{
    const struct tool_diagnosis *t = &w->diagnosis->tools[tool];
    const struct matrix *live = &w->store->signals[w->plan->tool_calls].live;
    const struct series *series = NULL;
    for (size_t i = 0; i < live->count && !series; i++) {
        const char *name = labels_get(&live->series[i].labels, w->plan->tool_label);
        series = name == t->name ? &live->series[i] : NULL; // the name points into its series
    }
    double *values = arena_alloc(a, live->slots, sizeof *values);
    for (size_t i = 0; i < live->slots; i++) {
        values[i] = series ? ring_get(&series->ring, first_slot(w, live) + (int64_t)i) : NAN;
    }
    // what is judged is calls per request; as a rate that holds for the traffic of now
    double scale = t->per_request > 0 ? t->calls.now / t->per_request : NAN;
    double usual = t->per_request_usual * scale;
    return (struct view_trend){.values = values,
        .count = live->slots,
        .usual = usual,
        .warning = thresholds_default.calls_ratio_warning * usual,
        .critical = thresholds_default.calls_ratio_critical * usual};
}
