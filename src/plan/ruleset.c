#include "plan/ruleset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "config/signal_keys.h"
#include "plan/promql.h"
#include "plan/record.h"
#include "plan/rule_expr.h"
#include "plan/served.h"
#include "promql/name.h"

static const double FULL = 0.9;            // as the verdict has it
static const double TIMES_USUAL = 2;       // of latency, errors and calls
static const double SLOWER_LEAST_S = 0.01; // less is nobody's trouble
static const double ERRORS_LEAST = 0.01;
static const double CALLS_LEAST = 0.05;
static const double FAILURES_LEAST = 3;
enum { FAILING_MS = 30 * CLOCK_MINUTE_MS };

/** The windows in which errors burn the budget of 30 days: factors of Google's SRE workbook. */
static const struct burn {
    double factor;
    int64_t long_ms, short_ms, for_ms;
    bool critical;
} burns[] = {
    {14.4, CLOCK_HOUR_MS, 5 * CLOCK_MINUTE_MS, 2 * CLOCK_MINUTE_MS, true},
    {6, 6 * CLOCK_HOUR_MS, 30 * CLOCK_MINUTE_MS, 15 * CLOCK_MINUTE_MS, true},
    {3, CLOCK_DAY_MS, 2 * CLOCK_HOUR_MS, CLOCK_HOUR_MS, false},
    {1, 3LL * CLOCK_DAY_MS, 6 * CLOCK_HOUR_MS, 3 * CLOCK_HOUR_MS, false},
};

static const char *const alerts[RULESET_ABOUTS] = {
    [RULESET_SLOW] = "RagStageSlow",
    [RULESET_SLOWER] = "RagStageSlowerThanUsual",
    [RULESET_MEAN] = "HighRetrievalLatency",
    [RULESET_BURN] = "RagErrorBudgetBurn",
    [RULESET_FAILING] = "RagMoreErrorsThanUsual",
    [RULESET_FULL] = "RagPoolNearlyFull",
    [RULESET_BEYOND] = "RagLevelReached",
    [RULESET_CALLS] = "RagMoreToolCallsThanUsual",
    [RULESET_NO_TRAFFIC] = "RagNoTraffic",
    [RULESET_NO_DATA] = "RagNoData",
};

/** Alerts that people know by name, on the mean of a metric. */
static const struct known {
    const char *metric;
    double level_s;
    int64_t for_ms;
} known[] = {{"kotaemon_retrieval_latency_seconds", 1, 3 * CLOCK_MINUTE_MS}};

static struct ruleset_rule *add(
    struct ruleset *r, enum ruleset_about about, int stage, int signal, int64_t for_ms)
{
    if (r->count == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 32;
        r->items = mem_resize(r->items, r->cap, sizeof *r->items);
    }
    r->items[r->count] = (struct ruleset_rule){.about = about,
        .stage = stage,
        .signal = signal,
        .name = alerts[about] ? mem_strdup(alerts[about]) : NULL,
        .level = NAN,
        .for_ms = for_ms};
    return &r->items[r->count++];
}

// --- recording rules

static void record(struct ruleset *r, const struct plan *p, const struct signal *signal, int index,
    const char *expr)
{
    char *name = record_rule(p, signal);
    if (name) {
        struct ruleset_rule *rule = add(r, RULESET_RECORDS, signal->stage, index, 0);
        rule->name = name;
        rule->expr = mem_strdup(expr);
    } else {
        struct str said;
        str_init(&said);
        str_addf(&said, "%s: %s", signal->stage >= 0 ? p->stages[signal->stage].name : "tools",
            signal->what ? signal->what : signal_types[signal->kind].name);
        names_push(&r->shared, said.text);
        str_finish(&said);
    }
}

static bool is_known(const struct signal *s)
{
    return s->presence != PRESENCE_ABSENT && s->presence != PRESENCE_UNLABELLED &&
           s->limit_presence != PRESENCE_ABSENT && !plan_names_nothing(s);
}

static void add_recording(struct ruleset *r, const struct plan *p)
{
    r->unrecorded = !record_labels(p, &r->carried);
    for (size_t i = 0; i < p->signals_count && !r->unrecorded; i++) {
        if (plan_has_past(p, (int)i) && is_known(&p->signals[i])) {
            record(r, p, &p->signals[i], (int)i, p->signals[i].expr);
        }
    }
    for (size_t i = 0; i < p->stages_count && !r->unrecorded; i++) {
        const struct signal requests = rule_requests_signal((int)i);
        if (p->stages[i].requests_signal < 0 && p->stages[i].requests) {
            record(r, p, &requests, -1, p->stages[i].requests);
        }
    }
    r->recording = r->count;
}

// --- alerts

/** Finishes RULE with what ADD appended to NUMBER, which is empty then, and a comparison. */
static void compare(
    struct ruleset_rule *rule, struct str *number, const char *operator, double level)
{
    struct str s;
    str_init(&s);
    str_addf(&s, "%s %s %.6g", number->text, operator, level);
    rule->level = level;
    rule->number = str_take(number);
    rule->expr = str_take(&s);
}

