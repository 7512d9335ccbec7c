#include "view/moment.h"

#include <math.h>
#include <string.h>

#include "diagnose/at_cursor.h"
#include "diagnose/context.h"
#include "diagnose/lead.h"
#include "series/dist.h"

/** Where a number is read: the live span, or that of the other day. */
struct gaze {
    const struct view_input *in;
    bool then;
    int64_t slot; /**< of the live span */
};

static int64_t step_of(const struct view_input *in)
{
    return scope_grid(in->words.scope, in->words.plan).step_ms;
}

static const struct matrix *matrix_of(const struct gaze *g, int signal, int64_t *slot)
{
    const struct signal_data *data = signal >= 0 ? &g->in->words.store->signals[signal] : NULL;
    *slot = g->slot;
    if (!data || !g->then) {
        return data ? &data->live : NULL;
    }
    if (data->then_days == 0 || data->then_days != g->in->state->compare_days) {
        return NULL;
    }
    *slot = store_slot_then(data, g->slot * step_of(g->in));
    return &data->then;
}

static int lead_of(const struct view_input *in, int stage)
{
    const struct words *w = &in->words;
    return lead_signal(w->plan, &w->plan->stages[stage], &w->diagnosis->stages[stage]);
}

static double latency(const struct gaze *g, int stage)
{
    const struct stage *s = &g->in->words.plan->stages[stage];
    int64_t slot;
    const struct matrix *m = matrix_of(g, s->latency_signal, &slot);
    struct dist d;
    int lead = lead_of(g->in, stage);
    if (lead >= 0) {
        m = matrix_of(g, lead, &slot);
        return m ? lead_value(g->in->words.plan, lead, m, slot) : NAN;
    }
    if (g->in->words.diagnosis->stages[stage].distrust) {
        return NAN;
    }
    if (!m || !dist_read(&d, m, slot)) {
        return NAN;
    }
    return statistic_of(s, &d, g->in->words.diagnosis->stages[stage].statistic);
}

static double sum(const struct gaze *g, int signal)
{
    int64_t slot;
    const struct matrix *m = matrix_of(g, signal, &slot);
    return m ? matrix_sum(m, slot) : NAN;
}

static double requests(const struct gaze *g, int stage)
{
    const struct stage *s = &g->in->words.plan->stages[stage];
    int64_t slot;
    if (g->in->words.diagnosis->stages[stage].distrust) {
        return NAN;
    }
    if (s->requests_signal >= 0) {
        return sum(g, s->requests_signal);
    }
    const struct matrix *m = matrix_of(g, s->latency_signal, &slot);
    return m ? dist_count(m, slot) : NAN;
}

