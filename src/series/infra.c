#include "series/infra.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/** How a series becomes a number of a thing. */
struct rule {
    const char *name;       /**< by INFRA_LABEL */
    const char *label, *is; /**< only where this label has that value; NULL: always */
    enum infra_kind kind;
    enum infra_value value;
    double factor;
};

static const struct rule rules[] = {
    {"cpu", NULL, NULL, INFRA_CONTAINER, INFRA_CPU, 1},
    {"throttled", NULL, NULL, INFRA_CONTAINER, INFRA_THROTTLED, 1},
    {"restarts", NULL, NULL, INFRA_CONTAINER, INFRA_RESTARTS, 1},
    {"killed", NULL, NULL, INFRA_CONTAINER, INFRA_KILLED, 1},
    {"container_memory_working_set_bytes", NULL, NULL, INFRA_CONTAINER, INFRA_MEMORY, 1},
    {"kube_pod_container_resource_limits", "resource", "cpu", INFRA_CONTAINER, INFRA_CPU_LIMIT, 1},
    {"kube_pod_container_resource_limits", "resource", "memory", INFRA_CONTAINER,
        INFRA_MEMORY_LIMIT, 1},
    {"kube_pod_container_resource_requests", "resource", "cpu", INFRA_CONTAINER, INFRA_CPU_REQUEST,
        1},
    {"kube_pod_container_resource_requests", "resource", "memory", INFRA_CONTAINER,
        INFRA_MEMORY_REQUEST, 1},
    {"kube_pod_container_status_last_terminated_timestamp", NULL, NULL, INFRA_CONTAINER, INFRA_DIED,
        1},
    {"kube_pod_status_ready", "condition", "false", INFRA_POD, INFRA_UNREADY, 1},
    {"network", NULL, NULL, INFRA_POD, INFRA_NETWORK, 1},
    {"volume", NULL, NULL, INFRA_POD, INFRA_VOLUME, 1},
    {"kube_node_status_condition", "condition", "MemoryPressure", INFRA_NODE, INFRA_PRESSED_MEMORY,
        1},
    {"kube_node_status_condition", "condition", "DiskPressure", INFRA_NODE, INFRA_PRESSED_DISK, 1},
    {"kube_node_status_condition", "condition", "PIDPressure", INFRA_NODE, INFRA_PRESSED_PIDS, 1},
    {"kube_node_status_condition", "condition", "Ready", INFRA_NODE, INFRA_NOT_READY, 1},
    {"node_cpu", NULL, NULL, INFRA_NODE, INFRA_NODE_CPU, 1},
    {"node_memory", NULL, NULL, INFRA_NODE, INFRA_NODE_MEMORY, 1},
    {"node_disk", NULL, NULL, INFRA_NODE, INFRA_NODE_DISK, 1},
    {"node_network", NULL, NULL, INFRA_NODE, INFRA_NODE_NETWORK, 1},
    {"DCGM_FI_DEV_GPU_UTIL", NULL, NULL, INFRA_GPU, INFRA_GPU_BUSY, .01},
    {"DCGM_FI_DEV_FB_USED", NULL, NULL, INFRA_GPU, INFRA_GPU_USED, 1},
    {"DCGM_FI_DEV_FB_FREE", NULL, NULL, INFRA_GPU, INFRA_GPU_FREE, 1},
    {"DCGM_FI_DEV_SM_CLOCK", NULL, NULL, INFRA_GPU, INFRA_GPU_CLOCK, 1},
    {"gpu_clock_most", NULL, NULL, INFRA_GPU, INFRA_GPU_CLOCK_MOST, 1},
    {"nvidia_smi_utilization_gpu_ratio", NULL, NULL, INFRA_GPU, INFRA_GPU_BUSY, 1},
    {"nvidia_smi_memory_used_bytes", NULL, NULL, INFRA_GPU, INFRA_GPU_USED, 1},
    {"nvidia_smi_memory_total_bytes", NULL, NULL, INFRA_GPU, INFRA_GPU_TOTAL, 1},
    {"nvidia_smi_clocks_current_sm_clock_hz", NULL, NULL, INFRA_GPU, INFRA_GPU_CLOCK, 1},
    {"nvidia_smi_clocks_max_sm_clock_hz", NULL, NULL, INFRA_GPU, INFRA_GPU_CLOCK_MOST, 1},
};

static const char *get(const struct labels *l, const char *name)
{
    const char *value = labels_get(l, name);
    return value ? value : "";
}

// Scraped without honor_labels, its own label is that of the exporter.
static const char *own(const struct labels *l, const char *exported, const char *name)
{
    const char *value = get(l, exported);
    return *value ? value : get(l, name);
}

