/*
 * What the doctor says of the server, its targets and the cluster: each check in a world where it
 * finds something, in one where it does not, and where it cannot know.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "endpoint/endpoint.h"
#include "unit/doctor/consult.h"

// The first pod of the article's agent serves retrieval.
static void serve(struct consult *c)
{
    char stage[16];
    snprintf(stage, sizeof stage, "%d", world_stage(&c->w, "retrieval"));
    consult_answer(c, AUDIT_SERVED, 1, "ragtop_arm", stage, "job", "agent", "namespace", "rag",
        "pod", "agent-1", "instance", "10.0.0.1:8000", NULL);
}

static void begin(struct consult *c)
{
    consult_init(c, world_article);
    serve(c);
}

/** A target of JOB as the server lists it. */
static const char *target(struct str *s, const char *job, const char *health, const char *error,
    const char *took, const char *interval)
{
    str_setf(s,
        "{\"activeTargets\":[{\"labels\":{\"job\":\"%s\",\"instance\":\"10.0.0.1:8000\"},"
        "\"scrapePool\":\"%s\",\"scrapeUrl\":\"http://10.0.0.1:8000/metrics\",\"health\":\"%s\","
        "\"lastError\":\"%s\",\"lastScrape\":\"2026-02-04T08:59:55Z\",\"lastScrapeDuration\":%s,"
        "\"scrapeInterval\":\"%s\",\"scrapeTimeout\":\"10s\"}]}",
        job, job, health, error, took, interval);
    return s->text;
}

// ---- the server

static void a_failed_reload_is_found(void **state)
{
    (void)state;
    struct consult c;
    begin(&c);
    consult_run(&c);
    consult_sound(&c, "reload");
    consult_list(&c, FEED_RUNTIME,
        "{\"reloadConfigSuccess\":false,\"lastConfigTime\":\"2026-02-03T10:00:00Z\"}");
    consult_run(&c);
    const struct doctor_finding *f =
        consult_found(&c, "reload", "what was read at 2026-02-03 10:00:00 is still in force");
    assert_int_equal(f->severity, DOCTOR_CRITICAL);
    consult_list(&c, FEED_RUNTIME, "{}");
    consult_run(&c);
    consult_open(&c, "reload", DOCTOR_LACKING, "does not say");
    consult_no_list(&c, FEED_RUNTIME, "404 Not Found");
    consult_run(&c);
    consult_open(&c, "reload", DOCTOR_UNREAD, "404 Not Found");
    consult_finish(&c);
}

static void a_wrong_clock_is_found(void **state)
{
    (void)state;
    static const struct {
        int64_t skew_ms;
        const char *found;
    } cases[] = {{0, NULL}, {29000, NULL}, {-29000, NULL},
        {180000, "The server's clock is 3 min ahead of this machine's."},
        {-180000, "The server's clock is 3 min behind this machine's."}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct consult c;
        begin(&c);
        c.w.store.source.skew_ms = cases[i].skew_ms;
        consult_run(&c);
        if (cases[i].found) {
            consult_found(&c, "clock", cases[i].found);
        } else {
            consult_sound(&c, "clock");
        }
        consult_finish(&c);
    }
}

static void short_retention_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *retention; /**< NULL: the server does not tell */
        double oldest_s;       /**< NaN: neither does it that */
        enum doctor_severity severity;
        const char *found;
    } cases[] = {
        {"15d", NAN, 0, NULL},
        {"7d", NAN, 0, NULL},
        {"100GiB or 15d", 30 * 86400, 0, NULL},
        {"100GiB", 30 * 86400, 0, NULL},
        {"2d or 50GiB", NAN, DOCTOR_ADVICE, "Samples are kept for 2 d"},
        {"6h", NAN, DOCTOR_WARNING, "Samples are kept for 6 h"},
        {"15d", 2 * 86400, DOCTOR_ADVICE, "The oldest sample is 2 d old"},
        {NULL, 2 * 86400, DOCTOR_ADVICE, "The oldest sample is 2 d old"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct consult c;
        struct str s;
        str_init(&s);
        begin(&c);
        str_addf(&s, "{\"storageRetention\":\"%s\"}", cases[i].retention ? cases[i].retention : "");
        consult_list(&c, FEED_RUNTIME, s.text);
        if (!isnan(cases[i].oldest_s)) {
            consult_answer(&c, AUDIT_OLDEST, cases[i].oldest_s, NULL);
        }
        consult_run(&c);
        if (cases[i].found) {
            assert_int_equal(
                consult_found(&c, "retention", cases[i].found)->severity, cases[i].severity);
        } else {
            consult_sound(&c, "retention");
        }
        consult_finish(&c);
        str_finish(&s);
    }
}

