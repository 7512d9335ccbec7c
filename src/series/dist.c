#include "series/dist.h"

#include <math.h>
#include <string.h>

static const double SAME_QUANTILE = 1e-9;
static const double MIXED_FROM = 0.001; // of all requests
static const double MIXED_SUM = 1.05;
static const double BROKEN_SUM = 1.2; // rates of one histogram's parts differ where scrapes are few

static void add_bucket(struct dist *d, double le, double cum)
{
    if (isnan(le)) {
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
    bool ends = le >= INFINITY || (d->buckets > 0 && d->le[d->buckets - 1] >= INFINITY);
    if (d->buckets + !ends >= DIST_BUCKETS_MAX) { // the last one has to have its place
        d->coarser = true;
        return;
    }
    memmove(d->le + at + 1, d->le + at, (d->buckets - at) * sizeof(double));
    memmove(d->cum + at + 1, d->cum + at, (d->buckets - at) * sizeof(double));
    d->le[at] = le;
    d->cum[at] = cum;
    d->buckets++;
}

// Were every request as short as its bucket allows, they would still take so many seconds.
static double least_sum(const struct dist *d)
{
    double sum = 0;
    for (size_t i = 1; i < d->buckets; i++) {
        sum += (d->cum[i] - d->cum[i - 1]) * d->le[i - 1];
    }
    return sum;
}

static void settle_buckets(struct dist *d)
{
    if (d->buckets == 0) {
        return;
    }
    double noticed = MIXED_FROM * d->cum[d->buckets - 1];
    for (size_t i = 1; i < d->buckets; i++) {
        if (d->cum[i] < d->cum[i - 1]) {
            // rates of the buckets of one histogram can differ in the last digits
            d->mixed = d->mixed || d->cum[i - 1] - d->cum[i] > noticed;
            d->cum[i] = d->cum[i - 1];
        }
    }
    if (isinf(d->le[d->buckets - 1])) {
        d->count = d->cum[d->buckets - 1];
    }
    if (!isinf(d->le[d->buckets - 1]) || d->buckets == 1) {
        d->buckets = 0; // without +Inf, or with nothing else, no quantile can be known
        return;
    }
    d->by_sum = !d->mixed && d->le[0] > 0 && d->sum > 0 && least_sum(d) > MIXED_SUM * d->sum;
    d->mixed = d->mixed || d->by_sum;
}

// Were every request as long as its bucket allows, they would still take no more seconds; infinite
// where some are beyond the last bound.
static double most_sum(const struct dist *d)
{
    double sum = d->cum[0] * d->le[0];
    for (size_t i = 1; i < d->buckets; i++) {
        double inside = d->cum[i] - d->cum[i - 1];
        sum += inside > 0 ? inside * d->le[i] : 0;
    }
    return sum;
}

// Durations are never negative; a histogram that has a bucket below 0 counts something else.
static void settle_sum(struct dist *d)
{
    bool durations = d->buckets == 0 || d->le[0] >= 0;
    bool too_high = d->buckets > 0 && !d->mixed && d->sum > BROKEN_SUM * most_sum(d);
    bool none = d->buckets > 0 && d->sum <= 0 && least_sum(d) > 0; // nobody adds it up
    d->broken = durations && (d->sum < 0 || isinf(d->sum) || too_high || none);
    d->sum = d->broken ? NAN : d->sum;
}

static void settle(struct dist *d)
{
    settle_buckets(d);
    settle_sum(d);
}

// Those that are judged and drawn have their place, however many others there are.
static bool is_read(double q)
{
    return fabs(q - 0.95) < SAME_QUANTILE || fabs(q - 0.5) < SAME_QUANTILE ||
           fabs(q - 0.99) < SAME_QUANTILE;
}

static void add_quantile(struct dist *d, double q, double v)
{
    size_t i = 0;
    while (i < d->quantiles && d->quantile[i] != q) {
        i++;
    }
    if (i < d->quantiles) {
        d->quantile_value[i] = fmax(d->quantile_value[i], v);
        return;
    }
    if (i == DIST_QUANTILES_MAX) {
        d->quantiles_more++;
        for (i--; i > 0 && is_read(d->quantile[i]);) {
            i--;
        }
    }
    if (i == d->quantiles || is_read(q)) {
        d->quantiles += i == d->quantiles;
        d->quantile[i] = q;
        d->quantile_value[i] = v;
    }
}

static void add_to(double *total, double v)
{
    *total = isnan(*total) ? v : *total + v;
}

static bool add_sample(struct dist *d, const struct series *s, int64_t slot)
{
    double v = ring_get(&s->ring, slot);
    if (isnan(v)) {
        return false;
    }
    switch (s->part) {
    case PART_BUCKET: add_bucket(d, s->bound, v); break;
    case PART_SUM: add_to(&d->sum, v); break;
    case PART_COUNT: add_to(&d->count, v); break;
    case PART_VALUE: d->value = fmax(d->value, v); break; // of several the worst, as of gauges
    case PART_QUANTILE: add_quantile(d, s->bound, v); break;
    case PART_REST:
    case PART_USED:
    case PART_LIMIT:
    case PART_FULLEST:
    case PART_PEAK: break;
    }
    return true;
}

static void start(struct dist *d)
{
    d->buckets = d->quantiles = d->quantiles_more = 0;
    d->count = d->sum = d->value = NAN;
    d->mixed = d->by_sum = d->broken = d->coarser = false;
}

bool dist_read(struct dist *out, const struct matrix *m, int64_t slot)
{
    bool any = false;
    start(out);
    for (size_t i = 0; i < m->count; i++) {
        any = add_sample(out, &m->series[i], slot) || any;
    }
    settle(out);
    return any;
}

bool dist_read_of(
    struct dist *out, const struct matrix *m, int64_t slot, enum dist_of of, const char *instance)
{
    bool any = false;
    start(out);
    for (size_t i = 0; i < m->count; i++) {
        const char *its = m->series[i].instance;
        bool same = its && strcmp(its, instance) == 0;
        if (its && same == (of == DIST_OF_INSTANCE)) {
            any = add_sample(out, &m->series[i], slot) || any;
        }
    }
    settle(out);
    return any;
}

bool dist_read_series(
    struct dist *out, const struct matrix *m, int64_t slot, const size_t *series, size_t count)
{
    bool any = false;
    start(out);
    for (size_t i = 0; i < count; i++) {
        any = add_sample(out, &m->series[series[i]], slot) || any;
    }
    settle(out);
    return any;
}

double dist_count(const struct matrix *m, int64_t slot)
{
    double count = NAN;
    for (size_t i = 0; i < m->count; i++) {
        const struct series *s = &m->series[i];
        bool last = s->part == PART_BUCKET && isinf(s->bound);
        double v = last || s->part == PART_COUNT ? ring_get(&s->ring, slot) : NAN;
        count = !isnan(v) && (last || isnan(count)) ? v : count;
    }
    return count;
}

static struct dist_quantile from_summary(const struct dist *d, double q)
{
    struct dist_quantile r = {.value = NAN, .low = NAN, .high = NAN};
    for (size_t i = 0; i < d->quantiles; i++) {
        if (fabs(d->quantile[i] - q) < SAME_QUANTILE) {
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

struct dist_range dist_share_slower(const struct dist *d, double bound)
{
    if (d->buckets == 0 || !(d->cum[d->buckets - 1] > 0)) {
        return (struct dist_range){NAN, NAN};
    }
    double total = d->cum[d->buckets - 1], below = 0;
    size_t i = 0;
    while (i < d->buckets - 1 && d->le[i] <= bound) {
        below = d->cum[i++];
    }
    bool exact = i > 0 && d->le[i - 1] >= bound;
    return (struct dist_range){
        .least = 1 - (exact ? below : d->cum[i]) / total, .most = 1 - below / total};
}
