#include "prom/histogram.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum { BOUNDS_MAX = 190 };

void histogram_points_finish(struct histogram_points *p)
{
    free(p->items);
    free(p->buckets);
    *p = (struct histogram_points){0};
}

void histogram_begin(struct histogram_points *p, int64_t t_ms, double count, double sum)
{
    mem_grow(&p->items, p->count, &p->cap);
    p->items[p->count++] = (struct histogram_point){
        .t_ms = t_ms, .count = count, .sum = sum, .first = p->buckets_count};
}

void histogram_add(struct histogram_points *p, double low, double high, double count)
{
    mem_grow(&p->buckets, p->buckets_count, &p->buckets_cap);
    p->buckets[p->buckets_count++] =
        (struct histogram_bucket){.low = low, .high = high, .count = count};
    p->items[p->count - 1].buckets++;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static size_t collect_bounds(const struct histogram_points *p, double *bounds)
{
    size_t n = 0;
    double *all = mem_resize(NULL, 2 * p->buckets_count, sizeof *all);
    for (size_t i = 0; i < p->buckets_count; i++) {
        double pair[] = {p->buckets[i].low, p->buckets[i].high};
        for (size_t k = 0; k < 2; k++) {
            if (isfinite(pair[k]) && pair[k] >= 0) {
                all[n++] = pair[k];
            }
        }
    }
    qsort(all, n, sizeof *all, ascending);
    size_t distinct = 0;
    for (size_t i = 0; i < n; i++) {
        if (distinct == 0 || all[i] > all[distinct - 1]) {
            all[distinct++] = all[i];
        }
    }
    // too fine a layout keeps every k-th bound, and the last: cumulative counts stay exact
    size_t stride = (distinct + BOUNDS_MAX - 1) / BOUNDS_MAX;
    size_t kept = 0;
    for (size_t i = 0; i < distinct; i++) {
        if (i % stride == 0 || i == distinct - 1) {
            bounds[kept++] = all[i];
        }
    }
    free(all);
    return kept;
}

static double cumulative(
    const struct histogram_points *p, const struct histogram_point *at, double bound)
{
    double sum = 0;
    for (size_t i = at->first; i < at->first + at->buckets; i++) {
        const struct histogram_bucket *b = &p->buckets[i];
        if (b->high <= bound) {
            sum += b->count;
        } else if (b->low < bound) {
            sum += b->count * (bound - b->low) / (b->high - b->low);
        }
    }
    return sum;
}

static bool ascends(const struct histogram_bucket *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!(b[i].low < b[i].high) || (i && b[i].low < b[i - 1].high)) {
            return false;
        }
    }
    return true;
}

/** The cumulative counts of AT at all N BOUNDS, which ascend, in one pass where it can be. */
static void cumulate(const struct histogram_points *p, const struct histogram_point *at,
    const double *bounds, size_t n, double *out)
{
    const struct histogram_bucket *b = at->buckets ? p->buckets + at->first : NULL;
    bool one_pass = at->buckets == 0 || ascends(b, at->buckets);
    double sum = 0;
    size_t i = 0;
    for (size_t k = 0; k < n; k++) {
        if (!one_pass) {
            out[k] = cumulative(p, at, bounds[k]);
            continue;
        }
        for (; i < at->buckets && b[i].high <= bounds[k]; i++) {
            sum += b[i].count;
        }
        bool inside = i < at->buckets && b[i].low < bounds[k];
        out[k] = inside ? sum + b[i].count * (bounds[k] - b[i].low) / (b[i].high - b[i].low) : sum;
    }
}

static struct batch_series *add_series(
    struct batch *out, const struct labels *labels, const char *name, const char *value)
{
    struct batch_series *s = batch_add(out);
    labels_copy(&s->labels, labels);
    labels_set(&s->labels, name, value);
    return s;
}

void histogram_unfold(
    const struct histogram_points *p, const struct labels *labels, struct batch *out)
{
    double bounds[BOUNDS_MAX + 2], counts[BOUNDS_MAX + 2];
    size_t n = collect_bounds(p, bounds), first = out->count;
    for (size_t i = 0; i <= n; i++) {
        char le[32];
        snprintf(le, sizeof le, i == n ? "+Inf" : "%.9g", bounds[i]);
        add_series(out, labels, "le", le);
    }
    for (size_t k = 0; k < p->count; k++) {
        const struct histogram_point *at = &p->items[k];
        cumulate(p, at, bounds, n, counts);
        for (size_t i = 0; i < n; i++) {
            batch_add_sample(&out->series[first + i], at->t_ms, counts[i]);
        }
        batch_add_sample(&out->series[first + n], at->t_ms, at->count);
    }
    struct batch_series *sum = add_series(out, labels, "part", "sum");
    for (size_t k = 0; k < p->count; k++) {
        batch_add_sample(sum, p->items[k].t_ms, p->items[k].sum);
    }
}
