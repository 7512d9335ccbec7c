#include "export/pipeline_yaml.h"

#include <math.h>

#include "config/signal_keys.h"
#include "promql/name.h"

enum { INDENT = 2 };

static void add_line(struct str *s, int depth, const char *key)
{
    str_addf(s, "%*s%s: ", depth * INDENT, "", key);
}

static void add_name(struct str *s, const char *metric)
{
    struct str written;
    str_init(&written);
    name_add_written(&written, metric);
    str_add_single_quoted(s, written.text);
    str_finish(&written);
}

static void add_label(struct str *s, int depth, const char *key, const char *label)
{
    struct str written;
    str_init(&written);
    name_add_written_label(&written, label);
    add_line(s, depth, key);
    (*written.text == '"' ? str_add_single_quoted : str_add)(s, written.text);
    str_addc(s, '\n');
    str_finish(&written);
}

static void add_unit(struct str *s, double to_seconds)
{
    static const struct {
        const char *name;
        double to_seconds;
    } units[] = {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        double ratio = to_seconds / units[i].to_seconds;
        if (ratio > 0.999 && ratio < 1.001) {
            str_addf(s, ", unit: %s", units[i].name);
        }
    }
}

// A name, or a mapping where there is more to say.
static void add_source(struct str *s, const struct metric_config *m)
{
    static const char *const types[] = {[METRIC_UNSAID] = NULL,
        [METRIC_GAUGE] = "gauge",
        [METRIC_COUNTER] = NULL,
        [METRIC_HISTOGRAM] = "histogram",
        [METRIC_SUMMARY] = "summary"};
    if (!m->count && !m->older && !types[m->type] && !(m->to_seconds > 0)) {
        add_name(s, m->metric);
        return;
    }
    str_add(s, m->count ? "{sum: " : "{metric: ");
    add_name(s, m->metric);
    if (m->count) {
        str_add(s, ", count: ");
        add_name(s, m->count);
    }
    add_unit(s, m->to_seconds);
    str_addf(s, "%s%s", types[m->type] ? ", type: " : "", types[m->type] ? types[m->type] : "");
    for (const struct metric_config *was = m->older; was; was = was->older) {
        struct metric_config one = *was;
        one.older = NULL;
        str_add(s, was == m->older ? ", was: [" : ", ");
        add_source(s, &one);
    }
    str_add(s, m->older ? "]}" : "}");
}

static void add_latency(struct str *s, int depth, const struct metric_config *m)
{
    if (m->metric) {
        add_line(s, depth, "latency");
        add_source(s, m);
        str_addc(s, '\n');
    }
}

static void add_metric(struct str *s, int depth, const char *key, const struct metric_config *m)
{
    if (m->metric) {
        struct metric_config counted = {.metric = m->metric, .older = m->older};
        add_line(s, depth, key);
        add_source(s, &counted);
        str_addc(s, '\n');
    }
}

static void add_number(struct str *s, int depth, const char *key, double number)
{
    if (number > 0) {
        add_line(s, depth, key);
        str_addf(s, "%.15g\n", number);
    }
}

/** The two of A and B that are expressions, under `expr:`. */
static void add_exprs(struct str *s, int depth, const char *const *keys,
    const struct metric_config *const *metrics, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (metrics[i]->expr) {
            str_addf(s, "%*s%s", any ? 0 : depth * INDENT, "", any ? "" : "expr:\n");
            add_line(s, depth + 1, keys[i]);
            str_add_single_quoted(s, metrics[i]->expr);
            str_addc(s, '\n');
            any = true;
        }
    }
}

static void add_pool(struct str *s, int depth, const struct saturation_config *pool)
{
    static const char *const keys[] = {"used", "limit"}, *const ratio_keys[] = {"ratio", "limit"};
    const struct metric_config *const metrics[] = {&pool->used, &pool->limit};
    bool ratio = pool->full > 0;
    str_addf(s, "%*s- name: ", depth * INDENT, "");
    str_add_single_quoted(s, pool->name);
    str_addc(s, '\n');
    add_metric(s, depth + 1, ratio ? "ratio" : "used", &pool->used);
    add_metric(s, depth + 1, "limit", &pool->limit);
    add_number(s, depth + 1, "limit", pool->limit.number);
    if (ratio && pool->full > 1) {
        str_addf(s, "%*sunit: percent\n", (depth + 1) * INDENT, "");
    }
    add_exprs(s, depth + 1, ratio ? ratio_keys : keys, metrics, 2);
}

static void add_level(struct str *s, int depth, const char *key, double level)
{
    if (!isnan(level)) {
        add_line(s, depth, key);
        str_addf(s, "%.15g\n", level);
    }
}

