// Stages of a namespace that a RAG stack shares with many services of which it calls few.
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/text.h"
#include "catalogue/tree.h"

// So many of one role may each be of the stack; of more, most are not.
enum { FEW = 6 };

// Of one component a workload of a mesh is another than the next.
static bool are_one(const struct node *a, const struct node *b)
{
    return a->profile == b->profile && strcmp(a->namespace, b->namespace) == 0 &&
           strcmp(a->job, b->job) == 0 && strcmp(a->value, b->value) == 0;
}

// A gateway is in front of all that there is.
static bool may_be_strange(const struct node *one)
{
    return one->profile->generic &&
           (one->stage.role != STAGE_ROLE_GATEWAY || tree_is_workload(one));
}

// Of the stages that one has in a role, the first stands for it.
static bool is_first(const struct tree *all, size_t i)
{
    bool first = true;
    for (size_t k = 0; first && k < i; k++) {
        first = all->items[k].stage.role != all->items[i].stage.role ||
                !are_one(&all->items[k], &all->items[i]);
    }
    return first;
}

/** Sets *CROWDED for those that are one of many. False: none is. */
static bool find_crowds(const struct tree *all, bool *crowded)
{
    bool any = false;
    for (size_t i = 0; i < all->count; i++) {
        const struct node *one = &all->items[i];
        size_t count = 0;
        for (size_t k = 0; may_be_strange(one) && k < all->count; k++) {
            const struct node *other = &all->items[k];
            count += may_be_strange(other) && other->stage.role == one->stage.role &&
                     strcmp(other->namespace, one->namespace) == 0 && is_first(all, k);
        }
        crowded[i] = count > FEW;
        any = any || crowded[i];
    }
    return any;
}

// What a program says of models that it calls, and of requests that it serves.
static bool are_one_job(const struct node *a, const struct node *b)
{
    return *a->job && !tree_is_workload(a) && !tree_is_workload(b) && strcmp(a->job, b->job) == 0 &&
           strcmp(a->namespace, b->namespace) == 0;
}

/** Whether the one at I is of RAG stacks alone, is said to belong to one, or calls what is. */
static bool is_of_stack(const struct tree *all, size_t i)
{
    bool is = false;
    for (size_t k = 0; !is && k < all->count; k++) {
        const struct node *one = &all->items[i], *other = &all->items[k];
        bool is_alone = !other->profile->generic || other->link == COMPONENT_BY_LINK;
        is = is_alone && (i == k || other->parent == (int)i || are_one_job(one, other));
    }
    return is;
}

// Who calls these belongs to the stack too, though not all that it calls beside them; and so does
// all that these call.
static void find_stack(const struct tree *all, bool *belongs)
{
    bool *own = mem_zalloc(all->count + 1, sizeof *own);
    for (size_t i = 0; i < all->count; i++) {
        own[i] = is_of_stack(all, i);
        for (int at = (int)i; own[i] && at >= 0; at = all->items[at].parent) {
            belongs[at] = true;
        }
    }
    for (size_t i = 0; i < all->count; i++) {
        for (int at = (int)i; !belongs[i] && at >= 0; at = all->items[at].parent) {
            belongs[i] = own[at];
        }
    }
    for (size_t i = 0; i < all->count; i++) {
        for (size_t k = 0; !belongs[i] && k < all->count; k++) {
            belongs[i] = are_one(&all->items[i], &all->items[k]) && belongs[k];
        }
    }
    free(own);
}

// What only those call that are left out goes with them.
static void mark_dropped(struct tree *all, const bool *crowded, const bool *belongs)
{
    for (size_t i = 0; i < all->count; i++) {
        all->items[i].dropped = crowded[i] && !belongs[i];
    }
    for (bool any = true; any;) {
        any = false;
        for (size_t i = 0; i < all->count; i++) {
            struct node *one = &all->items[i];
            bool with = one->parent >= 0 && all->items[one->parent].dropped && !belongs[i];
            any = any || (with && !one->dropped);
            one->dropped = one->dropped || with;
        }
    }
}

static void unlink_all(struct tree *all)
{
    for (size_t i = 0; i < all->count; i++) {
        struct node *one = &all->items[i];
        one->parent = -1;
        one->part = NULL;
        one->link = COMPONENT_ROOT;
        one->stage.separate = one->stage.linked = false;
    }
}

static void add_note(size_t count, struct name_list *out)
{
    struct arena a = {0};
    names_push(out,
        arena_printf(&a,
            text_count("%zu component is left out: there are many of its kind in its namespace, "
                       "and no metric shows that it belongs to the RAG stack; ragtop discover "
                       "names it, and 'links' can say that it does",
                "%zu components are left out: there are many of their kind in their namespace, "
                "and no metric shows that they belong to the RAG stack; ragtop discover names "
                "them, and 'links' can say which do",
                (double)count),
            count));
    arena_finish(&a);
}

void tree_drop_strangers(struct tree *all, const struct config *c, const struct batch *rows,
    struct component_list *seen, struct name_list *out)
{
    bool *crowded = mem_zalloc(all->count + 1, sizeof *crowded);
    bool *belongs = mem_zalloc(all->count + 1, sizeof *belongs);
    if (find_crowds(all, crowded)) {
        struct name_list ignored = {0};
        tree_link_given(all, c->links, c->links_count, &ignored);
        tree_link_measured(all, c->profiles, c->profiles_count, rows);
        names_finish(&ignored);
        find_stack(all, belongs);
        mark_dropped(all, crowded, belongs);
        unlink_all(all);
        size_t count = tree_let_go(all, seen, COMPONENT_UNLINKED);
        if (count > 0) {
            add_note(count, out);
        }
    }
    free(crowded);
    free(belongs);
}
