#include "series/vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void vocabulary_finish(struct vocabulary *v)
{
    for (size_t i = 0; i < v->count; i++) {
        free(v->words[i]);
    }
    free(v->words);
    free(v->metric);
    free(v->label);
    *v = (struct vocabulary){0};
}

bool vocabulary_is(
    const struct vocabulary *v, enum vocabulary_kind kind, const char *metric, const char *label)
{
    return v->metric && v->kind == kind && strcmp(v->metric, metric) == 0 &&
           strcmp(v->label, label) == 0;
}

void vocabulary_add(struct vocabulary *v, const char *word, size_t bytes_max)
{
    if (!*word || strlen(word) >= bytes_max || strstr(word, "\uFFFD")) {
        return;
    }
    if (v->count == VOCABULARY_WORDS_MAX) {
        v->cut = true;
        return;
    }
    mem_grow(&v->words, v->count, &v->cap);
    v->words[v->count++] = mem_strdup(word);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void vocabulary_sort(struct vocabulary *v)
{
    if (v->count == 0) {
        return;
    }
    qsort(v->words, v->count, sizeof *v->words, compare);
    size_t n = 1;
    for (size_t i = 1; i < v->count; i++) {
        if (strcmp(v->words[i], v->words[n - 1]) == 0) {
            free(v->words[i]);
        } else {
            v->words[n++] = v->words[i];
        }
    }
    v->count = n;
}
