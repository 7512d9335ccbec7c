/*
 * What the doctor says of stages and their series: each check in a world where it finds something,
 * and in one where it does not.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/component.h"
#include "unit/doctor/consult.h"

static const char one_stage[] = "window: 5m\n"
                                "refresh: 15s\n"
                                "stages:\n"
                                "  - {name: chat, latency: rag_chat_seconds, errors: "
                                "rag_chat_errors_total}\n";

static const char *const on_stages[] = {"stages", "processes", "copies", "buckets", "quantiles",
    "units", "errors", "naming", "counters", "cardinality", "churn"};

static struct stage *first_stage(struct consult *c)
{
    return &c->w.plan.stages[0];
}

/** Of each pair of a bound and requests per second up to it, so that there is one of +Inf. */
static void fill_buckets(
    struct consult *c, const char *const *bounds, const double *rates, size_t n)
{
    int signal = first_stage(c)->latency_signal;
    for (size_t i = 0; i < n; i++) {
        world_series(&c->w, signal, "le", bounds[i], rates[i], rates[i]);
    }
    world_series(&c->w, signal, "part", "sum", rates[n - 1] * 0.15, rates[n - 1] * 0.15);
}

/** The first stage is made of PROFILE, and no longer the user's own. */
static void make_foreign(struct consult *c, const char *profile)
{
    struct component *one = component_add(&c->w.plan.pipeline.components, profile, profile, "", "");
    names_push(&one->stages, first_stage(c)->name);
}

static void conduct(struct consult *c, int query, const char *what, double value)
{
    char index[16];
    snprintf(index, sizeof index, "%d", first_stage(c)->latency_signal);
    world_series(&c->w, query, what, index, value, value);
}

// The article as it should be: nothing of its own is wrong, but that its database counts no errors.
static void a_sound_service_is_sound(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, world_article);
    consult_answer(&c, AUDIT_CHURN, 0.2, "job", "agent", NULL);
    consult_run(&c);
    for (size_t i = 0; i < sizeof on_stages / sizeof *on_stages; i++) {
        if (strcmp(on_stages[i], "errors") != 0) {
            consult_sound(&c, on_stages[i]);
        }
    }
    const struct doctor_finding *f = consult_found(&c, "errors", "It has no metric of errors.");
    assert_string_equal(f->where, "stage vector_db");
    assert_int_equal(f->severity, DOCTOR_ADVICE); // what calls it would count them
    assert_int_equal(c.d.outcomes[DOCTOR_ERRORS].findings, 1);
    consult_finish(&c);
}

static void stages_without_data_are_found(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, one_stage); // nothing was filled in
    consult_run(&c);
    const struct doctor_finding *f =
        consult_found(&c, "stages", "rag_chat_seconds has no samples.");
    assert_int_equal(f->severity, DOCTOR_CRITICAL);
    consult_answer(&c, AUDIT_SERVED, 1, "ragtop_arm", "0", "job", "agent", NULL);
    consult_run(&c); // it was started just now
    consult_sound(&c, "stages");
    first_stage(&c)->kind = LATENCY_ABSENT;
    c.w.plan.signals[first_stage(&c)->latency_signal].presence = PRESENCE_ABSENT;
    consult_run(&c);
    consult_found(&c, "stages", "The server has no metric rag_chat_seconds.");
    note_set(c.w.store.unmet, "Nothing that ragtop knows is on this server.");
    consult_run(&c);
    consult_found(&c, "stages", "Nothing that ragtop knows is on this server.");
    consult_finish(&c);
}

static void counters_that_go_back_are_found(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, one_stage);
    world_requests(&c.w, "chat", (struct load){2, 0.3}, (struct load){2, 0.3});
    conduct(&c, c.w.plan.conduct, "resets", 12);
    conduct(&c, c.w.plan.conduct, "samples", 30);
    conduct(&c, c.w.plan.mixed, "mixed", 8);
    consult_run(&c);
    const struct doctor_finding *f =
        consult_found(&c, "processes", "Its counters went back 12 times in 30 scrapes.");
    assert_non_null(strstr(f->why, "Several processes answer behind one port, each"));
    assert_non_null(strstr(f->code, "MultiProcessCollector"));
    assert_int_equal(f->severity, DOCTOR_CRITICAL);
    consult_finish(&c);
}

