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
#include "diagnose/strain.h"
#include "plan/change_query.h"
#include "plan/infra_query.h"
#include "unit/world.h"
#include "words/doubt.h"

static const char three[] = "stages:\n"
                            "  - {name: a, latency: a_seconds}\n"
                            "  - {name: b, latency: b_seconds}\n"
                            "  - {name: c, latency: c_seconds}\n";

static void put(struct batch *b, const char *const labels[][2], double value)
{
    struct batch_series *s = batch_add(b);
    for (size_t i = 0; labels[i][0]; i++) {
        labels_set(&s->labels, labels[i][0], labels[i][1]);
    }
    batch_add_sample(s, 0, value);
}

/** Pod NAME-0 serves stage INDEX of W and is on NODE. */
static void place(
    struct batch *places, struct batch *infra, const char *index, const char *pod, const char *node)
{
    const char *const at[][2] = {
        {"stage", index}, {"namespace", "rag"}, {"pod", pod}, {NULL, NULL}};
    const char *const info[][2] = {{INFRA_LABEL, "kube_pod_info"}, {"namespace", "rag"},
        {"pod", pod}, {"node", node}, {NULL, NULL}};
    put(places, at, 1);
    put(infra, info, 1);
}

static void answer(struct world *w, struct batch *places, struct batch *of_infra)
{
    struct signal_data *data = &w->store.signals[w->plan.places];
    int64_t slot = matrix_slot(&data->live, WORLD_NOW_MS);
    for (size_t i = 0; i < places->count; i++) {
        places->series[i].samples[0].t_ms = slot * data->live.step_ms;
    }
    matrix_merge(&data->live, places, slot, slot);
    data->condition = CONDITION_ANSWERED;
    data->now_ms = WORLD_NOW_MS;
    struct infra *infra = mem_zalloc(1, sizeof *infra);
    infra_take(infra, of_infra);
    store_begin_slot(&w->store, 0, 0);
    store_fill_slot(&w->store, 0, infra, infra_finish);
    batch_finish(places);
    batch_finish(of_infra);
    diagnosis_run(&w->diagnosis, &w->plan, &w->scope, &w->store, &thresholds_default, WORLD_NOW_MS);
}

static const struct evidence *find(const struct world *w, enum evidence_kind kind)
{
    const struct verdict *v = &w->diagnosis.verdict;
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (v->evidence[i].kind == kind) {
            return &v->evidence[i];
        }
    }
    return NULL;
}

/** Of the stages a, b and c those of SLOW are slow; PODS, each of the stage that OF says, are on
 * NODES. Returns whether a node is blamed. */
static bool blames_node(
    const char *slow, const char *const nodes[3], const char *const pods[3], const char *of)
{
    static const char *const names[] = {"a", "b", "c"};
    struct world w;
    struct batch places = {0}, infra = {0};
    world_init(&w, three);
    for (size_t i = 0; i < 3; i++) {
        double now = strchr(slow, *names[i]) ? 3 : 0.3;
        world_requests(&w, names[i], (struct load){3, 0.3}, (struct load){3, now});
        place(&places, &infra, (const char[]){of[i], '\0'}, pods[i], nodes[i]);
    }
    world_judge(&w);
    answer(&w, &places, &infra);
    const struct evidence *e = find(&w, EVIDENCE_NODE);
    assert_true(!e || strcmp(e->name, "n1") == 0);
    bool any = e != NULL;
    world_finish(&w);
    return any;
}

static void a_node_is_blamed_for_all_that_is_on_it(void **state)
{
    (void)state;
    static const char *const apart[] = {"a-0", "b-0", "c-0"}, *const one[] = {"a-0", "a-0", "c-0"};
    static const char *const replicas[] = {"a-0", "a-1", "c-0"};
    static const char *const two[] = {"n1", "n1", "n2"}, *const all[] = {"n1", "n1", "n1"};
    static const char *const other[] = {"n1", "n2", "n2"};
    assert_true(blames_node("ab", two, apart, "012"));
    assert_false(blames_node("a", two, apart, "012"));    // b is on it, too, and as usual
    assert_false(blames_node("abc", two, apart, "012"));  // c is slow elsewhere
    assert_false(blames_node("ab", all, apart, "012"));   // c is on it
    assert_false(blames_node("a", other, apart, "012"));  // one stage alone
    assert_false(blames_node("ab", two, one, "012"));     // both are in one pod
    assert_false(blames_node("a", two, replicas, "002")); // one stage alone, of two pods
    assert_true(blames_node("ac", all, one, "012"));      // what else the pod of a does is as usual
}

