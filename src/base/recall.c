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

static void forget(struct recall *r, size_t i)
{
    free(r->lines[i]);
    memmove(r->lines + i, r->lines + i + 1, (--r->count - i) * sizeof *r->lines);
}

void recall_add(struct recall *r, const char *line, size_t most)
{
    recall_rest(r);
    if (!*line) {
        return;
    }
    char *added = mem_strdup(line); // LINE may be one of those that are forgotten
    for (size_t i = r->count; i > 0; i--) {
        if (strcmp(r->lines[i - 1], added) == 0) {
            forget(r, i - 1);
        }
    }
    mem_grow(&r->lines, r->count, &r->cap);
    r->lines[r->count++] = added;
    if (r->count > most) {
        forget(r, 0);
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
