#include "base/str.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"

static char empty[1];

void str_init(struct str *s)
{
    *s = (struct str){.text = empty};
}

void str_finish(struct str *s)
{
    if (s->cap) {
        free(s->text);
    }
    str_init(s);
}

void str_clear(struct str *s)
{
    s->len = 0;
    if (s->cap) {
        s->text[0] = '\0';
    }
}

static void reserve(struct str *s, size_t more)
{
    size_t need = s->len + more + 1;
    if (need <= s->cap) {
        return;
    }
    size_t room = s->cap ? s->cap * 2 : 64;
    if (room < need) {
        room = need;
    }
    s->text = mem_resize(s->cap ? s->text : NULL, room, 1);
    s->cap = room;
}

void str_append(struct str *s, const void *bytes, size_t len)
{
    reserve(s, len);
    memcpy(s->text + s->len, bytes, len);
    s->len += len;
    s->text[s->len] = '\0';
}

void str_add(struct str *s, const char *text)
{
    str_append(s, text, strlen(text));
}

void str_addc(struct str *s, char c)
{
    str_append(s, &c, 1);
}

void str_vaddf(struct str *s, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    check(len >= 0);
    reserve(s, (size_t)len);
    vsnprintf(s->text + s->len, (size_t)len + 1, format, again);
    s->len += (size_t)len;
    va_end(again);
}

void str_addf(struct str *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    str_vaddf(s, format, args);
    va_end(args);
}

void str_setf(struct str *s, const char *format, ...)
{
    str_clear(s);
    va_list args;
    va_start(args, format);
    str_vaddf(s, format, args);
    va_end(args);
}

void str_add_escaped(struct str *s, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (unreserved) {
            str_addc(s, (char)c);
        } else {
            static const char digits[] = "0123456789ABCDEF";
            str_append(s, (char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
        }
    }
}

void str_add_quoted(struct str *s, const char *text)
{
    str_addc(s, '"');
    for (; *text; text++) {
        if (*text == '\n') {
            str_add(s, "\\n");
            continue;
        }
        if (*text == '"' || *text == '\\') {
            str_addc(s, '\\');
        }
        str_addc(s, *text);
    }
    str_addc(s, '"');
}

void str_add_single_quoted(struct str *s, const char *text)
{
    str_addc(s, '\'');
    for (; *text; text++) {
        str_add(s, *text == '\'' ? "'" : "");
        str_addc(s, *text);
    }
    str_addc(s, '\'');
}

char *str_take(struct str *s)
{
    char *text = s->cap ? s->text : mem_strdup("");
    str_init(s);
    return text;
}

const char *str_plural(double n, const char *one, const char *many)
{
    return n >= 0.5 && n < 1.5 ? one : many;
}
