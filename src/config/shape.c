#include "config/shape.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/plain.h"
#include "config/syntax.h"
#include "config/value.h"

struct shape {
    struct locate *at;
    struct str *why;
};

/** Starts the message about NODE, to be continued in *WHY. */
static void begin(struct shape *s, const yaml_node_t *node)
{
    syntax_set_place(s->why, s->at->name, node->start_mark);
}

static bool is_null(const yaml_node_t *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    if (node->type != YAML_SCALAR_NODE || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE) {
        return false;
    }
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++) {
        if (strcmp(locate_text(node), nulls[i]) == 0) {
            return true;
        }
    }
    return false;
}

static const char *found(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE     ? "text"
           : node->type == YAML_SEQUENCE_NODE ? "a list"
                                              : "a mapping";
}

/** "text", "a list" or "a mapping" as SCHEMA wants it. */
static const char *wanted(const struct shape_type *schema)
{
    return schema->kind == SHAPE_TEXT   ? "text"
           : schema->kind == SHAPE_LIST ? "a list"
                                        : "a mapping (key: value)";
}

static bool has_type(const yaml_node_t *node, const struct shape_type *schema)
{
    return node->type == (schema->kind == SHAPE_TEXT      ? YAML_SCALAR_NODE
                             : schema->kind == SHAPE_LIST ? YAML_SEQUENCE_NODE
                                                          : YAML_MAPPING_NODE);
}

/** Checks one value's kind; LABEL says what it is: "'window'", "an entry of 'stages'". */
static bool check_kind(
    struct shape *s, const yaml_node_t *node, const struct shape_type *schema, const char *label)
{
    if (is_null(node)) {
        begin(s, node);
        str_addf(s->why, "%s is empty; give it a value or remove it", label);
        return false;
    }
    if (!has_type(node, schema)) {
        bool quote = schema->kind == SHAPE_TEXT && node->type == YAML_MAPPING_NODE;
        begin(s, node);
        str_addf(s->why, "%s must be %s, not %s%s", label, wanted(schema), found(node),
            quote ? "; put quotes around it" : "");
        return false;
    }
    return true;
}

static bool check_text(
    struct shape *s, const yaml_node_t *node, const struct shape_type *schema, const char *label)
{
    size_t len = node->data.scalar.length;
    if (len > 0 && len <= schema->max && !memchr(locate_text(node), 0, len)) {
        return true;
    }
    begin(s, node);
    if (len == 0) {
        str_addf(s->why, "%s is empty; give it a value or remove it", label);
    } else if (len > schema->max) {
        str_addf(s->why, "%s is too long; at most %u bytes", label, (unsigned)schema->max);
    } else {
        str_addf(s->why, "%s has a NUL byte", label);
    }
    return false;
}

static bool check_value(
    struct shape *s, const yaml_node_t *node, const struct shape_type *schema, const char *label);

static bool check_list(
    struct shape *s, const yaml_node_t *node, const struct shape_type *schema, const char *label)
{
    const yaml_node_item_t *items = node->data.sequence.items.start;
    size_t count = (size_t)(node->data.sequence.items.top - items);
    if (count > schema->max) {
        begin(s, node);
        str_addf(s->why, "%s has too many entries; at most %u", label, (unsigned)schema->max);
        return false;
    }
    struct str entry;
    str_init(&entry);
    str_addf(&entry, "an entry of %s", label);
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        const yaml_node_t *item = yaml_document_get_node(&s->at->document, items[i]);
        good = check_value(s, item, schema->entry, entry.text);
    }
    str_finish(&entry);
    return good;
}

/** Keys that Prometheus knows in an http_config, and what to do instead. */
static const struct {
    const char *key, *instead;
} refused[] = {
    {"oauth2", "have another program fetch the token, and name its file in "
               "authorization.credentials_file"},
    {"azuread", "have another program fetch the token, and name its file in "
                "authorization.credentials_file"},
    {"google_iam", "have another program fetch the token, and name its file in "
                   "authorization.credentials_file"},
    {"sigv4", "use --aws-sigv4, or source.aws_sigv4 in the config file"},
    {"proxy_connect_header", "give the proxy's user in proxy_url"},
};

const struct shape_field *shape_find(const struct shape_field *fields, const char *key)
{
    while (fields->key && strcmp(fields->key, key) != 0) {
        fields++;
    }
    return fields->key ? fields : NULL;
}

static bool reject_key(struct shape *s, const yaml_node_t *key, const struct shape_field *fields)
{
    begin(s, key);
    if (key->type != YAML_SCALAR_NODE) {
        str_addf(s->why, "a key must be text, not %s", found(key));
        return false;
    }
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        if (strcmp(locate_text(key), refused[i].key) == 0) {
            str_addf(s->why, "'%s' is not supported: %s", refused[i].key, refused[i].instead);
            return false;
        }
    }
    str_add(s->why, "unknown key '");
    plain_add(s->why, locate_text(key));
    str_add(s->why, "'; known here: ");
    for (const struct shape_field *f = fields; f->key; f++) {
        str_addf(s->why, "%s%s", f == fields ? "" : ", ", f->key);
    }
    return false;
}

