#include "diagnose/changed_near.h"

#include "diagnose/judged.h"

// An onset is found at the first moment that deviates for sure, and changes a step late.
enum { BEFORE_MS = 15 * 60 * 1000, AFTER_MS = 3 * 60 * 1000 };

static struct onset onset_of(const struct diagnosis *d)
{
    const struct verdict *v = &d->verdict;
    if (v->signal == CLASS_DECLARED) {
        return d->declared[v->declared].onset;
    }
    if (v->tool >= 0) {
        const struct tool_diagnosis *t = &d->tools[v->tool];
        return v->signal == CLASS_ERRORS    ? t->errors_onset
               : v->signal == CLASS_LATENCY ? t->latency_onset
                                            : t->onset;
    }
    return v->stage >= 0 ? judged_onset(&d->stages[v->stage], v->signal)
           : v->tools    ? d->tool_errors_onset
                         : (struct onset){0};
}

size_t changed_near(size_t *out, size_t most, int64_t *since_ms, const struct diagnosis *d,
    const struct store *store)
{
    const struct changes *changes = change_of(store);
    *since_ms = 0;
    if (!changes || d->verdict.condition != VERDICT_INCIDENT) {
        return 0;
    }
    struct onset onset = onset_of(d);
    bool known = onset.since_ms > 0;
    double from = (double)(known ? onset.since_ms - BEFORE_MS : d->tick_ms - PLAN_LATELY_MS);
    double until = (double)(known ? onset.since_ms + AFTER_MS : d->tick_ms);
    size_t count = 0;
    *since_ms = onset.since_ms;
    if (!known && onset.before_ms > 0) {
        return 0; // it began before what is shown
    }
    for (size_t i = 0; i < changes->list.count; i++) {
        double at = list_number(&changes->list, i, "at_ms");
        if (at >= from && at <= until && change_kind_of(&changes->list, i) != CHANGE_ALERT) {
            if (count < most) {
                out[count] = i;
            }
            count++;
        }
    }
    return count;
}
