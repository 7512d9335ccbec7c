#include "unit/world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "endpoint/endpoint.h"
#include "plan/parts.h"
#include "unit/yaml.h"

const int64_t WORLD_NOW_MS = 1770195600000;

const char world_article[] = "window: 5m\n"
                             "refresh: 15s\n"
                             "span: 1h\n"
                             "baseline: {kind: auto, range: 7d}\n"
                             "stages:\n"
                             "  - name: retrieval\n"
                             "    latency: kotaemon_retrieval_latency_seconds\n"
                             "    errors: kotaemon_error_total{stage=\"retrieval\"}\n"
                             "    children:\n"
                             "      - name: vector_db\n"
                             "        latency: vector_db_query_duration_seconds\n"
                             "        saturation:\n"
                             "          - name: connections\n"
                             "            used: vector_db_connections_active\n"
                             "            limit: vector_db_connections_max\n"
                             "  - name: generation\n"
                             "    latency: kotaemon_generation_latency_seconds\n"
                             "    errors: kotaemon_error_total{stage=\"generation\"}\n"
                             "tools:\n"
                             "  calls: kotaemon_tool_call_total\n"
                             "  errors: kotaemon_error_total{stage=\"tool_call\"}\n"
                             "  label: tool_name\n";

static const char *const bounds[] = {"0.005", "0.01", "0.025", "0.05", "0.1", "0.2", "0.25", "0.3",
    "0.35", "0.4", "0.5", "0.6", "0.75", "1", "1.25", "1.5", "1.75", "2", "2.5", "5", "10", "+Inf"};

void world_init(struct world *w, const char *yaml)
{
    *w = (struct world){.days = WORLD_DAYS,
        .has_recent = true,
        .onset_ms = WORLD_ONSET_MS,
        .has_span = true,
        .daily = 1,
        .waver = 0.02};
    yaml_read(&w->config, yaml);
    endpoint_set_text(&w->config.source.url, "http://localhost:9090");
    bindings_init(&w->config.bindings);
    w->scope = scope_of(&w->config);
    plan_init(&w->plan, &w->config, NULL, 0);
    for (size_t i = 0; i < w->plan.stages_count; i++) {
        enum latency_kind *kind = &w->plan.stages[i].kind; // an expression, or none, stays that
        *kind = w->plan.stages[i].latency ? LATENCY_CLASSIC : *kind;
    }
    plan_resolve(&w->plan);
    struct grid grid = scope_grid(&w->scope, &w->plan);
    store_init(&w->store, w->plan.signals_count, grid.step_ms, grid.slots);
    w->store.source.health = HEALTH_OK;
    w->store.source.answered_ms = WORLD_NOW_MS;
    w->store.complete = w->store.history_complete = true;
    w->answers = mem_zalloc(w->plan.signals_count, sizeof *w->answers);
    for (size_t i = 0; i < w->plan.signals_count; i++) {
        bool absolute = w->plan.signals[i].kind == SIGNAL_LAST; // nothing would mean: all is gone
        w->store.signals[i].condition = absolute ? CONDITION_ASKING : CONDITION_ANSWERED;
        w->store.signals[i].now_ms = WORLD_NOW_MS;
    }
    diagnosis_init(&w->diagnosis, &w->plan);
}

void world_finish(struct world *w)
{
    for (size_t i = 0; i < w->plan.signals_count; i++) {
        for (size_t k = 0; k < WORLD_WINDOWS; k++) {
            batch_finish(&w->answers[i][k]);
        }
    }
    free(w->answers);
    diagnosis_finish(&w->diagnosis);
    store_finish(&w->store);
    plan_finish(&w->plan);
    config_finish(&w->config);
}

int world_stage(const struct world *w, const char *stage)
{
    int index = plan_find_stage(&w->plan, stage);
    if (index < 0) {
        fail_msg("there is no stage '%s'", stage);
    }
    return index;
}

const struct stage_diagnosis *world_of(const struct world *w, const char *stage)
{
    return &w->diagnosis.stages[world_stage(w, stage)];
}

/** The slots of a window, as the poller would ask for them. */
struct window {
    int64_t step_ms, first, last;
};

