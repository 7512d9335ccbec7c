#include "series/instance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { SERIES = 4, LABELS = 8 };

#define HELD(array) (sizeof(array) / sizeof *(array))

static void chooses_what_tells_instances_apart(void **state)
{
    (void)state;
    static const struct {
        const char *series[SERIES][LABELS]; // names and values
        const char *label;
    } cases[] = {
        {{{"pod", "a"}, {"pod", "b"}}, "pod"},
        {{{"pod_name", "a", "instance", "1"}, {"pod_name", "b", "instance", "2"}}, "pod_name"},
        {{{"kubernetes_pod_name", "a"}, {"kubernetes_pod_name", "b"}}, "kubernetes_pod_name"},
        {{{"host", "a", "instance", "1"}, {"host", "b", "instance", "1"}}, "host"}, // a collector
        {{{"host", "a", "instance", "1"}, {"host", "b", "instance", "2"}}, "host"},
        {{{"hostname", "a", "host", "x"}, {"hostname", "b", "host", "y"}}, "hostname"},
        // sites that each of two servers serves
        {{{"host", "a", "instance", "1"}, {"host", "b", "instance", "2"},
             {"host", "b", "instance", "1"}},
            "instance"},
        {{{"host", "a", "pod", "p"}, {"host", "b", "pod", "p"}}, NULL}, // sites of one pod
        {{{"replica", "0", "pod_name", "p"}, {"replica", "1", "pod_name", "p"}}, NULL},
        {{{"replica", "0"}, {"replica", "1"}}, "replica"},
        {{{"host", "a", "instance", "1"}, {"host", "a", "instance", "2"}}, "instance"},
        {{{"pod", "", "instance", "1"}, {"pod", "a", "instance", "2"}}, "instance"},
        {{{"instance", "1"}}, NULL},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        struct series series[SERIES];
        struct matrix m = {.series = series};
        memset(series, 0, sizeof series);
        for (size_t k = 0; k < SERIES && cases[i].series[k][0]; k++) {
            for (size_t n = 0; n + 1 < LABELS && cases[i].series[k][n]; n += 2) {
                labels_set(&series[k].labels, cases[i].series[k][n], cases[i].series[k][n + 1]);
            }
            m.count++;
        }
        const char *label = instance_label(&m);
        assert_string_equal(label ? label : "", cases[i].label ? cases[i].label : "");
        for (size_t k = 0; k < m.count; k++) {
            labels_finish(&series[k].labels);
        }
    }
}

static void asks_by_the_same_labels(void **state)
{
    (void)state;
    const char *at = labels_by_instance;
    for (size_t i = 0; labels_of_instances[i]; i++) {
        size_t len = strlen(labels_of_instances[i]);
        assert_memory_equal(at, labels_of_instances[i], len);
        at += len;
        at += strspn(at, ", ");
    }
    assert_int_equal(*at, '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chooses_what_tells_instances_apart),
        cmocka_unit_test(asks_by_the_same_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