static void strains_begin_where_alerts_do(void **state)
{
    (void)state;
    static const struct {
        const char *name, *label, *value;
        double is;
        int kind; // -1: none
    } cases[] = {
        {"throttled", "container", "c", 0.24, -1},
        {"throttled", "container", "c", 0.26, STRAIN_THROTTLED}, {"network", NULL, NULL, 0.5, -1},
        {"network", NULL, NULL, 2, STRAIN_NETWORK}, {"volume", NULL, NULL, 0.9, -1},
        {"volume", NULL, NULL, 0.98, STRAIN_VOLUME}, {"killed", "container", "c", 0, -1},
        {"killed", "container", "c", 1, STRAIN_KILLED},
        {"container_memory_working_set_bytes", "container", "c", 1e12, -1}, // there is no limit
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct infra infra = {0};
        struct batch b = {0};
        struct strain found[STRAINS];
        const char *const labels[][2] = {{INFRA_LABEL, cases[i].name}, {"namespace", "rag"},
            {"pod", "p"}, {cases[i].label, cases[i].value}, {NULL, NULL}};
        put(&b, labels, cases[i].is);
        infra_take(&infra, &b);
        size_t count = strain_of(found, &infra, &(struct place){0, "rag", "p"}, WORLD_NOW_MS);
        assert_int_equal(count, cases[i].kind >= 0);
        assert_true(count == 0 || (int)found[0].kind == cases[i].kind);
        assert_int_equal(
            strain_of(found, &infra, &(struct place){0, "other", "p"}, WORLD_NOW_MS), 0);
        batch_finish(&b);
        infra_finish(&infra);
    }
}

/** A series of the container c of the pod p, of the pod, or of the node n. */
struct about {
    const char *name, *label, *value;
    double is;
};

// Each from both sides; a second number is what the first is a part of, or says more of it.
static void strains_have_thresholds(void **state)
{
    (void)state;
    enum { NOW_S = 1700000000 };
    static const char info[] = "kube_pod_info", limits[] = "kube_pod_container_resource_limits",
                      ended[] = "kube_pod_container_status_last_terminated_reason",
                      died[] = "kube_pod_container_status_last_terminated_timestamp",
                      busy[] = "DCGM_FI_DEV_GPU_UTIL", clock[] = "DCGM_FI_DEV_SM_CLOCK";
    static const struct {
        enum strain_kind kind;
        const char *name;
        double calm, strained;
        struct about other;
    } cases[] = {
        {STRAIN_MEMORY, "container_memory_working_set_bytes", 89, 91,
            {limits, "resource", "memory", 100}},
        {STRAIN_CPU, "cpu", 0.94, 0.96, {limits, "resource", "cpu", 1}},
        {STRAIN_KILLED, died, NOW_S - 1810, NOW_S - 1790, {ended, "reason", "OOMKilled", 1}},
        {STRAIN_NETWORK, "network", 0.99, 1.01, {info, NULL, NULL, 1}},
        {STRAIN_VOLUME, "volume", 0.96, 0.98, {info, NULL, NULL, 1}},
        {STRAIN_NODE_MEMORY, "node_memory", 0.89, 0.91, {info, NULL, NULL, 1}},
        {STRAIN_NODE_CPU, "node_cpu", 0.89, 0.91, {info, NULL, NULL, 1}},
        {STRAIN_NODE_DISK, "node_disk", 0.89, 0.91, {info, NULL, NULL, 1}},
        {STRAIN_NODE_NETWORK, "node_network", 0.99, 1.01, {info, NULL, NULL, 1}},
        {STRAIN_CLOCK, clock, 0.71, 0.69, {busy, NULL, NULL, 90}},
        {STRAIN_CLOCK, busy, 49, 51, {clock, NULL, NULL, 0.5}},
    };
    for (size_t i = 0; i < 2 * (sizeof cases / sizeof *cases); i++) {
        struct infra infra = {0};
        struct batch b = {0};
        struct strain found[STRAINS];
        double is = i % 2 ? cases[i / 2].strained : cases[i / 2].calm;
        const struct about all[] = {{cases[i / 2].name, NULL, NULL, is}, cases[i / 2].other,
            {"gpu_clock_most", NULL, NULL, 1}, {info, NULL, NULL, 1}};
        for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
            const char *const labels[][2] = {{INFRA_LABEL, all[k].name}, {"namespace", "rag"},
                {"pod", "p"}, {"container", "c"}, {"node", "n"}, {all[k].label, all[k].value},
                {NULL, NULL}};
            put(&b, labels, all[k].is);
        }
        infra_take(&infra, &b);
        size_t count =
            strain_of(found, &infra, &(struct place){0, "rag", "p"}, (int64_t)NOW_S * 1000);
        if (count != i % 2 || (count > 0 && found[0].kind != cases[i / 2].kind)) {
            fail_msg("%s %g: %zu", all[0].name, all[0].is, count);
        }
        batch_finish(&b);
        infra_finish(&infra);
    }
}