static struct window window_of(const struct world *w, int window)
{
    if (window == WORLD_LIVE) {
        struct grid grid = scope_grid(&w->scope, &w->plan);
        int64_t last = WORLD_NOW_MS / grid.step_ms;
        return (struct window){grid.step_ms, last - (int64_t)grid.slots + 1, last};
    }
    int64_t step = STORE_HISTORY_STEP_MS;
    if (window == WORLD_RECENT) {
        return (struct window){step, (WORLD_NOW_MS - 6 * CLOCK_HOUR_MS) / step,
            (WORLD_NOW_MS - 15 * CLOCK_MINUTE_MS) / step};
    }
    int64_t then = WORLD_NOW_MS - (window + 1) * (int64_t)CLOCK_DAY_MS;
    return (struct window){
        step, (then - CLOCK_HOUR_MS / 2) / step, (then + 3 * CLOCK_HOUR_MS / 2) / step};
}

static bool is_known(const struct world *w, int window)
{
    return window == WORLD_LIVE || (window == WORLD_RECENT ? w->has_recent : window < w->days);
}

/** The factor that a slot of "usual" is off. */
static double jitter(const struct world *w, int64_t slot)
{
    return 1 + w->waver / 2 * (double)(slot % 5 - 2);
}

typedef double value_of(struct load load, const void *context);

static void fill(struct world *w, int signal, const char *label, const char *value,
    struct load usual, struct load now, value_of *of, const void *context)
{
    for (int k = 0; k < WORLD_WINDOWS; k++) {
        if (!is_known(w, k)) {
            continue;
        }
        struct window window = window_of(w, k);
        struct batch_series *s = batch_add(&w->answers[signal][k]);
        if (label) {
            labels_set(&s->labels, label, value);
        }
        for (int64_t slot = window.first; slot <= window.last; slot++) {
            int64_t at_ms = slot * window.step_ms;
            bool is_now = at_ms > WORLD_NOW_MS - w->onset_ms;
            if (k == WORLD_LIVE && !is_now && !w->has_span) {
                continue;
            }
            struct load load = is_now ? now : usual;
            load.p95_s *= is_now ? 1 : jitter(w, slot);
            load.p95_s *= k < WORLD_DAYS ? pow(w->daily, -(k + 1)) : 1;
            double v = of(load, context);
            if (!isnan(v)) {
                batch_add_sample(s, at_ms, v);
            }
        }
    }
}

static double bucket_of(struct load load, const void *context)
{
    double le = strtod(context, NULL);
    return isinf(le) ? load.rate : load.rate * (1 - exp(-2.99573 * le / load.p95_s));
}

static double count_of(struct load load, const void *context)
{
    (void)context;
    return load.rate;
}

static double sum_of(struct load load, const void *context)
{
    (void)context;
    return load.rate > 0 ? load.rate * load.p95_s / 2.99573 : load.rate;
}

static double p95_of(struct load load, const void *context)
{
    (void)context;
    return load.rate > 0 ? load.p95_s : NAN;
}

void world_requests(struct world *w, const char *stage, struct load usual, struct load now)
{
    const struct stage *s = &w->plan.stages[world_stage(w, stage)];
    int signal = s->latency_signal;
    if (s->kind == LATENCY_VALUE) {
        fill(w, signal, NULL, NULL, usual, now, p95_of, NULL);
        return;
    }
    fill(w, signal, "part", "sum", usual, now, sum_of, NULL);
    if (s->kind == LATENCY_CLASSIC || s->kind == LATENCY_NATIVE) {
        for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
            fill(w, signal, "le", bounds[i], usual, now, bucket_of, bounds[i]);
        }
        return;
    }
    fill(w, signal, "part", "count", usual, now, count_of, NULL);
    if (s->kind == LATENCY_QUANTILES) {
        fill(w, signal, "quantile", "0.95", usual, now, p95_of, NULL);
    }
}

static double plain(struct load load, const void *context)
{
    (void)context;
    return load.p95_s;
}

void world_series(
    struct world *w, int signal, const char *label, const char *value, double usual, double now)
{
    assert_true(signal >= 0);
    fill(w, signal, label, value, (struct load){1, usual}, (struct load){1, now}, plain, NULL);
}

// Another label of the series that was added last.
static void add_label(struct world *w, int signal, const char *name, const char *value)
{
    for (int k = 0; k < WORLD_WINDOWS; k++) {
        struct batch *b = &w->answers[signal][k];
        if (b->count > 0 && value) {
            labels_set(&b->series[b->count - 1].labels, name, value);
        }
    }
}

void world_served_by(struct world *w, const char *stage, const char *job, const char *workload)
{
    char index[16];
    int of = world_stage(w, stage), part = part_of(&w->plan, w->plan.targets, (size_t)of);
    snprintf(index, sizeof index, "%d", of);
    world_series(w, part, "stage", index, 1, 1);
    add_label(w, part, "job", job);
    add_label(w, part, "workload", workload);
}

