#include "plan/infra_query.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/places.h"
#include "series/infra.h"

enum { WORKLOADS_MOST = 40, REGEX_BYTES_MOST = 320 /* it is there ten times */ };

/** Names, each once. */
struct chosen {
    char *items[WORKLOADS_MOST]; // owned
    size_t count, more;
    size_t bytes;
};

// --- whose pods

// What has other characters is no name in Kubernetes, and might be no regular expression.
static bool is_name(const char *text, size_t len)
{
    bool is = len > 0;
    for (size_t i = 0; i < len && is; i++) {
        is = islower((unsigned char)text[i]) || isdigit((unsigned char)text[i]) || text[i] == '-' ||
             text[i] == '.';
    }
    return is;
}

static void add_name(struct chosen *n, const char *text, size_t len)
{
    for (size_t i = 0; i < n->count; i++) {
        if (strlen(n->items[i]) == len && strncmp(n->items[i], text, len) == 0) {
            return;
        }
    }
    if (n->count == WORKLOADS_MOST || n->bytes + len > REGEX_BYTES_MOST) {
        n->more++;
        return;
    }
    n->items[n->count++] = mem_strndup(text, len);
    n->bytes += len + 1;
}

static void chosen_finish(struct chosen *n)
{
    for (size_t i = 0; i < n->count; i++) {
        free(n->items[i]);
    }
}

static void add_regex(struct str *s, const struct chosen *n)
{
    for (size_t i = 0; i < n->count; i++) {
        str_add(s, i > 0 ? "|" : "");
        for (const char *at = n->items[i]; *at; at++) {
            str_addf(s, *at == '.' ? "[%c]" : "%c", *at);
        }
    }
}

size_t infra_add_matchers(struct str *s, const struct plan *p, const struct store *store,
    const bool *wanted, const char *prefix)
{
    struct chosen workloads = {.count = 0}, namespaces = {.count = 0};
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < places_count(p, store); i++) {
            struct place place;
            if (!places_read(&place, p, store, i) || wanted[place.stage] != (pass == 0) ||
                !is_name(place.pod, strlen(place.pod))) {
                continue;
            }
            add_name(&workloads, place.pod, infra_workload_length(place.pod));
            if (is_name(place.namespace, strlen(place.namespace))) {
                add_name(&namespaces, place.namespace, strlen(place.namespace));
            }
        }
    }
    if (workloads.count > 0 && namespaces.count > 0) {
        str_addf(s, "%snamespace=~\"", prefix);
        add_regex(s, &namespaces);
        str_add(s, "\",");
    }
    if (workloads.count > 0) {
        str_addf(s, "%spod=~\"(", prefix);
        add_regex(s, &workloads);
        str_add(s, ")(-.+)?\"");
    }
    chosen_finish(&workloads);
    chosen_finish(&namespaces);
    return workloads.more;
}

void infra_add_namespaces(struct str *s, const struct plan *p, const struct store *store)
{
    struct chosen namespaces = {.count = 0};
    for (size_t i = 0; i < places_count(p, store); i++) {
        struct place place;
        if (places_read(&place, p, store, i) && is_name(place.namespace, strlen(place.namespace))) {
            add_name(&namespaces, place.namespace, strlen(place.namespace));
        }
    }
    if (namespaces.count > 0) {
        str_add(s, "namespace=~\"");
        add_regex(s, &namespaces);
        str_add(s, "\"");
    }
    chosen_finish(&namespaces);
}

// --- what is asked of them

/** In EXPR, $P stands for the matchers of pods, $E for the same where they are renamed. */
struct arm {
    const char *name; // NULL: the name of the metric
    const char *expr;
    const char *then; // behind it, once that name is a label: a function takes it away
};

// A gauge is read as it is; what is 0 of a state or a reason says that it is not so.
#define OF_POD                                                                                     \
    "kube_pod_(info|status_ready|container_(info|resource_(limits|requests)|status_(waiting_"      \
    "reason|last_terminated_(reason|timestamp))))|container_memory_working_set_bytes"
#define OF_GPU "DCGM_FI_DEV_(GPU_UTIL|FB_USED|FB_FREE|SM_CLOCK)"
#define BY_CONTAINER "sum by (namespace, pod, container) "
#define ON_NODES " and on (node) kube_pod_info{$P}"
// An exporter of nodes goes by an address or by the name of the node: uname knows that.
#define OF_NODE(expr)                                                                              \
    "label_replace((" expr ") * on (instance) group_left(nodename) max by (instance, nodename) "   \
    "(node_uname_info), \"node\", \"$1\", \"nodename\", \"(.+)\")" ON_NODES

