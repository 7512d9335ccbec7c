// Who calls whom, from metrics that count the calls.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalogue/fill.h"
#include "catalogue/tree.h"

/** How well a caller is known; the higher goes before. */
enum rank { RANK_NONE, RANK_ANY, RANK_EXPECTED, RANK_SAME_CALLS };

/** A row that counts calls. */
struct call {
    const struct profile *profile;
    const struct edge_config *edge;
    const struct batch *rows;
    const struct labels *row;
    const char *from, *to, *from_namespace, *to_namespace;
};

static const char *text_of(const struct labels *row, const char *label)
{
    const char *text = label ? labels_get(row, label) : NULL;
    return text ? text : "";
}

// ---- names

/** The namespace that the host TARGET names, LEN bytes; NULL: it is outside. Else NAMESPACE. */
static const char *namespace_of(const char *target, const char *namespace, size_t *len)
{
    const char *labels[4] = {target};
    size_t lens[4] = {0}, count = 0;
    for (const char *at = target; at && count < 4; count++) {
        labels[count] = at;
        lens[count] = strcspn(at, ".:");
        at = at[lens[count]] == '.' && at[lens[count] + 1] ? at + lens[count] + 1 : NULL;
    }
    // service, service.namespace, service.namespace.svc, pod.service.namespace.svc
    bool third = count > 2 && lens[2] == 3 && strncmp(labels[2], "svc", 3) == 0;
    bool fourth = count > 3 && lens[3] == 3 && strncmp(labels[3], "svc", 3) == 0;
    size_t which = count == 2 || third ? 1 : fourth ? 2 : 0;
    *len = which > 0 ? lens[which] : strlen(namespace);
    return which > 0 ? labels[which] : count == 1 ? namespace : NULL;
}

static bool equals(const char *text, const char *part, size_t len)
{
    return strlen(text) == len && strncmp(text, part, len) == 0;
}

bool tree_is_called(const struct node *one, const char *target, const char *namespace)
{
    size_t len, first = strcspn(target, ".:");
    const char *its = namespace_of(target, namespace, &len);
    bool is_address = strspn(target, "0123456789") == first;
    if (!its || is_address || one->stage.role == STAGE_ROLE_GPU ||
        !equals(one->namespace, its, len)) {
        return false;
    }
    bool is = equals(tree_last_part(one->job), target, first);
    for (size_t i = 0; !is && i < one->names.count; i++) {
        is = equals(one->names.items[i], target, first);
    }
    return is;
}

// ---- the ends of a call

bool tree_is_workload(const struct node *one)
{
    const struct profile *p = one->profile;
    const char *by = one->template->by ? one->template->by : p->by;
    return p->edges_count > 0 && p->edges[0].from && by && strcmp(by, p->edges[0].to) == 0;
}

bool tree_is_of_caller(const struct node *one)
{
    enum stage_role role = one->stage.role;
    return one->profile->edges_count > 0 && !tree_is_workload(one) && role != STAGE_ROLE_GATEWAY &&
           role != STAGE_ROLE_APPLICATION;
}

static bool is_end(
    const struct node *one, const struct call *call, const char *name, const char *namespace)
{
    if (tree_is_workload(one)) {
        return one->profile == call->profile && strcmp(one->value, name) == 0 &&
               strcmp(one->namespace, namespace) == 0;
    }
    return !tree_is_of_caller(one) && tree_is_called(one, name, namespace);
}

static bool are_one_program(const struct node *a, const struct node *b)
{
    return !tree_is_workload(a) && !tree_is_workload(b) &&
           strcmp(a->namespace, b->namespace) == 0 && strcmp(a->job, b->job) == 0;
}

static bool contains(const struct node *outer, const struct node *inner)
{
    enum stage_role role = outer->stage.role;
    bool calls = role == STAGE_ROLE_GATEWAY || role == STAGE_ROLE_APPLICATION ||
                 role == STAGE_ROLE_RETRIEVAL || role == STAGE_ROLE_LLM_GATEWAY;
    bool same = outer->profile == inner->profile && role == inner->stage.role;
    return are_one_program(outer, inner) &&
           ((calls && role < inner->stage.role) ||
               (same && inner->stage.role == STAGE_ROLE_APPLICATION &&
                   outer->template <inner->template));
}

// One job may be of several workloads.
static bool has_workload(const struct node *one, const struct labels *row)
{
    const char *its = text_of(row, tree_workload);
    bool has = !*its || one->names.count == 0;
    for (size_t i = 0; !has && i < one->names.count; i++) {
        has = strcmp(one->names.items[i], its) == 0;
    }
    return has;
}

