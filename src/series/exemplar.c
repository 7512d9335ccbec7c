#include "series/exemplar.h"

#include <stdlib.h>
#include <string.h>

static void drop(struct exemplar *e)
{
    free(e->trace);
    free(e->pod);
    *e = (struct exemplar){0};
}

static bool is_known(const struct exemplars *list, const struct exemplar *e)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct exemplar *other = &list->items[i];
        if (other->at_ms == e->at_ms && other->value == e->value &&
            strcmp(other->trace, e->trace) == 0) {
            return true; // two servers may have scraped the same
        }
    }
    return false;
}

void exemplars_add(struct exemplars *list, struct exemplar e)
{
    bool full = list->count == EXEMPLARS_MAX;
    bool slower = !full || e.value > list->items[EXEMPLARS_MAX - 1].value;
    if (is_known(list, &e)) {
        drop(&e);
        return;
    }
    list->seen++;
    if (!slower) {
        drop(&e);
        return;
    }
    if (full) {
        drop(&list->items[--list->count]);
    }
    size_t at = list->count++;
    for (; at > 0 && list->items[at - 1].value < e.value; at--) {
        list->items[at] = list->items[at - 1];
    }
    list->items[at] = e;
}

void exemplars_finish(struct exemplars *list)
{
    for (size_t i = 0; i < list->count; i++) {
        drop(&list->items[i]);
    }
    *list = (struct exemplars){0};
}
