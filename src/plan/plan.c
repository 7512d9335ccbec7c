#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "config/metric_key.h"
#include "config/signal_keys.h"
#include "plan/depth.h"
#include "plan/parts.h"
#include "plan/promql.h"
#include "promql/expr.h"
#include "promql/matchers.h"
#include "promql/name.h"

enum {
    SCRAPE_DEFAULT_MS = 15000,
    WINDOW_LEAST_MS = 5 * 60 * 1000,
    LATE_MS = 30000, // some servers hide what is newer
};

static double unit_of(const char *name)
{
    double said = metric_key_unit_of(name);
    return said > 0 ? said : 1;
}

static char *name_of(const char *metric)
{
    struct str s;
    str_init(&s);
    promql_add_name(&s, metric);
    return str_take(&s);
}

// An expression is asked within the selector, too.
static char *set_scope(const struct plan *p, struct metric_config *m)
{
    const char *extra = p->selector;
    struct str s;
    if (!m->expr || !extra) {
        return NULL;
    }
    str_init(&s);
    expr_add_within(&s, m->expr, extra);
    m->expr = str_take(&s);
    return m->expr;
}

static void find_names(struct signal *s)
{
    struct name_list names = {0};
    const char *exprs[] = {s->source.expr, s->limit.expr};
    for (size_t i = 0; i < sizeof exprs / sizeof *exprs; i++) {
        bool alternatives = exprs[i] && expr_names(&names, exprs[i]);
        s->alternatives = s->alternatives || alternatives;
    }
    s->names_count = names.count;
    s->names = names.count > 0 ? mem_zalloc(names.count, sizeof *s->names) : NULL;
    for (size_t i = 0; i < names.count; i++) {
        s->names[i].name = names.items[i];
    }
    free(names.items);
}

static int append(struct plan *p, struct signal signal)
{
    find_names(&signal);
    signal.said = signal.source.expr;
    signal.scoped[0] = set_scope(p, &signal.source);
    p->signals = mem_resize(p->signals, p->signals_count + 1, sizeof *p->signals);
    p->signals[p->signals_count] = signal;
    return (int)p->signals_count++;
}

static int append_parts(struct plan *p, enum signal_kind kind)
{
    int first = (int)p->signals_count;
    bool deep = signal_types[kind].asked == SIGNAL_ASKED_DEEP;
    for (size_t left = parts_needed(p, kind); left > 0; left--) {
        append(p, (struct signal){.kind = kind, .stage = -1, .deep = deep});
    }
    return first;
}

static int add_signal(struct plan *p, enum signal_kind kind, int stage, struct metric_config source)
{
    if (!source.metric && !source.expr) {
        return -1;
    }
    return append(p, (struct signal){.kind = kind, .stage = stage, .source = source});
}

static int add_pool_signal(struct plan *p, int stage, const struct saturation_config *pool)
{
    int signal = append(p, (struct signal){.kind = SIGNAL_SATURATION,
                               .stage = stage,
                               .source = pool->used,
                               .limit = pool->limit,
                               .what = pool->name,
                               .full = pool->full});
    p->signals[signal].scoped[1] = set_scope(p, &p->signals[signal].limit);
    return signal;
}

// What has a base name is there when its count is.
static int add_declared(struct plan *p, int stage, const struct declared_config *c)
{
    bool base = signal_has_base(c->form);
    return append(p, (struct signal){.kind = c->kind,
                         .stage = stage,
                         .source = base ? c->limit : c->source,
                         .limit = base ? (struct metric_config){0} : c->limit,
                         .declared = c});
}

static char *instances_of(const struct plan *p, const char *pod_label)
{
    struct str s;
    str_init(&s);
    if (pod_label) {
        name_add_label(&s, pod_label);
        str_add(&s, ", ");
    }
    if (p->pod_label) {
        name_add_label(&s, p->pod_label);
    } else {
        str_add(&s, labels_by_instance);
    }
    return str_take(&s);
}

