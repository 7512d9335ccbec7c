#include "config/timezone.h"

#include <string.h>

#include "base/disk.h"
#include "base/text.h"

enum { FILE_MOST = 64 * 1024 };

const char *const timezone_directories[] = {
    "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo", NULL};

// A name, and no path to whatever else there is: `Etc/GMT+5`, not `../../etc/passwd`.
static bool is_name(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";
    return *name && *name != '/' && name[strspn(name, allowed)] == '\0';
}

// Whether DIRECTORY has NAME; sets *PATH to the file.
static bool find(const char *directory, const char *name, struct str *path)
{
    struct str bytes, why;
    str_init(&bytes);
    str_init(&why);
    str_setf(path, "%s/%s", directory, name);
    bool found = disk_read(path->text, DISK_FILE, FILE_MOST, 0, &bytes, &why) && bytes.len > 4 &&
                 memcmp(bytes.text, "TZif", 4) == 0;
    str_finish(&bytes);
    str_finish(&why);
    return found;
}

// What every database has.
static bool is_database(const char *directory)
{
    struct str path;
    str_init(&path);
    bool found = find(directory, "UTC", &path) || find(directory, "Etc/UTC", &path);
    str_finish(&path);
    return found;
}

static void explain(const char *const *directories, struct str *why)
{
    for (size_t i = 0; directories[i]; i++) {
        if (is_database(directories[i])) {
            str_setf(why,
                _("not a time zone in %s; use one like Europe/Berlin, America/New_York or UTC"),
                directories[i]);
            return;
        }
    }
    str_setf(why,
        _("not known here: this system has no time zone data in %s; install it (often the package "
          "tzdata), or use UTC"),
        directories[0]);
}

bool timezone_read(
    struct zone *out, const char *name, const char *const *directories, struct str *why)
{
    *out = (struct zone){0};
    if (strcmp(name, "UTC") == 0 || strcmp(name, "Etc/UTC") == 0) {
        return true;
    }
    if (!is_name(name)) {
        str_setf(why, _("not the name of a time zone; use one like Europe/Berlin or UTC"));
        return false;
    }
    struct str path, tz;
    str_init(&path);
    str_init(&tz);
    bool found = false;
    for (size_t i = 0; directories[i] && !found; i++) {
        found = find(directories[i], name, &path);
    }
    if (found) {
        str_setf(&tz, ":%s", path.text);
        zone_read(out, tz.text);
    } else {
        explain(directories, why);
    }
    str_finish(&tz);
    str_finish(&path);
    return found;
}

bool timezone_check(const char *tz, const char *const *directories, struct str *why)
{
    const char *name = tz + (*tz == ':');
    bool path = *name == '/' || !*name;
    bool digits = !strchr(name, '/') && strpbrk(name, "0123456789");
    bool rule = *name == '<' || strchr(name, ',') || digits;
    struct str file;
    str_init(&file);
    bool found = path || rule || strcmp(name, "UTC") == 0;
    for (size_t i = 0; directories[i] && !found && is_name(name); i++) {
        found = find(directories[i], name, &file);
    }
    str_finish(&file);
    if (!found) {
        explain(directories, why);
    }
    return found;
}
