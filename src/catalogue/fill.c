#include "catalogue/fill.h"

#include <stdlib.h>

#include "base/mem.h"
#include "config/metric_key.h"
#include "config/signal_keys.h"
#include "config/stages.h"

static void take_pools(
    const struct pick_place *place, const struct stage_config *template, struct stage_config *out)
{
    out->saturation = mem_zalloc(template->saturation_count + 1, sizeof *out->saturation);
    for (size_t i = 0; i < template->saturation_count; i++) {
        const struct saturation_config *from = &template->saturation[i];
        struct saturation_config pool = {.full = from->full};
        bool bounded = from->limit.metric || from->limit.expr || from->limit.number > 0;
        bool good = pick_metric(place, &from->used, PICK_PLAIN, &pool.used) &&
                    (!bounded || pick_metric(place, &from->limit, PICK_PLAIN, &pool.limit));
        if (good) {
            pool.name = mem_strdup(from->name);
            out->saturation[out->saturation_count++] = pool;
        } else {
            stages_finish_metric(&pool.used);
        }
    }
}

bool fill_declared(const struct pick_place *place, const struct declared_config *template,
    struct declared_config *out)
{
    struct declared_config its = *template;
    bool base = signal_has_base(template->form);
    const char *second;
    signal_form_key(template->form, &second);
    its.source = its.limit = (struct metric_config){0};
    bool good =
        pick_metric(place, &template->source, base ? PICK_LATENCY : PICK_PLAIN, &its.source) &&
        (!second || pick_metric(place, &template->limit, PICK_PLAIN, &its.limit));
    if (!good) {
        stages_finish_metric(&its.source);
        return false;
    }
    if (base) {
        its.limit.metric = signal_count_of(its.source.metric);
    }
    if (template->form == SIGNAL_FORM_LATENCY) {
        its.factor = signal_factor_of(&its.source);
    }
    *out = its;
    return true;
}

static void take_declared(
    const struct pick_place *place, const struct stage_config *template, struct stage_config *out)
{
    out->declared = mem_zalloc(template->declared_count + 1, sizeof *out->declared);
    for (size_t i = 0; i < template->declared_count; i++) {
        out->declared_count +=
            fill_declared(place, &template->declared[i], &out->declared[out->declared_count]);
    }
}

struct fill_part fill_narrow(const struct pick_place *whole, const char *matchers)
{
    struct fill_part part = {.place = *whole};
    struct str s;
    bool both = whole->matchers && *whole->matchers && matchers && *matchers;
    str_init(&s);
    str_addf(&s, "%s%s%s", whole->matchers ? whole->matchers : "", both ? "," : "",
        matchers ? matchers : "");
    part.place.matchers = part.matchers = str_take(&s);
    part.place.selector = part.selector = pick_selector(part.matchers);
    return part;
}

void fill_part_finish(struct fill_part *part)
{
    pick_free(part->selector);
    free(part->matchers);
}

static void take_children(
    const struct pick_place *place, const struct stage_config *template, struct stage_config *out);

bool fill_stage(
    const struct pick_place *place, const struct stage_config *template, struct stage_config *out)
{
    *out = (struct stage_config){.role = template->role,
        .to_seconds = template->to_seconds,
        .slo_p95_s = template->slo_p95_s,
        .slo_errors = template->slo_errors,
        .linked = template->linked,
        .separate = template->separate};
    out->pod_label = template->pod_label ? mem_strdup(template->pod_label) : NULL;
    pick_metric(place, &template->latency, PICK_LATENCY, &out->latency);
    metric_key_say_unit(out->latency.older, template->to_seconds);
    pick_metric(place, &template->errors, PICK_PLAIN, &out->errors);
    pick_metric(place, &template->requests, PICK_PLAIN, &out->requests);
    take_pools(place, template, out);
    take_declared(place, template, out);
    if (!stages_can_judge(out)) {
        stages_finish_one(out);
        *out = (struct stage_config){0};
        return false;
    }
    out->name = mem_strdup(template->name);
    take_children(place, template, out);
    return true;
}

static void take_children(
    const struct pick_place *place, const struct stage_config *template, struct stage_config *out)
{
    out->children = mem_zalloc(template->children_count + 1, sizeof *out->children);
    for (size_t i = 0; i < template->children_count; i++) {
        struct fill_part at = fill_narrow(place, template->children[i].when);
        out->children_count +=
            fill_stage(&at.place, &template->children[i], &out->children[out->children_count]);
        fill_part_finish(&at);
    }
}
