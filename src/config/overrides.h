/**
 * Everything but the way to the server, as the environment and the options say it over what files
 * said: which series, when, and how it looks.
 */
#ifndef RAGTOP_CONFIG_OVERRIDES_H
#define RAGTOP_CONFIG_OVERRIDES_H

#include <stdbool.h>

#include "base/str.h"
#include "config/config.h"
#include "config/options.h"

/** Settles it in C, whose sources are known. False with a sentence in *WHY. */
bool overrides_merge(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why);

#endif
