// What only the cluster around the stages knows, and who can reach what they export.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "base/origin.h"
#include "base/text.h"
#include "doctor/look.h"
#include "endpoint/endpoint.h"
#include "plan/promql.h"
#include "words/format.h"

static const char *no_cluster(void)
{
    return _("nothing here says that it runs on Kubernetes");
}

static const struct batch *answer_of(const struct doctor *d, enum audit a)
{
    return &d->in->answers[a].batch;
}

static bool has_state_metrics(const struct doctor *d)
{
    const struct batch *b = answer_of(d, AUDIT_STATE_METRICS);
    return b->count > 0 && look_value(&b->series[0]) > 0;
}

// ---- kube-state-metrics

static void check_state_metrics(struct doctor *d)
{
    const struct doctor_answer *answer = &d->in->answers[AUDIT_STATE_METRICS];
    if (answer->why) {
        look_unread(d, answer->why);
    } else if (has_state_metrics(d)) {
        return;
    } else if (!look_is_cluster(d)) {
        look_lacks(d, no_cluster());
    } else {
        look_found(d,
            (struct doctor_finding){.severity = DOCTOR_WARNING,
                .where = _("cluster"),
                .what = _("There are pods, and no metrics of kube-state-metrics."),
                .why = _(
                    "Restarts, rollouts, missing replicas, limits and pending pods cannot be seen: "
                    "that nothing changed is then not known, and not said."),
                .fix = _("Install kube-state-metrics, or have this server scrape it."),
                .code = CODE("helm upgrade --install kube-state-metrics "
                             "prometheus-community/kube-state-metrics \\\n  -n monitoring --set "
                             "prometheus.monitor.enabled=true\n"),
                .stage = -1});
    }
}

const struct doctor_check doctor_state_metrics = {.name = "kube-state-metrics",
    .title = N_("the cluster's own state is known"),
    .run = check_state_metrics};

// ---- quotas

/** How many pods of a workload lack a limit. */
struct lacking {
    size_t pods, memory, cpu;
    const char *first; /**< pod without a limit of its memory, or of its CPU */
};

static bool is_limited(const struct doctor *d, const struct batch_series *pod, const char *resource)
{
    const struct batch *limits = answer_of(d, AUDIT_LIMITS);
    for (size_t i = 0; i < limits->count; i++) {
        const struct batch_series *s = &limits->series[i];
        if (strcmp(look_label(s, "pod"), look_label(pod, "pod")) == 0 &&
            strcmp(look_label(s, "namespace"), look_label(pod, "namespace")) == 0 &&
            strcmp(look_label(s, "resource"), resource) == 0) {
            return true;
        }
    }
    return false;
}

/** The stage that the pod serves; -1: none, so that it is the server's own. */
static int stage_of_pod(const struct doctor *d, const char *pod)
{
    const struct batch *served = answer_of(d, AUDIT_SERVED);
    for (size_t i = 0; i < served->count; i++) {
        size_t stage = strtoul(look_label(&served->series[i], PROMQL_ARM), NULL, 10);
        if (strcmp(look_label(&served->series[i], "pod"), pod) == 0 &&
            stage < d->in->words.plan->stages_count) {
            return (int)stage;
        }
    }
    return -1;
}

static struct lacking lacking_of(const struct doctor *d, int stage)
{
    struct lacking l = {0};
    const struct batch *pods = answer_of(d, AUDIT_PODS);
    for (size_t i = 0; i < pods->count; i++) {
        const struct batch_series *pod = &pods->series[i];
        if (stage_of_pod(d, look_label(pod, "pod")) == stage) {
            bool memory = is_limited(d, pod, "memory"), cpu = is_limited(d, pod, "cpu");
            l.pods++;
            l.memory += !memory;
            l.cpu += !cpu;
            l.first = l.first || (memory && cpu) ? l.first : look_label(pod, "pod");
        }
    }
    return l;
}

static const char limits_code[] =
    CODE("# Deployment; of Prometheus: spec.resources of kind: Prometheus\n"
         "containers:\n- name: ...\n  resources:\n    requests: {cpu: 500m, "
         "memory: 1Gi}\n    limits: {cpu: \"2\", memory: 2Gi}\n");

