#include "config/metrics.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/latency_key.h"
#include "config/limits.h"
#include "config/stages.h"
#include "promql/matchers.h"

/** A limit may be a plain number: `limit: 100`. */
static bool read_limit(
    struct reading *r, const char *text, const char *expr, struct saturation_config *out)
{
    char *end = NULL;
    double number = text && strspn(text, "0123456789.") > 0 ? strtod(text, &end) : 0;
    if (!end || *end) {
        return reading_metric(r, "limit", text, expr, &out->limit);
    }
    out->limit.number = number;
    str_setf(&r->reason, "not a limit; it must be more than 0");
    return (number > 0 && number < 1e15) || reading_reject(r, "limit", text);
}

/** What is a share already has no limit. */
static bool read_ratio(struct reading *r, const struct yaml_saturation *y, const char *expr,
    struct saturation_config *out)
{
    bool percent = y->unit && strcmp(y->unit, "percent") == 0;
    out->full = y->ratio || expr ? (percent ? 100 : 1) : 0;
    if (!(out->full > 0)) {
        return !y->unit || reading_fail(r, "unit", "'unit' is for a ratio; a count has none");
    }
    if (out->used.metric || out->used.expr || y->limit || out->limit.expr) {
        return reading_fail(r, "", "'ratio' is used / limit already; keep it, or the two of them");
    }
    str_setf(&r->reason, "not a unit of a share; use ratio or percent");
    return (!y->unit || percent || strcmp(y->unit, "ratio") == 0 ||
               reading_reject(r, "unit", y->unit)) &&
           reading_metric(r, "ratio", y->ratio, expr, &out->used);
}

static bool read_saturation(
    struct reading *r, const struct yaml_saturation *y, struct saturation_config *out)
{
    const struct yaml_saturation_expr none = {0};
    const struct yaml_saturation_expr *expr = y->expr ? y->expr : &none;
    if (!reading_name(r, "name", y->name, &out->name) ||
        !reading_metric(r, "used", y->used, expr->used, &out->used) ||
        !read_limit(r, y->limit, expr->limit, out) || !read_ratio(r, y, expr->ratio, out)) {
        return false;
    }
    if (!out->name) {
        return reading_fail(r, "", "a saturation has no name; say what runs out: connections");
    }
    if (!out->used.metric && !out->used.expr) {
        return reading_fail(r, "",
            "saturation '%s' does not say what is used; name its metric under 'used', or under "
            "'ratio' where it is a share",
            out->name);
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
    bool bare = y->p95 && strspn(y->p95, "0123456789.") == strlen(y->p95);
    str_setf(&r->reason, "without a unit; use %.20sms or %.20ss", bare ? y->p95 : "",
        bare ? y->p95 : "");
    bool good = (!bare || reading_reject(r, "p95", y->p95)) &&
                reading_duration(r, "p95", y->p95, &value_slo_range, &p95_ms) &&
                reading_ratio(r, "errors", y->errors, &out->slo_errors);
    out->slo_p95_s = (double)p95_ms / 1000;
    reading_leave(r, mark);
    return good;
}

static bool read_stages(struct reading *r, const char *list, const struct yaml_stage *yaml,
    size_t count, struct stage_list *out);

/** What is under `expr` has to be a number per second: of a share nobody could tell how many. */
static bool check_rate(struct reading *r, const char *key, const char *expr)
{
    if (!expr || !matchers_divides(expr)) {
        return true;
    }
    size_t mark = reading_enter(r, "expr");
    reading_fail(r, key,
        "'%s' is a number per second, such as sum(rate(NAME[5m])), but this divides one number by "
        "another; give what stands before the '/' alone",
        key);
    reading_leave(r, mark);
    return false;
}

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
    if (!latency_read(r, expr->latency, y->unit, &out->latency, &out->to_seconds) ||
        !reading_metric(r, "errors", y->errors, expr->errors, &out->errors) ||
        !reading_metric(r, "requests", y->requests, expr->requests, &out->requests) ||
        !check_rate(r, "errors", expr->errors) || !check_rate(r, "requests", expr->requests) ||
        !reading_unit(r, "unit", y->unit, &out->to_seconds)) {
        return false;
    }
    if (!out->latency.metric && !out->latency.expr) {
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
        !reading_metric(r, "errors", y->errors, expr->errors, &c->tools.errors) ||
        !check_rate(r, "calls", expr->calls) || !check_rate(r, "errors", expr->errors)) {
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
    return good && reading_label(r, "pod_label", y->pod_label, &c->pod_label);
}
