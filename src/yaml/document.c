#include "yaml/document.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "yaml/syntax.h"

bool document_parse(
    struct document *d, const char *name, const char *text, size_t len, struct str *why)
{
    bool empty = false;
    bool good = syntax_check(name, text, len, &empty, why);
    if (!good || empty) {
        *d = (struct document){.name = mem_strdup(name)};
        return good;
    }
    document_parse_own(d, name, text, len);
    return true;
}

void document_parse_own(struct document *d, const char *name, const char *text, size_t len)
{
    *d = (struct document){.name = mem_strdup(name)};
    yaml_parser_t parser;
    d->parsed = yaml_parser_initialize(&parser);
    if (d->parsed) {
        yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
        d->parsed = yaml_parser_load(&parser, &d->nodes);
        yaml_parser_delete(&parser);
    }
    if (!d->parsed) {
        // of sound text nothing else can fail, and libyaml loses some then
        check_die("out of memory");
    }
}

void document_finish(struct document *d)
{
    if (d->parsed) {
        yaml_document_delete(&d->nodes);
    }
    free(d->name);
    *d = (struct document){0};
}

const yaml_node_t *document_node(const struct document *d, int index)
{
    return &d->nodes.nodes.start[index - 1]; // libyaml counts from 1
}

const yaml_node_t *document_root(const struct document *d)
{
    return d->parsed ? document_node(d, 1) : NULL;
}

char *document_path(const struct document *d, const char *path)
{
    const char *slash = strrchr(d->name, '/');
    struct str s;
    str_init(&s);
    if (path[0] != '/' && slash) {
        str_append(&s, d->name, (size_t)(slash + 1 - d->name));
    }
    str_add(&s, path);
    return str_take(&s);
}

void document_add_version(struct str *out)
{
    str_addf(out, " libyaml/%s", yaml_get_version_string());
}
