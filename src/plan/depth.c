#include "plan/depth.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "plan/promql.h"
#include "plan/served.h"

// What is called otherwise is a pod all the same.
static void add_pods(
    struct str *s, const struct plan *p, const struct stage *stage, const char *expr)
{
    const char *label = stage->pod_label ? stage->pod_label : p->pod_label;
    if (label && strcmp(label, "pod") != 0) {
        str_addf(s, "label_replace(%s,\"pod\",\"$1\",", expr);
        str_add_quoted(s, label);
        str_addf(s, ",\"(%s)\")", stage->pod_label ? ".+" : ".*");
    } else {
        str_add(s, expr);
    }
}

static int add(struct plan *p, enum signal_kind kind, int stage, struct metric_config source)
{
    p->signals = mem_resize(p->signals, p->signals_count + 1, sizeof *p->signals);
    p->signals[p->signals_count] =
        (struct signal){.kind = kind, .stage = stage, .source = source, .deep = true};
    return (int)p->signals_count++;
}

void depth_add(struct plan *p, int stage)
{
    struct stage *s = &p->stages[stage];
    if (!s->latency && s->kind != LATENCY_NONE) {
        return;
    }
    s->pods_signal = add(p, SIGNAL_PODS, stage, p->signals[s->latency_signal].source);
    if (!s->latency) {
        return;
    }
    if (s->errors_signal >= 0 && p->signals[s->errors_signal].source.metric) {
        s->pod_errors_signal =
            add(p, SIGNAL_POD_ERRORS, stage, p->signals[s->errors_signal].source);
    }
    s->starts_signal = add(p, SIGNAL_STARTS, stage, (struct metric_config){0});
    s->restarts_signal = add(p, SIGNAL_RESTARTS, stage, (struct metric_config){0});
    s->rollouts_signal = add(p, SIGNAL_ROLLOUTS, stage, (struct metric_config){0});
}

// Only where the stage is served: a label that neither side has counts as equal.
static void add_where_served(
    struct str *s, const struct plan *p, const struct stage *stage, const char *on)
{
    str_addf(s, " and on (cluster, %s) ", on);
    promql_add_served(s, stage, p->selector);
}

static void add_lately(struct str *s, const char *function, const char *metric)
{
    str_addf(s, "(%s(%s[", function, metric);
    clock_add_duration(s, PLAN_LATELY_MS);
    str_add(s, "])) > 0");
}

static void add_rollouts(struct str *s, const struct plan *p, const struct stage *stage)
{
    static const char *const kinds[] = {"deployment", "statefulset", "daemonset"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct str metric;
        str_init(&metric);
        str_addf(&metric, "kube_%s_status_observed_generation", kinds[i]);
        str_addf(s, "%smax by (cluster, namespace, %s) ", i > 0 ? " or " : "", kinds[i]);
        add_lately(s, "changes", metric.text);
        add_where_served(s, p, stage, "namespace");
        str_finish(&metric);
    }
}

// Of a stage that nothing times, how many series each pod has: which there are is all that is
// known.
static bool add_untimed(struct str *s, const struct plan *p, const struct stage *stage)
{
    struct str series;
    str_init(&series);
    bool any = stage->kind == LATENCY_NONE &&
               served_add_series(&series, p, (int)(stage - p->stages), p->selector);
    if (any) {
        str_addf(s, "count by (%s) (%s)", stage->instances, series.text);
    }
    str_finish(&series);
    return any;
}

void depth_add_statistic(struct str *s, const struct plan *p, const struct stage *stage)
{
    if (!add_untimed(s, p, stage)) {
        promql_add_statistic(s, stage, stage->instances, p->selector, p->window_ms);
    }
}

void depth_add_mean(struct str *s, const struct plan *p, const struct stage *stage)
{
    promql_add_mean(s, stage, stage->instances, p->selector, p->window_ms);
}

void depth_add_errors(struct str *s, const struct plan *p, const struct signal *signal)
{
    promql_add_rate(
        s, signal->source.metric, p->stages[signal->stage].instances, p->selector, p->window_ms);
}

void depth_add_exemplars(struct str *s, const struct plan *p, const struct stage *stage)
{
    bool classic = stage->kind == LATENCY_CLASSIC;
    if (stage->latency && (classic || stage->kind == LATENCY_NATIVE)) {
        promql_add_selector(s, stage->latency, classic ? "_bucket" : "", p->selector);
    }
}

bool depth_has_span(const struct signal *signal)
{
    return signal_types[signal->kind].asked == SIGNAL_ASKED_DEEP_SPAN;
}

static void add_of_pods(struct str *s, const struct plan *p, const struct signal *signal)
{
    const struct stage *stage = &p->stages[signal->stage];
    const char *extra = p->selector, *by = stage->instances;
    struct str expr;
    str_init(&expr);
    if (signal->kind == SIGNAL_PODS && !add_untimed(&expr, p, stage)) {
        promql_add_latency(&expr, stage, by, extra, p->window_ms);
    } else if (signal->kind == SIGNAL_POD_ERRORS) {
        depth_add_errors(&expr, p, signal);
    } else if (signal->kind == SIGNAL_STARTS) {
        str_addf(&expr, "max by (%s) (process_start_time_seconds", by);
        add_where_served(&expr, p, stage, "job, instance");
        str_add(&expr, ")");
    }
    add_pods(s, p, stage, expr.text);
    str_finish(&expr);
}

char *depth_pods(const struct plan *p, const struct signal *signal)
{
    struct str s;
    str_init(&s);
    if (served_is(p, signal->stage)) {
        add_of_pods(&s, p, signal);
    }
    return s.len > 0 ? str_take(&s) : NULL;
}

char *depth_restarts(const struct plan *p, const struct stage *stage)
{
    struct str s;
    if (!plan_is_served(stage)) {
        return NULL;
    }
    str_init(&s);
    str_add(&s, "max by (cluster, namespace, pod, container) ");
    add_lately(&s, "increase", "kube_pod_container_status_restarts_total");
    add_where_served(&s, p, stage, "namespace");
    return str_take(&s);
}

char *depth_rollouts(const struct plan *p, const struct stage *stage)
{
    struct str s;
    if (!plan_is_served(stage)) {
        return NULL;
    }
    str_init(&s);
    add_rollouts(&s, p, stage);
    return str_take(&s);
}