// Of what strains the pod of a slow stage the first four are told.
static void four_strains_are_told(void **state)
{
    (void)state;
    static const char *const names[] = {
        "throttled", "volume", "network", "node_memory", "node_cpu"};
    for (size_t count = 3; count <= 5; count++) {
        struct world w;
        struct batch places = {0}, infra = {0};
        world_init(&w, three);
        world_requests(&w, "a", (struct load){3, 0.3}, (struct load){3, 3});
        place(&places, &infra, "0", "a-0", "n1");
        for (size_t i = 0; i < count; i++) {
            const char *const labels[][2] = {{INFRA_LABEL, names[i]}, {"namespace", "rag"},
                {"pod", "a-0"}, {"container", "c"}, {"node", "n1"}, {NULL, NULL}};
            put(&infra, labels, 1.5);
        }
        world_judge(&w);
        answer(&w, &places, &infra);
        size_t told = 0;
        for (size_t i = 0; i < w.diagnosis.verdict.evidence_count; i++) {
            told += w.diagnosis.verdict.evidence[i].kind == EVIDENCE_STRAIN;
        }
        assert_int_equal(told, count < 4 ? count : 4);
        world_finish(&w);
    }
}

/** What is asked of the pods of PLACES, the stage 0 being wanted; to be freed. */
static char *asked(struct world *w, size_t *left_out)
{
    const bool wanted[PLAN_STAGES_MAX] = {true};
    struct str s;
    str_init(&s);
    *left_out = infra_add_query(&s, &w->plan, &w->store, wanted);
    return str_take(&s);
}

static void hostile_names_are_no_regular_expression(void **state)
{
    (void)state;
    struct world w;
    struct batch places = {0}, infra = {0};
    size_t left_out;
    world_init(&w, three);
    world_judge(&w);
    place(&places, &infra, "0", "a\"} or vector(1", "n");
    place(&places, &infra, "1", "api-5d9c7b6f4-x2x7p", "n");
    place(&places, &infra, "2", "v1.2-0", "n");
    answer(&w, &places, &infra);
    char *query = asked(&w, &left_out);
    assert_int_equal(left_out, 0);
    assert_non_null(
        strstr(query, ",exported_namespace=~\"rag\",exported_pod=~\"(api|v1[.]2)(-.+)?\"}"));
    assert_null(strstr(query, "vector"));
    assert_null(strstr(query, "{,"));
    assert_null(strstr(query, ",}"));
    free(query);
    world_finish(&w);
}

/** COUNT workloads, of which the stage 0 has the second half, in that many namespaces. */
static void place_many(struct world *w, int count, int namespaces)
{
    struct batch places = {0}, infra = {0};
    world_judge(w);
    for (int i = 0; i < count; i++) {
        char pod[64], namespace[32];
        snprintf(pod, sizeof pod, "a-rather-long-name-number-%d-5d9c7b6f4-x2x7p", i);
        snprintf(namespace, sizeof namespace, "team-%d", i % namespaces);
        place(&places, &infra, i < count / 2 ? "1" : "0", pod, "n");
        labels_set(&places.series[places.count - 1].labels, "namespace", namespace);
    }
    answer(w, &places, &infra);
}

static size_t times(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, what)); at++) {
        count++;
    }
    return count;
}

