#include <string.h>

#include "catalogue/tree.h"

enum { PARENTS_MAX = 4 };

/** The roles that call each, the nearest first. */
static const enum stage_role callers[STAGE_ROLES][PARENTS_MAX] = {
    [STAGE_ROLE_APPLICATION] = {STAGE_ROLE_GATEWAY},
    [STAGE_ROLE_RETRIEVAL] = {STAGE_ROLE_APPLICATION, STAGE_ROLE_GATEWAY},
    [STAGE_ROLE_GENERATION] = {STAGE_ROLE_APPLICATION, STAGE_ROLE_GATEWAY},
    [STAGE_ROLE_EMBEDDER] = {STAGE_ROLE_RETRIEVAL, STAGE_ROLE_APPLICATION, STAGE_ROLE_GATEWAY},
    [STAGE_ROLE_VECTOR_DB] = {STAGE_ROLE_RETRIEVAL, STAGE_ROLE_APPLICATION, STAGE_ROLE_GATEWAY},
    [STAGE_ROLE_RERANKER] = {STAGE_ROLE_RETRIEVAL, STAGE_ROLE_APPLICATION, STAGE_ROLE_GATEWAY},
    [STAGE_ROLE_TOOLS] = {STAGE_ROLE_APPLICATION, STAGE_ROLE_GATEWAY},
    [STAGE_ROLE_LLM_GATEWAY] = {STAGE_ROLE_GENERATION, STAGE_ROLE_APPLICATION, STAGE_ROLE_GATEWAY},
    [STAGE_ROLE_LLM] = {STAGE_ROLE_LLM_GATEWAY, STAGE_ROLE_GENERATION, STAGE_ROLE_APPLICATION,
        STAGE_ROLE_GATEWAY},
    [STAGE_ROLE_GPU] = {STAGE_ROLE_LLM},
    [STAGE_ROLE_CACHE] = {STAGE_ROLE_APPLICATION, STAGE_ROLE_GATEWAY},
};

// What nothing times contains no time of others.
static bool is_candidate(const struct node *one, const struct node *self, enum stage_role role,
    const char *namespace, const char *value)
{
    return one != self && one->stage.role == role &&
           (stages_is_timed(&one->stage) || !stages_is_timed(&self->stage)) &&
           (!namespace || strcmp(one->namespace, namespace) == 0) &&
           (!value || strcmp(tree_last_part(one->value), tree_last_part(value)) == 0);
}

/** The only one of ALL with ROLE, in NAMESPACE and of VALUE unless those are NULL; -1: none, or -2:
 * several. */
static int only(const struct tree *all, size_t self, enum stage_role role, const char *namespace,
    const char *value)
{
    int found = -1;
    for (size_t i = 0; i < all->count; i++) {
        if (is_candidate(&all->items[i], &all->items[self], role, namespace, value)) {
            found = found == -1 ? (int)i : -2;
        }
    }
    return found;
}

static bool are_one_component(const struct node *a, const struct node *b)
{
    return a->profile == b->profile && strcmp(a->namespace, b->namespace) == 0 &&
           strcmp(a->job, b->job) == 0;
}

// What an agent does is to call models and tools, if it is the same program that says so.
static bool is_innermost(const struct node *one, const struct node *caller)
{
    return are_one_component(one, caller) &&
           (one->stage.role == STAGE_ROLE_GENERATION || one->stage.role == STAGE_ROLE_TOOLS);
}

// In a profile, what calls stands before what it calls.
static bool comes_later(const struct node *one, const struct node *self)
{
    return is_innermost(self, one) && one->template > self->template;
}

// Stages of one role that one component has contain each other, in the order of its profile. Which
// of them calls is not known; the outermost contains it in any case.
static int one_of_several(
    const struct tree *all, size_t self, enum stage_role role, const char *namespace)
{
    int found = -1;
    for (size_t i = 0; i < all->count; i++) {
        const struct node *one = &all->items[i];
        if (!is_candidate(one, &all->items[self], role, namespace, NULL) ||
            comes_later(one, &all->items[self])) {
            continue;
        }
        if (found >= 0 && (!are_one_component(one, &all->items[found]) ||
                              one->template == all->items[found].template)) {
            return -2;
        }
        bool inner = found >= 0 && one->template > all->items[found].template;
        found = found < 0 || inner == is_innermost(&all->items[self], one) ? (int)i : found;
    }
    return found;
}