// Of how far back it goes nothing is known: that is no good news.
static void unknown_retention_is_said(void **state)
{
    (void)state;
    struct consult c;
    begin(&c);
    consult_list(&c, FEED_RUNTIME, "{}");
    consult_run(&c);
    consult_open(&c, "retention", DOCTOR_LACKING, "nothing says how far back");
    consult_finish(&c);
}

static void alerts_to_nobody_are_found(void **state)
{
    (void)state;
    struct consult c;
    begin(&c);
    consult_no_list(&c, FEED_ALERTMANAGERS, NULL);
    consult_run(&c);
    consult_open(&c, "alertmanagers", DOCTOR_LACKING, "own metrics are not scraped");
    consult_answer(&c, AUDIT_ALERTMANAGERS, 0, NULL);
    consult_run(&c);
    const struct doctor_finding *f =
        consult_found(&c, "alertmanagers", "The server sends its alerts to no Alertmanager.");
    assert_int_equal(f->severity, DOCTOR_ADVICE); // there are none to be sent
    consult_list(&c, FEED_RULES,
        "{\"groups\":[{\"name\":\"a\",\"rules\":[{\"type\":\"alerting\",\"name\":\"A\",\"query\":"
        "\"up\"}]}]}");
    consult_run(&c);
    f = consult_found(&c, "alertmanagers", "The server sends its alerts to no Alertmanager.");
    assert_int_equal(f->severity, DOCTOR_CRITICAL);
    batch_finish(&c.in.answers[AUDIT_ALERTMANAGERS].batch);
    consult_answer(&c, AUDIT_ALERTMANAGERS, 2, NULL);
    consult_run(&c);
    consult_sound(&c, "alertmanagers");
    consult_finish(&c);
}

// The server is asked first: its metrics may not be scraped, and are as old as the last scrape.
static void alertmanagers_are_those_that_the_server_lists(void **state)
{
    (void)state;
    struct consult c;
    begin(&c);
    consult_list(&c, FEED_ALERTMANAGERS, "{\"activeAlertmanagers\":[]}");
    consult_run(&c);
    consult_found(&c, "alertmanagers", "The server sends its alerts to no Alertmanager.");
    consult_list(&c, FEED_ALERTMANAGERS,
        "{\"activeAlertmanagers\":[{\"url\":\"http://am:9093/api/v2/alerts\"}]}");
    consult_run(&c);
    consult_sound(&c, "alertmanagers");
    consult_answer(&c, AUDIT_ALERTMANAGERS, 0, NULL); // it was scraped in the middle of a reload
    consult_run(&c);
    consult_sound(&c, "alertmanagers");
    consult_no_list(&c, FEED_ALERTMANAGERS, "403 Forbidden"); // then its metric counts
    consult_run(&c);
    consult_found(&c, "alertmanagers", "The server sends its alerts to no Alertmanager.");
    batch_finish(&c.in.answers[AUDIT_ALERTMANAGERS].batch);
    consult_run(&c);
    consult_open(&c, "alertmanagers", DOCTOR_UNREAD, "403 Forbidden");
    consult_list(&c, FEED_ALERTMANAGERS, "{\"activeAlertmanagers\":[]}");
    consult_list(&c, FEED_RUNTIME,
        "{\"reloadConfigSuccess\":true,\"lastConfigTime\":\"2026-02-04T08:59:57Z\"}");
    consult_run(&c);
    consult_open(&c, "alertmanagers", DOCTOR_UNREAD, "only just read its configuration");
    consult_finish(&c);
}

static void refused_samples_are_found(void **state)
{
    (void)state;
    struct consult c;
    begin(&c);
    consult_run(&c);
    consult_open(&c, "refused-samples", DOCTOR_LACKING, "own metrics are not scraped");
    consult_answer(&c, AUDIT_REFUSED_SAMPLES, 0, "reason", "sample_limit", NULL);
    consult_run(&c);
    consult_sound(&c, "refused-samples");
    consult_answer(&c, AUDIT_REFUSED_SAMPLES, 240, "reason", "duplicate_timestamp", NULL);
    consult_run(&c);
    consult_found(&c, "refused-samples", "240 samples were refused: another value had the same");
    consult_finish(&c);
}

