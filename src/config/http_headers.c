#include "config/http_headers.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/plain.h"
#include "base/text.h"
#include "config/limits.h"

static const char *const kinds[] = {"values", "secrets", "files", NULL};

/** Refuses key I of MAPPING where it stands there before, in letters of either case. */
static bool check_first(const struct reader *r, const yaml_node_t *mapping, size_t i)
{
    const yaml_node_t *key = reader_key(r, mapping, i);
    for (size_t k = 0; k < i; k++) {
        if (ascii_same(reader_text_of(reader_key(r, mapping, k)), reader_text_of(key))) {
            return reader_fail(r, key, _("'%s' is given twice"), reader_text_of(key));
        }
    }
    return true;
}

/** Whether NAME: VALUE can be sent; where it cannot, NODE is to be fixed. */
static bool check_header(
    const struct reader *r, const yaml_node_t *node, const char *name, const char *value)
{
    struct str line, reason;
    str_init(&line);
    str_init(&reason);
    str_addf(&line, "%s: %s", name, value);
    bool good = endpoint_is_header(line.text, &reason) &&
                strchr(line.text, ':') == line.text + strlen(name);
    if (!good) {
        struct arena a = {0};
        reader_fail(r, node, _("'%s' is %s"), plain_in(&a, name),
            reason.len ? reason.text : _("not a header name"));
        arena_finish(&a);
    }
    str_finish(&reason);
    str_finish(&line);
    return good;
}

/** Adds what the value ITEM of KIND says of the header NAME. */
static bool add_item(const struct reader *r, const char *name, const char *kind,
    const yaml_node_t *item, struct endpoint *e)
{
    const char *text = reader_text_of(item);
    size_t len = item->type == YAML_SCALAR_NODE ? item->data.scalar.length : 0;
    if (len == 0 || len > READER_TEXT_BYTES || strlen(text) != len || !plain_is_line(text)) {
        return reader_fail(
            r, item, _("a header must be one line of at most %d bytes"), READER_TEXT_BYTES);
    }
    if (!check_header(r, item, name, text)) {
        return false;
    }
    if (e->headers_count + e->header_files_count >= LIMIT_HEADERS) {
        return reader_fail(r, item, _("too many headers; at most %d"), LIMIT_HEADERS);
    }
    if (strcmp(kind, "files") == 0) {
        char *path = document_path(r->document, text);
        endpoint_append_header_file(e, name, path);
        free(path);
        return true;
    }
    struct str line;
    str_init(&line);
    str_addf(&line, "%s: %s", name, text);
    endpoint_append_header(e, line.text);
    str_finish(&line);
    if (strcmp(kind, "secrets") == 0) {
        endpoint_note_secrets(e, r->document->name);
    }
    return true;
}

static bool add_items(const struct reader *r, const char *name, const char *kind,
    const yaml_node_t *list, struct endpoint *e)
{
    char label[16];
    snprintf(label, sizeof label, "'%s'", kind);
    bool good = !list || reader_list(r, list, label, LIMIT_HEADERS);
    for (size_t i = 0; good && i < reader_count(list); i++) {
        good = add_item(r, name, kind, reader_entry(r, list, i), e);
    }
    return good;
}

static bool apply_header(
    const struct reader *r, const yaml_node_t *headers, size_t i, struct endpoint *e)
{
    const yaml_node_t *key = reader_key(r, headers, i), *node = reader_pair(r, headers, i);
    const char *name = reader_text_of(key);
    if (!check_header(r, key, name, "") || !check_first(r, headers, i) ||
        !reader_mapping(r, node, _("a header"), kinds)) {
        return false;
    }
    endpoint_drop_header(e, name);
    bool good = true;
    for (size_t k = 0; good && kinds[k]; k++) {
        good = add_items(r, name, kinds[k], reader_get(r, node, kinds[k]), e);
    }
    return good;
}

bool http_headers_apply(const struct reader *r, const yaml_node_t *node, struct endpoint *e)
{
    if (node->type != YAML_MAPPING_NODE) {
        return reader_fail(r, node, _("'http_headers' must be a mapping (name: {values: [...]})"));
    }
    bool good = true;
    for (size_t i = 0; good && i < reader_count(node); i++) {
        good = apply_header(r, node, i, e);
    }
    return good;
}
