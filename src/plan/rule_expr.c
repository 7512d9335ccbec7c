#include "plan/rule_expr.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "config/signal_keys.h"
#include "plan/promql.h"
#include "plan/record.h"
#include "plan/write.h"
#include "promql/expr.h"
#include "promql/name.h"

static const char *shown(const struct plan *p, int signal)
{
    return signal >= 0 ? p->signals[signal].shown : NULL;
}

bool rule_has_latency(const struct plan *p, int stage)
{
    const struct stage *s = &p->stages[stage];
    return shown(p, s->latency_signal) && plan_is_timed(s) && !plan_is_absent(p, (size_t)stage);
}

void rule_add_latency(struct str *s, const struct plan *p, int stage)
{
    const struct stage *one = &p->stages[stage];
    const struct signal *signal = &p->signals[one->latency_signal];
    bool other_unit = one->to_seconds < 1 || one->to_seconds > 1;
    const char *open = signal->source.expr ? "max(" : other_unit ? "(" : "";
    str_addf(s, "%s%s%s", open, signal->shown, *open ? ")" : "");
    if (other_unit) {
        str_addf(s, " * %.15g", one->to_seconds);
    }
}

static void add_rise(struct str *s, const char *number, double times, double least_s)
{
    str_addf(s, "%s > %g * ", number, times);
    rule_add_usual(s, number, NULL, false);
    str_addf(s, " + %g", least_s);
}

static void add_mean(struct str *s, const struct stage *one, const char *mean)
{
    if (one->to_seconds < 1 || one->to_seconds > 1) {
        str_addf(s, "(%s) * %.15g", mean, one->to_seconds);
    } else {
        str_add(s, mean);
    }
}

void rule_add_slower(struct str *s, const struct plan *p, int stage, double times, double least_s)
{
    const struct stage *one = &p->stages[stage];
    const struct signal *signal = &p->signals[one->latency_signal];
    struct str number, highest, mean;
    str_init(&number);
    str_init(&highest);
    str_init(&mean);
    rule_add_latency(&number, p, stage);
    if (signal->mean) {
        promql_add_highest(&highest, one, NULL, p->selector, p->window_ms);
        add_mean(&mean, one, signal->mean);
    }
    str_add(s, highest.len > 0 ? "(" : "");
    add_rise(s, number.text, times, least_s);
    if (highest.len > 0) {
        str_add(s, " or ");
        add_rise(s, mean.text, times, least_s);
        str_addf(s, " and %s >= %s)", signal->shown, highest.text);
    }
    str_finish(&number);
    str_finish(&highest);
    str_finish(&mean);
}

// --- events per second over any window

// An expression has a window of its own: it is averaged.
static void add_average(struct str *s, const char *expr, int64_t window_ms)
{
    str_addf(s, "avg_over_time((%s)[", expr);
    clock_add_duration(s, window_ms);
    str_add(s, ":1m])");
}

static void add_events(
    struct str *s, const struct plan *p, const struct metric_config *m, int64_t window_ms)
{
    if (m->expr) {
        add_average(s, m->expr, window_ms);
    } else {
        promql_add_rate(s, m->metric, NULL, p->selector, window_ms);
    }
}

static bool add_recorded(
    struct str *s, const struct plan *p, const struct signal *signal, int64_t window_ms)
{
    char *rule = record_rule(p, signal);
    if (rule && window_ms > p->window_ms) {
        str_add(s, "avg_over_time(");
        promql_add_selector(s, rule, "", p->selector);
        str_addc(s, '[');
        clock_add_duration(s, window_ms);
        str_add(s, "])");
    } else if (rule) {
        promql_add_selector(s, rule, "", p->selector);
    }
    free(rule);
    return rule != NULL;
}

struct signal rule_requests_signal(int stage)
{
    return (struct signal){.kind = SIGNAL_REQUESTS, .stage = stage};
}

void rule_add_errors(
    struct str *s, const struct plan *p, int stage, int64_t window_ms, bool recorded)
{
    const struct signal *signal = &p->signals[p->stages[stage].errors_signal];
    if (!recorded || !add_recorded(s, p, signal, window_ms)) {
        add_events(s, p, &signal->source, window_ms);
    }
}