static void judge_quota(struct doctor *d, int stage)
{
    struct lacking l = lacking_of(d, stage);
    if (l.memory + l.cpu == 0) {
        return;
    }
    size_t lacking = l.memory > 0 ? l.memory : l.cpu;
    const char *one =
        l.memory > 0 ? _("Its pod %s has no memory limit.") : _("Its pod %s has no CPU limit.");
    const char *some =
        l.memory > 0
            ? text_count("%zu of %zu pods has no memory limit, the first being %s.",
                  "%zu of %zu pods have no memory limit, the first being %s.", (double)lacking)
            : text_count("%zu of %zu pods has no CPU limit, the first being %s.",
                  "%zu of %zu pods have no CPU limit, the first being %s.", (double)lacking);
    const char *what = l.pods == 1 ? arena_printf(&d->arena, one, l.first)
                                   : arena_printf(&d->arena, some, lacking, l.pods, l.first);
    look_found(
        d, (struct doctor_finding){.severity = l.memory > 0 ? DOCTOR_WARNING : DOCTOR_ADVICE,
               .where = stage >= 0 ? look_at_stage(d, stage) : _("Prometheus"),
               .what = what,
               .why = l.memory > 0
                          ? _("One that leaks takes the memory of everything on its node, and how "
                              "near it is to its end cannot be told.")
                          : _("One that is busy takes the CPU of others on its node; some leave "
                              "this limit out on purpose, and set requests alone."),
               .fix = _("Set requests and limits, from what it used in the last days."),
               .code = limits_code,
               .stage = stage});
}

static void check_quotas(struct doctor *d)
{
    const struct batch *pods = look_answer(d, AUDIT_PODS, NULL);
    const struct doctor_answer *limits = &d->in->answers[AUDIT_LIMITS];
    if (limits->why) {
        look_unread(d, limits->why);
        return;
    }
    if (!pods) {
        look_lacks(d, !look_is_cluster(d)     ? no_cluster()
                      : !has_state_metrics(d) ? _("there is no kube-state-metrics, which knows the "
                                                  "limits")
                                              : _("kube-state-metrics knows none of the pods that "
                                                  "serve the stages"));
        return;
    }
    for (int i = -1; i < (int)d->in->words.plan->stages_count; i++) {
        judge_quota(d, i);
    }
    if (d->in->pods_left_out > 0) {
        look_lacks(d, arena_printf(&d->arena,
                          text_count("%zu more pod was not looked at",
                              "%zu more pods were not looked at", (double)d->in->pods_left_out),
                          d->in->pods_left_out));
    }
}

const struct doctor_check doctor_quotas = {.name = "quotas",
    .title = N_("pods of the stages and of Prometheus have limits"),
    .run = check_quotas};

// ---- exposure

enum reach { REACH_PRIVATE, REACH_NAMED, REACH_PUBLIC };

static bool ends_in(const char *host, const char *end)
{
    size_t len = strlen(host), n = strlen(end);
    return len > n && strcmp(host + len - n, end) == 0;
}

/** Who can reach HOST: whoever is on the Internet, those in its network, or it cannot be told. */
static enum reach reach_of(const char *host)
{
    static const char *const inner[] = {
        ".svc", ".local", ".localhost", ".internal", ".lan", ".home.arpa", NULL};
    unsigned a, b, c, e;
    char more;
    if (sscanf(host, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &e, &more) == 4) {
        bool is_private = a == 10 || a == 127 || a == 0 || (a == 172 && b >= 16 && b < 32) ||
                          (a == 192 && b == 168) || (a == 169 && b == 254) ||
                          (a == 100 && b >= 64 && b < 128); // RFC 1918, 3927, 6598
        return is_private ? REACH_PRIVATE : REACH_PUBLIC;
    }
    if (strchr(host, ':')) { // RFC 4193, 4291
        return host[0] == '2' || host[0] == '3' ? REACH_PUBLIC : REACH_PRIVATE;
    }
    for (size_t i = 0; inner[i]; i++) {
        if (ends_in(host, inner[i])) {
            return REACH_PRIVATE;
        }
    }
    return strchr(host, '.') ? REACH_NAMED : REACH_PRIVATE;
}

/** The same of URL, and whether it is encrypted; a URL that is none counts as private. */
static enum reach reach_of_url(struct doctor *d, const char *url, bool *https)
{
    struct origin o;
    *https = false;
    if (!url || !origin_parse(&o, url)) {
        return REACH_PRIVATE;
    }
    *https = o.https;
    return reach_of(arena_printf(&d->arena, "%.*s", (int)o.host_len, o.host));
}

