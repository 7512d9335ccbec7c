#include <math.h>
#include <string.h>

#include "base/text.h"

#include "series/dist.h"
#include "view/cell.h"
#include "view/trend.h"
#include "words/format.h"

/** Finds the newest distribution with buckets; false when there is none. */
static bool newest(struct dist *out, const struct matrix *m, const struct trend_grid *g)
{
    for (size_t i = g->count; i-- > 0;) {
        if (dist_read(out, m, g->first + (int64_t)i) && out->buckets > 0) {
            return true;
        }
    }
    return false;
}

// A deployment can change the buckets: what was counted in others before it cannot be compared.
static bool same_buckets(const struct dist *a, const struct dist *b)
{
    return a->buckets == b->buckets && memcmp(a->le, b->le, a->buckets * sizeof *a->le) == 0;
}

static const char *label(struct arena *a, const struct dist *d, size_t i, double unit,
    void (*format)(struct str *, double))
{
    struct str s;
    str_init(&s);
    if (isinf(d->le[i])) {
        str_add(&s, "> ");
        format(&s, d->le[i - 1] * unit);
    } else {
        format(&s, d->le[i] * unit);
    }
    return cell_settle(a, &s);
}

static const char *why_missing(struct arena *a, const struct view_input *in, const struct stage *s)
{
    switch (s->kind) {
    case LATENCY_QUANTILES:
    case LATENCY_MEAN: return _("a summary has no buckets, so the distribution is unknown");
    case LATENCY_PAIR: return _("two counters have no buckets, so the distribution is unknown");
    case LATENCY_VALUE: return _("a plain number has no buckets, so the distribution is unknown");
    case LATENCY_NONE: return _("nothing measures how long this stage takes");
    case LATENCY_COUNTER:
    case LATENCY_ABSENT:
    case LATENCY_UNKNOWN:
    case LATENCY_CLASSIC:
    case LATENCY_NATIVE: break;
    }
    return cell_why_none(a, &in->words, s->latency_signal, _("no requests in this period"));
}

struct view_heat trend_heat_of(struct arena *a, const struct view_input *in, const struct matrix *m,
    const struct trend_grid *g, double unit, void (*format)(struct str *, double))
{
    struct view_heat heat = {
        .first_ms = g->first_ms, .last_ms = g->last_ms, .shown = trend_moments(in)};
    struct dist last, d;
    if (!newest(&last, m, g)) {
        return heat;
    }
    size_t rows = last.buckets, least = rows, most = 0;
    double *shares = arena_alloc(a, g->count * rows, sizeof *shares);
    for (size_t i = 0; i < g->count; i++) {
        bool known = dist_read(&d, m, g->first + (int64_t)i) && same_buckets(&d, &last);
        for (size_t k = 0; k < rows; k++) {
            double requests = known ? d.cum[k] - (k > 0 ? d.cum[k - 1] : 0) : NAN;
            double share = known && d.count > 0 ? requests / d.count : NAN;
            shares[i * rows + k] = share;
            least = share > 0 && k < least ? k : least;
            most = share > 0 && k > most ? k : most;
        }
    }
    if (least > most) {
        return heat;
    }
    // buckets that nobody ever fell into only have the room that is left
    heat.rows = most - least + 1;
    heat.empty = rows - 1 - most;
    size_t labelled = heat.rows + heat.empty;
    heat.moments = g->count;
    double *used = arena_alloc(a, heat.moments * heat.rows, sizeof *used);
    const char **labels = arena_alloc(a, labelled, sizeof *labels);
    double *bounds = arena_alloc(a, labelled, sizeof *bounds);
    for (size_t i = 0; i < g->count; i++) {
        memcpy(used + i * heat.rows, shares + i * rows + least, heat.rows * sizeof *used);
    }
    for (size_t k = 0; k < labelled; k++) {
        labels[k] = label(a, &last, least + k, unit, format);
        bounds[k] = last.le[least + k] * unit;
    }
    heat.bounds = bounds;
    heat.shares = used;
    heat.labels = labels;
    return heat;
}

struct view_heat trend_heat(struct arena *a, const struct view_input *in, int stage)
{
    const struct stage *s = &in->words.plan->stages[stage];
    const struct matrix *live = &in->words.store->signals[s->latency_signal].live;
    const struct trend_grid g = trend_grid(in);
    struct view_heat heat = trend_heat_of(a, in, live, &g, s->to_seconds, format_seconds);
    heat.missing = why_missing(a, in, s);
    return heat;
}
