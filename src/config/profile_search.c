#include "config/profile_search.h"

#include <string.h>

#include "base/names.h"
#include "base/plain.h"
#include "base/text.h"
#include "config/limits.h"
#include "config/profile.h"
#include "config/user_file.h"

static const char suffix[] = ".yaml";

/** Reads the FILE of the FOLDER. */
static bool apply_own(struct config *c, const char *folder, const char *file, struct str *why)
{
    struct arena a = {0};
    struct str path, text;
    str_init(&path);
    str_init(&text);
    str_addf(&path, "%s/%s", folder, file);
    bool good = user_file_read(path.text, DISK_FILE, &text, NULL, why) &&
                profile_apply(plain_path(&a, path.text), text.text, text.len, true, c, why);
    str_finish(&text);
    str_finish(&path);
    arena_finish(&a);
    return good;
}

static void warn_of_more(struct config *c, const char *folder)
{
    struct arena a = {0};
    config_warn(c, arena_printf(&a, _("%s has more than %d profiles; only the first ones are used"),
                       plain_path(&a, folder), LIMIT_OWN_PROFILES));
    arena_finish(&a);
}

static void warn_of_folder(struct config *c, const char *folder, const char *why)
{
    struct arena a = {0};
    config_warn(c, arena_printf(&a, _("cannot read %s: %s"), plain_path(&a, folder), why));
    arena_finish(&a);
}

/** Sets *USED to the names of those that are used, without what they end in. */
static void apply_all_own(struct config *c, struct name_list *used)
{
    struct name_list files = {0};
    struct str folder, why;
    bool more = false;
    str_init(&folder);
    str_init(&why);
    str_addf(&folder, "%s/profiles", c->directory);
    if (!disk_list(folder.text, suffix, LIMIT_OWN_PROFILES, &files, &more, &why)) {
        warn_of_folder(c, folder.text, why.text);
    }
    for (size_t i = 0; i < files.count; i++) {
        str_clear(&why);
        size_t before = c->profiles_count;
        bool good = apply_own(c, folder.text, files.items[i], &why);
        if (!good) {
            config_warn(c, why.text);
        } else if (c->profiles_count > before) {
            files.items[i][strlen(files.items[i]) - strlen(suffix)] = '\0';
            names_push(used, files.items[i]);
        }
    }
    if (more) {
        warn_of_more(c, folder.text);
    }
    names_finish(&files);
    str_finish(&why);
    str_finish(&folder);
}

bool profile_search(struct config *c, struct str *why)
{
    struct name_list own = {0};
    bool good = true;
    if (c->directory) {
        apply_all_own(c, &own);
    }
    for (const struct embedded_file *e = embedded_profiles; good && e->name; e++) {
        bool replaced = false;
        for (size_t i = 0; i < own.count; i++) {
            replaced = replaced || strcmp(own.items[i], e->name) == 0;
        }
        good = replaced || profile_look_for(e, c, why);
    }
    names_finish(&own);
    return good;
}