static void copies_are_found(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, one_stage);
    world_requests(&c.w, "chat", (struct load){2, 0.3}, (struct load){2, 0.3});
    world_series(&c.w, c.w.plan.conduct, "copies", "prometheus_replica", 2, 2);
    consult_run(&c);
    consult_found(&c, "copies",
        "Every series is there 2 times, once for each value of the label "
        "prometheus_replica.");
    consult_finish(&c);
}

// A P95 is never above the last bucket: an alert on it would never fire.
static void an_slo_beyond_the_buckets_is_found(void **state)
{
    (void)state;
    static const char *const bounds[] = {"0.1", "0.2", "0.3", "0.5", "1", "+Inf"};
    static const double rates[] = {1, 2, 9, 9, 9, 9}, slos[] = {0, 0.9, 1, 30};
    for (size_t i = 0; i < sizeof slos / sizeof *slos; i++) {
        struct consult c;
        consult_init(&c, one_stage);
        fill_buckets(&c, bounds, rates, 6);
        first_stage(&c)->slo_p95_s = slos[i];
        consult_run(&c);
        if (slos[i] < 1) {
            consult_sound(&c, "buckets");
        } else {
            consult_found(&c, "buckets", ", and its last bucket ends at 1.0 s.");
        }
        consult_finish(&c);
    }
}

static void buckets_in_the_wrong_place_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *bounds[7];
        double rates[7];
        size_t count;
        const char *found;
        bool foreign;
    } cases[] = {
        {{"0.1", "0.2", "0.3", "0.4", "0.5", "+Inf"}, {1, 2, 3, 4, 5, 9}, 6,
            "Its P95 lies above the last bucket, which ends at 500 ms.", false},
        {{"0.1", "0.2", "0.3", "0.4", "0.5", "+Inf"}, {1, 2, 3, 4, 5, 9}, 6,
            "See whether this software lets buckets be configured", true},
        {{"0.1", "0.2", "+Inf"}, {1, 2, 2}, 3, "It has only 2 buckets.", false},
        {{"0.1", "1", "2", "3", "4", "+Inf"}, {1, 9, 9, 9, 9, 9}, 6,
            "Its P95 lies in the bucket from 100 ms to 1.0 s.", false},
        {{"0.3", "1", "2", "3", "4", "+Inf"}, {9, 9, 9, 9, 9, 9}, 6,
            "Its P95 lies in the first bucket, which ends at 300 ms.", false},
        {{"0.3", "1", "2", "3", "4", "+Inf"}, {9, 9, 9, 9, 9, 9}, 6, NULL, true},
        {{"0.1", "0.15", "0.2", "0.3", "0.4", "+Inf"}, {1, 5, 9, 9, 9, 9}, 6, NULL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct consult c;
        consult_init(&c, one_stage);
        fill_buckets(&c, cases[i].bounds, cases[i].rates, cases[i].count);
        if (cases[i].foreign) {
            make_foreign(&c, "vllm");
        }
        consult_run(&c);
        if (cases[i].found) {
            consult_found(&c, "buckets", cases[i].found);
        } else {
            consult_sound(&c, "buckets");
        }
        consult_finish(&c);
    }
}

static void a_broken_sum_is_found(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, one_stage);
    world_series(&c.w, first_stage(&c)->latency_signal, "le", "0.1", 1, 1);
    world_series(&c.w, first_stage(&c)->latency_signal, "le", "0.2", 5, 5);
    world_series(&c.w, first_stage(&c)->latency_signal, "le", "+Inf", 5, 5);
    world_series(&c.w, first_stage(&c)->latency_signal, "part", "sum", 0, 0);
    consult_run(&c);
    consult_found(&c, "buckets", "The _sum of rag_chat_seconds cannot be right.");
    consult_finish(&c);
}

