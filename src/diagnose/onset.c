#include <math.h>

#include "diagnose/context.h"

enum {
    STEP_MS = STORE_HISTORY_STEP_MS,
    GAP_MS = 3 * STEP_MS,  // of a longer time of which nothing is known, nothing is said
    NEAR_MS = 2 * STEP_MS, // as exactly as an onset has to be known to be named
    CALM_LEAST = 2,        // one good moment does not end an alarm
};

// How far it is from usual to alarming: 1 is an alarm.
static double way_of(const struct earlier *e, int64_t slot)
{
    double v = e->value(e->context, (struct usual_window){.day = USUAL_WINDOW_RECENT}, slot);
    return (v - e->usual) / (e->bound - e->usual);
}

struct earlier earlier_of(
    usual_value *value, const void *context, double usual, double warning, double slo)
{
    bool by_slo = slo > 0 && !(warning < slo); // which may be below what is usual
    return (struct earlier){value, context, by_slo ? 0 : usual, by_slo ? slo : warning};
}

struct onset onset_earlier(
    const struct context *c, int signal, struct onset o, const struct earlier *e)
{
    const struct history *recent = &c->store->signals[signal].recent;
    int64_t slot = (o.before_ms - 1) / STEP_MS, known_ms = o.before_ms, calm_ms = 0;
    if (o.before_ms <= 0 || !recent->answered) {
        return o;
    }
    int calm = 0;
    for (slot = slot < recent->last ? slot : recent->last;
         slot >= recent->first && known_ms - slot * STEP_MS <= GAP_MS; slot--) {
        double way = way_of(e, slot);
        if (isnan(way)) {
            continue;
        }
        known_ms = slot * STEP_MS;
        if (way >= 1) {
            o.before_ms = known_ms;
            calm = 0;
        } else if (way < c->limits->hysteresis) {
            calm_ms = calm == 0 ? known_ms : calm_ms;
            if (++calm == CALM_LEAST) {
                bool near = o.before_ms - calm_ms <= NEAR_MS;
                return near ? (struct onset){.since_ms = o.before_ms} : o;
            }
        }
    }
    return o;
}