/** What a series is about; the texts are the series'. */
struct key {
    enum infra_kind kind;
    const char *namespace, *pod, *container, *node, *gpu;
};

static bool is_same(const struct infra_thing *t, const struct key *u)
{
    bool same = t->kind == u->kind;
    if (t->kind == INFRA_NODE) {
        return same && strcmp(t->node, u->node) == 0;
    }
    same = same && strcmp(t->pod, u->pod) == 0 && strcmp(t->namespace, u->namespace) == 0;
    if (t->kind == INFRA_GPU) { // of a pod, or of a node where nobody knows whose it is
        return same && strcmp(t->gpu, u->gpu) == 0 && (*t->pod || strcmp(t->node, u->node) == 0);
    }
    return same && (t->kind == INFRA_POD || strcmp(t->container, u->container) == 0);
}

static void set_text(char **text, const char *value)
{
    if (*value) {
        free(*text);
        *text = mem_strdup(value);
    }
}

/** A thing that is looked for. */
struct sought {
    const struct infra *infra;
    const struct key *key;
};

static bool is_sought(const void *context, size_t at)
{
    const struct sought *s = context;
    return is_same(&s->infra->items[at], s->key);
}

// Of what is_same() compares, so far as it is known of all things from the beginning.
static uint64_t hash_of(const struct key *key)
{
    const char *texts[] = {key->kind == INFRA_NODE ? key->node : "", key->namespace, key->pod,
        key->container, key->gpu};
    uint64_t hash = INDEX_HASH_START + key->kind;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        hash = index_hash(hash, texts[i]);
    }
    return hash;
}

static struct infra_thing *find_or_add(struct infra *infra, const struct key *key)
{
    const struct sought sought = {infra, key};
    uint64_t hash = hash_of(key);
    size_t at = index_find(&infra->index, hash, is_sought, &sought);
    if (at != INDEX_NOWHERE) {
        return &infra->items[at];
    }
    if (infra->count == INFRA_MOST) {
        infra->left_out++;
        return NULL;
    }
    mem_grow(&infra->items, infra->count, &infra->cap);
    index_add(&infra->index, hash, infra->count);
    struct infra_thing *t = &infra->items[infra->count++];
    *t = (struct infra_thing){.kind = key->kind,
        .namespace = mem_strdup(key->namespace),
        .pod = mem_strdup(key->pod),
        .container = mem_strdup(key->container),
        .node = mem_strdup(key->node),
        .gpu = mem_strdup(key->gpu),
        .image = mem_strdup(""),
        .waiting = mem_strdup(""),
        .ended = mem_strdup("")};
    for (size_t i = 0; i < INFRA_VALUES; i++) {
        t->values[i] = NAN;
    }
    return t;
}

static struct infra_thing *thing_of(
    struct infra *infra, const struct labels *l, enum infra_kind kind)
{
    const char *uuid = own(l, "uuid", "UUID"), *gpu = get(l, "gpu");
    struct key key = {kind, "", "", "", "", ""};
    if (kind == INFRA_NODE) {
        key.node = get(l, "node");
        return find_or_add(infra, &key);
    }
    bool of_node = kind == INFRA_GPU && *get(l, "of_node"); // its pod is that of the exporter
    if (!of_node) {
        key.namespace = own(l, "exported_namespace", "namespace");
        key.pod = own(l, "exported_pod", "pod");
    }
    key.container = kind == INFRA_CONTAINER ? own(l, "exported_container", "container") : "";
    key.node = (of_node ? get(l, "node") : "");
    key.gpu = (kind == INFRA_GPU ? (*gpu ? gpu : uuid) : "");
    // rows of cAdvisor without a container are those of a pod as a whole
    bool whole = kind == INFRA_CONTAINER && !*key.container;
    return whole ? NULL : find_or_add(infra, &key);
}

// Two that tell of the same thing may be a scrape apart: the higher number stands.
static void apply(struct infra *infra, const struct labels *l, const char *name, double value)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const struct rule *r = &rules[i];
        if (strcmp(r->name, name) != 0 || (r->label && strcmp(get(l, r->label), r->is) != 0)) {
            continue;
        }
        struct infra_thing *t = thing_of(infra, l, r->kind);
        double known = t ? t->values[r->value] : NAN;
        if (t && !(known >= value * r->factor)) {
            t->values[r->value] = value * r->factor;
        }
    }
}

