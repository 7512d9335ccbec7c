#include "plan/board.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "config/signal_keys.h"
#include "plan/derived.h"
#include "plan/rule_expr.h"
#include "promql/expr.h"

static const char namespaces_of[] = "namespace=~\"$namespace\"";

const char board_namespaces[] = "label_values(up, namespace)";

#define NS "namespace=~\"$namespace\""
#define BY_CONTAINER "sum by (namespace, pod, container) "
#define BY_POD "sum by (namespace, pod) "

// Recorded by kube-prometheus under the first name, and under the second by older ones; then as
// cAdvisor and kube-state-metrics have it.
const struct board_infra board_infra[] = {
    {N_("CPU"), BOARD_CORES,
        BY_CONTAINER
        "(node_namespace_pod_container:container_cpu_usage_seconds_total:sum_rate5m{" NS
        "}) or " BY_CONTAINER
        "(node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate{" NS
        "}) or " BY_CONTAINER
        "(rate(container_cpu_usage_seconds_total{image!=\"\",container!=\"\"," NS
        "}[$__rate_interval]))",
        "max by (namespace, pod, container) "
        "(kube_pod_container_resource_limits{resource=\"cpu\"," NS "})",
        "{{pod}}/{{container}}"},
    {N_("CPU throttled"), BOARD_SHARE,
        BY_CONTAINER "(rate(container_cpu_cfs_throttled_periods_total{container!=\"\"," NS
                     "}[$__rate_interval])) / " BY_CONTAINER
                     "(rate(container_cpu_cfs_periods_total{container!=\"\"," NS
                     "}[$__rate_interval]))",
        NULL, "{{pod}}/{{container}}"},
    {N_("Memory"), BOARD_BYTES,
        "max by (namespace, pod, container) "
        "(container_memory_working_set_bytes{image!=\"\",container!=\"\"," NS "})",
        "max by (namespace, pod, container) "
        "(kube_pod_container_resource_limits{resource=\"memory\"," NS "})",
        "{{pod}}/{{container}}"},
    {N_("Restarts in the last hour"), BOARD_COUNT,
        BY_CONTAINER "(increase(kube_pod_container_status_restarts_total{" NS "}[1h]))", NULL,
        "{{pod}}/{{container}}"},
    {N_("Killed for their memory"), BOARD_COUNT,
        "max by (namespace, pod, container) "
        "(kube_pod_container_status_last_terminated_reason{reason=\"OOMKilled\"," NS "})",
        NULL, "{{pod}}/{{container}}"},
    {N_("Containers that wait"), BOARD_COUNT,
        "sum by (namespace, pod, reason) (kube_pod_container_status_waiting_reason{" NS "})", NULL,
        "{{pod}}: {{reason}}"},
    {N_("Pods that are not ready"), BOARD_COUNT,
        BY_POD "(kube_pod_status_ready{condition=\"true\"," NS "}) == bool 0", NULL, "{{pod}}"},
    {N_("Pods that find no node"), BOARD_COUNT, BY_POD "(kube_pod_status_unschedulable{" NS "})",
        NULL, "{{pod}}"},
    {N_("Replicas missing"), BOARD_COUNT,
        "max by (namespace, deployment) (kube_deployment_spec_replicas{" NS
        "}) - max by (namespace, deployment) (kube_deployment_status_replicas_available{" NS "})",
        NULL, "{{deployment}}"},
    {N_("Replicas, and the most there may be"), BOARD_COUNT,
        "max by (namespace, horizontalpodautoscaler) "
        "(kube_horizontalpodautoscaler_status_current_replicas{" NS "})",
        "max by (namespace, horizontalpodautoscaler) "
        "(kube_horizontalpodautoscaler_spec_max_replicas{" NS "})",
        "{{horizontalpodautoscaler}}"},
    {N_("Volumes, share in use"), BOARD_SHARE,
        "1 - min by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes{" NS
        "} / kubelet_volume_stats_capacity_bytes{" NS "})",
        NULL, "{{persistentvolumeclaim}}"},
    {N_("Network, received"), BOARD_BYTES_PER_SECOND,
        BY_POD "(rate(container_network_receive_bytes_total{" NS "}[$__rate_interval]))", NULL,
        "{{pod}}"},
    {N_("Network, sent"), BOARD_BYTES_PER_SECOND,
        BY_POD "(rate(container_network_transmit_bytes_total{" NS "}[$__rate_interval]))", NULL,
        "{{pod}}"},
    {N_("GPU"), BOARD_SHARE,
        "max by (exported_namespace, exported_pod, gpu) (DCGM_FI_DEV_GPU_UTIL{exported_" NS
        "}) / 100 or max by (namespace, pod, gpu) (DCGM_FI_DEV_GPU_UTIL{exported_pod=\"\"," NS
        "}) / 100",
        NULL, "{{exported_pod}}{{pod}} {{gpu}}"},
    {N_("GPU memory"), BOARD_SHARE,
        "max by (exported_namespace, exported_pod, gpu) (DCGM_FI_DEV_FB_USED{exported_" NS
        "} / (DCGM_FI_DEV_FB_USED{exported_" NS "} + DCGM_FI_DEV_FB_FREE{exported_" NS
        "})) or max by (namespace, pod, gpu) (DCGM_FI_DEV_FB_USED{exported_pod=\"\"," NS
        "} / (DCGM_FI_DEV_FB_USED{exported_pod=\"\"," NS
        "} + DCGM_FI_DEV_FB_FREE{exported_pod=\"\"," NS "}))",
        NULL, "{{exported_pod}}{{pod}} {{gpu}}"},
    {N_("CPU of all nodes"), BOARD_SHARE,
        "instance:node_cpu_utilisation:rate5m or 1 - avg by (instance) "
        "(rate(node_cpu_seconds_total{mode=\"idle\"}[$__rate_interval]))",
        NULL, "{{instance}}"},
    {N_("Memory of all nodes"), BOARD_SHARE,
        "instance:node_memory_utilisation:ratio or 1 - node_memory_MemAvailable_bytes / "
        "node_memory_MemTotal_bytes",
        NULL, "{{instance}}"},
};

