/**
 * The one way to take values out of a document. What cannot be used is reported with its place.
 *
 * On failure every reader_*() returns false with *WHY = `name:line:column: sentence`. A key that a
 * mapping does not have leaves its output untouched, and a mapping that is NULL has no keys.
 */
#ifndef RAGTOP_YAML_READER_H
#define RAGTOP_YAML_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "base/value.h"
#include "yaml/document.h"

enum { READER_TEXT_BYTES = 8192 /**< of one value, where its type does not say else */ };

struct reader {
    const struct document *document;
    struct str *why;
};

/**
 * Whether NODE, called LABEL in messages ("'source'", "an entry of 'stages'"), is a mapping that
 * has none but the NULL-terminated KEYS, each once. KEYS NULL: any text, each once.
 */
bool reader_mapping(
    const struct reader *r, const yaml_node_t *node, const char *label, const char *const *keys);

/** Whether NODE is a list of at most MOST entries. */
bool reader_list(const struct reader *r, const yaml_node_t *node, const char *label, size_t most);

/** Whether NODE is a text of at most MOST bytes, with something in it. */
bool reader_is_text(
    const struct reader *r, const yaml_node_t *node, const char *label, size_t most);

/**
 * Whether NODE, the value of KEY, is no text. FORM, such as `{kind: *}`, is how it would be written
 * with the text in place of the `*`.
 */
bool reader_form(
    const struct reader *r, const yaml_node_t *node, const char *key, const char *form);

/** How many pairs a mapping or entries a list has; 0 where NODE is NULL or a text. */
size_t reader_count(const yaml_node_t *node);

/** Entry I of a list; key and value of pair I of a mapping. */
const yaml_node_t *reader_entry(const struct reader *r, const yaml_node_t *list, size_t i);
const yaml_node_t *reader_key(const struct reader *r, const yaml_node_t *mapping, size_t i);
const yaml_node_t *reader_pair(const struct reader *r, const yaml_node_t *mapping, size_t i);

/** The value of KEY in MAPPING; NULL: it has none. */
const yaml_node_t *reader_get(const struct reader *r, const yaml_node_t *mapping, const char *key);

/** The text of a scalar; "" of anything else, and of NULL. */
const char *reader_text_of(const yaml_node_t *node);

/** Sets *OUT to the text of KEY, which is the document's. */
bool reader_text(
    const struct reader *r, const yaml_node_t *mapping, const char *key, const char **out);

/** Reads the text of KEY as TYPE has it into OUT. */
bool reader_value(const struct reader *r, const yaml_node_t *mapping, const char *key,
    const struct value_type *type, void *out);

/** Reads the text of NODE as TYPE has it into OUT. */
bool reader_value_of(const struct reader *r, const yaml_node_t *node, const char *label,
    const struct value_type *type, void *out);

/** Reports a sentence about NODE. */
bool reader_fail(const struct reader *r, const yaml_node_t *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Reports that the text of NODE is what REASON says; frees what REASON holds. */
bool reader_reject(const struct reader *r, const yaml_node_t *node, struct str *reason);

#endif
