#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "prom/decode.h"
#include "prom/histogram.h"
#include "series/note.h"

enum phase { CHECKING, BETWEEN, MEMBERS, VALUES, HISTOGRAMS, DONE };

/** The series that is being read. */
struct item {
    bool seen_metric, seen_values, seen_histograms;
    const char *value, *histogram; /**< of an instant answer; NULL: none */
    struct batch_series series;
    struct histogram_points points;
};

struct samples {
    struct envelope envelope;
    enum phase phase;
    enum prom_status status;
    struct str why;
    struct batch batch;
    struct json_walk list;    /**< the series of the answer */
    struct json_walk members; /**< of the series at hand */
    struct json_walk pairs;   /**< of its samples */
    struct item item;
    size_t left_out; /**< series beyond PROM_SERIES_MAX or PROM_VECTOR_MAX */
    bool labels_cut; /**< a series had more than PROM_LABELS_MAX */
};

struct samples *prom_samples_begin(long status, const char *body, size_t len)
{
    struct samples *s = mem_zalloc(1, sizeof *s);
    str_init(&s->why);
    envelope_init(&s->envelope, status, body, len);
    return s;
}

/** Reads the moment and moves *AT past the value. */
static bool read_time(const char **at, int64_t *t_ms)
{
    double t;
    if (!json_number(at, &t)) {
        *at = json_skip(*at);
        return false;
    }
    if (!(fabs(t) < 1e13)) {
        return false;
    }
    *t_ms = (int64_t)llround(t * 1000);
    return true;
}

static const char *behind(struct json_walk *w)
{
    while (json_walk_next(w)) {
        w->at = json_skip(w->at);
    }
    return w->at;
}

/** Reads [time, "value"] at *AT into S, if it is that, and moves *AT past it. */
static void read_sample(struct batch_series *s, const char **at)
{
    struct json_walk w;
    int64_t t_ms = 0;
    double v = 0;
    if (!json_walk_begin(&w, *at)) {
        *at = json_skip(*at);
        return;
    }
    bool more = json_walk_next(&w);
    bool good = more && read_time(&w.at, &t_ms);
    more = more && json_walk_next(&w);
    if (more && json_number_in_text(&w.at, &v)) {
        if (good) {
            batch_add_sample(s, t_ms, v);
        }
    } else if (more) {
        w.at = json_skip(w.at);
    }
    *at = more ? behind(&w) : w.at;
}

/** Returns whether there were more than PROM_LABELS_MAX. */
static bool read_labels(struct labels *labels, const char *at)
{
    struct json_walk w;
    bool more = json_walk_begin(&w, at) && w.object, cut = false;
    while (more && json_walk_next(&w)) {
        bool room = labels->count < PROM_LABELS_MAX;
        char *value = room ? envelope_text(w.at) : NULL;
        cut = cut || !room;
        if (value) {
            char *name = envelope_text(w.key);
            labels_set(labels, name, value);
            free(name);
            free(value);
        }
        w.at = json_skip(w.at);
    }
    return cut;
}

static bool read_text_number(const char *at, double *out)
{
    return at && json_number_in_text(&at, out);
}

static void read_bucket(struct histogram_points *points, const char *at)
{
    struct json_walk w;
    double edges[4];
    size_t n = 0;
    for (bool more = json_walk_begin(&w, at); more && n < 4 && json_walk_next(&w); n++) {
        const char *p = w.at;
        more = n == 0 || json_number_in_text(&p, &edges[n]); // the first says which ends belong
        if (!more) {
            return;
        }
        w.at = json_skip(w.at);
    }
    if (n == 4) {
        histogram_add(points, edges[1], edges[2], edges[3]);
    }
}