static void relabelling_is_told(void **state)
{
    (void)state;
    struct consult c;
    begin(&c);
    consult_run(&c);
    consult_open(&c, "relabelling", DOCTOR_LACKING, "nothing counts the samples");
    consult_answer(&c, AUDIT_RELABELLED, 0, "job", "agent", NULL);
    consult_run(&c);
    consult_sound(&c, "relabelling");
    consult_answer(&c, AUDIT_RELABELLED, 120, "job", "agent", NULL);
    consult_run(&c);
    const struct doctor_finding *f =
        consult_found(&c, "relabelling", "Relabelling drops 120 samples of every scrape.");
    assert_int_equal(f->stage, world_stage(&c.w, "retrieval"));
    consult_finish(&c);
}

// ---- targets

static void targets_that_are_down_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *job, *health, *error;
        enum doctor_severity severity;
        const char *found; /**< NULL: it is sound */
    } cases[] = {
        {"agent", "up", "", 0, NULL},
        {"agent", "down", "dial tcp 10.0.0.1:8000: connect: connection refused", DOCTOR_CRITICAL,
            "Nothing listens there"},
        {"other", "down", "server returned HTTP status 401 Unauthorized", DOCTOR_WARNING,
            "It wants credentials"},
        {"other", "down", "expected a valid start token, got \\\"<\\\"", DOCTOR_WARNING, "HTML"},
        {"other", "down", "", DOCTOR_WARNING, "the server gives no reason"},
        {"other", "down", "no idea", DOCTOR_WARNING,
            "Its only target, 10.0.0.1:8000, is down: no idea"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct consult c;
        struct str s;
        str_init(&s);
        begin(&c);
        consult_list(&c, FEED_TARGETS,
            target(&s, cases[i].job, cases[i].health, cases[i].error, "0.1", "15s"));
        consult_run(&c);
        if (cases[i].found) {
            assert_int_equal(
                consult_found(&c, "targets", cases[i].found)->severity, cases[i].severity);
        } else {
            consult_sound(&c, "targets");
        }
        consult_finish(&c);
        str_finish(&s);
    }
}

static void slow_scrapes_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *took;
        bool found;
    } cases[] = {{"0.1", false}, {"7.9", false}, {"8.1", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct consult c;
        struct str s;
        str_init(&s);
        begin(&c);
        consult_list(&c, FEED_TARGETS, target(&s, "agent", "up", "", cases[i].took, "15s"));
        consult_run(&c);
        if (cases[i].found) {
            consult_found(
                &c, "scrape-time", "A scrape of 10.0.0.1:8000 takes 8.1 s, and is given up after");
        } else {
            consult_sound(&c, "scrape-time");
        }
        consult_finish(&c);
        str_finish(&s);
    }
}

static void odd_intervals_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *job, *interval;
        enum doctor_severity severity;
        const char *found;
    } cases[] = {
        {"agent", "15s", 0, NULL}, {"agent", "60s", 0, NULL},
        {"agent", "90s", DOCTOR_WARNING, "A rate over 5 min sees fewer than four scrapes"},
        {"other", "90s", 0, NULL}, // no stage is judged by it
        {"other", "10m", DOCTOR_WARNING, "its series vanish between scrapes"},
        {"agent", "5s", DOCTOR_ADVICE, "It is scraped every 5 s."},
        {"other", "5s", 0, NULL}, // whoever set that may know why
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct consult c;
        struct str s;
        str_init(&s);
        begin(&c);
        consult_list(
            &c, FEED_TARGETS, target(&s, cases[i].job, "up", "", "0.1", cases[i].interval));
        consult_run(&c);
        if (cases[i].found) {
            assert_int_equal(
                consult_found(&c, "scrape-interval", cases[i].found)->severity, cases[i].severity);
        } else {
            consult_sound(&c, "scrape-interval");
        }
        consult_finish(&c);
        str_finish(&s);
    }
}

