// Stages that tell of the same requests as others do.
#include <string.h>

#include "catalogue/account.h"
#include "catalogue/tree.h"
#include "config/stages.h"

static bool is_named(const struct name_list *names, const struct node *one)
{
    bool is = false;
    for (size_t i = 0; !is && i < names->count; i++) {
        const char *name = names->items[i];
        is = strcmp(name, one->profile->name) == 0 || strcmp(name, one->template->name) == 0;
    }
    return is;
}

// A gateway counts all calls, those of language models among them, and a program all requests, in
// which it calls models.
static bool contains(const struct node *generic, const struct node *other)
{
    enum stage_role role = generic->stage.role;
    bool models = other->profile->role == STAGE_ROLE_GENERATION &&
                  other->stage.role != STAGE_ROLE_APPLICATION;
    return (role == STAGE_ROLE_GATEWAY && other->stage.role == STAGE_ROLE_LLM_GATEWAY) ||
           (role == STAGE_ROLE_APPLICATION && models);
}

// What serves HTTP in a component that is known better is that component.
static bool stands_for(const struct node *other, const struct node *one)
{
    bool better =
        one->profile->generic && !other->profile->generic && !contains(one, other) && *one->job;
    return !other->dropped && other->profile != one->profile &&
           (better || is_named(&other->profile->replaces, one)) &&
           strcmp(other->job, one->job) == 0 && strcmp(other->namespace, one->namespace) == 0;
}

// What a mesh sees of a workload that has metrics of its own.
static bool is_seen_from_outside(const struct node *other, const struct node *one)
{
    bool inside = !tree_is_workload(other) && !tree_is_of_caller(other) &&
                  other->profile->role != STAGE_ROLE_GENERATION;
    return tree_is_workload(one) && inside && !other->dropped && stages_is_timed(&other->stage) &&
           tree_is_called(other, one->value, one->namespace);
}

static bool any_is_kept(const struct tree *all, size_t component)
{
    bool any = false;
    for (size_t i = 0; !any && i < all->count; i++) {
        any = all->items[i].component == component && !all->items[i].dropped;
    }
    return any;
}

static void drop_seen_from_outside(struct tree *all, struct component_list *seen)
{
    for (size_t i = 0; i < all->count; i++) {
        struct node *one = &all->items[i];
        for (size_t k = 0; !one->dropped && k < all->count; k++) {
            one->dropped = is_seen_from_outside(&all->items[k], one);
            if (one->dropped && !any_is_kept(all, one->component)) {
                account_double(seen, one->component, all->items[k].component);
            }
        }
    }
}

size_t tree_let_go(struct tree *all, struct component_list *seen, enum component_fate fate)
{
    size_t kept = 0, gone = 0;
    for (size_t i = 0; i < all->count; i++) {
        struct component *its = &seen->items[all->items[i].component];
        if (all->items[i].dropped && its->fate == COMPONENT_TAKEN &&
            !any_is_kept(all, all->items[i].component)) {
            its->fate = fate;
            gone++;
        }
    }
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].dropped) {
            tree_finish_node(&all->items[i]);
        } else {
            all->items[kept++] = all->items[i];
        }
    }
    all->count = kept;
    return gone;
}

void tree_drop(struct tree *all, struct component_list *seen)
{
    for (size_t i = 0; i < all->count; i++) {
        struct node *one = &all->items[i];
        for (size_t k = 0; one->profile->name && !one->dropped && k < all->count; k++) {
            one->dropped = stands_for(&all->items[k], one);
            if (one->dropped) {
                account_double(seen, one->component, all->items[k].component);
            }
        }
    }
    drop_seen_from_outside(all, seen);
    tree_let_go(all, seen, COMPONENT_DOUBLED);
}