/** Reads [time, {count, sum, buckets}] at AT, if it is that. */
static void read_histogram(struct histogram_points *points, const char *at)
{
    struct json_walk pair, h;
    int64_t t_ms;
    const char *parts[3] = {NULL}; // count, sum, buckets
    static const char *const names[] = {"count", "sum", "buckets"};
    double count, sum;
    if (!json_walk_begin(&pair, at) || !json_walk_next(&pair) || !read_time(&pair.at, &t_ms) ||
        !json_walk_next(&pair) || !json_walk_begin(&h, pair.at) || !h.object) {
        return;
    }
    while (json_walk_next(&h)) {
        for (size_t i = 0; i < 3; i++) {
            if (!parts[i] && json_is(h.key, names[i])) {
                parts[i] = h.at;
            }
        }
        h.at = json_skip(h.at);
    }
    if (!read_text_number(parts[0], &count) || !read_text_number(parts[1], &sum)) {
        return;
    }
    histogram_begin(points, t_ms, count, sum);
    struct json_walk buckets;
    bool more = parts[2] && json_walk_begin(&buckets, parts[2]);
    while (more && json_walk_next(&buckets)) {
        read_bucket(points, buckets.at);
        buckets.at = json_skip(buckets.at);
    }
}

/** Begins the member at hand; its samples, if it has them, are read pair by pair. */
static void enter_member(struct samples *s)
{
    struct item *item = &s->item;
    struct json_walk *m = &s->members;
    bool *seen = json_is(m->key, "values")       ? &item->seen_values
                 : json_is(m->key, "histograms") ? &item->seen_histograms
                                                 : NULL;
    if (seen && !*seen) {
        *seen = true;
        if (json_walk_begin(&s->pairs, m->at)) {
            s->phase = seen == &item->seen_values ? VALUES : HISTOGRAMS;
            return;
        }
    } else if (!item->seen_metric && json_is(m->key, "metric")) {
        item->seen_metric = true;
        s->labels_cut = read_labels(&item->series.labels, m->at) || s->labels_cut;
    } else if (!item->value && json_is(m->key, "value")) {
        item->value = m->at;
    } else if (!item->histogram && json_is(m->key, "histogram")) {
        item->histogram = m->at;
    }
    m->at = json_skip(m->at);
}

static void drop_item(struct item *item)
{
    labels_finish(&item->series.labels);
    free(item->series.samples);
    histogram_points_finish(&item->points);
    *item = (struct item){0};
}

static void end_item(struct samples *s)
{
    struct item *item = &s->item;
    bool values = item->seen_values || item->value;
    bool histograms = item->seen_histograms || item->histogram;
    s->phase = BETWEEN;
    size_t most = item->seen_values || histograms ? PROM_SERIES_MAX : PROM_VECTOR_MAX;
    if (s->batch.count >= most) {
        s->left_out += values || histograms;
        drop_item(item);
        return;
    }
    if (item->histogram) {
        read_histogram(&item->points, item->histogram);
    }
    if (histograms) {
        histogram_unfold(&item->points, &item->series.labels, &s->batch);
    }
    if (item->value) {
        read_sample(&item->series, &item->value);
    }
    if (values) {
        *batch_add(&s->batch) = item->series;
        item->series = (struct batch_series){0};
    }
    drop_item(item);
}

static void read_notes(struct batch *out, const char *at)
{
    struct json_walk w;
    bool more = at && json_walk_begin(&w, at), cut = false;
    while (more && json_walk_next(&w)) {
        bool room = out->notes_count < PROM_NOTES_MAX;
        char *note = room ? envelope_sentence(w.at) : NULL;
        if (note) {
            batch_add_note(out, note);
            free(note);
        }
        cut = cut || !room;
        w.at = json_skip(w.at);
    }
    if (cut) {
        batch_add_note(out, note_rest());
    }
}

// Only Prometheus tells, and only when it is asked to.
static int64_t samples_read(const struct samples *s)
{
    const char *samples = json_member(s->envelope.parts[ENVELOPE_STATS].at, "samples");
    const char *total = json_member(samples, "totalQueryableSamples");
    double n;
    return total && json_number(&total, &n) && n >= 0 && n < 1e15 ? (int64_t)n : 0;
}

static void read_text(struct samples *s, const char *result)
{
    struct json_walk w;
    char *text = NULL;
    if (json_walk_begin(&w, result) && json_walk_next(&w)) {
        w.at = json_skip(w.at);
        text = json_walk_next(&w) ? envelope_text(w.at) : NULL;
    }
    s->batch.text = text ? text : mem_strdup("");
}

