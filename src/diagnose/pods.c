#include "diagnose/pods.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/at_cursor.h"
#include "diagnose/stat.h"
#include "series/dist.h"

static int64_t slot_of(const struct signal_data *data, int64_t at_ms)
{
    return matrix_slot(&data->live, at_ms > 0 ? at_ms : data->now_ms);
}

static const struct signal_data *data_of(const struct store *store, int signal)
{
    bool answered = signal >= 0 && store->signals[signal].condition == CONDITION_ANSWERED;
    return answered ? &store->signals[signal] : NULL;
}

static double errors_of(
    const struct signal_data *data, enum dist_of of, const char *pod, int64_t at_ms)
{
    double sum = 0; // a counter that never fired has no series
    for (size_t i = 0; i < data->live.count; i++) {
        const struct series *s = &data->live.series[i];
        const char *its = s->instance;
        double v = ring_get(&s->ring, slot_of(data, at_ms));
        bool same = its && strcmp(its, pod) == 0;
        sum += its && same == (of == DIST_OF_INSTANCE) && !isnan(v) ? v : 0;
    }
    return sum;
}

// What the pod alone was asked for once, of before the pods were looked at.
static double read_each(const struct signal_data *data, const char *name, int64_t at_ms)
{
    for (size_t i = 0; i < data->each.count && at_ms > 0; i++) {
        const char *its = data->each.series[i].instance;
        if (its && strcmp(its, name) == 0) {
            return ring_get(&data->each.series[i].ring, matrix_slot(&data->each, at_ms));
        }
    }
    return NAN;
}

static struct pod read_one(const struct plan *plan, const struct store *store, int stage,
    enum dist_of of, const char *name, int64_t at_ms)
{
    const struct stage *s = &plan->stages[stage];
    const struct signal_data *latency = data_of(store, s->pods_signal);
    const struct signal_data *errors = data_of(store, s->pod_errors_signal);
    struct pod pod = {.latency = NAN, .mean = NAN, .rate = NAN, .errors = NAN};
    struct dist d;
    if (s->kind == LATENCY_NONE) {
        return pod; // that it is there is all that is known of it
    }
    if (latency && dist_read_of(&d, &latency->live, slot_of(latency, at_ms), of, name)) {
        double p95 = dist_quantile(&d, 0.95).value;
        pod.mean = dist_mean(&d) * s->to_seconds;
        pod.latency = !isnan(p95)        ? p95 * s->to_seconds
                      : !isnan(pod.mean) ? pod.mean
                                         : d.value * s->to_seconds;
        pod.rate = d.count;
    } else if (latency && of == DIST_OF_INSTANCE) {
        pod.latency = read_each(latency, name, at_ms) * s->to_seconds;
    }
    if (errors && matrix_asked(&errors->live, slot_of(errors, at_ms))) {
        double failed = errors_of(errors, of, name, at_ms);
        double requests = errors_requests(pod.rate, failed);
        pod.errors = requests > 0 ? failed / requests : NAN;
    }
    return pod;
}

static struct pod *find(struct pods *pods, const char *name)
{
    for (size_t i = 0; i < pods->count; i++) {
        if (strcmp(pods->items[i].name, name) == 0) {
            return &pods->items[i];
        }
    }
    return NULL;
}

// Who has a sample then, in the answer M to the latency by pod.
static void collect_names(struct pods *out, const struct matrix *m, int64_t slot)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct series *s = &m->series[i];
        const char *name = s->instance;
        bool again = name && out->count > 0 &&
                     strcmp(out->items[out->count - 1].name, name) == 0; // mostly side by side
        if (!name || again || isnan(ring_get(&s->ring, slot)) || find(out, name)) {
            continue;
        }
        if (out->count == PODS_MAX) {
            out->truncated = true;
            return;
        }
        out->items[out->count++].name = name;
    }
}

static void read_starts(struct pods *out, const struct signal_data *data, int64_t at_ms)
{
    for (size_t i = 0; data && i < data->live.count; i++) {
        const struct series *s = &data->live.series[i];
        const char *name = s->instance;
        struct pod *pod = name ? find(out, name) : NULL;
        double at = ring_get(&s->ring, slot_of(data, at_ms));
        if (pod && at > 0 && at < 1e11) {
            pod->started_ms = (int64_t)(at * 1000);
        }
    }
}

static void find_middle(struct pods *pods)
{
    double latency[PODS_MAX], errors[PODS_MAX];
    size_t latencies = 0, ratios = 0;
    for (size_t i = 0; i < pods->count; i++) {
        const struct pod *p = &pods->items[i];
        if (!isnan(p->latency)) {
            latency[latencies++] = p->latency;
        }
        if (!isnan(p->errors)) {
            errors[ratios++] = p->errors;
        }
    }
    pods->latency = stat_middle(latency, latencies);
    pods->errors = stat_middle(errors, ratios);
}