// A suggestion is around what is usual, in the unit of the metric.
static void suggested_buckets_are_around_what_is_usual(void **state)
{
    (void)state;
    static const char *const bounds[] = {"0.1", "1", "2", "3", "4", "+Inf"};
    static const double rates[] = {1, 9, 9, 9, 9, 9};
    struct consult c;
    consult_init(&c, one_stage);
    fill_buckets(&c, bounds, rates, 6);
    consult_run(&c);
    const struct doctor_finding *f = consult_found(&c, "buckets", "in the bucket from");
    assert_non_null(strstr(f->code, "buckets=(0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 3, 5, 7.5, 10))"));
    consult_finish(&c);
}

static void summaries_are_found(void **state)
{
    (void)state;
    static const struct {
        enum latency_kind kind;
        const char *found; /**< NULL: it is sound */
    } cases[] = {
        {LATENCY_MEAN, "rag_chat_seconds is a Summary without quantiles: only its mean is known."},
        {LATENCY_PAIR, "rag_chat_seconds is a counter of time"},
        {LATENCY_CLASSIC, NULL},
        {LATENCY_NATIVE, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct consult c;
        consult_init(&c, one_stage);
        first_stage(&c)->kind = cases[i].kind;
        world_requests(&c.w, "chat", (struct load){2, 0.3}, (struct load){2, 0.3});
        consult_run(&c);
        if (cases[i].found) {
            const struct doctor_finding *f = consult_found(&c, "quantiles", cases[i].found);
            assert_int_equal(f->severity, DOCTOR_WARNING);
            assert_non_null(strstr(f->code, "Histogram(\"rag_chat_seconds\""));
            make_foreign(&c, "kotaemon"); // which exports nothing itself: it is the user's own
            consult_run(&c);
            f = consult_found(&c, "quantiles", cases[i].found);
            assert_int_equal(f->severity, DOCTOR_WARNING);
            component_finish(&c.w.plan.pipeline.components);
            make_foreign(&c, "vllm");
            consult_run(&c);
            f = consult_found(&c, "quantiles", "See whether this software can export a histogram.");
            assert_int_equal(f->severity, DOCTOR_ADVICE);
        } else {
            consult_sound(&c, "quantiles");
        }
        consult_finish(&c);
    }
}

// Of the quantiles that a Summary has, one has to be 0.95.
static void other_quantiles_are_found(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct consult c;
        consult_init(&c, one_stage);
        first_stage(&c)->kind = LATENCY_QUANTILES;
        int signal = first_stage(&c)->latency_signal;
        world_series(&c.w, signal, "part", "sum", 1, 1);
        world_series(&c.w, signal, "part", "count", 5, 5);
        world_series(&c.w, signal, "quantile", i == 0 ? "0.5" : "0.95", 0.2, 0.2);
        consult_run(&c);
        if (i == 0) {
            consult_found(&c, "quantiles", "without the quantile 0.95");
        } else {
            consult_sound(&c, "quantiles");
        }
        consult_finish(&c);
    }
}

static void units_are_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        double seconds;
        enum doctor_severity severity;
        const char *found;
    } cases[] = {
        {"stages: [{name: chat, latency: rag_chat_latency}]\n", 0.3, DOCTOR_ADVICE,
            "The name of rag_chat_latency does not say its unit: seconds are assumed."},
        {"stages: [{name: chat, latency: rag_chat_latency, unit: s}]\n", 0.3, 0, NULL},
        {"stages: [{name: chat, latency: rag_chat_seconds}]\n", 0.3, 0, NULL},
        {"stages: [{name: chat, latency: rag_chat_seconds, unit: ms}]\n", 0.3, DOCTOR_WARNING,
            "The name of rag_chat_seconds says another unit than the configuration."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct consult c;
        consult_init(&c, cases[i].yaml);
        world_requests(
            &c.w, "chat", (struct load){2, cases[i].seconds}, (struct load){2, cases[i].seconds});
        consult_run(&c);
        if (cases[i].found) {
            assert_int_equal(
                consult_found(&c, "units", cases[i].found)->severity, cases[i].severity);
        } else {
            consult_sound(&c, "units");
        }
        consult_finish(&c);
    }
}

