#include "base/utf8.h"

#include <string.h>
#include <wchar.h>

uint32_t utf8_next(const char **text)
{
    const unsigned char *p = (const unsigned char *)*text;
    if (p[0] == 0) {
        return 0;
    }
    if (p[0] < 0x80) {
        *text += 1;
        return p[0];
    }
    int more = p[0] >= 0xF0 && p[0] <= 0xF4 ? 3 : p[0] >= 0xE0 ? 2 : p[0] >= 0xC2 ? 1 : 0;
    if (more == 0 || p[0] > 0xF4) {
        *text += 1;
        return UTF8_REPLACEMENT;
    }
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    uint32_t ch = p[0] & (0x3Fu >> more);
    for (int i = 1; i <= more; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            *text += 1;
            return UTF8_REPLACEMENT;
        }
        ch = ch << 6 | (p[i] & 0x3F);
    }
    if (ch < least[more] || ch > 0x10FFFF || (ch >= 0xD800 && ch <= 0xDFFF)) {
        *text += 1;
        return UTF8_REPLACEMENT;
    }
    *text += more + 1;
    return ch;
}

void utf8_add(struct str *s, uint32_t ch)
{
    char b[4];
    size_t n;
    if (ch < 0x80) {
        b[0] = (char)ch;
        n = 1;
    } else if (ch < 0x800) {
        b[0] = (char)(0xC0 | ch >> 6);
        b[1] = (char)(0x80 | (ch & 0x3F));
        n = 2;
    } else if (ch < 0x10000) {
        b[0] = (char)(0xE0 | ch >> 12);
        b[1] = (char)(0x80 | (ch >> 6 & 0x3F));
        b[2] = (char)(0x80 | (ch & 0x3F));
        n = 3;
    } else {
        b[0] = (char)(0xF0 | ch >> 18);
        b[1] = (char)(0x80 | (ch >> 12 & 0x3F));
        b[2] = (char)(0x80 | (ch >> 6 & 0x3F));
        b[3] = (char)(0x80 | (ch & 0x3F));
        n = 4;
    }
    str_append(s, b, n);
}

int utf8_char_width(uint32_t ch)
{
    int w = wcwidth((wchar_t)ch);
    return w < 0 ? 1 : w;
}

int utf8_width(const char *text)
{
    int width = 0;
    for (uint32_t ch; (ch = utf8_next(&text)) != 0;) {
        width += utf8_char_width(ch);
    }
    return width;
}

bool utf8_is_safe(uint32_t ch)
{
    static const struct {
        uint32_t first, last;
    } unsafe[] = {
        {0, 0x1F},          // C0
        {0x7F, 0x9F},       // DEL, C1
        {0xAD, 0xAD},       // soft hyphen
        {0x34F, 0x34F},     // grapheme joiner
        {0x61C, 0x61C},     // Arabic letter mark
        {0x115F, 0x1160},   // Hangul fillers
        {0x17B4, 0x17B5},   // inherent vowels of Khmer
        {0x180B, 0x180F},   // Mongolian selectors and separator
        {0x200B, 0x200F},   // zero width, bidi marks
        {0x2028, 0x202E},   // separators of lines, bidi embeddings
        {0x2060, 0x206F},   // invisible operators, bidi isolates
        {0x3164, 0x3164},   // a filler
        {0xD800, 0xDFFF},   // surrogates
        {0xFDD0, 0xFDEF},   // noncharacters
        {0xFEFF, 0xFEFF},   // byte order mark
        {0xFFA0, 0xFFA0},   // a filler
        {0xFFF0, 0xFFFB},   // annotations
        {0x13430, 0x1343F}, // layout of hieroglyphs
        {0x1BCA0, 0x1BCA3}, // formats of shorthand
        {0x1D173, 0x1D17A}, // formats of music
        {0xE0000, 0xE0FFF}, // tags and selectors
        {0x110000, UINT32_MAX},
    };
    if ((ch >= ' ' && ch < 0x7F) || (ch >= 0x2500 && ch < 0x2900)) {
        return true; // ASCII, lines, blocks and braille: nearly all of a frame
    }
    for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe && ch >= unsafe[i].first; i++) {
        if (ch <= unsafe[i].last) {
            return false;
        }
    }
    return (ch & 0xFFFE) != 0xFFFE; // the last two of every plane are noncharacters
}

