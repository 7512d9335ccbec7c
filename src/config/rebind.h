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
#include "config/locate.h"

/**
 * Changes B, the default bindings, as the mapping NODE of L says; `none` unbinds. A key of the file
 * takes the place of every default that begins with it, or that it begins with. False with *WHY =
 * `name:line:column: sentence`; B is unchanged then.
 */
bool rebind_apply(struct locate *l, const yaml_node_t *node, struct bindings *b, struct str *why);

/**
 * Whether the commands in `keys:` of L, which rebind_apply() took, can do what their arguments say:
 * there is such a theme, and such a source in C, which holds the file, unless SOURCES_TYPED on the
 * command line take their place; INPUT checks the rest. What only a server knows, such as the name
 * of a stage, is taken. False with *WHY as above.
 */
bool rebind_check(struct locate *l, const struct config *c, const struct config_input *input,
    bool sources_typed, struct str *why);

#endif
