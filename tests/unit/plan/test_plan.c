#include "plan/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan/parts.h"
#include "plan/served.h"
#include "unit/yaml.h"

static const char pipeline[] =
    "selector: ns=\"rag\"\n"
    "span: 1h\n"
    "stages:\n"
    "  - name: retrieval\n"
    "    latency: retrieval_seconds{app=\"a\"}\n"
    "    errors: errors_total{stage=\"retrieval\"}\n"
    "    requests: asked_total\n"
    "    children:\n"
    "      - name: vector_db\n"
    "        latency: db_ms\n"
    "        saturation:\n"
    "          - {name: connections, used: db_used, limit: db_max}\n"
    "          - {name: queue, used: db_queue, limit: db_room}\n"
    "        children: [{name: disk, expr: {latency: \"disk > 1\"}}]\n"
    "  - name: generation\n"
    "    latency: generation_seconds\n"
    "    slo: {p95: 2s, errors: 1%}\n"
    "tools: {calls: calls_total, errors: call_errors_total, label: tool_name}\n";

static void makes_the_tree(void **state)
{
    (void)state;
    struct config c;
    struct plan p;
    yaml_read(&c, pipeline);
    plan_init(&p, &c, NULL, 0);
    static const struct {
        const char *name, *metric, *latency;
        int parent, depth;
    } stages[] = {
        {"retrieval", "retrieval_seconds", "retrieval_seconds{app=\"a\"}", -1, 0},
        {"vector_db", "db_ms", "db_ms", 0, 1},
        {"disk", "disk", NULL, 1, 2},
        {"generation", "generation_seconds", "generation_seconds", -1, 0},
    };
    assert_int_equal(p.stages_count, sizeof stages / sizeof *stages);
    for (size_t i = 0; i < p.stages_count; i++) {
        assert_string_equal(p.stages[i].name, stages[i].name);
        assert_string_equal(p.stages[i].metric, stages[i].metric);
        assert_true((p.stages[i].latency == NULL) == (stages[i].latency == NULL));
        assert_int_equal(p.stages[i].parent, stages[i].parent);
        assert_int_equal(p.stages[i].depth, stages[i].depth);
        assert_int_equal(p.signals[p.stages[i].latency_signal].kind, SIGNAL_LATENCY);
        assert_int_equal(p.signals[p.stages[i].latency_signal].stage, i);
        assert_int_equal(plan_find_stage(&p, stages[i].name), i);
    }
    assert_int_equal(plan_find_stage(&p, "none"), -1);
    assert_int_equal(p.stages[2].kind, LATENCY_VALUE);
    assert_true(p.stages[0].to_seconds == 1 && p.stages[1].to_seconds == 1e-3);
    assert_true(p.stages[3].slo_p95_s == 2 && p.stages[3].slo_errors == 0.01);
    assert_int_equal(p.stages[3].errors_signal, -1);
    assert_int_equal(p.stages[1].saturation_count, 2);
    assert_string_equal(p.signals[p.stages[1].saturation_first + 1].what, "queue");
    assert_int_equal(p.signals[p.tool_calls].stage, -1);
    assert_false(p.resolved);
    plan_finish(&p);
    plan_finish(&p);
    config_finish(&c);
}

static const char *expr(const struct plan *p, int signal)
{
    assert_true(signal >= 0);
    return p->signals[signal].expr;
}

