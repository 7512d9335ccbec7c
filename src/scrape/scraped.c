#include "scrape/scraped.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SCRAPES_LEAST = 4 /* that are kept in any case */, PART = 4 /* see forget_samples() */ };

void scraped_finish(struct scraped *s)
{
    for (size_t i = 0; i < s->count; i++) {
        labels_finish(&s->series[i].labels);
        free(s->series[i].samples);
    }
    free(s->series);
    free(s->scrapes);
    index_finish(&s->by_label);
    index_finish(&s->by_name);
    *s = (struct scraped){.keep_ms = s->keep_ms};
}

// ---- finding ----------------------------------------------------------------------------------

/** What is looked for, and among which series. */
struct sought {
    const struct scraped *in;
    const struct labels *labels;
    const char *name;
};

static const char *name_of(const struct labels *labels)
{
    const char *name = labels_get(labels, "__name__");
    return name ? name : "";
}

static bool has_labels(const void *context, size_t at)
{
    const struct sought *sought = context;
    return labels_equal(&sought->in->series[at].labels, sought->labels);
}

static bool has_name(const void *context, size_t at)
{
    const struct sought *sought = context;
    return strcmp(name_of(&sought->in->series[at].labels), sought->name) == 0;
}

static size_t find(const struct scraped *s, const struct labels *labels, uint64_t hash)
{
    return index_find(&s->by_label, hash, has_labels, &(struct sought){.in = s, .labels = labels});
}

static size_t find_name(const struct scraped *s, const char *name)
{
    return index_find(&s->by_name, index_hash(INDEX_HASH_START, name), has_name,
        &(struct sought){.in = s, .name = name});
}

const struct scraped_series *scraped_first(const struct scraped *s, const char *name)
{
    size_t at = name ? find_name(s, name) : 0;
    return at < s->count ? &s->series[at] : NULL;
}

const struct scraped_series *scraped_next(
    const struct scraped *s, const char *name, const struct scraped_series *from)
{
    size_t at = name ? from->next : (size_t)(from - s->series) + 2;
    return at > 0 && at <= s->count ? &s->series[at - 1] : NULL;
}

/** Has the series at AT, the newest of all, found. */
static void enter(struct scraped *s, size_t at)
{
    struct scraped_series *one = &s->series[at];
    const char *name = name_of(&one->labels);
    size_t first = find_name(s, name);
    index_add(&s->by_label, one->hash, at);
    one->next = 0;
    if (first == INDEX_NOWHERE) {
        one->last = at;
        index_add(&s->by_name, index_hash(INDEX_HASH_START, name), at);
    } else {
        s->series[s->series[first].last].next = at + 1;
        s->series[first].last = at;
    }
}

// ---- making room ------------------------------------------------------------------------------

static int64_t last_seen(const struct scraped_series *one)
{
    return one->samples[one->count - 1].t_ms;
}

/** Drops the series that are marked by having no samples. */
static void sweep(struct scraped *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (s->series[i].count == 0) {
            labels_finish(&s->series[i].labels);
            free(s->series[i].samples);
        } else {
            s->series[kept++] = s->series[i];
        }
    }
    if (kept == s->count) {
        return;
    }
    s->count = kept;
    index_clear(&s->by_label);
    index_clear(&s->by_name);
    for (size_t i = 0; i < s->count; i++) {
        enter(s, i);
    }
}

