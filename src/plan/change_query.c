#include "plan/change_query.h"

#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "series/change.h"

/** What arm NAME is asked of: EXPR is a selector, in which $M stands for the matchers. */
struct arm {
    const char *name, *expr, *by;
    enum { CHANGED, CAME_OR_WENT, WHOLE } kept; // which of its series are wanted
    bool spaces;                                // $M is about namespaces, else the selector
    bool jobs;                                  // those of jobs come and go, and are left out
};

// Two kube-state-metrics tell the same; BY are the labels that are read.
static const struct arm arms[] = {
    // when anything was seen at all, and when kube-state-metrics was: a gap is no change
    {"seen", "up{$M}", NULL, WHOLE, false, false},
    {"state", "kube_pod_info{$M}", NULL, WHOLE, true, false},
    {"scaled", "kube_deployment_spec_replicas{$M}", "namespace, deployment", CHANGED, true, false},
    {"scaled", "kube_statefulset_replicas{$M}", "namespace, statefulset", CHANGED, true, false},
    {"rolled", "kube_deployment_status_observed_generation{$M}", "namespace, deployment", CHANGED,
        true, false},
    {"rolled", "kube_statefulset_status_observed_generation{$M}", "namespace, statefulset", CHANGED,
        true, false},
    {"rolled", "kube_daemonset_status_observed_generation{$M}", "namespace, daemonset", CHANGED,
        true, false},
    {"restarted", "kube_pod_container_status_restarts_total{$M}", "namespace, pod, container",
        CHANGED, true, false},
    {"ended", "kube_pod_container_status_last_terminated_reason{$M} > 0",
        "namespace, pod, container, reason", WHOLE, true, false},
    {"image", "kube_pod_container_info{$M}", "namespace, pod, container, image", CAME_OR_WENT, true,
        true},
    {"pending", "kube_pod_status_phase{phase=\"Pending\",$M} > 0", "namespace, pod", CAME_OR_WENT,
        true, true},
    {"evicted", "kube_pod_status_reason{reason=\"Evicted\",$M} > 0", "namespace, pod", CAME_OR_WENT,
        true, false},
    {"node", "kube_node_info", "node", CAME_OR_WENT, true, false},
    {"pressure",
        "kube_node_status_condition{condition=~\"(Memory|Disk|PID)Pressure\",status=\"true\"} > 0",
        "node, condition", CAME_OR_WENT, true, false},
    {"alert", "ALERTS{alertstate=\"firing\"}", "alertname, severity", CAME_OR_WENT, false, false},
    // what a server exports of each model that it has loaded, from the moment on that it has
    {"model",
        "{__name__=~\"vllm:num_requests_running|ray_vllm_num_requests_running|sglang:num_running_"
        "reqs|trtllm_num_requests_running|trtllm_num_active_requests\",model_name!=\"\",$M}",
        "job, model_name", CAME_OR_WENT, false, false},
    {"loaded", "nv_inference_request_success{$M}", "job, model", CAME_OR_WENT, false, false},
    {"started", "process_start_time_seconds{$M}", "namespace, job, instance, pod", CHANGED, false,
        false},
    {"reloaded", "prometheus_config_last_reload_success_timestamp_seconds", "job, instance",
        CHANGED, false, false},
};

static void add_filled(struct str *s, const char *expr, const char *matchers)
{
    const char *at = strstr(expr, "$M");
    if (!at) {
        str_add(s, expr);
        return;
    }
    size_t before = (size_t)(at - expr);
    bool comma = !*matchers && before > 0 && expr[before - 1] == ',';
    str_append(s, expr, comma ? before - 1 : before);
    str_addf(s, "%s%s", matchers, at + 2);
}

static void add_by(struct str *s, const struct arm *arm, const char *matchers)
{
    if (arm->by) {
        str_addf(s, "max by (%s) (", arm->by);
    } else {
        str_add(s, "count(");
    }
    add_filled(s, arm->expr, matchers);
    str_addc(s, ')');
}

// What is the same at both ends came and went between them at most.
static void add_arm(struct str *s, const struct arm *arm, const char *matchers, const char *range)
{
    struct str expr;
    str_init(&expr);
    add_by(&expr, arm, matchers);
    str_add(s, "label_replace(");
    str_add(s, expr.text);
    if (arm->jobs) {
        str_addf(
            s, " unless on (namespace, pod) kube_pod_info{created_by_kind=\"Job\",%s}", matchers);
    }
    if (arm->kept == CHANGED) {
        struct str changes;
        str_init(&changes);
        add_filled(&changes, arm->expr, matchers);
        str_addf(s, " and on (%s) changes(%s[%s] @ end()) > 0", arm->by, changes.text, range);
        str_finish(&changes);
    } else if (arm->kept == CAME_OR_WENT) {
        // a selector alone can be looked at elsewhere
        const char *filter = strstr(arm->expr, " > 0");
        struct str selector;
        str_init(&selector);
        add_filled(&selector, arm->expr, matchers);
        if (filter) {
            selector.text[selector.len - strlen(filter)] = '\0';
        }
        str_addf(s, " unless on (%s) (%s @ start()%s and on (%s) %s @ end()%s)", arm->by,
            selector.text, filter ? filter : "", arm->by, selector.text, filter ? filter : "");
        str_finish(&selector);
    }
    str_addf(s, ",\"" CHANGE_LABEL "\",\"%s\",\"\",\"\")", arm->name);
    str_finish(&expr);
}

static void add_arms(struct str *s, const struct arm *const *some, size_t count, const char *spaces,
    const char *extra, const char *range)
{
    if (count == 1) {
        add_arm(s, some[0], some[0]->spaces ? spaces : extra, range);
        return;
    }
    str_addc(s, '('); // a balanced tree: a chain costs the server more
    add_arms(s, some, count / 2, spaces, extra, range);
    str_add(s, ") or (");
    add_arms(s, some + count / 2, count - count / 2, spaces, extra, range);
    str_addc(s, ')');
}

void change_add_query(struct str *s, const char *spaces, const char *extra, int64_t range_ms)
{
    const struct arm *some[sizeof arms / sizeof *arms];
    size_t count = 0;
    struct str range;
    str_init(&range);
    clock_add_duration(&range, range_ms);
    for (size_t i = 0; i < sizeof arms / sizeof *arms; i++) {
        if (*spaces || !arms[i].spaces) {
            some[count++] = &arms[i];
        }
    }
    add_arms(s, some, count, spaces, extra ? extra : "", range.text);
    str_finish(&range);
}
