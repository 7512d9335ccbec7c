#include "base/recall.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void recall_finish(struct recall *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free(r->lines[i]);
    }
    free(r->lines);
    free(r->draft);
    *r = (struct recall){0};
}

void recall_add(struct recall *r, const char *line, size_t most)
{
    recall_rest(r);
    if (!*line || (r->count > 0 && strcmp(r->lines[r->count - 1], line) == 0)) {
        return;
    }
    mem_grow(&r->lines, r->count, &r->cap);
    r->lines[r->count++] = mem_strdup(line);
    if (r->count > most) {
        free(r->lines[0]);
        memmove(r->lines, r->lines + 1, --r->count * sizeof *r->lines);
    }
}

const char *recall_step(struct recall *r, int steps, const char *draft)
{
    size_t off = (size_t)(steps < 0 ? -steps : steps);
    if (steps < 0 ? off > r->back : off > r->count - r->back) {
        return NULL;
    }
    if (r->back == 0) {
        free(r->draft);
        r->draft = mem_strdup(draft);
    }
    r->back = steps < 0 ? r->back - off : r->back + off;
    return r->back == 0 ? r->draft : r->lines[r->count - r->back];
}

void recall_rest(struct recall *r)
{
    r->back = 0;
}
