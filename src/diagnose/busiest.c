#include "diagnose/busiest.h"

#include <math.h>

enum { MOMENTS = 8 /* of the span, that are looked at */, FAILURE = 10 };

static double at(const struct series *s, int64_t slot)
{
    double value = ring_get(&s->ring, slot);
    return isnan(value) ? 0 : value;
}

/** The most calls per second that S had now or at moments of the span. */
static double calls_of(const struct context *c, const struct matrix *m, const struct series *s)
{
    int64_t now = context_slot(c, c->plan->tool_calls);
    double most = at(s, now);
    for (size_t i = 0; i < MOMENTS; i++) {
        most = fmax(most, at(s, now - (int64_t)(i * m->slots / MOMENTS)));
    }
    return most;
}

/** Failures per second now of the tool whose CALLS these are; 0 where nobody tells whose. */
static double failures_of(const struct context *c, const struct series *calls)
{
    int signal = c->plan->tool_errors;
    const struct series *s =
        signal >= 0 ? matrix_find(&c->store->signals[signal].live, &calls->labels) : NULL;
    return s ? at(s, context_slot(c, signal)) : 0;
}

/** Enters INDEX among the COUNT in SERIES, the busiest first, if there is room or it is busier. */
static size_t enter(size_t *series, double *weights, size_t count, size_t index, double weight)
{
    if (count == DIAGNOSIS_TOOLS_MAX) {
        if (weight <= weights[count - 1]) {
            return count;
        }
        count--;
    }
    size_t i = count;
    for (; i > 0 && weights[i - 1] < weight; i--) {
        weights[i] = weights[i - 1];
        series[i] = series[i - 1];
    }
    weights[i] = weight;
    series[i] = index;
    return count + 1;
}

// Rows that changed places at every refresh could not be read: twice as busy is busier.
static void sort(size_t *series, double *weights, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        size_t one = series[i], k = i;
        double level = logb(weights[i]);
        for (;
             k > 0 && (weights[k - 1] < level || (weights[k - 1] <= level && series[k - 1] > one));
             k--) {
            series[k] = series[k - 1];
            weights[k] = weights[k - 1];
        }
        series[k] = one;
        weights[k] = level;
    }
}

size_t busiest_tools(const struct context *c, size_t series[DIAGNOSIS_TOOLS_MAX])
{
    const struct matrix *live = &c->store->signals[c->plan->tool_calls].live;
    double weights[DIAGNOSIS_TOOLS_MAX];
    size_t count = 0;
    if (live->count <= DIAGNOSIS_TOOLS_MAX) {
        for (; count < live->count; count++) {
            series[count] = count;
        }
        return count;
    }
    for (size_t i = 0; i < live->count; i++) {
        const struct series *s = &live->series[i];
        double weight = calls_of(c, live, s) + FAILURE * failures_of(c, s);
        count = enter(series, weights, count, i, weight);
    }
    weights[0] = logb(weights[0]);
    sort(series, weights, count);
    return count;
}
