#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "series/change.h"
#include "series/infra.h"

enum { STEP_MS = 60 * 1000, POINTS = 20 };

/** A series of the arm NAME with VALUE at the moments FIRST to LAST. */
static struct batch_series *put(
    struct batch *b, const char *name, const char *what, int first, int last, double value)
{
    struct batch_series *s = batch_add(b);
    labels_set(&s->labels, CHANGE_LABEL, name);
    if (what) {
        labels_set(&s->labels, "pod", what);
    }
    for (int i = first; i <= last; i++) {
        batch_add_sample(s, (int64_t)i * STEP_MS, value);
    }
    return s;
}

static void put_seen(struct batch *b)
{
    put(b, "seen", NULL, 0, POINTS, 3);
    put(b, "state", NULL, 0, POINTS, 3);
}

static struct changes take(struct batch *b)
{
    struct changes c = {0};
    change_take(&c, b);
    batch_finish(b);
    return c;
}

static void assert_change(
    const struct changes *c, size_t i, enum change_kind kind, const char *what, int at)
{
    assert_int_equal(change_kind_of(&c->list, i), kind);
    assert_string_equal(list_text(&c->list, i, "what"), what);
    assert_true(list_number(&c->list, i, "at_ms") == (double)at * STEP_MS);
}

static void a_gap_is_no_change(void **state)
{
    (void)state;
    struct batch b = {0};
    put(&b, "seen", NULL, 0, POINTS, 3);
    put(&b, "state", NULL, 5, 12, 1); // kube-state-metrics itself came and went
    put(&b, "node", NULL, 5, 12, 1);
    labels_set(&b.series[2].labels, "node", "node-a");
    put(&b, "image", "api-0", 7, POINTS, 1);
    struct changes c = take(&b);
    assert_true(c.state);
    assert_int_equal(c.list.count, 1);
    assert_change(&c, 0, CHANGE_POD, "api-0", 7);
    change_finish(&c);
}

static void a_rollout_has_images_and_tells_of_its_pods(void **state)
{
    (void)state;
    struct batch b = {0};
    put_seen(&b);
    struct batch_series *s = put(&b, "rolled", NULL, 0, 9, 3);
    labels_set(&s->labels, "deployment", "api");
    for (int i = 10; i <= POINTS; i++) {
        batch_add_sample(s, (int64_t)i * STEP_MS, 4);
    }
    labels_set(&put(&b, "image", "api-5d9c7b6f4-x2x7p", 0, 10, 1)->labels, "image", "api:1");
    labels_set(&put(&b, "image", "api-7c4d8fd9b-q8w2z", 10, POINTS, 1)->labels, "image", "api:2");
    labels_set(&put(&b, "image", "other-0", 12, POINTS, 1)->labels, "image", "other:1");
    struct changes c = take(&b);
    assert_int_equal(c.list.count, 2);
    assert_change(&c, 0, CHANGE_POD, "other-0", 12); // the newest first
    assert_change(&c, 1, CHANGE_ROLLED, "api", 10);
    assert_string_equal(list_text(&c.list, 1, "from"), "api:1");
    assert_string_equal(list_text(&c.list, 1, "to"), "api:2");
    change_finish(&c);
}

static void a_restart_has_a_reason(void **state)
{
    (void)state;
    struct batch b = {0};
    put_seen(&b);
    struct batch_series *s = put(&b, "restarted", "api-0", 0, 4, 1);
    batch_add_sample(s, 5 * STEP_MS, 4);
    batch_add_sample(s, 6 * STEP_MS, 0); // of another container of that name
    labels_set(&put(&b, "ended", "api-0", 5, POINTS, 1)->labels, "reason", "OOMKilled");
    struct changes c = take(&b);
    assert_int_equal(c.list.count, 1);
    assert_change(&c, 0, CHANGE_RESTARTED, "api-0", 5);
    assert_string_equal(list_text(&c.list, 0, "to"), "OOMKilled");
    assert_true(list_number(&c.list, 0, "times") == 3); // between two samples
    change_finish(&c);
}

static void without_kube_state_metrics_that_is_known(void **state)
{
    (void)state;
    struct batch b = {0};
    put(&b, "seen", NULL, 0, POINTS, 3);
    struct changes c = take(&b);
    assert_false(c.state);
    assert_int_equal(c.list.count, 0);
    assert_int_equal(c.last_ms, POINTS * STEP_MS);
    change_finish(&c);
}

static void workloads_are_part_of_the_names_of_pods(void **state)
{
    (void)state;
    static const struct {
        const char *pod, *workload;
    } cases[] = {{"api-5d9c7b6f4-x2x7p", "api"}, {"rag-api-68f4bcdf59-8zk4q", "rag-api"},
        {"qdrant-0", "qdrant"}, {"agent-x2x7p", "agent"}, {"my-nginx", "my-nginx"}, {"api", "api"},
        {"0", "0"}, {"-0", "-0"}, {"", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(infra_workload_length(cases[i].pod), strlen(cases[i].workload));
    }
}

static void put_infra(struct batch *b, const char *name, const char *const labels[][2], double v)
{
    struct batch_series *s = batch_add(b);
    labels_set(&s->labels, INFRA_LABEL, name);
    for (size_t i = 0; labels[i][0]; i++) {
        labels_set(&s->labels, labels[i][0], labels[i][1]);
    }
    batch_add_sample(s, 0, v);
}

static void labels_that_a_scrape_renamed_are_the_things_own(void **state)
{
    (void)state;
    static const char *const gpu[][2] = {{"pod", "dcgm-exporter-x"}, {"namespace", "monitoring"},
        {"exported_pod", "vllm-0"}, {"exported_namespace", "rag"}, {"gpu", "1"}, {NULL, NULL}};
    static const char *const whole[][2] = {
        {"pod", "vllm-0"}, {"namespace", "rag"}, {"container", ""}, {NULL, NULL}};
    static const char *const smi[][2] = {{"pod", "smi-x"}, {"namespace", "monitoring"},
        {"node", "gpu-1"}, {"uuid", "GPU-a"}, {"of_node", "y"}, {NULL, NULL}};
    struct batch b = {0};
    struct infra infra = {0};
    put_infra(&b, "DCGM_FI_DEV_GPU_UTIL", gpu, 92);
    put_infra(&b, "container_memory_working_set_bytes", whole, 1e9);
    put_infra(&b, "nvidia_smi_utilization_gpu_ratio", smi, 0.5);
    infra_take(&infra, &b);
    batch_finish(&b);
    assert_int_equal(infra.count, 2);
    const struct infra_thing *t = infra_next(&infra, INFRA_GPU, "rag", "vllm-0", NULL);
    assert_non_null(t);
    assert_true(t->values[INFRA_GPU_BUSY] > 0.919 && t->values[INFRA_GPU_BUSY] < 0.921);
    assert_null(infra_next(&infra, INFRA_GPU, "rag", "vllm-0", t));
    assert_null(infra_next(&infra, INFRA_CONTAINER, "rag", "vllm-0", NULL));
    assert_string_equal(infra.items[1].pod, ""); // whose it is, nobody knows
    assert_string_equal(infra.items[1].node, "gpu-1");
    infra_finish(&infra);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gap_is_no_change),
        cmocka_unit_test(a_rollout_has_images_and_tells_of_its_pods),
        cmocka_unit_test(a_restart_has_a_reason),
        cmocka_unit_test(without_kube_state_metrics_that_is_known),
        cmocka_unit_test(workloads_are_part_of_the_names_of_pods),
        cmocka_unit_test(labels_that_a_scrape_renamed_are_the_things_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
