#include "endpoint/secret.h"

#include <ctype.h>
#include <string.h>

#include "base/disk.h"
#include "base/system.h"
#include "base/text.h"

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

bool secret_read(const char *path, const char *problem, struct str *out, struct str *why)
{
    struct str reason;
    str_init(&reason);
    str_clear(out);
    bool good = disk_read(path, DISK_FILE, SECRET_MAX, 0, out, &reason);
    if (good) {
        trim(out);
        good = out->len > 0 && secret_is_one_line(out->text, out->len);
        str_setf(&reason, out->len > 0 ? _("it is not one line of text") : _("it is empty"));
    }
    if (!good) {
        str_setf(why, problem, path, reason.text);
    }
    str_finish(&reason);
    return good;
}

void secret_wipe(char *text)
{
    if (text) {
        system_forget(text, strlen(text));
    }
}
