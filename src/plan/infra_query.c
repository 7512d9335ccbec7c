#include "plan/infra_query.h"

#include <string.h>

#include "plan/infra_choice.h"
#include "plan/promql.h"
#include "series/infra.h"

/** Of namespaces in a regular expression: each selector has them, most of all about changes. */
enum { SPACES_BYTES_MOST = 400, OF_CHANGES_BYTES_MOST = 250 };

// --- what is asked of them

/** By what a query is narrowed to the pods that it is about, and to their nodes. BY_EXPORTER: of
 * nodes, whose exporters may know them by another name. */
enum narrowed { BY_POD, BY_EXPORTED_POD, BY_NOTHING, BY_NODE, BY_EXPORTER };

/** In EXPR, $P stands for the matchers of pods, $E for the same where they are renamed, $C for that
 * of the cluster. */
struct arm {
    const char *name; // NULL: the name of the metric; and with NULL for THEN, EXPR says it
    const char *expr;
    const char *then; // behind it, once that name is a label: a function takes it away
    enum narrowed by;
};

// A gauge is read as it is; what is 0 of a state or a reason says that it is not so.
#define OF_POD                                                                                     \
    "kube_pod_(info|status_ready|container_(info|resource_(limits|requests)|status_(waiting_"      \
    "reason|last_terminated_(reason|timestamp))))|container_memory_working_set_bytes"
#define OF_GPU "DCGM_FI_DEV_(GPU_UTIL|FB_USED|FB_FREE|SM_CLOCK)"
// Two jobs that scrape one kubelet count the same: of these, and of two clusters, one is taken.
#define BY_CONTAINER "sum by (cluster, job, namespace, pod, container) "
#define BY_NETWORK "sum by (cluster, job, namespace, pod) "
#define BY_INSTANCE "sum by (cluster, job, instance) "
// Of GPUs that no pod is known to have: they are on the node of the exporter's own pod.
#define OF_NODE(gpus) "label_replace(" gpus ",\"of_node\",\"y\",\"\",\"\")"
#define ON_NODE(kind)                                                                              \
    " * on (cluster, namespace, pod) group_left(node) topk by (cluster, namespace, pod) (1, max "  \
    "by (cluster, namespace, pod, node) (kube_pod_info{" kind "$C}))"
#define UNLESS_MAPPED                                                                              \
    " unless on (cluster, namespace, pod) DCGM_FI_DEV_GPU_UTIL{exported_pod!=\"\",$C}"
#define DAEMON "created_by_kind=\"DaemonSet\","

static const struct arm arms[] = {
    {NULL, "{__name__=~\"" OF_POD "\",container!=\"POD\",$P}", " > 0", BY_POD},
    {"cpu",
        BY_CONTAINER "(rate(container_cpu_usage_seconds_total{container!=\"\",container!="
                     "\"POD\",$P}[5m]))",
        NULL, BY_POD},
    {"throttled",
        BY_CONTAINER
        "(increase(container_cpu_cfs_throttled_periods_total{container!=\"\",$P}[5m])) / "
        "(" BY_CONTAINER "(increase(container_cpu_cfs_periods_total{container!=\"\",$P}[5m])) > 0)",
        NULL, BY_POD},
    {"restarts",
        "max by (namespace, pod, container) "
        "(increase(kube_pod_container_status_restarts_total{$P}[30m]))",
        NULL, BY_POD},
    {"killed", BY_CONTAINER "(increase(container_oom_events_total{container!=\"\",$P}[30m]))", NULL,
        BY_POD},
    {"network",
        BY_NETWORK "(rate(container_network_receive_errors_total{$P}[5m])) + " BY_NETWORK
                   "(rate(container_network_transmit_errors_total{$P}[5m]))",
        NULL, BY_POD},
    {"volume",
        "max by (cluster, namespace, pod, persistentvolumeclaim) "
        "(kube_pod_spec_volumes_persistentvolumeclaims_info{$P}) * on (cluster, namespace, "
        "persistentvolumeclaim) group_left() (1 - max by (cluster, namespace, "
        "persistentvolumeclaim) (kubelet_volume_stats_available_bytes{$C} / "
        "kubelet_volume_stats_capacity_bytes{$C}))",
        NULL, BY_POD},
    {NULL, "{__name__=~\"" OF_POD "\",container!=\"POD\",$E}", " > 0", BY_EXPORTED_POD},
    // with the label `exported_pod`, `pod` is that of the exporter
    {NULL, "{__name__=~\"" OF_GPU "\",$E} or {__name__=~\"" OF_GPU "\",exported_pod=\"\",$P}", "",
        BY_NOTHING},
    {"gpu_clock_most",
        "max_over_time(DCGM_FI_DEV_SM_CLOCK{$E}[1d]) or "
        "max_over_time(DCGM_FI_DEV_SM_CLOCK{exported_pod=\"\",$P}[1d])",
        NULL, BY_NOTHING},
    {"kube_node_status_condition",
        "kube_node_status_condition{condition=~\"(Memory|Disk|PID)Pressure\",status=\"true\"} == 1 "
        "or kube_node_status_condition{condition=\"Ready\",status!=\"true\"} == 1",
        NULL, BY_NODE},
    {NULL,
        OF_NODE("{__name__=~\"nvidia_smi_(utilization_gpu_ratio|memory_(used|total)_bytes|clocks_("
                "current|max)_sm_clock_hz)\",$C}"),
        ON_NODE(""), BY_NODE},
    // whose own name may be what a pod label that is honoured takes the place of
    {NULL, OF_NODE("({__name__=~\"" OF_GPU "\",exported_pod=\"\",$C}" UNLESS_MAPPED ")"),
        ON_NODE(DAEMON), BY_NODE},
    {"gpu_clock_most",
        OF_NODE("(max_over_time(DCGM_FI_DEV_SM_CLOCK{exported_pod=\"\",$C}[1d])" UNLESS_MAPPED ")")
            ON_NODE(DAEMON),
        NULL, BY_NODE},
    {"node_cpu",
        "1 - avg by (cluster, instance) (rate(node_cpu_seconds_total{mode=\"idle\",$C}[5m]))", NULL,
        BY_EXPORTER},
    {"node_memory",
        "1 - max by (cluster, instance) "
        "(node_memory_MemAvailable_bytes{$C} / node_memory_MemTotal_bytes{$C})",
        NULL, BY_EXPORTER},
    {"node_disk", "max by (cluster, instance) (rate(node_disk_io_time_seconds_total{$C}[5m]))",
        NULL, BY_EXPORTER},
    {"node_network",
        BY_INSTANCE "(rate(node_network_receive_errs_total{$C}[5m])) + " BY_INSTANCE
                    "(rate(node_network_transmit_errs_total{$C}[5m]))",
        NULL, BY_EXPORTER},
};

