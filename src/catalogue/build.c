#include "catalogue/build.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalogue/account.h"
#include "catalogue/pick.h"
#include "catalogue/tree.h"
#include "config/limits.h"
#include "config/metric_key.h"
#include "config/signal_keys.h"
#include "config/stages.h"
#include "promql/expr.h"
#include "promql/matchers.h"

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

bool build_add_query(
    struct str *s, const struct profile *profiles, size_t count, const char *selector)
{
    struct pick_query q;
    pick_query_init(&q);
    for (size_t i = 0; i < count; i++) {
        const struct profile *p = &profiles[i];
        pick_query_add_label(&q, p->by);
        pick_query_add_labels(&q, p->where);
        add_stages(&q, p->stages, p->stages_count);
        add_metric(&q, &p->tools.calls, false);
        add_metric(&q, &p->tools.errors, false);
    }
    return pick_query_end(&q, selector, s);
}

// ---- one stage at one place

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

static void take_declared(
    const struct pick_place *place, const struct stage_config *template, struct stage_config *out)
{
    out->declared = mem_zalloc(template->declared_count + 1, sizeof *out->declared);
    for (size_t i = 0; i < template->declared_count; i++) {
        const struct declared_config *from = &template->declared[i];
        struct declared_config its = *from;
        bool base = signal_has_base(from->form);
        const char *second;
        signal_form_key(from->form, &second);
        its.source = its.limit = (struct metric_config){0};
        bool good =
            pick_metric(place, &from->source, base ? PICK_LATENCY : PICK_PLAIN, &its.source) &&
            (!second || pick_metric(place, &from->limit, PICK_PLAIN, &its.limit));
        if (!good) {
            stages_finish_metric(&its.source);
            continue;
        }
        if (base) {
            its.limit.metric = signal_count_of(its.source.metric);
        }
        if (from->form == SIGNAL_FORM_LATENCY) {
            its.factor = signal_factor_of(&its.source);
        }
        out->declared[out->declared_count++] = its;
    }
}

/** A place whose series are narrowed down; it owns by what. */
struct part {
    struct pick_place place;
    char *matchers;
    struct selector *selector;
};

static struct part part_of(const struct pick_place *whole, const char *matchers)
{
    struct part part = {.place = *whole};
    struct str s;
    bool both = whole->matchers && *whole->matchers && matchers && *matchers;
    str_init(&s);
    str_addf(&s, "%s%s%s", whole->matchers ? whole->matchers : "", both ? "," : "",
        matchers ? matchers : "");
    part.place.matchers = part.matchers = str_take(&s);
    part.place.selector = part.selector = pick_selector(part.matchers);
    return part;
}

static void part_finish(struct part *part)
{
    pick_free(part->selector);
    free(part->matchers);
}

static void take_children(
    const struct pick_place *place, const struct stage_config *template, struct stage_config *out);

/** Fills in TEMPLATE from what is at PLACE; false: nothing there tells how it fares. */
static bool take_stage(
    const struct pick_place *place, const struct stage_config *template, struct stage_config *out)
{
    *out = (struct stage_config){.role = template->role,
        .to_seconds = template->to_seconds,
        .slo_p95_s = template->slo_p95_s,
        .slo_errors = template->slo_errors};
    out->pod_label = template->pod_label ? mem_strdup(template->pod_label) : NULL;
    pick_metric(place, &template->latency, PICK_LATENCY, &out->latency);
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
        struct part at = part_of(place, template->children[i].when);
        out->children_count +=
            take_stage(&at.place, &template->children[i], &out->children[out->children_count]);
        part_finish(&at);
    }
}

// ---- where stages are

static const char *value_of(const struct labels *row, const char *label)
{
    const char *value = label ? labels_get(row, label) : NULL;
    return value ? value : "";
}

static const char *label_of(const struct profile *p, const struct stage_config *template)
{
    return template->by ? template->by : p->by;
}

static bool is_known(const struct tree *all, const struct stage_config *template,
    const char *namespace, const char *job, const char *value)
{
    bool is = false;
    for (size_t i = 0; !is && i < all->count; i++) {
        const struct node *one = &all->items[i];
        is = one->template == template && strcmp(one->namespace, namespace) == 0 &&
             strcmp(one->job, job) == 0 && strcmp(one->value, value) == 0;
    }
    return is;
}

