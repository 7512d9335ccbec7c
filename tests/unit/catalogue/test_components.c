// The tree of stages that comes of what a server has.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "catalogue/build.h"
#include "catalogue/dotted.h"
#include "catalogue/find.h"
#include "catalogue/guess.h"
#include "catalogue/pick.h"
#include "config/limits.h"
#include "config/profile.h"

static const char engine[] = "name: engine\n"
                             "role: llm\n"
                             "detect: [engine_running]\n"
                             "where: 'model!=\"\"'\n"
                             "by: model\n"
                             "stages:\n"
                             "  - name: engine\n"
                             "    latency: [engine_new_seconds, {metric: engine_old, unit: ms}]\n"
                             "    errors: {metric: engine_total, bad: 'reason=\"error\"'}\n"
                             "    signals: {kv_cache: {ratio: [engine_kv, engine_gpu]}}\n"
                             "    children: [{name: queue, latency: engine_queue_seconds}]\n";
static const char store[] = "name: store\n"
                            "role: vector_db\n"
                            "detect: [store_up]\n"
                            "stages:\n"
                            "  - name: store\n"
                            "    latency: 'store_seconds{endpoint=~\".*search\"}'\n"
                            "    children: [{name: queue, latency: store_queue_seconds}]\n";
static const char http[] = "name: http\n"
                           "role: application\n"
                           "generic: true\n"
                           "detect: [front_door_seconds_count]\n"
                           "stages: [{name: http, latency: front_door_seconds}]\n";

static const char gpu[] = "name: gpu\n"
                          "role: gpu\n"
                          "detect: [gpu_busy]\n"
                          "pod: exported_pod\n"
                          "stages: [{name: gpu, saturation: [{name: busy, ratio: gpu_busy}]}]\n";
static const char proxy[] = "name: proxy\n"
                            "role: llm_gateway\n"
                            "replaces: [store, engine_old]\n"
                            "detect: [proxy_up]\n"
                            "stages: [{name: proxy, latency: proxy_seconds}]\n";
static const char old[] = "name: old\n"
                          "role: llm\n"
                          "replaces: [proxy]\n"
                          "detect: [old_up]\n"
                          "stages:\n"
                          "  - {name: engine_old, latency: old_seconds}\n"
                          "  - {name: engine_front, latency: old_front_seconds}\n";
static const char pair[] = "name: pair\n"
                           "role: cache\n"
                           "detect: [pair_up]\n"
                           "pod: node\n"
                           "stages:\n"
                           "  - name: pair\n"
                           "    latency:\n"
                           "      sum: 'pair_seconds_total{cmd=~\"(?i)(get|set).*\"}'\n"
                           "      count: 'pair_total{cmd=~\"(?i)(get|set).*\"}'\n";
static const char front[] = "name: front\n"
                            "role: gateway\n"
                            "generic: true\n"
                            "detect: [front_up]\n"
                            "stages: [{name: front, latency: front_seconds}]\n";
static const char route[] = "name: route\n"
                            "role: llm_gateway\n"
                            "detect: [route_up]\n"
                            "stages: [{name: route, latency: route_seconds}]\n";

static const char calls[] = "name: calls\n"
                            "role: generation\n"
                            "detect: [calls_up]\n"
                            "stages:\n"
                            "  - {name: flow, role: application, latency: flow_seconds}\n"
                            "  - {name: agent, role: application, latency: agent_seconds}\n"
                            "  - {name: chat, latency: chat_seconds}\n"
                            "  - {name: embed, role: embedder, latency: embed_seconds}\n";

static const char mesh[] = "name: mesh\n"
                           "role: gateway\n"
                           "generic: true\n"
                           "detect: [mesh_total]\n"
                           "by: callee\n"
                           "edges: [{metric: mesh_total, from: caller, to: callee, "
                           "from_namespace: caller_space, to_namespace: callee_space}]\n"
                           "stages: [{name: mesh, latency: mesh_seconds}]\n";
static const char client[] = "name: client\n"
                             "role: generation\n"
                             "detect: [client_seconds_count]\n"
                             "edges:\n"
                             "  - {metric: client_seconds, to: address}\n"
                             "  - {metric: fetch_seconds, to: address}\n"
                             "stages:\n"
                             "  - name: ask\n"
                             "    by: model\n"
                             "    when: {kind: ask}\n"
                             "    latency: client_seconds\n"
                             "  - {name: embed, role: embedder, when: {kind: embed}, "
                             "latency: client_seconds}\n";

static struct config config;
static struct config wired; /**< with the profiles that tell who calls whom */

static void apply(struct config *c, const char *const *texts, size_t count)
{
    struct str why;
    str_init(&why);
    for (size_t i = 0; i < count; i++) {
        if (!profile_apply("p", texts[i], strlen(texts[i]), true, c, &why)) {
            fail_msg("%s", why.text);
        }
    }
    str_finish(&why);
}

static int set_up(void **state)
{
    (void)state;
    const char *const texts[] = {engine, store, http, proxy, old, gpu, pair, front, route, calls};
    const char *const more[] = {engine, store, http, proxy, mesh, client, old};
    apply(&config, texts, sizeof texts / sizeof *texts);
    apply(&wired, more, sizeof more / sizeof *more);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    config_finish(&config);
    config_finish(&wired);
    return 0;
}

/** Adds a series `NAME job=J namespace=N LABEL=VALUE` by words; those after the third are pairs. */
static void add(struct batch *rows, const char *const *words)
{
    static const char *const fixed[] = {"__name__", "job", "namespace"};
    struct batch_series *s = batch_add(rows);
    for (size_t i = 0; i < 3 && words[i]; i++) {
        labels_set(&s->labels, fixed[i], words[i]);
    }
    for (size_t i = 3; words[i]; i += 2) {
        labels_set(&s->labels, words[i], words[i + 1]);
    }
    batch_add_sample(s, 1, 100);
}

#define ADD(rows, ...) add(rows, (const char *const[]){__VA_ARGS__, NULL})

/** Appends the names of STAGES as `a(b,c)`. */
static void add_names(struct str *s, const struct stage_config *stages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        str_addf(s, "%s%s", i ? "," : "", stages[i].name);
        if (stages[i].children_count > 0) {
            str_addc(s, '(');
            add_names(s, stages[i].children, stages[i].children_count);
            str_addc(s, ')');
        }
    }
}

/** What comes of ROWS, which are finished, by C; the caller finishes. */
static struct pipeline built_by(const struct config *c, struct batch *rows, const char *names)
{
    struct component_list seen = {0};
    struct pipeline p;
    struct str s;
    str_init(&s);
    build_take(c, rows, &seen, &p);
    component_finish(&seen);
    add_names(&s, p.stages, p.stages_count);
    assert_string_equal(s.text, names);
    str_finish(&s);
    batch_finish(rows);
    return p;
}

static struct pipeline built(struct batch *rows, const char *names)
{
    return built_by(&config, rows, names);
}

static void asks_for_names_and_labels(void **state)
{
    (void)state;
#define NAMES                                                                                      \
    "{__name__=~\"engine_running|store_up|front_door_seconds_count|proxy_up|old_up|gpu_busy|pair_" \
    "up|"                                                                                          \
    "front_up|route_up|calls_up\",cluster=\"a\"}"
    struct str s;
    str_init(&s);
    assert_true(find_asks(config.profiles, config.profiles_count));
    find_add_query(&s, config.profiles, config.profiles_count, "cluster=\"a\"");
    // a job that is down is missed
    assert_string_equal(s.text,
        "count by (__name__, job, namespace, model, exported_model) (" NAMES
        ") or on (job, namespace) "
        "count by (__name__, job, namespace, model, exported_model) (last_over_time(" NAMES
        "[1h]))");
    str_clear(&s);
    assert_true(build_add_query(&s, &config.profiles[1], 1, NULL, NULL, false));
    assert_non_null(
        strstr(s.text, "count by (__name__, job, namespace, endpoint, exported_endpoint) "
                       "({__name__=~\"store_seconds|store_seconds_count|store_queue_seconds|"
                       "store_queue_seconds_count\"}) or on (job, namespace) "));
    str_finish(&s);
#undef NAMES
}