static bool may_call(const struct node *one, const struct call *call)
{
    if (call->edge->from) {
        return is_end(one, call, call->from, call->from_namespace);
    }
    return !tree_is_workload(one) && !tree_is_of_caller(one) &&
           strcmp(one->namespace, text_of(call->row, "namespace")) == 0 &&
           strcmp(one->job, text_of(call->row, "job")) == 0 && has_workload(one, call->row);
}

static bool is_called(const struct node *one, const struct call *call)
{
    return is_end(one, call, call->to, call->to_namespace);
}

/** Whether no other that IS, of the same program as the one at I, contains that. */
static bool is_outermost(const struct tree *all, size_t i, const struct call *call,
    bool (*is)(const struct node *, const struct call *))
{
    bool outermost = true;
    for (size_t k = 0; outermost && k < all->count; k++) {
        outermost = !(contains(&all->items[k], &all->items[i]) && is(&all->items[k], call));
    }
    return outermost;
}

// ---- links

static enum rank rank_of(
    const struct tree *all, size_t caller, size_t callee, int expected, const struct call *call)
{
    const struct node *one = &all->items[caller];
    // what nothing times contains no time of others
    if (caller == callee || are_one_program(one, &all->items[callee]) ||
        (!stages_is_timed(&one->stage) && stages_is_timed(&all->items[callee].stage))) {
        return RANK_NONE;
    }
    if (!call->edge->from && tree_is_of_caller(one) && tree_shows(one, call->rows, call->row)) {
        return RANK_SAME_CALLS;
    }
    return !may_call(one, call) || !is_outermost(all, caller, call, may_call) ? RANK_NONE
           : (int)caller == expected                                          ? RANK_EXPECTED
                                                                              : RANK_ANY;
}

static void link_callee(struct tree *all, size_t callee, const struct call *call, enum rank *ranks)
{
    struct node *one = &all->items[callee];
    int expected = tree_caller_by_role(all, callee);
    for (size_t i = 0; i < all->count; i++) {
        enum rank rank = rank_of(all, i, callee, expected, call);
        if (rank > ranks[callee]) {
            int before = one->parent;
            one->parent = -1;
            if (tree_join(all, callee, i, COMPONENT_BY_CALLS)) {
                ranks[callee] = rank;
            } else {
                one->parent = before;
            }
        }
    }
}

static void link_row(struct tree *all, const struct call *call, enum rank *ranks)
{
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].link != COMPONENT_BY_LINK && is_called(&all->items[i], call) &&
            is_outermost(all, i, call, is_called)) {
            link_callee(all, i, call, ranks);
        }
    }
}

/** Sets where CALL comes from and goes to. False: its row does not say. */
static bool read_ends(struct call *call)
{
    const struct edge_config *edge = call->edge;
    const char *own = text_of(call->row, "namespace");
    call->from = text_of(call->row, edge->from);
    call->to = text_of(call->row, edge->to);
    call->from_namespace = text_of(call->row, edge->from_namespace);
    call->to_namespace = text_of(call->row, edge->to_namespace);
    if (strcmp(call->from_namespace, call->to_namespace) == 0 || !*call->from_namespace ||
        !*call->to_namespace) {
        call->from_namespace = call->to_namespace = own;
    }
    return *call->to && (!edge->from || *call->from);
}

static void link_edge(struct tree *all, const struct profile *p, const struct edge_config *edge,
    const struct batch *rows, enum rank *ranks)
{
    const struct pick_place everywhere = {.rows = rows};
    struct fill_part at = fill_narrow(&everywhere, p->where);
    for (size_t i = 0; i < rows->count; i++) {
        struct call call = {
            .profile = p, .edge = edge, .rows = rows, .row = &rows->series[i].labels};
        if (pick_is_row(&at.place, edge->metric, PICK_LATENCY, call.row) && read_ends(&call)) {
            link_row(all, &call, ranks);
        }
    }
    fill_part_finish(&at);
}

void tree_link_measured(
    struct tree *all, const struct profile *profiles, size_t count, const struct batch *rows)
{
    enum rank *ranks = mem_zalloc(all->count + 1, sizeof *ranks);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < profiles[i].edges_count; k++) {
            link_edge(all, &profiles[i], &profiles[i].edges[k], rows, ranks);
        }
    }
    free(ranks);
}
