#include "view/wrap.h"

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

// After the last word that fits, or within a long word.
const char *wrap_line_end(const char *text, int width)
{
    const char *p = text, *blank = NULL;
    int used = 0;
    while (*p) {
        const char *next = p;
        int w = utf8_char_width(utf8_next(&next));
        if (used + w > width) {
            break;
        }
        used += w;
        if (*p == ' ' && breaks_here(text, p)) {
            blank = p;
        }
        p = next;
    }
    bool whole = *p == '\0' || (*p == ' ' && breaks_here(text, p));
    if (whole || !blank) {
        return p > text ? p : text + strlen(text); // not even one character fits
    }
    return blank;
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
