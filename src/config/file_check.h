/**
 * What the configuration file names, once it is known what of it counts: each is refused at its
 * place in the file.
 */
#ifndef RAGTOP_CONFIG_FILE_CHECK_H
#define RAGTOP_CONFIG_FILE_CHECK_H

#include <stdbool.h>

#include "config/file.h"
#include "config/options.h"

/**
 * Whether the theme, the proxies and the files of TLS that F names, and that C has in the end, can
 * be used; what O says in their place is not looked at. False with *WHY = `name:line:column:
 * sentence`.
 */
bool file_check(
    const struct config_file *f, const struct config *c, const struct options *o, struct str *why);

#endif
