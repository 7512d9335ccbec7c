#include "config/stages.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/metric_key.h"
#include "promql/expr.h"

static struct stage_list children_of(const struct stage_config *stage)
{
    return (struct stage_list){stage->children, stage->children_count};
}

static void finish_next(struct metric_config *m)
{
    if (m) {
        stages_finish_metric(m);
        free(m);
    }
}

void stages_finish_metric(struct metric_config *m)
{
    finish_next(m->other);
    finish_next(m->older);
    free(m->metric);
    free(m->expr);
    free(m->count);
    *m = (struct metric_config){0};
}

void stages_finish_one(struct stage_config *s)
{
    free(s->name);
    free(s->place);
    free(s->by);
    free(s->when);
    free(s->pod_label);
    stages_finish_metric(&s->latency);
    stages_finish_metric(&s->errors);
    stages_finish_metric(&s->requests);
    for (size_t i = 0; i < s->saturation_count; i++) {
        free(s->saturation[i].name);
        stages_finish_metric(&s->saturation[i].used);
        stages_finish_metric(&s->saturation[i].limit);
    }
    free(s->saturation);
    for (size_t i = 0; i < s->declared_count; i++) {
        stages_finish_metric(&s->declared[i].source);
        stages_finish_metric(&s->declared[i].limit);
    }
    free(s->declared);
    struct stage_list children = children_of(s);
    stages_finish(&children);
    *s = (struct stage_config){0};
}

void stages_finish(struct stage_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        stages_finish_one(&list->items[i]);
    }
    free(list->items);
    *list = (struct stage_list){0};
}

size_t stages_count(const struct stage_list *list)
{
    size_t count = list->count;
    for (size_t i = 0; i < list->count; i++) {
        struct stage_list children = children_of(&list->items[i]);
        count += stages_count(&children);
    }
    return count;
}

size_t stages_depth(const struct stage_list *list)
{
    size_t deepest = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct stage_list children = children_of(&list->items[i]);
        size_t depth = 1 + stages_depth(&children);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

/** The stage called NAME exactly DEPTH levels below the top; NULL: none. */
static struct stage_config *find_at(const struct stage_list *list, const char *name, size_t depth)
{
    for (size_t i = 0; i < list->count; i++) {
        struct stage_config *s = &list->items[i];
        struct stage_list children = children_of(s);
        if (depth == 0 && strcmp(s->name, name) == 0) {
            return s;
        }
        s = depth ? find_at(&children, name, depth - 1) : NULL;
        if (s) {
            return s;
        }
    }
    return NULL;
}

void stages_merge(struct stage_list *all, struct stage_list *more)
{
    // from the top down: a stage that is placed in a subtree must not vanish with that subtree
    for (size_t depth = 0; depth < stages_depth(all); depth++) {
        for (size_t i = 0; i < more->count; i++) {
            struct stage_config *s = &more->items[i];
            struct stage_config *old = s->name ? find_at(all, s->name, depth) : NULL;
            if (old) {
                stages_finish_one(old);
                *old = *s;
                *s = (struct stage_config){0};
            }
        }
    }
    for (size_t i = 0; i < more->count; i++) {
        if (more->items[i].name) {
            all->items = mem_resize(all->items, all->count + 1, sizeof *all->items);
            all->items[all->count++] = more->items[i];
        }
    }
    free(more->items);
    *more = (struct stage_list){0};
}

bool stages_is_timed(const struct stage_config *s)
{
    return s->latency.metric || s->latency.expr;
}

bool stages_can_judge(const struct stage_config *s)
{
    return stages_is_timed(s) || s->requests.metric || s->requests.expr ||
           s->saturation_count + s->declared_count > 0;
}

/** Appends the names of LIST, children included, to NAMES, which has room for them. */
static size_t collect(const struct stage_list *list, const char **names)
{
    size_t n = 0;
    for (size_t i = 0; i < list->count; i++) {
        names[n++] = list->items[i].name;
        struct stage_list children = children_of(&list->items[i]);
        n += collect(&children, names + n);
    }
    return n;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *stages_repeated(const struct stage_list *list)
{
    const char **names = mem_zalloc(stages_count(list), sizeof *names);
    size_t count = collect(list, names);
    qsort(names, count, sizeof *names, compare_names);
    const char *repeated = NULL;
    for (size_t i = 1; i < count && !repeated; i++) {
        repeated = strcmp(names[i], names[i - 1]) == 0 ? names[i] : NULL;
    }
    free(names);
    return repeated;
}

void stages_finish_tools(struct tools_config *t)
{
    stages_finish_metric(&t->calls);
    stages_finish_metric(&t->errors);
    stages_finish_metric(&t->latency.source);
    stages_finish_metric(&t->latency.limit);
    free(t->label);
    *t = (struct tools_config){0};
}

void pipeline_finish(struct pipeline *p)
{
    struct stage_list stages = {p->stages, p->stages_count};
    stages_finish(&stages);
    stages_finish_tools(&p->tools);
    names_finish(&p->tools_of);
    component_finish(&p->components);
    names_finish(&p->notes);
    *p = (struct pipeline){0};
}

static struct metric_config narrowed(const struct metric_config *m, const char *matchers)
{
    struct metric_config out = *m;
    out.metric = mem_strdup(m->metric);
    out.count = mem_strdup(m->count);
    out.expr = NULL;
    out.other = out.older = NULL;
    metric_key_narrow(&out.metric, m->metric ? matchers : NULL);
    metric_key_narrow(&out.count, m->count ? matchers : NULL);
    if (m->expr) {
        struct str s;
        str_init(&s);
        expr_add_within(&s, m->expr, matchers);
        out.expr = str_take(&s);
    }
    return out;
}

struct stage_config stages_narrowed(
    const struct stage_config *s, const char *name, const char *matchers)
{
    struct stage_config out = *s;
    out.name = mem_strdup(name);
    out.place = mem_strdup(s->place);
    out.by = mem_strdup(s->by);
    out.when = mem_strdup(s->when);
    out.pod_label = mem_strdup(s->pod_label);
    out.latency = narrowed(&s->latency, matchers);
    out.errors = narrowed(&s->errors, matchers);
    out.requests = narrowed(&s->requests, matchers);
    out.saturation = mem_zalloc(s->saturation_count + 1, sizeof *out.saturation);
    for (size_t i = 0; i < s->saturation_count; i++) {
        out.saturation[i] = s->saturation[i];
        out.saturation[i].name = mem_strdup(s->saturation[i].name);
        out.saturation[i].used = narrowed(&s->saturation[i].used, matchers);
        out.saturation[i].limit = narrowed(&s->saturation[i].limit, matchers);
    }
    out.declared = mem_zalloc(s->declared_count + 1, sizeof *out.declared);
    for (size_t i = 0; i < s->declared_count; i++) {
        out.declared[i] = s->declared[i];
        out.declared[i].source = narrowed(&s->declared[i].source, matchers);
        out.declared[i].limit = narrowed(&s->declared[i].limit, matchers);
    }
    out.children = mem_zalloc(s->children_count + 1, sizeof *out.children);
    for (size_t i = 0; i < s->children_count; i++) {
        struct str child;
        str_init(&child);
        str_addf(&child, "%s/%s", name, s->children[i].name);
        out.children[i] = stages_narrowed(&s->children[i], child.text, matchers);
        str_finish(&child);
    }
    return out;
}