static void writes_expressions(void **state)
{
    (void)state;
    struct config c;
    struct plan p;
    yaml_read(&c, pipeline);
    plan_init(&p, &c, NULL, 0);
    for (size_t i = 0; i < p.signals_count; i++) {
        assert_null(p.signals[i].expr);
    }
    p.stages[0].kind = LATENCY_NATIVE;
    p.stages[1].kind = LATENCY_VALUE;
    p.stages[3].kind = LATENCY_ABSENT;
    for (int again = 0; again < 2; again++) {
        plan_resolve(&p);
        assert_true(p.resolved);
        assert_string_equal(expr(&p, p.stages[0].latency_signal),
            "sum(rate(retrieval_seconds{app=\"a\",ns=\"rag\"}[5m]))");
        assert_string_equal(expr(&p, p.stages[0].errors_signal),
            "sum(rate(errors_total{stage=\"retrieval\",ns=\"rag\"}[5m]))");
        assert_string_equal(
            expr(&p, p.stages[0].requests_signal), "sum(rate(asked_total{ns=\"rag\"}[5m]))");
        assert_string_equal(expr(&p, p.stages[1].latency_signal), "max(db_ms{ns=\"rag\"})");
        assert_string_equal(expr(&p, p.stages[1].saturation_first),
            "label_replace(sum(db_used{ns=\"rag\"}),\"part\",\"used\",\"\",\"\") or "
            "label_replace(sum(db_max{ns=\"rag\"}),\"part\",\"limit\",\"\",\"\") or "
            "label_replace(max(db_used{ns=\"rag\"} / (db_max{ns=\"rag\"} > 0)),"
            "\"part\",\"fullest\",\"\",\"\")");
        assert_string_equal(expr(&p, p.stages[1].saturation_first + 1),
            "label_replace(sum(db_queue{ns=\"rag\"}),\"part\",\"used\",\"\",\"\") or "
            "label_replace(sum(db_room{ns=\"rag\"}),\"part\",\"limit\",\"\",\"\") or "
            "label_replace(max(db_queue{ns=\"rag\"} / (db_room{ns=\"rag\"} > 0)),"
            "\"part\",\"fullest\",\"\",\"\")");
        assert_string_equal(expr(&p, p.stages[2].latency_signal), "disk{ns=\"rag\"} > 1");
        assert_null(expr(&p, p.stages[3].latency_signal));
        assert_string_equal(
            expr(&p, p.tool_calls), "sum by (tool_name) (rate(calls_total{ns=\"rag\"}[5m]))");
        assert_string_equal(expr(&p, p.tool_errors),
            "sum by (tool_name) (rate(call_errors_total{ns=\"rag\"}[5m]))");
    }
    plan_finish(&p);
    config_finish(&c);
}

// The peaks of a gauge are asked for with its history, and nowhere else.
static void history_has_peaks(void **state)
{
    (void)state;
    static const struct {
        const char *stage, *peak; // NULL: none
    } cases[] = {
        {"latency: a_seconds", "max(max_over_time(a_seconds{ns=\"r\"}[5m]))"},
        {"latency: 'a_seconds{b=\"c\"}'", "max(max_over_time(a_seconds{b=\"c\",ns=\"r\"}[5m]))"},
        {"expr: {latency: a_seconds}", NULL},
        {"saturation: [{name: p, used: u, limit: l}]",
            "max(max_over_time(u{ns=\"r\"}[5m]) / (l{ns=\"r\"} > 0))"},
        {"saturation: [{name: p, used: u, limit: 40}]",
            "max_over_time(sum(u{ns=\"r\"})[5m:1m]) / 40"},
        {"saturation: [{name: p, used: u, expr: {limit: max(l)}}]",
            "max_over_time(sum(u{ns=\"r\"})[5m:1m]) / (sum(max(l{ns=\"r\"})) > 0)"},
        {"saturation: [{name: p, ratio: u, unit: percent}]",
            "max(max_over_time(u{ns=\"r\"}[5m])) / 100"},
        {"saturation: [{name: p, expr: {used: u}, limit: l}]", NULL},
        {"saturation: [{name: p, used: u}]", NULL}, // a queue is never full
        {"errors: e_total", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config c;
        struct plan p;
        struct str yaml, wanted;
        str_init(&yaml);
        str_init(&wanted);
        bool latency = strstr(cases[i].stage, "latency:");
        str_addf(&yaml, "selector: ns=\"r\"\nstages:\n  - name: x\n%s    %s\n",
            latency ? "" : "    latency: z_seconds\n", cases[i].stage);
        yaml_read(&c, yaml.text);
        plan_init(&p, &c, NULL, 0);
        p.stages[0].kind = latency ? LATENCY_VALUE : LATENCY_CLASSIC;
        plan_resolve(&p);
        const struct signal *s = &p.signals[latency ? 0 : 1];
        str_addf(&wanted,
            cases[i].peak ? "%s or label_replace(%s,\"part\",\"peak\",\"\",\"\")" : "%s", s->expr,
            cases[i].peak);
        assert_string_equal(plan_history(s), wanted.text);
        assert_null(strstr(s->expr, "peak"));
        str_finish(&wanted);
        str_finish(&yaml);
        plan_finish(&p);
        config_finish(&c);
    }
}

static void asks_which_targets_are_missing(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "label_replace(count by (cluster, namespace, job) (up{ns=\"rag\"}),\"part\",\"listed\"",
        "(up{ns=\"rag\"} == 0 and max_over_time(up{ns=\"rag\"}[3m]) == 0 and "
        "up{ns=\"rag\"} offset 3m unless up{ns=\"rag\"} offset 1d == 0),\"part\",\"down\"",
        "(min_over_time(kube_deployment_spec_replicas[3m])) > "
        "max by (cluster, namespace, deployment) "
        "(max_over_time(kube_deployment_status_replicas_available[3m])) unless ",
        "(changes(kube_statefulset_status_observed_generation[15m])) > 0",
        "(label_replace(retrieval_seconds{app=\"a\",ns=\"rag\"} or "
        "retrieval_seconds{app=\"a\",ns=\"rag\"} offset 1h or ",
        ",\"stage\",\"1\",\"\",\"\")",
    };
    struct config c;
    struct plan p;
    yaml_read(&c, pipeline);
    plan_init(&p, &c, NULL, 0);
    p.stages[0].kind = LATENCY_NATIVE;
    p.stages[1].kind = LATENCY_VALUE;
    p.stages[3].kind = LATENCY_ABSENT;
    plan_resolve(&p);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!strstr(expr(&p, p.targets), parts[i])) {
            fail_msg("'%s' is not in %s", parts[i], expr(&p, p.targets));
        }
    }
    assert_null(strstr(expr(&p, p.targets), "\"stage\",\"3\"")); // nobody serves it
    assert_string_equal(p.signals[p.targets].shown, "up{ns=\"rag\"} == 0");
    assert_false(plan_has_past(&p, p.targets));
    plan_finish(&p);
    config_finish(&c);
}

