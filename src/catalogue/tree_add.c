// Where each stage of a profile is.
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "catalogue/account.h"
#include "catalogue/fill.h"
#include "catalogue/tree.h"
#include "config/limits.h"
#include "config/stages.h"
#include "promql/expr.h"
#include "promql/matchers.h"

static const char *value_of(const struct labels *row, const char *label)
{
    const char *value = label ? labels_get(row, label) : NULL;
    return value ? value : "";
}

static const char *label_of(const struct profile *p, const struct stage_config *template)
{
    return template->by ? template->by : p->by;
}

static bool is_place(const struct node *one, const struct labels *row)
{
    return strcmp(one->namespace, value_of(row, "namespace")) == 0 &&
           strcmp(one->job, value_of(row, "job")) == 0 &&
           strcmp(one->value, value_of(row, label_of(one->profile, one->template))) == 0;
}

/** The one of TEMPLATE at the place, and with the value, of ROW; NULL: there is none yet. */
static struct node *known(
    const struct tree *all, const struct stage_config *template, const struct labels *row)
{
    struct node *found = NULL;
    for (size_t i = 0; !found && i < all->count; i++) {
        struct node *one = &all->items[i];
        found = one->template == template && is_place(one, row) ? one : NULL;
    }
    return found;
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

const char tree_workload[] = "ragtop_workload";

static void push_name(struct name_list *list, const char *name)
{
    bool has = !*name;
    for (size_t i = 0; !has && i < list->count; i++) {
        has = strcmp(list->items[i], name) == 0;
    }
    if (!has && list->count < LIMIT_STAGES) {
        names_push(list, name);
    }
}

// Of a gateway the label `service` may say what it calls.
static void learn_names(struct node *one, const struct labels *row)
{
    enum stage_role role = one ? one->stage.role : STAGE_ROLE_GATEWAY;
    if (role != STAGE_ROLE_GATEWAY && role != STAGE_ROLE_LLM_GATEWAY) {
        push_name(&one->names, value_of(row, "service"));
    }
    if (one) {
        push_name(&one->names, value_of(row, tree_workload));
    }
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
    if (account_is_alone(seen, p, namespace) || known(all, template, row)) {
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
    struct fill_part at = fill_narrow(place, by.text);
    at.place.namespace = namespace;
    at.place.job = job;
    struct node one = {.profile = p,
        .template = template,
        .namespace = namespace,
        .job = job,
        .value = value,
        .parent = -1};
    if (fill_stage(&at.place, template, &one.stage)) {
        one.stage.role = one.stage.role ? one.stage.role : p->role;
        name_pods(&one.stage, p->pod_label);
        one.stage.place = *namespace ? mem_strdup(namespace) : NULL;
        push(all, &one, seen);
    }
    fill_part_finish(&at);
    str_finish(&by);
}

// Of the user's own configuration every stage is meant, wherever it is.
static void add_anywhere(struct tree *all, const struct profile *p,
    const struct stage_config *template, const struct batch *rows, struct component_list *seen)
{
    const struct pick_place place = {.rows = rows};
    struct node one = {
        .profile = p, .template = template, .namespace = "", .job = "", .value = "", .parent = -1};
    if (all->count < LIMIT_STAGES && fill_stage(&place, template, &one.stage)) {
        push(all, &one, seen);
    }
}

/**
 * Whether ROW, which times nothing, says nothing new: the component is there by the time that its
 * requests take, or as another stage; or what ROW sums up is there by values that it does not name;
 * or ROW is of a job that nothing shows to be of it, beside one that is.
 */
static bool is_told(const struct tree *all, const struct profile *p,
    const struct stage_config *template, const struct labels *row,
    const struct component_list *seen)
{
    const char *namespace = value_of(row, "namespace"), *job = value_of(row, "job");
    bool is = false, summed = !*value_of(row, label_of(p, template));
    bool stranger = !account_is_recognised(seen, p, namespace, job);
    for (size_t i = 0; !is && i < all->count; i++) {
        const struct node *one = &all->items[i];
        bool near = one->profile == p && strcmp(one->namespace, namespace) == 0;
        bool here = near && strcmp(one->job, job) == 0;
        bool same = one->template == template;
        bool other = stages_is_timed(template) && (!same || stages_is_timed(&one->stage));
        is = (here && (other || (same && summed))) ||
             (near && stranger && same && stages_is_timed(&one->stage));
    }
    return is;
}

static void add_nodes(struct tree *all, const struct profile *p,
    const struct stage_config *template, enum sign sign, const struct batch *rows,
    struct component_list *seen)
{
    const struct pick_place everywhere = {.rows = rows, .matchers = p->where};
    struct fill_part at = fill_narrow(&everywhere, template->when);
    for (size_t i = 0; i < rows->count; i++) {
        const struct labels *row = &rows->series[i].labels;
        if (shows(&at.place, template, sign, row) &&
            !(sign == SIGN_OTHER && is_told(all, p, template, row, seen))) {
            add_node(all, p, template, &at.place, sign, row, seen);
            learn_names(known(all, template, row), row);
        }
    }
    fill_part_finish(&at);
}

bool tree_shows(const struct node *one, const struct batch *rows, const struct labels *row)
{
    const struct pick_place everywhere = {.rows = rows, .matchers = one->profile->where};
    struct fill_part at = fill_narrow(&everywhere, one->template->when);
    bool does = shows(&at.place, one->template, SIGN_LATENCY, row) && is_place(one, row);
    fill_part_finish(&at);
    return does;
}

void tree_add(struct tree *all, const struct profile *p, const struct batch *rows,
    struct component_list *seen)
{
    for (size_t k = 0; p->detect.count == 0 && k < p->stages_count; k++) {
        add_anywhere(all, p, &p->stages[k], rows, seen);
    }
    for (enum sign sign = SIGN_LATENCY; p->detect.count > 0 && sign <= SIGN_OTHER; sign++) {
        for (size_t k = 0; k < p->stages_count; k++) {
            add_nodes(all, p, &p->stages[k], sign, rows, seen);
        }
    }
}
