// The stages in the shape of the tree.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalogue/tree.h"

static int compare_nodes(const void *a, const void *b)
{
    const struct node *x = a, *y = b;
    int by_role = (x->stage.role > y->stage.role) - (x->stage.role < y->stage.role);
    int by_place = strcmp(x->namespace, y->namespace);
    int by_template = (x->template > y->template) - (x->template <y->template);
    int by_job = strcmp(x->job, y->job);
    return by_role       ? by_role
           : by_place    ? by_place
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

void tree_sort(struct tree *all)
{
    if (all->count > 1) {
        qsort(all->items, all->count, sizeof *all->items, compare_nodes);
    }
}

// From the last role inwards, so that what is adopted is whole.
void tree_make(struct tree *all, struct pipeline *out)
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
    free(all->items);
    *all = (struct tree){0};
}
