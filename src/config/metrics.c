#include "config/metrics.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/limits.h"
#include "config/stages.h"

static bool read_saturation(
    struct reading *r, const struct yaml_saturation *y, struct saturation_config *out)
{
    const struct yaml_saturation_expr none = {0};
    const struct yaml_saturation_expr *expr = y->expr ? y->expr : &none;
    if (!reading_name(r, "name", y->name, &out->name) ||
        !reading_metric(r, "used", y->used, expr->used, &out->used) ||
        !reading_metric(r, "limit", y->limit, expr->limit, &out->limit)) {
        return false;
    }
    if (!out->name) {
        return reading_fail(r, "", "a saturation has no name; say what runs out: connections");
    }
    if (!y->used && !expr->used) {
        return reading_fail(
            r, "", "saturation '%s' does not say what is used; name its metric", out->name);
    }
    return true;
}

static bool read_saturations(
    struct reading *r, const struct yaml_stage *y, struct stage_config *out)
{
    out->saturation = mem_zalloc(y->saturation_count, sizeof *out->saturation);
    bool good = true;
    for (size_t i = 0; good && i < y->saturation_count; i++) {
        out->saturation_count = i + 1;
        size_t mark = reading_enter(r, "saturation[%zu]", i);
        good = read_saturation(r, &y->saturation[i], &out->saturation[i]);
        reading_leave(r, mark);
    }
    return good;
}

static bool read_slo(struct reading *r, const struct yaml_slo *y, struct stage_config *out)
{
    int64_t p95_ms = 0;
    if (!y) {
        return true;
    }
    size_t mark = reading_enter(r, "slo");
    bool good = reading_duration(r, "p95", y->p95, &value_slo_range, &p95_ms) &&
                reading_ratio(r, "errors", y->errors, &out->slo_errors);
    out->slo_p95_s = (double)p95_ms / 1000;
    reading_leave(r, mark);
    return good;
}

static bool read_stages(struct reading *r, const char *list, const struct yaml_stage *yaml,
    size_t count, struct stage_list *out);

static bool read_stage(struct reading *r, const struct yaml_stage *y, struct stage_config *out)
{
    const struct yaml_stage_expr none = {0};
    const struct yaml_stage_expr *expr = y->expr ? y->expr : &none;
    if (!reading_name(r, "name", y->name, &out->name)) {
        return false;
    }
    if (!out->name) {
        return reading_fail(r, "", "a stage has no name");
    }
    if (!reading_metric(r, "latency", y->latency, expr->latency, &out->latency) ||
        !reading_check_base(r, "latency", out->latency.metric) ||
        !reading_metric(r, "errors", y->errors, expr->errors, &out->errors) ||
        !reading_metric(r, "requests", y->requests, expr->requests, &out->requests) ||
        !reading_unit(r, "unit", y->unit, &out->to_seconds)) {
        return false;
    }
    if (!y->latency && !expr->latency) {
        return reading_fail(r, "",
            "stage '%s' has no latency; name its metric, or an expression under 'expr'", out->name);
    }
    if (!read_slo(r, y->slo, out) || !read_saturations(r, y, out)) {
        return false;
    }
    struct stage_list children = {0};
    bool good = read_stages(r, "children", y->children, y->children_count, &children);
    out->children = children.items;
    out->children_count = children.count;
    return good;
}

/** Converts COUNT stages, which stand under the key LIST of the current mapping. */
static bool read_stages(struct reading *r, const char *list, const struct yaml_stage *yaml,
    size_t count, struct stage_list *out)
{
    out->items = mem_zalloc(count, sizeof *out->items);
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        out->count = i + 1;
        size_t mark = reading_enter(r, "%s[%zu]", list, i);
        good = read_stage(r, &yaml[i], &out->items[i]);
        reading_leave(r, mark);
    }
    return good;
}