static void pools_that_select_nothing_are_found(void **state)
{
    (void)state;
    struct consult c;
    struct str s;
    str_init(&s);
    begin(&c);
    consult_list(&c, FEED_TARGETS, target(&s, "agent", "up", "", "0.1", "15s"));
    consult_list(&c, FEED_POOLS, "{\"scrapePools\":[\"agent\"]}");
    consult_run(&c);
    consult_sound(&c, "scrape-pools");
    consult_list(&c, FEED_POOLS,
        "{\"scrapePools\":[\"agent\",\"serviceMonitor/monitoring/kotaemon-agent-monitor/0\","
        "\"podMonitor/rag/qdrant/0\",\"serviceMonitor/monitoring/kube-scheduler/0\",\"lost\"]}");
    consult_list(&c, FEED_DROPPED,
        "{\"droppedTargets\":[{\"discoveredLabels\":{\"job\":"
        "\"serviceMonitor/monitoring/kotaemon-agent-monitor/0\","
        "\"__meta_kubernetes_service_name\":\"kotaemon-agent\","
        "\"__meta_kubernetes_endpoint_port_name\":\"http\"}},{\"discoveredLabels\":{\"job\":"
        "\"serviceMonitor/monitoring/kotaemon-agent-monitor/0\"}}],\"droppedTargetCounts\":"
        "{\"serviceMonitor/monitoring/kotaemon-agent-monitor/0\":7}}");
    consult_run(&c);
    const struct doctor_finding *f =
        consult_found(&c, "scrape-pools", "7 targets were found, and all of them dropped");
    assert_string_equal(f->where, "ServiceMonitor monitoring/kotaemon-agent-monitor");
    assert_int_equal(f->severity, DOCTOR_WARNING);
    assert_non_null(strstr(f->fix, "is the Service kotaemon-agent with the port http"));
    assert_non_null(
        strstr(f->code, "kubectl -n monitoring get ServiceMonitor kotaemon-agent-monitor -o yaml"));
    f = consult_found(&c, "scrape-pools", "It selects nothing: no targets were found.");
    assert_int_equal(c.d.outcomes[DOCTOR_POOLS].findings, 4);
    consult_found(&c, "scrape-pools", "PodMonitor rag/qdrant: ");
    consult_found(&c, "scrape-pools", "job lost: ");
    f = consult_found(&c, "scrape-pools", "On a managed cluster that is how it is");
    assert_int_equal(f->severity, DOCTOR_ADVICE);
    consult_finish(&c);
    str_finish(&s);
}

static void unread_targets_are_said(void **state)
{
    (void)state;
    static const char *const checks[] = {
        "targets", "scrape-time", "scrape-interval", "scrape-pools"};
    struct consult c;
    begin(&c);
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        consult_no_list(&c, FEED_TARGETS, "403 Forbidden");
        consult_run(&c);
        consult_open(&c, checks[i], DOCTOR_UNREAD, "403 Forbidden");
        consult_no_list(&c, FEED_TARGETS, NULL);
        consult_run(&c);
        consult_open(&c, checks[i], DOCTOR_LACKING, "does not tell");
    }
    consult_list(&c, FEED_TARGETS, "{\"activeTargets\":[]}");
    consult_no_list(&c, FEED_POOLS, "404 Not Found");
    consult_run(&c);
    consult_open(&c, "scrape-pools", DOCTOR_UNREAD, "404 Not Found");
    consult_finish(&c);
}

// Of those that there was no room for nothing is known.
static void targets_left_out_are_said(void **state)
{
    (void)state;
    static const char *const checks[] = {
        "targets", "scrape-time", "scrape-interval", "scrape-pools"};
    struct consult c;
    struct str s;
    str_init(&s);
    begin(&c);
    consult_list(&c, FEED_TARGETS, target(&s, "agent", "up", "", "0.1", "15s"));
    consult_list(&c, FEED_POOLS, "{\"scrapePools\":[\"agent\",\"other\"]}");
    ((struct list *)c.w.store.slots[FEED_TARGETS].data)->left_out = 1000;
    consult_run(&c);
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        consult_open(&c, checks[i], DOCTOR_LACKING, "1,000 more targets were not looked at");
    }
    consult_finish(&c);
    str_finish(&s);
}

// ---- the cluster

static void no_state_metrics_is_found(void **state)
{
    (void)state;
    struct consult c;
    begin(&c);
    consult_run(&c); // there are pods
    consult_found(
        &c, "kube-state-metrics", "There are pods, and no metrics of kube-state-metrics.");
    consult_answer(&c, AUDIT_STATE_METRICS, 40, NULL);
    consult_run(&c);
    consult_sound(&c, "kube-state-metrics");
    consult_finish(&c);

    consult_init(&c, world_article);
    consult_run(&c);
    consult_open(&c, "kube-state-metrics", DOCTOR_LACKING, "nothing here says that it runs on");
    c.in.answers[AUDIT_STATE_METRICS].why = "query timed out";
    consult_run(&c);
    consult_open(&c, "kube-state-metrics", DOCTOR_UNREAD, "query timed out");
    consult_finish(&c);
}

