#include "theme/role.h"

#include <string.h>

static const char *const names[ROLE_COUNT] = {
#define X(id, name, parent, meaning) [ROLE_##id] = (name),
#include "theme/role.def"
#undef X
};

static const enum role parents[ROLE_COUNT] = {
#define X(id, name, parent, meaning) [ROLE_##id] = ROLE_##parent,
#include "theme/role.def"
#undef X
};

const char *role_name(enum role role)
{
    return names[role];
}

enum role role_parent(enum role role)
{
    return parents[role];
}

enum role role_find(const char *name)
{
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            return (enum role)i;
        }
    }
    return ROLE_COUNT;
}
