#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "diagnose/strain.h"
#include "plan/infra_query.h"
#include "unit/world.h"

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

/** Of the stages a, b and c those of SLOW are slow, on these nodes; returns whether a node is
 * blamed. */
static bool blames_node(const char *slow, const char *const nodes[3], const char *const pods[3])
{
    static const char *const names[] = {"a", "b", "c"}, *const indices[] = {"0", "1", "2"};
    struct world w;
    struct batch places = {0}, infra = {0};
    world_init(&w, three);
    for (size_t i = 0; i < 3; i++) {
        double now = strchr(slow, *names[i]) ? 3 : 0.3;
        world_requests(&w, names[i], (struct load){3, 0.3}, (struct load){3, now});
        place(&places, &infra, indices[i], pods[i], nodes[i]);
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
    static const char *const two[] = {"n1", "n1", "n2"}, *const all[] = {"n1", "n1", "n1"};
    static const char *const other[] = {"n1", "n2", "n2"};
    assert_true(blames_node("ab", two, apart));
    assert_false(blames_node("a", two, apart));   // b is on it, too, and as usual
    assert_false(blames_node("abc", two, apart)); // c is slow elsewhere
    assert_false(blames_node("ab", all, apart));  // c is on it
    assert_false(blames_node("a", other, apart)); // one stage alone
    assert_false(blames_node("ab", two, one));    // both are in one pod
    assert_true(blames_node("ac", all, one));     // what else the pod of a does is as usual
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
        {"volume", NULL, NULL, 0.98, STRAIN_VOLUME},
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

static void hostile_names_are_no_regular_expression(void **state)
{
    (void)state;
    struct world w;
    struct batch places = {0}, infra = {0};
    struct str s;
    bool wanted[PLAN_STAGES_MAX] = {true};
    str_init(&s);
    world_init(&w, three);
    world_judge(&w);
    place(&places, &infra, "0", "a\"} or vector(1", "n");
    place(&places, &infra, "1", "api-5d9c7b6f4-x2x7p", "n");
    place(&places, &infra, "2", "v1.2-0", "n");
    answer(&w, &places, &infra);
    assert_int_equal(infra_add_matchers(&s, &w.plan, &w.store, wanted, "exported_"), 0);
    assert_string_equal(s.text, "exported_namespace=~\"rag\",exported_pod=~\"(api|v1[.]2)(-.+)?\"");
    str_finish(&s);
    world_finish(&w);
}

// VictoriaMetrics refuses queries of 16 KiB.
static void many_workloads_keep_the_query_short(void **state)
{
    (void)state;
    struct world w;
    struct batch places = {0}, infra = {0};
    struct str own, exported, s;
    bool wanted[PLAN_STAGES_MAX] = {true};
    str_init(&own);
    str_init(&exported);
    str_init(&s);
    world_init(&w, three);
    world_judge(&w);
    for (int i = 0; i < 60; i++) {
        char pod[64];
        snprintf(pod, sizeof pod, "a-rather-long-name-number-%d-5d9c7b6f4-x2x7p", i);
        place(&places, &infra, i < 30 ? "1" : "0", pod, "n");
    }
    answer(&w, &places, &infra);
    assert_true(infra_add_matchers(&own, &w.plan, &w.store, wanted, "") > 0);
    infra_add_matchers(&exported, &w.plan, &w.store, wanted, "exported_");
    assert_non_null(strstr(own.text, "number-30|")); // the stage that is wanted goes first
    assert_null(strstr(own.text, "number-1|"));
    infra_add_query(&s, own.text, exported.text);
    assert_in_range(s.len, 1, 16 * 1024 - 1);
    str_finish(&own);
    str_finish(&exported);
    str_finish(&s);
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_is_blamed_for_all_that_is_on_it),
        cmocka_unit_test(strains_begin_where_alerts_do),
        cmocka_unit_test(hostile_names_are_no_regular_expression),
        cmocka_unit_test(many_workloads_keep_the_query_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
