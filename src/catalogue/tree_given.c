// What the user says of who calls whom.
#include <string.h>

#include "base/text.h"
#include "catalogue/tree.h"

enum { NONE = -1, SEVERAL = -2 };

/** Whether NAME is X@PLACE of ONE. BY_STAGE: X is the name of its stage, and not of its profile. */
static bool is_at(const struct node *one, const char *name, bool by_stage)
{
    const char *place = strrchr(name, '@');
    const char *own = by_stage ? one->template->name : one->profile->name;
    size_t len = place ? (size_t)(place - name) : 0;
    return place && own && strlen(own) == len && strncmp(own, name, len) == 0 &&
           (strcmp(place + 1, one->namespace) == 0 || strcmp(place + 1, one->job) == 0);
}

static bool are_one_component(const struct node *a, const struct node *b)
{
    return a->profile == b->profile && strcmp(a->namespace, b->namespace) == 0 &&
           strcmp(a->job, b->job) == 0;
}

/** The first stage of the component, or of that name, at the place that NAME says. */
static int find_at(const struct tree *all, const char *name, bool by_stage)
{
    int found = NONE;
    for (size_t i = 0; found != SEVERAL && i < all->count; i++) {
        const struct node *one = &all->items[i];
        if (is_at(one, name, by_stage)) {
            bool same = found >= 0 && are_one_component(one, &all->items[found]) &&
                        strcmp(one->value, all->items[found].value) == 0;
            found = found == NONE ? (int)i : same ? found : SEVERAL;
        }
    }
    return found;
}

/** Where the stage that NAME means is in ALL; NONE or SEVERAL. WHOLE: its component is meant. */
static int find(const struct tree *all, const char *name, bool *whole)
{
    *whole = false;
    for (size_t i = 0; i < all->count; i++) {
        if (strcmp(all->items[i].stage.name, name) == 0) {
            return (int)i;
        }
    }
    int component = find_at(all, name, false), stage = find_at(all, name, true);
    *whole = component >= 0;
    return component >= 0 ? component : stage != NONE ? stage : component;
}

static bool has_part(const struct stage_config *stage, const char *name)
{
    bool has = false;
    for (size_t i = 0; !has && i < stage->children_count; i++) {
        has = strcmp(stage->children[i].name, name) == 0 || has_part(&stage->children[i], name);
    }
    return has;
}

static int find_whole(const struct tree *all, const char *part)
{
    int found = NONE;
    for (size_t i = 0; found == NONE && i < all->count; i++) {
        found = has_part(&all->items[i].stage, part) ? (int)i : NONE;
    }
    return found;
}

static void push_names(struct name_list *to, const struct stage_config *stages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        names_push(to, stages[i].name);
        push_names(to, stages[i].children, stages[i].children_count);
    }
}

static void note_missing(
    const struct tree *all, const char *name, bool several, struct name_list *out)
{
    struct arena a = {0};
    struct name_list known = {0};
    for (size_t i = 0; i < all->count; i++) {
        push_names(&known, &all->items[i].stage, 1);
    }
    const char *near = names_nearest(name, known.items, known.count);
    names_push(out,
        several ? arena_printf(&a,
                      _("links: '%s' could be several stages; give the name of one as the table "
                        "has it"),
                      name)
        : near
            ? arena_printf(&a, _("links: no stage is called '%s'; did you mean '%s'?"), name, near)
            : arena_printf(&a, _("links: no stage is called '%s'"), name));
    names_finish(&known);
    arena_finish(&a);
}

static void join(struct tree *all, size_t to, size_t from, const struct link_config *link,
    const char *part, struct name_list *out)
{
    struct arena a = {0};
    struct node *child = &all->items[to];
    if (child->link == COMPONENT_BY_LINK) {
        names_push(out, arena_printf(&a, _("links: '%s' is linked to '%s' already"), link->to,
                            all->items[child->parent].stage.name));
    } else if (!tree_join(all, to, from, COMPONENT_BY_LINK)) {
        names_push(out, arena_printf(&a, _("links: with '%s' as its caller '%s' would call itself"),
                            link->from, link->to));
    } else {
        child->part = part;
    }
    arena_finish(&a);
}

/** The same of the others of the component at TO, which nothing was said of. */
static void join_others(struct tree *all, size_t to, size_t from, const char *part)
{
    for (size_t i = to + 1; i < all->count; i++) {
        struct node *one = &all->items[i];
        if (are_one_component(one, &all->items[to]) && one->parent < 0 &&
            tree_join(all, i, from, COMPONENT_BY_LINK)) {
            one->part = part;
        }
    }
}

static void apply(struct tree *all, const struct link_config *link, struct name_list *out)
{
    bool component, ignored;
    int to = find(all, link->to, &component), from = find(all, link->from, &ignored);
    int whole = to == NONE ? find_whole(all, link->to) : NONE;
    const char *part = NULL;
    if (from == NONE) {
        from = find_whole(all, link->from);
        part = from == NONE ? NULL : link->from;
    }
    if (whole >= 0) {
        struct arena a = {0};
        const char *outer = all->items[whole].stage.name;
        names_push(out, arena_printf(&a, _("links: '%s' is part of '%s'; name that in its place"),
                            link->to, outer));
        arena_finish(&a);
    } else if (to < 0) {
        note_missing(all, link->to, to == SEVERAL, out);
    } else if (from < 0) {
        note_missing(all, link->from, from == SEVERAL, out);
    } else {
        join(all, (size_t)to, (size_t)from, link, part, out);
        if (component) {
            join_others(all, (size_t)to, (size_t)from, part);
        }
    }
}

void tree_link_given(
    struct tree *all, const struct link_config *links, size_t count, struct name_list *out)
{
    for (size_t i = 0; i < count; i++) {
        apply(all, &links[i], out);
    }
}
