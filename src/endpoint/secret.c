#include "endpoint/secret.h"

#include <ctype.h>
#include <string.h>

#include "base/disk.h"

static void trim(struct str *s)
{
    while (s->len && isspace((unsigned char)s->text[s->len - 1])) {
        s->text[--s->len] = '\0';
    }
    size_t skip = 0;
    while (isspace((unsigned char)s->text[skip])) {
        skip++;
    }
    if (skip) {
        s->len -= skip;
        memmove(s->text, s->text + skip, s->len + 1);
    }
}

bool secret_is_one_line(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (iscntrl((unsigned char)text[i]) && text[i] != '\t') {
            return false;
        }
    }
    return true;
}

bool secret_read(const char *path, const char *what, struct str *out, struct str *why)
{
    struct str reason;
    str_init(&reason);
    str_clear(out);
    bool good = disk_read(path, DISK_FILE, SECRET_MAX, 0, out, &reason);
    if (!good) {
        str_setf(why, "cannot read the %s %s: %s", what, path, reason.text);
    }
    str_finish(&reason);
    if (!good) {
        return false;
    }
    trim(out);
    if (!out->len) {
        str_setf(why, "the %s %s is empty", what, path);
        return false;
    }
    if (!secret_is_one_line(out->text, out->len)) {
        str_setf(why, "the %s %s does not hold one line of text", what, path);
        return false;
    }
    return true;
}

void secret_wipe(char *text)
{
    if (text) {
        explicit_bzero(text, strlen(text));
    }
}