// One question tells where the parts are, and of which sort, so that none is asked for names.
static void asks_which_names_there_are(void **state)
{
    (void)state;
    enum { LONG = 15 * 1024 };
    struct str s;
    struct batch rows = {0};
    struct name_list names = {0};
    str_init(&s);
    assert_true(build_add_query(&s, &config.profiles[1], 1, "cluster=\"a\"", "rule:.+", false));
    assert_non_null(strstr(s.text,
        " or label_replace(count by (__name__) (last_over_time({__name__=~\"(store_seconds|"
        "store_queue_seconds)_(bucket|sum)\","
        "le=~\"|[+]Inf\",cluster=\"a\"}[1h])), \"ragtop_names\", \"shape\", \"\", \"\")"
        " or label_replace(count by (__name__) ({__name__=~\"rule:.+\",cluster=\"a\"}), "
        "\"ragtop_names\", \"rule\", \"\", \"\")"));
    // some servers refuse what is longer
    char *rules = mem_zalloc(1, LONG + 1);
    memset(rules, 'x', LONG);
    str_clear(&s);
    build_add_query(&s, &config.profiles[1], 1, NULL, rules, false);
    assert_null(strstr(s.text, "ragtop_names"));
    free(rules);
    str_finish(&s);
    ADD(&rows, "store_seconds_bucket", NULL, NULL, "ragtop_names", "shape");
    ADD(&rows, "store_seconds_count", "store", "rag");
    ADD(&rows, "store_seconds_count", "store", "other");
    ADD(&rows, "rule:x", NULL, NULL, "ragtop_names", "rule");
    assert_true(pick_take_names(&rows, &names));
    assert_int_equal(rows.count, 2);
    assert_string_equal(labels_get(&rows.series[1].labels, "namespace"), "other");
    assert_int_equal(names.count, 3);
    assert_string_equal(names.items[1], "store_seconds_count");
    assert_string_equal(names.items[2], "rule:x");
    assert_false(pick_take_names(&rows, &names)); // those were asked for by themselves
    names_finish(&names);
    batch_finish(&rows);
}

static const char ranker[] = "name: ranker\n"
                             "role: reranker\n"
                             "detect: [rank_seconds_count]\n"
                             "stages:\n"
                             "  - name: rank\n"
                             "    latency: rank_seconds\n"
                             "    signals: {waiting: {queue: queue_size}}\n";

// Another program may export the same name.
static void a_job_that_nothing_recognises_is_no_second_place(void **state)
{
    (void)state;
    struct config own = {0};
    struct pipeline p;
    struct batch rows = {0};
    struct str s;
    bool found[1];
    struct component_list seen = {0};
    str_init(&s);
    assert_true(profile_apply("p", ranker, strlen(ranker), true, &own, &s));
    ADD(&rows, "queue_size", "embedder", "rag");
    ADD(&rows, "queue_size", "ranker", "rag");
    ADD(&rows, "rank_seconds_count", "ranker", "rag");
    assert_int_equal(find_take(own.profiles, 1, &rows, found, &seen), 1);
    assert_true(build_take(&own, &rows, &seen, &p));
    assert_int_equal(p.stages_count, 1);
    assert_string_equal(p.stages[0].name, "rank");
    assert_string_equal(
        p.stages[0].declared[0].source.metric, "queue_size{namespace=\"rag\",job=\"ranker\"}");
    component_finish(&seen);
    pipeline_finish(&p);
    batch_finish(&rows);
    config_finish(&own);
    str_finish(&s);
}

static const char otel[] = "name: otel\n"
                           "role: generation\n"
                           "detect: [gen_ai_client_operation_duration_seconds_count]\n"
                           "stages:\n"
                           "  - name: chat\n"
                           "    by: gen_ai_request_model\n"
                           "    when: {gen_ai_operation_name: chat}\n"
                           "    latency: gen_ai_client_operation_duration_seconds\n"
                           "    errors:\n"
                           "      metric: gen_ai_client_operation_duration_seconds_count\n"
                           "      bad: 'error_type!=\"\"'\n"
                           "tools:\n"
                           "  calls: gen_ai_execute_tool_duration_seconds_count\n"
                           "  label: gen_ai_tool_name\n";

#define DURATION "gen_ai.client.operation.duration_count"
#define CHAT "gen_ai.operation.name", "chat", "gen_ai.request.model"

static void names_with_dots_are_what_the_profile_says(void **state)
{
    (void)state;
    struct config own = {0};
    struct pipeline p;
    struct batch rows = {0};
    struct str s;
    bool found[1];
    struct component_list seen = {0};
    str_init(&s);
    assert_true(profile_apply("p", otel, strlen(otel), true, &own, &s));
    find_add_query(&s, own.profiles, 1, NULL);
    assert_non_null(strstr(s.text, "count by (__name__, job, namespace) "
                                   "({__name__=~\"gen_ai_client_operation_duration_seconds_count|"
                                   "gen_ai\\\\.client\\\\.operation\\\\.duration_seconds_count|"
                                   "gen_ai\\\\.client\\\\.operation\\\\.duration_count\"})"));
    str_clear(&s);
    build_add_query(&s, own.profiles, 1, NULL, NULL, true);
    assert_non_null(strstr(s.text, ", \"gen_ai.request.model\""));
    str_clear(&s);
    build_add_query(&s, own.profiles, 1, NULL, NULL, false); // of a server that may refuse quotes
    assert_null(strstr(s.text, "gen_ai.request.model"));
    ADD(&rows, DURATION, "app", "rag", CHAT, "m");
    ADD(&rows, DURATION, "app", "rag", CHAT, "m", "error.type", "timeout");
    ADD(&rows, DURATION, "app", "rag", CHAT, "n");
    ADD(&rows, "gen_ai.execute_tool.duration_count", "app", "rag", "gen_ai.tool.name", "search");
    assert_int_equal(find_take(own.profiles, 1, &rows, found, &seen), 1);
    assert_true(build_take(&own, &rows, &seen, &p));
    assert_int_equal(p.stages_count, 2);
    assert_string_equal(p.stages[1].latency.metric,
        "gen_ai.client.operation.duration"
        "{\"gen_ai.operation.name\"=~\"chat\",\"gen_ai.request.model\"=\"n\"}");
    assert_true(p.stages[1].latency.to_seconds > 0.9 && p.stages[1].latency.to_seconds < 1.1);
    assert_string_equal(p.stages[1].errors.metric,
        DURATION "{\"error.type\"!=\"\",\"gen_ai.operation.name\"=~\"chat\","
                 "\"gen_ai.request.model\"=\"n\"}");
    // what servers made of it before they kept dots
    assert_string_equal(p.stages[1].latency.older->metric,
        "gen_ai_client_operation_duration_seconds{gen_ai_operation_name=~\"chat\","
        "gen_ai_request_model=\"n\",namespace=\"rag\",job=\"app\"}");
    assert_null(p.stages[1].latency.older->older);
    assert_string_equal(p.stages[1].errors.older->metric,
        "gen_ai_client_operation_duration_seconds_count{error_type!=\"\","
        "gen_ai_operation_name=~\"chat\",gen_ai_request_model=\"n\",namespace=\"rag\",job="
        "\"app\"}");
    assert_string_equal(p.tools.calls.metric, "gen_ai.execute_tool.duration_count");
    assert_string_equal(p.tools.label, "gen_ai.tool.name");
    pipeline_finish(&p);
    component_finish(&seen);
    batch_finish(&rows);
    config_finish(&own);
    str_finish(&s);
}

