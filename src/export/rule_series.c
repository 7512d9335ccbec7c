#include "export/rule_series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "config/signal_keys.h"
#include "export/made_series.h"
#include "plan/promql.h"

static const double REQUESTS = 10; // per second

/** Of a stage: by what its latency is measured, in its unit, and what its requests must not be. */
struct made_stage {
    const struct stage *stage;
    const char *failures; /**< the metric of its errors; NULL: none */
    double level, calm_mean, wrong_mean;
};

// --- the series of a stage

static bool add_metric(struct made_list *list, const struct plan *p, const struct made_stage *m,
    const char *metric, const char *suffix, double calm, double wrong)
{
    struct labels labels = {0};
    bool good = made_labels(&labels, p, metric, suffix, m->failures);
    if (good) {
        made_add(list, labels, true, calm, wrong);
    }
    return good;
}

static bool add_labelled(struct made_list *list, const struct plan *p, const struct made_stage *m,
    const char *suffix, const char *label, double value, struct made_series one)
{
    struct labels labels = {0};
    char text[32];
    bool good = made_labels(&labels, p, m->stage->latency, suffix, m->failures);
    if (good) {
        snprintf(text, sizeof text, isinf(value) ? "+Inf" : "%.6g", value);
        labels_set(&labels, label, text);
        made_add(list, labels, one.counter, one.calm, one.wrong);
    }
    return good;
}

static bool add_mean(struct made_list *list, const struct plan *p, const struct made_stage *m)
{
    const struct stage *s = m->stage;
    const char *count = s->count ? s->count : s->latency;
    return add_metric(list, p, m, s->latency, s->count ? "" : "_sum", REQUESTS * m->calm_mean,
               REQUESTS * m->wrong_mean) &&
           add_metric(list, p, m, count, s->count ? "" : "_count", REQUESTS, REQUESTS);
}

// All is well below half the level, and wrong above twice of it.
static bool add_buckets(struct made_list *list, const struct plan *p, const struct made_stage *m)
{
    const struct {
        double bound, calm, wrong;
    } buckets[] = {{m->level / 2, REQUESTS, 0}, {m->level * 2, REQUESTS, 0},
        {m->level * 8, REQUESTS, REQUESTS}, {INFINITY, REQUESTS, REQUESTS}};
    bool good = true;
    for (size_t i = 0; i < sizeof buckets / sizeof *buckets && good; i++) {
        good = add_labelled(list, p, m, "_bucket", "le", buckets[i].bound,
            (struct made_series){
                .counter = true, .calm = buckets[i].calm, .wrong = buckets[i].wrong});
    }
    return good;
}

static bool add_gauge(
    struct made_list *list, const struct plan *p, const char *metric, double calm, double wrong)
{
    struct labels labels = {0};
    bool good = made_labels(&labels, p, metric, "", NULL);
    if (good) {
        made_add(list, labels, false, calm, wrong);
    }
    return good;
}

static bool add_latency(struct made_list *list, const struct plan *p, const struct made_stage *m)
{
    switch (m->stage->kind) {
    case LATENCY_CLASSIC: return add_buckets(list, p, m) && add_mean(list, p, m);
    case LATENCY_QUANTILES:
        return add_labelled(list, p, m, "", "quantile", 0.95,
                   (struct made_series){.calm = m->level / 2, .wrong = m->level * 8}) &&
               add_mean(list, p, m);
    case LATENCY_MEAN:
    case LATENCY_PAIR: return add_mean(list, p, m);
    case LATENCY_VALUE: return add_gauge(list, p, m->stage->latency, m->calm_mean, m->wrong_mean);
    case LATENCY_NATIVE:
    case LATENCY_COUNTER:
    case LATENCY_UNKNOWN:
    case LATENCY_ABSENT:
    case LATENCY_NONE: break;
    }
    return false;
}

static struct made_stage made_stage(const struct plan *p, const struct stage *s)
{
    double slo = s->slo_p95_s > 0 ? s->slo_p95_s : 1;
    const char *failures =
        s->errors_signal >= 0 ? p->signals[s->errors_signal].source.metric : NULL;
    return (struct made_stage){.stage = s,
        .failures = failures,
        .level = slo / s->to_seconds,
        .calm_mean = fmin(slo, 1) / 4 / s->to_seconds,
        .wrong_mean = fmax(slo, 1) * 8 / s->to_seconds};
}

static bool add_resource(struct made_list *list, const struct plan *p, const struct signal *s)
{
    const struct declared_config *d = s->declared;
    bool free = d && d->form == SIGNAL_FORM_FREE, left = d && d->form == SIGNAL_FORM_LEFT;
    double all = s->full > 0 ? s->full : s->limit.number > 0 ? s->limit.number : 100;
    double calm = left ? 0.9 : 0.1, wrong = left ? 0.01 : 0.99;
    if (d && d->bounded) {
        return false;
    }
    bool good = add_gauge(list, p, s->source.metric, calm * all, wrong * all);
    if (good && (s->limit.metric || s->limit.expr)) {
        good = add_gauge(
            list, p, s->limit.metric, (free ? 1 - calm : 1) * all, (free ? 1 - wrong : 1) * all);
    }
    return good;
}

// As bad as it gets, and one less than what is worth a warning.
static bool add_state(struct made_list *list, const struct plan *p, const struct signal *s)
{
    const struct declared_config *d = s->declared;
    double wrong = (isnan(d->critical) ? d->warn : d->critical) / d->factor;
    double warn = (isnan(d->warn) ? d->critical : d->warn) / d->factor;
    double calm = d->bad == SIGNAL_BAD_DOWN ? warn + 1 : warn - 1;
    bool valid = !d->bounded || (fmin(calm, wrong) >= d->low && fmax(calm, wrong) <= d->high);
    return valid && add_gauge(list, p, s->source.metric, calm, wrong);
}

