#include "series/batch.h"

#include <stdlib.h>

#include "base/mem.h"

struct batch_series *batch_add(struct batch *b)
{
    mem_grow(&b->series, b->count, &b->cap);
    b->series[b->count] = (struct batch_series){0};
    return &b->series[b->count++];
}

void batch_add_sample(struct batch_series *s, int64_t t_ms, double value)
{
    mem_grow(&s->samples, s->count, &s->cap);
    s->samples[s->count++] = (struct sample){.t_ms = t_ms, .value = value};
}

void batch_add_note(struct batch *b, const char *text)
{
    mem_grow(&b->notes, b->notes_count, &b->notes_cap);
    b->notes[b->notes_count++] = mem_strdup(text);
}

void batch_finish(struct batch *b)
{
    for (size_t i = 0; i < b->count; i++) {
        labels_finish(&b->series[i].labels);
        free(b->series[i].samples);
    }
    for (size_t i = 0; i < b->notes_count; i++) {
        free(b->notes[i]);
    }
    free(b->series);
    free(b->notes);
    free(b->text);
    *b = (struct batch){0};
}

void batch_add_labels(struct batch *b, const struct batch *other)
{
    for (size_t i = 0; i < other->count; i++) {
        labels_copy(&batch_add(b)->labels, &other->series[i].labels);
    }
}
