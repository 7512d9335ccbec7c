#include "tape/timeline.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "prom/envelope.h"
#include "prom/json.h"
#include "tape/sorted.h"

enum { HOLD_MIN_MS = 15 * 1000, HOLD_MAX_MS = 5 * 60 * 1000, OFTEN = 5, STEPS_MAX = 11000 };

// ---- taking in --------------------------------------------------------------------------------

static size_t keep_text(struct timeline *t, const char *bytes, size_t len)
{
    size_t at = t->texts.len;
    str_append(&t->texts, bytes, len);
    str_addc(&t->texts, '\0');
    return at;
}

struct sought {
    const struct timeline *t;
    const char *metric;
    bool histogram;
};

static bool is_sought(const void *context, size_t at)
{
    const struct sought *s = context;
    const struct kept_series *one = &s->t->series[at];
    return one->histogram == s->histogram && strcmp(s->t->texts.text + one->metric, s->metric) == 0;
}

static struct kept_series *series_of(
    struct timeline *t, const char *metric, size_t len, bool histogram)
{
    struct str text;
    str_init(&text);
    str_append(&text, metric, len);
    uint64_t hash = index_hash(INDEX_HASH_START, text.text);
    size_t at = index_find(&t->index, hash, is_sought, &(struct sought){t, text.text, histogram});
    if (at == INDEX_NOWHERE) {
        at = t->series_count;
        mem_grow(&t->series, at, &t->series_cap);
        t->series[t->series_count++] =
            (struct kept_series){.metric = keep_text(t, metric, len), .histogram = histogram};
        index_add(&t->index, hash, at);
    }
    str_finish(&text);
    return &t->series[at];
}

static void note_moment(struct timeline *t, int64_t t_ms, int fault)
{
    mem_grow(&t->moments, t->moments_count, &t->moments_cap);
    t->moments[t->moments_count++] = (struct asked_moment){t_ms, fault, t->order};
    t->settled = false;
}

// No server answers about more steps, so who says that one did is not believed further.
static void note_moments(
    struct timeline *t, int fault, int64_t start_ms, int64_t end_ms, int64_t step_ms)
{
    t->order++;
    note_moment(t, start_ms, fault);
    int64_t at = start_ms + step_ms;
    for (int i = 1; step_ms > 0 && at <= end_ms && i < STEPS_MAX; i++, at += step_ms) {
        note_moment(t, at, fault);
    }
}

/** Adds the pair [seconds, value] at AT to series I; an instant's is of the moment AT_MS. */
static void add_pair(struct timeline *t, size_t i, const char *at, int64_t at_ms, bool instant)
{
    struct json_walk pair;
    if (!json_walk_begin(&pair, at) || !json_walk_next(&pair)) {
        return;
    }
    double seconds;
    const char *value = pair.at;
    if (!json_number(&value, &seconds) || !isfinite(seconds) || fabs(seconds) > 1e12) {
        return;
    }
    pair.at = value;
    if (!json_walk_next(&pair)) {
        return;
    }
    struct kept_series *s = &t->series[i];
    mem_grow(&s->points, s->count, &s->cap);
    s->points[s->count++] = (struct kept_point){
        .t_ms = instant ? at_ms : llround(seconds * 1000),
        .value = keep_text(t, pair.at, (size_t)(json_skip(pair.at) - pair.at)),
        .order = t->order,
    };
}

/** Adds what is at the member NAME of the series at AT, one pair or a list of them. */
static void add_member(
    struct timeline *t, const char *at, const char *name, bool list, int64_t at_ms)
{
    const char *metric = json_member(at, "metric"), *values = json_member(at, name);
    if (!metric || !values) {
        return;
    }
    bool histogram = strncmp(name, "histogram", 9) == 0;
    size_t i =
        (size_t)(series_of(t, metric, (size_t)(json_skip(metric) - metric), histogram) - t->series);
    if (!list) {
        add_pair(t, i, values, at_ms, true);
        return;
    }
    struct json_walk walk;
    for (bool more = json_walk_begin(&walk, values) && json_walk_next(&walk); more;
         more = json_walk_next(&walk)) {
        const char *pair = walk.at;
        add_pair(t, i, pair, 0, false);
        walk.at = json_skip(pair);
    }
}

static void add_result(struct timeline *t, const char *result, bool range, int64_t at_ms)
{
    struct json_walk walk;
    for (bool more = json_walk_begin(&walk, result) && json_walk_next(&walk); more;
         more = json_walk_next(&walk)) {
        const char *one = walk.at;
        add_member(t, one, range ? "values" : "value", range, at_ms);
        add_member(t, one, range ? "histograms" : "histogram", range, at_ms);
        walk.at = json_skip(one);
    }
}

