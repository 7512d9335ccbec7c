#include "config/keep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/disk.h"
#include "base/mem.h"
#include "base/plain.h"
#include "base/text.h"
#include "config/file.h"
#include "config/user_file.h"

static bool same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

// Whatever is wrong with it is said before it is written.
static bool check(const struct keep *k, const char *selector, const char *home, struct str *why)
{
    struct config scratch = {0};
    struct config_file file = {0};
    bindings_init(&scratch.bindings);
    bool good = file_parse(&file, k->path, k->text.text, k->text.len, why);
    file.document.home = home;
    if (good && file_profiles(&file)) {
        struct arena a = {0};
        str_setf(why, _("%s names profiles, and their stages would be there twice"),
            plain_path(&a, k->path));
        arena_finish(&a);
        good = false;
    }
    good = good && file_apply(&file, &scratch, why);
    if (good && !same(scratch.selector, selector)) {
        struct arena a = {0};
        const char *path = plain_path(&a, k->path);
        if (selector && *selector) {
            str_setf(why,
                _("these stages were found with the selector %s, and %s has another or none: "
                  "change "
                  "it there, or save them in a new file: :save-stages FILE"),
                selector, path);
        } else {
            str_setf(why,
                _("these stages were found without a selector, and %s has one: remove it there, or "
                  "save them in a new file: :save-stages FILE"),
                path);
        }
        arena_finish(&a);
        good = false;
    }
    config_finish(&scratch);
    file_finish(&file);
    return good;
}

void keep_add_source(struct str *s, const char *url, const char *selector)
{
    str_add(s, "source:\n  url: ");
    str_add_single_quoted(s, url);
    str_addc(s, '\n');
    if (selector && *selector) {
        str_add(s, "selector: ");
        str_add_single_quoted(s, selector);
        str_addc(s, '\n');
    }
}

bool keep_prepare(struct keep *out, const char *path, const struct config *from, const char *stages,
    const char *home, struct str *why)
{
    bool missing = false;
    *out = (struct keep){.path = mem_strdup(path)};
    str_init(&out->text);
    if (!user_file_read(path, DISK_FILE, &out->text, &missing, why)) {
        return false;
    }
    out->exists = !missing;
    bool open = out->text.len > 0 && out->text.text[out->text.len - 1] != '\n';
    str_add(&out->text, open ? "\n" : "");
    if (missing && from->source.url) {
        keep_add_source(&out->text, from->source.url, from->selector);
    }
    str_add(&out->text, stages);
    return check(out, from->selector, home, why);
}

static void make_directories(const char *path)
{
    char *directory = mem_strdup(path);
    for (char *c = directory + 1; *directory && *c; c++) {
        if (*c == '/') {
            *c = '\0';
            mkdir(directory, 0700); // what is wrong with it shows when the file is made
            *c = '/';
        }
    }
    free(directory);
}

bool keep_write(const struct keep *k, struct str *why)
{
    struct str reason;
    struct arena a = {0};
    bool exists = false;
    str_init(&reason);
    make_directories(k->path);
    bool good = k->exists ? disk_replace(k->path, k->text.text, k->text.len, 0, &reason)
                          : disk_create(k->path, k->text.text, k->text.len, &exists, &reason);
    if (exists) {
        str_setf(
            why, _("%s has come about meanwhile, and was left alone"), plain_path(&a, k->path));
    } else if (!good) {
        str_setf(why, _("%s cannot be written: %s"), plain_path(&a, k->path), reason.text);
    }
    str_finish(&reason);
    arena_finish(&a);
    return good;
}

void keep_finish(struct keep *k)
{
    if (k->path) {
        free(k->path);
        str_finish(&k->text);
    }
    *k = (struct keep){0};
}
