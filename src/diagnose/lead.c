#include "diagnose/lead.h"

#include <math.h>

#include "diagnose/context.h"
#include "diagnose/declared.h"

static const struct declared_diagnosis *declared_of(const struct stage_diagnosis *d, int signal)
{
    for (size_t i = 0; i < d->declared_count; i++) {
        if (d->declared[i].signal == signal) {
            return &d->declared[i];
        }
    }
    return NULL;
}

// What alarms goes first, then what could, then what is known.
static int rank_of(const struct plan *plan, const struct declared_diagnosis *d)
{
    bool judged = plan->signals[d->signal].declared->bad != SIGNAL_BAD_NONE;
    return 4 * deviates(&d->reading) + (judged ? 2 : 0) + !isnan(d->reading.now);
}

int lead_signal(const struct plan *plan, const struct stage *s, const struct stage_diagnosis *d)
{
    int best = s->requests_signal, rank = -1;
    if (s->kind != LATENCY_NONE) {
        return -1;
    }
    if (d->pool_signal >= 0) {
        best = d->pool_signal;
        rank = 4 * deviates(&d->pool) + 2 + !isnan(d->pool.now);
    }
    for (size_t i = 0; i < d->declared_count; i++) {
        int its = rank_of(plan, &d->declared[i]);
        best = its > rank ? d->declared[i].signal : best;
        rank = its > rank ? its : rank;
    }
    return best;
}

const struct reading *lead_reading(const struct stage_diagnosis *d, int signal)
{
    const struct declared_diagnosis *its = declared_of(d, signal);
    return its                        ? &its->reading
           : signal < 0               ? &d->latency
           : signal == d->pool_signal ? &d->pool
                                      : &d->traffic;
}

enum signal_unit lead_unit(const struct plan *plan, int signal)
{
    return signal < 0 ? SIGNAL_UNIT_SECONDS : signal_types[plan->signals[signal].kind].unit;
}

double lead_value(const struct plan *plan, int signal, const struct matrix *m, int64_t slot)
{
    const struct signal *s = &plan->signals[signal];
    return s->declared                    ? declared_value(s, m, slot)
           : s->kind == SIGNAL_SATURATION ? pool_fullness(m, slot)
                                          : matrix_sum(m, slot);
}