static void knows_units_by_suffix(void **state)
{
    (void)state;
    static const struct {
        const char *stage;
        double to_seconds;
    } cases[] = {
        {"latency: a_seconds", 1},
        {"latency: a", 1},
        {"latency: a_ms", 1e-3},
        {"latency: a_milliseconds", 1e-3},
        {"latency: a_us", 1e-6},
        {"latency: a_usec", 1e-6},
        {"latency: a_microseconds", 1e-6},
        {"latency: a_ns", 1e-9},
        {"latency: a_nanoseconds", 1e-9},
        {"latency: items", 1},
        {"latency: 'a_ms{b=\"_s\"}'", 1e-3},
        {"latency: a_ms\n    unit: seconds", 1},
        {"latency: a\n    unit: ms", 1e-3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config c;
        struct plan p;
        struct str yaml;
        str_init(&yaml);
        str_addf(&yaml, "stages:\n  - name: x\n    %s\n", cases[i].stage);
        yaml_read(&c, yaml.text);
        plan_init(&p, &c, NULL, 0);
        assert_true(p.stages[0].to_seconds == cases[i].to_seconds);
        plan_finish(&p);
        config_finish(&c);
        str_finish(&yaml);
    }
}

static void makes_stages_of_label_values(void **state)
{
    (void)state;
    struct config c;
    struct plan p;
    yaml_read(&c, "stages_by_label: {latency: 'agent_ms{app=\"a\"}', label: stage}\n");
    static const char *const values[] = {"plan", "say \"hi\"\\", "plan"};
    plan_init(&p, &c, values, 3);
    assert_int_equal(p.stages_count, 2); // each value once
    assert_string_equal(p.stages[0].name, "plan");
    assert_string_equal(p.stages[0].metric, "agent_ms");
    assert_string_equal(p.stages[0].latency, "agent_ms{app=\"a\",stage=\"plan\"}");
    assert_string_equal(p.stages[1].latency, "agent_ms{app=\"a\",stage=\"say \\\"hi\\\"\\\\\"}");
    assert_true(p.stages[0].to_seconds == 1e-3);
    p.stages[0].kind = p.stages[1].kind = LATENCY_NATIVE;
    plan_resolve(&p);
    assert_string_equal(
        expr(&p, p.stages[0].latency_signal), "sum(rate(agent_ms{app=\"a\",stage=\"plan\"}[5m]))");
    plan_finish(&p);
    plan_init(&p, &c, NULL, 0);
    assert_int_equal(p.stages_count, 0);
    plan_finish(&p);
    config_finish(&c);
}

static void gives_stages_of_label_values_errors_and_children(void **state)
{
    (void)state;
    struct config c;
    struct plan p;
    yaml_read(&c, "stages_by_label:\n"
                  "  latency: a_ms\n"
                  "  label: stage\n"
                  "  errors: 'a_failed_total{kind=\"x\"}'\n"
                  "  slo: {p95: 2s, errors: 1%}\n"
                  "  children: [{name: model, latency: b_seconds}]\n");
    static const char *const values[] = {"plan", "answer"};
    plan_init(&p, &c, values, 2);
    assert_int_equal(p.stages_count, 4);
    const struct stage *answer = &p.stages[2], *model = &p.stages[3];
    assert_string_equal(answer->name, "answer");
    assert_string_equal(answer->latency, "a_ms{stage=\"answer\"}");
    assert_true(answer->slo_p95_s == 2 && answer->slo_errors > 0.0099);
    assert_string_equal(p.signals[answer->errors_signal].source.metric,
        "a_failed_total{kind=\"x\",stage=\"answer\"}");
    assert_string_equal(model->name, "answer/model");
    assert_string_equal(model->latency, "b_seconds{stage=\"answer\"}");
    assert_int_equal(model->parent, 2);
    assert_true(answer->by_label && model->by_label);
    plan_finish(&p);
    static char texts[PLAN_STAGES_MAX][8];
    static const char *many[PLAN_STAGES_MAX];
    for (int i = 0; i < PLAN_STAGES_MAX; i++) {
        snprintf(texts[i], sizeof texts[i], "s%d", i);
        many[i] = texts[i];
    }
    plan_init(&p, &c, many, PLAN_STAGES_MAX); // a value has room with its children or not at all
    assert_int_equal(p.stages_count, PLAN_STAGES_MAX);
    assert_int_equal(p.stages_more, PLAN_STAGES_MAX / 2);
    plan_finish(&p);
    config_finish(&c);
}

static void bounds_label_values(void **state)
{
    (void)state;
    enum { MANY = PLAN_STAGES_MAX + 10 };
    static char texts[MANY][8];
    static const char *values[MANY];
    struct config c;
    struct plan p;
    yaml_read(&c, "stages_by_label: {latency: a_ms, label: stage}\n");
    for (int i = 0; i < MANY; i++) {
        snprintf(texts[i], sizeof texts[i], "s%d", i);
        values[i] = texts[i];
    }
    for (size_t n = PLAN_STAGES_MAX - 1; n <= MANY; n++) {
        bool fits = n <= PLAN_STAGES_MAX;
        plan_init(&p, &c, values, n);
        assert_int_equal(p.stages_count, fits ? n : PLAN_STAGES_MAX);
        assert_int_equal(p.stages_more, fits ? 0 : n - PLAN_STAGES_MAX);
        plan_finish(&p);
    }
    config_finish(&c);
}

static void asks_for_the_last_sample_of_expressions(void **state)
{
    (void)state;
    struct config c;
    struct plan p;
    yaml_read(&c, "selector: n=\"r\"\nstages:\n"
                  "  - {name: a, expr: {latency: 'rate(a_sum{x=\"y\"}[5m]) / rate(a_count[5m])'}}\n"
                  "  - {name: b, expr: {latency: 'avg(b_ms)'}}\n"
                  "  - {name: c, latency: c_ms}\n");
    plan_init(&p, &c, NULL, 0);
    p.stages[2].kind = LATENCY_VALUE;
    plan_resolve(&p);
    assert_string_equal(expr(&p, p.last),
        "label_replace(max(timestamp(a_sum{x=\"y\",n=\"r\"})),\"stage\",\"0\",\"\",\"\") or "
        "label_replace(max(timestamp(c_ms{n=\"r\"})),\"stage\",\"2\",\"\",\"\")");
    plan_finish(&p);
    config_finish(&c);
}

// What ragtop asks calls them `pod`; the reader's query keeps the label as the series have it.
static void pods_are_shown_by_the_label_that_they_have(void **state)
{
    (void)state;
    struct config c;
    struct plan p;
    yaml_read(&c, "pod_label: engine\nwindow: 5m\n"
                  "stages: [{name: a, latency: a_seconds, errors: e_total}]\n");
    plan_init(&p, &c, NULL, 0);
    p.stages[0].kind = LATENCY_CLASSIC;
    plan_resolve(&p);
    const struct signal *pods = &p.signals[p.stages[0].pods_signal];
    const struct signal *errors = &p.signals[p.stages[0].pod_errors_signal];
    assert_non_null(strstr(pods->expr, ",\"pod\",\"$1\",\"engine\",\"(.*)\")"));
    assert_string_equal(
        pods->shown, "histogram_quantile(0.95, sum by (engine, le) (rate(a_seconds_bucket[5m])))");
    assert_string_equal(pods->mean, "sum by (engine) (rate(a_seconds_sum[5m])) / sum by (engine) "
                                    "(rate(a_seconds_count[5m]))");
    assert_string_equal(errors->shown, "sum by (engine) (rate(e_total[5m]))");
    plan_finish(&p);
    config_finish(&c);
}

enum { QUERY_BYTES_MOST = 16 * 1024 /* some servers refuse longer ones */ };

static size_t occurrences(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = text; at && (at = strstr(at, what)); at++) {
        count++;
    }
    return count;
}

