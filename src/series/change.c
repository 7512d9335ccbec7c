#include "series/change.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "series/infra.h"

enum { FIELDS = 6, SAME_MS = 5 * 60 * 1000 };

static const char *const fields[FIELDS] = {"kind", "at_ms", "what", "from", "to", "times"};

/** What is read of one answer. */
struct reader {
    const struct batch *b;
    const struct batch_series *seen, *state; // when there was anything; NULL: never
    struct changes *out;
};

static const char *get(const struct labels *l, const char *name)
{
    const char *value = labels_get(l, name);
    return value ? value : "";
}

static bool is(const struct batch_series *s, const char *arm)
{
    return strcmp(get(&s->labels, CHANGE_LABEL), arm) == 0;
}

static void add_times(struct reader *r, enum change_kind kind, int64_t at_ms, const char *what,
    const char *from, const char *to, double times)
{
    struct list *list = &r->out->list;
    if (list->count == CHANGE_MOST) {
        list->left_out++;
        return;
    }
    struct list_value *v = list_add(list);
    v[0].number = kind;
    v[1].number = (double)at_ms;
    v[2].text = mem_strdup(what);
    v[3].text = mem_strdup(from);
    v[4].text = mem_strdup(to);
    v[5].number = times;
}

static void add(struct reader *r, enum change_kind kind, int64_t at_ms, const char *what,
    const char *from, const char *to)
{
    add_times(r, kind, at_ms, what, from, to, 1);
}

// Whether anything was seen at the moment before AT_MS, or behind it: else nobody knows.
static bool is_seen(const struct batch_series *seen, int64_t at_ms, bool before)
{
    for (size_t i = 0; seen && i < seen->count; i++) {
        if (seen->samples[i].t_ms == at_ms) {
            size_t k = before ? i - 1 : i + 1;
            return (!before || i > 0) && k < seen->count;
        }
    }
    return false;
}

static const char *name_of(const struct labels *l)
{
    static const char *const names[] = {"deployment", "statefulset", "daemonset", "pod", "node",
        "alertname", "model_name", "model", "instance", "job"};
    const char *name = "";
    for (size_t i = 0; i < sizeof names / sizeof *names && !*name; i++) {
        name = get(l, names[i]);
    }
    return name;
}

// --- what numbers tell

static const char *number(char *text, size_t size, double value)
{
    snprintf(text, size, "%.0f", value);
    return text;
}

// Why the container of S ended last, before it was started again.
static const char *reason_of(const struct reader *r, const struct batch_series *s)
{
    for (size_t i = 0; i < r->b->count; i++) {
        const struct labels *l = &r->b->series[i].labels;
        if (is(&r->b->series[i], "ended") && strcmp(get(l, "pod"), get(&s->labels, "pod")) == 0 &&
            strcmp(get(l, "container"), get(&s->labels, "container")) == 0) {
            return get(l, "reason");
        }
    }
    return "";
}

// The image that a pod of the workload NAME had in the time before AT_MS, or has behind it.
static const char *image_of(
    const struct reader *r, const char *namespace, const char *name, int64_t at_ms, bool before)
{
    size_t len = strlen(name);
    const char *image = "";
    for (size_t i = 0; i < r->b->count; i++) {
        const struct batch_series *s = &r->b->series[i];
        const char *pod = get(&s->labels, "pod");
        bool its = is(s, "image") && strncmp(pod, name, len) == 0 &&
                   infra_workload_length(pod) == len &&
                   strcmp(get(&s->labels, "namespace"), namespace) == 0 && s->count > 0;
        if (its && (before ? s->samples[0].t_ms < at_ms
                           : s->samples[s->count - 1].t_ms > at_ms + SAME_MS)) {
            image = get(&s->labels, "image");
        }
    }
    return image;
}

static void add_step(
    struct reader *r, const struct batch_series *s, double from, const struct sample *to)
{
    const char *name = name_of(&s->labels), *namespace = get(&s->labels, "namespace");
    char before[32], after[32];
    if (is(s, "scaled")) {
        add(r, CHANGE_SCALED, to->t_ms, name, number(before, sizeof before, from),
            number(after, sizeof after, to->value));
    } else if (is(s, "rolled")) {
        add(r, CHANGE_ROLLED, to->t_ms, name, image_of(r, namespace, name, to->t_ms, true),
            image_of(r, namespace, name, to->t_ms, false));
    } else if (is(s, "restarted") && to->value > from) {
        add_times(r, CHANGE_RESTARTED, to->t_ms, name, "", reason_of(r, s), to->value - from);
    } else if (is(s, "started") || is(s, "reloaded")) {
        const char *job = get(&s->labels, "job");
        enum change_kind kind = is(s, "started") ? CHANGE_STARTED : CHANGE_RELOADED;
        add(r, kind, (int64_t)(to->value * 1000), name, "", job);
    }
}

static void read_steps(struct reader *r, const struct batch_series *s)
{
    for (size_t i = 1; i < s->count; i++) {
        double from = s->samples[i - 1].value, to = s->samples[i].value;
        if (isfinite(from) && isfinite(to) && fabs(to - from) > 0.5) {
            add_step(r, s, from, &s->samples[i]);
        }
    }
}

// --- what comes and goes

