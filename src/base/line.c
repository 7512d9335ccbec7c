#include "base/line.h"

#include <string.h>

#include "base/utf8.h"

// Where the character begins that ends at AT.
static size_t before(const char *text, size_t at)
{
    while (at > 0) {
        at--;
        if ((text[at] & 0xC0) != 0x80) {
            const char *p = text + at;
            if (utf8_char_width(utf8_next(&p)) > 0) {
                break;
            }
        }
    }
    return at;
}

// Where the character ends that begins at AT.
static size_t behind(const char *text, size_t at)
{
    const char *p = text + at, *next = p;
    if (utf8_next(&next) == 0) {
        return at;
    }
    do {
        p = next;
    } while (*p && utf8_char_width(utf8_next(&next)) == 0);
    return (size_t)(p - text);
}

static void remove_bytes(struct line *l, size_t from, size_t to)
{
    memmove(l->text + from, l->text + to, l->len - to + 1);
    l->len -= to - from;
    l->cursor = from;
    l->full = false;
}

void line_set(struct line *l, const char *text)
{
    size_t len = strlen(text);
    l->full = len >= LINE_BYTES;
    if (l->full) {
        len = LINE_BYTES - 1;
        while (len > 0 && (text[len] & 0xC0) == 0x80) {
            len--;
        }
    }
    memmove(l->text, text, len);
    l->text[len] = '\0';
    l->len = l->cursor = len;
}

bool line_replace(struct line *l, size_t from, size_t to, const char *text)
{
    size_t len = strlen(text);
    l->full = l->len - (to - from) + len >= LINE_BYTES;
    if (l->full) {
        return false;
    }
    memmove(l->text + from + len, l->text + to, l->len - to + 1);
    memcpy(l->text + from, text, len);
    l->len += len - (to - from);
    l->cursor = from + len;
    return true;
}

bool line_insert(struct line *l, uint32_t ch)
{
    struct str s;
    str_init(&s);
    utf8_add(&s, ch);
    bool room = line_replace(l, l->cursor, l->cursor, s.text);
    str_finish(&s);
    return room;
}

void line_rub_out(struct line *l)
{
    remove_bytes(l, before(l->text, l->cursor), l->cursor);
}

void line_delete(struct line *l)
{
    remove_bytes(l, l->cursor, behind(l->text, l->cursor));
}

void line_cut_before(struct line *l)
{
    remove_bytes(l, 0, l->cursor);
}

void line_cut_word(struct line *l)
{
    size_t from = l->cursor;
    while (from > 0 && l->text[from - 1] == ' ') {
        from--;
    }
    while (from > 0 && l->text[from - 1] != ' ') {
        from--;
    }
    remove_bytes(l, from, l->cursor);
}

void line_cut_after(struct line *l)
{
    remove_bytes(l, l->cursor, l->len);
}

void line_left(struct line *l)
{
    l->cursor = before(l->text, l->cursor);
}

void line_right(struct line *l)
{
    l->cursor = behind(l->text, l->cursor);
}

void line_home(struct line *l)
{
    l->cursor = 0;
}

void line_end(struct line *l)
{
    l->cursor = l->len;
}

size_t line_first_shown(const char *text, size_t cursor, int columns)
{
    int width = 0, at = 0;
    for (const char *p = text; *p;) {
        at = (size_t)(p - text) == cursor ? width : at;
        width += utf8_char_width(utf8_next(&p));
    }
    at = text[cursor] ? at : width;
    if (width < columns || columns < 1) {
        return 0;
    }
    int first = at - columns * 2 / 3, most = width - (columns - 1);
    first = first > most ? most : first;
    size_t byte = 0;
    for (int x = 0; x < first && byte < cursor;) {
        size_t next = behind(text, byte);
        next = next < cursor ? next : cursor; // it may stand before a mark
        for (const char *p = text + byte; p < text + next;) {
            x += utf8_char_width(utf8_next(&p));
        }
        byte = next;
    }
    return byte;
}
