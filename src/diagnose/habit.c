#include "diagnose/habit.h"

#include <math.h>

#include "base/clock.h"

enum { LASTS_MS = 15 * CLOCK_MINUTE_MS, MOMENTS_LEAST = 3 };

/** Moments beyond BOUND one after the other. */
struct run {
    double bound;
    int64_t first, last;
    int moments;
};

static bool is_long(const struct run *r, const struct matrix *live)
{
    return (r->last - r->first + 1) * live->step_ms >= LASTS_MS && r->moments >= MOMENTS_LEAST;
}

// From SLOT on, a step BY at a time, until it is long enough or ends; a gap ends nothing.
static void extend(struct run *r, const struct matrix *live, int64_t slot, int by,
    live_value *value, void *context)
{
    for (; matrix_asked(live, slot) && !is_long(r, live); slot += by) {
        double v = value(context, slot);
        if (v <= r->bound) {
            return;
        }
        if (!isnan(v)) {
            r->first = slot < r->first ? slot : r->first;
            r->last = slot > r->last ? slot : r->last;
            r->moments++;
        }
    }
}

void habit_end(
    struct usual *u, const struct matrix *live, int64_t slot, live_value *value, void *context)
{
    struct run r = {.bound = usual_alarm(u), .first = slot, .last = slot};
    if (isnan(u->high) || !(value(context, slot) > r.bound)) {
        return;
    }
    extend(&r, live, slot, -1, value, context);
    extend(&r, live, slot + 1, 1, value, context);
    u->high = is_long(&r, live) ? NAN : u->high;
}