/** Whether ROW, which is of the series of PLACE, is of the chain FIRST. */
static bool is_of(const struct pick_place *place, const struct metric_config *first, bool latency,
    const struct labels *row)
{
    bool does = false;
    for (const struct metric_config *m = first; !does && m; m = m->other) {
        struct name_list names = {0};
        if (m->expr) {
            expr_names(&names, m->expr);
        } else if (m->metric) {
            names_push(&names, m->metric);
        }
        for (size_t i = 0; !does && i < names.count; i++) {
            enum pick_use use = m->expr || !latency ? PICK_PLAIN
                                : m->count          ? PICK_COUNTER
                                                    : PICK_LATENCY;
            does = pick_is_row(place, names.items[i], use, row);
        }
        names_finish(&names);
    }
    return does;
}

/** What shows that a template is there: its latency, or what else tells how it fares. */
enum sign { SIGN_LATENCY, SIGN_OTHER };

static bool shows(const struct pick_place *place, const struct stage_config *template,
    enum sign sign, const struct labels *row)
{
    if (sign == SIGN_LATENCY) {
        return is_of(place, &template->latency, true, row);
    }
    bool does = is_of(place, &template->requests, false, row);
    for (size_t i = 0; !does && i < template->saturation_count; i++) {
        does = is_of(place, &template->saturation[i].used, false, row);
    }
    for (size_t i = 0; !does && i < template->declared_count; i++) {
        const struct declared_config *its = &template->declared[i];
        does = is_of(place, &its->source, its->form == SIGNAL_FORM_LATENCY, row);
    }
    return does;
}

static bool several_values(const struct pick_place *place, const struct stage_config *template,
    enum sign sign, const char *label)
{
    const char *first = NULL;
    bool several = false;
    for (size_t i = 0; !several && i < place->rows->count; i++) {
        const struct labels *row = &place->rows->series[i].labels;
        if (shows(place, template, sign, row)) {
            first = first ? first : value_of(row, label);
            several = strcmp(first, value_of(row, label)) != 0;
        }
    }
    return several;
}

static void push(struct tree *all, const struct node *one, struct component_list *seen)
{
    mem_grow(&all->items, all->count, &all->cap);
    all->items[all->count] = *one;
    all->items[all->count].component = account_place(seen, one->profile, one->namespace, one->job);
    all->count++;
}

// A stage with a label of its own keeps that.
static void name_pods(struct stage_config *s, const char *label)
{
    if (label && !s->pod_label) {
        s->pod_label = mem_strdup(label);
    }
    for (size_t i = 0; i < s->children_count; i++) {
        name_pods(&s->children[i], label);
    }
}

static void add_node(struct tree *all, const struct profile *p, const struct stage_config *template,
    const struct pick_place *place, enum sign sign, const struct labels *row,
    struct component_list *seen)
{
    const char *label = label_of(p, template);
    const char *namespace = value_of(row, "namespace"), *job = value_of(row, "job");
    const char *value = value_of(row, label);
    if (account_is_alone(seen, p, namespace) || is_known(all, template, namespace, job, value)) {
        return;
    }
    if (all->count >= LIMIT_STAGES) {
        seen->items[account_place(seen, p, namespace, job)].fate = COMPONENT_NO_ROOM;
        return;
    }
    struct str by;
    str_init(&by);
    if (label && *value && several_values(place, template, sign, label)) {
        matchers_add_equal(&by, label, value); // named as the application has it
    }
    struct part at = part_of(place, by.text);
    at.place.namespace = namespace;
    at.place.job = job;
    struct node one = {.profile = p,
        .template = template,
        .namespace = namespace,
        .job = job,
        .value = value,
        .parent = -1};
    if (take_stage(&at.place, template, &one.stage)) {
        one.stage.role = one.stage.role ? one.stage.role : p->role;
        name_pods(&one.stage, p->pod_label);
        push(all, &one, seen);
    }
    part_finish(&at);
    str_finish(&by);
}

// Of the user's own configuration every stage is meant, wherever it is.
static void add_anywhere(struct tree *all, const struct profile *p,
    const struct stage_config *template, const struct batch *rows, struct component_list *seen)
{
    const struct pick_place place = {.rows = rows};
    struct node one = {
        .profile = p, .template = template, .namespace = "", .job = "", .value = "", .parent = -1};
    if (all->count < LIMIT_STAGES && take_stage(&place, template, &one.stage)) {
        push(all, &one, seen);
    }
}

/** Whether ROW, which names none of the values that tell stages apart, is of a place that has some
 * among the first COUNT nodes. */