/** What stands in the arms. */
struct matchers {
    struct str own, exported, cluster;
};

static void add_filled(struct str *s, const char *expr, const struct matchers *m)
{
    static const char letters[] = "PEC";
    const char *const texts[] = {m->own.text, m->exported.text, m->cluster.text};
    for (const char *at = expr; *at; at++) {
        size_t comma = *at == ',' && at[1] == '$';
        const char *letter = at[comma] == '$' ? strchr(letters, at[comma + 1]) : NULL;
        const char *text = letter && *letter ? texts[letter - letters] : NULL;
        if (text) {
            str_addf(s, "%s%s", comma && *text ? "," : "", text);
            at += comma + 1;
        } else {
            str_addc(s, *at);
        }
    }
}

static void add_arm(struct str *s, const struct arm *arm, const struct matchers *m)
{
    str_add(s, "label_replace(");
    add_filled(s, arm->expr, m);
    if (arm->name) {
        str_addf(s, ",\"" INFRA_LABEL "\",\"%s\",\"\",\"\")", arm->name);
    } else {
        str_add(s, ",\"" INFRA_LABEL "\",\"$1\",\"__name__\",\"(.+)\")");
        add_filled(s, arm->then, m);
    }
}

static void add_arms(struct str *s, size_t from, size_t to, const struct matchers *m)
{
    if (to - from == 1) {
        add_arm(s, &arms[from], m);
        return;
    }
    size_t middle = from + (to - from) / 2; // a balanced tree: a chain costs the server more
    str_addc(s, '(');
    add_arms(s, from, middle, m);
    str_add(s, ") or (");
    add_arms(s, middle, to, m);
    str_addc(s, ')');
}

// --- of whom

/** Where the names of the workloads stand. */
enum form {
    IN_EACH, // in each selector: the server reads nothing else
    BEHIND,  // once, behind all that is known of their namespaces, so that many have room
};

static void add_matchers(struct str *s, const struct matchers *m, const char *prefix,
    const struct chosen *spaces, const struct chosen *workloads)
{
    str_add(s, m->cluster.text);
    if (spaces) {
        str_addf(s, "%s%snamespace=~\"", s->len > 0 ? "," : "", prefix);
        chosen_add_regex(s, spaces);
        str_addc(s, '"');
    }
    if (workloads) {
        str_addf(s, "%s%spod=~\"(", s->len > 0 ? "," : "", prefix);
        chosen_add_regex(s, workloads);
        str_add(s, ")(-.+)?\"");
    }
}

// An exporter of nodes goes by the name of its node or by an address, with a port or none, and
// tells what uname calls it, which may lack the domain. Any of these may be what Kubernetes calls
// the node or has as its address; of several, one is taken, as with two the join fails, and with it
// the query.
static const char on_exporter[] =
    " * on (cluster, instance) group_left(node) topk by (cluster, instance) (1, max by (cluster, "
    "instance, node) ((label_replace(node_uname_info{$C},\"node\",\"$1\",\"nodename\",\"(.+)\") or "
    "label_replace(node_uname_info{$C},\"node\",\"$1\",\"instance\",\"([^:]*[a-z][^:]*)(:[0-9]+)?"
    "\")) "
    "and on (cluster, node) kube_pod_info{node!=\"\",$P} or "
    "label_replace(node_uname_info{$C},\"host_ip\",\"$1\",\"instance\",\"[[]?(.+?)[]]?(:[0-9]+)?\")"
    " "
    "* on (cluster, host_ip) group_left(node) topk by (cluster, host_ip) (1, max by (cluster, "
    "host_ip, node) (kube_pod_info{node!=\"\",$P}))))";