static void limit(struct consult *c, const char *pod, const char *resource)
{
    consult_answer(c, AUDIT_LIMITS, 1, "namespace", "rag", "pod", pod, "resource", resource, NULL);
}

static void missing_limits_are_found(void **state)
{
    (void)state;
    struct consult c;
    begin(&c);
    consult_run(&c);
    consult_open(&c, "quotas", DOCTOR_LACKING, "there is no kube-state-metrics");
    consult_answer(&c, AUDIT_PODS, 1, "namespace", "rag", "pod", "agent-1", NULL);
    consult_run(&c);
    const struct doctor_finding *f =
        consult_found(&c, "quotas", "Its pod agent-1 has no memory limit.");
    assert_string_equal(f->where, "stage retrieval");
    assert_int_equal(f->severity, DOCTOR_WARNING);
    limit(&c, "agent-1", "memory");
    consult_run(&c);
    f = consult_found(&c, "quotas", "Its pod agent-1 has no CPU limit.");
    assert_int_equal(f->severity, DOCTOR_ADVICE);
    limit(&c, "agent-1", "cpu");
    consult_run(&c);
    consult_sound(&c, "quotas");
    consult_answer(&c, AUDIT_SERVED, 1, "ragtop_arm", "0", "job", "agent", "pod", "agent-2", NULL);
    consult_answer(&c, AUDIT_PODS, 1, "namespace", "rag", "pod", "agent-2", NULL);
    consult_run(&c);
    consult_found(&c, "quotas", "1 of 2 pods has no memory limit, the first being agent-2.");
    consult_answer(&c, AUDIT_PODS, 1, "namespace", "monitoring", "pod", "prometheus-k8s-0", NULL);
    consult_run(&c);
    f = consult_found(&c, "quotas", "Its pod prometheus-k8s-0 has no memory limit.");
    assert_string_equal(f->where, "Prometheus");
    c.in.pods_left_out = 30;
    consult_run(&c);
    assert_non_null(strstr(c.d.outcomes[DOCTOR_QUOTAS].why, "30 more pods were not looked at"));
    c.in.answers[AUDIT_LIMITS].why = "query timed out";
    consult_run(&c);
    consult_open(&c, "quotas", DOCTOR_UNREAD, "query timed out");
    consult_finish(&c);
}

static void open_servers_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        enum doctor_severity severity;
        const char *found;
    } cases[] = {
        {"http://localhost:9090", 0, NULL},
        {"http://10.1.2.3:9090", 0, NULL},
        {"http://172.20.0.1:9090", 0, NULL},
        {"http://prometheus-k8s.monitoring.svc:9090", 0, NULL},
        {"http://prometheus:9090", 0, NULL},
        {"http://[fd00::1]:9090", 0, NULL},
        {"http://8.8.8.8:9090", DOCTOR_CRITICAL, "without credentials at a public address"},
        {"http://172.32.0.1:9090", DOCTOR_CRITICAL, "without credentials at a public address"},
        {"http://[2001:db8::1]:9090", DOCTOR_CRITICAL, "without credentials at a public address"},
        {"https://prometheus.example.com", DOCTOR_ADVICE, "to whoever can reach its name"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct consult c;
        begin(&c);
        consult_answer(&c, AUDIT_POLICIES, 2, "namespace", "rag", NULL);
        endpoint_set_text(&c.w.config.source.url, cases[i].url);
        consult_run(&c);
        if (cases[i].found) {
            assert_int_equal(
                consult_found(&c, "exposure", cases[i].found)->severity, cases[i].severity);
            endpoint_set_auth(&c.w.config.source, "me:secret", NULL);
            consult_run(&c);
        }
        consult_sound(&c, "exposure");
        consult_finish(&c);
    }
}

static void open_targets_are_found(void **state)
{
    (void)state;
    struct consult c;
    begin(&c);
    consult_answer(&c, AUDIT_POLICIES, 2, "namespace", "rag", NULL);
    consult_list(&c, FEED_TARGETS,
        "{\"activeTargets\":[{\"labels\":{\"job\":\"agent\",\"instance\":\"8.8.8.8:8000\"},"
        "\"scrapeUrl\":\"http://8.8.8.8:8000/metrics\",\"health\":\"up\"},{\"labels\":{\"job\":"
        "\"b\",\"instance\":\"x\"},\"scrapeUrl\":\"https://8.8.8.8/metrics\",\"health\":\"up\"}]}");
    consult_run(&c);
    consult_found(
        &c, "exposure", "8.8.8.8:8000 is scraped at a public address, without encryption.");
    assert_int_equal(c.d.outcomes[DOCTOR_EXPOSURE].findings, 1);
    consult_finish(&c);
}