/** Refuses a key that stands in MAPPING before PAIR. */
static bool check_first(
    struct shape *s, const yaml_node_t *mapping, const yaml_node_pair_t *pair, const char *key)
{
    for (yaml_node_pair_t *p = mapping->data.mapping.pairs.start; p < pair; p++) {
        const yaml_node_t *other = yaml_document_get_node(&s->at->document, p->key);
        if (strcmp(locate_text(other), key) == 0) {
            begin(s, yaml_document_get_node(&s->at->document, pair->key));
            str_addf(
                s->why, "'%s' is given twice, first on line %zu", key, other->start_mark.line + 1);
            return false;
        }
    }
    return true;
}

static bool check_mapping(struct shape *s, const yaml_node_t *node, const struct shape_type *schema)
{
    const struct shape_field *fields = schema->fields;
    yaml_node_pair_t *end = node->data.mapping.pairs.top;
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < end; pair++) {
        const yaml_node_t *key = yaml_document_get_node(&s->at->document, pair->key);
        const struct shape_field *f =
            key->type == YAML_SCALAR_NODE ? shape_find(fields, locate_text(key)) : NULL;
        if (!f) {
            return reject_key(s, key, fields);
        }
        char label[64];
        snprintf(label, sizeof label, "'%s'", f->key);
        const yaml_node_t *value = yaml_document_get_node(&s->at->document, pair->value);
        if (!check_first(s, node, pair, f->key) || !check_value(s, value, &f->value, label)) {
            return false;
        }
    }
    return true;
}

static bool check_value(
    struct shape *s, const yaml_node_t *node, const struct shape_type *schema, const char *label)
{
    if (schema->kind == SHAPE_ELSEWHERE) {
        return true;
    }
    if (!check_kind(s, node, schema, label)) {
        return false;
    }
    if (schema->kind == SHAPE_TEXT) {
        return check_text(s, node, schema, label);
    }
    return schema->kind == SHAPE_LIST ? check_list(s, node, schema, label)
                                      : check_mapping(s, node, schema);
}

static void load(
    struct locate *l, const yaml_node_t *node, const struct shape_type *type, char *at);

static void load_list(
    struct locate *l, const yaml_node_t *node, const struct shape_field *f, char *owner)
{
    const yaml_node_item_t *items = node->data.sequence.items.start;
    size_t count = (size_t)(node->data.sequence.items.top - items);
    size_t size = f->value.entry->size;
    char *entries = count ? mem_zalloc(count, size) : NULL;
    for (size_t i = 0; i < count; i++) {
        load(l, yaml_document_get_node(&l->document, items[i]), f->value.entry, entries + i * size);
    }
    memcpy(owner + f->offset, &entries, sizeof entries);
    memcpy(owner + f->count_offset, &count, sizeof count);
}

static void load_field(
    struct locate *l, const yaml_node_t *node, const struct shape_field *f, char *owner)
{
    if (f->value.kind == SHAPE_TEXT) {
        load(l, node, &f->value, owner + f->offset);
    } else if (f->value.kind == SHAPE_LIST) {
        load_list(l, node, f, owner);
    } else if (f->value.kind == SHAPE_MAPPING) {
        char *made = mem_zalloc(1, f->value.size);
        load(l, node, &f->value, made);
        memcpy(owner + f->offset, &made, sizeof made);
    }
}

/** Fills what is at AT from NODE, which has been checked. */
static void load(struct locate *l, const yaml_node_t *node, const struct shape_type *type, char *at)
{
    if (type->kind == SHAPE_TEXT) {
        char *text = mem_strdup(locate_text(node));
        memcpy(at, &text, sizeof text);
        return;
    }
    const yaml_node_pair_t *end = node->data.mapping.pairs.top;
    for (const yaml_node_pair_t *p = node->data.mapping.pairs.start; p < end; p++) {
        const char *key = locate_text(yaml_document_get_node(&l->document, p->key));
        load_field(
            l, yaml_document_get_node(&l->document, p->value), shape_find(type->fields, key), at);
    }
}

bool shape_load(void **out, struct locate *l, const struct shape_type *schema, struct str *why)
{
    struct shape s = {.at = l, .why = why};
    yaml_node_t *root = locate_root(l);
    *out = NULL;
    if (!root) {
        return true;
    }
    if (!check_value(&s, root, schema, "the file")) {
        return false;
    }
    *out = mem_zalloc(1, schema->size);
    load(l, root, schema, *out);
    return true;
}

bool shape_check(struct locate *l, const yaml_node_t *node, const struct shape_type *schema,
    const char *label, struct str *why)
{
    return check_value(&(struct shape){.at = l, .why = why}, node, schema, label);
}

/** Frees what load() put at AT, not AT itself. */
static void unload(char *at, const struct shape_type *type)
{
    if (type->kind == SHAPE_TEXT) {
        char *text;
        memcpy(&text, at, sizeof text);
        free(text);
        return;
    }
    for (const struct shape_field *f = type->fields; f->key; f++) {
        char *held;
        size_t count = 1;
        if (f->value.kind == SHAPE_TEXT) {
            unload(at + f->offset, &f->value);
        }
        if (f->value.kind == SHAPE_TEXT || f->value.kind == SHAPE_ELSEWHERE) {
            continue;
        }
        const struct shape_type *each = &f->value;
        memcpy(&held, at + f->offset, sizeof held);
        if (f->value.kind == SHAPE_LIST) {
            memcpy(&count, at + f->count_offset, sizeof count);
            each = f->value.entry;
        }
        for (size_t i = 0; held && i < count; i++) {
            unload(held + i * each->size, each);
        }
        free(held);
    }
}

void shape_free(void *data, const struct shape_type *schema)
{
    if (data) {
        unload(data, schema);
        free(data);
    }
}
