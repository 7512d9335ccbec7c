#include "draw/line_edit.h"

#include "base/line.h"
#include "base/utf8.h"

int line_column(const char *text, size_t first, size_t at)
{
    int x = 0;
    bool ahead = at >= first;
    const char *p = text + (ahead ? first : at), *end = text + (ahead ? at : first);
    while (p < end && *p) {
        x += utf8_char_width(utf8_next(&p));
    }
    return ahead ? x : -x;
}

size_t line_draw(struct canvas *c, int x, int y, int columns, const char *text, size_t cursor,
    const struct glyphs *glyphs)
{
    size_t first = line_first_shown(text, cursor, columns);
    int used = canvas_text(c, x, y, columns, text + first, ROLE_STRONG);
    int at = line_column(text, first, cursor);
    if (first > 0) {
        canvas_text(c, x, y, 1, glyphs->ellipsis, ROLE_DIM);
    }
    if (utf8_width(text + first) > columns && at < columns - 1) {
        canvas_text(c, x + columns - 1, y, 1, glyphs->ellipsis, ROLE_DIM);
    }
    if (!text[cursor]) {
        canvas_text(c, x + used, y, columns - used, "_", ROLE_KEY);
    } else if (at < columns) {
        const struct cell *cell = canvas_at(c, x + at, y);
        canvas_select(c, (struct rect){x + at, y, cell && cell->width > 1 ? 2 : 1, 1});
    }
    return first;
}