const size_t board_infra_count = sizeof board_infra / sizeof *board_infra;

/** The end of the string that begins at P, its quote included. */
static const char *end_of_string(const char *p)
{
    char quote = *p++;
    while (*p && *p != quote) {
        p += *p == '\\' && quote != '`' && p[1] ? 2 : 1;
    }
    return *p ? p + 1 : p;
}

// The window of rates, and nothing that looks like it in a string.
static void add_with_interval(struct str *s, const struct plan *p, const char *promql)
{
    struct str window;
    str_init(&window);
    str_addc(&window, '[');
    clock_add_duration(&window, p->window_ms);
    str_addc(&window, ']');
    for (const char *at = promql; *at;) {
        if (strncmp(at, window.text, window.len) == 0) {
            str_add(s, "[$__rate_interval]");
            at += window.len;
        } else {
            const char *end = strchr("\"'`", *at) ? end_of_string(at) : at + 1;
            str_append(s, at, (size_t)(end - at));
            at = end;
        }
    }
    str_finish(&window);
}

const char *board_chart(struct arena *a, const struct plan *p, const char *promql, bool fixed)
{
    struct str within, s;
    if (!promql) {
        return NULL;
    }
    str_init(&within);
    str_init(&s);
    expr_add_within(&within, promql, namespaces_of);
    if (fixed) {
        str_add(&s, within.text);
    } else {
        add_with_interval(&s, p, within.text);
    }
    str_finish(&within);
    return arena_take(a, &s);
}

const char *board_before(struct arena *a, const char *chart, const char *offset)
{
    struct str s;
    if (!chart) {
        return NULL;
    }
    str_init(&s);
    rule_add_before(&s, chart, offset);
    return arena_take(a, &s);
}

const char *board_latency(struct arena *a, const struct plan *p, int stage)
{
    struct str s;
    if (!rule_has_latency(p, stage)) {
        return NULL;
    }
    str_init(&s);
    rule_add_latency(&s, p, stage);
    return arena_take(a, &s);
}

static enum board_unit unit_of(enum signal_unit unit)
{
    switch (unit) {
    case SIGNAL_UNIT_SECONDS: return BOARD_SECONDS;
    case SIGNAL_UNIT_RATIO: return BOARD_SHARE;
    case SIGNAL_UNIT_PER_SECOND: return BOARD_PER_SECOND;
    case SIGNAL_UNIT_PER_HOUR:
    case SIGNAL_UNIT_COUNT:
    case SIGNAL_UNIT_MOMENT:
    case SIGNAL_UNITS: break;
    }
    return BOARD_COUNT;
}

const char *board_signal(struct arena *a, const struct plan *p, int signal, enum board_unit *unit)
{
    const struct signal *one = &p->signals[signal];
    const struct declared_config *d = one->declared;
    bool limited = one->limit.metric || one->limit.expr || one->limit.number > 0 || one->full > 0;
    if (!one->shown || plan_names_nothing(one)) {
        return NULL;
    }
    struct str s;
    str_init(&s);
    if (d) {
        *unit = unit_of(signal_types[one->kind].unit);
        bool other = signal_has_base(d->form) && d->factor < 1;
        str_addf(&s, other ? "(%s)" : "%s", one->shown);
        if (other) {
            str_addf(&s, " * %.15g", d->factor);
        }
    } else if (limited) {
        *unit = BOARD_SHARE;
        rule_add_fullness(&s, p, one);
    } else {
        *unit = BOARD_COUNT;
        str_add(&s, derived_used(a, p, signal));
    }
    return arena_take(a, &s);
}