static bool is_summed_up(const struct tree *all, size_t count, const struct profile *p,
    const struct stage_config *template, const struct labels *row)
{
    bool is = false;
    for (size_t i = 0; !is && i < count && !*value_of(row, label_of(p, template)); i++) {
        const struct node *one = &all->items[i];
        is = one->template == template && strcmp(one->namespace, value_of(row, "namespace")) == 0 &&
             strcmp(one->job, value_of(row, "job")) == 0;
    }
    return is;
}

static void add_nodes(struct tree *all, const struct profile *p,
    const struct stage_config *template, const struct batch *rows, struct component_list *seen)
{
    const struct pick_place everywhere = {.rows = rows, .matchers = p->where};
    struct part at = part_of(&everywhere, template->when);
    for (enum sign sign = SIGN_LATENCY; sign <= SIGN_OTHER; sign++) {
        size_t timed = all->count;
        for (size_t i = 0; i < rows->count; i++) {
            const struct labels *row = &rows->series[i].labels;
            if (shows(&at.place, template, sign, row) &&
                !(sign == SIGN_OTHER && is_summed_up(all, timed, p, template, row))) {
                add_node(all, p, template, &at.place, sign, row, seen);
            }
        }
    }
    part_finish(&at);
}

// ---- the tree

static int compare_nodes(const void *a, const void *b)
{
    const struct node *x = a, *y = b;
    int by_role = (x->stage.role > y->stage.role) - (x->stage.role < y->stage.role);
    int by_place = strcmp(x->namespace, y->namespace);
    return by_role    ? by_role
           : by_place ? by_place
                      : (x->template > y->template) - (x->template <y->template);
}

// What the parent knows of those that it calls, as `upstream`, contains what they know of
// themselves.
static struct stage_config *view_of(struct stage_config *parent, enum stage_role role, size_t own)
{
    for (size_t i = 0; i < own; i++) {
        if (parent->children[i].role == role) {
            return &parent->children[i];
        }
    }
    return parent;
}

// Behind its own parts, and before those that were adopted already.
static void adopt(struct stage_config *parent, struct stage_config *child, size_t own)
{
    struct stage_config *to = view_of(parent, child->role, own);
    size_t at = to == parent ? own : to->children_count;
    to->children = mem_resize(to->children, to->children_count + 1, sizeof *to->children);
    memmove(
        &to->children[at + 1], &to->children[at], (to->children_count - at) * sizeof *to->children);
    to->children[at] = *child;
    to->children_count++;
    *child = (struct stage_config){0};
}

// From the last role inwards, so that what is adopted is whole.
static void make_tree(struct tree *all, struct pipeline *out)
{
    for (size_t i = 0; i < all->count; i++) {
        all->items[i].own_children = all->items[i].stage.children_count;
    }
    for (size_t i = all->count; i-- > 0;) {
        struct node *one = &all->items[i];
        if (one->parent >= 0) {
            struct node *parent = &all->items[one->parent];
            adopt(&parent->stage, &one->stage, parent->own_children);
        }
    }
    out->stages = mem_zalloc(all->count + 1, sizeof *out->stages);
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].parent < 0) {
            out->stages[out->stages_count++] = all->items[i].stage;
        }
    }
}

static void take_tools(const struct profile *p, const struct batch *rows, struct tools_config *out)
{
    const struct pick_place everywhere = {.rows = rows};
    struct part at = part_of(&everywhere, p->where);
    if (p->tools.label && !out->label &&
        pick_metric(&at.place, &p->tools.calls, PICK_PLAIN, &out->calls)) {
        pick_metric(&at.place, &p->tools.errors, PICK_PLAIN, &out->errors);
        out->label = mem_strdup(p->tools.label);
    }
    part_finish(&at);
}

bool build_take(const struct profile *profiles, size_t count, struct batch *rows,
    struct component_list *seen, struct pipeline *out)
{
    struct tree all = {0};
    *out = (struct pipeline){0};
    pick_restore_labels(rows);
    for (size_t i = 0; i < count; i++) {
        const struct profile *p = &profiles[i];
        for (size_t k = 0; k < p->stages_count; k++) {
            (p->detect.count > 0 ? add_nodes : add_anywhere)(&all, p, &p->stages[k], rows, seen);
        }
        take_tools(p, rows, &out->tools);
    }
    tree_drop(&all, seen);
    if (all.count > 1) {
        qsort(all.items, all.count, sizeof *all.items, compare_nodes);
    }
    tree_name(&all);
    tree_link(&all);
    account_settle(seen, &all, profiles, count);
    make_tree(&all, out);
    free(all.items);
    return out->stages_count > 0 || out->tools.label;
}
