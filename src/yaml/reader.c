#include "yaml/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/plain.h"
#include "base/text.h"
#include "yaml/syntax.h"

enum { LABEL_BYTES = 96 };

bool reader_fail(const struct reader *r, const yaml_node_t *node, const char *format, ...)
{
    syntax_set_place(r->why, r->document->name, node->start_mark);
    va_list args;
    va_start(args, format);
    str_vaddf(r->why, format, args);
    va_end(args);
    return false;
}

/** Reports that the text of NODE, in quotes or by its LABEL where it is secret, is REASON. */
static bool reject(const struct reader *r, const yaml_node_t *node, const char *label,
    const struct value_type *type, const char *reason)
{
    struct str shown;
    str_init(&shown);
    value_show(type, reader_text_of(node), &shown);
    reader_fail(r, node, type->secret ? _("%s is %s") : _("'%s' is %s"),
        type->secret ? label : shown.text, reason);
    str_finish(&shown);
    return false;
}

bool reader_reject(const struct reader *r, const yaml_node_t *node, struct str *reason)
{
    reject(r, node, "", &value_a_text, reason->text);
    str_finish(reason);
    return false;
}

const char *reader_text_of(const yaml_node_t *node)
{
    // the cast only drops libyaml's unsigned
    return node && node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : "";
}

// --- what is a value at all

static bool is_null(const yaml_node_t *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    return node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           names_have(nulls, reader_text_of(node));
}

static bool fail_empty(const struct reader *r, const yaml_node_t *node, const char *label)
{
    return reader_fail(r, node, _("%s is empty; give it a value or remove it"), label);
}

/** Whether NODE is of TYPE. */
static bool has_type(
    const struct reader *r, const yaml_node_t *node, const char *label, yaml_node_type_t type)
{
    if (is_null(node)) {
        return fail_empty(r, node, label);
    }
    if (node->type == type) {
        return true;
    }
    bool list = node->type == YAML_SEQUENCE_NODE, text = node->type == YAML_SCALAR_NODE;
    const char *sentence =
        type == YAML_SCALAR_NODE
            ? (list ? _("%s must be text, not a list")
                    : _("%s must be text, not a mapping; put quotes around it"))
        : type == YAML_SEQUENCE_NODE
            ? (text ? _("%s must be a list, not text") : _("%s must be a list, not a mapping"))
        : text ? _("%s must be a mapping (key: value), not text")
               : _("%s must be a mapping (key: value), not a list");
    return reader_fail(r, node, sentence, label);
}

bool reader_is_text(const struct reader *r, const yaml_node_t *node, const char *label, size_t most)
{
    if (!has_type(r, node, label, YAML_SCALAR_NODE)) {
        return false;
    }
    size_t len = node->data.scalar.length;
    if (len == 0) {
        return fail_empty(r, node, label);
    }
    if (len > most) {
        return reader_fail(r, node, _("%s is too long; at most %zu bytes"), label, most);
    }
    return !memchr(reader_text_of(node), 0, len) ||
           reader_fail(r, node, _("%s has a NUL byte"), label);
}

bool reader_list(const struct reader *r, const yaml_node_t *node, const char *label, size_t most)
{
    return has_type(r, node, label, YAML_SEQUENCE_NODE) &&
           (reader_count(node) <= most ||
               reader_fail(r, node, _("%s has too many entries; at most %zu"), label, most));
}

// --- mappings

static bool fail_unknown(const struct reader *r, const yaml_node_t *key, const char *const *keys)
{
    struct arena a = {0};
    const char *shown = plain_in(&a, reader_text_of(key));
    const char *guess = names_closest(reader_text_of(key), keys);
    if (guess) {
        reader_fail(r, key, _("unknown key '%s'; did you mean '%s'?"), shown, guess);
    } else {
        reader_fail(
            r, key, _("unknown key '%s'; known here: %s"), shown, names_in(&a, keys, NAMES_COMMA));
    }
    arena_finish(&a);
    return false;
}

