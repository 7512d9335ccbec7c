#include "config/stage_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "config/limits.h"
#include "config/metric_key.h"
#include "config/profile.h"
#include "config/signal_keys.h"
#include "config/stages.h"
#include "config/types.h"
#include "promql/matchers.h"
#include "promql/name.h"

static const char *const stage_keys[] = {
#define STAGE_KEY(key, text) key,
#include "config/stage_key.def"
    NULL};
static const char *const template_keys[] = {
#define STAGE_KEY(key, text) key,
#define TEMPLATE_KEY(key, text) key,
#include "config/stage_key.def"
    NULL};
static const char *const stage_expr_keys[] = {
#define STAGE_EXPR_KEY(key, text) key,
#include "config/stage_key.def"
    NULL};
static const char *const slo_keys[] = {
#define SLO_KEY(key, text) key,
#include "config/stage_key.def"
    NULL};
static const char *const saturation_keys[] = {
#define SATURATION_KEY(key, text) key,
#include "config/stage_key.def"
    NULL};
static const char *const saturation_expr_keys[] = {
#define SATURATION_EXPR_KEY(key, text) key,
#include "config/stage_key.def"
    NULL};
static const char *const by_label_keys[] = {
#define BY_LABEL_KEY(key, text) key,
#include "config/stage_key.def"
    NULL};
static const char *const tools_keys[] = {
#define TOOLS_KEY(key, text) key,
#include "config/stage_key.def"
    NULL};
static const char *const tools_expr_keys[] = {
#define TOOLS_EXPR_KEY(key, text) key,
#include "config/stage_key.def"
    NULL};

const char *const stage_keys_top[] = {"stages", "stages_by_label", "tools", "pod_label", NULL};

/** Sets *OUT to the mapping under KEY of MAPPING, which has none but KEYS; NULL: there is none. */
static bool get_mapping(const struct reader *r, const yaml_node_t *mapping, const char *key,
    const char *const *keys, const yaml_node_t **out)
{
    char label[32];
    snprintf(label, sizeof label, "'%s'", key);
    *out = reader_get(r, mapping, key);
    return !*out || reader_mapping(r, *out, label, keys);
}

// --- saturation

static const char *const share_units[] = {"ratio", "percent", NULL};

/** What is a share already has no limit. */
static bool read_ratio(const struct reader *r, const yaml_node_t *node, const yaml_node_t *expr,
    struct saturation_config *out)
{
    static const struct value_type type_share_unit = {
        .read = value_choice, .names = share_units, .refusal = N_("not a unit of a share; use %s")};
    const yaml_node_t *unit = reader_get(r, node, "unit");
    int percent = 0;
    if (!reader_get(r, node, "ratio") && !reader_get(r, expr, "ratio")) {
        return !unit || reader_fail(r, unit, _("'unit' is for 'ratio'; a count has none"));
    }
    if (out->used.metric || out->used.expr || reader_get(r, node, "limit") || out->limit.expr) {
        return reader_fail(
            r, node, _("'ratio' takes the place of 'used' and 'limit'; give one or the other"));
    }
    bool good = reader_value(r, node, "unit", &type_share_unit, &percent);
    out->full = percent ? 100 : 1;
    return good && metric_key_read(r, node, expr, "ratio", &out->used);
}

static bool read_saturation(
    const struct reader *r, const yaml_node_t *node, struct saturation_config *out)
{
    const yaml_node_t *expr;
    if (!reader_mapping(r, node, _("an entry of 'saturation'"), saturation_keys) ||
        !get_mapping(r, node, "expr", saturation_expr_keys, &expr) ||
        !reader_value(r, node, "name", &type_name, &out->name) ||
        !metric_key_read(r, node, expr, "used", &out->used) ||
        !metric_key_read_limit(r, node, expr, &out->limit) || !read_ratio(r, node, expr, out)) {
        return false;
    }
    if (!out->name) {
        return reader_fail(r, node,
            _("this entry of 'saturation' has no 'name'; say what can run out, such as name: "
              "connections"));
    }
    if (out->limit.number == 1) { // nobody counts what there is one of: a share, on each pod
        out->limit = (struct metric_config){0};
        out->full = 1;
    }
    return out->used.metric || out->used.expr ||
           reader_fail(r, node,
               _("saturation '%s' does not say what is used; name its metric under 'used', or a "
                 "share under 'ratio'"),
               out->name);
}

