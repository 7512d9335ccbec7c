#include "draw/paragraph.h"

#include <ctype.h>
#include <stdbool.h>
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

// The end of the line that starts at TEXT: after the last word that fits, or within a long word.
static const char *line_end(const char *text, int width)
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

static const char *next_line(const char *end)
{
    return end + strspn(end, " ");
}

int paragraph_lines(const char *text, int width)
{
    int lines = 0;
    do {
        text = next_line(line_end(text, width));
        lines++;
    } while (*text);
    return lines;
}

int paragraph_draw(
    struct canvas *c, struct rect area, const char *text, enum role role, const char *ellipsis)
{
    struct str line;
    str_init(&line);
    int y = 0;
    for (; y < area.h && *text; y++) {
        const char *end = line_end(text, area.w);
        bool cut = y == area.h - 1 && *next_line(end) != '\0';
        if (cut) {
            end = line_end(text, area.w - 1);
        }
        str_clear(&line);
        str_append(&line, text, (size_t)(end - text));
        str_add(&line, cut ? ellipsis : "");
        canvas_text(c, area.x, area.y + y, area.w, line.text, role);
        text = next_line(end);
    }
    str_finish(&line);
    return y;
}
