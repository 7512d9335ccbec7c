#include "base/wrap.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/utf8.h"

enum { UNIT_MAX = 4 };

// A number stays with its unit: "2 s", "92 %".
static bool breaks_here(const char *text, const char *blank)
{
    bool after_digit = blank > text && isdigit((unsigned char)blank[-1]);
    size_t word = strcspn(blank + 1, " ");
    return !(after_digit && word > 0 && word <= UNIT_MAX && !isdigit((unsigned char)blank[1]));
}

static bool is_among(const char *marks, uint32_t ch)
{
    while (*marks) {
        if (utf8_next(&marks) == ch) {
            return true;
        }
    }
    return false;
}

// Chinese has no blanks: beside a character of two columns a line can end, but no mark that ends
// something begins one, and none that begins something ends one.
static bool breaks_between(uint32_t before, uint32_t ch)
{
    bool wide = utf8_char_width(before) == 2 || utf8_char_width(ch) == 2;
    return wide && before != ' ' && ch != ' ' &&
           !is_among("，。、；：？！）》」』”’…,.;:?!)%", ch) && !is_among("（《「『“‘(", before);
}

// After the last word that fits, or within a long word.
const char *wrap_line_end(const char *text, int width)
{
    const char *p = text, *end = NULL;
    uint32_t before = ' ';
    int used = 0;
    while (*p) {
        const char *next = p;
        uint32_t ch = utf8_next(&next);
        end = breaks_between(before, ch) ? p : end;
        used += utf8_char_width(ch);
        if (used > width) {
            break;
        }
        if (ch == ' ' && breaks_here(text, p)) {
            end = p;
        }
        before = ch;
        p = next;
    }
    bool whole = *p == '\0' || (*p == ' ' && breaks_here(text, p));
    if (whole || !end) {
        return p > text ? p : text + strlen(text); // not even one character fits
    }
    return end;
}

const char *wrap_next_line(const char *end)
{
    return end + strspn(end, " ");
}

int wrap_lines(const char *text, int width)
{
    int lines = 0;
    do {
        text = wrap_next_line(wrap_line_end(text, width));
        lines++;
    } while (*text);
    return lines;
}