// VictoriaMetrics refuses queries of 16 KiB.
static void many_workloads_keep_the_query_short(void **state)
{
    (void)state;
    static const struct {
        int workloads, namespaces;
        size_t left_out, times; // those of the stage that is wanted are in the query
        const char *has;
    } cases[] = {
        {10, 1, 0, 17, "{container!=\"\",namespace=~\"team-0\",pod=~\"("},
        // once for pods, and once for them where their labels are renamed
        {100, 2, 0, 2, "{container!=\"\",namespace=~\"team-0|team-1\"}[5m]"},
        {60, 40, 0, 2, "team-39\"}[5m]"},
        {60, 60, 36, 17, "{container!=\"\",pod=~\"("}, // nor would all namespaces have room
        {1200, 1, 1032, 2, "{container!=\"\",namespace=~\"team-0\"}[5m]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        size_t left_out;
        char last[32];
        world_init(&w, three);
        place_many(&w, cases[i].workloads, cases[i].namespaces);
        char *query = asked(&w, &left_out);
        snprintf(last, sizeof last, "number-%d|", cases[i].workloads / 2);
        assert_int_equal(times(query, last), cases[i].times);
        assert_non_null(strstr(query, cases[i].has));
        assert_in_range(strlen(query), 1, 15 * 1024);
        assert_in_range(left_out, cases[i].left_out, cases[i].left_out + 6 * (left_out > 0));
        assert_int_equal(infra_left_out(&w.plan, &w.store) > 0, left_out > 0);
        assert_int_equal(times(query, "-name-number-"),
            ((size_t)cases[i].workloads - left_out) * cases[i].times);
        free(query);
        world_finish(&w);
    }
}

static void what_is_left_out_is_said(void **state)
{
    (void)state;
    for (int many = 0; many < 2; many++) {
        struct world w;
        struct str note;
        bool said = false;
        str_init(&note);
        world_init(&w, three);
        place_many(&w, 60, many ? 60 : 1);
        const struct words words = world_words(&w);
        for (int i = 0; doubt_add_limits(&note, &words, i) && !said; i++) {
            said = strstr(note.text, " workloads are not looked at here") != NULL;
            str_clear(&note);
        }
        assert_int_equal(said, many);
        str_finish(&note);
        world_finish(&w);
    }
}

// Of more namespaces than there is room for, all are asked for: no matcher leaves any out.
static void many_namespaces_leave_none_out(void **state)
{
    (void)state;
    for (int many = 0; many < 2; many++) {
        struct world w;
        struct str spaces, changes;
        str_init(&spaces);
        str_init(&changes);
        world_init(&w, three);
        place_many(&w, 120, many ? 120 : 3);
        infra_add_namespaces(&spaces, &w.plan, &w.store);
        change_add_query(&changes, spaces.text, "job=\"rag\"", 3600000);
        assert_in_range(changes.len, 1, 15 * 1024);
        assert_string_equal(
            spaces.text, many ? "namespace!=\"\"" : "namespace=~\"team-0|team-1|team-2\"");
        str_finish(&changes);
        str_finish(&spaces);
        world_finish(&w);
    }
}

// A server of several clusters has pods of one name in each; what else the selector demands may be
// unknown to the exporters.
static void the_cluster_of_the_selector_is_asked_for(void **state)
{
    (void)state;
    struct world w;
    struct str spaces;
    size_t left_out;
    str_init(&spaces);
    world_init(&w, three);
    place_many(&w, 1, 1);
    w.plan.selector = "job=\"x\",cluster=~\"eu|us\",team=\"cluster\"";
    char *query = asked(&w, &left_out);
    assert_int_equal(times(query, "{"), times(query, "cluster=~\"eu|us\"") + 2); // joined on it
    assert_null(strstr(query, "job=\""));
    assert_null(strstr(query, "team="));
    infra_add_namespaces(&spaces, &w.plan, &w.store);
    assert_string_equal(spaces.text, "cluster=~\"eu|us\",namespace=~\"team-0\"");
    str_finish(&spaces);
    free(query);
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_is_blamed_for_all_that_is_on_it),
        cmocka_unit_test(strains_begin_where_alerts_do),
        cmocka_unit_test(strains_have_thresholds),
        cmocka_unit_test(four_strains_are_told),
        cmocka_unit_test(hostile_names_are_no_regular_expression),
        cmocka_unit_test(many_workloads_keep_the_query_short),
        cmocka_unit_test(what_is_left_out_is_said),
        cmocka_unit_test(the_cluster_of_the_selector_is_asked_for),
        cmocka_unit_test(many_namespaces_leave_none_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
