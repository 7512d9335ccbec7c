#include "series/matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "series/instance.h"

void matrix_init(struct matrix *m, int64_t step_ms, size_t slots)
{
    check(step_ms > 0 && slots > 0);
    *m = (struct matrix){.step_ms = step_ms, .slots = slots, .asked_first = 0, .asked_last = -1};
}

void matrix_finish(struct matrix *m)
{
    for (size_t i = 0; i < m->count; i++) {
        labels_finish(&m->series[i].labels);
        ring_finish(&m->series[i].ring);
    }
    free(m->series);
    *m = (struct matrix){0};
}

void matrix_copy(struct matrix *out, const struct matrix *m)
{
    *out = *m;
    out->series = mem_zalloc(m->count, sizeof *out->series);
    out->cap = m->count;
    for (size_t i = 0; i < m->count; i++) {
        struct series *to = &out->series[i];
        *to = (struct series){
            .hash = m->series[i].hash, .part = m->series[i].part, .bound = m->series[i].bound};
        labels_copy(&to->labels, &m->series[i].labels);
        const struct label *of = labels_instance(&to->labels, m->pod_label);
        to->instance = of ? of->value : NULL;
        ring_init(&to->ring, m->slots, m->asked_last);
        for (int64_t slot = m->asked_first; slot <= m->asked_last; slot++) {
            ring_put(&to->ring, slot, ring_get(&m->series[i].ring, slot));
        }
    }
}

int64_t matrix_slot(const struct matrix *m, int64_t at_ms)
{
    int64_t slot = at_ms / m->step_ms;
    return at_ms % m->step_ms < 0 ? slot - 1 : slot;
}

enum part matrix_part_of(const struct labels *l, double *bound)
{
    const char *le = labels_get(l, "le");
    const char *quantile = labels_get(l, "quantile");
    const char *part = labels_get(l, "part");
    static const struct {
        const char *name;
        enum part part;
    } parts[] = {{"sum", PART_SUM}, {"count", PART_COUNT}, {"rest", PART_REST}, {"used", PART_USED},
        {"limit", PART_LIMIT}, {"fullest", PART_FULLEST}, {"peak", PART_PEAK}};
    for (size_t i = 0; part && i < sizeof parts / sizeof *parts; i++) {
        if (strcmp(part, parts[i].name) == 0) {
            return parts[i].part;
        }
    }
    const char *scale = labels_get(l, "scale");
    double per = scale ? strtod(scale, NULL) : 1;
    *bound = le ? strtod(le, NULL) * per : quantile ? strtod(quantile, NULL) : *bound;
    return le ? PART_BUCKET : quantile ? PART_QUANTILE : PART_VALUE;
}

static void name_instances(struct matrix *m)
{
    m->pod_label = instance_label(m);
    for (size_t i = 0; i < m->count; i++) {
        struct series *s = &m->series[i];
        const struct label *of = labels_instance(&s->labels, m->pod_label);
        s->instance = of ? of->value : NULL;
    }
}

static struct series *find(const struct matrix *m, const struct labels *labels, uint64_t hash)
{
    for (size_t i = 0; i < m->count; i++) {
        if (m->series[i].hash == hash && labels_equal(&m->series[i].labels, labels)) {
            return &m->series[i];
        }
    }
    return NULL;
}

static bool is_spent(const struct matrix *m, const struct series *s)
{
    for (int64_t slot = m->asked_first; slot <= m->asked_last; slot++) {
        if (!isnan(ring_get(&s->ring, slot))) {
            return false;
        }
    }
    return true;
}

// Pods come and go: those of which nothing is left make room.
static void drop_spent(struct matrix *m)
{
    size_t kept = 0;
    m->dropped++;
    for (size_t i = 0; i < m->count; i++) {
        if (is_spent(m, &m->series[i])) {
            labels_finish(&m->series[i].labels);
            ring_finish(&m->series[i].ring);
        } else {
            m->series[kept++] = m->series[i];
        }
    }
    m->truncated = m->truncated && kept == m->count;
    m->count = kept;
}

static struct series *find_or_add(struct matrix *m, const struct labels *labels, int64_t head)
{
    uint64_t hash = labels_hash(labels);
    struct series *s = find(m, labels, hash);
    if (s) {
        return s;
    }
    size_t most = m->series_max ? m->series_max : MATRIX_SERIES_MAX;
    if (m->count >= most && (!m->truncated || m->swept != m->asked_last)) {
        m->swept = m->asked_last;
        drop_spent(m);
    }
    if (m->count >= most) {
        m->truncated = true;
        return NULL;
    }
    mem_grow(&m->series, m->count, &m->cap);
    s = &m->series[m->count++];
    *s = (struct series){.hash = hash};
    labels_copy(&s->labels, labels);
    s->part = matrix_part_of(&s->labels, &s->bound);
    ring_init(&s->ring, m->slots, head);
    return s;
}

static void extend_asked(struct matrix *m, int64_t first, int64_t last)
{
    bool empty = m->asked_first > m->asked_last;
    bool touches = first <= m->asked_last + 1 && last >= m->asked_first - 1;
    if (empty || (!touches && last > m->asked_last)) {
        m->asked_first = first; // what is newest counts: an island before it is asked for again
        m->asked_last = last;
    } else if (touches) {
        m->asked_first = first < m->asked_first ? first : m->asked_first;
        m->asked_last = last > m->asked_last ? last : m->asked_last;
    }
    int64_t oldest = m->asked_last - (int64_t)m->slots + 1;
    m->asked_first = m->asked_first < oldest ? oldest : m->asked_first;
}