static void end_list(struct samples *s)
{
    s->batch.left_out = s->left_out;
    s->batch.read = samples_read(s);
    read_notes(&s->batch, s->envelope.parts[ENVELOPE_WARNINGS].at);
    s->batch.partial = s->batch.notes_count > 0; // an info says something of the query alone
    read_notes(&s->batch, s->envelope.parts[ENVELOPE_INFOS].at);
    const char *partial = s->envelope.parts[ENVELOPE_PARTIAL].at;
    if (partial && *partial == 't') {
        batch_add_note(&s->batch, _("partial response: some storage is unavailable"));
        s->batch.partial = true;
    }
    if (s->labels_cut) {
        struct str note;
        str_init(&note);
        str_addf(
            &note, _("a series has more than %d labels: the others are ignored"), PROM_LABELS_MAX);
        batch_add_note(&s->batch, note.text);
        str_finish(&note);
    }
    if (s->left_out) {
        struct str note;
        str_init(&note);
        str_addf(&note,
            text_count("an answer had %zu series too many: narrow it with -n or -l",
                "an answer had %zu series too many: narrow it with -n or -l", (double)s->left_out),
            s->left_out);
        batch_add_note(&s->batch, note.text);
        str_finish(&note);
    }
    s->phase = DONE;
}

/** The answer is checked: finds its samples. */
static void begin_list(struct samples *s)
{
    const char *type = s->envelope.parts[ENVELOPE_RESULT_TYPE].at;
    const char *result = s->envelope.parts[ENVELOPE_RESULT].at;
    s->status = envelope_judge(&s->envelope, &s->why);
    s->phase = DONE;
    if (s->status != PROM_OK) {
        return;
    }
    bool list = type && result && *result == '[';
    if (list && json_is(type, "scalar")) {
        read_sample(batch_add(&s->batch), &result);
        end_list(s);
    } else if (list && json_is(type, "string")) {
        read_text(s, result);
        end_list(s);
    } else if (list && (json_is(type, "vector") || json_is(type, "matrix"))) {
        json_walk_begin(&s->list, result);
        s->phase = BETWEEN;
    } else {
        str_setf(&s->why, "%s", _("the answer has no samples in it: not from a Prometheus API"));
        s->status = PROM_FOREIGN;
    }
}

static void next_item(struct samples *s)
{
    if (!json_walk_next(&s->list)) {
        end_list(s);
    } else if (json_walk_begin(&s->members, s->list.at) && s->members.object) {
        s->phase = MEMBERS;
    } else {
        s->list.at = json_skip(s->list.at);
    }
}

/** Reads one piece; returns where it ended. */
static const char *read_piece(struct samples *s)
{
    switch (s->phase) {
    case BETWEEN: next_item(s); return s->list.at;
    case MEMBERS:
        if (json_walk_next(&s->members)) {
            enter_member(s);
        } else {
            s->list.at = s->members.at;
            end_item(s);
        }
        return s->members.at;
    case VALUES:
    case HISTOGRAMS:
        if (!json_walk_next(&s->pairs)) {
            s->members.at = s->pairs.at;
            s->phase = MEMBERS;
        } else if (s->phase == VALUES) {
            read_sample(&s->item.series, &s->pairs.at);
        } else {
            read_histogram(&s->item.points, s->pairs.at);
            s->pairs.at = json_skip(s->pairs.at);
        }
        return s->pairs.at;
    case CHECKING:
    case DONE: break;
    }
    return NULL;
}

bool prom_samples_step(struct samples *s, size_t bytes)
{
    if (s->phase == CHECKING) {
        if (envelope_step(&s->envelope, bytes)) {
            begin_list(s);
        }
        return s->phase == DONE;
    }
    const char *from = s->phase == BETWEEN   ? s->list.at
                       : s->phase == MEMBERS ? s->members.at
                                             : s->pairs.at;
    while (s->phase != DONE) {
        const char *at = read_piece(s);
        if ((size_t)(at - from) >= bytes) {
            break;
        }
    }
    return s->phase == DONE;
}

enum prom_status prom_samples_end(struct samples *s, struct batch *out, struct str *why)
{
    enum prom_status status = s->status;
    if (s->phase != DONE) {
        str_setf(&s->why, "%s", _("the answer was not read to the end"));
        status = PROM_FAILED;
    }
    if (status == PROM_OK) {
        *out = s->batch;
        s->batch = (struct batch){0};
    } else {
        str_setf(why, "%s", s->why.text);
    }
    drop_item(&s->item);
    batch_finish(&s->batch);
    str_finish(&s->why);
    free(s);
    return status;
}