static int by_name(const void *a, const void *b)
{
    const struct pod *x = a, *y = b;
    return strcmp(x->name, y->name);
}

void pods_read(struct pods *out, const struct plan *plan, const struct store *store, int stage)
{
    pods_read_at(out, plan, store, stage, 0);
}

void pods_read_at(
    struct pods *out, const struct plan *plan, const struct store *store, int stage, int64_t at_ms)
{
    const struct stage *s = &plan->stages[stage];
    const struct signal_data *data = data_of(store, s->pods_signal);
    out->count = out->gone = 0;
    out->latency = out->errors = NAN;
    out->truncated = data && data->live.truncated;
    if (!data) {
        return;
    }
    collect_names(out, &data->live, slot_of(data, at_ms));
    if (out->count == 0 && at_ms > 0 && data->each.step_ms > 0) {
        collect_names(out, &data->each, matrix_slot(&data->each, at_ms));
    }
    qsort(out->items, out->count, sizeof *out->items, by_name);
    for (size_t i = 0; i < out->count; i++) {
        const char *name = out->items[i].name;
        out->items[i] = read_one(plan, store, stage, DIST_OF_INSTANCE, name, at_ms);
        out->items[i].name = name;
    }
    read_starts(out, data_of(store, s->starts_signal), at_ms);
    find_middle(out);
}

/** The last slot of S in M, up to NEWEST, that has a value; less than asked: it has none. */
static int64_t last_slot(const struct matrix *m, const struct series *s, int64_t newest)
{
    int64_t slot = newest < m->asked_last ? newest : m->asked_last;
    while (slot >= m->asked_first && isnan(ring_get(&s->ring, slot))) {
        slot--;
    }
    return slot;
}

static void add_gone_of(struct pods *out, const struct matrix *m, int64_t at_ms, int64_t outlives)
{
    for (size_t i = 0; i < m->count; i++) {
        const char *name = m->series[i].instance;
        struct pod *pod = name ? find(out, name) : NULL;
        int64_t slot = last_slot(m, &m->series[i], matrix_slot(m, at_ms));
        if (!name || slot < m->asked_first || (pod && pod->gone_ms == 0)) {
            continue;
        }
        if (!pod && out->count < PODS_MAX) {
            pod = &out->items[out->count++];
            *pod =
                (struct pod){.name = name, .latency = NAN, .mean = NAN, .rate = NAN, .errors = NAN};
            out->gone++;
        } else if (!pod) {
            out->truncated = true;
            return;
        }
        int64_t last_ms = slot * m->step_ms - outlives;
        pod->gone_ms = last_ms > pod->gone_ms ? last_ms : pod->gone_ms;
    }
}

/** The first slot of S in M that has a value; more than asked: it has none. */
static int64_t first_slot(const struct matrix *m, const struct series *s)
{
    int64_t slot = m->asked_first;
    while (slot <= m->asked_last && isnan(ring_get(&s->ring, slot))) {
        slot++;
    }
    return slot;
}

static void find_coming(struct pods *out, const struct matrix *m)
{
    int64_t oldest = INT64_MAX;
    for (size_t i = 0; i < m->count; i++) {
        int64_t slot = first_slot(m, &m->series[i]);
        oldest = slot < oldest ? slot : oldest;
    }
    for (size_t i = 0; i < m->count; i++) {
        struct pod *pod = m->series[i].instance ? find(out, m->series[i].instance) : NULL;
        int64_t slot = first_slot(m, &m->series[i]);
        if (pod && pod->gone_ms == 0 && slot <= m->asked_last && slot > oldest) {
            pod->came_ms = slot * m->step_ms;
        }
    }
}

void pods_add_gone(
    struct pods *out, const struct plan *plan, const struct store *store, int stage, int64_t at_ms)
{
    const struct stage *s = &plan->stages[stage];
    const struct signal_data *data = data_of(store, s->pods_signal);
    if (!data || out->truncated) {
        return;
    }
    int64_t then_ms = at_ms > 0 ? at_ms : data->now_ms;
    int64_t outlives = plan_outlives_ms(plan, s);
    add_gone_of(out, &data->live, then_ms, outlives);
    if (data->each.step_ms > 0) {
        add_gone_of(out, &data->each, then_ms, outlives);
        find_coming(out, &data->each);
    }
    struct pod *first = out->items + out->count - out->gone;
    qsort(first, out->gone, sizeof *first, by_name);
}

struct pod pods_read_others(
    const struct plan *plan, const struct store *store, int stage, const char *pod)
{
    return read_one(plan, store, stage, DIST_OF_OTHERS, pod, 0);
}