void utf8_add_clean(struct str *s, const char *text, size_t max_bytes)
{
    const char *start = text;
    for (;;) {
        uint32_t ch = utf8_next(&text);
        if (ch == 0 || (size_t)(text - start) > max_bytes) {
            return;
        }
        if (ch == '\t' || ch == '\n' || ch == '\r') {
            str_addc(s, ' ');
        } else {
            utf8_add(s, utf8_is_safe(ch) ? ch : UTF8_REPLACEMENT);
        }
    }
}

void utf8_add_fitted(struct str *s, const char *text, int columns, const char *ellipsis)
{
    int width = utf8_width(text);
    if (width <= columns) {
        str_add(s, text);
        return;
    }
    int room = columns - utf8_width(ellipsis);
    if (room < 0) {
        return;
    }
    int head = (room + 1) / 2;
    int tail = room - head;
    const char *p = text;
    int used = 0;
    for (const char *q = p; *q; used += utf8_char_width(utf8_next(&(const char *){p})), p = q) {
        uint32_t ch = utf8_next(&q);
        if (used + utf8_char_width(ch) > head) {
            break;
        }
    }
    str_append(s, text, (size_t)(p - text));
    str_add(s, ellipsis);
    int skip = width - tail;
    int at = 0;
    const char *rest = text;
    while (at < skip && *rest) {
        at += utf8_char_width(utf8_next(&rest));
    }
    // combining marks of a character that was cut go with it
    for (const char *q = rest; *q && utf8_char_width(utf8_next(&q)) == 0;) {
        rest = q;
    }
    str_add(s, rest);
}

static bool is_blank(const char *text, size_t at)
{
    return text[at] == ' ' || text[at] == '\0';
}

// What promises that something follows does not stand before an ellipsis.
static size_t without_promise(const char *text, size_t len)
{
    while (len > 0 && strchr(" ([{,;:-", text[len - 1])) {
        len--;
    }
    return len;
}

// Where TEXT is cut to LEN bytes: after a word, or within one that is too long.
static size_t cut_at(const char *text, size_t len)
{
    size_t whole = utf8_whole_words(text, len), rest = without_promise(text, len);
    return whole > 0 ? whole : rest > 0 ? rest : len;
}

// A number without its unit would be another one.
size_t utf8_whole_words(const char *text, size_t len)
{
    size_t end = len;
    while (end > len / 2) {
        while (end > 0 && !is_blank(text, end)) {
            end--;
        }
        size_t kept = without_promise(text, end);
        bool number = kept == end && kept > 0 && text[kept - 1] >= '0' && text[kept - 1] <= '9' &&
                      text[end] != '\0';
        if (!number) {
            return kept > len / 2 ? kept : 0;
        }
        end--;
    }
    return 0;
}

void utf8_add_words(struct str *s, const char *text, int columns, const char *ellipsis)
{
    int room = columns - utf8_width(ellipsis), used = 0;
    const char *end = text;
    if (utf8_width(text) <= columns) {
        str_add(s, text);
        return;
    }
    for (const char *p = text; *p && room >= 0;) {
        used += utf8_char_width(utf8_next(&p));
        if (used > room) {
            break;
        }
        end = p;
    }
    if (room >= 0) {
        str_append(s, text, cut_at(text, (size_t)(end - text)));
        str_add(s, ellipsis);
    }
}

void utf8_add_brief(struct str *s, const char *text, size_t most_bytes)
{
    enum { AHEAD = 4 }; // bytes of the character that shows whether a word goes on
    struct str clean;
    str_init(&clean);
    utf8_add_clean(&clean, text, most_bytes);
    size_t len = clean.len;
    if (strlen(text) > most_bytes) {
        str_clear(&clean);
        utf8_add_clean(&clean, text, most_bytes + AHEAD);
        str_append(s, clean.text, cut_at(clean.text, len));
        str_add(s, "…");
    } else {
        str_add(s, clean.text);
    }
    str_finish(&clean);
}