void rule_add_requests(
    struct str *s, const struct plan *p, int stage, int64_t window_ms, bool recorded)
{
    const struct stage *one = &p->stages[stage];
    const struct signal made = rule_requests_signal(stage);
    bool counted = one->requests_signal >= 0;
    const struct signal *signal = counted ? &p->signals[one->requests_signal] : &made;
    if (recorded && add_recorded(s, p, signal, window_ms)) {
        return;
    }
    if (counted) {
        add_events(s, p, &signal->source, window_ms);
    } else {
        promql_add_requests(s, one, NULL, p->selector, window_ms);
    }
}

// Of a server of tools alone the calls are the requests, and there is nothing to be held against.
static bool asks(const struct plan *p, const struct stage *s)
{
    const char *calls = p->tool_calls >= 0 ? p->signals[p->tool_calls].source.metric : NULL;
    struct name_list names = {0};
    bool same = false;
    if (s->parent >= 0 || !s->requests) {
        return false;
    }
    expr_names(&names, s->requests);
    for (size_t i = 0; i < names.count && calls; i++) {
        size_t len = name_length(calls);
        same = same || (strlen(names.items[i]) == len && strncmp(names.items[i], calls, len) == 0);
    }
    names_finish(&names);
    return !same;
}

bool rule_add_questions(struct str *s, const struct plan *p)
{
    size_t count = 0, k = 0;
    for (size_t i = 0; i < p->stages_count; i++) {
        count += asks(p, &p->stages[i]);
    }
    str_add(s, count > 1 ? "max(" : count ? "(" : "");
    for (size_t i = 0; i < p->stages_count; i++) {
        const struct stage *one = &p->stages[i];
        if (asks(p, one) && count > 1) { // without labels they would be one series
            str_addf(s, "%slabel_replace(%s,\"root\",\"%zu\",\"\",\"\")", k ? " or " : "",
                one->requests, k);
            k++;
        } else if (asks(p, one)) {
            str_add(s, one->requests);
        }
    }
    str_add(s, count ? ")" : "");
    return count > 0;
}

// --- resources

void rule_add_fullness(struct str *s, const struct plan *p, const struct signal *signal)
{
    const struct metric_config *used = &signal->source, *limit = &signal->limit;
    bool share = signal->full > 0;
    if (signal->declared) {
        str_add(s, signal->shown);
        return;
    }
    if (share && used->metric) {
        str_addf(s, "max by (%s) (", p->stages[signal->stage].instances);
        promql_add_selector(s, used->metric, "", p->selector);
        str_addf(s, ") / %.15g", signal->full);
    } else if (share) {
        str_addf(s, "max(%s) / %.15g", used->expr, signal->full);
    } else if (used->metric && limit->metric) {
        write_each_pool(s, p, signal);
    } else { // the limit is one of all together
        str_add(s, "sum(");
        str_add(s, used->expr ? used->expr : "");
        if (used->metric) {
            promql_add_selector(s, used->metric, "", p->selector);
        }
        str_add(s, ") / ");
        if (limit->metric) {
            str_add(s, "(sum(");
            promql_add_selector(s, limit->metric, "", p->selector);
            str_add(s, ") > 0)");
        } else if (limit->expr) {
            str_addf(s, "(sum(%s) > 0)", limit->expr);
        } else {
            str_addf(s, "%.15g", limit->number);
        }
    }
}

// --- the past: an offset is for selectors alone; a subquery takes one for a whole expression

void rule_add_before(struct str *s, const char *number, const char *offset)
{
    str_addf(s, "last_over_time((%s)[1s:1s] offset %s)", number, offset);
}

void rule_add_usual(struct str *s, const char *number, const char *by, bool none_is_zero)
{
    str_addf(s, "max%s%s%s(label_replace(", by ? " by (" : "", by ? by : "", by ? ") " : "");
    rule_add_before(s, number, "1d");
    str_add(s, ",\"then\",\"day\",\"\",\"\") or label_replace(");
    rule_add_before(s, number, "1w");
    str_add(s, ",\"then\",\"week\",\"\",\"\")");
    str_add(s, none_is_zero ? " or label_replace(vector(0),\"then\",\"none\",\"\",\"\"))" : ")");
}

void rule_add_then(struct str *s, const char *number)
{
    str_addc(s, '(');
    rule_add_before(s, number, "1w");
    str_add(s, " or ");
    rule_add_before(s, number, "1d");
    str_addc(s, ')');
}