void matrix_merge(struct matrix *m, const struct batch *b, int64_t first, int64_t last)
{
    check(first <= last);
    extend_asked(m, first, last);
    for (size_t i = 0; i < m->count; i++) {
        for (int64_t slot = first; slot <= last; slot++) {
            ring_put(&m->series[i].ring, slot, NAN); // what the answer does not fill is a gap
        }
    }
    size_t count = m->count;
    size_t left_out = b->left_out;
    unsigned dropped = m->dropped;
    for (size_t i = 0; i < b->count; i++) {
        const struct batch_series *from = &b->series[i];
        struct series *to = find_or_add(m, &from->labels, m->asked_last);
        left_out += !to;
        for (size_t k = 0; to && k < from->count; k++) {
            int64_t slot = matrix_slot(m, from->samples[k].t_ms);
            if (slot >= first && slot <= last) {
                double v = from->samples[k].value;
                ring_put(&to->ring, slot, fabs(v) < MATRIX_VALUE_MOST ? v : NAN);
            }
        }
    }
    m->left_out = last == m->asked_last ? left_out : m->left_out;
    if (m->count != count || m->dropped != dropped) {
        name_instances(m);
    }
}

void matrix_move(struct matrix *m, int64_t step_ms, int64_t last, size_t slots)
{
    int64_t first = last - (int64_t)slots + 1;
    bool same = step_ms == m->step_ms && m->asked_first <= last && m->asked_last >= first &&
                m->asked_first <= m->asked_last;
    if (!same) {
        matrix_finish(m);
        matrix_init(m, step_ms, slots);
        return;
    }
    m->asked_first = m->asked_first < first ? first : m->asked_first;
    m->asked_last = m->asked_last > last ? last : m->asked_last;
    m->slots = slots;
    for (size_t i = 0; i < m->count; i++) {
        struct ring moved;
        ring_init(&moved, slots, m->asked_last);
        for (int64_t slot = m->asked_first; slot <= m->asked_last; slot++) {
            ring_put(&moved, slot, ring_get(&m->series[i].ring, slot));
        }
        ring_finish(&m->series[i].ring);
        m->series[i].ring = moved;
    }
    drop_spent(m);
}

bool matrix_asked(const struct matrix *m, int64_t slot)
{
    return slot >= m->asked_first && slot <= m->asked_last;
}

bool matrix_has_sample(const struct matrix *m, int64_t slot)
{
    for (size_t i = 0; i < m->count; i++) {
        if (!isnan(ring_get(&m->series[i].ring, slot))) {
            return true;
        }
    }
    return false;
}

bool matrix_same(double a, double b)
{
    return (isnan(a) && isnan(b)) || fabs(a - b) <= MATRIX_SAME * fmax(fabs(a), fabs(b));
}

enum matrix_shape matrix_shape(const struct matrix *m, int64_t first, int64_t last)
{
    enum matrix_shape shape = MATRIX_EMPTY;
    for (size_t i = 0; i < m->count; i++) {
        double before = NAN;
        for (int64_t slot = first; slot <= last; slot++) {
            double v = ring_get(&m->series[i].ring, slot);
            if (!isnan(v) && !isnan(before) && !matrix_same(before, v)) {
                return MATRIX_VARYING;
            }
            if (!isnan(v)) {
                shape = MATRIX_CONSTANT;
                before = isnan(before) ? v : before; // a slow drift is seen against the first
            }
        }
    }
    return shape;
}

static bool contains(const struct matrix *b, const struct matrix *a, int64_t first, int64_t last)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct series *other = matrix_find(b, &a->series[i].labels);
        for (int64_t slot = first; slot <= last; slot++) {
            double here = ring_get(&a->series[i].ring, slot);
            if (!matrix_same(here, other ? ring_get(&other->ring, slot) : NAN)) {
                return false;
            }
        }
    }
    return true;
}

bool matrix_agrees(const struct matrix *a, const struct matrix *b, int64_t first, int64_t last)
{
    return contains(a, b, first, last) && contains(b, a, first, last);
}

const struct series *matrix_find(const struct matrix *m, const struct labels *labels)
{
    return find(m, labels, labels_hash(labels));
}

bool matrix_has_part(const struct matrix *m, enum part part)
{
    bool any = false;
    for (size_t i = 0; i < m->count && !any; i++) {
        any = m->series[i].part == part;
    }
    return any;
}

double matrix_part(const struct matrix *m, enum part part, int64_t slot)
{
    for (size_t i = 0; i < m->count; i++) {
        if (m->series[i].part == part) {
            return ring_get(&m->series[i].ring, slot);
        }
    }
    return NAN;
}

double matrix_sum(const struct matrix *m, int64_t slot)
{
    double sum = NAN;
    for (size_t i = 0; i < m->count; i++) {
        double v = ring_get(&m->series[i].ring, slot);
        if (!isnan(v)) {
            sum = isnan(sum) ? v : sum + v;
        }
    }
    return sum;
}
