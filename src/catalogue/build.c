#include "catalogue/build.h"

#include "base/mem.h"
#include "catalogue/account.h"
#include "catalogue/fill.h"
#include "catalogue/pick.h"
#include "catalogue/tree.h"
#include "config/signal_keys.h"
#include "promql/expr.h"

// ---- the question

static void add_metric(struct pick_query *q, const struct metric_config *first, bool latency)
{
    for (const struct metric_config *m = first; m; m = m->other) {
        struct name_list names = {0};
        if (m->expr) {
            expr_names(&names, m->expr);
        }
        for (size_t i = 0; i < names.count; i++) {
            pick_query_add_name(q, names.items[i], "");
        }
        names_finish(&names);
        pick_query_add_name(q, m->metric, "");
        pick_query_add_name(q, m->count, "");
        if (latency && !m->count) {
            pick_query_add_name(q, m->metric, "_count");
        }
    }
}

static void add_stages(struct pick_query *q, const struct stage_config *stages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct stage_config *s = &stages[i];
        pick_query_add_label(q, s->by);
        pick_query_add_labels(q, s->when);
        add_metric(q, &s->latency, true);
        add_metric(q, &s->errors, false);
        add_metric(q, &s->requests, false);
        for (size_t k = 0; k < s->saturation_count; k++) {
            add_metric(q, &s->saturation[k].used, false);
            add_metric(q, &s->saturation[k].limit, false);
        }
        for (size_t k = 0; k < s->declared_count; k++) {
            add_metric(q, &s->declared[k].source, signal_has_base(s->declared[k].form));
            add_metric(q, &s->declared[k].limit, false);
        }
        add_stages(q, s->children, s->children_count);
    }
}

static void add_edges(struct pick_query *q, const struct profile *p)
{
    for (size_t i = 0; i < p->edges_count; i++) {
        const struct edge_config *edge = &p->edges[i];
        pick_query_add_name(q, edge->metric, "");
        pick_query_add_name(q, edge->metric, "_count");
        pick_query_add_label(q, edge->from);
        pick_query_add_label(q, edge->to);
        pick_query_add_label(q, edge->from_namespace);
        pick_query_add_label(q, edge->to_namespace);
        pick_query_add_label(q, "service");
        pick_query_add_workload(q, tree_workload);
    }
}

bool build_add_query(struct str *s, const struct profile *profiles, size_t count,
    const char *selector, const char *rules, bool dotted)
{
    struct pick_query q;
    pick_query_init(&q, dotted ? PICK_EVERYTHING : PICK_CLASSIC);
    for (size_t i = 0; i < count; i++) {
        const struct profile *p = &profiles[i];
        pick_query_add_label(&q, p->by);
        pick_query_add_labels(&q, p->where);
        add_stages(&q, p->stages, p->stages_count);
        add_metric(&q, &p->tools.calls, false);
        add_metric(&q, &p->tools.errors, false);
        add_edges(&q, p);
        add_metric(&q, &p->tools.latency.source, true);
    }
    return pick_query_end(&q, selector, rules, s);
}

// ---- the tree

static bool fill_tools(
    const struct pick_place *place, const struct tools_config *from, struct tools_config *out)
{
    if (!from->label || !pick_metric(place, &from->calls, PICK_PLAIN, &out->calls)) {
        return false;
    }
    pick_metric(place, &from->errors, PICK_PLAIN, &out->errors);
    fill_declared(place, &from->latency, &out->latency);
    out->label = pick_label(place, &from->calls, from->label);
    return true;
}

// Two that count tools may count the same calls: they are not added up.
static void take_tools(const struct profile *p, const struct batch *rows, struct pipeline *out)
{
    const struct pick_place everywhere = {.rows = rows};
    struct fill_part at = fill_narrow(&everywhere, p->where);
    struct tools_config tools = {0};
    if (fill_tools(&at.place, &p->tools, &tools)) {
        names_push(&out->tools_of, p->title ? p->title : p->name ? p->name : "");
        struct tools_config before = out->tools;
        bool first = !before.label;
        out->tools = first ? tools : before;
        tools = first ? before : tools;
    }
    stages_finish_tools(&tools);
    fill_part_finish(&at);
}

bool build_take(
    const struct config *c, struct batch *rows, struct component_list *seen, struct pipeline *out)
{
    const struct profile *profiles = c->profiles;
    size_t count = c->profiles_count;
    struct tree all = {0};
    *out = (struct pipeline){0};
    pick_restore_labels(rows);
    for (size_t i = 0; i < count; i++) {
        const struct profile *p = &profiles[i];
        tree_add(&all, p, rows, seen);
    }
    // what calls tools knows all of them, and what serves them those that come to it
    for (size_t i = 0; i < 2 * count; i++) {
        const struct profile *p = &profiles[i % count];
        if ((p->role == STAGE_ROLE_TOOLS) == (i >= count)) {
            take_tools(p, rows, out);
        }
    }
    tree_drop(&all, seen);
    tree_sort(&all);
    tree_drop_strangers(&all, c, rows, seen, &out->notes);
    tree_name(&all);
    tree_link_given(&all, c->links, c->links_count, &out->notes);
    tree_link_measured(&all, profiles, count, rows);
    tree_link(&all);
    account_settle(seen, &all, profiles, count);
    tree_make(&all, out);
    return out->stages_count > 0 || out->tools.label;
}