bool timeline_add(struct timeline *t, const char *body, size_t len, int64_t start_ms,
    int64_t end_ms, int64_t step_ms)
{
    struct envelope e;
    struct str why;
    str_init(&why);
    envelope_init(&e, 200, body, len);
    while (!envelope_step(&e, len + 1)) {
    }
    bool good = envelope_judge(&e, &why) == PROM_OK;
    str_finish(&why);
    const char *type = good ? e.parts[ENVELOPE_RESULT_TYPE].at : NULL;
    const char *result = good ? e.parts[ENVELOPE_RESULT].at : NULL;
    if (!type || !result || json_is(type, "string")) {
        return false;
    }
    note_moments(t, -1, start_ms, end_ms, step_ms);
    t->scalar = json_is(type, "scalar");
    if (t->scalar) {
        static const char none[] = "{}";
        size_t i = (size_t)(series_of(t, none, sizeof none - 1, false) - t->series);
        add_pair(t, i, result, start_ms, true);
    } else {
        add_result(t, result, json_is(type, "matrix"), start_ms);
    }
    return true;
}

void timeline_add_fault(
    struct timeline *t, int fault, int64_t start_ms, int64_t end_ms, int64_t step_ms)
{
    note_moments(t, fault, start_ms, end_ms, step_ms);
}

// ---- in order ---------------------------------------------------------------------------------

static int by_time(int64_t a_ms, int64_t b_ms, size_t a_order, size_t b_order)
{
    return a_ms != b_ms ? (a_ms > b_ms) - (a_ms < b_ms) : (a_order > b_order) - (a_order < b_order);
}

static int compare_points(const void *a, const void *b)
{
    const struct kept_point *x = a, *y = b;
    return by_time(x->t_ms, y->t_ms, x->order, y->order);
}

static int compare_moments(const void *a, const void *b)
{
    const struct asked_moment *x = a, *y = b;
    bool same = x->t_ms == y->t_ms && (x->fault < 0) != (y->fault < 0);
    return same ? (x->fault < 0) - (y->fault < 0) : by_time(x->t_ms, y->t_ms, x->order, y->order);
}

