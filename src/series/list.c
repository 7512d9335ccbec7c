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

void list_finish(struct list *list)
{
    for (size_t i = 0; i < list->count * list->fields_count; i++) {
        free(list->values[i].text);
    }
    free(list->values);
    *list = (struct list){0};
}