/** What is asked of many stages or signals, and what an arm of each has, with the index. */
static const struct {
    const char *name, *arm;
} in_parts[] = {
    {"last", "\"stage\",\"%d\","},
    {"conduct", "\"resets\",\"%d\","},
    {"mixed", "\"mixed\",\"%d\","},
    {"targets", "\"stage\",\"%d\","},
    {"replicas", "\"of\",\"%d\","},
    {"places", "}),\"stage\",\"%d\","},
};

static int first_of(const struct plan *p, size_t k)
{
    const int firsts[] = {p->last, p->conduct, p->mixed, p->targets, p->replicas, p->places};
    return firsts[k];
}

// Of COUNT stages with matchers of BYTES and what runs in each, within a selector of as many.
static void plan_of_many(struct plan *p, struct config *c, struct str *yaml, int count, int bytes)
{
    str_init(yaml);
    str_addf(yaml, "selector: 'n=\"%0*d\"'\nstages:\n", bytes, 0);
    for (int i = 0; i < count; i++) {
        str_addf(yaml,
            "  - {name: s%d, latency: 'a%d_of_all_seconds{a=\"%0*d\"}', signals: {running: {queue: "
            "'b%d_of_all{a=\"%0*d\"}'}}}\n",
            i, i, bytes, 0, i, bytes, 0);
    }
    yaml_read(c, yaml->text);
    plan_init(p, c, NULL, 0);
    for (size_t i = 0; i < p->stages_count; i++) {
        p->stages[i].kind = LATENCY_CLASSIC;
    }
    plan_resolve(p);
    plan_resolve(p); // as when the window grows
}