/** Whether the key of pair I of MAPPING may stand there. */
static bool check_key(
    const struct reader *r, const yaml_node_t *mapping, size_t i, const char *const *keys)
{
    const yaml_node_t *key = reader_key(r, mapping, i);
    if (key->type != YAML_SCALAR_NODE) {
        return reader_fail(r, key,
            key->type == YAML_SEQUENCE_NODE ? _("a key must be text, not a list")
                                            : _("a key must be text, not a mapping"));
    }
    if (keys && !names_have(keys, reader_text_of(key))) {
        return fail_unknown(r, key, keys);
    }
    for (size_t k = 0; k < i; k++) {
        const yaml_node_t *other = reader_key(r, mapping, k);
        if (strcmp(reader_text_of(other), reader_text_of(key)) == 0) {
            struct arena a = {0};
            reader_fail(r, key, _("'%s' is given twice, first on line %zu"),
                plain_in(&a, reader_text_of(key)), other->start_mark.line + 1);
            arena_finish(&a);
            return false;
        }
    }
    return true;
}

bool reader_mapping(
    const struct reader *r, const yaml_node_t *node, const char *label, const char *const *keys)
{
    bool good = has_type(r, node, label, YAML_MAPPING_NODE);
    for (size_t i = 0; good && i < reader_count(node); i++) {
        good = check_key(r, node, i, keys);
    }
    return good;
}

bool reader_form(const struct reader *r, const yaml_node_t *node, const char *key, const char *form)
{
    if (node->type != YAML_SCALAR_NODE || is_null(node)) {
        return true;
    }
    struct arena a = {0};
    size_t before = strcspn(form, "*");
    const char *shown = plain_in(&a, reader_text_of(node));
    const char *written = arena_printf(&a, "%.*s%s%s", (int)before, form, shown, form + before + 1);
    reader_fail(r, node, _("'%s' cannot be a text; use %s: %s"), key, key, written);
    arena_finish(&a);
    return false;
}

size_t reader_count(const yaml_node_t *node)
{
    if (node && node->type == YAML_MAPPING_NODE) {
        return (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
    }
    if (node && node->type == YAML_SEQUENCE_NODE) {
        return (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    }
    return 0;
}

const yaml_node_t *reader_entry(const struct reader *r, const yaml_node_t *list, size_t i)
{
    return document_node(r->document, list->data.sequence.items.start[i]);
}

const yaml_node_t *reader_key(const struct reader *r, const yaml_node_t *mapping, size_t i)
{
    return document_node(r->document, mapping->data.mapping.pairs.start[i].key);
}

const yaml_node_t *reader_pair(const struct reader *r, const yaml_node_t *mapping, size_t i)
{
    return document_node(r->document, mapping->data.mapping.pairs.start[i].value);
}

const yaml_node_t *reader_get(const struct reader *r, const yaml_node_t *mapping, const char *key)
{
    for (size_t i = 0; mapping && mapping->type == YAML_MAPPING_NODE && i < reader_count(mapping);
         i++) {
        if (strcmp(reader_text_of(reader_key(r, mapping, i)), key) == 0) {
            return reader_pair(r, mapping, i);
        }
    }
    return NULL;
}

// --- texts

bool reader_value_of(const struct reader *r, const yaml_node_t *node, const char *label,
    const struct value_type *type, void *out)
{
    bool long_text = type->read == value_text && type->most > 0;
    if (!reader_is_text(r, node, label, long_text ? (size_t)type->most : READER_TEXT_BYTES)) {
        return false;
    }
    struct str reason, text;
    str_init(&reason);
    str_init(&text);
    bool good =
        value_expand(type, reader_text_of(node), r->document->home, &text, &reason)
            ? value_read(type, text.text, out, &reason) || reject(r, node, label, type, reason.text)
            : reader_fail(r, node, "%s", reason.text);
    str_finish(&text);
    str_finish(&reason);
    return good;
}

bool reader_value(const struct reader *r, const yaml_node_t *mapping, const char *key,
    const struct value_type *type, void *out)
{
    char label[LABEL_BYTES];
    const yaml_node_t *node = reader_get(r, mapping, key);
    snprintf(label, sizeof label, "'%s'", key);
    return !node || reader_value_of(r, node, label, type, out);
}

bool reader_text(
    const struct reader *r, const yaml_node_t *mapping, const char *key, const char **out)
{
    char label[LABEL_BYTES];
    const yaml_node_t *node = reader_get(r, mapping, key);
    snprintf(label, sizeof label, "'%s'", key);
    if (node && !reader_is_text(r, node, label, READER_TEXT_BYTES)) {
        return false;
    }
    *out = node ? reader_text_of(node) : *out;
    return true;
}
