#include "series/scraped.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void scraped_finish(struct scraped *s)
{
    for (size_t i = 0; i < s->count; i++) {
        labels_finish(&s->series[i].labels);
        free(s->series[i].samples);
    }
    free(s->series);
    free(s->scrapes);
    *s = (struct scraped){.keep_ms = s->keep_ms};
}

// A target lists its series in the same order each time, so the next one is most often next.
static struct scraped_series *find(struct scraped *s, const struct labels *labels, size_t *cursor)
{
    for (size_t i = 0; i < s->count; i++) {
        size_t k = *cursor + i < s->count ? *cursor + i : *cursor + i - s->count;
        if (labels_equal(&s->series[k].labels, labels)) {
            *cursor = k + 1;
            return &s->series[k];
        }
    }
    return NULL;
}

static struct scraped_series *find_or_add(
    struct scraped *s, const struct labels *labels, size_t *cursor)
{
    struct scraped_series *found = find(s, labels, cursor);
    if (found) {
        return found;
    }
    if (s->count == SCRAPED_SERIES_MAX) {
        s->truncated = true;
        return NULL;
    }
    mem_grow(&s->series, s->count, &s->cap);
    found = &s->series[s->count++];
    *found = (struct scraped_series){
        .unborn_ms = s->scrapes_count ? s->scrapes[s->scrapes_count - 1] : 0};
    labels_copy(&found->labels, labels);
    return found;
}

static size_t older(const struct sample *samples, size_t count, int64_t than_ms)
{
    size_t n = 0;
    while (n < count && samples[n].t_ms < than_ms) {
        n++;
    }
    return n;
}

static void forget(struct scraped *s, int64_t than_ms)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        struct scraped_series *one = &s->series[i];
        size_t drop = older(one->samples, one->count, than_ms);
        if (drop == one->count) {
            labels_finish(&one->labels);
            free(one->samples);
            continue;
        }
        if (drop) {
            one->count -= drop;
            memmove(one->samples, one->samples + drop, one->count * sizeof *one->samples);
            one->unborn_ms = 0;
        }
        s->series[kept++] = *one;
    }
    s->count = kept;
    size_t drop = 0;
    while (drop < s->scrapes_count && s->scrapes[drop] < than_ms) {
        drop++;
    }
    if (drop) {
        s->scrapes_count -= drop;
        memmove(s->scrapes, s->scrapes + drop, s->scrapes_count * sizeof *s->scrapes);
    }
}

void scraped_add(struct scraped *s, const struct batch *b, int64_t t_ms)
{
    size_t cursor = 0;
    for (size_t i = 0; i < b->count; i++) {
        const struct batch_series *from = &b->series[i];
        struct scraped_series *to = from->count ? find_or_add(s, &from->labels, &cursor) : NULL;
        if (to && (to->count == 0 || to->samples[to->count - 1].t_ms < t_ms)) {
            mem_grow(&to->samples, to->count, &to->cap);
            to->samples[to->count++] =
                (struct sample){.t_ms = t_ms, .value = from->samples[0].value};
        }
    }
    mem_grow(&s->scrapes, s->scrapes_count, &s->scrapes_cap);
    s->scrapes[s->scrapes_count++] = t_ms;
    if (s->keep_ms) {
        forget(s, t_ms - s->keep_ms);
    }
}

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
    for (size_t i = s->count; i-- > 0 && s->samples[i].t_ms >= t_ms;) {
        if (s->samples[i].t_ms == t_ms) {
            return &s->samples[i];
        }
    }
    return NULL;
}

bool scraped_rate(const struct scraped_series *s, int64_t t_ms, int64_t window_ms, double *out)
{
    double sum = 0, before = 0;
    int64_t first_ms = 0, last_ms = 0;
    if (s->unborn_ms > t_ms - window_ms) { // it counts from 0, from the last scrape without it
        first_ms = s->unborn_ms;
    }
    for (size_t i = 0; i < s->count && s->samples[i].t_ms <= t_ms; i++) {
        double value = s->samples[i].value;
        if (s->samples[i].t_ms <= t_ms - window_ms || isnan(value)) {
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
        return false;
    }
    *out = sum * 1000 / (double)(last_ms - first_ms);
    return true;
}