// Checks that what is asked from FIRST on is about stage STAGE once, in the part that says so.
static void check_part(const struct plan *p, int first, int stage, const char *arm, bool signals)
{
    char expected[48];
    int item = signals ? p->stages[stage].latency_signal : stage;
    snprintf(expected, sizeof expected, arm, item);
    size_t asked = 0;
    for (int part = first; part >= 0; part = part_after(p, part)) {
        asked += occurrences(p->signals[part].expr, expected);
    }
    assert_int_equal(asked, 1);
    if (first != p->mixed) {
        int own = part_of(p, first, (size_t)item);
        assert_int_equal(occurrences(expr(p, own), expected), 1);
    }
}

// One query has no room for so many: there are as many as it takes, and of few there is one.
static void every_stage_is_asked_about(void **state)
{
    (void)state;
    static const struct {
        int count, bytes;
    } cases[] = {{1, 1}, {10, 1}, {30, 100}, {200, 1}, {100, 500}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config c;
        struct plan p;
        struct str yaml;
        plan_of_many(&p, &c, &yaml, cases[i].count, cases[i].bytes);
        for (size_t k = 0; k < sizeof in_parts / sizeof *in_parts; k++) {
            int first = first_of(&p, k);
            for (int stage = 0; stage < cases[i].count; stage++) {
                check_part(&p, first, stage, in_parts[k].arm, k == 1 || k == 2);
            }
            assert_int_equal(parts_left_out(&p, first), 0);
            for (int part = first; part >= 0; part = part_after(&p, part)) {
                const char *query = p.signals[part].expr;
                assert_true(!query || strlen(query) < QUERY_BYTES_MOST);
                assert_true(cases[i].count > 10 || part == first || !query);
            }
        }
        plan_finish(&p);
        config_finish(&c);
        str_finish(&yaml);
    }
}