static bool read_saturations(
    const struct reader *r, const yaml_node_t *stage, struct stage_config *out)
{
    const yaml_node_t *list = reader_get(r, stage, "saturation");
    if (!list || !reader_list(r, list, "'saturation'", LIMIT_SATURATION)) {
        return !list;
    }
    bool good = true;
    out->saturation = mem_zalloc(reader_count(list), sizeof *out->saturation);
    for (size_t i = 0; good && i < reader_count(list); i++) {
        out->saturation_count = i + 1;
        good = read_saturation(r, reader_entry(r, list, i), &out->saturation[i]);
    }
    return good;
}

// --- stages

static bool read_slo(const struct reader *r, const yaml_node_t *stage, struct stage_config *out)
{
    const yaml_node_t *slo;
    int64_t p95_ms = 0;
    const yaml_node_t *own = reader_get(r, stage, "slo");
    const char *form = strchr(reader_text_of(own), '%') ? "{errors: *}" : "{p95: *}";
    bool good = (!own || reader_form(r, own, "slo", form)) &&
                get_mapping(r, stage, "slo", slo_keys, &slo) &&
                reader_value(r, slo, "p95", &type_slo, &p95_ms) &&
                reader_value(r, slo, "errors", &value_a_share, &out->slo_errors);
    out->slo_p95_s = (double)p95_ms / 1000;
    return good;
}

bool stage_keys_read_role(const struct reader *r, const yaml_node_t *mapping, enum stage_role *out)
{
    int role = (int)*out;
    bool good = reader_value(r, mapping, "role", &type_role, &role);
    *out = (enum stage_role)role;
    return good;
}

// `when: {label: regular expression}` as matchers
static bool read_when(const struct reader *r, const yaml_node_t *stage, char **out)
{
    const yaml_node_t *when = reader_get(r, stage, "when");
    struct str s;
    if (!when || !reader_mapping(r, when, "'when'", NULL)) {
        return !when;
    }
    bool good = true;
    str_init(&s);
    for (size_t i = 0; good && i < reader_count(when); i++) {
        const yaml_node_t *key = reader_key(r, when, i), *value = reader_pair(r, when, i);
        struct str label;
        str_init(&label);
        good = reader_is_text(r, value, _("an entry of 'when'"), READER_TEXT_BYTES) &&
               (matchers_add_label(&label, reader_text_of(key)) ||
                   reader_fail(r, key, _("'%s' is not a label name"), reader_text_of(key)));
        str_add(&s, i ? "," : "");
        name_add_label(&s, label.text);
        str_add(&s, "=~");
        str_finish(&label);
        str_add_quoted(&s, reader_text_of(value));
    }
    *out = good && s.len > 0 ? mem_strdup(s.text) : NULL;
    str_finish(&s);
    return good;
}

static bool read_template(const struct reader *r, const yaml_node_t *node, struct stage_config *out)
{
    return stage_keys_read_role(r, node, &out->role) &&
           reader_value(r, node, "by", &type_label, &out->by) && read_when(r, node, &out->when);
}

