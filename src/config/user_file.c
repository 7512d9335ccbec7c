#include "config/user_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/plain.h"
#include "base/text.h"
#include "config/limits.h"

bool user_file_read(
    const char *path, enum disk_from from, struct str *out, bool *missing, struct str *why)
{
    struct str reason;
    str_init(&reason);
    bool good = disk_read(path, from, LIMIT_FILE_BYTES, DISK_SILENCE_MS, out, &reason);
    if (!good && missing && (errno == ENOENT || errno == ENOTDIR)) {
        *missing = true;
        good = true;
    } else if (!good) {
        struct arena a = {0};
        str_setf(why, _("%s: this file cannot be read: %s"), plain_path(&a, path), reason.text);
        arena_finish(&a);
    }
    str_finish(&reason);
    return good;
}

bool user_file_is_there(const char *path)
{
    return access(path, R_OK) == 0;
}

bool user_file_is_open_to_all(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISREG(s.st_mode) && (s.st_mode & S_IROTH);
}
