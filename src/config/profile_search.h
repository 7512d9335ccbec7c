/**
 * What is looked for where nothing is configured: every profile that is known.
 */
#ifndef RAGTOP_CONFIG_PROFILE_SEARCH_H
#define RAGTOP_CONFIG_PROFILE_SEARCH_H

#include <stdbool.h>

#include "config/config.h"

/**
 * Appends to the components that C looks for the profiles of the user's folder, and the built-in
 * ones but those in whose place the user has a file. A file that cannot be used becomes a warning
 * of C, `file:line:column: sentence`, and the built-in one stays. False with a sentence in *WHY
 * where a built-in one is wrong.
 */
bool profile_search(struct config *c, struct str *why);

#endif
