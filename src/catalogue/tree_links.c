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

static bool is_timed(const struct node *one)
{
    return one->stage.latency.metric || one->stage.latency.expr;
}

// What nothing times contains no time of others.
static bool is_candidate(const struct node *one, const struct node *self, enum stage_role role,
    const char *namespace, const char *value)
{
    return one != self && one->stage.role == role && (is_timed(one) || !is_timed(self)) &&
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

void tree_link(struct tree *all)
{
    for (size_t i = 0; i < all->count; i++) {
        bool *by_value = &all->items[i].by_value;
        int within = outer(all, i), found = within >= 0 ? within : caller(all, i, by_value);
        all->items[i].parent = found < 0 ? -1 : found;
        all->items[i].stage.linked = found >= 0;
    }
}
