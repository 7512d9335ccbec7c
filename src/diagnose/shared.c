#include "diagnose/shared.h"

#include <math.h>
#include <stdlib.h>

#include "diagnose/descend.h"
#include "diagnose/judged.h"

enum { ROOTS_LEAST = 2, PARTS_LEAST = 3 }; // two parts of one tree may rise alike by chance

static const double PART_LEAST = 0.02; // of all work: smaller parts are noise
static const double ALIKE = 2;         // what rises alike differs by no more than that

// What no child of STAGE explains: its own time, per request of the root.
static void own_seconds(
    const struct diagnosis *d, const struct plan *plan, int stage, double *now, double *usual)
{
    *now = d->stages[stage].seconds_now;
    *usual = d->stages[stage].seconds_usual;
    for (int i = 0; i < (int)d->stages_count; i++) {
        if (plan->stages[i].parent == stage && plan_is_timed(&plan->stages[i])) {
            *now -= d->stages[i].seconds_now;
            *usual -= d->stages[i].usual_at_most ? NAN : d->stages[i].seconds_usual;
        }
    }
}

// How many times longer STAGE takes by itself. NaN: that is not known, of one that is a part of it
// or waits for it; 0: it does not.
static double own_ratio(const struct diagnosis *d, const struct plan *plan, int stage, double whole)
{
    const struct reading *r = &d->stages[stage].latency;
    double now, usual;
    own_seconds(d, plan, stage, &now, &usual);
    if (!isnan(now - usual)) {
        return usual < PART_LEAST * whole ? NAN : now / usual;
    }
    bool leaf = true;
    for (size_t i = 0; i < d->stages_count; i++) {
        leaf = leaf && plan->stages[i].parent != stage;
    }
    return !plan_is_timed(&plan->stages[stage]) ? NAN : !deviates(r) ? 0 : leaf ? r->ratio : NAN;
}

double shared_latency(const struct diagnosis *d, const struct context *c)
{
    double least = INFINITY, most = 0, whole = 0, shown = INFINITY;
    int slow_roots = 0, parts = 0;
    for (size_t i = 0; i < d->stages_count; i++) {
        bool root = c->plan->stages[i].parent < 0;
        whole += root ? d->stages[i].seconds_usual : 0; // NaN: every part matters
        slow_roots += root && deviates(&d->stages[i].latency);
    }
    for (size_t i = 0; i < d->stages_count; i++) {
        const struct stage_diagnosis *s = &d->stages[i];
        double ratio = own_ratio(d, c->plan, (int)i, whole);
        bool calm = c->plan->stages[i].parent < 0 && !(s->seconds_usual < PART_LEAST * whole) &&
                    !deviates(&s->latency);
        if (calm) {
            return 0;
        }
        shown = deviates(&s->latency) ? fmin(shown, s->latency.ratio) : shown;
        if (!isnan(ratio)) {
            least = fmin(least, ratio);
            most = fmax(most, ratio);
            parts++;
        }
    }
    bool several = slow_roots >= ROOTS_LEAST || parts >= PARTS_LEAST;
    bool shared = several && least >= c->limits->ratio_warning && most <= ALIKE * least;
    return shared && parts > 0 ? fmin(least, shown) : 0; // no row may show less
}

double shared_errors(const struct diagnosis *d, const struct context *c)
{
    const int64_t together_ms = (int64_t)(c->window_s * 1000 / 2);
    double least = INFINITY, most = 0;
    int64_t first_ms = INT64_MAX, last_ms = INT64_MIN;
    int roots = 0;
    for (int i = 0; i < (int)d->stages_count; i++) {
        const struct stage_diagnosis *s = &d->stages[i];
        if (c->plan->stages[i].parent >= 0) {
            continue;
        }
        if (!deviates(&s->errors) || descend_by_errors(d, c, i) != i) {
            return 0;
        }
        least = fmin(least, s->errors.now);
        most = fmax(most, s->errors.now);
        first_ms = s->errors_onset.since_ms < first_ms ? s->errors_onset.since_ms : first_ms;
        last_ms = s->errors_onset.since_ms > last_ms ? s->errors_onset.since_ms : last_ms;
        roots++;
    }
    bool shared =
        roots >= ROOTS_LEAST && most <= ALIKE * least && last_ms - first_ms <= together_ms;
    return shared ? least : 0;
}

const struct component *shared_component(
    const struct diagnosis *d, const struct plan *plan, enum signal_class signal)
{
    const struct component *sole = NULL;
    for (int i = 0; i < (int)d->stages_count; i++) {
        const struct component *of = plan_component(plan, i);
        bool deviating = deviates(judged_reading(&d->stages[i], signal));
        if (deviating && (!of || (sole && of != sole))) {
            return NULL;
        }
        sole = deviating ? of : sole;
    }
    return sole;
}
