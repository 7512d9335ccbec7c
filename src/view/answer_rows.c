#include "view/answer_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "view/cell.h"
#include "view/order.h"

enum { BUCKETS_LEAST = 3 };

static struct trend_grid grid_of(const struct matrix *m)
{
    int64_t first = m->asked_last - (int64_t)m->slots + 1;
    return (struct trend_grid){.first = first,
        .count = m->slots,
        .first_ms = first * m->step_ms,
        .last_ms = m->asked_last * m->step_ms};
}

static struct answer_series series_of(
    const struct view_input *in, const struct matrix *m, const struct trend_grid *g, size_t index)
{
    const struct series *s = &m->series[index];
    int64_t cursor_ms = in->state->cursor_ms;
    int64_t last = g->first + (int64_t)g->count - 1;
    struct answer_series out = {
        .index = index, .labels = &s->labels, .least = NAN, .most = NAN, .mean = NAN};
    double sum = 0;
    size_t known = 0;
    for (int64_t slot = g->first; slot <= last; slot++) {
        double v = ring_get(&s->ring, slot);
        if (!isnan(v)) {
            out.least = fmin(out.least, v);
            out.most = fmax(out.most, v);
            sum += v;
            known++;
        }
    }
    out.mean = known > 0 ? sum / (double)known : NAN;
    out.value = ring_get(&s->ring, cursor_ms > 0 ? matrix_slot(m, cursor_ms) : last);
    return out;
}

static struct answer_series series_now(const struct batch *b, size_t index)
{
    const struct batch_series *s = &b->series[index];
    double value = s->count > 0 ? s->samples[s->count - 1].value : NAN;
    return (struct answer_series){index, &s->labels, value, NAN, NAN, NAN};
}

static void find_same(struct arena *a, struct answer *out, const struct answer_series *all)
{
    bool *same = arena_alloc(a, out->total > 0 ? all[0].labels->count + 1 : 1, sizeof *same);
    out->first = out->total > 0 ? all[0].labels : NULL;
    for (size_t k = 0; out->first && k < out->first->count; k++) {
        same[k] = out->total > 1;
        for (size_t i = 1; i < out->total && same[k]; i++) {
            const char *value = labels_get(all[i].labels, out->first->items[k].name);
            same[k] = value && strcmp(value, out->first->items[k].value) == 0;
        }
    }
    out->same = same;
}

static int largest_first(const void *a, const void *b)
{
    const struct answer_series *x = a, *y = b;
    if (isnan(x->value) != isnan(y->value)) {
        return isnan(x->value) ? 1 : -1;
    }
    if (x->value < y->value || x->value > y->value) {
        return x->value < y->value ? 1 : -1;
    }
    return (x->index > y->index) - (x->index < y->index);
}

static size_t keep_wanted(
    struct arena *a, const struct answer *answer, struct answer_series *all, const char *filter)
{
    size_t n = 0;
    for (size_t i = 0; i < answer->total; i++) {
        if (!*filter || order_matches(filter, answer_name(a, answer, all[i].labels, true))) {
            all[n++] = all[i];
        }
    }
    return n;
}

struct answer answer_of(struct arena *a, const struct view_input *in, const struct query *q)
{
    const struct matrix *m = &q->span;
    bool range = q->range && m->slots > 0;
    struct answer out = {.total = range ? m->count : q->range ? 0 : q->now.count};
    out.grid = range ? grid_of(m) : (struct trend_grid){0};
    struct answer_series *all = arena_alloc(a, out.total + 1, sizeof *all);
    for (size_t i = 0; i < out.total; i++) {
        all[i] = range ? series_of(in, m, &out.grid, i) : series_now(&q->now, i);
    }
    find_same(a, &out, all);
    size_t wanted = keep_wanted(a, &out, all, in->state->filter);
    if (wanted > 0) {
        qsort(all, wanted, sizeof *all, largest_first);
    }
    out.series = all;
    out.count = wanted < ANSWER_MOST ? wanted : ANSWER_MOST;
    return out;
}

static bool is_same(const struct answer *answer, const char *name)
{
    for (size_t k = 0; answer->first && k < answer->first->count; k++) {
        if (strcmp(answer->first->items[k].name, name) == 0) {
            return answer->same[k];
        }
    }
    return false;
}

const char *answer_name(
    struct arena *a, const struct answer *answer, const struct labels *labels, bool all)
{
    struct str s;
    str_init(&s);
    const char *metric = labels_get(labels, "__name__");
    if (metric && (all || !is_same(answer, "__name__"))) {
        str_add(&s, metric);
    }
    bool any = false;
    for (size_t k = 0; k < labels->count; k++) {
        const struct label *l = &labels->items[k];
        if (strcmp(l->name, "__name__") != 0 && (all || !is_same(answer, l->name))) {
            str_addf(&s, "%s%s=\"%s\"", any ? ", " : s.len > 0 ? " " : "", l->name, l->value);
            any = true;
        }
    }
    if (s.len == 0) {
        str_add(&s, "{}");
    }
    return cell_settle(a, &s);
}

double *answer_values(
    struct arena *a, const struct answer *answer, const struct matrix *m, size_t index)
{
    double *values = arena_alloc(a, answer->grid.count, sizeof *values);
    for (size_t i = 0; i < answer->grid.count; i++) {
        values[i] = ring_get(&m->series[index].ring, answer->grid.first + (int64_t)i);
    }
    return values;
}

bool answer_is_histogram(const struct answer *answer, const struct matrix *m)
{
    size_t buckets = 0;
    for (size_t i = 0; i < m->count; i++) {
        buckets += m->series[i].part == PART_BUCKET;
        if (m->series[i].part == PART_VALUE || m->series[i].part == PART_QUANTILE) {
            return false;
        }
    }
    for (size_t k = 0; answer->first && k < answer->first->count; k++) {
        const char *name = answer->first->items[k].name;
        if (!answer->same[k] && strcmp(name, "le") != 0 && strcmp(name, "part") != 0) {
            return false;
        }
    }
    return buckets >= BUCKETS_LEAST;
}
