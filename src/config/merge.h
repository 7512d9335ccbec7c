/**
 * What the environment and the options say, put over what files said.
 */
#ifndef RAGTOP_CONFIG_MERGE_H
#define RAGTOP_CONFIG_MERGE_H

#include <stdbool.h>

#include "base/str.h"
#include "config/config.h"
#include "config/options.h"

/** A variable of the environment; NULL when it is unset or empty. */
const char *merge_env(const struct config_input *input, const char *name);

/** Where and how to ask: URL and credentials, from both. False with a sentence in *WHY. */
bool merge_source(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why);

/** Everything else, from both. False with a sentence in *WHY. */
bool merge_rest(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why);

#endif
