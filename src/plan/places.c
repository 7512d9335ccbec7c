#include "plan/places.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/parts.h"
#include "plan/served.h"

static const char *pod_label_of(const struct plan *p, const struct stage *s)
{
    return s->pod_label ? s->pod_label : p->pod_label;
}

// A scrape has renamed it, and so the namespace.
static bool is_renamed(const char *pod_label)
{
    return pod_label && strcmp(pod_label, "exported_pod") == 0;
}

static void add_named(struct str *s, const struct plan *p, int stage)
{
    const struct stage *st = &p->stages[stage];
    str_addf(s, "label_replace(count by (namespace, %s%s) (",
        is_renamed(pod_label_of(p, st)) ? "exported_namespace, " : "", st->instances);
    served_add_series(s, p, stage, p->selector);
    str_addf(s, "),\"stage\",\"%d\",\"\",\"\")", stage);
}

// A target without the name of its pod has the address of one.
static void add_addressed(struct str *s, const struct plan *p, int stage)
{
    struct str extra;
    str_init(&extra);
    str_addf(&extra, "pod=\"\"%s%s", p->selector ? "," : "", p->selector ? p->selector : "");
    str_add(s, "label_replace(count by (pod_ip) (label_replace(");
    served_add_series(s, p, stage, extra.text);
    str_addf(s,
        ",\"pod_ip\",\"$1\",\"instance\",\"([0-9.]+):[0-9]+\")),\"stage\",\"%d\",\"\",\"\")",
        stage);
    str_finish(&extra);
}

char *places_expression(struct plan *p, int query)
{
    struct part_writer w;
    part_begin(&w, p, query, p->stages_count);
    while (part_next(&w)) {
        const struct stage *st = &p->stages[w.item];
        if (!served_is(p, (int)w.item)) {
            continue;
        }
        add_named(&w.arm, p, (int)w.item);
        if (!pod_label_of(p, st)) {
            add_addressed(&w.tail, p, (int)w.item);
        }
        part_add(&w);
    }
    if (w.tails.len > 0) {
        // pods on the network of their node all have its address; of two it would be a guess
        str_addf(&w.query,
            " or (%s) * on (pod_ip) group_left(namespace, pod) topk by (pod_ip) (1, max by "
            "(pod_ip, namespace, pod) (kube_pod_info{pod_ip!=\"\",host_network!=\"true\"}))",
            w.tails.text);
    }
    return part_end(&w);
}

// Series I of all parts; NULL: there are fewer.
static const struct series *series_at(
    const struct plan *p, const struct store *store, size_t i, const struct matrix **of)
{
    bool known = p->places >= 0 && (size_t)p->places < store->count;
    for (int part = known ? p->places : -1; part >= 0; part = part_after(p, part)) {
        *of = &store->signals[part].live;
        if (i < (*of)->count) {
            return &(*of)->series[i];
        }
        i -= (*of)->count;
    }
    return NULL;
}

size_t places_count(const struct plan *p, const struct store *store)
{
    bool known = p->places >= 0 && (size_t)p->places < store->count;
    size_t count = 0;
    for (int part = known ? p->places : -1; part >= 0; part = part_after(p, part)) {
        count += store->signals[part].live.count;
    }
    return count;
}

static const char *pod_of(const struct labels *l, const char *first)
{
    const char *const names[] = {
        first ? first : "pod", "pod", "pod_name", "k8s_pod_name", "kubernetes_pod_name"};
    const char *pod = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !pod; i++) {
        const char *its = labels_get(l, names[i]);
        pod = its && *its ? its : NULL;
    }
    return pod;
}

static const char *namespace_of(const struct labels *l, const char *pod_label)
{
    bool renamed = is_renamed(pod_label) && labels_get(l, pod_label);
    return labels_get(l, renamed ? "exported_namespace" : "namespace");
}

bool places_read(struct place *out, const struct plan *p, const struct store *store, size_t i)
{
    const struct matrix *m = NULL;
    const struct series *s = series_at(p, store, i, &m);
    const char *stage = labels_get(&s->labels, "stage");
    long index = stage ? strtol(stage, NULL, 10) : -1;
    if (index < 0 || index >= (long)p->stages_count || isnan(ring_get(&s->ring, m->asked_last))) {
        return false;
    }
    const char *namespace = namespace_of(&s->labels, pod_label_of(p, &p->stages[index]));
    *out = (struct place){.stage = (int)index,
        .namespace = namespace ? namespace : "",
        .pod = pod_of(&s->labels, pod_label_of(p, &p->stages[index]))};
    return out->pod != NULL;
}

static bool is_called(const struct labels *l, const char *name)
{
    const char *address = labels_get(l, "pod_ip");
    size_t len = strcspn(name, ":");
    bool is = address && strlen(address) == len && strncmp(address, name, len) == 0;
    for (size_t i = 0; i < l->count && !is; i++) {
        is = strcmp(l->items[i].value, name) == 0;
    }
    return is;
}

bool places_find(
    struct place *out, const struct plan *p, const struct store *store, int stage, const char *name)
{
    const struct series *s;
    const struct matrix *m;
    for (size_t i = 0; (s = series_at(p, store, i, &m)); i++) {
        if (is_called(&s->labels, name) && places_read(out, p, store, i) && out->stage == stage) {
            return true;
        }
    }
    return false;
}
