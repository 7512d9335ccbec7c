#include "series/list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct list_value *list_add(struct list *list)
{
    for (size_t k = 0; k < list->fields_count; k++) {
        size_t used = list->count * list->fields_count + k;
        mem_grow(&list->values, used, &list->cap);
        list->values[used] = (struct list_value){.number = NAN};
    }
    return &list->values[list->fields_count * list->count++];
}

static const struct list_value *find(const struct list *list, size_t i, const char *field)
{
    for (size_t k = 0; k < list->fields_count; k++) {
        if (strcmp(list->fields[k], field) == 0) {
            return &list->values[i * list->fields_count + k];
        }
    }
    return NULL;
}

const char *list_text(const struct list *list, size_t i, const char *field)
{
    const struct list_value *v = find(list, i, field);
    return v && v->text ? v->text : "";
}

double list_number(const struct list *list, size_t i, const char *field)
{
    const struct list_value *v = find(list, i, field);
    return v ? v->number : NAN;
}

static void free_texts(struct list *list, size_t i)
{
    for (size_t k = 0; k < list->fields_count; k++) {
        free(list->values[i * list->fields_count + k].text);
    }
}

void list_keep(struct list *list, size_t most, bool (*first)(const struct list *list, size_t i))
{
    size_t firsts = 0, kept = 0, count = list->count, width = list->fields_count;
    for (size_t i = 0; count > most && i < count; i++) {
        firsts += first(list, i);
    }
    size_t others = firsts < most ? most - firsts : 0;
    for (size_t i = 0; count > most && i < count; i++) {
        bool is = first(list, i), keep = kept < most && (is || others > 0);
        others -= keep && !is;
        if (!keep) {
            free_texts(list, i);
        } else if (kept++ < i) {
            memcpy(&list->values[(kept - 1) * width], &list->values[i * width],
                width * sizeof *list->values);
        }
    }
    if (count > most) {
        list->left_out += count - kept;
        list->count = kept;
    }
}

void list_finish(struct list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free_texts(list, i);
    }
    free(list->values);
    *list = (struct list){0};
}
