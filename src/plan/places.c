#include "plan/places.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/promql.h"

enum { TAIL_BYTES = 256 /* kept free for what follows the last address */ };

static const char *pod_label_of(const struct plan *p, const struct stage *s)
{
    return s->pod_label ? s->pod_label : p->pod_label;
}

static void add_named(struct str *s, const struct plan *p, int stage)
{
    const struct stage *st = &p->stages[stage];
    str_addf(s, "label_replace(count by (namespace, %s) (", st->instances);
    promql_add_served(s, st, p->selector);
    str_addf(s, "),\"stage\",\"%d\",\"\",\"\")", stage);
}

// A target without the name of its pod has the address of one.
static void add_addressed(struct str *s, const struct plan *p, int stage)
{
    struct str extra;
    str_init(&extra);
    str_addf(&extra, "pod=\"\"%s%s", p->selector ? "," : "", p->selector ? p->selector : "");
    str_add(s, "label_replace(count by (pod_ip) (label_replace(");
    promql_add_served(s, &p->stages[stage], extra.text);
    str_addf(s,
        ",\"pod_ip\",\"$1\",\"instance\",\"([0-9.]+):[0-9]+\")),\"stage\",\"%d\",\"\",\"\")",
        stage);
    str_finish(&extra);
}

char *places_expression(const struct plan *p)
{
    struct str s, addressed, arm, address;
    str_init(&s);
    str_init(&addressed);
    str_init(&arm);
    str_init(&address);
    bool room = true;
    for (int i = 0; i < (int)p->stages_count && room; i++) {
        if (!plan_is_served(&p->stages[i])) {
            continue;
        }
        str_clear(&arm);
        str_clear(&address);
        add_named(&arm, p, i);
        if (!pod_label_of(p, &p->stages[i])) {
            add_addressed(&address, p, i);
        }
        room = promql_add_arm(&s, &arm, addressed.len + address.len + TAIL_BYTES);
        if (room && address.len > 0) {
            str_addf(&addressed, "%s%s", addressed.len > 0 ? " or " : "", address.text);
        }
    }
    str_finish(&address);
    str_finish(&arm);
    if (addressed.len > 0) {
        // pods on the network of their node all have its address; of two it would be a guess
        str_addf(&s,
            " or (%s) * on (pod_ip) group_left(namespace, pod) topk by (pod_ip) (1, max by "
            "(pod_ip, namespace, pod) (kube_pod_info{pod_ip!=\"\",host_network!=\"true\"}))",
            addressed.text);
    }
    str_finish(&addressed);
    if (s.len == 0) {
        str_finish(&s);
        return NULL;
    }
    return str_take(&s);
}

static const struct matrix *answer_of(const struct plan *p, const struct store *store)
{
    return &store->signals[p->places].live;
}

size_t places_count(const struct plan *p, const struct store *store)
{
    bool known = p->places >= 0 && (size_t)p->places < store->count;
    return known ? answer_of(p, store)->count : 0;
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

bool places_read(struct place *out, const struct plan *p, const struct store *store, size_t i)
{
    const struct matrix *m = answer_of(p, store);
    const struct series *s = &m->series[i];
    const char *stage = labels_get(&s->labels, "stage");
    const char *namespace = labels_get(&s->labels, "namespace");
    long index = stage ? strtol(stage, NULL, 10) : -1;
    if (index < 0 || index >= (long)p->stages_count || isnan(ring_get(&s->ring, m->asked_last))) {
        return false;
    }
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
    for (size_t i = 0; i < places_count(p, store); i++) {
        if (is_called(&answer_of(p, store)->series[i].labels, name) &&
            places_read(out, p, store, i) && out->stage == stage) {
            return true;
        }
    }
    return false;
}
