#include "export/report_machines.h"

#include <math.h>

#include "diagnose/changed_near.h"
#include "export/put.h"
#include "series/infra.h"

static const char *const kinds[CHANGE_KINDS] = {[CHANGE_ROLLED] = "rollout",
    [CHANGE_SCALED] = "scaling",
    [CHANGE_RESTARTED] = "restart",
    [CHANGE_STARTED] = "start",
    [CHANGE_PENDING] = "pending",
    [CHANGE_EVICTED] = "evicted",
    [CHANGE_POD] = "pod",
    [CHANGE_NODE] = "node",
    [CHANGE_PRESSURE] = "pressure",
    [CHANGE_ALERT] = "alert",
    [CHANGE_MODEL] = "model",
    [CHANGE_RELOADED] = "reload"};

static void put_some(cJSON *to, const char *key, const char *text)
{
    put_text(to, key, *text ? text : NULL);
}

void machines_put_changes(cJSON *to, const struct words *w)
{
    enum { MOST = 20 };
    size_t near[MOST];
    int64_t since_ms;
    cJSON *all = cJSON_AddArrayToObject(to, "changes");
    size_t count = changed_near(near, MOST, &since_ms, w->diagnosis, w->store);
    for (size_t i = 0; i < count && i < MOST; i++) {
        const struct list *list = &change_of(w->store)->list;
        enum change_kind kind = change_kind_of(list, near[i]);
        cJSON *one = cJSON_CreateObject();
        cJSON_AddItemToArray(all, one);
        cJSON_AddStringToObject(one, "kind", kind < CHANGE_KINDS ? kinds[kind] : "");
        put_moment(one, "at", (int64_t)list_number(list, near[i], "at_ms"));
        put_some(one, "what", list_text(list, near[i], "what"));
        put_some(one, "from", list_text(list, near[i], "from"));
        put_some(one, "to", list_text(list, near[i], "to"));
        put_number(one, "times", list_number(list, near[i], "times"));
    }
    cJSON_AddNumberToObject(to, "changes_more", count > MOST ? (double)(count - MOST) : 0);
}

/** A number of a thing, and its key. */
struct number {
    enum infra_value value;
    const char *key;
};

static const struct number of_container[] = {{INFRA_CPU, "cpu_cores"},
    {INFRA_CPU_LIMIT, "cpu_limit"}, {INFRA_CPU_REQUEST, "cpu_request"},
    {INFRA_THROTTLED, "throttled"}, {INFRA_MEMORY, "memory_bytes"},
    {INFRA_MEMORY_LIMIT, "memory_limit"}, {INFRA_MEMORY_REQUEST, "memory_request"},
    {INFRA_RESTARTS, "restarts"}, {INFRA_KILLED, "oom_kills"}, {INFRA_VALUES, NULL}};
static const struct number of_pod[] = {
    {INFRA_NETWORK, "network_errors"}, {INFRA_VOLUME, "volume_used"}, {INFRA_VALUES, NULL}};
static const struct number of_node[] = {{INFRA_NODE_CPU, "cpu_used"},
    {INFRA_NODE_MEMORY, "memory_used"}, {INFRA_NODE_DISK, "disk_busy"},
    {INFRA_NODE_NETWORK, "network_errors"}, {INFRA_VALUES, NULL}};
static const struct number of_gpu[] = {{INFRA_GPU_BUSY, "busy"}, {INFRA_VALUES, NULL}};

static const struct {
    const char *kind;
    const struct number *numbers;
} things[] = {[INFRA_CONTAINER] = {"container", of_container},
    [INFRA_POD] = {"pod", of_pod},
    [INFRA_NODE] = {"node", of_node},
    [INFRA_GPU] = {"gpu", of_gpu}};

static void put_gpu(cJSON *to, const struct infra_thing *t)
{
    const double *v = t->values;
    double total =
        isnan(v[INFRA_GPU_TOTAL]) ? v[INFRA_GPU_USED] + v[INFRA_GPU_FREE] : v[INFRA_GPU_TOTAL];
    cJSON_AddStringToObject(to, "gpu", t->gpu);
    put_number(to, "memory_used", v[INFRA_GPU_USED] / total);
    put_number(to, "clock", v[INFRA_GPU_CLOCK] / v[INFRA_GPU_CLOCK_MOST]);
}

static void put_container(cJSON *to, const struct infra_thing *t)
{
    cJSON_AddStringToObject(to, "container", t->container);
    put_some(to, "image", t->image);
    put_some(to, "waiting", t->waiting);
    put_some(to, "last_ended", t->ended);
    double died = t->values[INFRA_DIED];
    put_moment(to, "last_ended_at", isnan(died) ? 0 : (int64_t)(died * 1000));
}

static void put_pressures(cJSON *to, const struct infra_thing *t)
{
    static const struct number pressures[] = {{INFRA_PRESSED_MEMORY, "MemoryPressure"},
        {INFRA_PRESSED_DISK, "DiskPressure"}, {INFRA_PRESSED_PIDS, "PIDPressure"},
        {INFRA_NOT_READY, "NotReady"}};
    cJSON *all = cJSON_AddArrayToObject(to, "conditions");
    for (size_t i = 0; i < sizeof pressures / sizeof *pressures; i++) {
        if (t->values[pressures[i].value] > 0) {
            cJSON_AddItemToArray(all, cJSON_CreateString(pressures[i].key));
        }
    }
}

void machines_put(cJSON *all, const struct view_source *source)
{
    const struct infra *infra = infra_of(source->words.store);
    for (size_t i = 0; infra && i < infra->count; i++) {
        const struct infra_thing *t = &infra->items[i];
        cJSON *to = cJSON_CreateObject();
        cJSON_AddItemToArray(all, to);
        if (source->name) {
            cJSON_AddStringToObject(to, "source", source->name);
        }
        cJSON_AddStringToObject(to, "kind", things[t->kind].kind);
        put_some(to, "namespace", t->namespace);
        put_some(to, "pod", t->pod);
        put_some(to, "node",
            *t->pod && !*t->node ? infra_node_of(infra, t->namespace, t->pod) : t->node);
        if (t->kind == INFRA_CONTAINER) {
            put_container(to, t);
        } else if (t->kind == INFRA_NODE) {
            put_pressures(to, t);
        } else if (t->kind == INFRA_GPU) {
            put_gpu(to, t);
        }
        for (const struct number *n = things[t->kind].numbers; n->key; n++) {
            put_number(to, n->key, t->values[n->value]);
        }
    }
}