void world_targets(struct world *w, const char *job, double listed, double usual, double now)
{
    world_series(w, w->plan.targets, "part", "listed", listed, listed);
    add_label(w, w->plan.targets, "job", job);
    world_series(w, w->plan.targets, "part", "down", usual > 0 ? usual : NAN, now > 0 ? now : NAN);
    add_label(w, w->plan.targets, "job", job);
}

void world_scaled_down(struct world *w, const char *job, double before)
{
    world_series(w, w->plan.targets, "part", "before", NAN, before > 0 ? before : NAN);
    add_label(w, w->plan.targets, "job", job);
}

void world_replicas(struct world *w, const char *workload, double desired, double available)
{
    world_series(w, w->plan.targets, "part", "desired", NAN, desired);
    add_label(w, w->plan.targets, "workload", workload);
    world_series(w, w->plan.targets, "part", "available", NAN, available);
    add_label(w, w->plan.targets, "workload", workload);
}

void world_replica(
    struct world *w, const char *stage, const char *pod, struct replica usual, struct replica now)
{
    const char *const parts[] = {"busy", "running", "done"};
    const double before[] = {usual.busy, usual.running, usual.done};
    const double values[] = {now.busy, now.running, now.done};
    char index[16];
    snprintf(index, sizeof index, "%d", world_stage(w, stage));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        world_series(w, w->plan.replicas, "part", parts[i], before[i], values[i]);
        add_label(w, w->plan.replicas, "of", index);
        add_label(w, w->plan.replicas, "pod", pod);
    }
}

void world_errors(struct world *w, const char *stage, double usual, double now)
{
    world_series(w, w->plan.stages[world_stage(w, stage)].errors_signal, NULL, NULL, usual, now);
}

void world_pool(struct world *w, const char *stage, double usual, double now, double limit)
{
    const struct stage *s = &w->plan.stages[world_stage(w, stage)];
    assert_true(s->saturation_count > 0);
    world_series(w, s->saturation_first, "part", "used", usual, now);
    fill(w, s->saturation_first, "part", "limit", (struct load){limit, 0}, (struct load){limit, 0},
        count_of, NULL);
}

void world_tool(struct world *w, const char *tool, double usual, double now)
{
    world_series(w, w->plan.tool_calls, w->plan.tool_label, tool, usual, now);
}

void world_tool_errors(struct world *w, double usual, double now)
{
    world_series(w, w->plan.tool_errors, NULL, NULL, usual, now);
}

void world_calm(struct world *w)
{
    const struct load retrieval = {2, 0.3}, vector_db = {2, 0.25}, generation = {2, 0.55};
    world_requests(w, "retrieval", retrieval, retrieval);
    world_requests(w, "vector_db", vector_db, vector_db);
    world_requests(w, "generation", generation, generation);
    world_errors(w, "retrieval", 0.004, 0.004);
    world_errors(w, "generation", 0.006, 0.006);
    world_pool(w, "vector_db", 40, 40, 100);
    world_tool(w, "web_search", 0.6, 0.6);
    world_tool(w, "sql_query", 0.2, 0.2);
    world_tool_errors(w, 0.002, 0.002);
}

static void merge_history(struct history *h, const struct batch *b, struct window window)
{
    struct matrix m;
    matrix_init(&m, window.step_ms, (size_t)(window.last - window.first + 1));
    matrix_merge(&m, b, window.first, window.last);
    history_take(h, &m, window.first, window.last);
}

const struct verdict *world_judge(struct world *w)
{
    for (size_t i = 0; i < w->plan.signals_count; i++) {
        struct signal_data *data = &w->store.signals[i];
        for (int k = 0; k < WORLD_WINDOWS; k++) {
            struct window window = window_of(w, k);
            const struct batch *b = &w->answers[i][k];
            if (!is_known(w, k)) {
                continue;
            }
            if (k == WORLD_LIVE) {
                matrix_merge(&data->live, b, window.first, window.last);
            } else {
                merge_history(
                    k == WORLD_RECENT ? &data->recent : store_own_day(data, k), b, window);
            }
        }
    }
    diagnosis_run(&w->diagnosis, &w->plan, &w->scope, &w->store, &thresholds_default, WORLD_NOW_MS);
    return &w->diagnosis.verdict;
}

struct words world_words(const struct world *w)
{
    return (struct words){.source = &w->config.source,
        .plan = &w->plan,
        .scope = &w->scope,
        .store = &w->store,
        .diagnosis = &w->diagnosis};
}
