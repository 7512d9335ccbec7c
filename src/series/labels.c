#include "series/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/index.h"
#include "base/mem.h"

void labels_set(struct labels *l, const char *name, const char *value)
{
    size_t at = 0;
    while (at < l->count && strcmp(l->items[at].name, name) < 0) {
        at++;
    }
    if (at < l->count && strcmp(l->items[at].name, name) == 0) {
        free(l->items[at].value);
        l->items[at].value = mem_strdup(value);
        return;
    }
    l->items = mem_resize(l->items, l->count + 1, sizeof *l->items);
    memmove(l->items + at + 1, l->items + at, (l->count - at) * sizeof *l->items);
    l->items[at] = (struct label){.name = mem_strdup(name), .value = mem_strdup(value)};
    l->count++;
}

const char *labels_get(const struct labels *l, const char *name)
{
    for (size_t i = 0; i < l->count; i++) {
        if (strcmp(l->items[i].name, name) == 0) {
            return l->items[i].value;
        }
    }
    return NULL;
}

const char *labels_workload(const struct labels *l)
{
    static const char *const kinds[] = {"deployment", "statefulset", "daemonset", "pod"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *name = labels_get(l, kinds[i]);
        if (name && *name) {
            return name;
        }
    }
    return NULL;
}

const char *const labels_of_instances[] = {"pod", "pod_name", "k8s_pod_name", "kubernetes_pod_name",
    "replica", "hostname", "host_name", "host", "instance", NULL};

const char labels_by_instance[] = "pod, pod_name, k8s_pod_name, kubernetes_pod_name, replica, "
                                  "hostname, host_name, host, instance";

static const struct label *find(const struct labels *l, const char *name)
{
    for (size_t i = 0; i < l->count; i++) {
        if (strcmp(l->items[i].name, name) == 0 && *l->items[i].value) {
            return &l->items[i];
        }
    }
    return NULL;
}

const struct label *labels_instance(const struct labels *l, const char *first)
{
    const struct label *found = first ? find(l, first) : NULL;
    for (size_t i = 0; !found && labels_of_instances[i]; i++) {
        found = find(l, labels_of_instances[i]);
    }
    return found;
}

static bool is_name(const struct label *l)
{
    return strcmp(l->name, "__name__") == 0;
}

static bool same_label(const struct label *a, const struct label *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->value, b->value) == 0;
}

bool labels_equal(const struct labels *a, const struct labels *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (!same_label(&a->items[i], &b->items[i])) {
            return false;
        }
    }
    return true;
}

static uint64_t hash(const struct labels *l, bool with_name)
{
    uint64_t h = INDEX_HASH_START;
    for (size_t i = 0; i < l->count; i++) {
        if (with_name || !is_name(&l->items[i])) {
            h = index_hash(index_hash(h, l->items[i].name), l->items[i].value);
        }
    }
    return h;
}

uint64_t labels_hash(const struct labels *l)
{
    return hash(l, true);
}

uint64_t labels_match_hash(const struct labels *l)
{
    return hash(l, false);
}

bool labels_match(const struct labels *a, const struct labels *b)
{
    size_t i = 0, k = 0;
    for (;;) {
        i += i < a->count && is_name(&a->items[i]);
        k += k < b->count && is_name(&b->items[k]);
        if (i == a->count || k == b->count) {
            return i == a->count && k == b->count;
        }
        if (!same_label(&a->items[i++], &b->items[k++])) {
            return false;
        }
    }
}

void labels_copy(struct labels *out, const struct labels *l)
{
    out->items = l->count ? mem_resize(NULL, l->count, sizeof *l->items) : NULL;
    out->count = l->count;
    for (size_t i = 0; i < l->count; i++) {
        out->items[i].name = mem_strdup(l->items[i].name);
        out->items[i].value = mem_strdup(l->items[i].value);
    }
}

void labels_finish(struct labels *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->items[i].name);
        free(l->items[i].value);
    }
    free(l->items);
    *l = (struct labels){0};
}
