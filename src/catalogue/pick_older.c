#include "catalogue/pick_older.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalogue/dotted.h"
#include "config/metric_key.h"
#include "promql/matchers.h"
#include "promql/name.h"

/** What is made, and of what. */
struct older {
    struct metric_config *out, **end;
    const struct labels *row;
    const char *matchers; /**< NULL: none */
    bool dots;            /**< in the present name */
    bool times;           /**< it is used as a latency */
};

static void add_place(struct str *s, const struct labels *row, const char *label)
{
    const char *value = labels_get(row, label);
    if (value && *value) {
        str_add(s, s->len > 0 ? "," : "");
        matchers_add_equal(s, label, value);
    }
}

/** METRIC at the place, under NAME (NULL: its own), which has the labels of what has dots as it
 * has them itself. Owned. */
static char *called(const struct older *o, const char *metric, const char *name)
{
    struct str s;
    str_init(&s);
    str_add(&s, o->matchers ? o->matchers : "");
    add_place(&s, o->row, "namespace");
    add_place(&s, o->row, "job");
    char *own = mem_strdup(metric);
    metric_key_narrow(&own, s.text);
    str_clear(&s);
    str_append(&s, name ? name : own, name ? strlen(name) : name_length(own));
    if (o->dots == !!strchr(s.text, '.')) {
        pick_add_matchers(&s, o->row, own + name_length(own));
    } else {
        str_add(&s, own + name_length(own));
    }
    free(own);
    return str_take(&s);
}

// With dots several names of a profile are one. The present one may say no place.
static bool is_there(const struct older *o, const char *metric)
{
    const struct metric_config *m = o->dots ? o->out : NULL;
    size_t len = name_length(metric);
    while (m && (name_length(m->metric) != len || strncmp(m->metric, metric, len) != 0)) {
        m = m->older;
    }
    return m;
}

static void add(struct older *o, const struct metric_config *m, const char *name)
{
    char *metric = called(o, m->metric, name);
    if (is_there(o, metric)) {
        free(metric);
        return;
    }
    *o->end = mem_zalloc(1, sizeof **o->end);
    **o->end = (struct metric_config){.metric = metric,
        .count = m->count ? called(o, m->count, NULL) : NULL,
        .to_seconds = m->to_seconds};
    if (name && o->times && !(m->to_seconds > 0)) { // which may not say the unit
        char *own = mem_strndup(m->metric, name_length(m->metric));
        (*o->end)->to_seconds = metric_key_unit_of(own);
        free(own);
    }
    o->end = &(*o->end)->older;
}

// The server adds the unit to all names or to none.
static void add_dotted(struct older *o, const struct metric_config *m)
{
    struct name_list names = {0};
    char *own = mem_strndup(m->metric, name_length(m->metric));
    dotted_push_metrics(&names, own);
    if (names.count > 0) { // where it has a unit the second is without
        bool bare =
            dotted_has_unit(names.items[0]) && !dotted_has_unit(labels_get(o->row, "__name__"));
        add(o, m, names.items[bare]);
    }
    names_finish(&names);
    free(own);
}

void pick_add_older(struct metric_config *out, const struct metric_config *chain,
    const struct metric_config *now, enum pick_use use, const struct labels *row,
    const char *matchers)
{
    struct older o = {.out = out,
        .end = &out->older,
        .row = row,
        .matchers = matchers,
        .dots = strchr(labels_get(row, "__name__"), '.'),
        .times = use == PICK_LATENCY};
    for (const struct metric_config *m = chain; m; m = m->other) {
        bool may = m->metric && !m->count == !now->count;
        if (may && o.dots && m != now && !m->count) {
            add_dotted(&o, m);
        }
        if (may && (o.dots || m != now)) {
            add(&o, m, NULL);
        }
        for (const struct metric_config *was = m->older; was; was = was->older) {
            add(&o, was, NULL);
        }
    }
}
