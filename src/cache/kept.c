#include "cache/kept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/disk.h"
#include "base/mem.h"
#include "base/text.h"

enum { MAX_BYTES = 4096 };

// `~/.local/state` is not everywhere; folder_open() makes what is below it.
static void make_parent(const char *directory)
{
    char *path = mem_strdup(directory);
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(path, '/');
        *(slash ? slash : path) = '\0';
    }
    if (*path) {
        mkdir(path, 0700);
    }
    free(path);
}

bool kept_open(struct folder *f, const char *directory, struct str *why)
{
    if (!directory) {
        str_setf(why, "%s", _("there is no home directory"));
        return false;
    }
    make_parent(directory);
    return folder_open(f, directory, why);
}

bool kept_read(const char *directory, const char *name, struct str *out)
{
    struct str path, text, why;
    str_init(&path);
    str_init(&text);
    str_init(&why);
    str_addf(&path, "%s/%s", directory ? directory : "", name);
    bool good = directory && disk_read(path.text, DISK_FILE, MAX_BYTES, 0, &text, &why);
    size_t len = strcspn(text.text, "\n");
    good = good && len > 0;
    if (good) {
        str_addf(out, "%.*s", (int)len, text.text);
    }
    str_finish(&path);
    str_finish(&text);
    str_finish(&why);
    return good;
}

bool kept_write(const char *directory, const char *name, const char *line, struct str *why)
{
    struct folder f;
    if (!kept_open(&f, directory, why)) {
        return false;
    }
    struct str text;
    str_init(&text);
    str_addf(&text, "%s\n", line);
    bool good = folder_write(&f, name, text.text, text.len);
    if (!good) {
        disk_add_error(why, errno);
    }
    str_finish(&text);
    folder_close(&f);
    return good;
}
