#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "unit/world.h"
#include "view/machine_pane.h"

/** A number of the container c of the pod a-0. */
struct number {
    const char *name, *resource;
    double is;
};

static void put(struct batch *b, const char *name, const char *resource, double value)
{
    struct batch_series *s = batch_add(b);
    labels_set(&s->labels, INFRA_LABEL, name);
    labels_set(&s->labels, "namespace", "rag");
    labels_set(&s->labels, "pod", "a-0");
    labels_set(&s->labels, "container", "c");
    labels_set(&s->labels, "resource", resource);
    batch_add_sample(s, 0, value);
}

/** The pod serves stage 0 of W, and NUMBERS are known of it, up to one without a name. */
static void answer(struct world *w, const struct number *numbers)
{
    struct batch infra_batch = {0}, places = {0};
    struct signal_data *data = &w->store.signals[w->plan.places];
    int64_t slot = matrix_slot(&data->live, WORLD_NOW_MS);
    struct batch_series *s = batch_add(&places);
    labels_set(&s->labels, "stage", "0");
    labels_set(&s->labels, "namespace", "rag");
    labels_set(&s->labels, "pod", "a-0");
    batch_add_sample(s, slot * data->live.step_ms, 1);
    matrix_merge(&data->live, &places, slot, slot);
    put(&infra_batch, "kube_pod_info", "", 1);
    for (const struct number *n = numbers; n->name; n++) {
        put(&infra_batch, n->name, n->resource, n->is);
    }
    struct infra *infra = mem_zalloc(1, sizeof *infra);
    infra_take(infra, &infra_batch);
    store_begin_slot(&w->store, 0, 0);
    store_fill_slot(&w->store, 0, infra, infra_finish);
    batch_finish(&places);
    batch_finish(&infra_batch);
}

static void use_stands_beside_request_and_limit(void **state)
{
    (void)state;
    enum { GIB = 1024 * 1024 * 1024 };
    static const char limits[] = "kube_pod_container_resource_limits";
    static const char requests[] = "kube_pod_container_resource_requests";
    static const char memory[] = "container_memory_working_set_bytes";
    static const struct {
        struct number numbers[4];
        const char *label, *says;
    } cases[] = {
        {{{"cpu", "", 1.2}, {limits, "cpu", 2}, {requests, "cpu", 1}}, "CPU",
            "1.2 of 2.0 cores, 1.0 requested"},
        {{{"cpu", "", 1.2}, {limits, "cpu", 2}, {requests, "cpu", 2}}, "CPU", "1.2 of 2.0 cores"},
        {{{"cpu", "", 1.2}, {requests, "cpu", 1}}, "CPU", "1.2 cores, 1.0 requested, no limit"},
        {{{"cpu", "", 1.2}}, "CPU", "1.2 cores, no limit"},
        {{{memory, "", 3.0 * GIB}, {limits, "memory", 4.0 * GIB}, {requests, "memory", 2.0 * GIB}},
            "memory", "3.0 GiB of 4.0 GiB, 2.0 GiB requested"},
        {{{memory, "", 3.0 * GIB}, {requests, "memory", 2.0 * GIB}}, "memory",
            "3.0 GiB, 2.0 GiB requested, no limit"},
        {{{memory, "", 3.0 * GIB}}, "memory", "3.0 GiB, no limit"},
        {{{"killed", "", 2}}, "OOM kills", "2 in the last 30 min"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        struct arena a = {0};
        world_init(&w, "stages: [{name: a, latency: a_seconds}]");
        world_judge(&w);
        answer(&w, cases[i].numbers);
        const struct view_input in = {.words = world_words(&w), .columns = 120};
        const struct view_pane pane = machine_pane(&a, &in, 0, "a-0");
        assert_int_equal(pane.count, 1);
        assert_string_equal(pane.facts[0].label, cases[i].label);
        assert_string_equal(pane.facts[0].value.text, cases[i].says);
        arena_finish(&a);
        world_finish(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(use_stands_beside_request_and_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