static struct stage *add_stage(struct plan *p, const char *name, const char *pod_label, int parent)
{
    check(p->stages_count < PLAN_STAGES_MAX);
    p->stages = mem_resize(p->stages, p->stages_count + 1, sizeof *p->stages);
    struct stage *s = &p->stages[p->stages_count++];
    *s = (struct stage){.name = mem_strdup(name),
        .pod_label = pod_label,
        .instances = instances_of(p, pod_label),
        .parent = parent,
        .depth = parent < 0 ? 0 : p->stages[parent].depth + 1,
        .last_signal = -1,
        .errors_signal = -1,
        .requests_signal = -1,
        .requests_named = -1,
        .pods_signal = -1,
        .pod_errors_signal = -1,
        .starts_signal = -1,
        .restarts_signal = -1,
        .rollouts_signal = -1};
    return s;
}

static void set_latency(struct stage *s, const struct metric_config *latency, double to_seconds)
{
    if (!latency->metric && !latency->expr) {
        s->metric = mem_strdup(s->name);
        s->kind = LATENCY_NONE;
        s->to_seconds = 1;
    } else if (latency->metric) {
        s->metric = name_of(latency->metric);
        s->latency = mem_strdup(latency->metric);
        s->count = latency->count;
        s->to_seconds = to_seconds > 0 ? to_seconds : unit_of(s->metric);
        s->unit_guessed = !(to_seconds > 0) && !(metric_key_unit_of(s->metric) > 0);
    } else {
        s->metric = mem_strdup(s->name);
        s->kind = LATENCY_VALUE;
        s->to_seconds = to_seconds > 0 ? to_seconds : 1;
    }
}

// Whether the expression of S is about a metric of seconds.
static bool names_seconds(const struct signal *s)
{
    bool any = false;
    for (size_t i = 0; i < s->names_count; i++) {
        double unit = metric_key_unit_of(s->names[i].name);
        any = any || (unit >= 1 && unit <= 1);
    }
    return any;
}

static void add_configured(struct plan *p, const struct stage_config *c, int parent)
{
    struct stage *s = add_stage(p, c->name, c->pod_label, parent);
    int index = (int)p->stages_count - 1;
    s->place = c->place;
    s->linked = c->linked;
    s->separate = c->separate;
    double to_seconds = c->latency.to_seconds > 0 ? c->latency.to_seconds : c->to_seconds;
    set_latency(s, &c->latency, to_seconds);
    s->slo_p95_s = c->slo_p95_s;
    s->slo_errors = c->slo_errors;
    s->latency_signal =
        append(p, (struct signal){.kind = SIGNAL_LATENCY, .stage = index, .source = c->latency});
    s->unit_guessed = s->unit_guessed || (s->kind == LATENCY_VALUE && !(to_seconds > 0) &&
                                             !names_seconds(&p->signals[s->latency_signal]));
    s->errors_signal = add_signal(p, SIGNAL_ERRORS, index, c->errors);
    s->requests_named = add_signal(p, SIGNAL_REQUESTS, index, c->requests);
    s->requests_signal = s->requests_named;
    s->saturation_first = (int)p->signals_count;
    for (size_t i = 0; i < c->saturation_count; i++) {
        add_pool_signal(p, index, &c->saturation[i]);
        s->saturation_count++;
    }
    s->declared_first = (int)p->signals_count;
    for (size_t i = 0; i < c->declared_count; i++) {
        add_declared(p, index, &c->declared[i]);
        s->declared_count++;
    }
    for (size_t i = 0; i < c->children_count; i++) {
        add_configured(p, &c->children[i], index);
    }
}

/** The stage that VALUE of the label makes. */
static struct stage_config labelled(const struct stages_by_label_config *c, const char *value)
{
    struct str matcher;
    str_init(&matcher);
    matchers_add_equal(&matcher, c->label, value);
    struct stage_config one = stages_narrowed(&c->each, value, matcher.text);
    one.latency.metric = mem_strdup(c->latency);
    metric_key_narrow(&one.latency.metric, matcher.text);
    one.to_seconds = c->to_seconds;
    str_finish(&matcher);
    return one;
}

