#include "export/grafana.h"

#include <math.h>
#include <stdint.h>

#include "base/text.h"
#include "export/grafana_panel.h"
#include "export/put.h"
#include "plan/derived.h"
#include "promql/name.h"

enum { SCHEMA = 39, ROOTS_NAMED = 3 };

// --- variables

static cJSON *add_variable(cJSON *list, const char *name, const char *label, const char *type)
{
    cJSON *one = cJSON_CreateObject();
    cJSON_AddItemToArray(list, one);
    put_text(one, "name", name);
    put_text(one, "label", label);
    put_text(one, "type", type);
    put_number(one, "hide", 0);
    cJSON_AddArrayToObject(one, "options");
    return one;
}

static void put_chosen(cJSON *variable, const char *text, const char *value)
{
    cJSON *chosen = cJSON_AddObjectToObject(variable, "current");
    cJSON_AddBoolToObject(chosen, "selected", true);
    put_text(chosen, "text", text);
    put_text(chosen, "value", value);
}

static void put_variables(cJSON *root)
{
    cJSON *list = cJSON_AddArrayToObject(cJSON_AddObjectToObject(root, "templating"), "list");
    cJSON *source = add_variable(list, "datasource", _("Data source"), "datasource");
    put_chosen(source, "default", "default"); // Grafana's own word
    put_text(source, "query", "prometheus");
    put_text(source, "regex", "");
    put_number(source, "refresh", 1);
    cJSON_AddBoolToObject(source, "multi", false);
    cJSON_AddBoolToObject(source, "includeAll", false);
    cJSON *space = add_variable(list, "namespace", _("Namespace"), "query");
    put_chosen(space, "All", "$__all");
    grafana_put_source(space);
    cJSON *query = cJSON_AddObjectToObject(space, "query");
    put_text(query, "query", board_namespaces);
    put_text(query, "refId", "namespaces");
    put_text(space, "regex", "");
    put_text(space, "allValue", ".*");
    put_number(space, "refresh", 2);
    put_number(space, "sort", 1);
    cJSON_AddBoolToObject(space, "multi", true);
    cJSON_AddBoolToObject(space, "includeAll", true);
}

// --- charts

/** Adds the lines of PROMQL: now, and where PAST is set, a day and a week ago. */
static void add_lines(struct arena *a, struct grafana_panel *to, const struct plan *p,
    const char *promql, const char *label, bool past)
{
    const char *now = board_chart(a, p, promql, false);
    grafana_query(to, now, label ? arena_printf(a, "{{%s}}", label) : _("now"), false);
    if (past) {
        grafana_query(to, board_before(a, now, "1d"),
            label ? arena_printf(a, _("%s, 1 day ago"), arena_printf(a, "{{%s}}", label))
                  : _("1 day ago"),
            true);
        grafana_query(to, board_before(a, now, "1w"),
            label ? arena_printf(a, _("%s, 1 week ago"), arena_printf(a, "{{%s}}", label))
                  : _("1 week ago"),
            true);
    }
}

static const char *latency_title(struct arena *a, const struct stage *s)
{
    switch (s->kind) {
    case LATENCY_CLASSIC:
    case LATENCY_NATIVE:
    case LATENCY_QUANTILES: return arena_printf(a, _("%s: P95"), s->name);
    case LATENCY_MEAN:
    case LATENCY_PAIR: return arena_printf(a, _("%s: mean latency"), s->name);
    case LATENCY_VALUE:
    case LATENCY_COUNTER:
    case LATENCY_UNKNOWN:
    case LATENCY_ABSENT:
    case LATENCY_NONE: break;
    }
    return arena_printf(a, _("%s: latency"), s->name);
}

static void add_signal(struct arena *a, struct grafana_grid *g, const struct plan *p, int index)
{
    const struct signal *one = &p->signals[index];
    const char *what = one->what ? one->what : _(signal_types[one->kind].says);
    struct grafana_panel panel = {
        .title = arena_printf(a, "%s: %s", p->stages[one->stage].name, what), .level = NAN};
    const char *promql = board_signal(a, p, index, &panel.unit);
    bool each = !one->declared && panel.unit == BOARD_SHARE && one->source.metric;
    if (each) { // its instances, by whichever label tells them apart
        grafana_query(&panel, board_chart(a, p, promql, false), "__auto", false);
    } else {
        add_lines(a, &panel, p, promql, NULL, true);
    }
    grafana_chart(g, &panel);
}

static void add_stage(struct arena *a, struct grafana_grid *g, const struct plan *p, int index)
{
    const struct stage *s = &p->stages[index];
    grafana_row(g, s->name, s->parent >= 0 && !s->separate);
    struct grafana_panel latency = {.title = latency_title(a, s),
        .unit = BOARD_SECONDS,
        .level = s->slo_p95_s > 0 ? s->slo_p95_s : NAN};
    add_lines(a, &latency, p, board_latency(a, p, index), NULL, true);
    grafana_chart(g, &latency);
    struct grafana_panel errors = {.title = arena_printf(a, _("%s: failed requests"), s->name),
        .unit = BOARD_SHARE,
        .level = s->slo_errors > 0 ? s->slo_errors : NAN};
    add_lines(a, &errors, p, s->requests ? derived_errors(a, p, index) : NULL, NULL, true);
    grafana_chart(g, &errors);
    struct grafana_panel requests = {.title = arena_printf(a, _("%s: requests"), s->name),
        .unit = BOARD_PER_SECOND,
        .level = NAN};
    add_lines(a, &requests, p, s->requests, NULL, true);
    grafana_chart(g, &requests);
    for (int k = 0; k < s->saturation_count; k++) {
        add_signal(a, g, p, s->saturation_first + k);
    }
    for (int k = 0; k < s->declared_count; k++) {
        add_signal(a, g, p, s->declared_first + k);
    }
}

