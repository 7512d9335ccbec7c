#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalogue/tree.h"
#include "config/limits.h"

char *tree_fitted(const char *name, int n)
{
    char number[16] = "";
    if (n > 1) {
        snprintf(number, sizeof number, "#%d", n);
    }
    size_t len = strlen(name), most = LIMIT_NAME_BYTES - strlen(number);
    if (len > most) {
        for (len = most; len > 0 && ((unsigned char)name[len] & 0xc0) == 0x80; len--) {
        }
    }
    struct str s;
    str_init(&s);
    str_append(&s, name, len);
    str_add(&s, number);
    return str_take(&s);
}

const char *tree_last_part(const char *value)
{
    const char *slash = strrchr(value, '/');
    return slash && slash[1] ? slash + 1 : value;
}

static void set_name(struct stage_config *s, const char *name, int n)
{
    char *old = s->name;
    s->name = tree_fitted(name, n);
    free(old);
}

/** How often NAME is the name of STAGE or of one below it. */
static size_t uses(const struct stage_config *stage, const char *name)
{
    size_t n = strcmp(stage->name, name) == 0;
    for (size_t i = 0; i < stage->children_count; i++) {
        n += uses(&stage->children[i], name);
    }
    return n;
}

static size_t uses_in_all(const struct tree *all, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < all->count; i++) {
        n += uses(&all->items[i].stage, name);
    }
    return n;
}

static void add(struct stage_config *s, const char *between, const char *a, const char *b)
{
    struct str name;
    str_init(&name);
    str_add(&name, a);
    str_add(&name, between);
    str_add(&name, b);
    set_name(s, name.text, 1);
    str_finish(&name);
}

static bool differs_by_value(const struct tree *all, const struct node *one)
{
    bool differs = false;
    for (size_t i = 0; !differs && i < all->count; i++) {
        const struct node *other = &all->items[i];
        differs = other->template == one->template && strcmp(other->value, one->value) != 0;
    }
    return differs;
}

/** What may tell roots of one name apart: 0 the profile, 1 the job, 2 the namespace. */
static const char *field_of(const struct node *one, int field)
{
    return field == 0 ? one->profile->name : field == 1 ? one->job : one->namespace;
}

static bool tells_apart(const struct tree *all, const struct node *one, int field)
{
    bool does = false;
    for (size_t i = 0; !does && i < all->count; i++) {
        const struct node *other = &all->items[i];
        const char *a = field_of(one, field), *b = field_of(other, field);
        does = other != one && strcmp(other->stage.name, one->stage.name) == 0 && a && b && *a &&
               strcmp(a, b) != 0;
    }
    return does;
}

static void part_roots(struct tree *all, int field)
{
    bool *parted = mem_zalloc(all->count + 1, sizeof *parted);
    for (size_t i = 0; i < all->count; i++) {
        parted[i] = tells_apart(all, &all->items[i], field);
    }
    for (size_t i = 0; i < all->count; i++) {
        struct node *one = &all->items[i];
        const char *by = field_of(one, field);
        if (!parted[i] || strcmp(by, one->stage.name) == 0) {
            continue;
        }
        char *name = mem_strdup(one->stage.name);
        if (field == 0) {
            add(&one->stage, "/", by, name);
        } else {
            add(&one->stage, "@", name, by);
        }
        free(name);
    }
    free(parted);
}

static void find_shared(const struct tree *all, const struct stage_config *s, struct name_list *out)
{
    for (size_t i = 0; i < s->children_count; i++) {
        if (uses_in_all(all, s->children[i].name) > 1) {
            names_push(out, s->children[i].name);
        }
        find_shared(all, &s->children[i], out);
    }
}

static void part_children(struct stage_config *s, const char *root, const struct name_list *shared)
{
    for (size_t i = 0; i < s->children_count; i++) {
        struct stage_config *child = &s->children[i];
        bool is = child->role == STAGE_ROLE_NONE; // a part has no name that says whose it is
        for (size_t k = 0; !is && k < shared->count; k++) {
            is = strcmp(shared->items[k], child->name) == 0;
        }
        if (is) {
            char *name = mem_strdup(child->name);
            add(child, "/", root, name);
            free(name);
        }
        part_children(child, root, shared);
    }
}

// What is still the same gets a number.
static void number(const struct tree *all, struct stage_config *s)
{
    if (uses_in_all(all, s->name) > 1) {
        char *name = mem_strdup(s->name);
        for (int n = 2; uses_in_all(all, s->name) > 1; n++) {
            set_name(s, name, n);
        }
        free(name);
    }
    for (size_t i = 0; i < s->children_count; i++) {
        number(all, &s->children[i]);
    }
}

void tree_name(struct tree *all)
{
    for (size_t i = 0; i < all->count; i++) {
        struct node *one = &all->items[i];
        if (*one->value && differs_by_value(all, one)) {
            char *name = mem_strdup(one->stage.name);
            add(&one->stage, "/", name, tree_last_part(one->value));
            free(name);
        }
    }
    for (int field = 0; field < 3; field++) {
        part_roots(all, field);
    }
    struct name_list shared = {0};
    for (size_t i = 0; i < all->count; i++) {
        find_shared(all, &all->items[i].stage, &shared);
    }
    for (size_t i = 0; i < all->count; i++) {
        bool configured = all->items[i].profile->detect.count == 0; // they have names of their own
        if (!configured) {
            part_children(&all->items[i].stage, all->items[i].stage.name, &shared);
        }
    }
    names_finish(&shared);
    for (size_t i = 0; i < all->count; i++) {
        number(all, &all->items[i].stage);
    }
}
