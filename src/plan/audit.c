#include "plan/audit.h"

#include <string.h>

#include "base/check.h"
#include "plan/promql.h"
#include "promql/regex.h"

enum { QUERY_BYTES = 12 * 1024 }; // some servers read no more than 16 KiB

const char *const audit_labels[] = {"user_id", "user", "user_email", "end_user", "session_id",
    "session", "conversation_id", "request_id", "trace_id", "query", "question", "prompt",
    "document_id", "doc_id", "email", "url", NULL};

/** What a query is written from. */
struct writing {
    struct str *s;
    const struct plan *plan;
    const struct audit_places *places;
};

static void add_regex(struct str *s, const char *label, const struct str *regex)
{
    str_addf(s, "%s=~", label);
    str_add_quoted(s, regex->text);
}

static void add_alternative(struct str *regex, const char *name)
{
    str_add(regex, regex->len > 0 ? "|" : "");
    regex_add_literal(regex, name);
}

static void add_list(struct str *s, const char *label, const struct name_list *names)
{
    struct str regex;
    str_init(&regex);
    for (size_t i = 0; i < names->count && regex.len < QUERY_BYTES; i++) {
        add_alternative(&regex, names->items[i]);
    }
    add_regex(s, label, &regex);
    str_finish(&regex);
}

static void add_served(struct writing *w)
{
    const struct plan *p = w->plan;
    bool any = false;
    for (size_t i = 0; i < p->stages_count && w->s->len < QUERY_BYTES; i++) {
        struct str selector;
        str_init(&selector);
        if (p->stages[i].latency) {
            promql_add_served(&selector, &p->stages[i], p->selector);
        }
        if (selector.len > 0) {
            str_addf(w->s,
                "%slabel_replace(group by (job, namespace, pod, instance) (%s), \"%s\", \"%zu\", "
                "\"\", \"\")",
                any ? " or " : "", selector.text, PROMQL_ARM, i);
            any = true;
        }
        str_finish(&selector);
    }
}

static void add_state_metrics(struct writing *w)
{
    str_add(w->s, "count(kube_pod_info)");
}

static void add_containers(struct writing *w)
{
    str_add(
        w->s, "count(group by (namespace, pod) (container_memory_working_set_bytes{pod!=\"\"}))");
}

static void add_policies(struct writing *w)
{
    str_add(w->s, "count by (namespace) (kube_networkpolicy_created)");
}

static void add_alertmanagers(struct writing *w)
{
    str_add(w->s, "max(prometheus_notifications_alertmanagers_discovered)");
}

static void add_refused_samples(struct writing *w)
{
    static const char *const reasons[][2] = {
        {"sample_limit", "prometheus_target_scrapes_exceeded_sample_limit_total"},
        {"body_size_limit", "prometheus_target_scrapes_exceeded_body_size_limit_total"},
        {"duplicate_timestamp", "prometheus_target_scrapes_sample_duplicate_timestamp_total"},
        {"out_of_order", "prometheus_target_scrapes_sample_out_of_order_total"},
        {"out_of_bounds", "prometheus_target_scrapes_sample_out_of_bounds_total"}};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        str_addf(w->s, "%slabel_replace(sum(increase(%s[1h])), \"reason\", \"%s\", \"\", \"\")",
            i > 0 ? " or " : "", reasons[i][1], reasons[i][0]);
    }
}

static void add_missed_groups(struct writing *w)
{
    str_add(w->s,
        "sum by (rule_group) (increase(prometheus_rule_group_iterations_missed_total[1h])) >= 1");
}

static void add_oldest(struct writing *w)
{
    str_add(w->s, "max(time() - prometheus_tsdb_lowest_timestamp_seconds)");
}

// Of the stages, and of the server itself.
static void add_limits(struct writing *w)
{
    static const char metric[] = "kube_pod_container_resource_limits";
    str_add(w->s, "count by (namespace, pod, resource) (");
    if (w->places->pods.count > 0) {
        str_addf(w->s, "%s{", metric);
        add_list(w->s, "pod", &w->places->pods);
        str_add(w->s, "} or ");
    }
    str_addf(w->s, "%s{container=\"prometheus\"})", metric);
}