static int compare_gaps(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static int64_t usual_gap_ms(const struct timeline *t)
{
    if (t->moments_count < 2) {
        return 0;
    }
    size_t count = t->moments_count - 1;
    int64_t *gaps = mem_zalloc(count, sizeof *gaps);
    for (size_t i = 0; i < count; i++) {
        gaps[i] = t->moments[i + 1].t_ms - t->moments[i].t_ms;
    }
    qsort(gaps, count, sizeof *gaps, compare_gaps);
    int64_t middle = gaps[count / 2];
    free(gaps);
    return middle;
}

/** By time; of what was asked again the last answer counts, whole, before any fault. */
static void settle(struct timeline *t)
{
    if (t->settled) {
        return;
    }
    t->settled = true;
    qsort(t->moments, t->moments_count, sizeof *t->moments, compare_moments);
    size_t kept = 0;
    for (size_t i = 0; i < t->moments_count; i++) {
        bool again = i + 1 < t->moments_count && t->moments[i + 1].t_ms == t->moments[i].t_ms;
        if (!again) {
            t->moments[kept++] = t->moments[i];
        }
    }
    t->moments_count = kept;
    for (size_t i = 0; i < t->series_count; i++) {
        qsort(t->series[i].points, t->series[i].count, sizeof *t->series[i].points, compare_points);
    }
    t->usual_gap_ms = usual_gap_ms(t);
}

// ---- giving out -------------------------------------------------------------------------------

static bool moment_not_after(const void *moment, const void *at_ms)
{
    return ((const struct asked_moment *)moment)->t_ms <= *(const int64_t *)at_ms;
}

/** The moment that answers for AT_MS; NULL: there is none. */
static const struct asked_moment *moment_for(const struct timeline *t, int64_t at_ms)
{
    size_t before = sorted_not_after(
        t->moments, t->moments_count, sizeof *t->moments, moment_not_after, &at_ms);
    if (t->moments_count < OFTEN || t->usual_gap_ms > HOLD_MAX_MS / 2) {
        // asked once in a while, and believed until then
        return &t->moments[before > 0 ? before - 1 : 0];
    }
    int64_t hold_ms = 2 * t->usual_gap_ms;
    hold_ms = hold_ms < HOLD_MIN_MS ? HOLD_MIN_MS : hold_ms;
    const struct asked_moment *m = before > 0 ? &t->moments[before - 1] : NULL;
    return m && at_ms - m->t_ms <= hold_ms ? m : NULL;
}

static bool point_not_after(const void *point, const void *moment)
{
    const struct kept_point *p = point;
    const struct asked_moment *m = moment;
    return by_time(p->t_ms, m->t_ms, p->order, m->order) <= 0;
}

/** The text of the value that S has of M; NULL: it had none then. */
static const char *value_at(
    const struct timeline *t, const struct kept_series *s, const struct asked_moment *m)
{
    size_t until = sorted_not_after(s->points, s->count, sizeof *s->points, point_not_after, m);
    const struct kept_point *p = until > 0 ? &s->points[until - 1] : NULL;
    return p && p->t_ms == m->t_ms && p->order == m->order ? t->texts.text + p->value : NULL;
}

static void add_time(struct str *out, int64_t ms)
{
    str_addf(out, "%" PRId64 ".%03d", ms / 1000, (int)(ms % 1000));
}

static void open_body(struct str *out, const char *type)
{
    str_addf(out, "{\"status\":\"success\",\"data\":{\"resultType\":\"%s\",\"result\":", type);
}

static void add_instant_series(
    const struct timeline *t, const struct asked_moment *m, int64_t at_ms, struct str *out)
{
    const char *comma = "";
    for (size_t i = 0; i < t->series_count; i++) {
        const struct kept_series *s = &t->series[i];
        const char *value = value_at(t, s, m);
        if (value) {
            str_addf(out, "%s{\"metric\":%s,\"%s\":[", comma, t->texts.text + s->metric,
                s->histogram ? "histogram" : "value");
            add_time(out, at_ms);
            str_addf(out, ",%s]}", value);
            comma = ",";
        }
    }
}

enum timeline_found timeline_instant(struct timeline *t, int64_t at_ms, struct str *out, int *fault)
{
    settle(t);
    const struct asked_moment *m = moment_for(t, at_ms);
    if (!m) {
        return TIMELINE_NOTHING;
    }
    if (m->fault >= 0) {
        *fault = m->fault;
        return TIMELINE_FAULT;
    }
    open_body(out, t->scalar ? "scalar" : "vector");
    if (t->scalar) {
        const char *value = t->series_count > 0 ? value_at(t, &t->series[0], m) : NULL;
        str_addc(out, '[');
        add_time(out, at_ms);
        str_addf(out, ",%s]", value ? value : "\"NaN\"");
    } else {
        str_addc(out, '[');
        add_instant_series(t, m, at_ms, out);
        str_addc(out, ']');
    }
    str_add(out, "}}");
    return TIMELINE_KNOWN;
}

/** The moments that answer for each step; NULL where none does. The caller frees. */
static const struct asked_moment **moments_of(const struct timeline *t, int64_t start_ms,
    int64_t step_ms, size_t steps, enum timeline_found *found, int *fault)
{
    const struct asked_moment **out = mem_zalloc(steps, sizeof *out);
    *found = TIMELINE_NOTHING;
    for (size_t i = 0; i < steps; i++) {
        const struct asked_moment *m = moment_for(t, start_ms + (int64_t)i * step_ms);
        if (m && m->fault < 0) {
            out[i] = m;
            *found = TIMELINE_KNOWN;
        } else if (m && *found == TIMELINE_NOTHING) {
            *fault = m->fault;
            *found = TIMELINE_FAULT;
        }
    }
    return out;
}

enum timeline_found timeline_range(struct timeline *t, int64_t start_ms, int64_t end_ms,
    int64_t step_ms, struct str *out, int *fault)
{
    if (step_ms <= 0 || end_ms < start_ms || (end_ms - start_ms) / step_ms >= STEPS_MAX) {
        return TIMELINE_NOTHING;
    }
    settle(t);
    size_t steps = (size_t)((end_ms - start_ms) / step_ms) + 1;
    enum timeline_found found;
    const struct asked_moment **moments = moments_of(t, start_ms, step_ms, steps, &found, fault);
    if (found == TIMELINE_KNOWN) {
        open_body(out, "matrix");
        str_addc(out, '[');
        const char *comma = "";
        for (size_t i = 0; i < t->series_count; i++) {
            const struct kept_series *s = &t->series[i];
            bool any = false;
            for (size_t k = 0; k < steps; k++) {
                const char *value = moments[k] ? value_at(t, s, moments[k]) : NULL;
                if (value && !any) {
                    str_addf(out, "%s{\"metric\":%s,\"%s\":[", comma, t->texts.text + s->metric,
                        s->histogram ? "histograms" : "values");
                    comma = ",";
                }
                if (value) {
                    str_add(out, any ? ",[" : "[");
                    add_time(out, start_ms + (int64_t)k * step_ms);
                    str_addf(out, ",%s]", value);
                    any = true;
                }
            }
            str_add(out, any ? "]}" : "");
        }
        str_add(out, "]}}");
    }
    free(moments);
    return found;
}

void timeline_finish(struct timeline *t)
{
    for (size_t i = 0; i < t->series_count; i++) {
        free(t->series[i].points);
    }
    free(t->series);
    free(t->moments);
    index_finish(&t->index);
    str_finish(&t->texts);
    *t = (struct timeline){0};
}