static bool read_stage(const struct reader *r, const yaml_node_t *node, const char *label,
    bool template, struct stage_config *out)
{
    const yaml_node_t *expr;
    if (!reader_mapping(r, node, label, template ? template_keys : stage_keys) ||
        !get_mapping(r, node, "expr", stage_expr_keys, &expr) ||
        !reader_value(r, node, "name", &type_name, &out->name)) {
        return false;
    }
    if (!out->name) {
        return reader_fail(r, node, _("a stage has no name; add name: NAME"));
    }
    if (!metric_key_read_latency(r, node, expr, &out->latency, &out->to_seconds) ||
        !metric_key_read_rate(r, node, expr, "errors", &out->errors) ||
        !metric_key_read_rate(r, node, expr, "requests", &out->requests)) {
        return false;
    }
    struct stage_list children = {0};
    bool good = (!template || read_template(r, node, out)) &&
                reader_value(r, node, "pod", &type_label, &out->pod_label) &&
                reader_value(r, node, "assumed", &value_a_flag, &out->linked) &&
                reader_value(r, node, "separate", &value_a_flag, &out->separate) &&
                read_slo(r, node, out) && read_saturations(r, node, out) &&
                signal_keys_read(r, node, out);
    if (good && !stages_can_judge(out)) {
        return reader_fail(r, node,
            _("stage '%s' has no latency; name its metric, or an expression under 'expr', or else "
              "its 'requests', 'saturation' or 'signals'"),
            out->name);
    }
    good = good && stage_keys_read(r, node, "children", template, &children);
    out->children = children.items;
    out->children_count = children.count;
    return good;
}

bool stage_keys_read(const struct reader *r, const yaml_node_t *mapping, const char *key,
    bool template, struct stage_list *out)
{
    char label[24], entry[96];
    const yaml_node_t *list = reader_get(r, mapping, key);
    snprintf(label, sizeof label, "'%s'", key);
    snprintf(entry, sizeof entry, _("an entry of %s"), label);
    if (!list || !reader_list(r, list, label, LIMIT_STAGES)) {
        return !list;
    }
    bool good = true;
    out->items = mem_zalloc(reader_count(list), sizeof *out->items);
    for (size_t i = 0; good && i < reader_count(list); i++) {
        out->count = i + 1;
        const yaml_node_t *node = reader_entry(r, list, i);
        good = read_stage(r, node, entry, template, &out->items[i]);
        const struct stage_config *one = &out->items[i];
        if (good && (one->linked || one->separate) && strcmp(key, "children") != 0) {
            const char *about = one->linked ? "assumed" : "separate";
            good = reader_fail(r, reader_get(r, node, about),
                _("'%s' is about the stage above, and '%s' has none; remove it"), about, one->name);
        }
    }
    return good;
}

/** The name of the last stage in LIST, or below it, that is called NAME; NULL: none is. */
static const yaml_node_t *find_name(
    const struct reader *r, const yaml_node_t *list, const char *name)
{
    for (size_t i = reader_count(list); i-- > 0;) {
        const yaml_node_t *stage = reader_entry(r, list, i);
        const yaml_node_t *found = find_name(r, reader_get(r, stage, "children"), name);
        const yaml_node_t *own = reader_get(r, stage, "name");
        if (found || strcmp(reader_text_of(own), name) == 0) {
            return found ? found : own;
        }
    }
    return NULL;
}

static bool check_size(
    const struct reader *r, const yaml_node_t *node, const struct stage_list *list)
{
    if (stages_count(list) > LIMIT_STAGES) {
        return reader_fail(r, node, _("too many stages; at most %d"), LIMIT_STAGES);
    }
    if (stages_depth(list) > LIMIT_STAGE_DEPTH) {
        return reader_fail(
            r, node, _("stages are nested too deeply; at most %d levels"), LIMIT_STAGE_DEPTH);
    }
    return true;
}

