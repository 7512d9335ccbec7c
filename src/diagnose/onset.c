#include <math.h>

#include "diagnose/context.h"

enum {
    STEP_MS = STORE_HISTORY_STEP_MS,
    GAP_STEPS = 3,  // of a longer time of which nothing is known, nothing is said
    NEAR_STEPS = 2, // as exactly as an onset has to be known to be named
    CALM_LEAST = 2, // one good moment does not end an alarm
};

static const double ON_ITS_WAY = 0.5; // from usual to alarming: noise alone hardly gets as far

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

// What is so from the first moment of which anything is known was so before, for all that is known.
static void bound(struct onset *o, int64_t known_ms, int64_t step_ms)
{
    if (o->since_ms > 0 && o->since_ms < known_ms + step_ms) {
        *o = (struct onset){.before_ms = known_ms};
    }
}

void onset_bound(struct diagnosis *d, const struct context *c)
{
    const struct source_state *source = &c->store->source;
    if (!source->scraped || source->scraped_since_ms <= 0) {
        return;
    }
    int64_t known_ms = source->scraped_since_ms, step_ms = c->store->signals[0].live.step_ms;
    for (size_t i = 0; i < d->stages_count; i++) {
        struct stage_diagnosis *s = &d->stages[i];
        struct onset *const all[] = {&s->onset, &s->errors_onset, &s->pool_onset, &s->stopped,
            &s->fast_onset, &s->gone.onset};
        for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
            bound(all[k], known_ms, step_ms);
        }
    }
    bound(&d->tool_errors_onset, known_ms, step_ms);
    for (size_t i = 0; i < d->tools_count; i++) {
        bound(&d->tools[i].onset, known_ms, step_ms);
        bound(&d->tools[i].errors_onset, known_ms, step_ms);
        bound(&d->tools[i].latency_onset, known_ms, step_ms);
    }
    for (size_t i = 0; i < d->declared_count; i++) {
        bound(&d->declared[i].onset, known_ms, step_ms);
    }
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
         slot >= recent->first && known_ms - slot * STEP_MS <= GAP_STEPS * STEP_MS; slot--) {
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
                bool near = o.before_ms - calm_ms <= NEAR_STEPS * STEP_MS;
                return near ? (struct onset){.since_ms = o.before_ms} : o;
            }
        }
    }
    return o;
}

struct onset onset_rise(const struct context *c, int signal, struct onset o, const struct rise *r)
{
    const struct matrix *live = &c->store->signals[signal].live;
    if (o.since_ms <= 0) {
        return o;
    }
    int64_t slot = o.since_ms / live->step_ms;
    int64_t oldest = slot - c->plan->window_ms / live->step_ms;
    double up = r->bound < r->usual ? -1 : 1;
    double least = up * (r->usual + ON_ITS_WAY * (r->bound - r->usual));
    double next = up * r->value(r->context, slot);
    for (slot--; slot > oldest && matrix_asked(live, slot); slot--) {
        double v = up * r->value(r->context, slot);
        if (!(v >= least && v < next)) {
            break;
        }
        o.since_ms = slot * live->step_ms;
        next = v;
    }
    return o;
}
