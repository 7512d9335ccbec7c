#include <math.h>

#include "diagnose/context.h"
#include "diagnose/stat.h"

enum { SCORE_MAX = 99, SINCE_PATIENCE = 2 };

static const double ERRORS_SPREAD_LEAST = 0.001;

struct reading reading_none(enum state state)
{
    return (struct reading){.state = state,
        .severity = SEVERITY_UNKNOWN,
        .now = NAN,
        .low = NAN,
        .high = NAN,
        .usual = {.kind = USUAL_NONE, .centre = NAN, .spread = NAN},
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

int64_t context_slot(const struct context *c, int signal)
{
    const struct signal_data *data = &c->store->signals[signal];
    return matrix_slot(&data->live, data->now_ms);
}

const struct matrix *context_history(
    const struct context *c, int signal, struct usual_window window)
{
    const struct history *h = usual_history(&c->store->signals[signal], window);
    return h ? &h->matrix : NULL;
}

static double rate_in(const struct context *c, int stage, const struct matrix *latency,
    const struct matrix *requests, int64_t slot)
{
    if (c->plan->stages[stage].requests_signal >= 0) {
        return requests ? matrix_sum(requests, slot) : NAN;
    }
    return latency ? dist_count(latency, slot) : NAN;
}

double stage_rate_at(const struct context *c, int stage, struct usual_window window, int64_t slot)
{
    const struct stage *s = &c->plan->stages[stage];
    const struct matrix *requests =
        s->requests_signal >= 0 ? context_history(c, s->requests_signal, window) : NULL;
    return rate_in(c, stage, context_history(c, s->latency_signal, window), requests, slot);
}

double stage_rate_now(const struct context *c, int stage)
{
    const struct stage *s = &c->plan->stages[stage];
    int signal = s->requests_signal >= 0 ? s->requests_signal : s->latency_signal;
    const struct matrix *live = &c->store->signals[signal].live;
    return rate_in(c, stage, live, live, context_slot(c, signal));
}

// --- latency

static double latency_of(const struct stage *s, const struct dist *d)
{
    double v = dist_quantile(d, 0.95).value;
    if (s->kind == LATENCY_VALUE) {
        v = d->value;
    } else if (s->kind == LATENCY_MEAN || (s->kind == LATENCY_QUANTILES && isnan(v))) {
        v = dist_mean(d);
    }
    return v * s->to_seconds;
}

struct stage_context {
    const struct context *context;
    int stage;
};

static double past_latency(const void *context, struct usual_window window, int64_t slot)
{
    const struct stage_context *c = context;
    const struct stage *s = &c->context->plan->stages[c->stage];
    struct dist d;
    const struct matrix *m = context_history(c->context, s->latency_signal, window);
    return m && dist_read(&d, m, slot) ? latency_of(s, &d) : NAN;
}

static double past_rate(const void *context, struct usual_window window, int64_t slot)
{
    const struct stage_context *c = context;
    return stage_rate_at(c->context, c->stage, window, slot);
}

// The quantile's own uncertainty: the ranks that n requests leave open, read off the same buckets.
static void set_interval(struct reading *r, const struct dist *d, double n, double to_seconds)
{
    struct dist_quantile p95 = dist_quantile(d, 0.95);
    r->beyond = p95.beyond;
    if (isnan(p95.low)) {
        return;
    }
    double rank_error = n > 0 ? 1.96 * sqrt(0.95 * 0.05 / n) : 0;
    double low = dist_quantile(d, fmax(0, 0.95 - rank_error)).value;
    struct dist_quantile high = dist_quantile(d, fmin(1, 0.95 + rank_error));
    r->low = fmin(low, p95.value) * to_seconds;
    r->high = p95.beyond || high.beyond ? NAN : fmax(high.value, p95.value) * to_seconds;
}

static double latency_spread(
    const struct reading *r, const struct dist *d, double to_seconds, double floor_s)
{
    struct dist_quantile p95 = dist_quantile(d, 0.95);
    double bucket = isfinite(p95.high - p95.low) ? (p95.high - p95.low) * to_seconds / 4 : 0;
    double least = fmax(fmax(0.05 * r->usual.centre, floor_s), bucket);
    return fmax(r->usual.spread, least);
}

// Whether more requests are slower than the usual P95 than chance makes likely.
static bool beyond_noise(const struct reading *r, const struct dist *d, double n,
    const struct stage *s, const struct thresholds *t)
{
    double share = dist_share_above(d, r->usual.centre / s->to_seconds);
    if (isnan(share) || isnan(n)) {
        return true; // no buckets: the ratio has to do
    }
    return stat_binomial_score(n * share, n, 0.05) >= t->noise;
}

static void judge_latency(struct reading *r, const struct dist *d, double n, const struct stage *s,
    const struct thresholds *t)
{
    double rise = r->now - r->usual.centre;
    bool breach = s->slo_p95_s > 0 && r->now > s->slo_p95_s;
    bool has_usual = r->usual.kind != USUAL_NONE;
    bool deviates = has_usual && r->score >= t->score_warning && r->ratio >= t->ratio_warning &&
                    rise >= t->latency_floor_s && beyond_noise(r, d, n, s, t);
    if (n < t->requests_least) {
        r->state = STATE_TOO_FEW;
        r->severity = SEVERITY_UNKNOWN;
    } else if ((deviates && r->ratio >= t->ratio_critical) || breach) {
        r->severity = SEVERITY_CRITICAL;
    } else if (deviates) {
        r->severity = SEVERITY_WARNING;
    } else {
        r->state = has_usual ? STATE_OK : STATE_NO_BASELINE;
        r->severity = has_usual ? SEVERITY_OK : SEVERITY_UNKNOWN;
    }
}

static enum state known_state(const struct signal_data *data)
{
    switch (data->condition) {
    case CONDITION_ASKING: return STATE_ASKING;
    case CONDITION_ABSENT: return STATE_NO_DATA;
    case CONDITION_REFUSED: return STATE_ERROR;
    case CONDITION_ANSWERED: break;
    }
    return STATE_OK;
}

static int64_t last_sample_ms(const struct matrix *live)
{
    struct dist d;
    for (int64_t slot = live->asked_last; slot >= live->asked_first; slot--) {
        if (dist_read(&d, live, slot)) {
            return slot * live->step_ms;
        }
    }
    return 0;
}

static double live_latency(const struct context *c, int stage, int64_t slot)
{
    const struct stage *s = &c->plan->stages[stage];
    struct dist d;
    return dist_read(&d, &c->store->signals[s->latency_signal].live, slot) ? latency_of(s, &d)
                                                                           : NAN;
}

// Back from now for as long as it was too slow. A short gap, or one good moment, does not end it.
static int64_t deviates_since(const struct reading *r, const struct context *c, int stage)
{
    int signal = c->plan->stages[stage].latency_signal;
    const struct matrix *live = &c->store->signals[signal].live;
    const struct thresholds *t = c->limits;
    double bound = fmax(t->ratio_warning * r->usual.centre,
        r->usual.centre + fmax(t->score_warning * r->spread, t->latency_floor_s));
    int64_t now = context_slot(c, signal), since = now;
    for (int64_t slot = now; slot >= live->asked_first && since - slot <= SINCE_PATIENCE; slot--) {
        since = live_latency(c, stage, slot) >= bound ? slot : since;
    }
    bool from_before = since - live->asked_first <= SINCE_PATIENCE;
    return from_before ? 0 : since * live->step_ms;
}

static void read_latency(struct stage_diagnosis *out, const struct context *c, int stage)
{
    const struct stage *s = &c->plan->stages[stage];
    const struct signal_data *data = &c->store->signals[s->latency_signal];
    const struct stage_context self = {.context = c, .stage = stage};
    struct reading *r = &out->latency;
    *r = reading_none(known_state(data));
    out->last_ms = last_sample_ms(&data->live);
    r->usual = usual_of(data, &c->rules, past_latency, &self);
    struct dist d;
    if (r->state != STATE_OK) {
        return;
    }
    if (!dist_read(&d, &data->live, context_slot(c, s->latency_signal))) {
        r->state = STATE_NO_DATA;
        return;
    }
    out->is_mean = s->kind == LATENCY_MEAN ||
                   (s->kind == LATENCY_QUANTILES && isnan(dist_quantile(&d, 0.95).value));
    double rate = stage_rate_now(c, stage);
    out->requests = rate * c->window_s;
    r->now = latency_of(s, &d);
    if (rate <= 0 || (isnan(r->now) && s->kind != LATENCY_VALUE)) {
        r->state = STATE_NO_TRAFFIC;
        return;
    }
    set_interval(r, &d, out->requests, s->to_seconds);
    r->spread = latency_spread(r, &d, s->to_seconds, c->limits->latency_floor_s);
    reading_compare(r);
    judge_latency(r, &d, out->requests, s, c->limits);
    if (r->severity >= SEVERITY_WARNING) {
        out->since_ms = deviates_since(r, c, stage);
    }
}

// --- errors

static double past_errors(const void *context, struct usual_window window, int64_t slot)
{
    const struct stage_context *c = context;
    const struct matrix *m =
        context_history(c->context, c->context->plan->stages[c->stage].errors_signal, window);
    double requests = stage_rate_at(c->context, c->stage, window, slot);
    if (!m || !(requests > 0)) {
        return NAN;
    }
    double errors = matrix_sum(m, slot);
    return isnan(errors) ? 0 : errors / requests; // a counter that never fired has no series
}

static bool past_error_count(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    const struct stage_context *c = context;
    const struct matrix *m =
        context_history(c->context, c->context->plan->stages[c->stage].errors_signal, window);
    double requests = stage_rate_at(c->context, c->stage, window, slot);
    if (!m || !(requests > 0)) {
        return false;
    }
    double errors = matrix_sum(m, slot);
    *n = requests * STORE_HISTORY_STEP_MS / 1000;
    *k = isnan(errors) ? 0 : fmin(errors, requests) * STORE_HISTORY_STEP_MS / 1000;
    return true;
}

// One error, or two, happen; beyond that chance is asked, with the usual share as bad as its own
// number of requests leaves open.
static bool is_noise(double k, double n, struct usual_share usual, const struct thresholds *t)
{
    double likely = usual.n > 0 ? stat_wilson(usual.share * usual.n, usual.n).high : 1;
    return k < t->errors_least - 0.5 || stat_poisson_tail(k, n * likely) > t->chance;
}

static enum severity severity_of_errors(
    const struct reading *r, bool noise, double slo, const struct thresholds *t)
{
    bool breach = slo > 0 && r->low > slo;
    if (r->usual.kind == USUAL_NONE && !breach) {
        return SEVERITY_UNKNOWN;
    }
    double rise = r->now - r->usual.centre;
    bool above = !noise && r->now >= r->usual.centre * t->ratio_warning;
    if (breach || (above && rise >= t->errors_critical && !(r->ratio < t->ratio_critical))) {
        return SEVERITY_CRITICAL;
    }
    return above && rise >= t->errors_floor ? SEVERITY_WARNING : SEVERITY_OK;
}

void errors_judge(struct reading *r, double k, double n, struct usual_share usual, double slo,
    const struct thresholds *t)
{
    struct interval interval = stat_wilson(k, n);
    r->low = interval.low;
    r->high = interval.high;
    r->usual.centre = isnan(usual.share) ? r->usual.centre : usual.share;
    r->spread = fmax(r->usual.spread, ERRORS_SPREAD_LEAST);
    reading_compare(r);
    if (n < t->requests_least) {
        r->state = STATE_TOO_FEW;
        return;
    }
    r->severity = severity_of_errors(r, is_noise(k, n, usual, t), slo, t);
    r->state = r->severity == SEVERITY_UNKNOWN ? STATE_NO_BASELINE : STATE_OK;
}

static void read_errors(struct stage_diagnosis *out, const struct context *c, int stage)
{
    const struct stage *s = &c->plan->stages[stage];
    struct reading *r = &out->errors;
    *r = reading_none(STATE_NO_DATA);
    if (s->errors_signal < 0) {
        return;
    }
    const struct signal_data *data = &c->store->signals[s->errors_signal];
    const struct stage_context self = {.context = c, .stage = stage};
    r->state = known_state(data);
    r->usual = usual_of(data, &c->rules, past_errors, &self);
    double requests = stage_rate_now(c, stage);
    if (r->state != STATE_OK || isnan(requests)) {
        r->state = r->state == STATE_OK ? STATE_NO_DATA : r->state;
        return;
    }
    if (requests <= 0) {
        r->state = STATE_NO_TRAFFIC;
        return;
    }
    double errors = matrix_sum(&data->live, context_slot(c, s->errors_signal));
    errors = isnan(errors) ? 0 : errors;
    r->now = fmin(1, errors / requests);
    struct usual_share usual = usual_share_of(data, &c->rules, past_error_count, &self);
    errors_judge(r, fmin(errors, requests) * c->window_s, requests * c->window_s, usual,
        s->slo_errors, c->limits);
}

// --- traffic and saturation

static void read_traffic(struct stage_diagnosis *out, const struct context *c, int stage)
{
    const struct stage_context self = {.context = c, .stage = stage};
    int signal = c->plan->stages[stage].latency_signal;
    struct reading *r = &out->traffic;
    *r = reading_none(known_state(&c->store->signals[signal]));
    r->usual = usual_of(&c->store->signals[signal], &c->rules, past_rate, &self);
    if (r->state == STATE_OK) {
        r->now = stage_rate_now(c, stage);
        r->state = isnan(r->now) ? STATE_NO_DATA : STATE_OK;
        r->severity = SEVERITY_OK;
        r->spread = fmax(r->usual.spread, 0.05 * r->usual.centre);
        reading_compare(r);
    }
}

struct pool_context {
    const struct context *context;
    int signal;
};

static double past_pool(const void *context, struct usual_window window, int64_t slot)
{
    const struct pool_context *c = context;
    const struct matrix *m = context_history(c->context, c->signal, window);
    double limit = m ? matrix_part(m, PART_LIMIT, slot) : NAN;
    return limit > 0 ? matrix_part(m, PART_USED, slot) / limit : NAN;
}

static void read_pools(struct stage_diagnosis *out, const struct context *c, int stage)
{
    const struct stage *s = &c->plan->stages[stage];
    out->pool = reading_none(STATE_NO_DATA);
    out->pool_signal = -1;
    out->pool_used = out->pool_limit = NAN;
    for (int i = s->saturation_first; i < s->saturation_first + s->saturation_count; i++) {
        const struct signal_data *data = &c->store->signals[i];
        int64_t slot = context_slot(c, i);
        double used = matrix_part(&data->live, PART_USED, slot);
        double limit = matrix_part(&data->live, PART_LIMIT, slot);
        double full = limit > 0 ? used / limit : NAN;
        bool fuller = full > out->pool.now || isnan(out->pool.now);
        if (isnan(full) || !fuller || known_state(data) != STATE_OK) {
            continue;
        }
        const struct pool_context self = {.context = c, .signal = i};
        out->pool_signal = i;
        out->pool_used = used;
        out->pool_limit = limit;
        out->pool.state = STATE_OK;
        out->pool.now = full;
        out->pool.usual = usual_of(data, &c->rules, past_pool, &self);
        out->pool.spread = fmax(out->pool.usual.spread, 0.05);
        reading_compare(&out->pool);
        bool unusual = out->pool.usual.kind != USUAL_NONE &&
                       out->pool.usual.centre < c->limits->pool_full - 0.1;
        out->pool.severity = full < c->limits->pool_full ? SEVERITY_OK
                             : unusual                   ? SEVERITY_WARNING
                                                         : SEVERITY_UNKNOWN;
    }
}

void stage_judge(struct stage_diagnosis *out, const struct context *c, int stage)
{
    *out = (struct stage_diagnosis){.requests = NAN,
        .seconds_now = NAN,
        .seconds_usual = NAN,
        .blame = NAN,
        .own_blame = NAN,
        .calls_now = NAN,
        .calls_usual = NAN,
        .more_calls = NAN,
        .busy = NAN};
    read_latency(out, c, stage);
    read_errors(out, c, stage);
    read_traffic(out, c, stage);
    read_pools(out, c, stage);
}
