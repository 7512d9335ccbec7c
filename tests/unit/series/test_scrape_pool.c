#include "series/scrape_pool.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static void names_of_pools_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *pool, *kind, *namespace, *name;
        bool control_plane;
    } cases[] = {
        {"serviceMonitor/monitoring/kotaemon-agent-monitor/0", "ServiceMonitor", "monitoring",
            "kotaemon-agent-monitor", false},
        {"podMonitor/rag/qdrant/1", "PodMonitor", "rag", "qdrant", false},
        {"probe/rag/front", "Probe", "rag", "front", false},
        {"serviceMonitor/monitoring/kube-scheduler/0", "ServiceMonitor", "monitoring",
            "kube-scheduler", true},
        {"serviceMonitor/rag/kube-thing/0", "ServiceMonitor", "rag", "kube-thing", false},
        {"kube-scheduler", NULL, NULL, "kube-scheduler", false},
        {"serviceMonitor/", NULL, NULL, "serviceMonitor/", false},
        {"", NULL, NULL, "", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a = {0};
        struct scrape_pool pool = scrape_pool_read(&a, cases[i].pool);
        assert_int_equal(pool.kind == NULL, cases[i].kind == NULL);
        if (pool.kind) {
            assert_string_equal(pool.kind, cases[i].kind);
            assert_string_equal(pool.namespace, cases[i].namespace);
        }
        assert_string_equal(pool.name, cases[i].name);
        assert_int_equal(scrape_pool_is_of_control_plane(&pool), cases[i].control_plane);
        arena_finish(&a);
    }
}

static void what_is_empty_is_told(void **state)
{
    (void)state;
    struct list targets = {.fields = {"pool"}, .fields_count = 1};
    struct list dropped = {.fields = {"pool", "dropped"}, .fields_count = 2};
    list_add(&targets)->text = mem_strdup("full");
    struct list_value *values = list_add(&dropped);
    values[0].text = mem_strdup("empty");
    values[1].number = 7;
    assert_false(scrape_pool_is_empty(&targets, "full"));
    assert_true(scrape_pool_is_empty(&targets, "empty"));
    targets.left_out = 1; // which may be of it
    assert_false(scrape_pool_is_empty(&targets, "empty"));
    assert_true(scrape_pool_dropped(&dropped, "empty") == 7);
    assert_true(scrape_pool_dropped(&dropped, "full") == 0);
    assert_true(isnan(scrape_pool_dropped(NULL, "full")));
    list_finish(&targets);
    list_finish(&dropped);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_pools_are_read),
        cmocka_unit_test(what_is_empty_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