/** The first of COUNT samples, ascending, that is not before T_MS. */
static size_t lower(const struct sample *samples, size_t count, int64_t t_ms)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (samples[middle].t_ms < t_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// Moving all of them for every scrape would cost more than the scrape: so a part at a time.
static void forget_samples(struct scraped *s, struct scraped_series *one, int64_t than_ms)
{
    size_t drop = lower(one->samples, one->count, than_ms);
    if (drop == 0 || drop < one->count / PART) {
        return;
    }
    one->count -= drop;
    s->samples_count -= drop;
    memmove(one->samples, one->samples + drop, one->count * sizeof *one->samples);
    one->unborn_ms = 0;
}

static void forget(struct scraped *s, int64_t than_ms)
{
    for (size_t i = 0; i < s->count; i++) {
        forget_samples(s, &s->series[i], than_ms);
    }
    sweep(s);
    size_t drop = 0;
    while (drop < s->scrapes_count && s->scrapes[drop] < than_ms) {
        drop++;
    }
    if (drop > 0 && drop >= s->scrapes_count / PART) {
        s->scrapes_count -= drop;
        memmove(s->scrapes, s->scrapes + drop, s->scrapes_count * sizeof *s->scrapes);
    }
}

static int ascending(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

/** Makes room for WANTED series in place of those that were gone the longest at T_MS. */
static void evict(struct scraped *s, size_t wanted, int64_t t_ms)
{
    int64_t *seen = mem_zalloc(s->count, sizeof *seen);
    size_t gone = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (last_seen(&s->series[i]) < t_ms) {
            seen[gone++] = last_seen(&s->series[i]);
        }
    }
    qsort(seen, gone, sizeof *seen, ascending);
    wanted = wanted < gone ? wanted : gone;
    if (wanted > 0) {
        int64_t youngest = seen[wanted - 1];
        for (size_t i = 0; i < s->count; i++) {
            struct scraped_series *one = &s->series[i];
            if (last_seen(one) <= youngest) {
                s->samples_count -= one->count;
                one->count = 0;
            }
        }
        sweep(s);
        s->gone_ms = t_ms - youngest;
    }
    free(seen);
}

// ---- adding -----------------------------------------------------------------------------------

static void add_sample(struct scraped *s, struct scraped_series *to, int64_t t_ms, double value)
{
    if (to->count > 0 && last_seen(to) >= t_ms) {
        return; // listed twice
    }
    if (to->count == to->cap) {
        to->cap += to->cap / PART + 4;
        to->samples = mem_resize(to->samples, to->cap, sizeof *to->samples);
    }
    to->samples[to->count++] = (struct sample){.t_ms = t_ms, .value = value};
    s->samples_count++;
}

static void add_series(
    struct scraped *s, const struct batch_series *from, uint64_t hash, int64_t t_ms)
{
    size_t at = find(s, &from->labels, hash);
    if (at == INDEX_NOWHERE && s->count == SCRAPED_SERIES_MAX) {
        s->left_out++;
        return;
    }
    if (at == INDEX_NOWHERE) {
        mem_grow(&s->series, s->count, &s->cap);
        at = s->count++;
        s->series[at] = (struct scraped_series){
            .hash = hash, .unborn_ms = s->scrapes_count ? s->scrapes[s->scrapes_count - 1] : 0};
        labels_copy(&s->series[at].labels, &from->labels);
        enter(s, at);
    }
    add_sample(s, &s->series[at], t_ms, from->samples[0].value);
}

/** Adds samples to the series that are known; the places in B of the others go to *OTHERS. */
static size_t add_known(
    struct scraped *s, const struct batch *b, int64_t t_ms, size_t *others, uint64_t *hashes)
{
    size_t count = 0;
    for (size_t i = 0; i < b->count; i++) {
        const struct batch_series *from = &b->series[i];
        if (from->count == 0) {
            continue;
        }
        uint64_t hash = labels_hash(&from->labels);
        size_t at = find(s, &from->labels, hash);
        if (at == INDEX_NOWHERE) {
            hashes[count] = hash;
            others[count++] = i;
        } else {
            add_sample(s, &s->series[at], t_ms, from->samples[0].value);
        }
    }
    return count;
}

static void add_all(struct scraped *s, const struct batch *b, int64_t t_ms)
{
    size_t *others = mem_zalloc(b->count, sizeof *others);
    uint64_t *hashes = mem_zalloc(b->count, sizeof *hashes);
    size_t count = add_known(s, b, t_ms, others, hashes);
    if (s->count + count > SCRAPED_SERIES_MAX) {
        evict(s, s->count + count - SCRAPED_SERIES_MAX, t_ms);
    } else if (s->count + count < SCRAPED_SERIES_MAX / 2) {
        s->gone_ms = 0;
    }
    s->left_out = b->left_out;
    for (size_t i = 0; i < count; i++) {
        add_series(s, &b->series[others[i]], hashes[i], t_ms);
    }
    free(others);
    free(hashes);
}

void scraped_add(struct scraped *s, const struct batch *b, int64_t t_ms)
{
    add_all(s, b, t_ms);
    mem_grow(&s->scrapes, s->scrapes_count, &s->scrapes_cap);
    s->scrapes[s->scrapes_count++] = t_ms;
    if (s->keep_ms) {
        forget(s, t_ms - s->keep_ms);
    }
    s->shortened = s->shortened && s->samples_count > SCRAPED_SAMPLES_MAX / 2;
    while (s->samples_count > SCRAPED_SAMPLES_MAX && s->scrapes_count > SCRAPES_LEAST) {
        forget(s, s->scrapes[s->scrapes_count / PART + 1]);
        s->shortened = true;
    }
}

// ---- reading ----------------------------------------------------------------------------------

int64_t scraped_moment(const struct scraped *s, int64_t t_ms, int64_t age_ms)
{
    for (size_t i = s->scrapes_count; i-- > 0;) {
        if (s->scrapes[i] <= t_ms) {
            return s->scrapes[i] > t_ms - age_ms ? s->scrapes[i] : 0;
        }
    }
    return 0;
}

const struct sample *scraped_at(const struct scraped_series *s, int64_t t_ms)
{
    size_t at = lower(s->samples, s->count, t_ms);
    return at < s->count && s->samples[at].t_ms == t_ms ? &s->samples[at] : NULL;
}

bool scraped_rate(const struct scraped_series *s, int64_t t_ms, int64_t window_ms, double *out)
{
    double sum = 0, before = 0;
    int64_t first_ms = 0, last_ms = 0;
    size_t nans = 0;
    if (s->unborn_ms > t_ms - window_ms) { // it counts from 0, from the last scrape without it
        first_ms = s->unborn_ms;
    }
    size_t i = lower(s->samples, s->count, t_ms - window_ms + 1);
    for (; i < s->count && s->samples[i].t_ms <= t_ms; i++) {
        double value = s->samples[i].value;
        if (isnan(value)) {
            nans++;
            continue;
        }
        if (first_ms) {
            sum += value >= before ? value - before : value;
        } else {
            first_ms = s->samples[i].t_ms;
        }
        before = value;
        last_ms = s->samples[i].t_ms;
    }
    if (!first_ms || last_ms <= first_ms) {
        *out = NAN;
        return nans > 1 && last_ms == 0; // nothing but that
    }
    *out = sum * 1000 / (double)(last_ms - first_ms);
    return true;
}

struct scraped_conduct scraped_conduct(
    const struct scraped_series *s, int64_t t_ms, int64_t window_ms)
{
    struct scraped_conduct c = {.lowest = NAN, .highest = NAN};
    double before = NAN;
    for (size_t i = 0; i < s->count && s->samples[i].t_ms <= t_ms; i++) {
        double value = s->samples[i].value;
        if (s->samples[i].t_ms <= t_ms - window_ms) {
            continue;
        }
        c.samples++;
        c.resets += value < before;
        c.changes += value < before || value > before;
        c.lowest = fmin(c.lowest, value); // which ignores NaN
        c.highest = fmax(c.highest, value);
        before = value;
    }
    return c;
}
