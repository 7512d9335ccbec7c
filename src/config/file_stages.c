#include "config/file.h"

#include "base/mem.h"

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
    bool good = file_read_stages(r, "children", y->children, y->children_count, &children);
    out->children = children.items;
    out->children_count = children.count;
    return good;
}

bool file_read_stages(struct reading *r, const char *list, const struct yaml_stage *yaml,
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
