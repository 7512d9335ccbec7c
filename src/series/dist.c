#include "series/dist.h"

#include <math.h>
#include <string.h>

static void add_bucket(struct dist *d, double le, double cum)
{
    if (d->buckets == DIST_BUCKETS_MAX || isnan(le)) {
        return;
    }
    size_t at = d->buckets;
    while (at > 0 && d->le[at - 1] > le) {
        at--;
    }
    if (at > 0 && d->le[at - 1] >= le) { // "1" and "1.0", from clients of two versions
        d->cum[at - 1] += cum;
        return;
    }
    memmove(d->le + at + 1, d->le + at, (d->buckets - at) * sizeof(double));
    memmove(d->cum + at + 1, d->cum + at, (d->buckets - at) * sizeof(double));
    d->le[at] = le;
    d->cum[at] = cum;
    d->buckets++;
}

static void settle_buckets(struct dist *d)
{
    // rates of the buckets of one histogram can differ in the last digits
    for (size_t i = 1; i < d->buckets; i++) {
        if (d->cum[i] < d->cum[i - 1]) {
            d->cum[i] = d->cum[i - 1];
        }
    }
    if (d->buckets == 0) {
        return;
    }
    if (isinf(d->le[d->buckets - 1]) && d->buckets > 1) {
        d->count = d->cum[d->buckets - 1];
    } else {
        d->buckets = 0; // without +Inf, or with nothing else, no quantile can be known
    }
}

bool dist_read(struct dist *out, const struct matrix *m, int64_t slot)
{
    out->buckets = out->quantiles = 0;
    out->count = out->sum = out->value = NAN;
    bool any = false;
    for (size_t i = 0; i < m->count; i++) {
        const struct series *s = &m->series[i];
        double v = ring_get(&s->ring, slot);
        if (isnan(v) && s->part != PART_QUANTILE) {
            continue;
        }
        switch (s->part) {
        case PART_BUCKET: add_bucket(out, s->bound, v); break;
        case PART_SUM: out->sum = v; break;
        case PART_COUNT: out->count = v; break;
        case PART_VALUE: out->value = v; break;
        case PART_USED:
        case PART_LIMIT: break;
        case PART_QUANTILE:
            if (out->quantiles < DIST_QUANTILES_MAX && !isnan(v)) {
                out->quantile[out->quantiles] = s->bound;
                out->quantile_value[out->quantiles++] = v;
            }
            break;
        }
        any = any || !isnan(v);
    }
    settle_buckets(out);
    return any;
}

double dist_count(const struct matrix *m, int64_t slot)
{
    double count = NAN;
    for (size_t i = 0; i < m->count; i++) {
        const struct series *s = &m->series[i];
        bool last = s->part == PART_BUCKET && isinf(s->bound);
        if (s->part == PART_COUNT || last) {
            double v = ring_get(&s->ring, slot);
            count = isnan(v) ? count : v;
        }
    }
    return count;
}

static struct dist_quantile from_summary(const struct dist *d, double q)
{
    struct dist_quantile r = {.value = NAN, .low = NAN, .high = NAN};
    for (size_t i = 0; i < d->quantiles; i++) {
        if (fabs(d->quantile[i] - q) < 1e-9) {
            r.value = d->quantile_value[i];
        }
    }
    return r;
}

struct dist_quantile dist_quantile(const struct dist *d, double q)
{
    struct dist_quantile r = {.value = NAN, .low = NAN, .high = NAN};
    if (d->buckets == 0) {
        return from_summary(d, q);
    }
    double total = d->cum[d->buckets - 1];
    if (!(total > 0)) {
        return r;
    }
    double rank = q * total;
    size_t i = 0;
    while (i < d->buckets - 1 && d->cum[i] < rank) {
        i++;
    }
    if (i == d->buckets - 1) {
        r.value = r.low = d->le[i - 1];
        r.high = INFINITY;
        r.beyond = true;
        return r;
    }
    r.low = i > 0 ? d->le[i - 1] : (d->le[0] > 0 ? 0 : d->le[0]);
    r.high = d->le[i];
    double below = i > 0 ? d->cum[i - 1] : 0;
    double inside = d->cum[i] - below;
    r.value = inside > 0 ? r.low + (r.high - r.low) * (rank - below) / inside : r.high;
    return r;
}

double dist_mean(const struct dist *d)
{
    return d->count > 0 ? d->sum / d->count : NAN;
}

double dist_share_above(const struct dist *d, double bound)
{
    if (d->buckets == 0 || !(d->cum[d->buckets - 1] > 0)) {
        return NAN;
    }
    double total = d->cum[d->buckets - 1];
    double low = 0, below = 0;
    for (size_t i = 0; i < d->buckets; i++) {
        if (bound <= d->le[i]) {
            double inside = d->cum[i] - below;
            double share = isinf(d->le[i]) ? 0 : (bound - low) / (d->le[i] - low);
            return 1 - (below + inside * (share > 0 ? share : 0)) / total;
        }
        low = d->le[i];
        below = d->cum[i];
    }
    return 0;
}
