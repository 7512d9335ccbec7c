/**
 * Whether a text is YAML of the plain kind that settings need: one document, no anchors and
 * aliases, of bounded size and depth.
 */
#ifndef RAGTOP_YAML_SYNTAX_H
#define RAGTOP_YAML_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "base/str.h"

/**
 * Reads LEN bytes of TEXT to their end. *EMPTY says that there is nothing but comments.
 *
 * False with *WHY = `NAME:line:column: sentence`; *EMPTY is untouched then.
 */
bool syntax_check(const char *name, const char *text, size_t len, bool *empty, struct str *why);

/** Sets *WHY to `NAME:line:column: `; a sentence is to follow. */
void syntax_set_place(struct str *why, const char *name, yaml_mark_t mark);

#endif