static double share(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

static double part(const struct gaze *g, int signal, enum part which)
{
    int64_t slot;
    const struct matrix *m = matrix_of(g, signal, &slot);
    return m ? matrix_part(m, which, slot) : NAN;
}

static double full(const struct gaze *g, int signal)
{
    int64_t slot;
    const struct matrix *m = matrix_of(g, signal, &slot);
    return m ? pool_fullness(m, slot) : NAN;
}

// The tools are in the order of the series of their calls.
static double tool_calls(const struct gaze *g, int tool)
{
    int signal = g->in->words.plan->tool_calls;
    const struct matrix *live =
        signal >= 0 ? &g->in->words.store->signals[signal].live : &(struct matrix){0};
    int64_t slot;
    const struct matrix *m = matrix_of(g, signal, &slot);
    const struct diagnosis *d = g->in->words.diagnosis;
    if (!m || tool < 0 || tool >= (int)live->count ||
        (tool < (int)d->tools_count && d->tools[tool].calls.state == STATE_UNRELIABLE)) {
        return NAN;
    }
    const struct series *s =
        g->then ? matrix_find(m, &live->series[tool].labels) : &live->series[tool];
    return s ? ring_get(&s->ring, slot) : NAN;
}

// Of one tool: a counter that never fired has no series.
static double tool_failing(const struct gaze *g, int tool)
{
    const struct words *w = &g->in->words;
    int64_t slot;
    const struct matrix *m = matrix_of(g, w->plan->tool_errors, &slot);
    if (tool < 0) {
        return share(sum(g, w->plan->tool_errors), sum(g, w->plan->tool_calls));
    }
    double calls = tool_calls(g, tool), failed = 0;
    for (size_t i = 0; m && i < m->count; i++) {
        const char *its = labels_get(&m->series[i].labels, w->plan->tool_label);
        if (its && strcmp(its, w->diagnosis->tools[tool].name) == 0) {
            failed = ring_get(&m->series[i].ring, slot);
        }
    }
    return m ? share(failed, calls) : NAN;
}

static double tool_latency(const struct gaze *g, int tool)
{
    const struct plan *plan = g->in->words.plan;
    const struct matrix *calls = &g->in->words.store->signals[plan->tool_calls].live;
    int64_t slot;
    const struct matrix *m = matrix_of(g, plan->tool_latency, &slot);
    const struct series *s =
        m && tool < (int)calls->count ? matrix_find(m, &calls->series[tool].labels) : NULL;
    return s ? ring_get(&s->ring, slot) : NAN;
}

static double read(const struct gaze *g, enum measure what, int index)
{
    const struct plan *plan = g->in->words.plan;
    switch (what) {
    case MEASURE_LATENCY: return latency(g, index);
    case MEASURE_REQUESTS: return requests(g, index);
    case MEASURE_ERRORS: {
        int signal = plan->stages[index].errors_signal;
        enum state state = g->in->words.diagnosis->stages[index].errors.state;
        if (signal < 0 || state == STATE_UNRELIABLE) {
            return NAN;
        }
        double failed = sum(g, signal);
        return share(failed, errors_requests(requests(g, index), failed));
    }
    case MEASURE_USED: return part(g, index, PART_USED);
    case MEASURE_LIMIT: return part(g, index, PART_LIMIT);
    case MEASURE_FULL: return full(g, index);
    case MEASURE_TOOL_CALLS: return tool_calls(g, index);
    case MEASURE_TOOL_FAILING: return tool_failing(g, index);
    case MEASURE_TOOL_LATENCY: return tool_latency(g, index);
    }
    return NAN;
}

int64_t moment_slot(const struct view_input *in, int64_t at_ms)
{
    return at_ms / step_of(in);
}

double moment_read(const struct view_input *in, enum measure what, int index, int64_t slot)
{
    return read(&(struct gaze){.in = in, .slot = slot}, what, index);
}

double moment_read_then(const struct view_input *in, enum measure what, int index, int64_t slot)
{
    return read(&(struct gaze){.in = in, .then = true, .slot = slot}, what, index);
}

int moment_signal(const struct view_input *in, enum measure what, int index)
{
    const struct plan *plan = in->words.plan;
    int lead;
    switch (what) {
    case MEASURE_LATENCY:
        lead = lead_of(in, index);
        return lead >= 0 ? lead : plan->stages[index].latency_signal;
    case MEASURE_REQUESTS:
        return plan->stages[index].requests_signal >= 0 ? plan->stages[index].requests_signal
                                                        : plan->stages[index].latency_signal;
    case MEASURE_ERRORS: return plan->stages[index].errors_signal;
    case MEASURE_USED:
    case MEASURE_LIMIT:
    case MEASURE_FULL: return index;
    case MEASURE_TOOL_CALLS: return plan->tool_calls;
    case MEASURE_TOOL_FAILING: return plan->tool_errors;
    case MEASURE_TOOL_LATENCY: return plan->tool_latency;
    }
    return -1;
}

int moment_whole(const struct view_input *in, enum measure what, int index)
{
    return what == MEASURE_ERRORS         ? moment_signal(in, MEASURE_REQUESTS, index)
           : what == MEASURE_TOOL_FAILING ? in->words.plan->tool_calls
                                          : -1;
}

bool moment_knows_then(const struct view_input *in, enum measure what, int index)
{
    int signal = moment_signal(in, what, index);
    return signal >= 0 && in->words.store->signals[signal].then_days == in->state->compare_days &&
           in->state->compare_days > 0;
}
