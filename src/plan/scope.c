#include "plan/scope.h"

#include "plan/plan.h"

enum { EACH_PER_WINDOW = 5 };

struct scope scope_of(const struct config *config)
{
    int64_t at_ms = config->at_ms > 0 ? config->at_ms : 1; // 0 would be the present
    return (struct scope){.at_ms = config->has_at ? at_ms : 0,
        .span_ms = config->span_ms,
        .window_ms = config->window_ms,
        .baseline = config->baseline,
        .baseline_range_ms = config->baseline_range_ms,
        .zone = config->zone};
}

struct grid scope_grid(const struct scope *s, const struct plan *p)
{
    int64_t most = p->refresh_ms * SCOPE_SLOTS_MAX;
    int64_t steps = (s->span_ms + most - 1) / most;
    int64_t step = p->refresh_ms * (steps > 0 ? steps : 1), slots = s->span_ms / step;
    // a rate over a window changes little within a fifth of it
    int64_t within = p->window_ms / EACH_PER_WINDOW / step;
    return (struct grid){.step_ms = step,
        .slots = slots > 0 ? (size_t)slots : 1,
        .each_ms = step * (within > 0 ? within : 1)};
}