static bool apply_by_label(struct reading *r, const struct yaml_by_label *y, struct config *c)
{
    struct metric_config latency = {0};
    c->by_label.to_seconds = 0;
    if (!reading_metric(r, "latency", y->latency, NULL, &latency)) {
        return false;
    }
    free(c->by_label.latency);
    c->by_label.latency = latency.metric;
    if (!y->latency || !y->label) {
        return reading_fail(r, "", "'stages_by_label' has no %s; it needs a metric and a label",
            y->latency ? "label" : "latency");
    }
    return reading_check_base(r, "latency", latency.metric) &&
           reading_label(r, "label", y->label, &c->by_label.label) &&
           reading_unit(r, "unit", y->unit, &c->by_label.to_seconds);
}

static bool apply_tools(struct reading *r, const struct yaml_tools *y, struct config *c)
{
    const struct yaml_tools_expr none = {0};
    const struct yaml_tools_expr *expr = y->expr ? y->expr : &none;
    stages_finish_metric(&c->tools.calls);
    stages_finish_metric(&c->tools.errors);
    if (!reading_metric(r, "calls", y->calls, expr->calls, &c->tools.calls) ||
        !reading_metric(r, "errors", y->errors, expr->errors, &c->tools.errors)) {
        return false;
    }
    if ((!y->calls && !expr->calls) || !y->label) {
        return reading_fail(r, "", "'tools' has no %s; it needs the calls and their label",
            y->label ? "calls" : "label");
    }
    return reading_label(r, "label", y->label, &c->tools.label);
}

/** Enters the last stage called NAME of COUNT stages under the key LIST; false: not there. */
static bool enter_stage(struct reading *r, const char *list, const struct yaml_stage *stages,
    size_t count, const char *name)
{
    for (size_t i = count; i-- > 0;) {
        const struct yaml_stage *s = &stages[i];
        size_t mark = reading_enter(r, "%s[%zu]", list, i);
        if (enter_stage(r, "children", s->children, s->children_count, name) ||
            strcmp(s->name, name) == 0) {
            return true;
        }
        reading_leave(r, mark);
    }
    return false;
}

static bool fail_repeated(
    struct reading *r, const struct yaml_metrics *y, const char *name, const char *where)
{
    enter_stage(r, "stages", y->stages, y->stages_count, name);
    return reading_fail(r, "name", "a stage called '%s' exists already%s", name, where);
}

static bool check_size(struct reading *r, const struct stage_list *list)
{
    if (stages_count(list) > LIMIT_STAGES) {
        return reading_fail(r, "stages", "too many stages; at most %d", LIMIT_STAGES);
    }
    if (stages_depth(list) > LIMIT_STAGE_DEPTH) {
        return reading_fail(
            r, "stages", "stages are nested too deeply; at most %d levels", LIMIT_STAGE_DEPTH);
    }
    return true;
}

static bool apply_stages(struct reading *r, const struct yaml_metrics *y, struct config *c)
{
    struct stage_list more = {0}, all = {c->stages, c->stages_count};
    bool good = read_stages(r, "stages", y->stages, y->stages_count, &more) && check_size(r, &more);
    const char *name = good ? stages_repeated(&more) : NULL;
    if (name) {
        good = fail_repeated(r, y, name, " in this file");
    }
    if (good) {
        stages_merge(&all, &more);
        name = stages_repeated(&all);
        good = name ? fail_repeated(r, y, name, ", from a profile; replace the stage it is part of")
                    : check_size(r, &all);
    }
    stages_finish(&more);
    c->stages = all.items;
    c->stages_count = all.count;
    return good;
}

bool metrics_apply(struct reading *r, const struct yaml_metrics *y, struct config *c)
{
    bool good = apply_stages(r, y, c);
    if (good && y->by_label) {
        size_t mark = reading_enter(r, "stages_by_label");
        good = apply_by_label(r, y->by_label, c);
        reading_leave(r, mark);
    }
    if (good && y->tools) {
        size_t mark = reading_enter(r, "tools");
        good = apply_tools(r, y->tools, c);
        reading_leave(r, mark);
    }
    return good;
}
