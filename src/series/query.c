#include "series/query.h"

#include <stdlib.h>

#include "base/mem.h"

void query_finish(struct query *q)
{
    free(q->expr);
    matrix_finish(&q->span);
    batch_finish(&q->now);
    *q = (struct query){0};
}

void query_begin(struct query *q, const char *expr, bool range)
{
    char *copy = mem_strdup(expr); // it may be that of Q
    query_finish(q);
    q->expr = copy;
    q->range = range;
    q->state = QUERY_ASKING;
}

void query_take_notes(struct query *q, const struct batch *b)
{
    q->notes_count = 0;
    for (size_t i = 0; i < b->notes_count; i++) {
        note_add(q->notes, &q->notes_count, QUERY_NOTES_MAX, b->notes[i]);
    }
}
