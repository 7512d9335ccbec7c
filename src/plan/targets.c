#include "plan/targets.h"

#include "base/clock.h"
#include "plan/parts.h"
#include "plan/promql.h"
#include "plan/served.h"

// A Deployment adds two parts to the names of its pods, a StatefulSet a number.
static const char WORKLOAD_OF_POD[] = "(.+?)(?:-[a-z0-9]{5,10}-[a-z0-9]{5}|-[0-9]+)";

static void add_lasting(struct str *s, const char *function, const char *series, int64_t ms)
{
    str_addf(s, "%s(%s[", function, series);
    clock_add_duration(s, ms);
    str_add(s, "])");
}

// --- targets

static void add_up(struct str *s, const struct plan *p)
{
    promql_add_selector(s, "up", "", p->selector);
}

// The first failed scrape is no reason for alarm, and neither is a target that is still starting.
static void add_down(struct str *s, const struct plan *p)
{
    struct str up;
    str_init(&up);
    add_up(&up, p);
    str_addf(s, "%s == 0 and ", up.text);
    add_lasting(s, "max_over_time", up.text, PLAN_DOWN_MS);
    str_addf(s, " == 0 and %s offset ", up.text);
    clock_add_duration(s, PLAN_DOWN_MS);
    str_addf(s, " unless %s offset 1d == 0", up.text);
    str_finish(&up);
}

static const char of_jobs[] = "count by (cluster, namespace, job) (";

// Jobs that had more targets, AGO, for a quarter of an hour: a rollout has more for a moment.
static void add_more(struct str *s, const struct plan *p, const char *ago)
{
    str_addf(s, "min_over_time(%s", of_jobs);
    add_up(s, p);
    str_addf(s, ")[15m:5m] offset %s) > %s", ago, of_jobs);
    add_up(s, p);
    str_addc(s, ')');
}

// A job that was scaled down misses nobody, and each that is left has more to do. Matchers of
// thousands of bytes leave no room to ask that.
static void add_before(struct str *s, const struct plan *p)
{
    struct str arm;
    str_init(&arm);
    str_add(&arm, "label_replace(");
    add_more(&arm, p, "1h");
    str_add(&arm, " or ");
    add_more(&arm, p, "1d");
    str_add(&arm, ",\"part\",\"before\",\"\",\"\")");
    promql_add_arm(s, &arm, 0);
    str_finish(&arm);
}

static void add_targets(struct str *s, const struct plan *p)
{
    str_addf(s, "label_replace(%s", of_jobs);
    add_up(s, p);
    str_addf(s, "),\"part\",\"listed\",\"\",\"\") or label_replace(%s", of_jobs);
    add_down(s, p);
    str_add(s, "),\"part\",\"down\",\"\",\"\")");
}

// --- replicas

/** What kube-state-metrics tells of one kind of workload. */
struct workload {
    const char *kind, *desired, *available, *generation;
};

// Two kube-state-metrics tell the same.
static void add_of_workload(
    struct str *s, const struct workload *w, const char *function, const char *metric, int64_t ms)
{
    str_addf(s, "max by (cluster, namespace, %s) (", w->kind);
    add_lasting(s, function, metric, ms);
    str_addc(s, ')');
}

// While pods are replaced some may be missing, and more were not wanted until just now.
static void add_replicas(struct str *s, const struct workload *w)
{
    struct str desired, available;
    str_init(&desired);
    str_init(&available);
    add_of_workload(&desired, w, "min_over_time", w->desired, PLAN_DOWN_MS);
    add_of_workload(&available, w, "max_over_time", w->available, PLAN_DOWN_MS);
    str_addf(s, " or label_replace(label_replace(%s > %s unless ", desired.text, available.text);
    add_of_workload(s, w, "changes", w->generation, PLAN_ROLLOUT_MS);
    str_addf(s,
        " > 0 unless max by (cluster, namespace, %s) (%s offset 1d) > max by (cluster, "
        "namespace, %s) (%s offset 1d)",
        w->kind, w->desired, w->kind, w->available);
    str_addf(s, ",\"part\",\"desired\",\"\",\"\"),\"workload\",\"$1\",\"%s\",\"(.+)\")", w->kind);
    str_addf(s,
        " or label_replace(label_replace(%s < %s,\"part\",\"available\",\"\",\"\"),\"workload\","
        "\"$1\",\"%s\",\"(.+)\")",
        available.text, desired.text, w->kind);
    str_finish(&desired);
    str_finish(&available);
}

// --- whose they are

static void add_serving(struct str *s, const struct plan *p, int stage)
{
    const char *own = p->stages[stage].pod_label;
    const char *pod = own ? own : p->pod_label ? p->pod_label : "pod";
    struct str served, label;
    str_init(&served);
    str_init(&label);
    str_add_quoted(&label, pod);
    served_add_series(&served, p, stage, p->selector);
    str_addf(s,
        "label_replace(count by (cluster, namespace, job, workload) (label_replace(%s or %s "
        "offset 1h or %s offset 1d,\"workload\",\"$1\",%s,\"%s\")),\"stage\",\"%d\",\"\",\"\")",
        served.text, served.text, served.text, label.text, WORKLOAD_OF_POD, stage);
    str_finish(&served);
    str_finish(&label);
}

// What there is and what is missing, whichever stages it serves.
static void add_missing(struct str *s, const struct plan *p)
{
    static const struct workload kinds[] = {
        {"deployment", "kube_deployment_spec_replicas", "kube_deployment_status_replicas_available",
            "kube_deployment_status_observed_generation"},
        {"statefulset", "kube_statefulset_replicas", "kube_statefulset_status_replicas_ready",
            "kube_statefulset_status_observed_generation"},
    };
    add_targets(s, p);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        add_replicas(s, &kinds[i]);
    }
    add_before(s, p);
}

char *targets_expression(struct plan *p, int query)
{
    struct part_writer w;
    bool any = false;
    for (int i = 0; i < (int)p->stages_count && !any; i++) {
        any = served_is(p, i);
    }
    part_begin(&w, p, query, p->stages_count);
    if (any && query == p->targets) {
        add_missing(&w.query, p);
    }
    while (part_next(&w)) {
        if (served_is(p, (int)w.item)) {
            add_serving(&w.arm, p, (int)w.item);
            part_add(&w);
        }
    }
    return part_end(&w);
}

char *targets_shown(const struct plan *p)
{
    struct str s;
    str_init(&s);
    add_up(&s, p);
    str_add(&s, " == 0");
    return str_take(&s);
}
