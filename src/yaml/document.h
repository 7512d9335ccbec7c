/**
 * A YAML text as a tree of nodes that know their line and column.
 */
#ifndef RAGTOP_YAML_DOCUMENT_H
#define RAGTOP_YAML_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "base/str.h"

/** A parsed text. Zeroed means none. */
struct document {
    char *name;            /**< of the file, for messages */
    yaml_document_t nodes; /**< valid if `parsed` */
    bool parsed;           /**< false: nothing but comments */
    /** The user's, for the `~` of a file that a value names; NULL: see home_expand(). Not owned. */
    const char *home;
};

/**
 * Parses LEN bytes of TEXT, called NAME in messages. False with *WHY = `NAME:line:column: sentence`
 * when it is not the YAML of syntax.h. The caller calls document_finish() either way.
 */
bool document_parse(
    struct document *d, const char *name, const char *text, size_t len, struct str *why);

/** As document_parse(), of a text that the program brings along: that it is sound is not checked.
 */
void document_parse_own(struct document *d, const char *name, const char *text, size_t len);

/** Frees it, and the nodes with it; a zeroed one is accepted. */
void document_finish(struct document *d);

/** The root value; NULL when there is none. */
const yaml_node_t *document_root(const struct document *d);

/** The node that libyaml refers to by INDEX, of an item or of a half of a pair. */
const yaml_node_t *document_node(const struct document *d, int index);

/** PATH, where it is relative below the folder of D's own file. The caller frees. */
char *document_path(const struct document *d, const char *path);

/** Appends which libyaml this program runs with: " libyaml/0.2.5". */
void document_add_version(struct str *out);

#endif
