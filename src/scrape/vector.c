#include "scrape/vector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "scrape/series_lookup.h"

void vector_drop(struct value *v)
{
    batch_finish(&v->v);
    *v = (struct value){0};
}

struct batch_series *vector_add(
    struct value *v, const struct labels *labels, int64_t t_ms, double n)
{
    struct batch_series *s = batch_add(&v->v);
    labels_copy(&s->labels, labels);
    batch_add_sample(s, t_ms, n);
    return s;
}

double vector_of(const struct batch_series *s)
{
    return s->samples[0].value;
}

void vector_copy_nameless(struct labels *out, const struct labels *from)
{
    for (size_t i = 0; i < from->count; i++) {
        if (strcmp(from->items[i].name, "__name__") != 0) {
            labels_set(out, from->items[i].name, from->items[i].value);
        }
    }
}

// ---- aggregation

static void fold_in(struct batch_series *to, enum fold fold, double n)
{
    double *sum = &to->samples[0].value;
    switch (fold) {
    case FOLD_MIN: *sum = fmin(*sum, n); break; // which ignores NaN
    case FOLD_MAX: *sum = fmax(*sum, n); break;
    case FOLD_SUM:
    case FOLD_AVG:
    case FOLD_COUNT: *sum += n; break;
    }
}

static void add_group(struct labels *out, const struct grouping *g, const struct labels *from)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct label *l = &from->items[i];
        bool listed = labels_get(&g->labels, l->name) != NULL;
        if (g->without ? !listed && strcmp(l->name, "__name__") != 0 : listed) {
            labels_set(out, l->name, l->value);
        }
    }
}

void vector_fold(struct value *out, enum fold fold, const struct grouping *by,
    const struct value *from, int64_t t_ms)
{
    size_t *counts = mem_zalloc(from->v.count, sizeof *counts);
    struct series_lookup groups = {.of = &out->v};
    for (size_t i = 0; i < from->v.count; i++) {
        const struct batch_series *s = &from->v.series[i];
        struct labels group = {0};
        add_group(&group, by, &s->labels);
        struct batch_series *to = lookup_find(&groups, &group);
        double n = fold == FOLD_COUNT ? 1 : vector_of(s);
        if (to) {
            fold_in(to, fold, n);
        } else {
            to = vector_add(out, &group, t_ms, n);
            lookup_add(&groups, out->v.count - 1);
        }
        counts[to - out->v.series]++;
        labels_finish(&group);
    }
    lookup_finish(&groups);
    for (size_t g = 0; fold == FOLD_AVG && g < out->v.count; g++) {
        out->v.series[g].samples[0].value /= (double)counts[g];
    }
    free(counts);
}

// ---- arithmetic

static double compute(char op, double a, double b)
{
    switch (op) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    default: return a / b;
    }
}

void vector_combine(struct value *a, char op, struct value *b, int64_t t_ms)
{
    struct value out = {.number = a->number && b->number};
    if (out.number) {
        out.n = compute(op, a->n, b->n);
    }
    const struct value *vector = a->number ? b : a;
    struct series_lookup right = lookup_matches(&b->v);
    for (size_t i = 0; !out.number && i < vector->v.count; i++) {
        const struct batch_series *s = &vector->v.series[i];
        const struct batch_series *other =
            a->number || b->number ? NULL : lookup_find(&right, &s->labels);
        if (!other && !a->number && !b->number) {
            continue;
        }
        double x = a->number ? a->n : vector_of(s), y = b->number ? b->n
                                                        : other   ? vector_of(other)
                                                                  : vector_of(s);
        struct labels labels = {0};
        vector_copy_nameless(&labels, &s->labels);
        vector_add(&out, &labels, t_ms, compute(op, x, y));
        labels_finish(&labels);
    }
    lookup_finish(&right);
    vector_drop(a);
    vector_drop(b);
    *a = out;
}

static bool compares(enum comparison how, double a, double b)
{
    switch (how) {
    case COMPARE_LEAST: return a >= b;
    case COMPARE_MOST: return a <= b;
    case COMPARE_EQUAL: return !(a < b) && !(a > b) && !isnan(a);
    case COMPARE_OTHER: return a < b || a > b || isnan(a);
    case COMPARE_MORE: return a > b;
    case COMPARE_LESS: break;
    }
    return a < b;
}

void vector_keep(struct value *v, enum comparison how, double n, int64_t t_ms)
{
    struct value kept = {0};
    for (size_t k = 0; k < v->v.count; k++) {
        const struct batch_series *s = &v->v.series[k];
        if (compares(how, vector_of(s), n)) {
            vector_add(&kept, &s->labels, t_ms, vector_of(s));
        }
    }
    vector_drop(v);
    *v = kept;
}

void vector_join(struct value *a, const struct value *b, int64_t t_ms)
{
    struct series_lookup left = lookup_matches(&a->v);
    for (size_t i = 0; i < b->v.count; i++) {
        if (!lookup_find(&left, &b->v.series[i].labels)) {
            vector_add(a, &b->v.series[i].labels, t_ms, vector_of(&b->v.series[i]));
        }
    }
    lookup_finish(&left);
}