static const char renamed[] = "name: otel\n"
                              "detect: [http_server_request_duration_seconds_count]\n"
                              "stages:\n"
                              "  - name: http\n"
                              "    when: {http_route: /ask}\n"
                              "    latency:\n"
                              "      - http_server_request_duration_seconds\n"
                              "      - {metric: http_server_request_duration, unit: s}\n"
                              "      - http_server_duration_milliseconds\n";

// A server that adds the unit to names with dots did so before, too.
static void other_names_have_dots_where_the_present_one_has(void **state)
{
    (void)state;
#define WHERE "=~\"/ask\",namespace=\"rag\",job=\"app\"}"
#define PLAIN "{http_route" WHERE
#define DOTTED "{\"http.route\"" WHERE
    static const struct {
        const char *now;
        struct {
            const char *metric;
            int us; // one of its unit
        } older[6];
    } cases[] = {
        {"http.server.request.duration_count", {{"http_server_request_duration_seconds" PLAIN, 0},
                                                   {"http_server_request_duration" PLAIN, 1000000},
                                                   {"http.server.duration" DOTTED, 1000},
                                                   {"http_server_duration_milliseconds" PLAIN, 0}}},
        {"http.server.request.duration_seconds_count",
            {{"http_server_request_duration_seconds" PLAIN, 0},
                {"http.server.request.duration" DOTTED, 1000000},
                {"http_server_request_duration" PLAIN, 1000000},
                {"http.server.duration_milliseconds" DOTTED, 1000},
                {"http_server_duration_milliseconds" PLAIN, 0}}},
        {"http_server_request_duration_seconds_count",
            {{"http_server_request_duration" PLAIN, 1000000},
                {"http_server_duration_milliseconds" PLAIN, 0}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config own = {0};
        struct pipeline p;
        struct batch rows = {0};
        struct str why;
        bool found[1];
        struct component_list seen = {0};
        str_init(&why);
        assert_true(profile_apply("p", renamed, strlen(renamed), true, &own, &why));
        ADD(&rows, cases[i].now, "app", "rag",
            strchr(cases[i].now, '.') ? "http.route" : "http_route", "/ask");
        assert_int_equal(find_take(own.profiles, 1, &rows, found, &seen), 1);
        assert_true(build_take(&own, &rows, &seen, &p));
        const struct metric_config *older = p.stages[0].latency.older;
        for (size_t k = 0; cases[i].older[k].metric; k++, older = older->older) {
            assert_non_null(older);
            assert_string_equal(older->metric, cases[i].older[k].metric);
            assert_int_equal(lround(older->to_seconds * 1e6), cases[i].older[k].us);
        }
        assert_null(older);
        pipeline_finish(&p);
        component_finish(&seen);
        batch_finish(&rows);
        config_finish(&own);
        str_finish(&why);
    }
}

static void milliseconds_are_no_seconds(void **state)
{
    (void)state;
    assert_true(
        dotted_is_metric("http.server.duration_count", "http_server_duration_milliseconds_count"));
    assert_true(dotted_is_metric("a.b_seconds", "a_b_seconds"));
    assert_false(dotted_is_metric("a.b_milliseconds", "a_b_seconds"));
    assert_false(dotted_is_metric("a_b", "a_b")); // it has no dots
    assert_false(dotted_is_metric("a.b_sum", "a_b_seconds_count"));
}

static void a_generic_one_needs_company(void **state)
{
    (void)state;
    struct batch rows = {0};
    bool found[10];
    struct component_list seen = {0};
    ADD(&rows, "front_door_seconds_count", "shop", "shop");
    assert_int_equal(find_take(config.profiles, config.profiles_count, &rows, found, &seen), 0);
    ADD(&rows, "engine_running", "engine", "rag", "model", "");
    assert_int_equal(find_take(config.profiles, config.profiles_count, &rows, found, &seen),
        0); // not without a model
    ADD(&rows, "engine_running", "engine", "rag", "model", "m");
    assert_int_equal(find_take(config.profiles, config.profiles_count, &rows, found, &seen), 1);
    assert_false(found[2]); // the shop's
    ADD(&rows, "front_door_seconds_count", "api", "rag");
    assert_int_equal(find_take(config.profiles, config.profiles_count, &rows, found, &seen), 2);
    assert_true(found[0] && found[2]);
    component_finish(&seen);
    batch_finish(&rows);
}

static void the_first_name_that_is_there_is_taken(void **state)
{
    (void)state;
    struct batch rows = {0};
    ADD(&rows, "engine_old_count", "e", "rag", "model", "m");
    ADD(&rows, "engine_gpu", "e", "rag", "model", "m");
    ADD(&rows, "engine_total", "e", "rag", "model", "m", "reason", "stop");
    struct pipeline p = built(&rows, "engine");
    assert_string_equal(p.stages[0].latency.metric, "engine_old{model!=\"\"}");
    assert_true(p.stages[0].latency.to_seconds > 0.0009 && p.stages[0].latency.to_seconds < 0.0011);
    // what fails may not have failed yet
    assert_string_equal(p.stages[0].errors.metric, "engine_total{reason=\"error\",model!=\"\"}");
    assert_int_equal(p.stages[0].declared_count, 1);
    assert_string_equal(p.stages[0].declared[0].source.metric, "engine_gpu{model!=\"\"}");
    // what it may have been called before, there and nowhere else
    const struct metric_config *older[] = {
        p.stages[0].latency.older, p.stages[0].declared[0].source.older};
    static const char *const called[] = {
        "engine_new_seconds{model!=\"\",namespace=\"rag\",job=\"e\"}",
        "engine_kv{model!=\"\",namespace=\"rag\",job=\"e\"}"};
    for (size_t i = 0; i < sizeof older / sizeof *older; i++) {
        assert_non_null(older[i]);
        assert_string_equal(older[i]->metric, called[i]);
        assert_null(older[i]->older);
    }
    assert_null(p.stages[0].errors.older);
    pipeline_finish(&p);

    ADD(&rows, "engine_old_count", "e", "rag", "model", "m");
    ADD(&rows, "engine_new_seconds_count", "e", "rag", "model", "m");
    p = built(&rows, "engine");
    assert_string_equal(p.stages[0].latency.metric, "engine_new_seconds{model!=\"\"}");
    pipeline_finish(&p);
}

static void several_values_are_several_stages(void **state)
{
    (void)state;
    struct batch rows = {0};
    ADD(&rows, "engine_new_seconds_count", "e", "rag", "model", "org/a");
    ADD(&rows, "engine_new_seconds_count", "e", "rag", "model", "org/b");
    struct pipeline p = built(&rows, "engine/a,engine/b");
    assert_string_equal(
        p.stages[1].latency.metric, "engine_new_seconds{model!=\"\",model=\"org/b\"}");
    pipeline_finish(&p);

    ADD(&rows, "engine_new_seconds_count", "e", "one", "model", "a");
    ADD(&rows, "engine_new_seconds_count", "e", "two", "model", "a");
    p = built(&rows, "engine@one,engine@two");
    assert_string_equal(
        p.stages[0].latency.metric, "engine_new_seconds{model!=\"\",namespace=\"one\",job=\"e\"}");
    pipeline_finish(&p);
}

static void a_label_that_the_target_hides_is_asked_for_as_exported(void **state)
{
    (void)state;
    struct batch rows = {0};
    ADD(&rows, "store_seconds_count", "s", "rag", "endpoint", "metrics", "exported_endpoint",
        "/points/search");
    struct pipeline p = built(&rows, "store");
    assert_string_equal(
        p.stages[0].latency.metric, "store_seconds{exported_endpoint=~\".*search\"}");
    pipeline_finish(&p);

    ADD(&rows, "store_seconds_count", "s", "rag", "endpoint", "/points/upsert");
    p = built(&rows, ""); // nobody searches
    pipeline_finish(&p);
}

static void what_nothing_times_is_a_stage_all_the_same(void **state)
{
    (void)state;
    struct batch rows = {0};
    ADD(&rows, "gpu_busy", "dcgm", "a");
    ADD(&rows, "engine_kv", "vllm", "b", "model", "idle"); // and none that was ever asked
    struct pipeline p = built(&rows, "engine(gpu)");
    assert_null(p.stages[0].latency.metric);
    assert_int_equal(p.stages[0].declared_count, 1);
    assert_string_equal(p.stages[0].children[0].saturation[0].used.metric, "gpu_busy");
    assert_string_equal(p.stages[0].children[0].pod_label, "exported_pod");
    assert_null(p.stages[0].pod_label);
    pipeline_finish(&p);
}

static void a_model_that_was_never_asked_waits_beside_one_that_was(void **state)
{
    (void)state;
    struct batch rows = {0};
    ADD(&rows, "engine_new_seconds_count", "vllm", "a", "model", "x");
    ADD(&rows, "engine_kv", "vllm", "a", "model", "x");
    ADD(&rows, "engine_kv", "vllm", "a", "model", "y");
    struct pipeline p = built(&rows, "engine");
    assert_non_null(p.stages[0].latency.metric);
    pipeline_finish(&p);
    ADD(&rows, "engine_kv", "vllm", "a", "model", "x"); // of an idle engine all are shown
    ADD(&rows, "engine_kv", "vllm", "a", "model", "y");
    p = built(&rows, "engine/x,engine/y");
    pipeline_finish(&p);
}

static void what_tells_no_models_apart_is_of_those_that_there_are(void **state)
{
    (void)state;
    struct batch rows = {0};
    ADD(&rows, "engine_new_seconds_count", "vllm", "a", "model", "x");
    ADD(&rows, "engine_new_seconds_count", "vllm", "a", "model", "y");
    ADD(&rows, "gpu_busy", "vllm", "a");
    struct pipeline p = built(&rows, "engine/x,engine/y,gpu");
    pipeline_finish(&p);
}

static void the_tree_follows_from_roles(void **state)
{
    (void)state;
    struct batch rows = {0};
    ADD(&rows, "front_door_seconds_count", "api", "rag");
    ADD(&rows, "front_door_seconds_count", "e", "rag"); // the engine's own, which is known better
    ADD(&rows, "engine_new_seconds_count", "e", "rag", "model", "m");
    ADD(&rows, "engine_queue_seconds_count", "e", "rag", "model", "m");
    ADD(&rows, "store_seconds_count", "s", "rag", "endpoint", "/search");
    ADD(&rows, "store_queue_seconds_count", "s", "rag");
    struct pipeline p = built(&rows, "http(store(store/queue),engine(engine/queue))");
    assert_true(p.stages[0].children[0].linked);
    assert_true(p.stages[0].children[0].separate);
    assert_false(p.stages[0].children[0].children[0].separate);
    assert_false(p.stages[0].children[0].children[0].linked);
    pipeline_finish(&p);

    // which of two applications calls it is not known
    ADD(&rows, "front_door_seconds_count", "api", "rag");
    ADD(&rows, "front_door_seconds_count", "web", "rag");
    ADD(&rows, "engine_new_seconds_count", "e", "rag", "model", "m");
    p = built(&rows, "http@api,http@web,engine");
    pipeline_finish(&p);
}

static void one_profile_stands_for_others(void **state)
{
    (void)state;
    struct batch rows = {0};
    ADD(&rows, "store_seconds_count", "db", "rag", "endpoint", "/search");
    ADD(&rows, "proxy_seconds_count", "gate", "rag");
    struct pipeline p = built(&rows, "store,proxy"); // another job
    pipeline_finish(&p);
    ADD(&rows, "store_seconds_count", "gate", "shop", "endpoint", "/search");
    ADD(&rows, "proxy_seconds_count", "gate", "rag");
    p = built(&rows, "store,proxy"); // another namespace
    pipeline_finish(&p);
    ADD(&rows, "store_seconds_count", "gate", "rag", "endpoint", "/search");
    ADD(&rows, "proxy_seconds_count", "gate", "rag");
    p = built(&rows, "proxy");
    pipeline_finish(&p);
}

// A stage by its own name, and of two that stand for each other the last one.
static void one_profile_stands_for_a_stage(void **state)
{
    (void)state;
    struct batch rows = {0};
    ADD(&rows, "old_seconds_count", "gate", "rag");
    struct pipeline p = built(&rows, "engine_old");
    pipeline_finish(&p);
    ADD(&rows, "old_seconds_count", "gate", "rag");
    ADD(&rows, "old_front_seconds_count", "gate", "rag");
    ADD(&rows, "proxy_seconds_count", "gate", "rag");
    p = built(&rows, "engine_old,engine_front");
    pipeline_finish(&p);
}

// In any case of letters: commands are whatever a client has sent.
static void times_of_a_counter_are_those_that_match(void **state)
{
    (void)state;
    struct batch rows = {0};
    ADD(&rows, "pair_seconds_total", "c", "rag", "cmd", "flushall");
    ADD(&rows, "pair_total", "c", "rag", "cmd", "flushall");
    struct pipeline p = built(&rows, "");
    pipeline_finish(&p);
    ADD(&rows, "pair_seconds_total", "c", "rag", "cmd", "GET");
    ADD(&rows, "pair_total", "c", "rag", "cmd", "GET");
    p = built(&rows, "pair");
    assert_string_equal(p.stages[0].latency.metric, "pair_seconds_total{cmd=~\"(?i)(get|set).*\"}");
    assert_string_equal(p.stages[0].pod_label, "node");
    pipeline_finish(&p);

    // beside others, whose series have no such label
    ADD(&rows, "pair_seconds_total", "c", "rag", "cmd", "GET");
    ADD(&rows, "pair_total", "c", "rag", "cmd", "GET");
    ADD(&rows, "engine_new_seconds_count", "e", "rag", "model", "m");
    p = built(&rows, "engine,pair");
    assert_null(p.stages[0].pod_label);
    assert_string_equal(p.stages[1].pod_label, "node");
    pipeline_finish(&p);
}

static void a_gateway_of_all_calls_is_kept_around_that_of_models(void **state)
{
    (void)state;
    struct batch rows = {0};
    ADD(&rows, "front_seconds_count", "gw", "rag");
    ADD(&rows, "route_seconds_count", "gw", "rag");
    struct pipeline p = built(&rows, "front(route)");
    pipeline_finish(&p);
    ADD(&rows, "front_seconds_count", "e", "rag");
    ADD(&rows, "engine_new_seconds_count", "e", "rag", "model", "m");
    p = built(&rows, "engine");
    pipeline_finish(&p);
}

static void a_program_that_calls_models_serves_requests(void **state)
{
    (void)state;
    struct batch rows = {0};
    ADD(&rows, "front_door_seconds_count", "app", "rag");
    ADD(&rows, "chat_seconds_count", "app", "rag");
    ADD(&rows, "embed_seconds_count", "app", "rag");
    struct pipeline p = built(&rows, "http(chat,embed)");
    pipeline_finish(&p);
    // its workflow is the request, and known better
    ADD(&rows, "front_door_seconds_count", "app", "rag");
    ADD(&rows, "flow_seconds_count", "app", "rag");
    ADD(&rows, "chat_seconds_count", "app", "rag");
    p = built(&rows, "flow(chat)");
    pipeline_finish(&p);
    // its agent calls models, and who embeds is not known
    ADD(&rows, "flow_seconds_count", "app", "rag");
    ADD(&rows, "agent_seconds_count", "app", "rag");
    ADD(&rows, "chat_seconds_count", "app", "rag");
    ADD(&rows, "embed_seconds_count", "app", "rag");
    p = built(&rows, "flow(agent(chat),embed)");
    pipeline_finish(&p);
}

static void unknown_latencies_are_guessed(void **state)
{
    (void)state;
    struct batch rows = {0};
    struct pipeline p;
    ADD(&rows, "prometheus_http_request_duration_seconds_count", "prometheus", "monitoring");
    ADD(&rows, "go_gc_duration_seconds_count", "shop", "shop");
    assert_false(guess_take(&rows, &p));
    pipeline_finish(&p);
    ADD(&rows, "shop_search_duration_seconds_count", "shop", "shop", "status_code", "200");
    ADD(&rows, "shop_search_duration_seconds_count", "shop", "shop", "status_code", "500");
    ADD(&rows, "shop_answer_seconds_count", "shop", "shop");
    assert_true(guess_take(&rows, &p));
    assert_int_equal(p.stages_count, 2);
    assert_int_equal(p.guessed_more, 0);
    assert_string_equal(p.stages[0].name, "search");
    assert_string_equal(p.stages[0].latency.metric, "shop_search_duration_seconds");
    assert_non_null(strstr(p.stages[0].errors.metric, "status_code=~\"5.."));
    assert_string_equal(p.stages[1].name, "answer");
    assert_null(p.stages[1].errors.metric);
    pipeline_finish(&p);
    batch_finish(&rows);
}

/** What counts nothing is named, and what watches itself is not. */
static void what_is_miscounted_is_named(void **state)
{
    (void)state;
    struct batch rows = {0};
    struct pipeline p;
    size_t count;
    ADD(&rows, "shop_search_seconds_count", "shop", "shop");
    ADD(&rows, "go_gc_duration_seconds_count", "shop", "shop");
    ADD(&rows, "shop_answer_seconds_count", "shop", "shop");
    ADD(&rows, "shop_answer_seconds_count", "other", "shop");
    static const struct {
        double values[4]; // by row
        size_t count;
        const char *first;
    } cases[] = {{{1, NAN, 1, 0}, 0, NULL}, {{1, 1, -1, -1}, 1, "shop_answer_seconds_count"},
        {{1, 1, 1, NAN}, 1, "shop_answer_seconds_count"},
        {{NAN, 1, NAN, NAN}, 2, "shop_search_seconds_count"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t k = 0; k < 4; k++) {
            rows.series[k].samples[0].value = cases[i].values[k];
        }
        const char *first = guess_miscounted(&rows, &count);
        assert_int_equal(count, cases[i].count);
        assert_true(cases[i].first ? first && strcmp(first, cases[i].first) == 0 : !first);
        assert_int_equal(guess_take(&rows, &p), cases[i].count < 2);
        pipeline_finish(&p);
    }
    batch_finish(&rows);
}

// Times and requests that are counted apart, and what is in use of how much: of the same job alone.
static void unknown_pairs_are_guessed(void **state)
{
    (void)state;
    struct batch rows = {0};
    struct pipeline p;
    ADD(&rows, "kv_commands_duration_seconds_total", "kv", "shop");
    ADD(&rows, "kv_commands_total", "other", "shop");
    ADD(&rows, "kv_memory_used_bytes", "kv", "shop");
    ADD(&rows, "kv_memory_limit_bytes", "other", "shop");
    ADD(&rows, "uptime_seconds", "kv", "shop");
    ADD(&rows, "jvm_memory_used_bytes", "kv", "shop"); // which watches itself
    ADD(&rows, "jvm_memory_max_bytes", "kv", "shop");
    assert_false(guess_take(&rows, &p));
    pipeline_finish(&p);
    ADD(&rows, "kv_commands_total", "kv", "shop", "status", "ok");
    ADD(&rows, "kv_memory_max_bytes", "kv", "shop");
    ADD(&rows, "disk_free_bytes", "disks", "shop");
    ADD(&rows, "disk_total_bytes", "disks", "shop");
    assert_true(guess_take(&rows, &p));
    assert_int_equal(p.stages_count, 2);
    const struct stage_config *kv = &p.stages[0], *disks = &p.stages[1];
    assert_string_equal(kv->name, "kv_commands");
    assert_string_equal(
        kv->latency.metric, "kv_commands_duration_seconds_total{namespace=\"shop\",job=\"kv\"}");
    assert_string_equal(kv->latency.count, "kv_commands_total{namespace=\"shop\",job=\"kv\"}");
    assert_string_equal(kv->errors.metric, "kv_commands_total{namespace=\"shop\",job=\"kv\","
                                           "status=~\"5..|5xx|(?i)error|failed|failure\"}");
    assert_int_equal(kv->saturation_count, 1);
    assert_string_equal(kv->saturation[0].name, "kv_memory");
    assert_string_equal(
        kv->saturation[0].limit.metric, "kv_memory_max_bytes{namespace=\"shop\",job=\"kv\"}");
    assert_string_equal(disks->name, "disks");
    assert_null(disks->latency.metric);
    assert_string_equal(disks->saturation[0].used.expr,
        "disk_total_bytes{namespace=\"shop\",job=\"disks\"} - "
        "disk_free_bytes{namespace=\"shop\",job=\"disks\"}");
    pipeline_finish(&p);
    batch_finish(&rows);
}

// What calls tools goes before what serves them, whose latency comes with them.
static void tools_are_those_of_one(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "name: a\ntitle: Server\nrole: tools\ndetect: [served_total]\n"
        "tools: {calls: served_total, label: tool}\n",
        "name: b\ntitle: Agent\nrole: application\ndetect: [called_count]\n"
        "tools: {calls: called_count, label: name, latency: [called_ms, {metric: called, unit: "
        "ms}]}\n"};
    struct config own = {0};
    struct str why;
    str_init(&why);
    for (size_t i = 0; i < 2; i++) {
        assert_true(profile_apply("p", texts[i], strlen(texts[i]), true, &own, &why));
    }
    for (int agent = 0; agent < 2; agent++) {
        struct batch rows = {0};
        struct component_list seen = {0};
        struct pipeline p;
        ADD(&rows, "served_total", "mcp", "rag", "tool", "x");
        if (agent) {
            ADD(&rows, "called_count", "app", "rag", "name", "x");
        }
        assert_true(build_take(&own, &rows, &seen, &p));
        assert_string_equal(p.tools.calls.metric, agent ? "called_count" : "served_total");
        assert_string_equal(p.tools.label, agent ? "name" : "tool");
        assert_int_equal(p.tools_of.count, agent ? 2 : 1);
        assert_string_equal(p.tools_of.items[0], agent ? "Agent" : "Server");
        if (agent) {
            assert_string_equal(p.tools.latency.source.metric, "called");
            assert_string_equal(p.tools.latency.limit.metric, "called_count");
            assert_true(p.tools.latency.factor < 0.0011);
        } else {
            assert_null(p.tools.latency.source.metric);
        }
        pipeline_finish(&p);
        component_finish(&seen);
        batch_finish(&rows);
    }
    config_finish(&own);
}

static void resources_without_room_are_counted(void **state)
{
    (void)state;
    for (int more = 0; more < 2; more++) {
        struct batch rows = {0};
        struct pipeline p;
        for (int i = 0; i < LIMIT_SATURATION + more; i++) {
            char used[64], limit[64];
            snprintf(used, sizeof used, "pool%02d_connections_active", i);
            snprintf(limit, sizeof limit, "pool%02d_connections_max", i);
            ADD(&rows, used, "a", "x");
            ADD(&rows, limit, "a", "x");
        }
        assert_true(guess_take(&rows, &p));
        assert_int_equal(p.stages[0].saturation_count, LIMIT_SATURATION);
        assert_int_equal(p.notes.count, more);
        if (more) {
            assert_string_equal(p.notes.items[0],
                "1 more resource that can run out has no room here: if you need it, name it under "
                "'saturation'");
        }
        pipeline_finish(&p);
        batch_finish(&rows);
    }
}

static void two_of_one_name_are_told_apart(void **state)
{
    (void)state;
    struct batch rows = {0};
    struct pipeline p;
    ADD(&rows, "handle_seconds_count", "a", "x");
    ADD(&rows, "handle_seconds_count", "b", "x");
    ADD(&rows, "handle_seconds_count", "b", "y");
    assert_true(guess_take(&rows, &p));
    struct str s;
    str_init(&s);
    add_names(&s, p.stages, p.stages_count);
    assert_non_null(strstr(s.text, "b/handle"));
    assert_non_null(strstr(s.text, "b/handle#2"));
    assert_non_null(strstr(p.stages[0].latency.metric, "namespace=\""));
    str_finish(&s);
    pipeline_finish(&p);
    batch_finish(&rows);
}

// A number is never what is cut off, and a character is never cut in two.
static void long_names_are_told_apart(void **state)
{
    (void)state;
    static const char model[] =
        "a-model-with-a-name-that-is-longer-than-any-stage-may-have-\u00e9\u00e9\u00e9\u00e9\u00e9";
    struct batch rows = {0};
    struct pipeline p;
    char one[128], two[128];
    snprintf(one, sizeof one, "%s1", model);
    snprintf(two, sizeof two, "%s2", model);
    ADD(&rows, "engine_new_seconds_count", "e", "rag", "model", one);
    ADD(&rows, "engine_new_seconds_count", "e", "rag", "model", two);
    struct component_list seen = {0};
    assert_true(build_take(&config, &rows, &seen, &p));
    component_finish(&seen);
    assert_int_equal(p.stages_count, 2);
    assert_string_not_equal(p.stages[0].name, p.stages[1].name);
    for (size_t i = 0; i < 2; i++) {
        size_t len = strlen(p.stages[i].name);
        assert_true(len <= 64 && (unsigned char)p.stages[i].name[len - 1] != 0xc3);
    }
    pipeline_finish(&p);
    batch_finish(&rows);

    ADD(&rows, "a_latency_with_a_name_as_long_as_they_come_in_the_field_seconds_count",
        "a-job-with-a-name-that-is-not-short-either", "x");
    ADD(&rows, "a_latency_with_a_name_as_long_as_they_come_in_the_field_seconds_count",
        "a-job-with-a-name-that-is-not-short-either", "y");
    ADD(&rows, "a_latency_with_a_name_as_long_as_they_come_in_the_field_seconds_count",
        "a-job-with-a-name-that-is-not-short-either", "z");
    assert_true(guess_take(&rows, &p));
    assert_string_not_equal(p.stages[1].name, p.stages[2].name);
    pipeline_finish(&p);
    batch_finish(&rows);
}

static const struct component *at(
    const struct component_list *seen, const char *profile, const char *namespace, const char *job)
{
    for (size_t i = 0; i < seen->count; i++) {
        const struct component *c = &seen->items[i];
        if (strcmp(c->profile, profile) == 0 && strcmp(c->namespace, namespace) == 0 &&
            strcmp(c->job, job) == 0) {
            return c;
        }
    }
    fail_msg("%s is not at %s/%s", profile, namespace, job);
    return NULL;
}

static void tells_what_became_of_each(void **state)
{
    (void)state;
    struct batch rows = {0};
    bool found[3];
    struct component_list seen = {0};
    struct pipeline p;
    ADD(&rows, "engine_running", "engine", "rag", "model", "m");
    ADD(&rows, "engine_new_seconds_count", "engine", "rag", "model", "m");
    ADD(&rows, "front_door_seconds_count", "engine", "rag");
    ADD(&rows, "front_door_seconds_count", "api", "rag");
    ADD(&rows, "front_door_seconds_count", "till", "shop");
    ADD(&rows, "store_up", "store", "rag");
    assert_int_equal(find_take(config.profiles, 3, &rows, found, &seen), 3);
    struct config first = config;
    first.profiles_count = 3;
    assert_true(build_take(&first, &rows, &seen, &p));
    assert_int_equal(seen.count, 5);
    const struct component *engine_there = at(&seen, "engine", "rag", "engine");
    assert_int_equal(engine_there->fate, COMPONENT_TAKEN);
    assert_string_equal(engine_there->metric, "engine_running");
    assert_string_equal(engine_there->stages.items[0], "engine");
    assert_string_equal(engine_there->under, "http");
    assert_int_equal(engine_there->link, COMPONENT_BY_ROLE);
    assert_int_equal(at(&seen, "http", "rag", "api")->fate, COMPONENT_TAKEN);
    assert_null(at(&seen, "http", "rag", "api")->under);
    assert_int_equal(at(&seen, "http", "rag", "engine")->fate, COMPONENT_DOUBLED);
    assert_string_equal(at(&seen, "http", "rag", "engine")->other, "engine");
    assert_int_equal(at(&seen, "store", "rag", "store")->fate, COMPONENT_SILENT);
    assert_int_equal(at(&seen, "http", "shop", "till")->fate, COMPONENT_ALONE);
    assert_int_equal(p.stages_count, 1); // and nothing of the shop
    component_finish(&seen);
    pipeline_finish(&p);
    batch_finish(&rows);
}

static void asks_who_calls_whom(void **state)
{
    (void)state;
    struct str s;
    str_init(&s);
    assert_true(build_add_query(&s, &wired.profiles[5], 1, NULL, NULL, false));
    assert_non_null(strstr(s.text,
        "count by (__name__, job, namespace, model, kind, address, service, exported_model, "
        "exported_kind, exported_address, exported_service, ragtop_workload) "
        "(label_replace({__name__=~\"client_seconds|client_seconds_count|fetch_seconds|"
        "fetch_seconds_count\"}, \"ragtop_workload\", \"$1\", \"pod\", \"(.+?)("));
    assert_non_null(strstr(s.text, "(label_replace(last_over_time({__name__"));
    str_finish(&s);
}

/** Of a mesh in the namespace "rag": the latency of CALLEE, and calls of it by CALLER. */
static void add_call(struct batch *rows, const char *caller, const char *callee)
{
    ADD(rows, "mesh_seconds_count", "sidecars", "rag", "caller", caller, "callee", callee);
    ADD(rows, "mesh_total", "sidecars", "rag", "caller", caller, "callee", callee);
}

static void a_mesh_tells_who_calls_whom(void **state)
{
    (void)state;
    struct batch rows = {0};
    add_call(&rows, "entry", "api");
    add_call(&rows, "api", "db");
    add_call(&rows, "db", "disk");
    add_call(&rows, "disk", "api"); // and round: that changes nothing
    struct pipeline p = built_by(&wired, &rows, "mesh/api(mesh/db(mesh/disk))");
    assert_false(p.stages[0].children[0].linked);
    assert_true(p.stages[0].children[0].separate);
    pipeline_finish(&p);

    // what has metrics of its own is known by these: by its job, its service, or its pods
    add_call(&rows, "entry", "api");
    add_call(&rows, "api", "db");
    add_call(&rows, "api", "e");
    add_call(&rows, "api", "model");
    add_call(&rows, "batch", "model");
    ADD(&rows, "store_seconds_count", "metrics", "rag", "endpoint", "/search", "service", "db");
    ADD(&rows, "engine_new_seconds_count", "pods", "rag", "model", "m", "ragtop_workload", "model");
    ADD(&rows, "proxy_seconds_count", "e", "rag");
    p = built_by(&wired, &rows, "mesh(store,proxy,engine)");
    for (size_t i = 0; i < 3; i++) {
        assert_false(p.stages[0].children[i].linked);
    }
    pipeline_finish(&p);

    // what nothing times contains nothing that takes time
    ADD(&rows, "mesh_total", "sidecars", "rag", "caller", "e", "callee", "s");
    ADD(&rows, "engine_kv", "e", "rag", "model", "m");
    ADD(&rows, "store_seconds_count", "s", "rag", "endpoint", "/search");
    p = built_by(&wired, &rows, "store,engine");
    pipeline_finish(&p);
}

// The same names mean something else elsewhere.
static void a_call_is_within_the_namespaces_that_it_names(void **state)
{
    (void)state;
    struct batch rows = {0};
    ADD(&rows, "mesh_seconds_count", "sidecars", "rag", "callee", "api");
    ADD(&rows, "mesh_seconds_count", "sidecars", "rag", "callee", "db");
    ADD(&rows, "mesh_total", "sidecars", "rag", "caller", "api", "callee", "db", "caller_space",
        "shop", "callee_space", "rag");
    struct pipeline p = built_by(&wired, &rows, "mesh/api,mesh/db");
    pipeline_finish(&p);
    ADD(&rows, "mesh_seconds_count", "sidecars", "shop", "callee", "api");
    ADD(&rows, "mesh_seconds_count", "sidecars", "rag", "callee", "db");
    ADD(&rows, "mesh_total", "sidecars", "rag", "caller", "api", "callee", "db", "caller_space",
        "shop", "callee_space", "rag");
    p = built_by(&wired, &rows, "mesh/api(mesh/db)");
    pipeline_finish(&p);
    // where one server collects for all, its own namespace is on every series
    ADD(&rows, "mesh_seconds_count", "sidecars", "all", "callee", "api");
    ADD(&rows, "mesh_seconds_count", "sidecars", "all", "callee", "db");
    ADD(&rows, "mesh_total", "sidecars", "all", "caller", "api", "callee", "db", "caller_space",
        "shop", "callee_space", "shop");
    p = built_by(&wired, &rows, "mesh/api(mesh/db)");
    pipeline_finish(&p);
}

/** What comes of a program "app" that asks ADDRESS, and of an engine and a database in "rag". */
static struct pipeline asking(
    const char *metric, const char *kind, const char *address, const char *names)
{
    struct batch rows = {0};
    ADD(&rows, "front_door_seconds_count", "app", "rag");
    ADD(&rows, "front_door_seconds_count", "web",
        "rag"); // which of the two calls is not known by role
    ADD(&rows, "client_seconds_count", "app", "rag", "kind", "ask", "model", "m");
    ADD(&rows, metric, "app", "rag", "kind", kind, "model", "m", "address", address);
    ADD(&rows, "engine_new_seconds_count", "vllm", "rag", "model", "m");
    ADD(&rows, "store_seconds_count", "db", "rag", "endpoint", "/search");
    return built_by(&wired, &rows, names);
}

static bool is_assumed(const struct stage_config *stages, size_t count, const char *name)
{
    bool is = false;
    for (size_t i = 0; !is && i < count; i++) {
        is = (strcmp(stages[i].name, name) == 0 && stages[i].linked) ||
             is_assumed(stages[i].children, stages[i].children_count, name);
    }
    return is;
}

static void a_program_tells_whom_it_calls(void **state)
{
    (void)state;
    static const struct {
        const char *metric, *kind, *address, *tree;
        bool assumed; /**< that the engine is called */
    } cases[] = {
        {"client_seconds_count", "ask", "vllm", "http@app(ask(engine)),http@web,store", false},
        {"client_seconds_count", "ask", "vllm:80", "http@app(ask(engine)),http@web,store", false},
        {"client_seconds_count", "ask", "vllm.rag.svc.cluster.local:80",
            "http@app(ask(engine)),http@web,store", false},
        {"client_seconds_count", "ask", "vllm-0.vllm.rag.svc",
            "http@app(ask(engine)),http@web,store", true}, // no pod of that name is known
        {"client_seconds_count", "ask", "vllm.shop", "http@app(ask(engine)),http@web,store", true},
        {"client_seconds_count", "ask", "vllm.example.com", "http@app(ask(engine)),http@web,store",
            true},
        {"client_seconds_count", "ask", "10.0.0.1", "http@app(ask(engine)),http@web,store", true},
        {"client_seconds_count", "embed", "vllm", "http@app(ask,embed(engine)),http@web,store",
            false},
        {"fetch_seconds_count", "", "db:6333", "http@app(ask(engine),store),http@web", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pipeline p = asking(cases[i].metric, cases[i].kind, cases[i].address, cases[i].tree);
        assert_int_equal(is_assumed(p.stages, p.stages_count, "engine"), cases[i].assumed);
        assert_false(p.stages[0].children[0].separate); // it is the program's own
        pipeline_finish(&p);
    }
}

static void the_user_says_who_calls_whom(void **state)
{
    (void)state;
    static struct {
        char links[2][2][24]; /**< of each what calls, and what is called */
        const char *tree, *note;
    } cases[] = {
        {{{"http@b", "store"}}, "http@a,http@b(store(store/queue)),engine(engine/queue)", NULL},
        {{{"http@b", "store@rag"}, {"store", "engine@e"}},
            "http@a,http@b(store(store/queue,engine(engine/queue)))", NULL},
        {{{"engine/queue", "store"}}, "http@a,http@b,engine(engine/queue(store(store/queue)))",
            NULL},
        {{{"http@b", "stroe"}}, "http@a,http@b,store(store/queue),engine(engine/queue)",
            "links: no stage is called 'stroe'; did you mean 'store'?"},
        {{{"nobody-at-all", "store"}}, "http@a,http@b,store(store/queue),engine(engine/queue)",
            "links: no stage is called 'nobody-at-all'"},
        {{{"http@rag", "store"}}, "http@a,http@b,store(store/queue),engine(engine/queue)",
            "links: 'http@rag' could be several stages; give the name of one as the table has it"},
        {{{"http@a", "store/queue"}}, "http@a,http@b,store(store/queue),engine(engine/queue)",
            "links: 'store/queue' is part of 'store'; name that in its place"},
        {{{"store", "engine"}, {"engine@rag", "store"}},
            "http@a,http@b,store(store/queue,engine(engine/queue))",
            "links: with 'engine@rag' as its caller 'store' would call itself"},
        {{{"http@a", "store"}, {"http@b", "store@rag"}},
            "http@a(store(store/queue)),http@b,engine(engine/queue)",
            "links: 'store@rag' is linked to 'http@a' already"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config c = wired;
        struct link_config links[2];
        for (size_t k = 0; k < 2; k++) {
            links[k] = (struct link_config){cases[i].links[k][0], cases[i].links[k][1]};
        }
        struct batch rows = {0};
        c.links = links;
        c.links_count = *links[1].to ? 2 : 1;
        ADD(&rows, "front_door_seconds_count", "a", "rag");
        ADD(&rows, "front_door_seconds_count", "b", "rag");
        ADD(&rows, "store_seconds_count", "s", "rag", "endpoint", "/search");
        ADD(&rows, "store_queue_seconds_count", "s", "rag");
        ADD(&rows, "engine_new_seconds_count", "e", "rag", "model", "m");
        ADD(&rows, "engine_queue_seconds_count", "e", "rag", "model", "m");
        struct pipeline p = built_by(&c, &rows, cases[i].tree);
        assert_int_equal(p.notes.count, cases[i].note ? 1 : 0);
        if (cases[i].note) {
            assert_string_equal(p.notes.items[0], cases[i].note);
        }
        pipeline_finish(&p);
    }
}

static void a_component_goes_with_all_its_stages(void **state)
{
    (void)state;
    struct config c = wired;
    char from[] = "http@b", to[] = "old@o";
    struct link_config link = {from, to};
    struct batch rows = {0};
    c.links = &link;
    c.links_count = 1;
    ADD(&rows, "front_door_seconds_count", "a", "rag");
    ADD(&rows, "front_door_seconds_count", "b", "rag");
    ADD(&rows, "old_seconds_count", "o", "rag");
    ADD(&rows, "old_front_seconds_count", "o", "rag");
    struct pipeline p = built_by(&c, &rows, "http@a,http@b(engine_old,engine_front)");
    assert_int_equal(p.notes.count, 0);
    pipeline_finish(&p);
}

// It goes before calls that are counted, and before roles; nothing of it is assumed.
static void what_the_user_says_goes_first(void **state)
{
    (void)state;
    struct config c = wired;
    char from[] = "mesh/api", to[] = "engine";
    struct link_config link = {from, to};
    struct batch rows = {0};
    struct component_list seen = {0};
    struct pipeline p;
    c.links = &link;
    c.links_count = 1;
    add_call(&rows, "entry", "api");
    add_call(&rows, "entry", "other");
    add_call(&rows, "other", "e");
    add_call(&rows, "other", "s");
    ADD(&rows, "engine_new_seconds_count", "e", "rag", "model", "m");
    ADD(&rows, "store_seconds_count", "s", "rag", "endpoint", "/search");
    assert_true(build_take(&c, &rows, &seen, &p));
    assert_string_equal(p.stages[0].children[0].name, "engine");
    assert_false(p.stages[0].children[0].linked);
    assert_int_equal(at(&seen, "engine", "rag", "e")->link, COMPONENT_BY_LINK);
    assert_string_equal(at(&seen, "engine", "rag", "e")->under, "mesh/api");
    assert_int_equal(at(&seen, "store", "rag", "s")->link, COMPONENT_BY_CALLS);
    assert_string_equal(at(&seen, "store", "rag", "s")->under, "mesh/other");
    component_finish(&seen);
    pipeline_finish(&p);
    batch_finish(&rows);
}

// What shares a namespace with a stack is of it only where there are few, or where it is known.
static void many_that_nothing_links_are_left_out(void **state)
{
    (void)state;
    enum { FEW = 6, MANY };
    static struct {
        int others;
        char from[8], to[8];
        const char *tree, *note;
    } cases[] = {
        {FEW, "", "", "http@0,http@1,http@2,http@3,http@4,http@5,store,engine", NULL},
        {MANY, "", "", "store,engine", "7 components are left out: "},
        {MANY, "http@3", "store", "http(store,engine)", "6 components are left out: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config c = wired;
        struct link_config link = {cases[i].from, cases[i].to};
        struct batch rows = {0};
        char job[] = "0";
        c.links = &link;
        c.links_count = *link.to ? 1 : 0;
        for (int k = 0; k < cases[i].others; k++) {
            job[0] = (char)('0' + k);
            ADD(&rows, "front_door_seconds_count", job, "rag");
        }
        ADD(&rows, "store_seconds_count", "s", "rag", "endpoint", "/search");
        ADD(&rows, "engine_new_seconds_count", "e", "rag", "model", "m");
        ADD(&rows, "engine_running", "e", "rag", "model", "m");
        struct component_list seen = {0};
        struct pipeline p;
        struct str s;
        bool *found = mem_zalloc(c.profiles_count, sizeof *found);
        str_init(&s);
        find_take(c.profiles, c.profiles_count, &rows, found, &seen);
        assert_true(build_take(&c, &rows, &seen, &p));
        add_names(&s, p.stages, p.stages_count);
        assert_string_equal(s.text, cases[i].tree);
        component_finish(&seen);
        batch_finish(&rows);
        str_finish(&s);
        free(found);
        assert_int_equal(p.notes.count, cases[i].note ? 1 : 0);
        if (cases[i].note) {
            assert_ptr_equal(strstr(p.notes.items[0], cases[i].note), p.notes.items[0]);
        }
        pipeline_finish(&p);
    }
}

// A program that calls what is of a stack belongs to it, and so does what it calls beside that.
static void one_of_many_that_calls_a_stack_belongs_to_it(void **state)
{
    (void)state;
    struct batch rows = {0};
    char job[] = "0";
    for (int k = 0; k < 9; k++) {
        job[0] = (char)('0' + k);
        add_call(&rows, "entry", job);
    }
    add_call(&rows, "4", "e");
    add_call(&rows, "4", "8");
    ADD(&rows, "engine_new_seconds_count", "e", "rag", "model", "m");
    struct pipeline p = built_by(&wired, &rows, "mesh/4(mesh/8,engine)");
    pipeline_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_for_names_and_labels),
        cmocka_unit_test(asks_which_names_there_are),
        cmocka_unit_test(a_job_that_nothing_recognises_is_no_second_place),
        cmocka_unit_test(names_with_dots_are_what_the_profile_says),
        cmocka_unit_test(other_names_have_dots_where_the_present_one_has),
        cmocka_unit_test(milliseconds_are_no_seconds),
        cmocka_unit_test(a_generic_one_needs_company),
        cmocka_unit_test(the_first_name_that_is_there_is_taken),
        cmocka_unit_test(several_values_are_several_stages),
        cmocka_unit_test(a_label_that_the_target_hides_is_asked_for_as_exported),
        cmocka_unit_test(what_nothing_times_is_a_stage_all_the_same),
        cmocka_unit_test(a_model_that_was_never_asked_waits_beside_one_that_was),
        cmocka_unit_test(what_tells_no_models_apart_is_of_those_that_there_are),
        cmocka_unit_test(the_tree_follows_from_roles),
        cmocka_unit_test(one_profile_stands_for_others),
        cmocka_unit_test(one_profile_stands_for_a_stage),
        cmocka_unit_test(times_of_a_counter_are_those_that_match),
        cmocka_unit_test(a_gateway_of_all_calls_is_kept_around_that_of_models),
        cmocka_unit_test(a_program_that_calls_models_serves_requests),
        cmocka_unit_test(unknown_latencies_are_guessed),
        cmocka_unit_test(what_is_miscounted_is_named),
        cmocka_unit_test(unknown_pairs_are_guessed),
        cmocka_unit_test(tools_are_those_of_one),
        cmocka_unit_test(resources_without_room_are_counted),
        cmocka_unit_test(two_of_one_name_are_told_apart),
        cmocka_unit_test(long_names_are_told_apart),
        cmocka_unit_test(tells_what_became_of_each),
        cmocka_unit_test(asks_who_calls_whom),
        cmocka_unit_test(a_mesh_tells_who_calls_whom),
        cmocka_unit_test(a_call_is_within_the_namespaces_that_it_names),
        cmocka_unit_test(a_program_tells_whom_it_calls),
        cmocka_unit_test(the_user_says_who_calls_whom),
        cmocka_unit_test(a_component_goes_with_all_its_stages),
        cmocka_unit_test(what_the_user_says_goes_first),
        cmocka_unit_test(many_that_nothing_links_are_left_out),
        cmocka_unit_test(one_of_many_that_calls_a_stack_belongs_to_it),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