static int outer(const struct tree *all, size_t self)
{
    const struct node *one = &all->items[self];
    int found = -1;
    for (size_t i = 0; i < all->count; i++) {
        const struct node *other = &all->items[i];
        bool contains = one->stage.role == STAGE_ROLE_APPLICATION &&
                        other->stage.role == one->stage.role && are_one_component(one, other) &&
                        other->template <one->template;
        found = contains && (found < 0 || other->template > all->items[found].template) ? (int)i
                                                                                        : found;
    }
    return found;
}

// Where there are several, the one of the same model is meant; where none is, it is not known.
static int caller(const struct tree *all, size_t i, bool *by_value)
{
    const struct node *one = &all->items[i];
    for (size_t k = 0; k < PARENTS_MAX; k++) {
        enum stage_role role = callers[one->stage.role][k];
        if (role == STAGE_ROLE_NONE) {
            break;
        }
        const char *const places[] = {one->namespace, NULL};
        for (size_t n = 0; n < sizeof places / sizeof *places; n++) {
            int found = only(all, i, role, places[n], NULL);
            *by_value = found == -2 && *one->value;
            found = *by_value ? only(all, i, role, places[n], one->value) : found;
            *by_value = *by_value && found >= 0;
            found = found < 0 ? one_of_several(all, i, role, places[n]) : found;
            if (found != -1) {
                return found;
            }
        }
    }
    return -1;
}

int tree_caller_by_role(const struct tree *all, size_t i)
{
    bool by_value = false;
    int within = outer(all, i);
    return within >= 0 ? within : caller(all, i, &by_value);
}

static bool are_of_one_job(const struct node *a, const struct node *b)
{
    return *a->job && strcmp(a->namespace, b->namespace) == 0 && strcmp(a->job, b->job) == 0;
}

// Of what a mesh sees every workload is another.
static bool are_one_program(const struct node *a, const struct node *b)
{
    return !tree_is_workload(a) && are_of_one_job(a, b);
}

bool tree_join(struct tree *all, size_t child, size_t parent, enum component_link link)
{
    struct node *one = &all->items[child];
    int at = (int)parent;
    while (at >= 0 && at != (int)child) {
        at = all->items[at].parent;
    }
    if (at >= 0) {
        return false;
    }
    one->parent = (int)parent;
    one->link = link;
    one->stage.separate = !are_one_program(one, &all->items[parent]);
    one->stage.linked = link == COMPONENT_BY_ROLE || link == COMPONENT_BY_MODEL;
    return true;
}

/** The requests that the program of the one at I serves; -1: that is not measured. */
static int served(const struct tree *all, size_t i)
{
    int found = -1;
    for (size_t k = 0; found < 0 && k < all->count; k++) {
        enum stage_role role = all->items[k].stage.role;
        bool serves = role == STAGE_ROLE_GATEWAY || role == STAGE_ROLE_APPLICATION;
        found = serves && are_of_one_job(&all->items[k], &all->items[i]) ? (int)k : -1;
    }
    return found;
}

static void link_one(struct tree *all, size_t i)
{
    const struct node *one = &all->items[i];
    bool by_value = false, own = false;
    int within = outer(all, i), found = within >= 0 ? within : caller(all, i, &by_value);
    if (tree_is_of_caller(one)) { // the program that measures its calls is the one that calls
        own = found >= 0 && are_of_one_job(one, &all->items[found]);
        int its = own ? -1 : served(all, i);
        found = its >= 0 ? its : found;
        own = own || its >= 0;
    }
    if (one->parent < 0 && found >= 0) {
        tree_join(all, i, (size_t)found,
            own        ? COMPONENT_BY_CALLS
            : by_value ? COMPONENT_BY_MODEL
                       : COMPONENT_BY_ROLE);
    }
}

void tree_link(struct tree *all)
{
    for (size_t i = 0; i < all->count; i++) {
        link_one(all, i);
    }
}
