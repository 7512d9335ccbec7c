// The expressions, once it is known what the server has.
#include <stdlib.h>
#include <string.h>

#include "plan/declared_expr.h"
#include "plan/depth.h"
#include "plan/older.h"
#include "plan/peak.h"
#include "plan/plan.h"
#include "plan/promql.h"
#include "plan/record.h"
#include "plan/targets.h"
#include "plan/write.h"

static char *mean_expression(const struct plan *p, const struct signal *signal)
{
    struct str s;
    str_init(&s);
    if (signal->expr && signal->kind == SIGNAL_LATENCY && !signal->source.expr) {
        promql_add_mean(&s, &p->stages[signal->stage], NULL, p->selector, p->window_ms);
    } else if (signal->expr && signal->kind == SIGNAL_PODS) {
        depth_add_mean(&s, p, &p->stages[signal->stage]);
    }
    return s.len > 0 ? str_take(&s) : NULL;
}

static char *shown_expression(const struct plan *p, const struct signal *signal)
{
    const char *extra = p->selector;
    const struct stage *stage = signal->stage >= 0 ? &p->stages[signal->stage] : NULL;
    struct str s;
    if (!signal->expr) {
        return NULL;
    }
    if (signal->kind == SIGNAL_TARGETS) {
        return targets_shown(p);
    }
    if (signal->declared && signal->stage >= 0) {
        return declared_shown(p, signal);
    }
    str_init(&s);
    if (signal->kind == SIGNAL_LATENCY && !signal->source.expr) {
        promql_add_statistic(&s, stage, NULL, extra, p->window_ms);
    } else if (signal->kind == SIGNAL_PODS) {
        depth_add_statistic(&s, p, stage);
    } else if (signal->kind == SIGNAL_POD_ERRORS) {
        depth_add_errors(&s, p, signal);
    } else if (signal->kind == SIGNAL_SATURATION) {
        write_each_pool(&s, p, signal);
    } else {
        str_add(&s, signal->expr);
    }
    return str_take(&s);
}

static char *requests_expression(const struct plan *p, const struct stage *stage)
{
    struct str s;
    str_init(&s);
    if (stage->requests_signal >= 0) {
        const char *shown = p->signals[stage->requests_signal].shown;
        str_add(&s, shown ? shown : "");
    } else if (stage->latency) {
        promql_add_requests(&s, stage, NULL, p->selector, p->window_ms);
    }
    if (s.len == 0) {
        str_finish(&s);
        return NULL;
    }
    return str_take(&s);
}

static void set_past(struct plan *p, struct signal *signal)
{
    struct str s;
    str_init(&s);
    if (signal->expr) {
        str_add(&s, signal->expr);
        older_add(&s, p, signal, false);
    }
    bool renamed = signal->expr && s.len > strlen(signal->expr);
    signal->past = renamed ? str_take(&s) : (str_finish(&s), NULL);
}

static void set_history(struct plan *p, struct signal *signal)
{
    struct str peak, s;
    str_init(&peak);
    signal->recorded = signal->expr ? record_expression(p, signal) : NULL;
    signal->history = NULL;
    if (signal->expr && peak_add(&peak, p, signal)) {
        older_add(&peak, p, signal, true);
        str_init(&s);
        str_addf(&s, "%s or %s", plan_past(signal), peak.text);
        signal->history = str_take(&s);
    }
    if (signal->recorded && peak.len > 0) { // a rule keeps no more than the points
        str_init(&s);
        str_addf(&s, "%s or %s", signal->recorded, peak.text);
        free(signal->recorded);
        signal->recorded = str_take(&s);
    }
    str_finish(&peak);
}

void plan_unwrite(struct signal *s)
{
    char **written[] = {&s->expr, &s->shown, &s->mean, &s->past, &s->history, &s->recorded};
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        free(*written[i]);
        *written[i] = NULL;
    }
}

void plan_resolve(struct plan *p)
{
    for (size_t i = 0; i < p->signals_count; i++) {
        plan_unwrite(&p->signals[i]);
        const struct signal *signal = &p->signals[i];
        p->signals[i].expr = write_expression(p, signal);
        p->signals[i].mean = mean_expression(p, &p->signals[i]);
        p->signals[i].shown = shown_expression(p, &p->signals[i]);
        set_past(p, &p->signals[i]);
        set_history(p, &p->signals[i]);
    }
    for (size_t i = 0; i < p->stages_count; i++) {
        free(p->stages[i].requests);
        p->stages[i].requests = requests_expression(p, &p->stages[i]);
    }
    p->resolved = true;
}

void plan_widen(struct plan *p, int64_t window_ms)
{
    p->window_ms = window_ms;
    plan_resolve(p);
}
