/**
 * Where and how to ask, as the environment and the options say it over what files said: addresses,
 * and who asks. Credentials stay with the server that they were given for.
 */
#ifndef RAGTOP_CONFIG_ACCESS_H
#define RAGTOP_CONFIG_ACCESS_H

#include <stdbool.h>

#include "base/str.h"
#include "config/config.h"
#include "config/options.h"

/** Settles the source of C, or each of several. False with a sentence in *WHY. */
bool access_merge(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why);

#endif