static void add_slow(struct ruleset *r, const struct plan *p, int stage, const double *ends)
{
    const struct stage *one = &p->stages[stage];
    if (ends && one->slo_p95_s >= ends[stage]) {
        names_push(&r->blunt, one->name);
        return;
    }
    struct str number;
    str_init(&number);
    rule_add_latency(&number, p, stage);
    if (one->slo_p95_s > 0) {
        struct ruleset_rule *rule =
            add(r, RULESET_SLOW, stage, one->latency_signal, 5 * CLOCK_MINUTE_MS);
        compare(rule, &number, ">", one->slo_p95_s);
    } else if (one->requests) {
        struct ruleset_rule *rule =
            add(r, RULESET_SLOWER, stage, one->latency_signal, 10 * CLOCK_MINUTE_MS);
        struct str s;
        str_init(&s);
        rule_add_slower(&s, p, stage, TIMES_USUAL, SLOWER_LEAST_S);
        str_addf(&s, " and on () (%s) >= %.6g", one->requests,
            PLAN_ENOUGH_REQUESTS * 1000.0 / (double)p->window_ms);
        rule->number = str_take(&number);
        rule->expr = str_take(&s);
    }
    str_finish(&number);
}

static void add_mean(struct ruleset *r, const struct plan *p, int stage)
{
    const struct stage *one = &p->stages[stage];
    const char *mean = p->signals[one->latency_signal].mean;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (mean && strcmp(one->metric, known[i].metric) == 0) {
            struct str number;
            str_init(&number);
            str_add(&number, mean);
            compare(add(r, RULESET_MEAN, stage, one->latency_signal, known[i].for_ms), &number, ">",
                known[i].level_s);
        }
    }
}

static void add_share(
    struct str *s, const struct plan *p, int stage, int64_t window_ms, bool recorded)
{
    rule_add_errors(s, p, stage, window_ms, recorded);
    str_add(s, " / ");
    rule_add_requests(s, p, stage, window_ms, recorded);
}

// A budget so large that no share of errors burns it so fast has no such rule.
static void add_burns(struct ruleset *r, const struct plan *p, int stage)
{
    const struct stage *one = &p->stages[stage];
    for (size_t i = 0; i < sizeof burns / sizeof *burns; i++) {
        const struct burn *b = &burns[i];
        double level = b->factor * one->slo_errors;
        if (level >= 1) {
            continue;
        }
        struct ruleset_rule *rule = add(r, RULESET_BURN, stage, one->errors_signal, b->for_ms);
        struct str number, s;
        str_init(&number);
        str_init(&s);
        add_share(&number, p, stage, b->long_ms, !r->unrecorded);
        str_addf(&s, "%s > %.6g and ", number.text, level);
        add_share(&s, p, stage, b->short_ms, !r->unrecorded);
        str_addf(&s, " > %.6g", level);
        rule->critical = b->critical;
        rule->long_ms = b->long_ms;
        rule->short_ms = b->short_ms;
        rule->level = level;
        rule->number = str_take(&number);
        rule->expr = str_take(&s);
    }
}

static void add_failing(struct ruleset *r, const struct plan *p, int stage)
{
    const struct stage *one = &p->stages[stage];
    struct ruleset_rule *rule =
        add(r, RULESET_FAILING, stage, one->errors_signal, 5 * CLOCK_MINUTE_MS);
    struct str number, s;
    str_init(&number);
    str_init(&s);
    add_share(&number, p, stage, FAILING_MS, false);
    str_addf(&s, "%s > %g * ", number.text, TIMES_USUAL);
    rule_add_usual(&s, number.text, NULL, true);
    str_addf(&s, " + %g and on () ", ERRORS_LEAST);
    rule_add_errors(&s, p, stage, FAILING_MS, false);
    str_addf(&s, " >= %.6g", FAILURES_LEAST * 1000 / (double)FAILING_MS);
    rule->number = str_take(&number);
    rule->expr = str_take(&s);
}

static void add_errors(struct ruleset *r, const struct plan *p, int stage)
{
    const struct stage *one = &p->stages[stage];
    if (one->errors_signal < 0 || !one->requests || !is_known(&p->signals[one->errors_signal])) {
        return;
    }
    if (one->slo_errors > 0) {
        add_burns(r, p, stage);
    } else {
        add_failing(r, p, stage);
    }
}

static void add_level(struct ruleset *r, const struct plan *p, int signal, bool critical)
{
    const struct signal *one = &p->signals[signal];
    const struct declared_config *d = one->declared;
    double level = critical ? d->critical : d->warn;
    struct str number;
    if (isnan(level)) {
        return;
    }
    str_init(&number);
    str_add(&number, one->shown);
    struct ruleset_rule *rule = add(r, RULESET_BEYOND, one->stage, signal, 5 * CLOCK_MINUTE_MS);
    rule->critical = critical;
    compare(rule, &number, d->bad == SIGNAL_BAD_DOWN ? "<=" : ">=", level);
    str_finish(&number);
}

