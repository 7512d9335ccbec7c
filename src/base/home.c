#include "base/home.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

bool home_expand(struct str *out, const char *path, const char *home, struct str *why)
{
    size_t len = strcspn(path, "/");
    if (path[0] != '~') {
        str_setf(out, "%s", path);
        return true;
    }
    const struct passwd *user = NULL;
    char *name = mem_strndup(path + 1, len - 1);
    if (*name) {
        user = getpwnam(name);
    } else if (!home || !*home) {
        user = getpwuid(getuid());
    }
    const char *folder = user ? user->pw_dir : *name ? NULL : home;
    bool good = folder && *folder;
    if (good) {
        str_setf(out, "%s%s", folder, path + len);
    } else if (*name) {
        str_setf(
            why, _("%s: there is no user %s; for a file of that name, use ./%s"), path, name, path);
    } else {
        str_setf(why, _("%s: you have no home directory; set HOME"), path);
    }
    free(name);
    return good;
}
