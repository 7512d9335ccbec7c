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

void tree_drop(struct tree *all, struct component_list *seen)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        struct node *one = &all->items[i];
        for (size_t k = 0; one->profile->name && !one->dropped && k < all->count; k++) {
            one->dropped = stands_for(&all->items[k], one);
            if (one->dropped) {
                account_double(seen, one->component, all->items[k].component);
            }
        }
    }
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].dropped) {
            stages_finish_one(&all->items[i].stage);
        } else {
            all->items[kept++] = all->items[i];
        }
    }
    all->count = kept;
}