static void note_text(struct infra *infra, const struct labels *l, const char *name)
{
    if (strcmp(name, "kube_pod_info") == 0) {
        struct infra_thing *t = thing_of(infra, l, INFRA_POD);
        if (t) {
            set_text(&t->node, own(l, "exported_node", "node"));
        }
    }
    static const struct {
        const char *name, *label;
        size_t offset;
    } texts[] = {
        {"kube_pod_container_info", "image", offsetof(struct infra_thing, image)},
        {"kube_pod_container_status_waiting_reason", "reason",
            offsetof(struct infra_thing, waiting)},
        {"kube_pod_container_status_last_terminated_reason", "reason",
            offsetof(struct infra_thing, ended)},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct infra_thing *t =
            strcmp(name, texts[i].name) == 0 ? thing_of(infra, l, INFRA_CONTAINER) : NULL;
        if (t) {
            set_text((char **)(void *)((char *)t + texts[i].offset), get(l, texts[i].label));
        }
    }
}

void infra_take(struct infra *infra, const struct batch *b)
{
    for (size_t i = 0; i < b->count; i++) {
        const struct batch_series *s = &b->series[i];
        const char *name = get(&s->labels, INFRA_LABEL);
        double value = s->count > 0 ? s->samples[s->count - 1].value : NAN;
        if (!isfinite(value)) {
            continue;
        }
        apply(infra, &s->labels, name, value);
        note_text(infra, &s->labels, name);
        infra->state = infra->state || strncmp(name, "kube_pod_", 9) == 0;
        infra->usage =
            infra->usage || strcmp(name, "cpu") == 0 || strncmp(name, "container_", 10) == 0;
        infra->nodes = infra->nodes || strncmp(name, "node_", 5) == 0;
    }
    infra->left_out += b->left_out;
}

void infra_finish(void *infra)
{
    struct infra *all = infra;
    for (size_t i = 0; i < all->count; i++) {
        struct infra_thing *t = &all->items[i];
        char *texts[] = {
            t->namespace, t->pod, t->container, t->node, t->gpu, t->image, t->waiting, t->ended};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            free(texts[k]);
        }
    }
    free(all->items);
    index_finish(&all->index);
    *all = (struct infra){0};
}

// Whether the LEN bytes before END, behind a dash, are what a controller adds.
static bool is_added(const char *name, size_t end, size_t *start)
{
    size_t at = end;
    while (at > 0 && isalnum((unsigned char)name[at - 1])) {
        at--;
    }
    size_t len = end - at, digits = strspn(name + at, "0123456789");
    *start = at > 0 ? at - 1 : 0;
    bool hash = len >= 5 && len <= 10 && strcspn(name + at, "aeiou") >= len;
    return at > 1 && name[at - 1] == '-' && (hash || digits >= len);
}

// `api` of api-5d9c7b6f4-x2x7p, of api-x2x7p and of api-0. Names of hashes have no vowels.
size_t infra_workload_length(const char *pod)
{
    size_t len = strlen(pod), start;
    if (!is_added(pod, len, &start)) {
        return len;
    }
    bool ordinal = strspn(pod + start + 1, "0123456789") == len - start - 1;
    size_t second;
    bool replica_set =
        !ordinal && len - start - 1 == 5 && is_added(pod, start, &second) && start - second > 5;
    return replica_set ? second : start;
}

const struct infra *infra_of(const struct store *store)
{
    for (size_t i = 0; i < STORE_SLOTS; i++) {
        if (store->slots[i].data && store->slots[i].finish == infra_finish) {
            return store->slots[i].data;
        }
    }
    return NULL;
}

const struct infra_thing *infra_next(const struct infra *infra, enum infra_kind kind,
    const char *namespace, const char *pod, const struct infra_thing *after)
{
    const struct infra_thing *end = infra->items + infra->count;
    for (const struct infra_thing *t = after ? after + 1 : infra->items; t < end; t++) {
        bool same = t->kind == kind && strcmp(t->pod, pod) == 0;
        if (same && (!*namespace || strcmp(t->namespace, namespace) == 0)) {
            return t;
        }
    }
    return NULL;
}

const struct infra_thing *infra_node(const struct infra *infra, const char *name)
{
    for (size_t i = 0; i < infra->count; i++) {
        if (infra->items[i].kind == INFRA_NODE && strcmp(infra->items[i].node, name) == 0) {
            return &infra->items[i];
        }
    }
    return NULL;
}

const char *infra_node_of(const struct infra *infra, const char *namespace, const char *pod)
{
    const struct infra_thing *t = infra_next(infra, INFRA_POD, namespace, pod, NULL);
    return t ? t->node : "";
}