static void add_labelled(struct plan *p, const struct stages_by_label_config *c, const char *value)
{
    struct stage_list *all = &p->labelled;
    struct stage_config one = labelled(c, value);
    if (p->stages_count + stages_count(&(struct stage_list){&one, 1}) > PLAN_STAGES_MAX) {
        stages_finish_one(&one);
        p->stages_more++;
        return;
    }
    size_t first = p->stages_count;
    all->items = mem_resize(all->items, all->count + 1, sizeof *all->items);
    all->items[all->count++] = one;
    add_configured(p, &one, -1);
    for (size_t i = first; i < p->stages_count; i++) {
        p->stages[i].by_label = true;
    }
}

void plan_init(
    struct plan *p, const struct config *config, const char *const *label_values, size_t count)
{
    *p = (struct plan){.tool_label = config->tools.label ? config->tools.label : "tool",
        .selector = config->selector,
        .pod_label = config->pod_label,
        .stages_metric = config->by_label.latency,
        .stages_label = config->by_label.label};
    for (size_t i = 0; i < config->stages_count; i++) {
        add_configured(p, &config->stages[i], -1);
    }
    for (size_t i = 0; config->by_label.latency && i < count; i++) {
        if (plan_find_stage(p, label_values[i]) >= 0) {
            continue;
        }
        add_labelled(p, &config->by_label, label_values[i]);
    }
    p->tool_calls = add_signal(p, SIGNAL_CALLS, -1, config->tools.calls);
    p->tool_errors = add_signal(p, SIGNAL_TOOL_ERRORS, -1, config->tools.errors);
    p->tool_latency =
        config->tools.latency.source.metric ? add_declared(p, -1, &config->tools.latency) : -1;
    for (size_t i = 0; i < p->stages_count; i++) {
        depth_add(p, (int)i);
    }
    p->last = append_parts(p, SIGNAL_LAST);
    p->conduct = append_parts(p, SIGNAL_CONDUCT);
    p->mixed = append_parts(p, SIGNAL_MIXED);
    p->targets = append_parts(p, SIGNAL_TARGETS);
    p->replicas = append_parts(p, SIGNAL_REPLICAS);
    p->places = append_parts(p, SIGNAL_PLACES);
    struct scope scope = scope_of(config);
    plan_set_times(p, config, &scope, 0);
}

void plan_renew(
    struct plan *p, const struct config *config, const char *const *label_values, size_t count)
{
    struct pipeline own = p->pipeline;
    p->pipeline = (struct pipeline){0};
    plan_finish(p);
    plan_init(p, config, label_values, count);
    p->pipeline = own;
}

void plan_finish(struct plan *p)
{
    for (size_t i = 0; i < p->stages_count; i++) {
        free(p->stages[i].name);
        free(p->stages[i].metric);
        free(p->stages[i].latency);
        free(p->stages[i].requests);
        free(p->stages[i].instances);
    }
    for (size_t i = 0; i < p->signals_count; i++) {
        plan_unwrite(&p->signals[i]);
        free(p->signals[i].scoped[0]);
        free(p->signals[i].scoped[1]);
        for (size_t k = 0; k < p->signals[i].names_count; k++) {
            free(p->signals[i].names[k].name);
        }
        free(p->signals[i].names);
    }
    free(p->stages);
    free(p->signals);
    stages_finish(&p->labelled);
    pipeline_finish(&p->pipeline);
    *p = (struct plan){0};
}

void plan_set_times(
    struct plan *p, const struct config *config, const struct scope *scope, int64_t scrape_ms)
{
    bool known = scrape_ms > 0;
    scrape_ms = known ? scrape_ms : SCRAPE_DEFAULT_MS;
    int64_t window = 4 * scrape_ms > WINDOW_LEAST_MS ? 4 * scrape_ms : WINDOW_LEAST_MS;
    p->base_window_ms = scope->window_ms ? scope->window_ms : window;
    p->window_ms = p->base_window_ms;
    p->refresh_ms = config->refresh_ms ? config->refresh_ms : scrape_ms;
    p->stale_ms = known ? 3 * scrape_ms + LATE_MS : p->base_window_ms / 2;
    p->late_ms = known ? scrape_ms + LATE_MS : p->base_window_ms / 2;
}