static void add_narrowing(
    struct str *s, enum narrowed by, const struct matchers *m, const struct matchers *narrow)
{
    const char *prefix = by == BY_EXPORTED_POD ? "exported_" : "";
    if (by == BY_NODE) {
        str_addf(s, " and on (cluster, node) kube_pod_info{%s}", m->own.text);
    } else if (by == BY_EXPORTER) {
        add_filled(s, on_exporter, m);
    } else if (narrow && by != BY_NOTHING) {
        str_addf(s,
            " and on (%snamespace, %spod) count by (%snamespace, %spod) "
            "({__name__=~\"kube_pod_info|container_memory_working_set_bytes\",%s})",
            prefix, prefix, prefix, prefix,
            by == BY_POD ? narrow->own.text : narrow->exported.text);
    }
}

// All that are narrowed alike stand together in the table.
static void add_narrowed(struct str *s, const struct matchers *m, const struct matchers *narrow)
{
    size_t count = sizeof arms / sizeof *arms;
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && arms[to].by == arms[from].by;) {
            to++;
        }
        str_add(s, from > 0 ? " or (" : "(");
        add_arms(s, from, to, m);
        str_addc(s, ')');
        add_narrowing(s, arms[from].by, m, narrow);
    }
}

static void matchers_finish(struct matchers *m)
{
    str_finish(&m->own);
    str_finish(&m->exported);
    str_finish(&m->cluster);
}

static void matchers_init(struct matchers *m, const struct plan *p, const struct chosen *spaces,
    const struct chosen *workloads)
{
    str_init(&m->own);
    str_init(&m->exported);
    str_init(&m->cluster);
    chosen_add_cluster(&m->cluster, p);
    add_matchers(&m->own, m, "", spaces, workloads);
    add_matchers(&m->exported, m, "exported_", spaces, workloads);
}

// Of namespaces NULL: of all.
static void add_form(struct str *s, const struct plan *p, enum form form,
    const struct chosen *spaces, const struct chosen *workloads)
{
    struct matchers named, broad;
    matchers_init(&named, p, spaces, workloads);
    matchers_init(&broad, p, spaces, NULL);
    add_narrowed(s, form == IN_EACH ? &named : &broad, form == IN_EACH ? NULL : &named);
    matchers_finish(&broad);
    matchers_finish(&named);
}

// How long the names of workloads may be together.
static size_t room_of(const struct plan *p, enum form form, const struct chosen *spaces)
{
    const struct chosen none = {.count = 0};
    struct str s;
    str_init(&s);
    add_form(&s, p, form, spaces, &none);
    size_t times = 0, len = s.len;
    for (const char *at = s.text; (at = strstr(at, "pod=~\"(")); at++) {
        times++;
    }
    str_finish(&s);
    return len < PROMQL_BYTES_MOST && times > 0 ? (PROMQL_BYTES_MOST - len) / times : 0;
}

size_t infra_add_query(
    struct str *s, const struct plan *p, const struct store *store, const bool *wanted)
{
    struct chosen spaces, workloads;
    bool unnamed, all = chosen_namespaces(&spaces, p, store, SPACES_BYTES_MOST, &unnamed);
    const struct chosen *of = all && !unnamed ? &spaces : NULL;
    size_t left_out = chosen_workloads(&workloads, p, store, wanted, room_of(p, IN_EACH, of));
    enum form form = left_out > 0 && of ? BEHIND : IN_EACH;
    if (form == BEHIND) {
        chosen_finish(&workloads);
        left_out = chosen_workloads(&workloads, p, store, wanted, room_of(p, form, of));
    }
    if (workloads.count > 0) {
        add_form(s, p, form, of, &workloads);
    }
    chosen_finish(&workloads);
    chosen_finish(&spaces);
    return left_out;
}

bool infra_is_known(const struct plan *p, const struct store *store)
{
    return chosen_any(p, store);
}

size_t infra_left_out(const struct plan *p, const struct store *store)
{
    const bool none[PLAN_STAGES_MAX] = {false};
    struct str s;
    str_init(&s);
    size_t left_out = infra_add_query(&s, p, store, none);
    str_finish(&s);
    return left_out;
}

void infra_add_namespaces(struct str *s, const struct plan *p, const struct store *store)
{
    struct chosen spaces;
    struct matchers m;
    bool unnamed, all = chosen_namespaces(&spaces, p, store, OF_CHANGES_BYTES_MOST, &unnamed);
    matchers_init(&m, p, all ? &spaces : NULL, NULL);
    if (spaces.count > 0) {
        str_add(s, m.own.text);
    }
    if (!all) {
        str_addf(s, "%snamespace!=\"\"", m.own.len > 0 ? "," : "");
    }
    matchers_finish(&m);
    chosen_finish(&spaces);
}