// --- all of them, and which alerts they make fire

static bool add_requests(struct made_list *list, const struct plan *p, const struct made_stage *m)
{
    int signal = m->stage->requests_signal;
    return signal < 0 ||
           add_metric(list, p, m, p->signals[signal].source.metric, "", REQUESTS, REQUESTS);
}

static bool add_failures(struct made_list *list, const struct plan *p, const struct signal *errors)
{
    struct labels labels = {0};
    bool good = made_labels(&labels, p, errors->source.metric, "", NULL);
    if (good) {
        made_add(list, labels, true, 0, REQUESTS);
    }
    return good;
}

static bool add_calls(struct made_list *list, const struct plan *p)
{
    struct labels labels = {0};
    bool good = made_labels(&labels, p, p->signals[p->tool_calls].source.metric, "", NULL);
    if (good) {
        labels_set(&labels, p->tool_label, "search");
        made_add(list, labels, true, REQUESTS, 10 * REQUESTS);
    }
    for (size_t i = 0; i < p->stages_count && good; i++) {
        const struct made_stage m = made_stage(p, &p->stages[i]);
        bool counts = m.stage->parent < 0 && m.stage->requests;
        good = !counts || (add_latency(list, p, &m) && add_requests(list, p, &m));
    }
    return good;
}

static bool make(struct made_list *list, const struct plan *p, const struct ruleset_rule *rule)
{
    const struct made_stage m =
        rule->stage >= 0 ? made_stage(p, &p->stages[rule->stage]) : (struct made_stage){0};
    const struct signal *signal = rule->signal >= 0 ? &p->signals[rule->signal] : NULL;
    switch (rule->about) {
    case RULESET_SLOW:
    case RULESET_SLOWER:
    case RULESET_MEAN: return add_latency(list, p, &m) && add_requests(list, p, &m);
    case RULESET_BURN:
    case RULESET_FAILING:
        return add_requests(list, p, &m) &&
               (m.stage->requests_signal >= 0 || add_latency(list, p, &m)) &&
               add_failures(list, p, signal);
    case RULESET_FULL: return add_resource(list, p, signal);
    case RULESET_BEYOND: return add_state(list, p, signal);
    case RULESET_CALLS: return add_calls(list, p);
    case RULESET_NO_TRAFFIC:
        return add_requests(list, p, &m) &&
               (m.stage->requests_signal >= 0 || add_latency(list, p, &m));
    case RULESET_NO_DATA:
    case RULESET_RECORDS:
    case RULESET_ABOUTS: break;
    }
    return true;
}

static const double UNCERTAIN = 1.1; // of a share near its level nobody can tell

/** The share of errors over WINDOW_MS once things have gone wrong for so many hours. */
static double share_over(const struct made_list *list, const struct plan *p,
    const struct ruleset_rule *rule, int64_t window_ms, double wrong_h)
{
    const struct stage *s = &p->stages[rule->stage];
    const char *errors = p->signals[rule->signal].source.metric;
    double hours = fmin((double)window_ms / CLOCK_HOUR_MS, MADE_CALM_H + wrong_h);
    double wrong = fmin(hours, wrong_h), calm = hours - wrong;
    struct str requests;
    str_init(&requests);
    if (s->requests_signal >= 0) {
        str_add(&requests, p->signals[s->requests_signal].source.metric);
    } else if (s->count) {
        str_add(&requests, s->count);
    } else {
        promql_add_selector(&requests, s->latency, "_count", NULL);
    }
    double failed =
        made_rate(list, p, errors, true) * wrong + made_rate(list, p, errors, false) * calm;
    double served = made_rate(list, p, requests.text, true) * wrong +
                    made_rate(list, p, requests.text, false) * calm;
    str_finish(&requests);
    return failed / served;
}

static enum made_fires burns(
    const struct made_list *list, const struct plan *p, const struct ruleset_rule *rule)
{
    double end_h = MADE_WRONG_H - 1, for_h = (double)rule->for_ms / CLOCK_HOUR_MS;
    double then = fmin(share_over(list, p, rule, rule->long_ms, end_h - for_h),
        share_over(list, p, rule, rule->short_ms, end_h - for_h));
    double end = fmin(share_over(list, p, rule, rule->long_ms, end_h),
        share_over(list, p, rule, rule->short_ms, end_h));
    return then > rule->level * UNCERTAIN  ? MADE_FIRING
           : end * UNCERTAIN < rule->level ? MADE_SILENT
                                           : MADE_OPEN;
}

void rule_series_make(struct made_list *out, const struct plan *p, const struct ruleset *r)
{
    *out = (struct made_list){.fires = mem_zalloc(r->count + 1, sizeof *out->fires)};
    for (size_t i = r->recording; i < r->count; i++) {
        out->fires[i] = make(out, p, &r->items[i]) ? MADE_FIRING : MADE_OPEN;
    }
    for (size_t i = r->recording; i < r->count; i++) {
        if (out->fires[i] == MADE_FIRING && r->items[i].about == RULESET_BURN) {
            out->fires[i] = burns(out, p, &r->items[i]);
        }
    }
}

void rule_series_finish(struct made_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        labels_finish(&list->items[i].labels);
    }
    free(list->items);
    free(list->fires);
    *list = (struct made_list){0};
}