static void missing_errors_are_found(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, "stages: [{name: chat, latency: rag_chat_seconds}]\n");
    world_requests(&c.w, "chat", (struct load){2, 0.3}, (struct load){2, 0.3});
    consult_run(&c);
    const struct doctor_finding *f = consult_found(&c, "errors", "It has no metric of errors.");
    assert_int_equal(f->severity, DOCTOR_WARNING);
    assert_non_null(strstr(f->code, "    errors: rag_chat_errors_total\n"));
    make_foreign(&c, "vllm");
    consult_run(&c);
    consult_found(&c, "errors", "chat is of software that exports no metric of its errors.");
    consult_finish(&c);

    consult_init(&c, one_stage);
    world_requests(&c.w, "chat", (struct load){2, 0.3}, (struct load){2, 0.3});
    consult_run(&c);
    consult_sound(&c, "errors");
    c.w.plan.signals[first_stage(&c)->errors_signal].presence = PRESENCE_ABSENT;
    consult_run(&c);
    consult_found(&c, "errors", "The server has no metric rag_chat_errors_total");
    consult_finish(&c);

    static const struct {
        const char *more;
        bool calls; // by whatever is known of it
    } cases[] = {{"", false}, {", requests: gpu_jobs_total", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str yaml;
        str_init(&yaml);
        str_addf(
            &yaml, "stages: [{name: gpu, signals: {busy: {ratio: gpu_busy}}%s}]\n", cases[i].more);
        consult_init(&c, yaml.text);
        consult_run(&c);
        if (cases[i].calls) {
            consult_found(&c, "errors", "It has no metric of errors.");
        } else {
            consult_sound(&c, "errors");
        }
        consult_finish(&c);
        str_finish(&yaml);
    }
}

static void names_are_judged(void **state)
{
    (void)state;
    static const struct {
        const char *metric, *found;
    } cases[] = {
        {"rag_chat_seconds", NULL},
        {"kotaemon_retrieval_latency_seconds", NULL},
        {"ragChatSeconds", "ragChatSeconds is not in snake_case."},
        {"rag_chat_ms", "rag_chat_ms abbreviates its unit."},
        {"rag_chat_milliseconds", "rag_chat_milliseconds is not in a base unit"},
        {"rag_chat_histogram_seconds", "rag_chat_histogram_seconds names its type."},
        {"rag:chat_seconds", "rag:chat_seconds has a colon"},
        {"latency_seconds", "latency_seconds does not say which application it is of."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct consult c;
        char yaml[128];
        snprintf(yaml, sizeof yaml, "stages: [{name: chat, latency: '%s'}]\n", cases[i].metric);
        consult_init(&c, yaml);
        consult_run(&c);
        if (cases[i].found) {
            consult_found(&c, "naming", cases[i].found);
            make_foreign(&c, "vllm"); // whose names nobody here can change
            consult_run(&c);
        }
        consult_sound(&c, "naming");
        consult_finish(&c);
    }
}

static void counters_end_in_total(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, "stages: [{name: chat, latency: rag_chat_total, errors: "
                     "'rag_chat_errors{a=\"b\"}'}]\n");
    consult_run(&c);
    assert_string_equal(
        consult_found(&c, "counters", "It is a counter, and its name does not end in _total.")
            ->where,
        "metric rag_chat_errors");
    assert_string_equal(
        consult_found(&c, "counters", "It is no counter, and its name ends in _total.")->where,
        "metric rag_chat_total");
    assert_int_equal(c.d.outcomes[DOCTOR_COUNTERS].findings, 2);
    consult_finish(&c);
}

