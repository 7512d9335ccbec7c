/**
 * What a shell makes of a path that begins with a tilde.
 */
#ifndef RAGTOP_BASE_HOME_H
#define RAGTOP_BASE_HOME_H

#include <stdbool.h>

#include "base/str.h"

/**
 * Sets *OUT to PATH with the home directory in place of a leading `~` or `~user`. HOME is that of
 * the user who runs the program; NULL or empty: the one in the list of users. False with a sentence
 * in *WHY when there is no such user or no such directory.
 */
bool home_expand(struct str *out, const char *path, const char *home, struct str *why);

#endif
