/**
 * Whether a YAML text has the keys and types that a schema asks for, said in plain words.
 */
#ifndef RAGTOP_CONFIG_SHAPE_H
#define RAGTOP_CONFIG_SHAPE_H

#include <cyaml/cyaml.h>
#include <stdbool.h>

#include "base/str.h"
#include "config/locate.h"

/**
 * Compares the text of L with SCHEMA, which consists of mappings, sequences and strings. What
 * passes is loaded by libcyaml without an error.
 *
 * False with *WHY = `name:line:column: sentence` for the first thing that does not fit: an unknown
 * or repeated key, a wrong type, no value, too much.
 */
bool shape_check(struct locate *l, const cyaml_schema_value_t *schema, struct str *why);

#endif