static void judge_server_reach(struct doctor *d)
{
    const struct endpoint *e = &d->in->config->source;
    bool https, named = endpoint_has_auth(e) || e->headers_count > 0 || e->header_files_count > 0 ||
                        e->cert.file || e->cert.text;
    enum reach reach = reach_of_url(d, e->url, &https);
    if (named || reach == REACH_PRIVATE) {
        return;
    }
    look_found(d,
        (struct doctor_finding){.severity = reach == REACH_PUBLIC ? DOCTOR_CRITICAL : DOCTOR_ADVICE,
            .where = _("server"),
            .what = reach == REACH_PUBLIC
                        ? _("It answers without credentials at a public address.")
                        : _("It answers without credentials, to whoever can reach its name."),
            .why =
                _("Anyone there reads every metric, its labels and the configuration, and a heavy "
                  "query brings it down."),
            .fix = _("Put authentication and TLS in front of it, at the ingress or by "
                     "--web.config.file."),
            .code =
                CODE("# web.yml: promtool check web-config web.yml\nbasic_auth_users:\n  ragtop: "
                     "$2y$10$...   # htpasswd -nBC 10 ragtop\ntls_server_config:\n  cert_file: "
                     "tls.crt\n  key_file: tls.key\n"),
            .stage = -1});
}

static void judge_target_reach(struct doctor *d, const struct list *targets)
{
    for (size_t i = 0; i < targets->count; i++) {
        bool https;
        enum reach reach = reach_of_url(d, list_text(targets, i, "url"), &https);
        if (reach == REACH_PUBLIC && !https && strcmp(list_text(targets, i, "health"), "up") == 0) {
            const char *job = list_text(targets, i, "job");
            look_found(d,
                (struct doctor_finding){.severity = DOCTOR_WARNING,
                    .where = look_at_job(d, job),
                    .what = arena_printf(&d->arena,
                        _("%s is scraped at a public address, without encryption."),
                        list_text(targets, i, "instance")),
                    .why = _(
                        "Its metrics, and what their labels tell of users and models, can be read "
                        "on the way, and perhaps by anyone."),
                    .fix =
                        _("Scrape it within the cluster or over TLS with credentials, and keep its "
                          "port from the outside."),
                    .stage = look_stage_of_job(d, job)});
        }
    }
}

static const char *policy_code(struct doctor *d, const char *namespace)
{
    return arena_printf(&d->arena,
        CODE("apiVersion: networking.k8s.io/v1\n"
             "kind: NetworkPolicy\n"
             "metadata: {name: metrics-from-prometheus, namespace: %s}\n"
             "spec:\n"
             "  podSelector: {matchLabels: {app: kotaemon-agent}}   # the pods of the stages\n"
             "  ingress:\n"
             "  - from:\n"
             "    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}\n"
             "      podSelector: {matchLabels: {app.kubernetes.io/name: prometheus}}\n"
             "    ports: [{port: web}]   # and below, the ports that the service itself needs\n"),
        namespace);
}

static bool has_policy(const struct batch *policies, const char *namespace)
{
    for (size_t i = 0; i < policies->count; i++) {
        if (strcmp(look_label(&policies->series[i], "namespace"), namespace) == 0) {
            return true;
        }
    }
    return false;
}

static void judge_policies(struct doctor *d, const struct batch *policies)
{
    const struct batch *served = answer_of(d, AUDIT_SERVED);
    struct name_list seen = {0};
    for (size_t i = 0; i < served->count; i++) {
        const char *namespace = look_label(&served->series[i], "namespace");
        bool known = !*namespace;
        for (size_t k = 0; k < seen.count && !known; k++) {
            known = strcmp(seen.items[k], namespace) == 0;
        }
        if (!known) {
            names_push(&seen, namespace);
        }
        if (!known && !has_policy(policies, namespace)) {
            look_found(d,
                (struct doctor_finding){.severity = DOCTOR_ADVICE,
                    .where = arena_printf(&d->arena, _("namespace %s"), namespace),
                    .what = _("It has no NetworkPolicy."),
                    .why =
                        _("Every pod of the cluster can read /metrics there, and what its labels "
                          "tell."),
                    .fix = _("Let Prometheus alone reach the port of the metrics."),
                    .code = policy_code(d, namespace),
                    .stage = -1});
        }
    }
    names_finish(&seen);
}

static void check_exposure(struct doctor *d)
{
    const struct list *targets = look_list(d, FEED_TARGETS);
    const struct doctor_answer *policies = &d->in->answers[AUDIT_POLICIES];
    judge_server_reach(d);
    if (targets) {
        judge_target_reach(d, targets);
    }
    if (policies->why) {
        look_unread(d, policies->why);
    } else if (policies->batch.count > 0) {
        judge_policies(d, &policies->batch);
    } else {
        look_lacks(d, _("no metric tells of NetworkPolicies: whether others than Prometheus can "
                        "read /metrics is not known"));
    }
}

const struct doctor_check doctor_exposure = {
    .name = "exposure", .title = N_("metrics are not open to everyone"), .run = check_exposure};
