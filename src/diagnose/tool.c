#include <math.h>

#include "diagnose/context.h"
#include "diagnose/stat.h"

// Tools are judged per request of the pipeline, so that more traffic is not a tool storm.
static double questions_now(const struct context *c)
{
    double most = NAN;
    for (size_t i = 0; i < c->plan->stages_count; i++) {
        double rate = c->plan->stages[i].parent < 0 ? stage_rate_now(c, (int)i) : NAN;
        most = fmax(most, rate); // fmax ignores NaN
    }
    return most;
}

static double questions_at(const struct context *c, struct usual_window window, int64_t slot)
{
    double most = NAN;
    for (size_t i = 0; i < c->plan->stages_count; i++) {
        if (c->plan->stages[i].parent < 0) {
            most = fmax(most, stage_rate_at(c, (int)i, window, slot));
        }
    }
    return most;
}

struct tool_context {
    const struct context *context;
    const struct labels *labels;
};

static double past_calls(const void *context, struct usual_window window, int64_t slot)
{
    const struct tool_context *c = context;
    const struct matrix *m = context_history(c->context, c->context->plan->tool_calls, window);
    double questions = questions_at(c->context, window, slot);
    if (!m || !(questions > 0)) {
        return NAN;
    }
    const struct series *s = matrix_find(m, c->labels);
    double calls = s ? ring_get(&s->ring, slot) : NAN;
    return isnan(calls) ? 0 : calls / questions;
}

static void judge_calls(struct tool_diagnosis *t, const struct context *c)
{
    struct reading *r = &t->calls;
    const struct thresholds *limits = c->limits;
    // a tool that was never called has no usual: new tools are no storm
    if (r->usual.kind == USUAL_NONE || t->per_request_usual <= 0) {
        r->state = STATE_NO_BASELINE;
        return;
    }
    if (isnan(t->per_request)) {
        r->state = STATE_NO_TRAFFIC;
        return;
    }
    double expected = t->per_request_usual / t->per_request * t->count;
    expected = isfinite(expected) ? expected : 0;
    bool real = stat_poisson_score(t->count, expected) >= limits->noise &&
                t->count >= limits->requests_least;
    r->severity =
        !real || t->per_request < limits->calls_ratio_warning * t->per_request_usual ? SEVERITY_OK
        : t->per_request < limits->calls_ratio_critical * t->per_request_usual ? SEVERITY_WARNING
                                                                               : SEVERITY_CRITICAL;
}

static void read_tool(
    struct tool_diagnosis *t, const struct context *c, const struct series *s, double questions)
{
    const struct signal_data *data = &c->store->signals[c->plan->tool_calls];
    const struct tool_context self = {.context = c, .labels = &s->labels};
    const char *name = labels_get(&s->labels, c->plan->tool_label ? c->plan->tool_label : "");
    double now = ring_get(&s->ring, context_slot(c, c->plan->tool_calls));
    *t =
        (struct tool_diagnosis){.name = name ? name : "(no name)", .calls = reading_none(STATE_OK)};
    t->calls.now = isnan(now) ? 0 : now;
    t->count = t->calls.now * c->window_s;
    t->calls.usual = usual_of(data, &c->rules, past_calls, &self);
    t->per_request = questions > 0 ? t->calls.now / questions : NAN;
    t->per_request_usual = t->calls.usual.centre;
    t->calls.spread = fmax(t->calls.usual.spread, 0.05 * t->calls.usual.centre);
    t->calls.ratio = t->per_request_usual > 0 ? t->per_request / t->per_request_usual : NAN;
    double score = (t->per_request - t->per_request_usual) / t->calls.spread;
    t->calls.score = isnan(score) ? NAN : fmax(-99, fmin(99, score));
    judge_calls(t, c);
}

static double past_tool_errors(const void *context, struct usual_window window, int64_t slot)
{
    const struct context *c = context;
    const struct matrix *calls = context_history(c, c->plan->tool_calls, window);
    const struct matrix *errors = context_history(c, c->plan->tool_errors, window);
    double total = calls ? matrix_sum(calls, slot) : NAN;
    double failed = errors ? matrix_sum(errors, slot) : NAN;
    return !(total > 0) ? NAN : isnan(failed) ? 0 : fmin(1, failed / total);
}

static bool past_tool_error_count(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    const struct context *c = context;
    const struct matrix *calls = context_history(c, c->plan->tool_calls, window);
    double total = calls ? matrix_sum(calls, slot) : NAN;
    double share = past_tool_errors(context, window, slot);
    *n = total * STORE_HISTORY_STEP_MS / 1000;
    *k = *n * share;
    return total > 0 && !isnan(share);
}

static void read_errors(struct diagnosis *d, const struct context *c)
{
    struct reading *r = &d->tool_errors;
    *r = reading_none(STATE_NO_DATA);
    if (c->plan->tool_errors < 0 || c->plan->tool_calls < 0) {
        return;
    }
    const struct signal_data *calls = &c->store->signals[c->plan->tool_calls];
    const struct signal_data *errors = &c->store->signals[c->plan->tool_errors];
    double total = matrix_sum(&calls->live, context_slot(c, c->plan->tool_calls));
    if (errors->condition != CONDITION_ANSWERED || !(total > 0)) {
        return;
    }
    double failed = matrix_sum(&errors->live, context_slot(c, c->plan->tool_errors));
    failed = isnan(failed) ? 0 : fmin(failed, total);
    r->now = failed / total;
    r->usual = usual_of(errors, &c->rules, past_tool_errors, c);
    struct usual_share usual = usual_share_of(errors, &c->rules, past_tool_error_count, c);
    errors_judge(r, failed * c->window_s, total * c->window_s, usual, 0, c->limits);
}

void tools_judge(struct diagnosis *d, const struct context *c)
{
    d->tools_count = 0;
    read_errors(d, c);
    // what was refused is not known now
    if (c->plan->tool_calls < 0 ||
        c->store->signals[c->plan->tool_calls].condition != CONDITION_ANSWERED) {
        return;
    }
    double questions = questions_now(c);
    const struct matrix *live = &c->store->signals[c->plan->tool_calls].live;
    for (size_t i = 0; i < live->count && d->tools_count < DIAGNOSIS_TOOLS_MAX; i++) {
        read_tool(&d->tools[d->tools_count++], c, &live->series[i], questions);
    }
}
