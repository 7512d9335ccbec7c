#include "export/made_series.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "promql/name.h"
#include "promql/regex.h"
#include "promql/select.h"

static bool is_there(const struct made_list *list, const struct labels *labels)
{
    bool there = false;
    for (size_t i = 0; i < list->count && !there; i++) {
        there = labels_equal(&list->items[i].labels, labels);
    }
    return there;
}

void made_add(struct made_list *list, struct labels labels, bool counter, double calm, double wrong)
{
    if (is_there(list, &labels)) {
        labels_finish(&labels);
        return;
    }
    if (list->count == list->cap) {
        list->cap = list->cap ? 2 * list->cap : 64;
        list->items = mem_resize(list->items, list->cap, sizeof *list->items);
    }
    list->items[list->count++] = (struct made_series){labels, counter, calm, wrong};
}

static void set_sample(struct labels *out, const struct matcher *m)
{
    struct str s;
    str_init(&s);
    if (m->regex) {
        regex_add_sample(&s, m->value);
    } else {
        str_add(&s, m->value);
    }
    labels_set(out, m->name, s.text);
    str_finish(&s);
}

// A label that may not have a value is not there, or has another one.
static void set_labels(struct labels *out, const struct selector *selector)
{
    for (size_t i = 0; i < selector->count; i++) {
        const struct matcher *m = &selector->matchers[i];
        if (!m->negative && strcmp(m->name, "__name__") != 0) {
            set_sample(out, m);
        }
    }
    for (size_t i = 0; i < selector->count; i++) {
        const struct matcher *m = &selector->matchers[i];
        const char *value = labels_get(out, m->name);
        if (m->negative && !select_matches(m, value ? value : "")) {
            labels_set(out, m->name, "other");
        }
    }
}

static bool names(const struct selector *s, const char *label)
{
    bool any = false;
    for (size_t i = 0; i < s->count && !any; i++) {
        any = strcmp(s->matchers[i].name, label) == 0;
    }
    return any;
}

// What counts as a failure unless a label has one of certain values gets one of those.
static void set_well(struct labels *out, const struct selector *own, const char *failures)
{
    struct selector selector;
    if (!failures || !select_parse_metric(&selector, failures)) {
        return;
    }
    for (size_t i = 0; i < selector.count; i++) {
        const struct matcher *m = &selector.matchers[i];
        if (m->negative && !names(own, m->name)) {
            set_sample(out, m);
        }
    }
    select_finish(&selector);
}

/** METRIC, a selector, within that of P. */
static bool parse(struct selector *out, const struct plan *p, const char *metric)
{
    struct str s;
    str_init(&s);
    size_t len = strlen(metric);
    if (!p->selector) {
        str_add(&s, metric);
    } else if (len > 0 && metric[len - 1] == '}') {
        str_append(&s, metric, len - 1);
        str_addf(&s, ",%s}", p->selector);
    } else {
        str_addf(&s, "%s{%s}", metric, p->selector);
    }
    bool good = select_parse_metric(out, s.text);
    str_finish(&s);
    return good;
}

bool made_labels(struct labels *out, const struct plan *p, const char *metric, const char *suffix,
    const char *failures)
{
    struct selector selector;
    struct str name;
    if (!metric || name_classic_length(metric, true) != name_length(metric) ||
        !parse(&selector, p, metric)) {
        return false;
    }
    set_labels(out, &selector);
    set_well(out, &selector, failures);
    str_init(&name);
    str_append(&name, metric, name_length(metric));
    labels_set(out, "__name__", name.text);
    bool good = select_has(&selector, out);
    for (size_t i = 0; i < out->count; i++) {
        good = good && name_is_classic_label(out->items[i].name);
    }
    str_add(&name, suffix);
    labels_set(out, "__name__", name.text);
    str_finish(&name);
    select_finish(&selector);
    if (!good) {
        labels_finish(out);
    }
    return good;
}

double made_rate(const struct made_list *list, const struct plan *p, const char *metric, bool wrong)
{
    struct selector selector;
    double sum = 0;
    if (!metric || !parse(&selector, p, metric)) {
        return NAN;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct made_series *one = &list->items[i];
        sum += one->counter && select_has(&selector, &one->labels) ? wrong ? one->wrong : one->calm
                                                                   : 0;
    }
    select_finish(&selector);
    return sum;
}
