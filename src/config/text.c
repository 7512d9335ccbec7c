#include "config/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "config/limits.h"

static bool fail_reading(const char *path, const char *reason, struct str *why)
{
    str_clear(why);
    utf8_add_clean(why, path, strlen(path));
    str_addf(why, ": this file cannot be read: %s", reason);
    return false;
}

bool text_read(const char *path, struct str *out, bool *missing, struct str *why)
{
    FILE *f = fopen(path, "rbe");
    if (!f && missing && (errno == ENOENT || errno == ENOTDIR)) {
        *missing = true;
        return true;
    }
    if (!f) {
        return fail_reading(path, strerror(errno), why);
    }
    char bytes[8192];
    size_t n;
    while (out->len <= LIMIT_FILE_BYTES && (n = fread(bytes, 1, sizeof bytes, f)) > 0) {
        str_append(out, bytes, n);
    }
    int error = ferror(f) ? errno : 0;
    fclose(f);
    if (error) {
        return fail_reading(path, strerror(error), why);
    }
    if (out->len > LIMIT_FILE_BYTES) {
        return fail_reading(path, "it is larger than 1 MiB", why);
    }
    return true;
}

bool text_is_there(const char *path)
{
    return access(path, R_OK) == 0;
}

bool text_is_open_to_all(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISREG(s.st_mode) && (s.st_mode & S_IROTH);
}