static void open_namespaces_are_found(void **state)
{
    (void)state;
    struct consult c;
    begin(&c);
    consult_run(&c);
    consult_open(&c, "exposure", DOCTOR_LACKING, "no metric tells of NetworkPolicies");
    consult_answer(&c, AUDIT_POLICIES, 1, "namespace", "monitoring", NULL);
    consult_run(&c);
    const struct doctor_finding *f = consult_found(&c, "exposure", "It has no NetworkPolicy.");
    assert_string_equal(f->where, "namespace rag");
    assert_non_null(strstr(f->code, "namespace: rag}"));
    consult_answer(&c, AUDIT_POLICIES, 1, "namespace", "rag", NULL);
    consult_run(&c);
    consult_sound(&c, "exposure");
    consult_finish(&c);
}

// ---- the whole

static void places_are_taken_from_the_answer(void **state)
{
    (void)state;
    struct consult c;
    struct audit_places places = {0};
    begin(&c);
    serve(&c);
    consult_answer(&c, AUDIT_SERVED, 1, "ragtop_arm", "1", "job", "other", NULL);
    assert_int_equal(doctor_places(&places, &c.in.answers[AUDIT_SERVED].batch), 0);
    assert_int_equal(places.jobs.count, 2);
    assert_int_equal(places.pods.count, 1);
    assert_string_equal(places.jobs.items[1], "other");
    assert_string_equal(places.pods.items[0], "agent-1");
    audit_places_finish(&places);
    consult_finish(&c);
}

static void what_there_is_too_much_of_is_counted(void **state)
{
    (void)state;
    struct consult c;
    begin(&c);
    for (int i = 0; i < DOCTOR_FINDINGS_MAX + 5; i++) {
        char job[16];
        snprintf(job, sizeof job, "job-%02d", i);
        consult_answer(&c, AUDIT_RELABELLED, 7, "job", job, NULL);
    }
    consult_run(&c);
    assert_int_equal(c.d.outcomes[DOCTOR_RELABELLED].findings, DOCTOR_FINDINGS_MAX);
    assert_int_equal(c.d.outcomes[DOCTOR_RELABELLED].left_out, 5);
    consult_finish(&c);
}

// A target that is scraped without a server has none of it.
static void without_a_server_nothing_is_sound(void **state)
{
    (void)state;
    struct consult c;
    begin(&c);
    c.w.store.source.scraped = true;
    consult_run(&c);
    consult_open(&c, "clock", DOCTOR_LACKING, "there is no server");
    consult_open(&c, "targets", DOCTOR_LACKING, "there is no server");
    consult_open(&c, "reload", DOCTOR_LACKING, "there is no server");
    consult_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_reload_is_found),
        cmocka_unit_test(a_wrong_clock_is_found),
        cmocka_unit_test(short_retention_is_found),
        cmocka_unit_test(unknown_retention_is_said),
        cmocka_unit_test(alerts_to_nobody_are_found),
        cmocka_unit_test(alertmanagers_are_those_that_the_server_lists),
        cmocka_unit_test(refused_samples_are_found),
        cmocka_unit_test(relabelling_is_told),
        cmocka_unit_test(targets_that_are_down_are_found),
        cmocka_unit_test(slow_scrapes_are_found),
        cmocka_unit_test(odd_intervals_are_found),
        cmocka_unit_test(pools_that_select_nothing_are_found),
        cmocka_unit_test(unread_targets_are_said),
        cmocka_unit_test(targets_left_out_are_said),
        cmocka_unit_test(no_state_metrics_is_found),
        cmocka_unit_test(missing_limits_are_found),
        cmocka_unit_test(open_servers_are_found),
        cmocka_unit_test(open_targets_are_found),
        cmocka_unit_test(open_namespaces_are_found),
        cmocka_unit_test(places_are_taken_from_the_answer),
        cmocka_unit_test(what_there_is_too_much_of_is_counted),
        cmocka_unit_test(without_a_server_nothing_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
