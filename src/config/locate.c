#include "config/locate.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/syntax.h"

bool locate_parse(struct locate *l, const char *name, const char *text, size_t len, struct str *why)
{
    *l = (struct locate){.name = mem_strdup(name)};
    bool empty;
    if (!syntax_check(name, text, len, &empty, why)) {
        return false;
    }
    if (empty) {
        return true;
    }
    yaml_parser_t parser;
    bool good = yaml_parser_initialize(&parser);
    if (good) {
        yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
        good = yaml_parser_load(&parser, &l->document);
        yaml_parser_delete(&parser);
    }
    l->parsed = good;
    if (!good) {
        str_setf(why, "%s: out of memory", name);
    }
    return good;
}

void locate_finish(struct locate *l)
{
    if (l->parsed) {
        yaml_document_delete(&l->document);
    }
    free(l->name);
    *l = (struct locate){0};
}

yaml_node_t *locate_root(struct locate *l)
{
    return l->parsed ? yaml_document_get_root_node(&l->document) : NULL;
}

char *locate_path(const struct locate *l, const char *path)
{
    const char *slash = strrchr(l->name, '/');
    struct str s;
    str_init(&s);
    if (path[0] != '/' && slash) {
        str_append(&s, l->name, (size_t)(slash + 1 - l->name));
    }
    str_add(&s, path);
    return str_take(&s);
}

const char *locate_text(const yaml_node_t *node)
{
    // the cast only drops libyaml's unsigned
    return node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : "";
}

/** The value of the key of LEN bytes at KEY; NULL: not there. */
static yaml_node_t *find_key(yaml_document_t *d, yaml_node_t *node, const char *key, size_t len)
{
    if (node->type != YAML_MAPPING_NODE) {
        return NULL;
    }
    yaml_node_pair_t *end = node->data.mapping.pairs.top;
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < end; pair++) {
        const char *text = locate_text(yaml_document_get_node(d, pair->key));
        if (strlen(text) == len && memcmp(text, key, len) == 0) {
            return yaml_document_get_node(d, pair->value);
        }
    }
    return NULL;
}

static yaml_node_t *find_item(yaml_document_t *d, yaml_node_t *node, size_t index)
{
    if (node->type != YAML_SEQUENCE_NODE) {
        return NULL;
    }
    yaml_node_item_t *items = node->data.sequence.items.start;
    size_t count = (size_t)(node->data.sequence.items.top - items);
    return index < count ? yaml_document_get_node(d, items[index]) : NULL;
}

/** The node at PATH or the last one before it; *WHOLE says which. */
static yaml_node_t *find(struct locate *l, const char *path, bool *whole)
{
    yaml_node_t *node = locate_root(l);
    *whole = node != NULL;
    while (node && *path) {
        yaml_node_t *next;
        if (*path == '[') {
            char *end;
            next = find_item(&l->document, node, strtoul(path + 1, &end, 10));
            path = end + (*end == ']');
        } else {
            path += *path == '.';
            size_t len = strcspn(path, ".[");
            next = find_key(&l->document, node, path, len);
            path += len;
        }
        if (!next) {
            *whole = false;
            break;
        }
        node = next;
    }
    return node;
}

yaml_node_t *locate_find(struct locate *l, const char *path)
{
    bool whole;
    yaml_node_t *node = find(l, path, &whole);
    return whole ? node : NULL;
}

bool locate_fail(struct locate *l, const char *path, struct str *why, const char *format, ...)
{
    bool whole;
    yaml_node_t *node = find(l, path, &whole);
    yaml_mark_t start = {0};
    syntax_set_place(why, l->name, node ? node->start_mark : start);
    va_list args;
    va_start(args, format);
    str_vaddf(why, format, args);
    va_end(args);
    return false;
}

bool locate_fail_at(
    const struct locate *l, const yaml_node_t *node, struct str *why, const char *format, ...)
{
    syntax_set_place(why, l->name, node->start_mark);
    va_list args;
    va_start(args, format);
    str_vaddf(why, format, args);
    va_end(args);
    return false;
}