static void add_pods(struct writing *w)
{
    str_add(w->s, "group by (namespace, pod) (");
    if (w->places->pods.count > 0) {
        str_add(w->s, "kube_pod_info{");
        add_list(w->s, "pod", &w->places->pods);
        str_add(w->s, "} or ");
    }
    str_add(w->s, "kube_pod_container_info{container=\"prometheus\"})");
}

/** Sets JOBS to the matchers of all series of the stages' jobs; false: none is known. */
static bool set_jobs(struct writing *w, struct str *jobs)
{
    if (w->places->jobs.count > 0) {
        add_list(jobs, "job", &w->places->jobs);
        str_addf(
            jobs, "%s%s", w->plan->selector ? "," : "", w->plan->selector ? w->plan->selector : "");
    }
    return jobs->len > 0;
}

static void add_labels(struct writing *w)
{
    struct str jobs;
    str_init(&jobs);
    bool any = set_jobs(w, &jobs);
    for (size_t i = 0; any && audit_labels[i]; i++) {
        str_addf(w->s,
            "%slabel_replace(count(group by (%s) ({%s,%s!=\"\"})), \"ragtop_label\", \"%s\", "
            "\"\", \"\")",
            i > 0 ? " or " : "", audit_labels[i], jobs.text, audit_labels[i], audit_labels[i]);
    }
    str_finish(&jobs);
}

static void add_series(struct writing *w)
{
    struct str jobs;
    str_init(&jobs);
    if (set_jobs(w, &jobs)) {
        str_addf(w->s, "topk(10, count by (__name__, job) ({%s}))", jobs.text);
    }
    str_finish(&jobs);
}

static void add_churn(struct writing *w)
{
    struct str jobs;
    str_init(&jobs);
    if (set_jobs(w, &jobs)) {
        str_addf(w->s,
            "sum by (job) (sum_over_time(scrape_series_added{%s}[1h])) / sum by (job) "
            "(avg_over_time(scrape_samples_post_metric_relabeling{%s}[1h]))",
            jobs.text, jobs.text);
    }
    str_finish(&jobs);
}

static void add_relabelled(struct writing *w)
{
    struct str jobs;
    str_init(&jobs);
    if (set_jobs(w, &jobs)) {
        str_addf(w->s,
            "sum by (job) (scrape_samples_scraped{%s} - scrape_samples_post_metric_relabeling{%s})",
            jobs.text, jobs.text);
    }
    str_finish(&jobs);
}

void audit_places_finish(struct audit_places *places)
{
    names_finish(&places->jobs);
    names_finish(&places->pods);
}

bool audit_needs_places(enum audit a)
{
    return a >= AUDIT_LIMITS;
}

void audit_add(
    struct str *s, enum audit a, const struct plan *plan, const struct audit_places *places)
{
    static void (*const writers[AUDITS])(struct writing * w) = {
#define AUDIT(NAME, function) [AUDIT_##NAME] = function,
#include "plan/audit.def"
#undef AUDIT
    };
    check(a < AUDITS);
    writers[a](&(struct writing){s, plan, places});
}

void audit_add_names(struct str *s, const char *const *names, size_t count)
{
    struct str regex;
    str_init(&regex);
    for (size_t i = 0; i < count; i++) {
        add_alternative(&regex, names[i]);
    }
    str_add(s, "count by (__name__) ({");
    add_regex(s, "__name__", &regex);
    str_add(s, "})");
    str_finish(&regex);
}

void audit_add_count(struct str *s, const char *selector)
{
    str_addf(s, "count(%s)", selector);
}

void audit_add_lately(struct str *s, const char *selector)
{
    str_addf(s, "count(last_over_time(%s[1d]))", selector);
}