static void add_declared(struct str *s, int depth, const struct declared_config *d)
{
    static const char *const ways[] = {[SIGNAL_BAD_NONE] = "none",
        [SIGNAL_BAD_UP] = "up",
        [SIGNAL_BAD_DOWN] = "down",
        [SIGNAL_BAD_EITHER] = "up"};
    const char *second, *key = signal_form_key(d->form, &second);
    str_addf(s, "%*s%s:\n", depth * INDENT, "", signal_types[d->kind].name);
    if (d->form == SIGNAL_FORM_LATENCY) {
        add_latency(s, depth + 1, &d->source);
    } else {
        add_metric(s, depth + 1, key, &d->source);
    }
    add_level(s, depth + 1, "warn", d->warn);
    add_level(s, depth + 1, "critical", d->critical);
    if (d->over != SIGNAL_OVER_DEFAULT) {
        add_line(s, depth + 1, "over");
        str_addf(s, "%s\n", signal_over_name(d->over));
    }
    if (d->bounded) {
        str_addf(s, "%*svalid: [%.15g, %.15g]\n", (depth + 1) * INDENT, "", d->low, d->high);
    }
    if (second) {
        add_metric(s, depth + 1, second, &d->limit);
        add_number(s, depth + 1, second, d->limit.number);
    }
    if (d->form != SIGNAL_FORM_LATENCY && d->factor < 1) {
        struct str unit;
        str_init(&unit);
        add_unit(&unit, d->factor);
        bool time = signal_types[d->kind].unit == SIGNAL_UNIT_SECONDS && unit.len > 2;
        str_addf(s, "%*s%s\n", (depth + 1) * INDENT, "", time ? unit.text + 2 : "unit: percent");
        str_finish(&unit);
    }
    add_number(s, depth + 1, "full", d->full);
    add_line(s, depth + 1, "bad");
    str_addf(s, "%s\n", ways[d->bad]);
}

static void add_slo(struct str *s, int depth, const struct stage_config *stage)
{
    bool both = stage->slo_p95_s > 0 && stage->slo_errors > 0;
    if (stage->slo_p95_s > 0 || stage->slo_errors > 0) {
        str_addf(s, "%*sslo: {", depth * INDENT, "");
        if (stage->slo_p95_s > 0) {
            str_addf(s, "p95: %.0fms%s", stage->slo_p95_s * 1000, both ? ", " : "");
        }
        if (stage->slo_errors > 0) {
            str_addf(s, "errors: %.15g%%", stage->slo_errors * 100);
        }
        str_add(s, "}\n");
    }
}

static void add_stage(struct str *s, int depth, const struct stage_config *stage)
{
    static const char *const keys[] = {"latency", "errors", "requests"};
    const struct metric_config *const metrics[] = {
        &stage->latency, &stage->errors, &stage->requests};
    str_addf(s, "%*s- name: ", depth * INDENT, "");
    str_add_single_quoted(s, stage->name);
    str_add(s, "\n");
    int in = depth + 1;
    if (stage->linked) {
        str_addf(s, "%*sassumed: true # where it belongs follows from its role alone\n",
            in * INDENT, "");
    }
    if (stage->separate) {
        str_addf(s, "%*sseparate: true # others may call it, too\n", in * INDENT, "");
    }
    add_latency(s, in, &stage->latency);
    if (stage->to_seconds > 0 && !(stage->latency.to_seconds > 0)) {
        struct str unit;
        str_init(&unit);
        add_unit(&unit, stage->to_seconds);
        str_addf(s, "%*s%s\n", in * INDENT, "", unit.len > 2 ? unit.text + 2 : "");
        str_finish(&unit);
    }
    add_metric(s, in, keys[1], &stage->errors);
    add_metric(s, in, keys[2], &stage->requests);
    add_exprs(s, in, keys, metrics, 3);
    if (stage->pod_label) {
        add_label(s, in, "pod", stage->pod_label);
    }
    add_slo(s, in, stage);
    if (stage->saturation_count > 0) {
        str_addf(s, "%*ssaturation:\n", in * INDENT, "");
    }
    for (size_t i = 0; i < stage->saturation_count; i++) {
        add_pool(s, in + 1, &stage->saturation[i]);
    }
    if (stage->declared_count > 0) {
        str_addf(s, "%*ssignals:\n", in * INDENT, "");
    }
    for (size_t i = 0; i < stage->declared_count; i++) {
        add_declared(s, in + 1, &stage->declared[i]);
    }
    if (stage->children_count > 0) {
        str_addf(s, "%*schildren:\n", in * INDENT, "");
    }
    for (size_t i = 0; i < stage->children_count; i++) {
        add_stage(s, in + 1, &stage->children[i]);
    }
}

void pipeline_add_yaml(struct str *s, const struct pipeline *p)
{
    static const char *const keys[] = {"calls", "errors"};
    const struct metric_config *const metrics[] = {&p->tools.calls, &p->tools.errors};
    str_add(s, p->stages_count > 0 ? "stages:\n" : "");
    for (size_t i = 0; i < p->stages_count; i++) {
        add_stage(s, 1, &p->stages[i]);
    }
    if (p->tools.label) {
        str_add(s, "tools:\n");
        add_metric(s, 1, keys[0], &p->tools.calls);
        add_metric(s, 1, keys[1], &p->tools.errors);
        add_latency(s, 1, &p->tools.latency.source);
        add_exprs(s, 1, keys, metrics, 2);
        add_label(s, 1, "label", p->tools.label);
    }
    if (p->pod_label) {
        add_label(s, 0, "pod_label", p->pod_label);
    }
}