static const struct arm arms[] = {
    {NULL, "{__name__=~\"" OF_POD "\",container!=\"POD\",$P}", " > 0"},
    {NULL, "{__name__=~\"" OF_POD "\",container!=\"POD\",$E}", " > 0"},
    // with the label `exported_pod`, `pod` is that of the exporter
    {NULL, "{__name__=~\"" OF_GPU "\",$E} or {__name__=~\"" OF_GPU "\",exported_pod=\"\",$P}", ""},
    {"gpu_clock_most",
        "max_over_time(DCGM_FI_DEV_SM_CLOCK{$E}[1d]) or "
        "max_over_time(DCGM_FI_DEV_SM_CLOCK{exported_pod=\"\",$P}[1d])",
        NULL},
    {"cpu",
        BY_CONTAINER "(rate(container_cpu_usage_seconds_total{container!=\"\",container!="
                     "\"POD\",$P}[5m]))",
        NULL},
    {"throttled",
        BY_CONTAINER
        "(increase(container_cpu_cfs_throttled_periods_total{container!=\"\",$P}[5m])) / "
        "(" BY_CONTAINER "(increase(container_cpu_cfs_periods_total{container!=\"\",$P}[5m])) > 0)",
        NULL},
    {"restarts",
        "max by (namespace, pod, container) "
        "(increase(kube_pod_container_status_restarts_total{$P}[30m]))",
        NULL},
    {"network",
        "sum by (namespace, pod) (rate(container_network_receive_errors_total{$P}[5m])) + "
        "sum by (namespace, pod) (rate(container_network_transmit_errors_total{$P}[5m]))",
        NULL},
    {"volume",
        "max by (namespace, pod, persistentvolumeclaim) "
        "(kube_pod_spec_volumes_persistentvolumeclaims_info{$P}) * on (namespace, "
        "persistentvolumeclaim) group_left() (1 - max by (namespace, "
        "persistentvolumeclaim) (kubelet_volume_stats_available_bytes / "
        "kubelet_volume_stats_capacity_bytes))",
        NULL},
    {NULL,
        "(kube_node_status_condition{condition=~\"(Memory|Disk|PID)Pressure\",status=\"true\"} "
        "== 1 or kube_node_status_condition{condition=\"Ready\",status!=\"true\"} == 1)" ON_NODES,
        ""},
    {"node_cpu", OF_NODE("1 - avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[5m]))"),
        NULL},
    {"node_memory",
        OF_NODE("1 - max by (instance) (node_memory_MemAvailable_bytes / "
                "node_memory_MemTotal_bytes)"),
        NULL},
    {"node_disk", OF_NODE("max by (instance) (rate(node_disk_io_time_seconds_total[5m]))"), NULL},
    {"node_network", OF_NODE("sum by (instance) (rate(node_network_receive_errs_total[5m]))"),
        NULL},
    // nobody knows whose these GPUs are, but on which node
    {NULL,
        "{__name__=~\"nvidia_smi_(utilization_gpu_ratio|memory_(used|total)_bytes|clocks_("
        "current|max)_sm_clock_hz)\"}",
        " * on (namespace, pod) group_left(node) max by (namespace, "
        "pod, node) (kube_pod_info)" ON_NODES},
};

static void add_filled(struct str *s, const char *expr, const char *own, const char *exported)
{
    for (const char *at = expr; *at; at++) {
        bool is_own = strncmp(at, "$P", 2) == 0, is_exported = strncmp(at, "$E", 2) == 0;
        if (is_own || is_exported) {
            str_add(s, is_own ? own : exported);
            at++;
        } else {
            str_addc(s, *at);
        }
    }
}

static void add_arm(struct str *s, const struct arm *arm, const char *own, const char *exported)
{
    str_add(s, "label_replace(");
    add_filled(s, arm->expr, own, exported);
    if (arm->name) {
        str_addf(s, ",\"" INFRA_LABEL "\",\"%s\",\"\",\"\")", arm->name);
    } else {
        str_add(s, ",\"" INFRA_LABEL "\",\"$1\",\"__name__\",\"(.+)\")");
        add_filled(s, arm->then, own, exported);
    }
}

static void add_arms(struct str *s, size_t from, size_t to, const char *own, const char *exported)
{
    if (to - from == 1) {
        add_arm(s, &arms[from], own, exported);
        return;
    }
    size_t middle = from + (to - from) / 2; // a balanced tree: a chain costs the server more
    str_addc(s, '(');
    add_arms(s, from, middle, own, exported);
    str_add(s, ") or (");
    add_arms(s, middle, to, own, exported);
    str_addc(s, ')');
}

void infra_add_query(struct str *s, const char *own, const char *exported)
{
    add_arms(s, 0, sizeof arms / sizeof *arms, own, exported);
}
