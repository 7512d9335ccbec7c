#include "export/part_known.h"

#include "export/put.h"

void part_known_init(struct part_known *k)
{
    *k = (struct part_known){.items = cJSON_CreateArray()};
    str_init(&k->unknown);
}

void part_known_lacks(
    struct part_known *k, const struct view_source *source, const char *separator, const char *why)
{
    str_addf(&k->unknown, "%s%s%s%s", k->unknown.len > 0 ? separator : "",
        source->name ? source->name : "", source->name ? ": " : "", why);
}

void part_known_put(
    struct part_known *k, cJSON *root, const char *name, const char *more, const char *unknown)
{
    if (k->any) {
        cJSON_AddItemToObject(root, name, k->items);
        cJSON_AddNumberToObject(root, more, (double)k->more);
    } else {
        cJSON_Delete(k->items);
        cJSON_AddNullToObject(root, name);
        cJSON_AddNullToObject(root, more);
    }
    put_text(root, unknown, k->unknown.len > 0 ? k->unknown.text : NULL);
    str_finish(&k->unknown);
}
