#include "series/instance.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"

/** The host and the instance that a series is of. */
struct pair {
    const char *host, *instance;
};

static bool has_label(const struct matrix *m, const char *name)
{
    for (size_t i = 0; i < m->count; i++) {
        if (labels_get(&m->series[i].labels, name)) {
            return true;
        }
    }
    return false;
}

static bool differs(const struct matrix *m, const char *name)
{
    const char *first = NULL;
    for (size_t i = 0; i < m->count; i++) {
        const char *value = labels_get(&m->series[i].labels, name);
        if (value && *value && first && strcmp(value, first) != 0) {
            return true;
        }
        first = first || !value || !*value ? first : value;
    }
    return false;
}

static const char *const of_pods[] = {
    "pod", "pod_name", "k8s_pod_name", "kubernetes_pod_name", NULL};

static const char *const of_hosts[] = {"hostname", "host_name", "host", NULL};

static bool has_pods(const struct matrix *m)
{
    bool has = false;
    for (size_t i = 0; of_pods[i]; i++) {
        has = has || has_label(m, of_pods[i]);
    }
    return has;
}

static int by_instance(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    return strcmp(x->instance, y->instance);
}

// Whether an instance has several values of NAME, which then names no machine.
static bool are_several_each(const struct matrix *m, const char *name)
{
    struct pair *pairs = mem_zalloc(m->count, sizeof *pairs);
    size_t count = 0;
    for (size_t i = 0; i < m->count; i++) {
        const struct labels *l = &m->series[i].labels;
        const char *host = labels_get(l, name), *instance = labels_get(l, "instance");
        if (host && instance) {
            pairs[count++] = (struct pair){host, instance};
        }
    }
    if (count > 0) {
        qsort(pairs, count, sizeof *pairs, by_instance);
    }
    bool several = false;
    for (size_t i = 1; i < count && !several; i++) {
        several = by_instance(&pairs[i - 1], &pairs[i]) == 0 &&
                  strcmp(pairs[i - 1].host, pairs[i].host) != 0;
    }
    free(pairs);
    return several;
}

static bool names_another(const struct matrix *m, const char *name)
{
    if (strcmp(name, "replica") == 0) {
        return has_pods(m);
    }
    return names_have(of_hosts, name) &&
           (has_pods(m) || (differs(m, "instance") && are_several_each(m, name)));
}

const char *instance_label(const struct matrix *m)
{
    for (size_t i = 0; labels_of_instances[i]; i++) {
        const char *name = labels_of_instances[i];
        if (differs(m, name) && !names_another(m, name)) {
            return name;
        }
    }
    return NULL;
}
