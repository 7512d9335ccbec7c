// The stages in the shape of the tree.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalogue/tree.h"

// Of one profile templates are in one array, and all profiles are in another.
static int compare_nodes(const void *a, const void *b)
{
    const struct node *x = a, *y = b;
    int by_role = (x->stage.role > y->stage.role) - (x->stage.role < y->stage.role);
    int by_place = strcmp(x->namespace, y->namespace);
    int by_profile = (x->profile > y->profile) - (x->profile < y->profile);
    int by_template = (x->template > y->template) - (x->template <y->template);
    int by_job = strcmp(x->job, y->job);
    return by_role       ? by_role
           : by_place    ? by_place
           : by_profile  ? by_profile
           : by_template ? by_template
           : by_job      ? by_job
                         : strcmp(x->value, y->value);
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

static struct stage_config *part_of(struct stage_config *stage, const char *name)
{
    struct stage_config *found = NULL;
    for (size_t i = 0; !found && i < stage->children_count; i++) {
        struct stage_config *child = &stage->children[i];
        found = strcmp(child->name, name) == 0 ? child : part_of(child, name);
    }
    return found;
}

// Behind its own parts, and before those that were adopted already.
static void adopt(
    struct stage_config *parent, struct stage_config *child, size_t own, const char *part)
{
    struct stage_config *its = part ? part_of(parent, part) : NULL;
    struct stage_config *to = its ? its : view_of(parent, child->role, own);
    size_t at = to == parent ? own : to->children_count;
    to->children = mem_resize(to->children, to->children_count + 1, sizeof *to->children);
    memmove(
        &to->children[at + 1], &to->children[at], (to->children_count - at) * sizeof *to->children);
    to->children[at] = *child;
    to->children_count++;
    *child = (struct stage_config){0};
}

void tree_sort(struct tree *all)
{
    if (all->count > 1) {
        qsort(all->items, all->count, sizeof *all->items, compare_nodes);
    }
}

void tree_finish_node(struct node *one)
{
    stages_finish_one(&one->stage);
    names_finish(&one->names);
}

static size_t depth_of(const struct tree *all, size_t i)
{
    size_t depth = 0;
    for (int at = all->items[i].parent; at >= 0; at = all->items[at].parent) {
        depth++;
    }
    return depth;
}

static void adopt_all(struct tree *all, size_t depth)
{
    for (size_t i = all->count; i-- > 0;) {
        struct node *one = &all->items[i];
        if (one->parent >= 0 && depth_of(all, i) == depth) {
            struct node *parent = &all->items[one->parent];
            adopt(&parent->stage, &one->stage, parent->own_children, one->part);
        }
    }
}

// From the deepest outwards, so that what is adopted is whole.
void tree_make(struct tree *all, struct pipeline *out)
{
    for (size_t i = 0; i < all->count; i++) {
        all->items[i].own_children = all->items[i].stage.children_count;
    }
    for (size_t depth = all->count; depth > 0; depth--) {
        adopt_all(all, depth);
    }
    out->stages = mem_zalloc(all->count + 1, sizeof *out->stages);
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].parent < 0) {
            out->stages[out->stages_count++] = all->items[i].stage;
        }
        names_finish(&all->items[i].names);
    }
    free(all->items);
    *all = (struct tree){0};
}