// Whatever matchers there are: what is too long by itself is counted, and all others are asked.
static void no_query_is_longer_than_servers_take(void **state)
{
    (void)state;
    for (int bytes = 300; bytes < 3000; bytes += 300) {
        struct config c;
        struct plan p;
        struct str yaml;
        plan_of_many(&p, &c, &yaml, 30, bytes);
        for (size_t k = 0; k < sizeof in_parts / sizeof *in_parts; k++) {
            const char *what = k == 1 ? "\"resets\"" : k == 2 ? "\"mixed\"" : "\"stage\",\"";
            size_t asked = 0;
            for (int part = first_of(&p, k); part >= 0; part = part_after(&p, part)) {
                const char *query = p.signals[part].expr;
                asked += occurrences(query, k == 4 ? "\"of\"" : what);
                assert_true(!query || strlen(query) < QUERY_BYTES_MOST);
            }
            asked = k == 5 ? asked / 2 : asked; // by name and by address
            assert_int_equal(asked + parts_left_out(&p, first_of(&p, k)), 30);
        }
        assert_int_equal(parts_left_out(&p, p.mixed) > 0, bytes >= 2700);
        plan_finish(&p);
        config_finish(&c);
        str_finish(&yaml);
    }
}

// Where nothing times a stage, what else is known of it tells who serves it; where a scrape has
// renamed the pod, it has renamed the namespace, too.
static void what_nothing_times_is_served_where_its_other_metrics_are(void **state)
{
    (void)state;
    struct config c;
    struct plan p;
    yaml_read(&c,
        "selector: n=\"r\"\nstages:\n"
        "  - {name: gpu, pod: exported_pod, signals: {busy: {ratio: DCGM_FI_DEV_GPU_UTIL}, "
        "memory: {used: DCGM_FI_DEV_FB_USED, free: DCGM_FI_DEV_FB_FREE}}}\n"
        "  - {name: own, expr: {latency: 'avg(b_ms)'}}\n");
    plan_init(&p, &c, NULL, 0);
    plan_resolve(&p);
    assert_true(served_is(&p, 0) && !served_is(&p, 1));
    static const char series[] = "DCGM_FI_DEV_GPU_UTIL{n=\"r\"}";
    const int asked[] = {p.targets, p.places, p.stages[0].pods_signal};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        assert_non_null(strstr(expr(&p, asked[i]), series));
    }
    assert_non_null(strstr(expr(&p, p.places), "(namespace, exported_namespace, exported_pod, "));
    assert_non_null(
        strstr(expr(&p, p.stages[0].pods_signal), p.signals[p.stages[0].pods_signal].shown));
    assert_int_equal(p.stages[1].pods_signal, -1);
    assert_int_equal(plan_outlives_ms(&p, &p.stages[0]), 0);
    p.signals[p.stages[0].declared_first].presence = PRESENCE_ABSENT;
    plan_resolve(&p);
    assert_null(strstr(expr(&p, p.places), series));
    assert_non_null(strstr(expr(&p, p.places), "DCGM_FI_DEV_FB_USED{n=\"r\"}"));
    plan_finish(&p);
    config_finish(&c);
}

// Whatever they count: of errors and tool calls it matters as much as of latencies, which come
// first.
static void every_counter_is_asked_whether_it_mixes(void **state)
{
    (void)state;
    struct config c;
    struct plan p;
    yaml_read(&c, "stages:\n"
                  "  - {name: a, latency: a_seconds, errors: a_bad_total, requests: a_all_total}\n"
                  "  - {name: b, latency: b_seconds}\n"
                  "tools: {calls: t_total, label: tool, errors: t_bad_total}\n");
    plan_init(&p, &c, NULL, 0);
    for (size_t i = 0; i < p.stages_count; i++) {
        p.stages[i].kind = LATENCY_CLASSIC;
    }
    plan_resolve(&p);
    static const char *const asked[] = {
        "a_seconds_", "b_seconds_", "a_bad_total", "a_all_total", "t_total", "t_bad_total"};
    const char *query = expr(&p, p.mixed);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        if (!strstr(query, asked[i])) {
            fail_msg("%s is not in %s", asked[i], query);
        }
    }
    assert_true(strstr(query, "b_seconds_") < strstr(query, "a_bad_total"));
    plan_finish(&p);
    config_finish(&c);
}