static void add_tools(struct arena *a, struct grafana_grid *g, const struct plan *p)
{
    if (p->tool_calls < 0 || !p->signals[p->tool_calls].shown) {
        return;
    }
    grafana_row(g, _("Tools"), false);
    struct grafana_panel calls = {.title = _("Tool calls"), .unit = BOARD_PER_SECOND, .level = NAN};
    add_lines(a, &calls, p, p->signals[p->tool_calls].shown, p->tool_label, true);
    grafana_chart(g, &calls);
    struct grafana_panel failing = {
        .title = _("Tool calls that fail"), .unit = BOARD_SHARE, .level = NAN};
    add_lines(a, &failing, p, p->tool_errors >= 0 ? derived_failing(a, p, NULL) : NULL, NULL, true);
    grafana_chart(g, &failing);
    struct grafana_panel latency = {
        .title = _("Tools: mean latency"), .unit = BOARD_SECONDS, .level = NAN};
    add_lines(a, &latency, p, p->tool_latency >= 0 ? p->signals[p->tool_latency].shown : NULL,
        p->tool_label, false);
    grafana_chart(g, &latency);
}

static void add_infra(struct arena *a, struct grafana_grid *g)
{
    grafana_row(g, _("Infrastructure"), true);
    for (size_t i = 0; i < board_infra_count; i++) {
        const struct board_infra *one = &board_infra[i];
        struct grafana_panel panel = {.title = _(one->title), .unit = one->unit, .level = NAN};
        grafana_query(&panel, one->expr, one->legend, false);
        grafana_query(&panel, one->limit,
            one->limit ? arena_printf(a, _("limit of %s"), one->legend) : NULL, true);
        grafana_chart(g, &panel);
    }
}

// --- the whole

static void add_overview(struct arena *a, struct grafana_grid *g, const struct plan *p)
{
    size_t left_out = 0;
    struct grafana_panel now = {.title = _("Latency now"), .unit = BOARD_SECONDS, .level = NAN};
    for (size_t i = 0; i < p->stages_count; i++) {
        const struct stage *s = &p->stages[i];
        if (s->parent < 0 || s->separate) {
            const char *promql = board_latency(a, p, (int)i);
            left_out += !grafana_query(&now, board_chart(a, p, promql, true), s->name, false);
        }
    }
    if (left_out > 0) {
        now.title = arena_printf(a,
            text_count("Latency now, without %.0f more stage",
                "Latency now, without %.0f more stages", (double)left_out),
            (double)left_out);
    }
    grafana_numbers(g, &now);
}

static const char *title_of(struct arena *a, const struct plan *p)
{
    const char *roots[ROOTS_NAMED + 1] = {0};
    size_t named = 0, others = 0;
    for (size_t i = 0; i < p->stages_count; i++) {
        if (p->stages[i].parent < 0 && named < ROOTS_NAMED) {
            roots[named++] = p->stages[i].name;
        } else {
            others += p->stages[i].parent < 0;
        }
    }
    return arena_printf(a, "ragtop: %s", names_some(a, roots, NAMES_AND, others));
}

// Dashboards of other stages or another selector are others; that of the same replaces its former.
static const char *uid_of(struct arena *a, const struct plan *p)
{
    uint64_t hash = 14695981039346656037u; // FNV-1a
    for (size_t i = 0; i <= p->stages_count; i++) {
        const char *text = i < p->stages_count ? p->stages[i].name : p->selector ? p->selector : "";
        for (const char *c = text;; c++) {
            hash = (hash ^ (unsigned char)*c) * 1099511628211u;
            if (!*c) {
                break;
            }
        }
    }
    return arena_printf(a, "ragtop-%016llx", (unsigned long long)hash);
}

static void put_head(struct arena *a, cJSON *root, const struct plan *p)
{
    put_text(root, "title", title_of(a, p));
    put_text(root, "uid", uid_of(a, p));
    cJSON_AddItemToArray(cJSON_AddArrayToObject(root, "tags"), cJSON_CreateString("ragtop"));
    put_number(root, "schemaVersion", SCHEMA);
    put_number(root, "version", 1);
    cJSON_AddBoolToObject(root, "editable", true);
    put_number(root, "graphTooltip", 1);
    put_text(root, "refresh", "30s");
    cJSON *time = cJSON_AddObjectToObject(root, "time");
    put_text(time, "from", "now-6h");
    put_text(time, "to", "now");
    put_text(root, "timezone", "browser");
    cJSON_AddArrayToObject(cJSON_AddObjectToObject(root, "annotations"), "list");
    cJSON_AddArrayToObject(root, "links");
}

void grafana_add(struct str *s, const struct plan *p)
{
    struct arena a = {0};
    cJSON *root = cJSON_CreateObject();
    put_head(&a, root, p);
    put_variables(root);
    struct grafana_grid grid = {.panels = cJSON_AddArrayToObject(root, "panels")};
    add_overview(&a, &grid, p);
    for (size_t i = 0; i < p->stages_count; i++) {
        add_stage(&a, &grid, p, (int)i);
    }
    add_tools(&a, &grid, p);
    add_infra(&a, &grid);
    put_document(s, root);
    arena_finish(&a);
}
