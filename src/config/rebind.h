/**
 * `keys:` of a configuration file: a mapping from keys to the command lines they are bound to.
 */
#ifndef RAGTOP_CONFIG_REBIND_H
#define RAGTOP_CONFIG_REBIND_H

#include <stdbool.h>

#include "base/str.h"
#include "bind/bindings.h"
#include "config/config.h"
#include "config/input.h"
#include "yaml/reader.h"

/**
 * Changes B, the default bindings, as the mapping NODE says; `none` unbinds. A key of the file
 * takes the place of every default that begins with it, or that it begins with. False with R's WHY
 * set; B is unchanged then.
 */
bool rebind_apply(const struct reader *r, const yaml_node_t *node, struct bindings *b);

/**
 * Whether the commands in `keys:` of D, which rebind_apply() took, can do what their arguments say:
 * there is such a theme, and such a source in C, which holds the file, unless SOURCES_TYPED on the
 * command line take their place; INPUT checks the rest. What only a server knows, such as the name
 * of a stage, is taken. False with *WHY =
 * `name:line:column: sentence`.
 */
bool rebind_check(const struct document *d, const struct config *c,
    const struct config_input *input, bool sources_typed, struct str *why);

#endif
