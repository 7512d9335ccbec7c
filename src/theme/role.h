/**
 * The roles a screen cell can have: the one vocabulary of views, canvases and themes.
 */
#ifndef RAGTOP_THEME_ROLE_H
#define RAGTOP_THEME_ROLE_H

enum role {
#define X(id, name, parent, meaning) ROLE_##id,
#include "theme/role.def"
#undef X
    ROLE_COUNT,
};

/** The role's name as themes write it. */
const char *role_name(enum role role);

/** The role that ROLE looks like where a theme does not name it; stands before it, or is itself. */
enum role role_parent(enum role role);

/** The role called NAME, or ROLE_COUNT. */
enum role role_find(const char *name);

#endif