/** How what is there from some moment on, or until one, is said. */
struct coming {
    const char *arm, *label; // LABEL says what came; NULL: nothing more
    enum change_kind kind;
    bool goes, of_state; // that it went is a change as well; kube-state-metrics tells
};

static const struct coming comings[] = {
    {"image", "image", CHANGE_POD, true, true},
    {"pending", NULL, CHANGE_PENDING, false, true},
    {"evicted", NULL, CHANGE_EVICTED, false, true},
    {"node", "node", CHANGE_NODE, true, true},
    {"pressure", "condition", CHANGE_PRESSURE, false, true},
    {"alert", "severity", CHANGE_ALERT, false, false},
    {"model", "model_name", CHANGE_MODEL, true, false},
    {"loaded", "model", CHANGE_MODEL, true, false},
};

static void read_coming(struct reader *r, const struct batch_series *s, const struct coming *c)
{
    const struct batch_series *seen = c->of_state ? r->state : r->seen;
    const char *name = name_of(&s->labels), *said = c->label ? get(&s->labels, c->label) : "";
    if (s->count == 0) {
        return;
    }
    int64_t first = s->samples[0].t_ms, last = s->samples[s->count - 1].t_ms;
    if (is_seen(seen, first, true)) {
        add(r, c->kind, first, name, "", said);
    }
    if (c->goes && is_seen(seen, last, false)) {
        add(r, c->kind, last, name, said, "");
    }
}

// Pods that a rollout or a change of scale replaces are told of by that.
static bool is_of_workload(const struct list *list, size_t pod)
{
    const char *name = list_text(list, pod, "what");
    double at = list_number(list, pod, "at_ms");
    bool told = false;
    for (size_t i = 0; i < list->count && !told; i++) {
        enum change_kind kind = change_kind_of(list, i);
        const char *what = list_text(list, i, "what");
        told = (kind == CHANGE_ROLLED || kind == CHANGE_SCALED) &&
               fabs(list_number(list, i, "at_ms") - at) <= SAME_MS * 3 &&
               strlen(what) == infra_workload_length(name) &&
               strncmp(what, name, strlen(what)) == 0;
    }
    return told;
}

// A container that is restarted starts its process, and so does a new pod.
static bool is_start_of(const struct list *list, size_t start)
{
    const char *name = list_text(list, start, "what");
    bool told = false;
    for (size_t i = 0; i < list->count && !told; i++) {
        enum change_kind kind = change_kind_of(list, i);
        told = (kind == CHANGE_RESTARTED || kind == CHANGE_POD) &&
               strcmp(list_text(list, i, "what"), name) == 0 &&
               fabs(list_number(list, i, "at_ms") - list_number(list, start, "at_ms")) <= SAME_MS;
    }
    return told;
}

static void drop_told(struct list *list)
{
    bool told[CHANGE_MOST] = {false};
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        enum change_kind kind = change_kind_of(list, i);
        told[i] = (kind == CHANGE_POD && is_of_workload(list, i)) ||
                  (kind == CHANGE_STARTED && is_start_of(list, i));
    }
    for (size_t i = 0; i < list->count; i++) {
        struct list_value *v = &list->values[i * FIELDS];
        for (size_t k = 0; told[i] && k < FIELDS; k++) {
            free(v[k].text);
        }
        if (!told[i]) {
            memmove(&list->values[kept++ * FIELDS], v, FIELDS * sizeof *v);
        }
    }
    list->count = kept;
}

static int newest_first(const void *a, const void *b)
{
    const struct list_value *x = a, *y = b;
    return (x[1].number < y[1].number) - (x[1].number > y[1].number);
}

void change_take(struct changes *out, const struct batch *b)
{
    struct reader r = {.b = b, .out = out};
    memcpy(out->list.fields, fields, sizeof fields);
    out->list.fields_count = FIELDS;
    for (size_t i = 0; i < b->count; i++) {
        r.seen = is(&b->series[i], "seen") ? &b->series[i] : r.seen;
        r.state = is(&b->series[i], "state") ? &b->series[i] : r.state;
    }
    out->state = r.state != NULL;
    if (r.seen && r.seen->count > 0) {
        out->first_ms = r.seen->samples[0].t_ms;
        out->last_ms = r.seen->samples[r.seen->count - 1].t_ms;
    }
    for (size_t i = 0; i < b->count; i++) {
        read_steps(&r, &b->series[i]);
        for (size_t k = 0; k < sizeof comings / sizeof *comings; k++) {
            if (is(&b->series[i], comings[k].arm)) {
                read_coming(&r, &b->series[i], &comings[k]);
            }
        }
    }
    drop_told(&out->list);
    out->list.left_out += b->left_out;
    if (out->list.count > 0) {
        qsort(out->list.values, out->list.count, FIELDS * sizeof *out->list.values, newest_first);
    }
}

void change_finish(void *changes)
{
    struct changes *c = changes;
    list_finish(&c->list);
    *c = (struct changes){0};
}

const struct changes *change_of(const struct store *store)
{
    for (size_t i = 0; i < STORE_SLOTS; i++) {
        if (store->slots[i].data && store->slots[i].finish == change_finish) {
            return store->slots[i].data;
        }
    }
    return NULL;
}

enum change_kind change_kind_of(const struct list *list, size_t i)
{
    double kind = list_number(list, i, "kind");
    return kind >= 0 && kind < CHANGE_KINDS ? (enum change_kind)kind : CHANGE_KINDS;
}
