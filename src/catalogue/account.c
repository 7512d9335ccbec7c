#include "catalogue/account.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/stages.h"

static const char *text_of(const struct labels *row, const char *label)
{
    const char *text = labels_get(row, label);
    return text ? text : "";
}

// The user's own stages that have to be looked for are a profile without a name.
static const char *name_of(const struct profile *p)
{
    return p->name ? p->name : "configuration";
}

static bool is_at(const struct component *c, const struct profile *p, const char *namespace)
{
    return strcmp(c->profile, name_of(p)) == 0 && strcmp(c->namespace, namespace) == 0;
}

static size_t find(const struct component_list *seen, const struct profile *p,
    const char *namespace, const char *job)
{
    size_t i = 0;
    while (i < seen->count &&
           !(is_at(&seen->items[i], p, namespace) && strcmp(seen->items[i].job, job) == 0)) {
        i++;
    }
    return i;
}

static struct component *add(
    struct component_list *seen, const struct profile *p, const char *namespace, const char *job)
{
    struct component *c = component_add(seen, name_of(p), p->title, namespace, job);
    c->role = p->role;
    c->built_in = p->built_in;
    return c;
}

void account_recognise(struct component_list *seen, const struct profile *p,
    const struct labels *row, enum component_fate fate)
{
    const char *namespace = text_of(row, "namespace"), *job = text_of(row, "job");
    if (find(seen, p, namespace, job) == seen->count) {
        struct component *c = add(seen, p, namespace, job);
        c->metric = mem_strdup(text_of(row, "__name__"));
        c->fate = fate;
    }
}

bool account_is_recognised(const struct component_list *seen, const struct profile *p,
    const char *namespace, const char *job)
{
    size_t i = find(seen, p, namespace, job);
    return i < seen->count && seen->items[i].metric;
}

bool account_is_alone(
    const struct component_list *seen, const struct profile *p, const char *namespace)
{
    bool is = false;
    for (size_t i = 0; !is && i < seen->count; i++) {
        is = seen->items[i].fate == COMPONENT_ALONE && is_at(&seen->items[i], p, namespace);
    }
    return is;
}

// What shows a component may be of another job than its latency: a sidecar's, an exporter's.
size_t account_place(
    struct component_list *seen, const struct profile *p, const char *namespace, const char *job)
{
    size_t at = find(seen, p, namespace, job);
    for (size_t i = 0; at == seen->count && i < seen->count; i++) {
        at = is_at(&seen->items[i], p, namespace) ? i : at;
    }
    if (at == seen->count) {
        add(seen, p, namespace, job);
    }
    return at;
}

void account_double(struct component_list *seen, size_t one, size_t other)
{
    struct component *c = &seen->items[one];
    free(c->other);
    c->other = mem_strdup(seen->items[other].title);
    c->fate = COMPONENT_DOUBLED;
}

static bool has_latency(const struct stage_config *stages, size_t count)
{
    bool has = false;
    for (size_t i = 0; !has && i < count; i++) {
        has = stages_is_timed(&stages[i]) ||
              has_latency(stages[i].children, stages[i].children_count);
    }
    return has;
}

/** What else the job of C is shown as; NULL: as nothing. */
static const struct component *taken_for(
    const struct component_list *seen, const struct component *c)
{
    const struct component *found = NULL;
    for (size_t i = 0; !found && *c->job && i < seen->count; i++) {
        const struct component *other = &seen->items[i];
        bool is = other->stages.count > 0 && strcmp(other->job, c->job) == 0 &&
                  strcmp(other->namespace, c->namespace) == 0;
        found = is ? other : NULL;
    }
    return found;
}

// Two profiles may be recognised by the same names, of which one has its latencies there.
static void settle_rest(struct component_list *seen, struct component *c, const struct profile *p)
{
    if (c->fate == COMPONENT_TAKEN && c->stages.count == 0 && !p->tools.label) {
        const struct component *other = taken_for(seen, c);
        c->fate = has_latency(p->stages, p->stages_count) ? COMPONENT_SILENT : COMPONENT_UNJUDGED;
        if (other) {
            account_double(seen, (size_t)(c - seen->items), (size_t)(other - seen->items));
        }
    }
}

static int compare(const void *a, const void *b)
{
    const struct component *x = a, *y = b;
    int by_role = (x->role > y->role) - (x->role < y->role);
    int by_place = strcmp(x->namespace, y->namespace), by_job = strcmp(x->job, y->job);
    return by_role    ? by_role
           : by_place ? by_place
           : by_job   ? by_job
                      : strcmp(x->profile, y->profile);
}

void account_settle(struct component_list *seen, const struct tree *all,
    const struct profile *profiles, size_t count)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct node *one = &all->items[i];
        struct component *c = &seen->items[one->component];
        c->role = c->stages.count == 0 ? one->stage.role : c->role;
        names_push(&c->stages, one->stage.name);
        if (one->parent >= 0 && !c->under && all->items[one->parent].component != one->component) {
            c->under = mem_strdup(one->part ? one->part : all->items[one->parent].stage.name);
            c->link = one->link;
        }
    }
    for (size_t i = 0; i < seen->count; i++) {
        for (size_t k = 0; k < count; k++) {
            if (strcmp(seen->items[i].profile, name_of(&profiles[k])) == 0) {
                settle_rest(seen, &seen->items[i], &profiles[k]);
            }
        }
    }
    if (seen->count > 1) {
        qsort(seen->items, seen->count, sizeof *seen->items, compare);
    }
}
