#include "config/component.h"

#include <stdlib.h>

#include "base/mem.h"

struct component *component_add(struct component_list *list, const char *profile, const char *title,
    const char *namespace, const char *job)
{
    mem_grow(&list->items, list->count, &list->cap);
    struct component *c = &list->items[list->count++];
    *c = (struct component){.profile = mem_strdup(profile),
        .title = mem_strdup(title ? title : profile),
        .namespace = mem_strdup(namespace),
        .job = mem_strdup(job)};
    return c;
}

void component_finish(struct component_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct component *c = &list->items[i];
        free(c->profile);
        free(c->title);
        free(c->namespace);
        free(c->job);
        free(c->metric);
        free(c->other);
        free(c->under);
        names_finish(&c->stages);
    }
    free(list->items);
    *list = (struct component_list){0};
}

const char *component_fate_name(enum component_fate fate)
{
    static const char *const names[COMPONENT_FATES] = {[COMPONENT_TAKEN] = "taken",
        [COMPONENT_ALONE] = "alone",
        [COMPONENT_DOUBLED] = "known_better",
        [COMPONENT_SILENT] = "no_requests",
        [COMPONENT_UNJUDGED] = "nothing_judged",
        [COMPONENT_UNLINKED] = "unlinked",
        [COMPONENT_NO_ROOM] = "no_room"};
    return names[fate];
}
