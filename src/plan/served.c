#include "plan/served.h"

#include <stdlib.h>
#include <string.h>

int served_next(const struct plan *p, const struct store *store, const char *job, int after)
{
    int next = -1;
    if (p->targets < 0 || (size_t)p->targets >= store->count) {
        return -1;
    }
    const struct matrix *m = &store->signals[p->targets].live;
    for (size_t i = 0; i < m->count; i++) {
        const char *stage = labels_get(&m->series[i].labels, "stage");
        const char *its = labels_get(&m->series[i].labels, "job");
        long index = stage && its && strcmp(its, job) == 0 ? strtol(stage, NULL, 10) : -1;
        if (index > after && (size_t)index < p->stages_count && (next < 0 || index < next)) {
            next = (int)index;
        }
    }
    return next;
}