/** Puts MORE, of the list NODE, into ALL; a name that two stages have is refused. */
static bool merge_stages(const struct reader *r, const yaml_node_t *node, struct stage_list *all,
    struct stage_list *more)
{
    const char *name = stages_repeated(more);
    if (name) {
        return reader_fail(r, find_name(r, node, name),
            _("a stage called '%s' exists already in this file"), name);
    }
    stages_merge(all, more);
    name = stages_repeated(all);
    return name ? reader_fail(r, find_name(r, node, name),
                      _("a stage called '%s' exists already, from a profile; replace the stage it "
                        "is part of"),
                      name)
                : check_size(r, node, all);
}

static bool apply_stages(const struct reader *r, const yaml_node_t *mapping, struct config *c)
{
    const yaml_node_t *node = reader_get(r, mapping, "stages");
    struct stage_list more = {0}, all = {c->stages, c->stages_count};
    bool good = !node || (stage_keys_read(r, mapping, "stages", false, &more) &&
                             check_size(r, node, &more) && merge_stages(r, node, &all, &more));
    stages_finish(&more);
    c->stages = all.items;
    c->stages_count = all.count;
    return good;
}

// --- stages and tools by the values of a label

// What each stage has beside its latency.
static bool read_each(const struct reader *r, const yaml_node_t *node, struct stage_config *each)
{
    struct stage_list children = {0};
    stages_finish_one(each);
    bool good = metric_key_read_rate(r, node, NULL, "errors", &each->errors) &&
                read_slo(r, node, each) && stage_keys_read(r, node, "children", false, &children);
    each->children = children.items;
    each->children_count = children.count;
    bool plain =
        !each->errors.other && profile_stages_are_plain(each->children, each->children_count);
    return good && (plain || reader_fail(r, node,
                                 _("in 'stages_by_label' a metric has one name; give one of "
                                   "them")));
}

static bool apply_by_label(const struct reader *r, const yaml_node_t *mapping, struct config *c)
{
    const yaml_node_t *node;
    struct metric_config latency = {0};
    if (!get_mapping(r, mapping, "stages_by_label", by_label_keys, &node) || !node) {
        return !node;
    }
    if (!reader_get(r, node, "latency") || !reader_get(r, node, "label")) {
        return reader_fail(r, node, _("'stages_by_label' has no %s; it needs a metric and a label"),
            reader_get(r, node, "latency") ? "label" : "latency");
    }
    bool good = metric_key_read_base(r, node, NULL, "latency", &latency);
    free(c->by_label.latency);
    c->by_label.latency = latency.metric;
    c->by_label.to_seconds = 0;
    return good && reader_value(r, node, "label", &type_label, &c->by_label.label) &&
           reader_value(r, node, "unit", &type_unit, &c->by_label.to_seconds) &&
           read_each(r, node, &c->by_label.each);
}

bool stage_keys_read_tools(
    const struct reader *r, const yaml_node_t *mapping, struct tools_config *out)
{
    const yaml_node_t *node, *expr;
    if (!get_mapping(r, mapping, "tools", tools_keys, &node) || !node) {
        return !node;
    }
    stages_finish_tools(out);
    if (!get_mapping(r, node, "expr", tools_expr_keys, &expr) ||
        !metric_key_read_rate(r, node, expr, "calls", &out->calls) ||
        !metric_key_read_rate(r, node, expr, "errors", &out->errors) ||
        (reader_get(r, node, "latency") && !signal_keys_read_tools(r, node, &out->latency))) {
        return false;
    }
    bool has_calls = out->calls.metric || out->calls.expr;
    if (!has_calls || !reader_get(r, node, "label")) {
        return reader_fail(r, node, _("'tools' has no %s; it needs the calls and their label"),
            has_calls ? "label" : "calls");
    }
    return reader_value(r, node, "label", &type_label, &out->label);
}

bool stage_keys_apply(const struct reader *r, const yaml_node_t *mapping, struct config *c)
{
    return apply_stages(r, mapping, c) && apply_by_label(r, mapping, c) &&
           stage_keys_read_tools(r, mapping, &c->tools) &&
           reader_value(r, mapping, "pod_label", &type_label, &c->pod_label);
}
