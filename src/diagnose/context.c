#include "diagnose/context.h"

#include <math.h>

#include "config/signal_keys.h"
#include "diagnose/stat.h"

enum { SCORE_MAX = 99 };

struct reading reading_none(enum state state)
{
    return (struct reading){.state = state,
        .severity = SEVERITY_UNKNOWN,
        .now = NAN,
        .low = NAN,
        .high = NAN,
        .usual = {.kind = USUAL_NONE, .centre = NAN, .spread = NAN, .lower = NAN},
        .spread = NAN,
        .ratio = NAN,
        .score = NAN};
}

void reading_compare(struct reading *r)
{
    r->ratio = r->usual.centre > 0 ? r->now / r->usual.centre : NAN;
    double score = (r->now - r->usual.centre) / r->spread;
    r->score = isnan(score) ? NAN : fmax(-SCORE_MAX, fmin(SCORE_MAX, score));
}

enum state context_state(const struct context *c, int signal)
{
    switch (c->store->signals[signal].condition) {
    case CONDITION_ASKING: return STATE_ASKING;
    case CONDITION_ABSENT:
        return c->plan->signals[signal].presence == PRESENCE_MISTYPED ? STATE_MISTYPED
                                                                      : STATE_NO_DATA;
    case CONDITION_REFUSED: return STATE_ERROR;
    case CONDITION_ANSWERED: break;
    }
    return STATE_OK;
}

int64_t context_slot(const struct context *c, int signal)
{
    const struct signal_data *data = &c->store->signals[signal];
    return matrix_slot(&data->live, data->now_ms - c->late_ms);
}

const struct matrix *context_history(
    const struct context *c, int signal, struct usual_window window)
{
    return usual_stretch(&c->store->signals[signal], &c->rules, window).matrix;
}

struct usual context_usual(
    const struct context *c, struct usual_at at, usual_value *value, const void *context)
{
    const struct signal_data *data = &c->store->signals[at.signal];
    return usual_cache_of(c->cache, at, data, &c->rules, value, context);
}

struct usual_share context_share(
    const struct context *c, struct usual_at at, usual_count *count, const void *context)
{
    const struct signal_data *data = &c->store->signals[at.signal];
    return usual_cache_share(c->cache, at, data, &c->rules, count, context);
}

double context_likely_share(struct usual_share usual)
{
    double high = usual.n > 0 ? stat_wilson(usual.share * usual.n, usual.n).high : 1;
    return fmax(high, fmin(1, usual.share + usual.coarse));
}

bool context_is_chance(double k, double n, struct usual_share usual, const struct thresholds *t)
{
    double at_once = fmax(1, usual.together);
    double chance = stat_binomial_tail(k / at_once, n / at_once, context_likely_share(usual));
    return k < t->errors_least - 0.5 || !(chance <= t->chance);
}

// What a gauge says is one sample, and may be chance; a rate has a whole window behind it.
static bool is_one_sample(const struct context *c, int signal)
{
    const struct signal *s = &c->plan->signals[signal];
    if (s->declared) {
        return signal_is_gauge(s->declared->form);
    }
    return s->kind == SIGNAL_LATENCY && c->plan->stages[s->stage].kind == LATENCY_VALUE &&
           s->source.metric;
}

// A moment that alarms may be the first of its kind, and one that does not may lie between others.
struct onset context_hysteresis(
    const struct context *c, int signal, struct reading *r, hysteresis_mark *mark, void *context)
{
    bool alarms = r->severity >= SEVERITY_WARNING;
    const struct matrix *live = &c->store->signals[signal].live;
    bool holds = (c->limits->persists || is_one_sample(c, signal)) &&
                 HYSTERESIS_NEEDED * live->step_ms <= c->plan->window_ms;
    if (!alarms && !holds) {
        return (struct onset){0};
    }
    struct hysteresis h = hysteresis_of(live, context_slot(c, signal), mark, context);
    if (holds && h.known && !h.on && alarms) {
        r->severity = SEVERITY_OK;
    } else if (holds && h.known && h.on && r->severity == SEVERITY_OK) {
        r->severity = SEVERITY_WARNING;
    }
    return r->severity >= SEVERITY_WARNING
               ? (struct onset){h.since_slot * live->step_ms, h.before_slot * live->step_ms}
               : (struct onset){0};
}

static double rate_in(const struct context *c, int stage, const struct matrix *latency,
    const struct matrix *requests, int64_t slot)
{
    if (c->plan->stages[stage].requests_signal >= 0) {
        return requests ? matrix_sum(requests, slot) : NAN;
    }
    return latency ? dist_count(latency, slot) : NAN;
}

bool stage_dist_at(
    struct dist *out, const struct context *c, int stage, struct usual_window window, int64_t slot)
{
    const struct matrix *m = context_history(c, c->plan->stages[stage].latency_signal, window);
    return m && dist_read(out, m, slot);
}

double stage_rate_at(const struct context *c, int stage, struct usual_window window, int64_t slot)
{
    const struct stage *s = &c->plan->stages[stage];
    const struct matrix *requests =
        s->requests_signal >= 0 ? context_history(c, s->requests_signal, window) : NULL;
    return rate_in(c, stage, context_history(c, s->latency_signal, window), requests, slot);
}

double stage_rate_live(const struct context *c, int stage, int64_t slot)
{
    const struct stage *s = &c->plan->stages[stage];
    int signal = s->requests_signal >= 0 ? s->requests_signal : s->latency_signal;
    const struct matrix *live = &c->store->signals[signal].live;
    int64_t newest = context_slot(c, signal);
    if (context_state(c, signal) != STATE_OK) {
        return NAN; // what was there before it was refused is not there now
    }
    return rate_in(c, stage, live, live, slot < newest ? slot : newest);
}

double stage_rate_now(const struct context *c, int stage)
{
    return stage_rate_live(c, stage, INT64_MAX);
}

double context_questions_live(const struct context *c, int64_t slot)
{
    return c->questions >= 0 ? stage_rate_live(c, c->questions, slot) : NAN;
}

double context_questions_at(const struct context *c, struct usual_window window, int64_t slot)
{
    return c->questions >= 0 ? stage_rate_at(c, c->questions, window, slot) : NAN;
}

static double add_known(double sum, double value)
{
    return isnan(value) ? sum : isnan(sum) ? value : sum + value;
}

double context_others_live(const struct context *c, int stage, int64_t slot)
{
    double sum = NAN;
    for (int i = 0; i < (int)c->plan->stages_count; i++) {
        if (i != stage && c->plan->stages[i].parent < 0) {
            sum = add_known(sum, stage_rate_live(c, i, slot));
        }
    }
    return sum;
}

double context_others_at(
    const struct context *c, int stage, struct usual_window window, int64_t slot)
{
    double sum = NAN;
    for (int i = 0; i < (int)c->plan->stages_count; i++) {
        if (i != stage && c->plan->stages[i].parent < 0) {
            sum = add_known(sum, stage_rate_at(c, i, window, slot));
        }
    }
    return sum;
}