static void labels_with_too_many_values_are_found(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, one_stage);
    consult_answer(&c, AUDIT_LABELS, 5000, "ragtop_label", "user_id", NULL);
    consult_answer(&c, AUDIT_LABELS, 3, "ragtop_label", "session_id", NULL);
    consult_list(&c, FEED_TSDB,
        "{\"headStats\":{\"numSeries\":100000},\"seriesCountByMetricName\":[{\"name\":\"rag_big\","
        "\"value\":60000},{\"name\":\"fine\",\"value\":9000}],\"labelValueCountByLabelName\":["
        "{\"name\":\"user_id\",\"value\":5000},{\"name\":\"prompt\",\"value\":2000},"
        "{\"name\":\"pod\",\"value\":30000}]}");
    consult_run(&c);
    const struct doctor_finding *f =
        consult_found(&c, "cardinality", "On the metrics of the stages it has 5,000 values.");
    assert_string_equal(f->where, "label user_id");
    assert_int_equal(f->severity, DOCTOR_WARNING);
    f = consult_found(&c, "cardinality", "it has 3 values.");
    assert_int_equal(f->severity, DOCTOR_ADVICE);
    assert_string_equal(
        consult_found(&c, "cardinality", ": It has 2,000 values.")->where, "label prompt");
    consult_found(&c, "cardinality", "metric rag_big: It has 60,000 series, 60 % of all");
    assert_int_equal(c.d.outcomes[DOCTOR_CARDINALITY].findings, 4);
    consult_finish(&c);
}

// Where the server does not tell what fills it, the stages' own series are counted.
static void large_metrics_are_found_by_query(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, one_stage);
    consult_no_list(&c, FEED_TSDB, "404 Not Found");
    consult_answer(&c, AUDIT_SERIES, 12000, "__name__", "rag_chat_seconds_bucket", NULL);
    consult_run(&c);
    consult_found(&c, "cardinality", "metric rag_chat_seconds_bucket: It has 12,000 series.");
    c.in.answers[AUDIT_LABELS].asked = false; // and neither are jobs known
    batch_finish(&c.in.answers[AUDIT_SERIES].batch);
    consult_run(&c);
    consult_open(&c, "cardinality", DOCTOR_UNREAD, "404 Not Found");
    consult_finish(&c);
}

static void churn_is_found(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, one_stage);
    consult_run(&c);
    consult_open(&c, "churn", DOCTOR_LACKING, "does not count the series that are new");
    consult_answer(&c, AUDIT_CHURN, 2.9, "job", "agent", NULL);
    consult_run(&c);
    consult_sound(&c, "churn");
    consult_answer(&c, AUDIT_CHURN, 14, "job", "other", NULL);
    consult_run(&c);
    consult_found(&c, "churn", "job other: In the last hour 14x as many new series came");
    c.in.answers[AUDIT_CHURN].why = "query timed out";
    consult_run(&c);
    consult_open(&c, "churn", DOCTOR_UNREAD, "query timed out");
    consult_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_service_is_sound),
        cmocka_unit_test(stages_without_data_are_found),
        cmocka_unit_test(counters_that_go_back_are_found),
        cmocka_unit_test(copies_are_found),
        cmocka_unit_test(buckets_in_the_wrong_place_are_found),
        cmocka_unit_test(an_slo_beyond_the_buckets_is_found),
        cmocka_unit_test(a_broken_sum_is_found),
        cmocka_unit_test(suggested_buckets_are_around_what_is_usual),
        cmocka_unit_test(summaries_are_found),
        cmocka_unit_test(other_quantiles_are_found),
        cmocka_unit_test(units_are_asked_for),
        cmocka_unit_test(missing_errors_are_found),
        cmocka_unit_test(names_are_judged),
        cmocka_unit_test(counters_end_in_total),
        cmocka_unit_test(labels_with_too_many_values_are_found),
        cmocka_unit_test(large_metrics_are_found_by_query),
        cmocka_unit_test(churn_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