// A number for each tool, in seconds, in whatever shape the server has them.
static void means_of_tools_are_asked_by_tool(void **state)
{
    (void)state;
    static const struct {
        enum latency_kind shape;
        const char *asks;
    } cases[] = {
        {LATENCY_CLASSIC, "sum by (tool) (rate(t_ms_sum[5m])) / "
                          "sum by (tool) (rate(t_ms_count[5m])) * 0.001"},
        {LATENCY_QUANTILES, "sum by (tool) (rate(t_ms_sum[5m])) / "
                            "sum by (tool) (rate(t_ms_count[5m])) * 0.001"},
        {LATENCY_NATIVE, "histogram_sum(sum by (tool) (rate(t_ms[5m]))) / "
                         "histogram_count(sum by (tool) (rate(t_ms[5m]))) * 0.001"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config c;
        struct plan p;
        yaml_read(&c, "window: 5m\nstages: [{name: a, latency: a_seconds}]\n"
                      "tools: {calls: t_total, label: tool, latency: t_ms}\n");
        plan_init(&p, &c, NULL, 0);
        p.signals[p.tool_latency].shape = cases[i].shape;
        plan_resolve(&p);
        assert_string_equal(expr(&p, p.tool_latency), cases[i].asks);
        assert_string_equal(p.signals[p.tool_latency].shown, cases[i].asks);
        assert_true(plan_has_past(&p, p.tool_latency));
        plan_finish(&p);
        config_finish(&c);
    }
}

static void settles_the_times(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        int64_t scrape_s, window_s, refresh_s, step_s, slots;
    } cases[] = {
        {"span: 1h\n", 0, 300, 15, 15, 240}, // not known: 15 s
        {"span: 1h\n", 15, 300, 15, 15, 240},
        {"span: 1h\n", 5, 300, 5, 15, 240},
        {"span: 1h\n", 60, 300, 60, 60, 60},
        {"span: 1h\n", 120, 480, 120, 120, 30},
        {"span: 1d\n", 15, 300, 15, 360, 240},
        {"span: 50m\n", 15, 300, 15, 15, 200},
        {"span: 1h\nwindow: 1m\n", 15, 60, 15, 15, 240},
        {"span: 1h\nrefresh: 30s\n", 15, 300, 30, 30, 120},
        {"span: 1h\nwindow: 10m\nrefresh: 1m\n", 120, 600, 60, 60, 60},
        {"span: 5m\n", 300, 1200, 300, 300, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config c;
        struct plan p;
        struct str yaml;
        str_init(&yaml);
        str_addf(&yaml, "%sstages: [{name: a, latency: b}]\n", cases[i].yaml);
        yaml_read(&c, yaml.text);
        plan_init(&p, &c, NULL, 0);
        struct scope scope = scope_of(&c);
        plan_set_times(&p, &c, &scope, cases[i].scrape_s * 1000);
        struct grid g = scope_grid(&scope, &p);
        if (p.window_ms != cases[i].window_s * 1000 || p.refresh_ms != cases[i].refresh_s * 1000 ||
            g.step_ms != cases[i].step_s * 1000 || (int64_t)g.slots != cases[i].slots) {
            fail_msg("case %zu: window %lld, refresh %lld, step %lld, %zu slots", i,
                (long long)p.window_ms, (long long)p.refresh_ms, (long long)g.step_ms, g.slots);
        }
        assert_true(g.slots <= SCOPE_SLOTS_MAX && g.step_ms % p.refresh_ms == 0);
        plan_finish(&p);
        config_finish(&c);
        str_finish(&yaml);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_counter_is_asked_whether_it_mixes),
        cmocka_unit_test(makes_the_tree),
        cmocka_unit_test(writes_expressions),
        cmocka_unit_test(history_has_peaks),
        cmocka_unit_test(asks_which_targets_are_missing),
        cmocka_unit_test(knows_units_by_suffix),
        cmocka_unit_test(makes_stages_of_label_values),
        cmocka_unit_test(gives_stages_of_label_values_errors_and_children),
        cmocka_unit_test(bounds_label_values),
        cmocka_unit_test(asks_for_the_last_sample_of_expressions),
        cmocka_unit_test(every_stage_is_asked_about),
        cmocka_unit_test(what_nothing_times_is_served_where_its_other_metrics_are),
        cmocka_unit_test(no_query_is_longer_than_servers_take),
        cmocka_unit_test(pods_are_shown_by_the_label_that_they_have),
        cmocka_unit_test(settles_the_times),
        cmocka_unit_test(means_of_tools_are_asked_by_tool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
