/**
 * A YAML text as the struct that a schema describes, or in plain words why it is none.
 */
#ifndef RAGTOP_CONFIG_SHAPE_H
#define RAGTOP_CONFIG_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "config/locate.h"

enum shape_kind {
    SHAPE_TEXT,     /**< a char * */
    SHAPE_LIST,     /**< an array and the count of its entries */
    SHAPE_MAPPING,  /**< a struct; a field holds a pointer to it */
    SHAPE_ELSEWHERE /**< who reads it checks it, and nothing is loaded */
};

struct shape_field;

/** What a value is. */
struct shape_type {
    enum shape_kind kind;
    size_t max;                       /**< bytes of a text, entries of a list */
    size_t size;                      /**< of a text's pointer or a mapping's struct */
    const struct shape_type *entry;   /**< of a list: a text or a mapping */
    const struct shape_field *fields; /**< of a mapping; ends with one without a key */
};

/** A key of a mapping, and where in its struct the value goes. */
struct shape_field {
    const char *key;
    size_t offset, count_offset;
    struct shape_type value;
};

/**
 * Loads what L holds by SCHEMA, a mapping. *OUT is NULL where the text says nothing; the caller
 * frees it with shape_free().
 *
 * False with *WHY = `name:line:column: sentence` for the first thing that does not fit: an unknown
 * or repeated key, a wrong type, no value, too much. *OUT is then NULL.
 */
bool shape_load(void **out, struct locate *l, const struct shape_type *schema, struct str *why);

/**
 * Whether the value NODE of L, called LABEL in messages, is as SCHEMA has it. For what is a text or
 * a mapping, where a schema alone cannot say so. False with *WHY as above.
 */
bool shape_check(struct locate *l, const yaml_node_t *node, const struct shape_type *schema,
    const char *label, struct str *why);

/** The field called KEY of a mapping's FIELDS; NULL: it has none. */
const struct shape_field *shape_find(const struct shape_field *fields, const char *key);

/** Frees what shape_load() made of SCHEMA; NULL is accepted. */
void shape_free(void *data, const struct shape_type *schema);

#endif
