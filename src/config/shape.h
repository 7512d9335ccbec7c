/**
 * A YAML text as the struct that a schema describes, or in plain words why it is none.
 */
#ifndef RAGTOP_CONFIG_SHAPE_H
#define RAGTOP_CONFIG_SHAPE_H

#include <cyaml/cyaml.h>
#include <stdbool.h>

#include "base/str.h"
#include "config/locate.h"

/**
 * Loads the LEN bytes of TEXT, which L was parsed from, by SCHEMA, which consists of mappings,
 * sequences and strings. *OUT is NULL where the text says nothing; the caller frees it with
 * shape_free().
 *
 * False with *WHY = `name:line:column: sentence` for the first thing that does not fit: an unknown
 * or repeated key, a wrong type, no value, too much. *OUT is then NULL.
 */
bool shape_load(void **out, struct locate *l, const char *text, size_t len,
    const cyaml_schema_value_t *schema, struct str *why);

/**
 * Whether the value NODE of L, called LABEL in messages, is as SCHEMA has it. For what is a text or
 * a mapping, where a schema alone cannot say so. False with *WHY as above.
 */
bool shape_check(struct locate *l, const yaml_node_t *node, const cyaml_schema_value_t *schema,
    const char *label, struct str *why);

/** Frees what shape_load() made of SCHEMA; NULL is accepted. */
void shape_free(void *data, const cyaml_schema_value_t *schema);

#endif
