#include "config/http_headers.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/plain.h"
#include "config/limits.h"
#include "config/value.h"
#include "endpoint/source.h"

struct header_reading {
    struct locate *at;
    struct source_config *source;
    struct str *why;
};

static yaml_node_t *node_at(const struct header_reading *r, int index)
{
    return yaml_document_get_node(&r->at->document, index);
}

/** Refuses a key of MAPPING that stands before PAIR as well, whatever its case. */
static bool check_first(
    const struct header_reading *r, const yaml_node_t *mapping, const yaml_node_pair_t *pair)
{
    const yaml_node_t *key = node_at(r, pair->key);
    for (const yaml_node_pair_t *p = mapping->data.mapping.pairs.start; p < pair; p++) {
        if (ascii_same(locate_text(node_at(r, p->key)), locate_text(key))) {
            return locate_fail_at(r->at, key, r->why, "'%s' is given twice", locate_text(key));
        }
    }
    return true;
}

/** Whether NAME: VALUE can be sent; where it cannot, NODE is to be mended. */
static bool check_header(
    const struct header_reading *r, const yaml_node_t *node, const char *name, const char *value)
{
    struct str line, reason;
    str_init(&line);
    str_init(&reason);
    str_addf(&line, "%s: %s", name, value);
    bool good =
        value_header(line.text, &reason) && strchr(line.text, ':') == line.text + strlen(name);
    if (!good) {
        struct str shown;
        str_init(&shown);
        plain_add(&shown, name);
        locate_fail_at(r->at, node, r->why, "'%s' is %s", shown.text,
            reason.len ? reason.text : "not a header name");
        str_finish(&shown);
    }
    str_finish(&reason);
    str_finish(&line);
    return good;
}

/** Adds what the value ITEM of KIND says of the header NAME. */
static bool add_item(
    const struct header_reading *r, const char *name, const char *kind, const yaml_node_t *item)
{
    struct source_config *s = r->source;
    const char *text = locate_text(item);
    size_t len = item->type == YAML_SCALAR_NODE ? item->data.scalar.length : 0;
    if (len == 0 || len > LIMIT_TEXT_BYTES || strlen(text) != len || !plain_is_line(text)) {
        return locate_fail_at(
            r->at, item, r->why, "a header must be one line of at most %d bytes", LIMIT_TEXT_BYTES);
    }
    if (!check_header(r, item, name, text)) {
        return false;
    }
    if (s->headers_count + s->header_files_count >= LIMIT_HEADERS) {
        return locate_fail_at(r->at, item, r->why, "too many headers; at most %d", LIMIT_HEADERS);
    }
    if (strcmp(kind, "files") == 0) {
        char *path = locate_path(r->at, text);
        source_append_header_file(s, name, path);
        free(path);
        return true;
    }
    struct str line;
    str_init(&line);
    str_addf(&line, "%s: %s", name, text);
    source_append_header(s, line.text);
    str_finish(&line);
    if (strcmp(kind, "secrets") == 0) {
        source_note_secrets(s, r->at->name);
    }
    return true;
}

static bool add_items(const struct header_reading *r, const char *name, const yaml_node_t *mapping,
    const yaml_node_pair_t *pair)
{
    const yaml_node_t *key = node_at(r, pair->key), *list = node_at(r, pair->value);
    const char *kind = locate_text(key);
    if (strcmp(kind, "files") != 0 && strcmp(kind, "values") != 0 && strcmp(kind, "secrets") != 0) {
        return locate_fail_at(
            r->at, key, r->why, "a header has values, secrets and files, each a list");
    }
    if (!check_first(r, mapping, pair)) {
        return false;
    }
    if (list->type != YAML_SEQUENCE_NODE) {
        return locate_fail_at(r->at, list, r->why, "'%s' must be a list", kind);
    }
    const yaml_node_item_t *end = list->data.sequence.items.top;
    for (const yaml_node_item_t *i = list->data.sequence.items.start; i < end; i++) {
        if (!add_item(r, name, kind, node_at(r, *i))) {
            return false;
        }
    }
    return true;
}

static bool apply_header(
    const struct header_reading *r, const yaml_node_t *mapping, const yaml_node_pair_t *pair)
{
    const yaml_node_t *key = node_at(r, pair->key), *node = node_at(r, pair->value);
    const char *name = locate_text(key);
    if (!check_header(r, key, name, "") || !check_first(r, mapping, pair)) {
        return false;
    }
    if (node->type != YAML_MAPPING_NODE) {
        return locate_fail_at(
            r->at, node, r->why, "'%s' must be a mapping with values, secrets or files", name);
    }
    source_drop_header(r->source, name);
    const yaml_node_pair_t *end = node->data.mapping.pairs.top;
    for (const yaml_node_pair_t *p = node->data.mapping.pairs.start; p < end; p++) {
        if (!add_items(r, name, node, p)) {
            return false;
        }
    }
    return true;
}

bool http_headers_apply(
    struct source_config *s, struct locate *l, yaml_node_t *node, struct str *why)
{
    const struct header_reading r = {l, s, why};
    if (node->type != YAML_MAPPING_NODE) {
        return locate_fail_at(
            r.at, node, r.why, "'http_headers' must be a mapping (name: {values: [...]})");
    }
    const yaml_node_pair_t *end = node->data.mapping.pairs.top;
    for (const yaml_node_pair_t *p = node->data.mapping.pairs.start; p < end; p++) {
        if (!apply_header(&r, node, p)) {
            return false;
        }
    }
    return true;
}
