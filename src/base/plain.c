#include "base/plain.h"

#include <string.h>

#include "base/utf8.h"

enum { SHOWN_BYTES = 80 };

bool plain_is_line(const char *text)
{
    for (const char *p = text; *p; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7F) {
            return false;
        }
    }
    return true;
}

bool plain_is(const char *text)
{
    struct str clean;
    str_init(&clean);
    utf8_add_clean(&clean, text, strlen(text));
    bool same = strcmp(clean.text, text) == 0;
    str_finish(&clean);
    return same;
}

void plain_add(struct str *s, const char *text)
{
    utf8_add_clean(s, text, SHOWN_BYTES);
    if (strlen(text) > SHOWN_BYTES) {
        str_add(s, "...");
    }
}

const char *plain_in(struct arena *a, const char *text)
{
    struct str s;
    str_init(&s);
    plain_add(&s, text);
    return arena_take(a, &s);
}

const char *plain_path(struct arena *a, const char *path)
{
    struct str s;
    str_init(&s);
    utf8_add_clean(&s, path, strlen(path));
    return arena_take(a, &s);
}