static void add_resource(struct ruleset *r, const struct plan *p, int signal)
{
    const struct signal *one = &p->signals[signal];
    const struct declared_config *d = one->declared;
    bool limited = one->limit.metric || one->limit.expr || one->limit.number > 0 || one->full > 0;
    if (!one->shown || !is_known(one)) {
        return;
    }
    if (d ? signal_is_pool(d->form) : limited) {
        struct str number;
        str_init(&number);
        rule_add_fullness(&number, p, one);
        compare(add(r, RULESET_FULL, one->stage, signal, 5 * CLOCK_MINUTE_MS), &number, ">",
            d && d->full > 0 ? d->full : FULL);
        str_finish(&number);
    } else if (d) {
        add_level(r, p, signal, false);
        add_level(r, p, signal, true);
    }
}

static void add_silent(struct ruleset *r, const struct plan *p, int stage)
{
    const struct stage *one = &p->stages[stage];
    struct ruleset_rule *rule =
        add(r, RULESET_NO_TRAFFIC, stage, one->requests_signal, 5 * CLOCK_MINUTE_MS);
    struct str s;
    str_init(&s);
    str_addf(&s, "(%s) == 0 and ", one->requests);
    rule_add_then(&s, one->requests);
    str_addf(&s, " >= %.6g", PLAN_ENOUGH_REQUESTS * 1000.0 / (double)p->window_ms);
    rule->critical = true;
    rule->number = mem_strdup(one->requests);
    rule->level = 0;
    rule->expr = str_take(&s);
}

static bool is_same(const struct ruleset *r, const char *expr)
{
    bool same = false;
    for (size_t i = r->recording; i < r->count && !same; i++) {
        same = strcmp(r->items[i].expr, expr) == 0;
    }
    return same;
}

static void add_absent(struct ruleset *r, const struct plan *p, int stage)
{
    struct str s;
    str_init(&s);
    str_add(&s, "absent(");
    served_add_series(&s, p, stage, p->selector);
    str_add(&s, ")");
    if (!is_same(r, s.text)) {
        struct ruleset_rule *rule =
            add(r, RULESET_NO_DATA, stage, p->stages[stage].latency_signal, 5 * CLOCK_MINUTE_MS);
        rule->critical = p->stages[stage].parent < 0;
        rule->expr = str_take(&s);
    }
    str_finish(&s);
}

// What a component is made of stands and falls with it, and one alert says so.
static bool is_inner(const struct plan *p, int stage)
{
    const struct stage *one = &p->stages[stage];
    const struct component *own = plan_component(p, stage);
    return one->parent >= 0 && !one->separate && own && own == plan_component(p, one->parent);
}

static void add_stage(struct ruleset *r, const struct plan *p, int stage, const double *ends)
{
    const struct stage *one = &p->stages[stage];
    bool inner = is_inner(p, stage);
    if (rule_has_latency(p, stage)) {
        add_mean(r, p, stage);
    }
    if (rule_has_latency(p, stage) && (!inner || one->slo_p95_s > 0)) {
        add_slow(r, p, stage, ends);
    }
    add_errors(r, p, stage);
    for (int k = 0; k < one->saturation_count; k++) {
        add_resource(r, p, one->saturation_first + k);
    }
    for (int k = 0; k < one->declared_count; k++) {
        add_resource(r, p, one->declared_first + k);
    }
    if (one->parent < 0 && one->requests) {
        add_silent(r, p, stage);
    }
    if (served_is_steady(p, stage) && !inner) {
        add_absent(r, p, stage);
    }
}

static void add_calls(struct ruleset *r, const struct plan *p)
{
    const struct signal *calls = p->tool_calls >= 0 ? &p->signals[p->tool_calls] : NULL;
    struct str number, questions, label, s;
    str_init(&number);
    str_init(&questions);
    str_init(&label);
    str_init(&s);
    if (calls && calls->shown && is_known(calls) && rule_add_questions(&questions, p)) {
        struct ruleset_rule *rule = add(r, RULESET_CALLS, -1, p->tool_calls, 15 * CLOCK_MINUTE_MS);
        name_add_label(&label, p->tool_label);
        str_addf(&number, "(%s) / on () group_left () %s", calls->shown, questions.text);
        str_addf(&s, "%s > %g * ", number.text, TIMES_USUAL);
        rule_add_usual(&s, number.text, label.text, false);
        str_addf(&s, " + %g and (%s) >= %.6g", CALLS_LEAST, calls->shown,
            PLAN_ENOUGH_REQUESTS * 1000.0 / (double)p->window_ms);
        rule->number = str_take(&number);
        rule->expr = str_take(&s);
    }
    str_finish(&number);
    str_finish(&questions);
    str_finish(&label);
    str_finish(&s);
}

void ruleset_make(struct ruleset *out, const struct plan *p, const double *ends)
{
    *out = (struct ruleset){0};
    add_recording(out, p);
    for (size_t i = 0; i < p->stages_count; i++) {
        add_stage(out, p, (int)i, ends);
    }
    add_calls(out, p);
}

void ruleset_finish(struct ruleset *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free(r->items[i].name);
        free(r->items[i].expr);
        free(r->items[i].number);
    }
    free(r->items);
    labels_finish(&r->carried);
    names_finish(&r->blunt);
    names_finish(&r->shared);
    *r = (struct ruleset){0};
}
