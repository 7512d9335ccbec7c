#include "draw/paragraph.h"

#include "base/utf8.h"
#include "base/wrap.h"

int paragraph_draw(
    struct canvas *c, struct rect area, const char *text, enum role role, const char *ellipsis)
{
    struct str line;
    str_init(&line);
    int y = 0;
    for (; y < area.h && *text; y++) {
        const char *end = wrap_line_end(text, area.w);
        str_clear(&line);
        if (y == area.h - 1 && *wrap_next_line(end) != '\0') {
            utf8_add_words(&line, text, area.w, ellipsis);
        } else {
            str_append(&line, text, (size_t)(end - text));
        }
        canvas_text(c, area.x, area.y + y, area.w, line.text, role);
        text = wrap_next_line(end);
    }
    str_finish(&line);
    return y;
}
