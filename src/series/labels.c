#include "series/labels.h"

#include <stdlib.h>
#include <string.h>

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

const char *labels_instance(const struct labels *l)
{
    const char *pod = labels_get(l, "pod");
    const char *instance = labels_get(l, "instance");
    return pod && *pod ? pod : instance && *instance ? instance : NULL;
}

bool labels_equal(const struct labels *a, const struct labels *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->items[i].name, b->items[i].name) != 0 ||
            strcmp(a->items[i].value, b->items[i].value) != 0) {
            return false;
        }
    }
    return true;
}

static uint64_t hash_text(uint64_t h, const char *text)
{
    do {
        h = (h ^ (unsigned char)*text) * 0x100000001b3u;
    } while (*text++); // the NUL separates names from values
    return h;
}

uint64_t labels_hash(const struct labels *l)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < l->count; i++) {
        h = hash_text(hash_text(h, l->items[i].name), l->items[i].value);
    }
    return h;
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
