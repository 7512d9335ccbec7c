/**
 * Where in a YAML text a value stands, so that an error can point at it.
 */
#ifndef RAGTOP_CONFIG_LOCATE_H
#define RAGTOP_CONFIG_LOCATE_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "base/str.h"

/** A parsed text. Zeroed means none. */
struct locate {
    char *name; /**< of the file, for messages */
    yaml_document_t document;
    bool parsed; /**< false: nothing but comments, DOCUMENT is not valid */
};

/**
 * Parses LEN bytes of TEXT, called NAME in messages. False with *WHY = `NAME:line:column: sentence`
 * when it is not the YAML of syntax.h. The caller calls locate_finish() either way.
 */
bool locate_parse(
    struct locate *l, const char *name, const char *text, size_t len, struct str *why);

/** Frees it, and the nodes with it; a zeroed one is accepted. */
void locate_finish(struct locate *l);

/** The root value; NULL when there is none. */
yaml_node_t *locate_root(struct locate *l);

/** The value at PATH, `stages[2].slo.p95`; NULL when it does not exist. */
yaml_node_t *locate_find(struct locate *l, const char *path);

/** PATH, where it is relative below the folder of L's own file. The caller frees. */
char *locate_path(const struct locate *l, const char *path);

/** The text of a scalar NODE, else "". */
const char *locate_text(const yaml_node_t *node);

/**
 * Sets *WHY to `name:line:column: sentence` for the value at PATH, `stages[2].slo.p95`, or for the
 * last value on the way that exists. Returns false, for `return locate_fail(...)`.
 */
bool locate_fail(struct locate *l, const char *path, struct str *why, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** The same for the value NODE of L. */
bool locate_fail_at(const struct locate *l, const yaml_node_t *node, struct str *why,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
